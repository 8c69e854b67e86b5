// SPDX-License-Identifier: GPL-2.0-only
/*
 * Where a cell's memory lies, if nobody has said so: what the cell sees, from the bottom, around
 * what has its place; and RAM of the machine, from the top. Asks nobody but what it is given, and
 * runs on the host, too.
 */
#include "placement.h"
#include "directory.h"
#include "facts.h"
#include "reason.h"
#include "supply.h"

#include <linux/errno.h>
#include <linux/kernel.h>
#include <linux/minmax.h>
#include <linux/mm.h>
#include <linux/sizes.h>

#include <config_check.h>

/*
 * What the cell sees
 */

/*
 * Where memory may lie that nobody has placed: below the communication page, and from the next
 * large page on; not where a PC has its interrupt chips and firmware.
 */
static const struct facts_range windows[] = {
	{ 0, PLACEMENT_COMM_REGION },
	{ SZ_2M, 3ULL * SZ_1G },
	{ SZ_4G, CONFIG_GUEST_PHYS_END },
};

static bool overlaps(u64 start, u64 end, u64 other_start, u64 other_end)
{
	return start < other_end && other_start < end;
}

/* Registers are, to the cell, where they are. */
static u64 fixed_address(const struct directory *directory)
{
	const struct directory_memory *memory = &directory->memory;

	if (memory->address == DIRECTORY_AUTO && memory->flags & JAILHOUSE_MEM_IO)
		return memory->physical;
	return memory->address;
}

static void lower(struct facts_range *lowest, u64 start, u64 end, u64 from, u64 to)
{
	if (overlaps(start, end, from, to) && start < lowest->start)
		*lowest = (struct facts_range){ start, end };
}

/* The first range with a place of its own between @from and @to; else it begins at @to. */
static struct facts_range first_fixed(const struct directories *cell, u64 from, u64 to)
{
	struct facts_range lowest = { to, to };
	const struct directory *directory;
	const struct directory_bar *bar;
	u64 start;

	for (directory = cell->first[DIRECTORY_MEMORY]; directory; directory = directory->next) {
		start = fixed_address(directory);
		if (start != DIRECTORY_AUTO)
			lower(&lowest, start, start + directory->memory.size, from, to);
	}
	for (directory = cell->first[DIRECTORY_DEVICES]; directory; directory = directory->next)
		for (bar = directory->device.bars; bar < directory->device.bars + DIRECTORY_BARS;
		     bar++)
			if (bar->size && !bar->ports)
				lower(&lowest, round_down(bar->start, PAGE_SIZE),
				      round_up(bar->start + bar->size, PAGE_SIZE), from, to);
	return lowest;
}

/* Fills what is free between @from and @to, and returns where the next one can go on. */
static u64 fill(const struct directories *cell, u64 from, u64 to, u64 *left,
		struct placement_piece *pieces, unsigned int *count)
{
	struct facts_range fixed;
	u64 size;

	while (from < to && *left && *count < PLACEMENT_MAX_PIECES) {
		size = min(*left, to - from);
		fixed = first_fixed(cell, from, from + size);
		if (fixed.start <= from) {
			from = fixed.end;
			continue;
		}
		size = fixed.start - from;
		pieces[(*count)++] = (struct placement_piece){ from, size };
		*left -= size;
		from += size;
	}
	return from;
}

/**
 * jh_place_address() - where does the cell see the memory of a directory?
 * @cell: all that was said of it
 * @directory: in memory/, with a size
 * @cursor: where those that nobody has placed go on; 0 for the first one
 * @pieces: receives PLACEMENT_MAX_PIECES at most
 * @why: receives the reason
 *
 * Return: how many pieces, or -E2BIG.
 */
int jh_place_address(const struct directories *cell, const struct directory *directory,
		     u64 *cursor, struct placement_piece *pieces, struct reason *why)
{
	u64 address = fixed_address(directory), left = directory->memory.size;
	unsigned int n, count = 0;

	if (address != DIRECTORY_AUTO) {
		pieces[0] = (struct placement_piece){ address, left };
		return 1;
	}
	for (n = 0; n < ARRAY_SIZE(windows) && left; n++)
		*cursor = fill(cell, max(*cursor, windows[n].start), windows[n].end, &left, pieces,
			       &count);
	return left ? jh_refuse(why, -E2BIG, "there are not %llu KiB in %u pieces for it",
				directory->memory.size / SZ_1K, PLACEMENT_MAX_PIECES) : count;
}

