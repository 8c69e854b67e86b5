// SPDX-License-Identifier: GPL-2.0-only
/* Pages of the guest's memory that exits read over and over. */
#include "guest_pages.h"
#include "guest_walk.h"
#include "paging.h"
#include "x86.h"

static const u8 places[] = {
	[GUEST_PAGES_CODE] = 0,
	[GUEST_PAGES_OPERAND] = GUEST_MAX_LEVELS + 1,
	[GUEST_PAGES_PDPT] = 2 * GUEST_MAX_LEVELS + 1,
	2 * GUEST_MAX_LEVELS + 2,
};

static_assert(2 * GUEST_MAX_LEVELS + 2 == PERCPU_KEPT_PAGES);

struct guest_pages guest_pages_begin(enum guest_pages_use use)
{
	return (struct guest_pages){ places[use], places[use + 1] };
}

/*
 * As a guest sees it, memory is written back; a range of the machine that is not cached, such as
 * a device of its own, is not cached here either: the MTRRs say so, and are nobody's to change.
 */
static bool keep(struct percpu *percpu, unsigned int place, u64 gpa)
{
	u64 hpa;

	if (!pgtable_lookup(&percpu->cell->stage2, gpa, &hpa, NULL))
		return false;
	paging_set(&percpu->kept_ptes[place], percpu_kept[place], hpa | PROT_CONST);
	percpu->exits.kept_gpa[place] = gpa;
	return true;
}

const void *guest_pages_map(void *ctx, u64 gpa)
{
	struct percpu *percpu = this_percpu();
	struct guest_pages *pages = ctx;
	const unsigned int place = pages->next;

	if (place == pages->end)
		return NULL;
	if (percpu->exits.kept_gpa[place] != gpa && !keep(percpu, place, gpa))
		return NULL;
	pages->next++;
	return percpu_kept[place];
}

void exit_cache_flush(void)
{
	struct percpu *percpu = this_percpu();
	unsigned int n;

	percpu->exits.stale_rip = ~0ULL;
	for (n = 0; n < PERCPU_KEPT_PAGES; n++) {
		percpu->exits.kept_gpa[n] = ~0ULL;
		if (percpu->kept_ptes[n])
			paging_set(&percpu->kept_ptes[n], percpu_kept[n], 0);
	}
}
