/* SPDX-License-Identifier: GPL-2.0-only */
/* Ranges of bits in the bitmaps that CPUs look into. */
#ifndef _CORE_BITS_H
#define _CORE_BITS_H

#include "types.h"
#include "string.h"

/** bits_fill_byte() - those bits of @byte that are in @mask become what they are in @pattern */
static inline void bits_fill_byte(u8 *byte, u8 mask, u8 pattern)
{
	*byte = (u8)((*byte & ~mask) | (pattern & mask));
}

/**
 * bits_fill() - give bits of a bitmap new values
 * @bits: bit 0 of its first byte has number 0
 * @first: number of the first one
 * @end: number of the one behind the last
 * @pattern: what a byte has afterwards, or as much of it as is among them
 */
static inline void bits_fill(u8 *bits, u32 first, u32 end, u8 pattern)
{
	u8 *byte = bits + first / 8, *last = bits + end / 8;
	const u8 from = (u8)(0xff << first % 8), below = (u8)~(0xff << end % 8);

	if (first >= end)
		return;
	if (byte == last) {
		bits_fill_byte(byte, from & below, pattern);
		return;
	}
	bits_fill_byte(byte++, from, pattern);
	memset(byte, pattern, (size_t)(last - byte));
	/* Otherwise it may be beyond the bitmap. */
	if (below)
		bits_fill_byte(last, below, pattern);
}

#endif
