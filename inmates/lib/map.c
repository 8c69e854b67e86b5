// SPDX-License-Identifier: GPL-2.0-only
/* Identity mapping of what start.S did not map: everything from 4 GiB on. */
#include "inmate.h"

#define PRESENT_WRITE	0x003ULL
#define UNCACHED	0x018ULL
#define LARGE		0x080ULL
#define LARGE_SIZE	0x200000ULL
#define ENTRIES		512

/* Tables for this many far-off places. */
#define SPARE_TABLES	8

static u64 spare_tables[SPARE_TABLES][ENTRIES] __aligned(4096);
static unsigned int spare_used;

static u64 *next_table(u64 *entry)
{
	if (!(*entry & 1)) {
		if (spare_used == SPARE_TABLES) {
			printf("map_range: out of page tables\n");
			stop(JAILHOUSE_CELL_FAILED);
		}
		*entry = (u64)spare_tables[spare_used++] | PRESENT_WRITE;
	}
	return (u64 *)ALIGN_DOWN(*entry, 4096);
}

static unsigned int index_of(u64 gpa, unsigned int shift)
{
	return (gpa >> shift) & (ENTRIES - 1);
}

/**
 * map_range() - make guest-physical addresses usable as pointers, uncached
 * @gpa: first address, below 2^47
 * @size: bytes
 *
 * Addresses below 4 GiB are mapped from the start, cached up to 3 GiB. Not to be
 * called on two CPUs at once.
 */
void map_range(u64 gpa, u64 size)
{
	u64 at, *pointers, *directory;

	for (at = ALIGN_DOWN(gpa, LARGE_SIZE); at < gpa + size; at += LARGE_SIZE) {
		pointers = next_table(&page_root[index_of(at, 39)]);
		directory = next_table(&pointers[index_of(at, 30)]);
		if (!directory[index_of(at, 21)])
			directory[index_of(at, 21)] = at | PRESENT_WRITE | UNCACHED | LARGE;
	}
}
