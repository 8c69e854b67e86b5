/* SPDX-License-Identifier: GPL-2.0-only */
/* Tables of the fake vendors, for one file of a program. */
#ifndef SELFTESTS_UNIT_STAGE2_FORMAT_H
#define SELFTESTS_UNIT_STAGE2_FORMAT_H

#include "arch.h"
#include "pgtable.h"

/* Read, write and execute, as in EPT; bit 7 tells large leaves. */
static const struct pgtable_format stage2_format = {
	.levels = 4,
	.huge_levels = 1 << 1 | 1 << 2,
	.present_mask = 7,
	.table_attrs = 7,
	.leaf_huge_bit = 1 << 7,
	.small_bit = BIT_ULL(52),
	.addr_mask = 0x000ffffffffff000ULL,
};

const struct pgtable_format *arch_stage2_format(void)
{
	return &stage2_format;
}

#endif
