// SPDX-License-Identifier: GPL-2.0-only
/*
 * RAM that was taken from Linux at run time, for the hypervisor and cells: what memmap= does on
 * the command line.
 *
 * Linux moves what is there elsewhere and keeps off, as it does for a driver that allocates
 * contiguous memory. Nobody else may read it either, since that would be the hypervisor's or a
 * cell's: /proc/kcore leaves out pages that are offline, as those of a balloon are, and so does
 * makedumpfile, which makes most crash dumps. To the resource tree it is a part of System RAM
 * that is named; the inventory shows it as RAM that Linux has reserved.
 */
#include "taken.h"
#include "compat.h"
#include "operation.h"
#include "reason.h"

#include <linux/ioport.h>
#include <linux/minmax.h>
#include <linux/mm.h>
#include <linux/mmzone.h>
#include <linux/memory_hotplug.h>
#include <linux/page-flags.h>
#include <linux/sizes.h>
#include <linux/string.h>

/* What is free or not is told of this much at a time: it moves together (pageblocks). */
#define STEP_PAGES	(SZ_2M / PAGE_SIZE)
/* Between two of these it is looked whether to give up. */
#define MAX_CHUNK	(SZ_1G / PAGE_SIZE)
/* More are of no use to anybody, and each is looked at while all CPUs stand still. */
#define MAX_PIECES	16

/* What was taken, and its place in /proc/iomem. Protected by jh_lock. */
static struct resource pieces[MAX_PIECES];
static unsigned int num_pieces;

/** jh_taken_size() - bytes that are taken; jh_lock is held. */
u64 jh_taken_size(void)
{
	unsigned int n;
	u64 size = 0;

	for (n = 0; n < num_pieces; n++)
		size += resource_size(&pieces[n]);
	return size;
}

/** jh_taken_is() - is a resource a piece that was taken? */
bool jh_taken_is(const struct resource *res)
{
	return res >= pieces && res < pieces + MAX_PIECES;
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
	unsigned int n;

	for (n = 0; n < num_pieces; n++)
		if (start >= pieces[n].start && start <= pieces[n].end)
			return &pieces[n];
	return root;
}

/*
 * Pages
 */

/**
 * struct run - pages in a row
 * @pfn: the first one
 * @end: the one behind the last
 */
struct run {
	unsigned long pfn;
	unsigned long end;
};

static unsigned long count_pages(const struct run *run)
{
	return run->end - run->pfn;
}

static void free_run(const struct run *run)
{
	if (count_pages(run))
		compat_free_contig_range(run->pfn, count_pages(run));
}

/* A step lies in one zone, which counts its pages; a run may lie in several. */
static void set_step_offline(unsigned long pfn, bool offline)
{
	unsigned long n;

	for (n = 0; n < STEP_PAGES; n++)
		if (offline)
			__SetPageOffline(pfn_to_page(pfn + n));
		else
			__ClearPageOffline(pfn_to_page(pfn + n));
	adjust_managed_page_count(pfn_to_page(pfn),
				  offline ? -(long)STEP_PAGES : (long)STEP_PAGES);
}

static void set_offline(const struct run *run, bool offline)
{
	unsigned long pfn;

	page_offline_begin();
	for (pfn = run->pfn; pfn < run->end; pfn += STEP_PAGES)
		set_step_offline(pfn, offline);
	page_offline_end();
}

/*
 * Contiguous memory can only be had within a zone, and not where the kernel itself is. Return: how
 * many of @count pages below @end look as if they could.
 */
static unsigned long may_be_had(unsigned long end, unsigned long count)
{
	const struct zone *zone = NULL;
	struct page *page;
	unsigned long n;

	for (n = 0; n < count; n += STEP_PAGES) {
		page = pfn_to_online_page(end - n - STEP_PAGES);
		if (!page || PageReserved(page) || (zone && page_zone(page) != zone))
			break;
		zone = page_zone(page);
	}
	return n;
}

/**
 * grow() - have pages below those that are had already
 * @run: those
 * @start: the first page that there is
 * @count: how many the run is to have
 * @why: receives the reason
 *
 * It ends below at a step that is not to be had. That is found by ever larger attempts until one
 * fails, and by halves then: each attempt makes the CPUs drain their lists, and one that fails
 * may have moved much in vain.
 *
 * Context: jh_lock is held, and is released meanwhile.
 *
 * Return: 0, or that of jh_operation_give_up(): then nothing is had.
 */
