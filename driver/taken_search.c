// SPDX-License-Identifier: GPL-2.0-only
/*
 * Where is RAM that Linux can do without? Asks for pages and gives them back; which are to be had
 * it does not know before. Runs on the host, too.
 */
#include "taken_search.h"
#include "operation.h"

#include <linux/errno.h>
#include <linux/minmax.h>
#include <linux/mm.h>

/* Between two of these it is looked whether to give up. */
#define MAX_CHUNK	(SZ_1G / PAGE_SIZE)

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
		now = jh_pages_likely(run->pfn, min(chunk, left));
		if (now && !jh_pages_have(run->pfn - now, now)) {
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
		jh_pages_free(run);
		run->pfn = run->end;
	}
	return err;
}

/**
 * jh_search_add_range() - there are pages here
 * @search: receives the range, which is above all it has
 * @pfn: the first page
 * @end: the one behind the last
 */
void jh_search_add_range(struct search *search, unsigned long pfn, unsigned long end)
{
	struct run range = { round_up(pfn, STEP_PAGES), round_down(end, STEP_PAGES) };

	if (range.pfn < range.end && search->num_ranges < MAX_RANGES)
		search->ranges[search->num_ranges++] = range;
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
	int err = search->take(run, why);

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
		jh_pages_free(&run);
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

/**
 * jh_search() - have pages, in one run if it can be, else in as few as possible
 * @search: has ranges, how many pages are left to be had, and who takes them
 * @why: receives the reason
 *
 * Below 4 GiB it is scarce: two runs above are better than one there.
 *
 * Context: jh_lock is held, and is released meanwhile.
 *
 * Return: 0; if then pages are left, they are not to be had; those of jh_operation_give_up()
 * and of @search->take.
 */
int jh_search(struct search *search, struct reason *why)
{
	int err = look_above(search, PHYS_PFN(SZ_4G), why);

	if (!err && count_needed(search) > 2)
		err = look_above(search, 0, why);
	if (!err && count_needed(search) <= MAX_PIECES)
		err = take_noted(search, why);
	return err;
}

/** jh_search_found() - pages that could be had when they were looked at, if any are left. */
unsigned long jh_search_found(const struct search *search)
{
	unsigned long found = 0;
	unsigned int n;

	for (n = 0; n < search->num_runs; n++)
		found += count_pages(&search->runs[n]);
	return found;
}
