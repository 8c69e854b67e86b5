// SPDX-License-Identifier: GPL-2.0-only
/*
 * What is where in the physical address space. What is told later counts where it overlaps
 * with what was told before. Runs on the host, too.
 */
#include "address_map.h"

#include <linux/kernel.h>
#include <linux/minmax.h>
#include <linux/mm.h>
#include <linux/string.h>

/** jh_address_map_init() - nothing is known, up to @end. */
void jh_address_map_init(struct address_map *map, u64 end)
{
	map->segments[0] = (struct address_segment){ 0, ADDRESS_NOTHING };
	map->count = 1;
	map->end = end;
	map->full = false;
}

/* Number of the segment that has an address. */
static unsigned int find(const struct address_map *map, u64 addr)
{
	unsigned int low = 0, high = map->count, middle;

	while (high - low > 1) {
		middle = (low + high) / 2;
		if (map->segments[middle].start <= addr)
			low = middle;
		else
			high = middle;
	}
	return low;
}

/* Makes a segment begin at @addr. Return: its number. */
static unsigned int split(struct address_map *map, u64 addr)
{
	unsigned int n = find(map, addr);

	if (map->segments[n].start == addr)
		return n;
	if (map->count == ADDRESS_MAX_SEGMENTS) {
		map->full = true;
		return n;
	}
	memmove(&map->segments[n + 2], &map->segments[n + 1],
		(map->count - n - 1) * sizeof(map->segments[0]));
	map->segments[n + 1] = (struct address_segment){ addr, map->segments[n].class };
	map->count++;
	return n + 1;
}

/**
 * jh_address_map_set() - tell what is in a range
 * @map: the address space
 * @start: first address
 * @end: the one behind the last; what is beyond the address space does not count
 * @class: what is there, in all pages of which the range has a part
 */
void jh_address_map_set(struct address_map *map, u64 start, u64 end, enum address_class class)
{
	unsigned int n, last;

	start = round_down(start, PAGE_SIZE);
	end = end >= map->end ? map->end : PAGE_ALIGN(end);
	if (start >= end)
		return;
	n = split(map, start);
	last = end == map->end ? map->count : split(map, end);
	for (; n < last; n++)
		map->segments[n].class = class;
}

static u64 end_of(const struct address_map *map, unsigned int n)
{
	return n + 1 < map->count ? map->segments[n + 1].start : map->end;
}

/** jh_address_map_has() - is any of @class in the range? */
bool jh_address_map_has(const struct address_map *map, u64 start, u64 end,
			enum address_class class)
{
	unsigned int n;

	for (n = find(map, start); n < map->count && map->segments[n].start < end; n++)
		if (map->segments[n].class == class)
			return true;
	return false;
}

/**
 * jh_address_map_next() - the next range in which all is of one class
 * @map: the address space
 * @start: receives its first address; where to begin
 * @end: receives the address behind its last one
 * @class: receives what is there
 *
 * Return: false at the end of the address space.
 */
bool jh_address_map_next(const struct address_map *map, u64 *start, u64 *end,
			 enum address_class *class)
{
	unsigned int n;

	if (*start >= map->end)
		return false;
	n = find(map, *start);
	*class = map->segments[n].class;
	while (n + 1 < map->count && map->segments[n + 1].class == *class)
		n++;
	*end = end_of(map, n);
	return true;
}
