/* SPDX-License-Identifier: GPL-2.0-only */
/* The search for RAM that Linux can do without. */
#ifndef _JH_TAKEN_SEARCH_H
#define _JH_TAKEN_SEARCH_H

#include "taken_pages.h"

struct reason;

/* More pieces are of no use to anybody, and each is looked at while all CPUs stand still. */
#define MAX_PIECES	16
/* Of System RAM; firmware leaves few, and the first ones are the lowest. */
#define MAX_RANGES	64

/**
 * struct search - for RAM that can be had
 * @ranges: of System RAM, in ascending order
 * @num_ranges: how many of them were not looked at yet
 * @runs: the largest that could be had when they were looked at, in descending order
 * @num_runs: how many
 * @left: pages that are still wanted
 * @take: takes pages that are had, for good; if it cannot, it frees them
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
	int (*take)(const struct run *run, struct reason *why);
};

void jh_search_add_range(struct search *search, unsigned long pfn, unsigned long end);
int jh_search(struct search *search, struct reason *why);
unsigned long jh_search_found(const struct search *search);

#endif
