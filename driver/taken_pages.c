// SPDX-License-Identifier: GPL-2.0-only
/*
 * Pages of Linux that are had. Nobody else may read them, since they are going to be the
 * hypervisor's or a cell's: /proc/kcore leaves out pages that are offline, as those of a balloon
 * are, and so does makedumpfile, which makes most crash dumps.
 */
#include "taken_pages.h"
#include "compat.h"

#include <linux/mm.h>
#include <linux/mmzone.h>
#include <linux/memory_hotplug.h>
#include <linux/page-flags.h>

/**
 * jh_pages_likely() - how many pages look as if they could be had?
 * @end: the page behind the last
 * @count: how many are wanted, whole steps
 *
 * Contiguous memory can only be had within a zone, and not where the kernel itself is.
 *
 * Return: how many of @count pages below @end.
 */
unsigned long jh_pages_likely(unsigned long end, unsigned long count)
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

/** jh_pages_have() - have pages in a row; return: 0, or an errno if one of them does not move. */
int jh_pages_have(unsigned long pfn, unsigned long count)
{
	return compat_alloc_contig_range(pfn, count);
}

/** jh_pages_free() - undo jh_pages_have(), all at once. */
void jh_pages_free(const struct run *run)
{
	if (count_pages(run))
		compat_free_contig_range(run->pfn, count_pages(run));
}

/*
 * A step lies in one zone, which counts its pages; a run may lie in several. What was reserved
 * when Linux started has never been counted.
 */
static void set_step_offline(unsigned long pfn, bool offline)
{
	unsigned long n;

	for (n = 0; n < STEP_PAGES; n++)
		if (offline)
			__SetPageOffline(pfn_to_page(pfn + n));
		else
			__ClearPageOffline(pfn_to_page(pfn + n));
	if (!PageReserved(pfn_to_page(pfn)))
		adjust_managed_page_count(pfn_to_page(pfn),
					  offline ? -(long)STEP_PAGES : (long)STEP_PAGES);
}

/**
 * jh_pages_set_offline() - nobody reads them any more, and Linux does not count them
 * @run: pages that are had
 * @offline: false: undo it
 */
void jh_pages_set_offline(const struct run *run, bool offline)
{
	unsigned long pfn;

	page_offline_begin();
	for (pfn = run->pfn; pfn < run->end; pfn += STEP_PAGES)
		set_step_offline(pfn, offline);
	page_offline_end();
}
