/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Types and small helpers for all hypervisor code.
 *
 * Freestanding: outside the kernel it includes only what every compiler brings
 * along. Portable files are also linked into the driver (architecture.md,
 * wall 4), where the kernel's own definitions take precedence.
 */
#ifndef JAILHOUSE_TYPES_H
#define JAILHOUSE_TYPES_H

#ifdef __KERNEL__

#include <linux/types.h>
#include <linux/kernel.h>
#include <linux/bits.h>
#include <linux/build_bug.h>
#include <linux/stdarg.h>
#include <linux/stddef.h>
#include <asm/page.h>

#else /* !__KERNEL__ */

#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>

typedef unsigned char		u8;
typedef unsigned short		u16;
typedef unsigned int		u32;
typedef unsigned long long	u64;
typedef signed char		s8;
typedef signed short		s16;
typedef signed int		s32;
typedef signed long long	s64;

/* The ABI headers use these; on a build host <linux/types.h> may own them. */
#ifndef _LINUX_TYPES_H
typedef u8	__u8;
typedef u16	__u16;
typedef u32	__u32;
typedef u64	__u64;
typedef s8	__s8;
typedef s16	__s16;
typedef s32	__s32;
typedef s64	__s64;
#endif

/* As in the kernel: the message is optional and defaults to the expression. */
#undef static_assert
#define static_assert(expr, ...) __static_assert(expr, ##__VA_ARGS__, #expr)
#define __static_assert(expr, msg, ...) _Static_assert(expr, msg)

#endif /* !__KERNEL__ */

/* The same width by the same name everywhere; u64 must print with %llx. */
static_assert(sizeof(u8) == 1 && sizeof(u16) == 2);
static_assert(sizeof(u32) == 4 && sizeof(u64) == 8);

#ifndef BIT_ULL
#define BIT_ULL(nr)		(1ULL << (nr))
#endif

#ifndef PAGE_SHIFT
#define PAGE_SHIFT	12
#endif
#ifndef PAGE_SIZE
#define PAGE_SIZE	BIT_ULL(PAGE_SHIFT)
#endif
#ifndef PAGE_MASK
#define PAGE_MASK	(~(PAGE_SIZE - 1))
#endif

#ifndef ARRAY_SIZE
#define ARRAY_SIZE(array)	(sizeof(array) / sizeof((array)[0]))
#endif
/* Plain comparisons, usable in constant expressions; arguments are evaluated twice. */
#ifndef MIN
#define MIN(a, b)		((a) < (b) ? (a) : (b))
#endif
#ifndef MAX
#define MAX(a, b)		((a) > (b) ? (a) : (b))
#endif

/*
 * 64-bit alignment to a power of two, also of constants. ALIGN_UP wraps to 0
 * for values within the last @align bytes of the address space: for anything
 * that a guest or a configuration chose, use align_up_checked().
 */
#ifndef ALIGN_DOWN
#define ALIGN_DOWN(val, align)	((u64)(val) & ~((u64)(align) - 1))
#endif
#ifndef ALIGN_UP
#define ALIGN_UP(val, align)	ALIGN_DOWN((u64)(val) + ((u64)(align) - 1), (u64)(align))
#endif
#ifndef IS_ALIGNED
#define IS_ALIGNED(val, align)	(((u64)(val) & ((u64)(align) - 1)) == 0)
#endif

#ifndef container_of
#define container_of(ptr, type, member) \
	((type *)((char *)(ptr) - offsetof(type, member)))
#endif

#ifndef __printf
#define __printf(fmt, args)	__attribute__((__format__(__printf__, fmt, args)))
#endif
#ifndef __noreturn
#define __noreturn		__attribute__((__noreturn__))
#endif
#ifndef __packed
#define __packed		__attribute__((__packed__))
#endif
#ifndef __aligned
#define __aligned(bytes)	__attribute__((__aligned__(bytes)))
#endif
#ifndef __maybe_unused
#define __maybe_unused		__attribute__((__unused__))
#endif
#ifndef __must_check
#define __must_check		__attribute__((__warn_unused_result__))
#endif

/**
 * align_up_checked() - round up, noticing when the result leaves 64 bits
 * @val: value to round
 * @align: power of two to round to
 * @res: receives the result; untouched on failure
 *
 * Return: true on success, false when the next multiple is 2^64.
 */
static inline bool __must_check align_up_checked(u64 val, u64 align, u64 *res)
{
	u64 sum;

	if (__builtin_add_overflow(val, align - 1, &sum))
		return false;
	*res = sum & ~(align - 1);
	return true;
}

#endif /* JAILHOUSE_TYPES_H */
