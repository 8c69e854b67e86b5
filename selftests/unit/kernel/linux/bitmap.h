/* SPDX-License-Identifier: GPL-2.0-only */
#include <linux/types.h>

static inline bool test_bit(unsigned int bit, const unsigned long *map)
{
	return map[bit / 64] >> (bit % 64) & 1;
}

static inline unsigned int bitmap_weight(const unsigned long *map, unsigned int bits)
{
	unsigned int bit, weight = 0;

	for (bit = 0; bit < bits; bit++)
		weight += test_bit(bit, map);
	return weight;
}
