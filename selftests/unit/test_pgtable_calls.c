// SPDX-License-Identifier: GPL-2.0-only
/* BESIDE: watched_tree.c */
/* Calls that are wrong, formats other than EPT's, and trees in long use. */
#include <string.h>
#include "errno.h"
#include "watched_tree.h"

UNIT(wrong_arguments_change_nothing)
{
	static const struct {
		u64 va, hpa, size, attrs;
	} wrong[] = {
		{ 0x800, 0, K4, RWX },
		{ 0, 0x800, K4, RWX },
		{ 0, 0, 0x800, RWX },
		{ 0, 0, K4, 0 },
		{ 0, 0, K4, WB },
		{ 0, 0, K4, RWX | 0x80 },
		{ 0, 0, K4, RWX | 0x800 },
		{ 0, 0, K4, RWX | K4 },
		{ 1ULL << 48, 0, K4, RWX },
		{ (1ULL << 48) - K4, 0, 2 * K4, RWX },
		{ 0, 0, (1ULL << 48) + K4, RWX },
		{ K4, 0, -K4, RWX },
		{ ~0xfffULL, 0, K4, RWX },
		{ ~0xfffULL, 0, 2 * K4, RWX },
		{ 0, 1ULL << 52, K4, RWX },
		{ 0, (1ULL << 52) - K4, 2 * K4, RWX },
		{ 0, ~0xfffULL, K4, RWX },
		{ 0, ~0xfffULL, 2 * K4, RWX },
	};
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(wrong); i++) {
		unit_row("row %u", i);
		setup(&ept);
		writes = 0;
		CHECK_EQ(pgtable_map(&pt, wrong[i].va, wrong[i].hpa, wrong[i].size,
				     wrong[i].attrs, true), -EINVAL);
		/* Those that are about the range are wrong without the rest. */
		if ((wrong[i].va | wrong[i].size) % K4 || wrong[i].va >> 48 ||
		    wrong[i].size > 1ULL << 47)
			CHECK_EQ(pgtable_unmap(&pt, wrong[i].va, wrong[i].size), -EINVAL);
		CHECK_EQ(writes, 0);
		CHECK_EQ(pool.used, 2);
	}
}

UNIT(lookup_of_what_is_not_there)
{
	u64 hpa = 42, attrs = 43;

	setup(&ept);
	pgtable_map(&pt, M2, M2, K4, RW, true);
	CHECK(!pgtable_lookup(&pt, 0, &hpa, &attrs));
	CHECK(!pgtable_lookup(&pt, M2 + K4, &hpa, &attrs));
	CHECK(!pgtable_lookup(&pt, G1, &hpa, &attrs));
	CHECK(!pgtable_lookup(&pt, M2 + (1ULL << 48), &hpa, &attrs));
	CHECK(!pgtable_lookup(&pt, ~0ULL, &hpa, &attrs));
	CHECK_EQ(hpa, 42);
	CHECK_EQ(attrs, 43);
	CHECK(pgtable_lookup(&pt, M2 + 0xfff, NULL, NULL));
	CHECK(pgtable_lookup(&pt, M2 + 0xfff, &hpa, &attrs));
	CHECK_EQ(hpa, M2 + 0xfff);
	CHECK_EQ(attrs, RW);
}

UNIT(a_tree_that_never_was_one_can_be_destroyed)
{
	page_pool_init(&pool, memory, POOL_HPA, 2 * PAGE_SIZE);
	CHECK_EQ(pgtable_init(&pt, &ept, &pool), 0);
	pgtable_destroy(&pt);
	pgtable_destroy(&pt);
	CHECK_EQ(pool.used, 1);
	CHECK(page_alloc(&pool, 1));
	CHECK_EQ(pgtable_init(&pt, &ept, &pool), -ENOMEM);
	pgtable_destroy(&pt);
	CHECK_EQ(pool.used, 2);
}

