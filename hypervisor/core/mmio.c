// SPDX-License-Identifier: GPL-2.0-only
/* Sorted table of emulated register ranges. */
#include "mmio.h"
#include "errno.h"
#include "string.h"

int mmio_init(struct mmio_table *table, struct page_pool *pool)
{
	table->count = 0;
	table->capacity = 0;
	table->regions = page_alloc(pool, 1);
	if (!table->regions)
		return -ENOMEM;
	table->capacity = PAGE_SIZE / sizeof(*table->regions);
	return 0;
}

void mmio_destroy(struct mmio_table *table, struct page_pool *pool)
{
	page_free(pool, table->regions, 1);
	table->regions = NULL;
	table->count = 0;
	table->capacity = 0;
}

/* How many ranges start at or below @gpa: the last of them may contain it. */
static unsigned int ranges_up_to(const struct mmio_table *table, u64 gpa)
{
	unsigned int low = 0, high = table->count, middle;

	while (low < high) {
		middle = (low + high) / 2;
		if (table->regions[middle].start <= gpa)
			low = middle + 1;
		else
			high = middle;
	}
	return low;
}

int mmio_register(struct mmio_table *table, u64 start, u64 size,
		  mmio_handler handler, void *arg)
{
	struct mmio_region *at;
	unsigned int up_to;

	if (!size || size - 1 > ~start)
		return -EINVAL;
	if (table->count == table->capacity)
		return -ENOSPC;

	/* The last range that starts before the new one ends has to end before it. */
	up_to = ranges_up_to(table, start + (size - 1));
	at = table->regions + up_to;
	if (up_to && at[-1].start + (at[-1].size - 1) >= start)
		return -EEXIST;

	memmove(at + 1, at, (table->count - up_to) * sizeof(*at));
	*at = (struct mmio_region){
		.start = start, .size = size, .handler = handler, .arg = arg,
	};
	table->count++;
	return 0;
}

void mmio_unregister(struct mmio_table *table, u64 start)
{
	unsigned int up_to = ranges_up_to(table, start);
	struct mmio_region *found;

	if (!up_to)
		return;
	found = &table->regions[up_to - 1];
	if (found->start != start)
		return;
	memmove(found, found + 1, (table->count - up_to) * sizeof(*found));
	table->count--;
}

const struct mmio_region *mmio_find(const struct mmio_table *table, u64 gpa,
				    unsigned int width)
{
	unsigned int up_to = ranges_up_to(table, gpa);

	if (!up_to || !mmio_contains(&table->regions[up_to - 1], gpa, width))
		return NULL;
	return &table->regions[up_to - 1];
}
