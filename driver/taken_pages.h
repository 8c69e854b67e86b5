/* SPDX-License-Identifier: GPL-2.0-only */
/* Pages of Linux that are had, in a row. */
#ifndef _JH_TAKEN_PAGES_H
#define _JH_TAKEN_PAGES_H

#include <linux/sizes.h>
#include <linux/types.h>

/* What is free or not is told of this much at a time: it moves together (pageblocks). */
#define STEP_PAGES	(SZ_2M / PAGE_SIZE)

/**
 * struct run - pages in a row
 * @pfn: the first one
 * @end: the one behind the last
 */
struct run {
	unsigned long pfn;
	unsigned long end;
};

static inline unsigned long count_pages(const struct run *run)
{
	return run->end - run->pfn;
}

unsigned long jh_pages_likely(unsigned long end, unsigned long count);
int jh_pages_have(unsigned long pfn, unsigned long count);
void jh_pages_free(const struct run *run);
void jh_pages_set_offline(const struct run *run, bool offline);

#endif
