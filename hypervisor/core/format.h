/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * printf into a buffer, for hypervisor, inmates and host tools. Stands alone.
 *
 * %d %i %u %x %X with l, ll or z before it, %c %s %p %%; flags - and 0 (and # of %x),
 * width, and a precision of %s, both also as *. %p is 0x and the digits, as %#lx but
 * with 0x0 for NULL. A NULL string is "(null)". What is not known is copied verbatim,
 * its argument is not fetched.
 */
#ifndef _CORE_FORMAT_H
#define _CORE_FORMAT_H

#include "types.h"

#ifdef __KERNEL__

#include <linux/kernel.h>

#define fmt_vsnprintf	vsnprintf
#define fmt_snprintf	snprintf

#else

/**
 * fmt_vsnprintf() - print into a buffer
 * @buf: receives the text, always terminated; may be NULL if @size is 0
 * @size: bytes of @buf
 * @fmt: format, see above
 * @ap: arguments
 *
 * Return: length of the text had there been room, as vsnprintf().
 */
int __printf(3, 0) fmt_vsnprintf(char *buf, size_t size, const char *fmt, va_list ap);

/** fmt_snprintf() - as fmt_vsnprintf(), with the arguments themselves. */
int __printf(3, 4) fmt_snprintf(char *buf, size_t size, const char *fmt, ...);

#endif

#endif
