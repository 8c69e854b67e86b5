// SPDX-License-Identifier: GPL-2.0-only
/* BESIDE: watched_tree.c */
/* Each state of a tree on the way from one to the next, and what it takes of the pool. */
#include <string.h>
#include "errno.h"
#include "watched_tree.h"

/* Each row starts from nothing; used: pages beyond bitmap and root. */
static const struct {
	struct op ops[MAX_OPS];
	const char *want;
	unsigned int used;
} rows[] = {
	{ { MAP(0, K4, 0x5000, RWX) }, "0-1000@0:5000=7", 3 },
	{ { MAP(0, M2, 0x40000000, RWX | WB) }, "0-200000@1:40000000=b7", 2 },
	{ { MAP(G1, G1, G1, RWX) }, "40000000-80000000@2:40000000=87", 1 },
	{ { MAP(0, 512 * G1, 0, RWX) }, "0-8000000000@2:0=87", 1 },
	/* Attributes and addresses that rule larger pages out. */
	{ { MAP(0, M2, 0x40001000, RWX) }, "0-200000@0:40001000=7", 3 },
	{ { MAP(0, G1, 0x200000, RWX) }, "0-40000000@1:200000=87", 2 },
	{ { MAP(M2, G1, M2, RWX) },
	  "200000-40200000@1:200000=87", 3 },
	{ { SMALL(0, M2, 0x40000000, RWX) }, "0-200000@0:40000000=807", 3 },
	/* The largest that fits at both ends. */
	{ { MAP(M2 - K4, 2 * M2 + 2 * K4, M2 - K4, RWX) },
	  "1ff000-200000@0:1ff000=7 200000-600000@1:200000=87 600000-601000@0:600000=7", 4 },
	{ { MAP(G1 - K4, G1 + M2 + K4, G1 - K4, RWX) },
	  "3ffff000-40000000@0:3ffff000=7 40000000-80000000@2:40000000=87 80000000-80200000@1:80000000=87",
	  4 },
	/* Across tables of each level. */
	{ { MAP(512 * G1 - K4, 2 * K4, 0x1000, R) },
	  "7ffffff000-8000001000@0:1000=1", 6 },
	{ { MAP((1ULL << 48) - K4, K4, 0x1000, R) },
	  "fffffffff000-1000000000000@0:1000=1", 3 },
	/* Replaced: by the same, by other attributes, smaller, larger. */
	{ { MAP(0, M2, 0, RWX), MAP(0, M2, 0, RWX) }, "0-200000@1:0=87", 2 },
	{ { MAP(0, M2, 0, RWX), MAP(0, M2, 0, R) }, "0-200000@1:0=81", 2 },
	{ { MAP(0, M2, 0, RWX), MAP(K4, K4, K4, R) },
	  "0-1000@0:0=7 1000-2000@0:1000=1 2000-200000@0:2000=7", 3 },
	{ { MAP(0, M2, 0, RWX), MAP(K4, K4, K4, R), MAP(K4, K4, K4, RWX) },
	  "0-200000@1:0=87", 2 },
	{ { MAP(0, G1, 0, RWX), MAP(M2, K4, M2, R) },
	  "0-200000@1:0=87 200000-201000@0:200000=1 201000-400000@0:201000=7 400000-40000000@1:400000=87",
	  3 },
	{ { MAP(0, G1, 0, RWX), MAP(M2, K4, M2, R), MAP(0, G1, G1, R) },
	  "0-40000000@2:40000000=81", 1 },
	/* Carved and returned: one large page again, and no table more than before. */
	{ { MAP(0, G1, 0, RWX), UNMAP(0x100000, 0x100000) },
	  "0-100000@0:0=7 200000-40000000@1:200000=87", 3 },
	{ { MAP(0, G1, 0, RWX), UNMAP(0x100000, 0x100000), MAP(0x100000, 0x100000, 0x100000, RWX) },
	  "0-40000000@2:0=87", 1 },
	{ { MAP(0, 2 * M2, 0, RWX), UNMAP(K4, 2 * M2 - 2 * K4), MAP(K4, 2 * M2 - 2 * K4, K4, RWX) },
	  "0-400000@1:0=87", 2 },
	{ { MAP(0, G1, 0, RWX), UNMAP(0, G1 - K4), MAP(0, G1 - K4, 0, RWX) },
	  "0-40000000@2:0=87", 1 },
	/* In pieces. */
	{ { MAP(0, M2 - K4, 0, RWX), MAP(M2 - K4, K4, M2 - K4, RWX) }, "0-200000@1:0=87", 2 },
	{ { MAP(0, M2 - K4, 0, RWX), MAP(M2 - K4, K4, M2, RWX) },
	  "0-1ff000@0:0=7 1ff000-200000@0:200000=7", 3 },
	{ { MAP(0, M2 - K4, K4, RWX), MAP(M2 - K4, K4, M2, RWX) }, "0-200000@0:1000=7", 3 },
	/* Not merged: 4K pages that are to stay, nor with neighbours. */
	{ { SMALL(0, M2 - K4, 0, RWX), MAP(M2 - K4, K4, M2 - K4, RWX) },
	  "0-1ff000@0:0=807 1ff000-200000@0:1ff000=7", 3 },
	{ { MAP(0, K4, 0, RWX), SMALL(K4, M2 - K4, K4, RWX) },
	  "0-1000@0:0=7 1000-200000@0:1000=807", 3 },
	{ { MAP(0, M2, 0, RWX), SMALL(0, M2, 0, RWX) }, "0-200000@0:0=807", 3 },
	{ { SMALL(0, M2, 0, RWX), MAP(0, M2, 0, RWX) }, "0-200000@1:0=87", 2 },
	/* Unmapped: what is there, more than that, nothing. */
	{ { MAP(0, K4, 0, RWX), UNMAP(0, K4) }, "", 0 },
	{ { MAP(0, M2, K4, RWX), UNMAP(0, M2) }, "", 0 },
	{ { MAP(0, M2, K4, RWX), MAP(G1, K4, 0, RWX), UNMAP(0, 1ULL << 48) }, "", 0 },
	{ { MAP(0, M2, K4, RWX), UNMAP(M2, G1) }, "0-200000@0:1000=7", 3 },
	{ { UNMAP(K4, G1) }, "", 0 },
	{ { MAP(0, K4, 0, RWX), MAP(2 * K4, K4, 0, RWX), UNMAP(0, 2 * K4) },
	  "2000-3000@0:0=7", 3 },
	{ { MAP(0, 2 * G1, 0, RWX), UNMAP(G1 - K4, 2 * K4) },
	  "0-3fe00000@1:0=87 3fe00000-3ffff000@0:3fe00000=7 40001000-40200000@0:40001000=7 40200000-80000000@1:40200000=87",
	  5 },
	{ { MAP(0, G1, 0, RWX), UNMAP(K4, K4), UNMAP(0, G1) }, "", 0 },
	/* Nothing at all. */
	{ { MAP(0, 0, 0, RWX), UNMAP(0, 0) }, "", 0 },
};