static int grow(struct run *run, unsigned long start, unsigned long count, struct reason *why)
{
	unsigned long chunk = STEP_PAGES, now, left;
	bool halving = false;
	int err = 0;

	while (!err && chunk && run->pfn > start && count_pages(run) < count) {
		left = min(run->pfn - start, count - count_pages(run));
		now = may_be_had(run->pfn, min(chunk, left));
		if (now && !compat_alloc_contig_range(run->pfn - now, now)) {
			run->pfn -= now;
			chunk = halving ? round_up(chunk / 2, STEP_PAGES) :
					  min(2 * chunk, MAX_CHUNK);
		} else {
			halving = true;
			chunk = now > STEP_PAGES ? round_up(now / 2, STEP_PAGES) : 0;
		}
		jh_operation_pause(0);
		err = jh_operation_give_up(why);
	}
	if (err) {
		free_run(run);
		run->pfn = run->end;
	}
	return err;
}

/*
 * Pieces
 */

static struct run run_of(const struct resource *piece)
{
	return (struct run){ PHYS_PFN(piece->start), PHYS_PFN(piece->end + 1) };
}

/* Return: 0, or an errno: then the pages are Linux's again. */
static int add_piece(const struct run *run, struct reason *why)
{
	struct resource *piece = &pieces[num_pieces];
	int err;

	*piece = (struct resource){
		.name = "Jailhouse memory",
		.start = PFN_PHYS(run->pfn),
		.end = PFN_PHYS(run->end) - 1,
		.flags = IORESOURCE_MEM,
	};
	err = insert_resource(&iomem_resource, piece);
	if (err) {
		free_run(run);
		return jh_refuse(why, err, "0x%llx-0x%llx has no place in /proc/iomem",
				 (u64)PFN_PHYS(run->pfn), (u64)PFN_PHYS(run->end));
	}
	set_offline(run, true);
	num_pieces++;
	return 0;
}

static void drop_last_piece(void)
{
	struct resource *piece = &pieces[--num_pieces];
	struct run run = run_of(piece);

	set_offline(&run, false);
	remove_resource(piece);
	free_run(&run);
}

/*
 * The search
 */

/* Of System RAM; firmware leaves few, and the first ones are the lowest. */
#define MAX_RANGES	64

/**
 * struct search - for RAM that can be had
 * @ranges: of System RAM, in ascending order
 * @num_ranges: how many of them were not looked at yet
 * @runs: the largest that could be had when they were looked at, in descending order
 * @num_runs: how many
 * @left: pages that are still wanted
 *
 * Each range is looked at once, from its top. No more is had at a time than what is wanted: so
 * what is found is Linux's again until it is known that it is the best. Between two runs of a
 * range there is a step that could not be had: so no two pieces adjoin, unless ranges do.
 */
struct search {
	struct run ranges[MAX_RANGES];
	unsigned int num_ranges;
	struct run runs[MAX_PIECES];
	unsigned int num_runs;
	unsigned long left;
};

static int note_range(struct resource *res, void *arg)
{
	struct search *search = arg;
	struct run range = {
		.pfn = round_up(PFN_UP(res->start), STEP_PAGES),
		.end = round_down(PFN_DOWN(res->end + 1), STEP_PAGES),
	};

	if (search->num_ranges == MAX_RANGES)
		return -E2BIG;
	if (range.pfn < range.end)
		search->ranges[search->num_ranges++] = range;
	return 0;
}

static void note_run(struct search *search, const struct run *run)
{
	unsigned int n = search->num_runs;

	if (n < MAX_PIECES)
		search->num_runs++;
	else if (count_pages(&search->runs[--n]) >= count_pages(run))
		return;
	for (; n && count_pages(&search->runs[n - 1]) < count_pages(run); n--)
		search->runs[n] = search->runs[n - 1];
	search->runs[n] = *run;
}

static int take_run(struct search *search, const struct run *run, struct reason *why)
{
	int err = add_piece(run, why);

	if (!err)
		search->left -= count_pages(run);
	return err;
}

/* Looks what can be had of a range, and takes it if it is all that is wanted. */
static int look_at(struct search *search, const struct run *range, struct reason *why)
{
	struct run run = { .pfn = range->end, .end = range->end };
	int err;

	while (run.pfn > range->pfn) {
		err = grow(&run, range->pfn, search->left, why);
		if (err)
			return err;
		if (count_pages(&run) == search->left)
			return take_run(search, &run, why);
		if (count_pages(&run))
			note_run(search, &run);
		free_run(&run);
		/* Below the step that was not to be had. */
		run.pfn -= min(run.pfn - range->pfn, STEP_PAGES);
		run.end = run.pfn;
	}
	return 0;
}

