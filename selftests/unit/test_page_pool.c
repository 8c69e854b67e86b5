// SPDX-License-Identifier: GPL-2.0-only
/* SOURCES: core/page_pool.c */
#include <stdlib.h>
#include <string.h>
#include "unit.h"
#include "page_pool.h"

#define HPA	0x3a123000ULL

static struct page_pool pool;
static u8 *memory;

/* Memory that is not zeroed; one page of it is the bitmap. */
static void setup(u32 pages)
{
	free(memory);
	memory = aligned_alloc(PAGE_SIZE, (pages + 1) * PAGE_SIZE);
	memset(memory, 0x5a, (pages + 1) * PAGE_SIZE);
	page_pool_init(&pool, memory, HPA, pages * PAGE_SIZE);
}

static u32 index_of(const void *page)
{
	return page ? (u32)(((const u8 *)page - memory) / (long)PAGE_SIZE) : ~0U;
}

static bool all_bytes(const u8 *bytes, size_t size, u8 value)
{
	while (size--)
		if (*bytes++ != value)
			return false;
	return true;
}

UNIT(bitmap_is_counted_as_used)
{
	static const struct {
		u32 pages, bitmap_pages;
	} rows[] = {
		{ 2, 1 }, { 63, 1 }, { 64, 1 }, { 65, 1 }, { 4096, 1 },
		{ 32768, 1 }, { 32769, 2 },
	};
	size_t i;

	for (i = 0; i < ARRAY_SIZE(rows); i++) {
		unit_row("%u pages", rows[i].pages);
		setup(rows[i].pages);
		CHECK_EQ(pool.pages, rows[i].pages);
		CHECK_EQ(pool.used, rows[i].bitmap_pages);
		CHECK_EQ(page_pool_free_pages(&pool), rows[i].pages - rows[i].bitmap_pages);
		CHECK_EQ(index_of(page_alloc(&pool, 1)), rows[i].bitmap_pages);
		CHECK(all_bytes(memory + rows[i].pages * PAGE_SIZE, PAGE_SIZE, 0x5a));
	}
}

UNIT(pages_are_zeroed_and_only_they)
{
	u8 *pages;

	setup(16);
	pages = page_alloc(&pool, 3);
	CHECK(all_bytes(pages, 3 * PAGE_SIZE, 0));
	CHECK(all_bytes(pages + 3 * PAGE_SIZE, PAGE_SIZE, 0x5a));
	memset(pages, 0xff, 3 * PAGE_SIZE);
	page_free(&pool, pages, 3);
	CHECK(all_bytes(pages, 3 * PAGE_SIZE, 0xff));
	CHECK(page_alloc(&pool, 3) == pages);
	CHECK(all_bytes(pages, 3 * PAGE_SIZE, 0));
}

UNIT(every_page_can_be_had_once)
{
	u32 i;

	setup(200);
	for (i = 1; i < 200; i++)
		CHECK_EQ(index_of(page_alloc(&pool, 1)), i);
	CHECK(!page_alloc(&pool, 1));
	CHECK_EQ(pool.used, 200);
}

UNIT(first_fit)
{
	static const struct {
		const char *in_use;	/* pages 1... */
		u32 count, align;
		u32 want;		/* 0: refused */
	} rows[] = {
		{ ".......", 1, 1, 1 },
		{ "x......", 1, 1, 2 },
		{ "x.x....", 2, 1, 4 },
		{ "x.x....", 4, 1, 4 },
		{ "x.x....", 5, 1, 0 },
		{ ".......", 7, 1, 1 },
		{ ".......", 8, 1, 0 },
		{ "......x", 7, 1, 0 },
		{ "......x", 6, 1, 1 },
		{ "x.x.x.x", 2, 1, 0 },
		{ "xxxxxxx", 1, 1, 0 },
		{ ".......", 0, 1, 0 },
		/* Page 1 has the page number 0x3a124, page 5 0x3a128. */
		{ ".......", 1, 2, 1 },
		{ ".......", 1, 4, 1 },
		{ ".......", 1, 8, 5 },
		{ "x......", 1, 4, 5 },
		{ "x...x..", 1, 4, 0 },
		{ "x...x..", 1, 2, 3 },
		{ "x.x....", 2, 2, 5 },
		{ ".......", 3, 8, 5 },
		{ ".......", 4, 8, 0 },
		{ ".......", 1, 64, 0 },
		{ ".......", 0xffffffff, 1, 0 },
	};
	void *page, *held[8];
	size_t i;
	u32 n;

	for (i = 0; i < ARRAY_SIZE(rows); i++) {
		unit_row("%s count %u align %u", rows[i].in_use, rows[i].count,
			 rows[i].align);
		setup(8);
		for (n = 0; n < 7; n++)
			held[n] = page_alloc(&pool, 1);
		for (n = 0; n < 7; n++)
			if (rows[i].in_use[n] == '.')
				page_free(&pool, held[n], 1);
		n = pool.used;
		page = page_alloc_aligned(&pool, rows[i].count, rows[i].align);
		CHECK_EQ(index_of(page), rows[i].want ? rows[i].want : ~0U);
		CHECK_EQ(pool.used, n + (rows[i].want ? rows[i].count : 0));
	}
}

UNIT(free_of_nothing_changes_nothing)
{
	u8 *page;

	setup(70);
	page = page_alloc(&pool, 2);
	CHECK_EQ(pool.used, 3);
	page_free(&pool, NULL, 1);
	page_free(&pool, page + 2 * PAGE_SIZE, 1);
	page_free(&pool, memory - PAGE_SIZE, 1);
	page_free(&pool, memory + 70 * PAGE_SIZE, 1);
	page_free(&pool, page, 70);
	CHECK_EQ(pool.used, 3);
	page_free(&pool, page, 2);
	page_free(&pool, page, 2);
	CHECK_EQ(pool.used, 1);
}

UNIT(addresses_go_both_ways)
{
	u8 *page;

	setup(8);
	page = page_alloc(&pool, 1);
	CHECK_EQ(page_hpa(&pool, page + 0x123), HPA + PAGE_SIZE + 0x123);
	CHECK(page_virt(&pool, HPA + PAGE_SIZE + 0x123) == page + 0x123);
}

UNIT(random_use_keeps_the_account)
{
	static struct { u8 *pages; u32 count; } held[64];
	u32 seed = 1, round, used = 1;
	size_t slot;

	setup(300);
	for (round = 0; round < 20000; round++) {
		seed = seed * 1664525 + 1013904223;
		slot = seed >> 26;
		if (held[slot].pages) {
			CHECK(all_bytes(held[slot].pages, 8, (u8)slot));
			page_free(&pool, held[slot].pages, held[slot].count);
			used -= held[slot].count;
			held[slot].pages = NULL;
			continue;
		}
		held[slot].count = 1 + (seed >> 8) % 9;
		held[slot].pages = page_alloc(&pool, held[slot].count);
		if (held[slot].pages) {
			used += held[slot].count;
			memset(held[slot].pages, (int)slot, held[slot].count * PAGE_SIZE);
		}
		if (!CHECK_EQ(pool.used, used))
			return;
	}
	for (slot = 0; slot < 64; slot++)
		page_free(&pool, held[slot].pages, held[slot].count);
	CHECK_EQ(pool.used, 1);
	CHECK_EQ(index_of(page_alloc(&pool, 299)), 1);
	free(memory);
	memory = NULL;
}