/* Formats of other sizes: one level, five, and without pages beyond 4K. */
UNIT(other_formats)
{
	struct pgtable_format format = ept;

	format.levels = 1;
	setup(&format);
	CHECK_EQ(pgtable_map(&pt, 0, M2, M2, RWX, true), 0);
	CHECK_STR(dump(), "0-200000@0:200000=7");
	CHECK_EQ(pgtable_map(&pt, M2, 0, K4, RWX, true), -EINVAL);
	CHECK_EQ(pgtable_unmap(&pt, K4, M2 - K4), 0);
	CHECK_EQ(pool.used, 2);

	format.levels = 5;
	setup(&format);
	CHECK_EQ(pgtable_map(&pt, (1ULL << 57) - G1, G1, G1, RWX, true), 0);
	CHECK_STR(dump(), "1ffffffc0000000-200000000000000@2:40000000=87");
	CHECK_EQ(pool.used, 4);
	CHECK_EQ(pgtable_map(&pt, 1ULL << 57, 0, K4, RWX, true), -EINVAL);

	format.levels = 4;
	format.huge_levels = 0;
	setup(&format);
	CHECK_EQ(pgtable_map(&pt, 0, 0, 2 * M2, RWX, true), 0);
	CHECK_STR(dump(), "0-400000@0:0=7");

	/* Without a bit for it, 4K pages stay until they are mapped anew. */
	format.huge_levels = 2;
	format.small_bit = 0;
	setup(&format);
	CHECK_EQ(pgtable_map(&pt, 0, 0, G1 / 32, RWX, true), 0);
	CHECK_STR(dump(), "0-2000000@1:0=87");
	CHECK_EQ(pgtable_map(&pt, 0, 0, M2, RWX, false), 0);
	CHECK_STR(dump(), "0-200000@0:0=7 200000-2000000@1:200000=87");
}

/* A root cell and cells that come and go: nothing is ever lost. */
UNIT(carve_and_return_keeps_the_account)
{
	static const struct op cells[] = {
		UNMAP(0x3be00000, 0x100000), UNMAP(0x3bf00000, 0x100000),
		UNMAP(0x3c000000, 0x2000000), UNMAP(0x3b001000, 0x1000),
		UNMAP(0xa0000, 0x20000), UNMAP(0x3affe000, 0x4000),
	};
	u32 used, seed = 7, in = 0, round, n;
	char whole[DUMP_SIZE];

	setup(&ept);
	CHECK_EQ(pgtable_map(&pt, 0, 0, G1, RWX | WB, true), 0);
	CHECK_EQ(pgtable_map(&pt, G1, G1, 0xbec00000, RW, true), 0);
	used = pool.used;
	strcpy(whole, dump());
	for (round = 0; round < 300; round++) {
		seed = seed * 1664525 + 1013904223;
		n = (seed >> 16) % ARRAY_SIZE(cells);
		if (in & 1U << n)
			CHECK_EQ(pgtable_map(&pt, cells[n].va, cells[n].va, cells[n].size,
					     RWX | WB, true), 0);
		else
			CHECK_EQ(call(&cells[n]), 0);
		in ^= 1U << n;
	}
	for (n = 0; n < ARRAY_SIZE(cells); n++)
		CHECK_EQ(pgtable_map(&pt, cells[n].va, cells[n].va, cells[n].size, RWX | WB,
				     true), 0);
	CHECK_STR(dump(), whole);
	CHECK_EQ(pool.used, used);
}

/*
 * The comm region and the log are pages of the pool, and what a cell writes there may look
 * like a table.
 */
UNIT(mapped_pages_of_the_pool_are_no_tables)
{
	const struct op ops[] = {
		MAP(0, K4, POOL_HPA + 2 * K4, RWX), MAP(0, K4, 0x5000, RWX),
		MAP(0, K4, POOL_HPA + 2 * K4, R), MAP(0, M2, POOL_HPA, RWX),
		MAP(K4, K4, POOL_HPA + 2 * K4, R), MAP(K4, K4, POOL_HPA + K4, RWX),
		MAP(K4, K4, POOL_HPA + 2 * K4, R), UNMAP(0, M2),
	};
	unsigned int i, n;
	u64 *page, *other;

	setup(&ept);
	page = page_alloc(&pool, 1);
	other = page_alloc(&pool, 1);
	CHECK_EQ(page_hpa(&pool, page), POOL_HPA + 2 * K4);
	for (i = 0; i < 512; i++)
		page[i] = page_hpa(&pool, other) | RWX;
	for (n = 0; n < ARRAY_SIZE(ops); n++) {
		unit_row("operation %u", n);
		CHECK_EQ(apply_op(&ops[n]), 0);
		/* The bitmap, the root, and these two. */
		CHECK_EQ(pool.bitmap[0] & 0xf, 0xf);
	}
	CHECK_STR(dump(), "");
	CHECK_EQ(pool.used, 4);
	CHECK_EQ(call(&ops[0]), 0);
	pgtable_destroy(&pt);
	CHECK_EQ(pool.used, 3);
	for (i = 0; i < 512; i++)
		CHECK_EQ(page[i], page_hpa(&pool, other) | RWX);
}