/* The lowest free place of @size bytes in @window, from @from on, or DIRECTORY_AUTO. */
static u64 first_free(const struct directories *cell, const struct facts_range *window, u64 from,
		      u64 size)
{
	u64 start = max(from, window->start);
	struct facts_range fixed;

	for (; start < window->end && window->end - start >= size;
	     start = round_up(fixed.end, PAGE_SIZE)) {
		fixed = first_fixed(cell, start, start + size);
		if (fixed.start >= start + size)
			return start;
	}
	return DIRECTORY_AUTO;
}

/**
 * jh_place_whole() - where does the cell see memory that is to be one piece?
 * @cell: all that was said of it
 * @size: bytes
 * @cursor: where what nobody has placed goes on; receives the address
 * @why: receives the reason
 *
 * Return: 0 or -E2BIG.
 */
int jh_place_whole(const struct directories *cell, u64 size, u64 *cursor, struct reason *why)
{
	u64 start = DIRECTORY_AUTO;
	unsigned int n;

	for (n = 0; n < ARRAY_SIZE(windows) && start == DIRECTORY_AUTO; n++)
		start = first_free(cell, &windows[n], *cursor, size);
	if (start == DIRECTORY_AUTO)
		return jh_refuse(why, -E2BIG, "there are not %llu KiB in %u pieces for it",
				 size / SZ_1K, 1);
	*cursor = start;
	return 0;
}

/* Where registers of virtual devices may lie: among a PC's devices, below its interrupt chips. */
static const struct facts_range register_window = { 0xfd000000, 0xfec00000 };

/**
 * jh_place_registers() - where does the cell see the registers of a virtual device?
 * @cell: all that was said of it
 * @size: bytes
 * @cursor: the lowest address; 0 for the first one; receives it
 * @why: receives the reason
 *
 * Return: 0 or -ENOSPC.
 */
int jh_place_registers(const struct directories *cell, u64 size, u64 *cursor, struct reason *why)
{
	const u64 start = first_free(cell, &register_window, *cursor, size);

	if (start == DIRECTORY_AUTO)
		return jh_refuse(why, -ENOSPC,
				 "there is no place for its registers (0x%llx-0x%llx)",
				 register_window.start, register_window.end);
	*cursor = start;
	return 0;
}

/*
 * RAM of the machine
 */

/**
 * struct search - for RAM
 * @cell: for which one
 * @machine: where
 * @size: how many bytes
 * @unit: its start, less @phase, is a multiple of this power of two
 * @phase: see @unit
 */
struct search {
	const struct directories *cell;
	const struct directory_machine *machine;
	u64 size;
	u64 unit;
	u64 phase;
};

static void lower_regions(struct facts_range *lowest, const struct jailhouse_cell_desc *desc,
			  u64 from, u64 to)
{
	const struct jailhouse_memory *region = config_mem_regions(desc);
	unsigned int n;

	for (n = 0; n < desc->num_memory_regions; n++, region++)
		if (!(region->flags & JAILHOUSE_MEM_COMM_REGION))
			lower(lowest, region->phys_start, region->phys_start + region->size, from,
			      to);
}

/* The first that somebody has between @from and @to; else it begins at @to. */
static struct facts_range first_used(const struct search *search, u64 from, u64 to)
{
	const struct jailhouse_memory *own = &search->machine->system->hypervisor_memory;
	struct facts_range lowest = { to, to };
	const struct directory *directory = search->cell->first[DIRECTORY_MEMORY];
	const struct directory *device = search->cell->first[DIRECTORY_IVSHMEM];
	unsigned int n;

	lower(&lowest, own->phys_start, own->phys_start + own->size, from, to);
	for (n = 0; n < search->machine->num_others; n++)
		lower_regions(&lowest, search->machine->others[n], from, to);
	for (; directory; directory = directory->next)
		if (directory->memory.placed_physical != DIRECTORY_AUTO)
			lower(&lowest, directory->memory.placed_physical,
			      directory->memory.placed_physical + directory->memory.size, from, to);
	for (; device; device = device->next)
		if (device->ivshmem.placed_physical != DIRECTORY_AUTO)
			lower(&lowest, device->ivshmem.placed_physical,
			      device->ivshmem.placed_physical +
			      jh_directory_ivshmem_size(&device->ivshmem), from, to);
	return lowest;
}