/* How many of MAX_OPS entries are used; an empty one is UNMAP(0, 0). */
static unsigned int count_ops(const struct op *ops)
{
	unsigned int n = MAX_OPS;

	while (n && !ops[n - 1].map && !ops[n - 1].size)
		n--;
	return n;
}

UNIT(every_intermediate_state_is_old_or_new)
{
	unsigned int i, n;

	for (i = 0; i < ARRAY_SIZE(rows); i++) {
		setup(&ept);
		for (n = 0; n < count_ops(rows[i].ops); n++) {
			unit_row("row %u (%s) operation %u", i, rows[i].want, n);
			CHECK_EQ(apply_op(&rows[i].ops[n]), 0);
		}
		unit_row("row %u", i);
		CHECK_STR(dump(), rows[i].want);
		CHECK_EQ(pool.used, 2 + rows[i].used);
		pgtable_destroy(&pt);
		CHECK_EQ(pool.used, 1);
	}
}

UNIT(entries_that_say_their_level_do_the_same)
{
	u64 hpa;
	unsigned int i, n;

	for (i = 0; i < ARRAY_SIZE(rows); i++) {
		setup(&levelled);
		for (n = 0; n < count_ops(rows[i].ops); n++) {
			unit_row("row %u (%s) operation %u", i, rows[i].want, n);
			CHECK_EQ(apply_op(&rows[i].ops[n]), 0);
		}
		pgtable_destroy(&pt);
		CHECK_EQ(pool.used, 1);
	}
	setup(&levelled);
	CHECK_EQ(pgtable_map(&pt, 0, 0, G1, RWX | 0x200, true), -EINVAL);
	CHECK(!pgtable_lookup(&pt, 0, &hpa, NULL));
}

