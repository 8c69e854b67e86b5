// SPDX-License-Identifier: GPL-2.0-only
/* SOURCES: core/page_pool.c core/pgtable.c core/string.c */
/* Nested page tables: what the CPU's own walk (APM 2 15.25) finds in what pgtable.c builds. */
#include <string.h>
#include "unit.h"
#include "page_pool.h"
#include "pgtable.h"
#include "svm/npt.h"

#define POOL_HPA	0x3a400000ULL
#define POOL_PAGES	64

static u8 memory[POOL_PAGES * PAGE_SIZE] __aligned(4096);
static struct page_pool pool;
static struct pgtable_format format;
static struct pgtable pt;

static void begin(bool la57, bool huge_1g)
{
	page_pool_init(&pool, memory, POOL_HPA, sizeof(memory));
	format = npt_format(la57, huge_1g);
	CHECK_EQ(pgtable_init(&pt, &format, &pool), 0);
}

/* An access by the guest, as the CPU walks for it: the guest is always a user. */
struct walk {
	u64 hpa;
	u64 span;
	bool present, write, execute;
};

static struct walk walk(u64 gpa, unsigned int levels, bool huge_1g)
{
	struct walk result = { .write = true, .execute = true };
	const u64 *table = pt.root;
	unsigned int level = levels;

	while (level--) {
		u64 entry = table[gpa >> (12 + 9 * level) & 511];
		bool leaf = !level || entry >> 7 & 1;

		/* Present and user on all levels, accessed, and in leaves dirty: preset. */
		if (!(entry & 1))
			return result;
		CHECK(entry >> 2 & 1);
		CHECK(entry >> 5 & 1);
		result.write &= entry >> 1 & 1;
		result.execute &= !(entry >> 63);
		if (!leaf) {
			table = page_virt(&pool, entry & 0x000ffffffffff000);
			continue;
		}
		CHECK(entry >> 6 & 1);
		CHECK(level < (huge_1g ? 3 : 2));
		/* Write-back, entry 0 of the host's PAT: neither PWT, nor PCD, nor PAT. */
		CHECK_EQ(entry & 0x18, 0);
		CHECK(!level || !(entry & 0x1000));
		result.present = true;
		result.span = 1ULL << (12 + 9 * level);
		result.hpa = (entry & 0x000ffffffffff000 & ~(result.span - 1)) |
			     (gpa & (result.span - 1));
		return result;
	}
	return result;
}

UNIT(rights_are_what_the_region_grants)
{
	static const struct {
		u64 flags;
		bool present, write, execute;
	} rows[] = {
		{ JAILHOUSE_MEM_READ, true, false, false },
		{ JAILHOUSE_MEM_READ | JAILHOUSE_MEM_WRITE, true, true, false },
		{ JAILHOUSE_MEM_READ | JAILHOUSE_MEM_EXECUTE, true, false, true },
		{ JAILHOUSE_MEM_READ | JAILHOUSE_MEM_WRITE | JAILHOUSE_MEM_EXECUTE,
		  true, true, true },
		{ JAILHOUSE_MEM_WRITE, true, true, false },
		{ JAILHOUSE_MEM_EXECUTE, true, false, true },
		{ JAILHOUSE_MEM_READ | JAILHOUSE_MEM_IO, true, false, false },
	};
	unsigned int n;

	for (n = 0; n < ARRAY_SIZE(rows); n++) {
		struct walk found;

		unit_row("flags %#llx", rows[n].flags);
		begin(false, true);
		CHECK_EQ(pgtable_map(&pt, 0x5000, 0x12345000, PAGE_SIZE, npt_attrs(rows[n].flags),
				     true), 0);
		found = walk(0x5123, 4, true);
		CHECK_EQ(found.present, rows[n].present);
		CHECK_EQ(found.write, rows[n].write);
		CHECK_EQ(found.execute, rows[n].execute);
		CHECK_EQ(found.hpa, 0x12345123);
		CHECK(!walk(0x4fff, 4, true).present);
		CHECK(!walk(0x6000, 4, true).present);
	}
	/* Nothing is granted: nothing may be mapped. */
	CHECK(pgtable_map(&pt, 0x9000, 0, PAGE_SIZE, npt_attrs(0), true) < 0);
}

UNIT(there_are_as_many_levels_as_the_host_has)
{
	const u64 high = 0x0012345678000000;

	begin(true, true);
	CHECK_EQ(pgtable_map(&pt, high, 0x1000, PAGE_SIZE, npt_attrs(JAILHOUSE_MEM_READ), true),
		 0);
	CHECK_EQ(walk(high + 8, 5, true).hpa, 0x1008);
	begin(false, true);
	CHECK(pgtable_map(&pt, high, 0x1000, PAGE_SIZE, npt_attrs(JAILHOUSE_MEM_READ), true) < 0);
}

UNIT(large_pages_are_those_that_the_cpu_has)
{
	const u64 g1 = 0x40000000, attrs = npt_attrs(JAILHOUSE_MEM_READ | JAILHOUSE_MEM_EXECUTE);

	begin(false, true);
	CHECK_EQ(pgtable_map(&pt, g1, 3 * g1, g1, attrs, true), 0);
	CHECK_EQ(walk(g1 + 0x1234567, 4, true).span, g1);
	CHECK_EQ(walk(g1 + 0x1234567, 4, true).hpa, 3 * g1 + 0x1234567);
	/* Its middle is taken away. */
	CHECK_EQ(pgtable_unmap(&pt, g1 + 0x200000, PAGE_SIZE), 0);
	CHECK(!walk(g1 + 0x200fff, 4, true).present);
	CHECK_EQ(walk(g1 + 0x201000, 4, true).hpa, 3 * g1 + 0x201000);

	begin(false, false);
	CHECK_EQ(pgtable_map(&pt, g1, 3 * g1, g1, attrs, true), 0);
	CHECK_EQ(walk(g1 + 0x1234567, 4, false).span, 0x200000);

	/* Cells that execute from small pages only: not merged again. */
	begin(false, true);
	CHECK_EQ(pgtable_map(&pt, 0, 0, 0x200000, attrs, false), 0);
	CHECK_EQ(walk(0x1fffff, 4, true).span, PAGE_SIZE);
}

/* What links see of it: the hypervisor is not to touch registers in a cell's name. */
UNIT(registers_are_not_taken_for_ram)
{
	const u64 ignored = 0x07f0000000000000ULL;
	const u64 rw = JAILHOUSE_MEM_READ | JAILHOUSE_MEM_WRITE;
	const u64 differ = npt_attrs(rw) ^ npt_attrs(rw | JAILHOUSE_MEM_IO);
	struct pgtable_leaf leaf;

	begin(false, true);
	CHECK(differ);
	CHECK(!(differ & ~ignored));
	CHECK_EQ(pgtable_map(&pt, 0x5000, 0x12345000, PAGE_SIZE,
			     npt_attrs(rw | JAILHOUSE_MEM_IO), true), 0);
	CHECK(pgtable_lookup_leaf(&pt, 0x5000, &leaf));
	CHECK_EQ(leaf.attrs, npt_attrs(rw) ^ differ);
}