/* The last place in a range that is free, or DIRECTORY_AUTO. */
static u64 last_free(const struct search *search, const struct facts_range *range)
{
	u64 end = range->end, start, below;

	while (end > range->start && end - range->start >= search->size) {
		start = end - search->size;
		below = (start - search->phase) & (search->unit - 1);
		if (below > start - range->start)
			break;
		start -= below;
		end = first_used(search, start, start + search->size).start;
		if (end == start + search->size)
			return start;
	}
	return DIRECTORY_AUTO;
}

/* First fit from the top. */
static u64 find(const struct search *search)
{
	const struct supply *supply = search->machine->supply;
	u64 start = DIRECTORY_AUTO;
	unsigned int n;

	for (n = supply->num_ranges; n-- && start == DIRECTORY_AUTO;)
		start = last_free(search, &supply->ranges[n]);
	return start;
}

/* What is free in one range, at most; what fits decides for all that is smaller. */
static u64 largest_free(const struct search *wanted)
{
	struct search search = *wanted;
	u64 fits = 0, pages = wanted->size / PAGE_SIZE, middle;

	search.unit = PAGE_SIZE;
	search.phase = 0;
	while (pages - fits > 1) {
		middle = fits + (pages - fits) / 2;
		search.size = middle * PAGE_SIZE;
		if (find(&search) == DIRECTORY_AUTO)
			pages = middle;
		else
			fits = middle;
	}
	return fits * PAGE_SIZE;
}

static int refuse_space(const struct search *search, struct reason *why)
{
	if (!search->machine->supply->num_ranges)
		return jh_refuse(why, -ENOSPC,
				 "no RAM is reserved for cells: write an amount to jailhouse/memory before enabling, or boot with memmap=");
	return jh_refuse(why, -ENOSPC,
			 "%llu KiB are not free in one range of what is reserved for cells, %llu KiB are: write a larger amount to jailhouse/memory before enabling",
			 search->size / SZ_1K, largest_free(search) / SZ_1K);
}

/* Large pages map what has the same place in a page of 2 MiB on both sides. */
static void ask_for_large_pages(struct search *search, const struct placement_piece *pieces)
{
	u64 offset = 0, largest = 0;

	for (; offset < search->size; offset += pieces->size, pieces++) {
		if (pieces->size <= largest)
			continue;
		largest = pieces->size;
		search->phase = (pieces->address - offset) & (SZ_2M - 1);
	}
	search->unit = largest >= SZ_2M ? SZ_2M : PAGE_SIZE;
	search->phase &= search->unit - 1;
}

/**
 * jh_place_physical() - where is the memory of a directory?
 * @cell: all that was said of it; those that are placed already say so
 * @directory: in memory/, with a size
 * @pieces: how the cell sees it
 * @machine: what there is, and who has something already
 * @physical: receives the host-physical address
 * @why: receives the reason
 *
 * Return: 0, or -ENOSPC.
 */
int jh_place_physical(const struct directories *cell, const struct directory *directory,
		      const struct placement_piece *pieces,
		      const struct directory_machine *machine, u64 *physical,
		      struct reason *why)
{
	struct search search = {
		.cell = cell, .machine = machine, .size = directory->memory.size,
	};

	*physical = directory->memory.physical;
	if (*physical != DIRECTORY_AUTO)
		return 0;
	ask_for_large_pages(&search, pieces);
	*physical = find(&search);
	if (*physical == DIRECTORY_AUTO && search.unit != PAGE_SIZE) {
		search.unit = PAGE_SIZE;
		search.phase = 0;
		*physical = find(&search);
	}
	return *physical == DIRECTORY_AUTO ? refuse_space(&search, why) : 0;
}

/**
 * jh_place_sections() - where is memory that the cell is to share with others?
 * @cell: all that was said of it; what is placed already says so
 * @machine: what there is, and who has something already
 * @size: bytes
 * @physical: receives the host-physical address
 * @why: receives the reason
 *
 * Return: 0, or -ENOSPC.
 */
int jh_place_sections(const struct directories *cell, const struct directory_machine *machine,
		      u64 size, u64 *physical, struct reason *why)
{
	const struct search search = {
		.cell = cell, .machine = machine, .size = size, .unit = PAGE_SIZE,
	};

	*physical = find(&search);
	return *physical == DIRECTORY_AUTO ? refuse_space(&search, why) : 0;
}
