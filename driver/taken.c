// SPDX-License-Identifier: GPL-2.0-only
/*
 * RAM that was taken from Linux at run time, for the hypervisor and cells: what memmap= does on
 * the command line.
 *
 * Linux moves what is there elsewhere and keeps off, as it does for a driver that allocates
 * contiguous memory. Nobody else may read it either, since that would be the hypervisor's or a
 * cell's: /proc/kcore and crash dumps leave out pages that are offline, as those of a balloon
 * are. To the resource tree it is a part of System RAM that is named; the inventory shows it as
 * RAM that Linux has reserved.
 */
#include "taken.h"
#include "compat.h"
#include "reason.h"

#include <linux/ioport.h>
#include <linux/list.h>
#include <linux/minmax.h>
#include <linux/mm.h>
#include <linux/mmzone.h>
#include <linux/memory_hotplug.h>
#include <linux/page-flags.h>
#include <linux/sizes.h>
#include <linux/slab.h>

#define STEP_PAGES	(SZ_2M / PAGE_SIZE)

/**
 * struct piece - what was taken in one go
 * @node: in pieces
 * @resource: its place in /proc/iomem
 */
struct piece {
	struct list_head node;
	struct resource resource;
};

/* Protected by jh_lock. */
static LIST_HEAD(pieces);

static unsigned long first_pfn(const struct piece *piece)
{
	return PHYS_PFN(piece->resource.start);
}

static unsigned long count_pages(const struct piece *piece)
{
	return PHYS_PFN(resource_size(&piece->resource));
}

/** jh_taken_size() - bytes that are taken; jh_lock is held. */
u64 jh_taken_size(void)
{
	const struct piece *piece;
	u64 size = 0;

	list_for_each_entry(piece, &pieces, node)
		size += resource_size(&piece->resource);
	return size;
}

/** jh_taken_is() - is a resource a piece that was taken? jh_lock is held. */
bool jh_taken_is(const struct resource *res)
{
	const struct piece *piece;

	list_for_each_entry(piece, &pieces, node)
		if (res == &piece->resource)
			return true;
	return false;
}

/**
 * jh_taken_parent() - where to request memory
 * @start: its first address
 * @root: where else
 *
 * System RAM is Linux's, in which nothing can be requested: but in what was taken of it.
 *
 * Context: jh_lock is held.
 */
struct resource *jh_taken_parent(u64 start, struct resource *root)
{
	struct piece *piece;

	list_for_each_entry(piece, &pieces, node)
		if (start >= piece->resource.start && start <= piece->resource.end)
			return &piece->resource;
	return root;
}

/*
 * Pages
 */

static void set_offline(unsigned long pfn, unsigned long count, bool offline)
{
	unsigned long n;

	page_offline_begin();
	for (n = 0; n < count; n++)
		if (offline)
			__SetPageOffline(pfn_to_page(pfn + n));
		else
			__ClearPageOffline(pfn_to_page(pfn + n));
	page_offline_end();
	adjust_managed_page_count(pfn_to_page(pfn), offline ? -(long)count : (long)count);
}

/* Contiguous memory can only be had within a zone, and not where the kernel itself is. */
static bool may_be_had(unsigned long pfn, unsigned long count)
{
	const struct zone *zone = NULL;
	struct page *page;
	unsigned long n;

	for (n = 0; n < count; n += STEP_PAGES) {
		page = pfn_to_online_page(pfn + n);
		if (!page || PageReserved(page) || (zone && page_zone(page) != zone))
			return false;
		zone = page_zone(page);
	}
	return true;
}

/* Of System RAM; firmware leaves few, and the first ones are the lowest. */
#define MAX_RANGES	64

/**
 * struct ranges - of System RAM, in ascending order
 * @pfn: the first page of each
 * @end: the one behind its last
 * @count: how many
 */
struct ranges {
	unsigned long pfn[MAX_RANGES];
	unsigned long end[MAX_RANGES];
	unsigned int count;
};

static int note_range(struct resource *res, void *arg)
{
	struct ranges *ranges = arg;

	if (ranges->count == MAX_RANGES)
		return -E2BIG;
	ranges->pfn[ranges->count] = round_up(PFN_UP(res->start), STEP_PAGES);
	ranges->end[ranges->count] = round_down(PFN_DOWN(res->end + 1), STEP_PAGES);
	ranges->count++;
	return 0;
}

