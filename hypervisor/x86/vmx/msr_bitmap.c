// SPDX-License-Identifier: GPL-2.0-only
/* Which MSRs exit, as VMX wants it. */
#include "msr.h"
#include "bits.h"
#include "vendor_cpu.h"

/* Four bitmaps of 1 KiB: read low, read high, write low, write high (SDM 3C 25.6.9). */
static void set(u8 *bitmap, u32 first, u32 last, bool read_exits, bool write_exits)
{
	u8 *reads = bitmap + (first >> 31 ? 1024 : 0);
	const u32 bit = first & 0x1fff, end = (last & 0x1fff) + 1;

	bits_fill(reads, bit, end, read_exits ? 0xff : 0);
	bits_fill(reads + 2048, bit, end, write_exits ? 0xff : 0);
}

const struct msr_vendor vendor_msrs = {
	.bitmap_size = VENDOR_MSR_BITMAP_SIZE,
	.set = set,
	.num_groups = 2 * MSR_GROUPS_OF_RANGE,
};
