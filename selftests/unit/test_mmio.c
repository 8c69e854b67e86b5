// SPDX-License-Identifier: GPL-2.0-only
/* SOURCES: core/mmio.c core/page_pool.c */
#include "unit.h"
#include "errno.h"
#include "mmio.h"

static struct page_pool pool;
static struct mmio_table table;

static int handler(void *arg, struct mmio_access *access)
{
	access->value = (u64)(size_t)arg;
	return 0;
}

static void setup(void)
{
	static u8 memory[4 * PAGE_SIZE] __aligned(4096);

	page_pool_init(&pool, memory, 0, sizeof(memory));
	CHECK_EQ(mmio_init(&table, &pool), 0);
}

UNIT(ranges_must_not_overlap)
{
	static const struct {
		u64 start, size;
		int want;
	} rows[] = {
		{ 0x2000, 0x1000, 0 },
		{ 0x4000, 0x1000, 0 },
		{ 0x1000, 0x1000, 0 },
		{ 0x3000, 0x1000, 0 },
		{ 0x2000, 0x1000, -EEXIST },
		{ 0x0800, 0x0801, -EEXIST },
		{ 0x0800, 0x0800, 0 },
		{ 0x4fff, 1, -EEXIST },
		{ 0x5000, 1, 0 },
		{ 0, ~0ULL, -EEXIST },
		{ 0x4800, 0x10, -EEXIST },
		{ 0x6000, 0, -EINVAL },
		{ ~0ULL, 1, 0 },
		{ ~0ULL, 2, -EINVAL },
		{ ~0ULL - 1, 2, -EEXIST },
		{ 0x6000, ~0ULL - 0x5fff, -EEXIST },
		{ 0x6000, ~0ULL - 0x6000, 0 },
	};
	size_t i;

	setup();
	for (i = 0; i < ARRAY_SIZE(rows); i++) {
		unit_row("%#llx + %#llx", rows[i].start, rows[i].size);
		CHECK_EQ(mmio_register(&table, rows[i].start, rows[i].size, handler, NULL),
			 rows[i].want);
	}
	for (i = 1; i < table.count; i++)
		CHECK(table.regions[i - 1].start + (table.regions[i - 1].size - 1) <
		      table.regions[i].start);
}

UNIT(an_access_must_lie_inside_whole)
{
	static const struct {
		u64 gpa;
		unsigned int width;
		size_t want;	/* arg of the range, 0: none */
	} rows[] = {
		{ 0x0fff, 1, 0 },
		{ 0x0fff, 4, 0 },
		{ 0x1000, 1, 1 },
		{ 0x1000, 8, 1 },
		{ 0x1ffc, 4, 1 },
		{ 0x1ffd, 4, 0 },	/* half of it in the next one */
		{ 0x2000, 4, 2 },
		{ 0x200f, 1, 2 },
		{ 0x200d, 4, 0 },
		{ 0x2010, 1, 0 },
		{ 0xfec00000, 4, 3 },
		{ ~0ULL, 1, 4 },
		{ ~0ULL, 2, 0 },
		{ ~0ULL - 8, 8, 0 },
	};
	const struct mmio_region *found;
	size_t i;

	setup();
	CHECK(!mmio_find(&table, 0, 1));
	mmio_register(&table, 0xfec00000, 0x1000, handler, (void *)3);
	mmio_register(&table, 0x1000, 0x1000, handler, (void *)1);
	mmio_register(&table, ~0ULL, 1, handler, (void *)4);
	mmio_register(&table, 0x2000, 0x10, handler, (void *)2);

	for (i = 0; i < ARRAY_SIZE(rows); i++) {
		unit_row("%#llx width %u", rows[i].gpa, rows[i].width);
		found = mmio_find(&table, rows[i].gpa, rows[i].width);
		CHECK_EQ(found ? (size_t)found->arg : 0, rows[i].want);
		if (found)
			CHECK(found->handler == handler);
	}
}

UNIT(unregistered_ranges_are_gone_and_others_are_not)
{
	setup();
	mmio_register(&table, 0x3000, 0x1000, handler, (void *)3);
	mmio_register(&table, 0x1000, 0x1000, handler, (void *)1);
	mmio_register(&table, 0x2000, 0x1000, handler, (void *)2);

	mmio_unregister(&table, 0x2800);
	mmio_unregister(&table, 0);
	CHECK_EQ(table.count, 3);
	mmio_unregister(&table, 0x2000);
	CHECK_EQ(table.count, 2);
	CHECK(mmio_find(&table, 0x1000, 1));
	CHECK(!mmio_find(&table, 0x2000, 1));
	CHECK(mmio_find(&table, 0x3000, 1));
	CHECK_EQ(mmio_register(&table, 0x2000, 0x1000, handler, NULL), 0);
	mmio_unregister(&table, 0x3000);
	mmio_unregister(&table, 0x1000);
	mmio_unregister(&table, 0x2000);
	mmio_unregister(&table, 0x2000);
	CHECK_EQ(table.count, 0);
}

UNIT(a_full_table_refuses_and_keeps_what_it_has)
{
	unsigned int i;

	setup();
	CHECK_EQ(table.capacity, PAGE_SIZE / sizeof(struct mmio_region));
	/* In an order that inserts at both ends and between. */
	for (i = 0; i < table.capacity; i++)
		CHECK_EQ(mmio_register(&table, (i * 37 % 128) * 0x1000, 0x1000, handler,
				       (void *)(size_t)(i + 1)), 0);
	CHECK_EQ(mmio_register(&table, 0x1000000, 0x1000, handler, NULL), -ENOSPC);
	for (i = 0; i < table.capacity; i++)
		CHECK_EQ(mmio_find(&table, (i * 37 % 128) * 0x1000 + 0xff8, 8)->arg, i + 1);
}

UNIT(memory_is_accounted)
{
	setup();
	CHECK_EQ(pool.used, 2);
	mmio_destroy(&table, &pool);
	mmio_destroy(&table, &pool);
	CHECK_EQ(pool.used, 1);
	CHECK(!mmio_find(&table, 0, 1));
	/* There is no page any more that an entry could go to. */
	CHECK_EQ(mmio_register(&table, 0, 1, handler, NULL), -ENOSPC);

	page_alloc(&pool, 3);
	CHECK_EQ(mmio_init(&table, &pool), -ENOMEM);
	CHECK_EQ(mmio_register(&table, 0, 1, handler, NULL), -ENOSPC);
	mmio_destroy(&table, &pool);
	CHECK_EQ(pool.used, 4);
}
