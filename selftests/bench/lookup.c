// SPDX-License-Identifier: GPL-2.0-only
/*
 * lookup: what it takes to find who emulates an address, by the number of those who do.
 * No machine has as many as a table has room for, so the hypervisor's own file is called
 * from here; in the test machine a tick is an instruction there, too.
 */
#include <stdio.h>
#include <x86intrin.h>

#include "mmio.h"

#define ROUNDS		100
#define LOOKUPS		512
#define DISTANCE	0x10000

static struct mmio_region regions[128];

static void fill(struct mmio_table *table, unsigned int count)
{
	for (; table->count < count; table->count++)
		regions[table->count] = (struct mmio_region) {
			.start = (u64)table->count * DISTANCE, .size = PAGE_SIZE,
		};
}

/* All of them in turn, so that the place in the table does not matter. */
static u64 look_up_all(const struct mmio_table *table)
{
	unsigned int n, found = 0;
	u64 begin = __rdtsc();

	for (n = 0; n < LOOKUPS; n++)
		found += !!mmio_find(table, (u64)(n % table->count) * DISTANCE, 4);
	begin = __rdtsc() - begin;
	return found == LOOKUPS ? begin : 0;
}

/* The shortest time, since Linux interrupts some. */
static u64 measure(const struct mmio_table *table)
{
	u64 ticks, shortest = look_up_all(table);
	unsigned int round;

	for (round = 1; round < ROUNDS; round++) {
		ticks = look_up_all(table);
		if (ticks < shortest)
			shortest = ticks;
	}
	return shortest;
}

int main(void)
{
	struct mmio_table table = { .regions = regions };
	unsigned int count;

	for (count = 1; count <= ARRAY_SIZE(regions); count *= 2) {
		fill(&table, count);
		printf("mmio_entries %u lookup.mmio %.1f ticks\n", count,
		       (double)measure(&table) / LOOKUPS);
	}
	return 0;
}