/* Leaves so many pages in the pool. */
static void *hoard[POOL_PAGES];

static void hoard_all_but(u32 pages)
{
	unsigned int n = 0;

	while (page_pool_free_pages(&pool) > pages)
		hoard[n++] = page_alloc(&pool, 1);
	hoard[n] = NULL;
}

static void give_back(void)
{
	unsigned int n;

	for (n = 0; hoard[n]; n++)
		page_free(&pool, hoard[n], 1);
}

/* With one page, two pages, ... until it is enough. */
static void check_out_of_memory(const struct op *op)
{
	char before[DUMP_SIZE];
	const u32 used = pool.used;
	u32 pages;
	int err;

	strcpy(before, dump());
	for (pages = 0;; pages++) {
		hoard_all_but(pages);
		writes = 0;
		err = call(op);
		give_back();
		if (!err)
			return;
		CHECK_EQ(err, -ENOMEM);
		CHECK_EQ(writes, 0);
		CHECK_STR(dump(), before);
		CHECK_EQ(pool.used, used);
		if (pages == 16) {
			CHECK(false);
			return;
		}
	}
}

UNIT(out_of_memory_at_every_step_changes_nothing)
{
	unsigned int i, n;

	for (i = 0; i < ARRAY_SIZE(rows); i++) {
		setup(&ept);
		for (n = 0; n < count_ops(rows[i].ops); n++) {
			unit_row("row %u (%s) operation %u", i, rows[i].want, n);
			check_out_of_memory(&rows[i].ops[n]);
		}
		CHECK_STR(dump(), rows[i].want);
	}
}

/* No more pages are asked for than are needed. */
UNIT(as_many_pages_as_are_needed_are_enough)
{
	static const struct {
		struct op ops[3];
		u32 pages;
	} need[] = {
		{ { MAP(0, G1, 0, RWX) }, 1 },
		{ { MAP(0, M2, 0, RWX) }, 2 },
		{ { MAP(0, K4, 0, RWX) }, 3 },
		{ { MAP(M2 - K4, 2 * K4, 0, RWX) }, 4 },
		{ { MAP(512 * G1 - K4, 2 * K4, 0, RWX) }, 6 },
		{ { SMALL(0, 4 * M2, 0, RWX) }, 6 },
		{ { MAP(0, G1, 0, RWX), UNMAP(K4, K4) }, 2 },
		{ { MAP(0, G1, 0, RWX), UNMAP(M2 - K4, 2 * K4) }, 3 },
		{ { MAP(0, G1, 0, RWX), UNMAP(0, M2) }, 1 },
		{ { MAP(0, 2 * G1, 0, RWX), UNMAP(G1 - K4, 2 * K4) }, 4 },
		{ { MAP(0, G1, 0, RWX), MAP(0, G1, 0, R) }, 0 },
		{ { MAP(0, 4 * M2, K4, RWX), MAP(0, 4 * M2, 0, R) }, 0 },
		{ { MAP(0, G1, 0, RWX), MAP(K4, K4, 0, RWX), MAP(M2 + K4, K4, 0, RWX) }, 1 },
		{ { MAP(0, G1, 0, RWX), UNMAP(G1, G1) }, 0 },
	};
	unsigned int i, n;

	for (i = 0; i < ARRAY_SIZE(need); i++) {
		unit_row("row %u", i);
		setup(&ept);
		for (n = 0; n < 2 && need[i].ops[n + 1].size; n++)
			CHECK_EQ(call(&need[i].ops[n]), 0);
		if (need[i].pages) {
			hoard_all_but(need[i].pages - 1);
			CHECK_EQ(call(&need[i].ops[n]), -ENOMEM);
			give_back();
		}
		hoard_all_but(need[i].pages);
		CHECK_EQ(call(&need[i].ops[n]), 0);
	}
}
