// SPDX-License-Identifier: GPL-2.0-only
/* SOURCES: core/memory_map.c */
#include <stdlib.h>
#include <string.h>

#include "unit.h"
#include "memory_map.h"

static struct {
	struct jailhouse_cell_desc desc;
	struct jailhouse_memory mem[CONFIG_MAX_MEMORY_REGIONS];
} cell;
static struct memory_map map;

/* Region N of @order has the N-th place, each of two pages with a hole of one after it. */
static void list(const unsigned int *order, unsigned int count)
{
	unsigned int n;

	memset(&cell, 0, sizeof(cell));
	cell.desc.num_memory_regions = count;
	for (n = 0; n < count; n++)
		cell.mem[n] = (struct jailhouse_memory) {
			.phys_start = (order[n] * 3ULL + 1) * PAGE_SIZE,
			.size = 2 * PAGE_SIZE,
		};
	memory_map_init(&map, &cell.desc);
}

static const struct jailhouse_memory *look_at_each(u64 hpa)
{
	const struct jailhouse_memory *mem;

	for (mem = cell.mem; mem < cell.mem + cell.desc.num_memory_regions; mem++)
		if (hpa >= mem->phys_start && hpa - mem->phys_start < mem->size)
			return mem;
	return NULL;
}

/* Against the list itself, at both ends of each region and in between. */
static void check_all(void)
{
	const u64 last = map.count * 3ULL + 2;
	u64 page;
	u32 n;

	CHECK_EQ(map.count, cell.desc.num_memory_regions);
	for (n = 1; n < map.count; n++)
		CHECK(memory_map_get(&map, n - 1)->phys_start <
		      memory_map_get(&map, n)->phys_start);
	for (page = 0; page < last; page++) {
		CHECK_EQ(memory_map_find(&map, page * PAGE_SIZE),
			 look_at_each(page * PAGE_SIZE));
		CHECK_EQ(memory_map_find(&map, page * PAGE_SIZE + PAGE_SIZE - 1),
			 look_at_each(page * PAGE_SIZE));
		/* Page 3N is before region N, 3N + 1 and 3N + 2 are in it. */
		CHECK_EQ(memory_map_search(&map, page * PAGE_SIZE),
			 MIN(page / 3, map.count));
	}
	CHECK_EQ(memory_map_search(&map, ~0ULL), map.count);
	CHECK_EQ(memory_map_find(&map, ~0ULL), NULL);
}

UNIT(any_order_of_few_regions)
{
	static const unsigned int rows[][4] = {
		{ 0, 1, 2, 3 }, { 3, 2, 1, 0 }, { 1, 0, 3, 2 }, { 2, 3, 0, 1 }, { 1, 3, 0, 2 },
	};
	size_t i;

	for (i = 0; i < ARRAY_SIZE(rows); i++) {
		unit_row("%u %u %u %u", rows[i][0], rows[i][1], rows[i][2], rows[i][3]);
		list(rows[i], 4);
		check_all();
	}
}

UNIT(no_region_and_a_single_one)
{
	static const unsigned int zero;

	list(NULL, 0);
	check_all();
	list(&zero, 1);
	check_all();
}

UNIT(as_many_as_there_may_be)
{
	unsigned int order[CONFIG_MAX_MEMORY_REGIONS], n, other, swapped;

	for (n = 0; n < ARRAY_SIZE(order); n++)
		order[n] = n;
	list(order, ARRAY_SIZE(order));
	check_all();

	srand(1);
	for (n = ARRAY_SIZE(order) - 1; n > 0; n--) {
		other = (unsigned int)rand() % (n + 1);
		swapped = order[n];
		order[n] = order[other];
		order[other] = swapped;
	}
	list(order, ARRAY_SIZE(order));
	check_all();
}
