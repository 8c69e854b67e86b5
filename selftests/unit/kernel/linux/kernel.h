/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef UNIT_KERNEL_KERNEL_H
#define UNIT_KERNEL_KERNEL_H

#include <linux/types.h>

#define min(a, b)		MIN(a, b)
#define max(a, b)		MAX(a, b)
#define min_t(type, a, b)	MIN((type)(a), (type)(b))
#define round_up(value, step)	ALIGN_UP(value, step)
#define round_down(value, step)	ALIGN_DOWN(value, step)

static inline int __attribute__((__format__(__printf__, 3, 0)))
vscnprintf(char *buffer, size_t size, const char *fmt, va_list args)
{
	const int length = vsnprintf(buffer, size, fmt, args);

	return length < (int)size ? length : (int)size - 1;
}

static inline int __attribute__((__format__(__printf__, 3, 4)))
scnprintf(char *buffer, size_t size, const char *fmt, ...)
{
	va_list args;
	int length;

	va_start(args, fmt);
	length = vscnprintf(buffer, size, fmt, args);
	va_end(args);
	return length;
}

#endif
