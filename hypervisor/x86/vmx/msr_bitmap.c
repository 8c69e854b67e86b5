// SPDX-License-Identifier: GPL-2.0-only
/* Which MSRs exit, as VMX wants it. */
#include "msr.h"
#include "vendor_cpu.h"

/* Four bitmaps of 1 KiB: read low, read high, write low, write high (SDM 3C 25.6.9). */
static void set(u8 *bitmap, u32 msr, bool write, bool exits)
{
	u8 *byte = bitmap + (write ? 2048 : 0) + (msr >> 31 ? 1024 : 0) + (msr & 0x1fff) / 8;
	u8 bit = (u8)(1 << (msr & 7));

	*byte = (u8)(exits ? *byte | bit : *byte & ~bit);
}

const struct msr_vendor vendor_msrs = {
	.bitmap_size = VENDOR_MSR_BITMAP_SIZE,
	.set = set,
	.num_groups = 2 * MSR_GROUPS_OF_RANGE,
};