/* Tries a range from its top. Return: the first of @count pages that were had, or 0. */
static unsigned long search_range(unsigned long start, unsigned long end, unsigned long count)
{
	unsigned long pfn;

	for (pfn = end; pfn >= start + count; pfn -= STEP_PAGES) {
		if (may_be_had(pfn - count, count) &&
		    !compat_alloc_contig_range(pfn - count, count))
			return pfn - count;
		cond_resched();
	}
	return 0;
}

/* From the top of all: below 4 GiB it is scarce. */
static unsigned long search(unsigned long count)
{
	struct ranges ranges = { .count = 0 };
	unsigned long pfn = 0;
	unsigned int n;

	walk_iomem_res_desc(IORES_DESC_NONE, IORESOURCE_SYSTEM_RAM | IORESOURCE_BUSY, 0, -1,
			    &ranges, note_range);
	for (n = ranges.count; !pfn && n--;)
		pfn = search_range(ranges.pfn[n], ranges.end[n], count);
	return pfn;
}

/*
 * Pieces
 */

static int add_piece(unsigned long pfn, unsigned long count)
{
	struct piece *piece = kzalloc(sizeof(*piece), GFP_KERNEL);
	int err;

	if (!piece)
		return -ENOMEM;
	piece->resource.name = "Jailhouse memory";
	piece->resource.start = PFN_PHYS(pfn);
	piece->resource.end = PFN_PHYS(pfn + count) - 1;
	piece->resource.flags = IORESOURCE_MEM;
	err = insert_resource(&iomem_resource, &piece->resource);
	if (err) {
		kfree(piece);
		return err;
	}
	set_offline(pfn, count, true);
	list_add(&piece->node, &pieces);
	return 0;
}

static void drop_piece(struct piece *piece)
{
	list_del(&piece->node);
	set_offline(first_pfn(piece), count_pages(piece), false);
	remove_resource(&piece->resource);
	free_contig_range(first_pfn(piece), count_pages(piece));
	kfree(piece);
}

/* Return: bytes that were had in one piece, 0 if there is no such piece. */
static u64 take_piece(u64 size)
{
	unsigned long pfn = search(PHYS_PFN(size));

	if (!pfn)
		return 0;
	if (!add_piece(pfn, PHYS_PFN(size)))
		return size;
	free_contig_range(pfn, PHYS_PFN(size));
	return 0;
}

/* One piece if it can be had, else smaller ones. */
static void take_pieces(u64 size)
{
	u64 next = size, had;

	while (size && next) {
		had = take_piece(min(next, size));
		size -= had;
		if (!had)
			next = round_down(min(next, size) / 2, SZ_2M);
	}
}

/**
 * jh_taken_take() - take RAM from Linux
 * @size: bytes
 * @why: receives the reason
 *
 * Context: jh_lock is held, the hypervisor is not enabled. May take long: what is in use is
 * moved elsewhere.
 *
 * Return: 0, -EBUSY if another amount is taken already, -EINVAL for one that is no multiple of
 * 2 MiB, -ENOMEM if it cannot be had: then none is taken.
 */
int jh_taken_take(u64 size, struct reason *why)
{
	u64 had = jh_taken_size();

	if (had == size)
		return 0;
	if (had)
		return jh_refuse(why, -EBUSY, "%llu MiB are taken already (write 0 before)",
				 had / SZ_1M);
	if (!IS_ALIGNED(size, SZ_2M))
		return jh_refuse(why, -EINVAL, "0x%llx bytes are no multiple of 2 MiB", size);
	if (size <= PFN_PHYS((u64)totalram_pages()))
		take_pieces(size);
	had = jh_taken_size();
	if (had == size)
		return 0;
	jh_taken_give_back();
	return jh_refuse(why, -ENOMEM,
			 "of %llu MiB only %llu can be taken, %lld of Linux's %llu MiB are available: write less, or boot with memmap=",
			 size / SZ_1M, had / SZ_1M, (u64)si_mem_available() * PAGE_SIZE / SZ_1M,
			 (u64)totalram_pages() * PAGE_SIZE / SZ_1M);
}

/**
 * jh_taken_give_back() - Linux may have it all again
 *
 * Context: jh_lock is held; nobody uses it, and nothing in it is requested.
 */
void jh_taken_give_back(void)
{
	struct piece *piece, *next;

	list_for_each_entry_safe(piece, next, &pieces, node)
		drop_piece(piece);
}