static int look_above(struct search *search, unsigned long pfn, struct reason *why)
{
	const struct run *range;
	int err = 0;

	while (!err && search->left && search->num_ranges) {
		range = &search->ranges[search->num_ranges - 1];
		if (range->end <= pfn)
			break;
		err = look_at(search, range, why);
		search->num_ranges--;
	}
	return err;
}

/* How many pieces would it be as things are? More than MAX_PIECES if it is not enough. */
static unsigned int count_needed(const struct search *search)
{
	unsigned long had = 0;
	unsigned int n;

	for (n = 0; n < search->num_runs && had < search->left; n++)
		had += count_pages(&search->runs[n]);
	return had < search->left ? MAX_PIECES + 1 : n;
}

/* The largest first. Linux may have used one meanwhile, for what does not move. */
static int take_noted(struct search *search, struct reason *why)
{
	const struct run *noted = search->runs;
	struct run run;
	int err = 0;

	for (; !err && search->left && noted < search->runs + search->num_runs; noted++) {
		run = (struct run){ noted->end, noted->end };
		err = grow(&run, noted->pfn, search->left, why);
		if (!err && count_pages(&run))
			err = take_run(search, &run, why);
	}
	return err;
}

/* Below 4 GiB it is scarce: two pieces above are better than one there. */
static int take_best(struct search *search, struct reason *why)
{
	int err = look_above(search, PHYS_PFN(SZ_4G), why);

	if (!err && count_needed(search) > 2)
		err = look_above(search, 0, why);
	if (!err && count_needed(search) <= MAX_PIECES)
		err = take_noted(search, why);
	return err;
}

static u64 to_mib(u64 pages)
{
	return PFN_PHYS(pages) / SZ_1M;
}

/* In one piece if it can be had, else in as few as possible. */
static int take(u64 size, struct reason *why)
{
	static struct search search;	/* large, and an operation's alone */
	int err;

	memset(&search, 0, sizeof(search));
	search.left = PHYS_PFN(size);
	walk_iomem_res_desc(IORES_DESC_NONE, IORESOURCE_SYSTEM_RAM | IORESOURCE_BUSY, 0, -1,
			    &search, note_range);
	err = take_best(&search, why);
	if (!err && search.left)
		err = jh_refuse(why, -ENOMEM,
				"%llu MiB cannot be had in %u pieces, too much of it is used by what cannot be moved: write less, or boot with memmap=",
				size / SZ_1M, MAX_PIECES);
	if (err)
		jh_taken_give_back();
	return err;
}

/*
 * Once all is taken that there is, Linux kills programs to make room for others. What it calls
 * available is an estimate, with caches in it that are in use the next moment, and what is moved
 * needs room, too: so an eighth of it stays.
 */
static int check_available(u64 size, struct reason *why)
{
	u64 available = si_mem_available();
	u64 most = round_down(PFN_PHYS(available - available / 8), SZ_2M);

	if (size <= most)
		return 0;
	return jh_refuse(why, -ENOMEM,
			 "%llu MiB cannot be spared: of Linux's %llu MiB %llu MiB are available, of which %llu can be taken: write less, or boot with memmap=",
			 size / SZ_1M, to_mib(totalram_pages()), to_mib(available), most / SZ_1M);
}

/**
 * jh_taken_take() - take RAM from Linux
 * @size: bytes
 * @why: receives the reason
 *
 * Context: in an operation: jh_lock is held, and is released meanwhile; the hypervisor is not
 * enabled. May take long: what is in use is moved elsewhere.
 *
 * Return: 0, -EBUSY if another amount is taken already, -EINVAL for one that is no multiple of
 * 2 MiB, -ENOMEM if it cannot be had, -EOPNOTSUPP if this kernel cannot do it, -EINTR after a
 * signal, -ECANCELED for a reboot: then none is taken.
 */
int jh_taken_take(u64 size, struct reason *why)
{
	u64 had = jh_taken_size();
	int err;

	if (had == size)
		return 0;
	if (had)
		return jh_refuse(why, -EBUSY, "%llu MiB are taken already (write 0 before)",
				 had / SZ_1M);
	if (!IS_ALIGNED(size, SZ_2M))
		return jh_refuse(why, -EINVAL, "0x%llx bytes are no multiple of 2 MiB", size);
	if (!IS_ENABLED(CONFIG_CONTIG_ALLOC))
		return jh_refuse(why, -EOPNOTSUPP,
				 "this kernel was built without CONFIG_CONTIG_ALLOC: boot with memmap=");
	err = check_available(size, why);
	return err ?: take(size, why);
}

/**
 * jh_taken_give_back() - Linux may have it all again
 *
 * Context: jh_lock is held; nobody uses it, and nothing in it is requested.
 */
void jh_taken_give_back(void)
{
	while (num_pieces)
		drop_last_piece();
}
