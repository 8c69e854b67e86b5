/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef UNIT_KERNEL_BITS_H
#define UNIT_KERNEL_BITS_H

#include <linux/types.h>

#define BIT(number)	(1UL << (number))
#define GENMASK_ULL(high, low)	((~0ULL >> (63 - (high))) & (~0ULL << (low)))

#endif
