/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef UNIT_KERNEL_STRING_H
#define UNIT_KERNEL_STRING_H

#include <string.h>

static inline void *memchr_inv(const void *start, int byte, size_t size)
{
	const unsigned char *at = start;

	for (; size; size--, at++)
		if (*at != byte)
			return (void *)at;
	return NULL;
}

#endif
