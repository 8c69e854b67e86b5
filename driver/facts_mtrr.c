// SPDX-License-Identifier: GPL-2.0-only
/*
 * Memory types, as the firmware has set them for all of physical memory (SDM 3A 12.11, APM 2
 * 7.7). The hypervisor's page tables count instead of them while it is there, so that a
 * configuration has to say what they said. Asks nobody but the facts, and runs on the host, too.
 */
#include "facts_mtrr.h"
#include "facts.h"

#include <linux/bits.h>
#include <linux/kernel.h>
#include <linux/minmax.h>
#include <linux/mm.h>
#include <linux/sizes.h>

#define PHYS_MASK_VALID		BIT_ULL(11)
#define TYPE_MASK		0xff

/* Fixed ranges are the same on every CPU: 8 of 64 KiB, 16 of 16 KiB, 64 of 4 KiB. */
#define FIXED_16K		SZ_512K
#define FIXED_4K		(SZ_512K + SZ_256K)

/**
 * jh_facts_add_mtrr() - note a variable range
 * @facts: receives it
 * @base: its MTRRphysBase
 * @mask: its MTRRphysMask
 *
 * A mask with holes makes many ranges of one, which no firmware does: then nothing is known.
 */
void jh_facts_add_mtrr(struct machine_facts *facts, u64 base, u64 mask)
{
	const u64 addresses = (BIT_ULL(facts->phys_bits) - 1) & PAGE_MASK;
	struct facts_mtrrs *mtrrs = &facts->mtrrs;
	u64 size = (~mask & addresses) + PAGE_SIZE;

	if (!(mask & PHYS_MASK_VALID))
		return;
	if (size & (size - 1) || mtrrs->count == FACTS_MAX_MTRRS) {
		mtrrs->known = false;
		return;
	}
	mtrrs->variable[mtrrs->count++] = (struct facts_mtrr){
		.start = base & mask & addresses,
		.size = size,
		.type = base & TYPE_MASK,
	};
}

static u8 fixed_type(const struct facts_mtrrs *mtrrs, u64 addr, u64 *end)
{
	unsigned int n;
	u64 step;

	if (addr < FIXED_16K) {
		step = SZ_64K;
		n = addr / step;
	} else if (addr < FIXED_4K) {
		step = SZ_16K;
		n = 8 + (addr - FIXED_16K) / step;
	} else {
		step = SZ_4K;
		n = 24 + (addr - FIXED_4K) / step;
	}
	*end = round_down(addr, step) + step;
	return mtrrs->fixed[n / 8] >> 8 * (n % 8) & TYPE_MASK;
}

/* SDM 3A 12.11.4.1: uncached before all, and write-through before write-back. */
static u8 both_types(u8 one, u8 other)
{
	if (one == other)
		return one;
	return min(one, other) == MEMORY_TYPE_WT && max(one, other) == MEMORY_TYPE_WB ?
	       MEMORY_TYPE_WT : MEMORY_TYPE_UC;
}

static u8 variable_type(const struct facts_mtrrs *mtrrs, u64 addr, u64 *end)
{
	const struct facts_mtrr *range = mtrrs->variable;
	u8 type = mtrrs->standard;
	bool found = false;
	unsigned int n;

	for (n = 0; n < mtrrs->count; n++, range++) {
		if (addr < range->start) {
			*end = min(*end, range->start);
		} else if (addr - range->start < range->size) {
			*end = min(*end, range->start + range->size);
			type = found ? both_types(type, range->type) : range->type;
			found = true;
		}
	}
	return type;
}

/**
 * jh_facts_memory_type() - the type of memory at an address
 * @facts: what is known, the MTRRs among it
 * @addr: a physical address
 * @end: receives an address up to which it is the same
 */
u8 jh_facts_memory_type(const struct machine_facts *facts, u64 addr, u64 *end)
{
	const struct facts_mtrrs *mtrrs = &facts->mtrrs;

	if (mtrrs->has_fixed && addr < SZ_1M)
		return fixed_type(mtrrs, addr, end);
	if (addr >= SZ_4G && addr < mtrrs->cached_end) {
		*end = mtrrs->cached_end;
		return MEMORY_TYPE_WB;
	}
	*end = addr < SZ_4G && mtrrs->cached_end ? SZ_4G : BIT_ULL(facts->phys_bits);
	return variable_type(mtrrs, addr, end);
}

/** jh_facts_is_cached() - is all of a range write-back, as far as is known? */
bool jh_facts_is_cached(const struct machine_facts *facts, u64 start, u64 end)
{
	u64 next;

	if (!facts->mtrrs.known)
		return true;
	for (; start < end; start = next)
		if (jh_facts_memory_type(facts, start, &next) != MEMORY_TYPE_WB)
			return false;
	return true;
}
