// SPDX-License-Identifier: GPL-2.0-only
/* SOURCES: core/region.c core/memory_map.c */
/* RUN: two regions within eight pages, two within five, with any flags; each step may fail */
/* QUICK: 9 s */
/* FAULT: core/region.c s/_COMM_REGION | JAILHOUSE_MEM_ROOTSHARED/_COMM_REGION/ */
/* FAULT: core/region.c s/part.end, of_root/of_root->phys_start + of_root->size, of_root/ */
/* FAULT: core/region.c s/while (mem-- > first)/while (--mem > first)/ */
/* FAULT: core/region.c s/ && mem->flags == first->flags);/);/ */
/* FAULT: core/region.c s/is_loadable, root_unmap,/changes_hands, root_unmap,/ */
/* FAULT: core/memory_map.c s/if (mem->phys_start + mem->size <= hpa)/if (mem->phys_start < hpa)/ */
/*
 * Any two regions of the root cell, in any order, any two of another one, with hypervisor
 * memory and a cell that was there before: the root cell has a page, with the rights of its
 * own configuration, exactly if no other has it; after carving, loading, unloading and
 * returning, and after any of them failed half-way. The configurations do not overlap, which
 * is what config_fits.c sees to.
 *
 * All that is decided about regions is which of their ends comes first: so there are pages
 * enough for all that there can be of three of them. In place of page tables stands what
 * they say of each of these pages.
 */
#include "prove.h"
#include "arch.h"
#include "errno.h"
#include "region.h"

#define RIGHTS	(JAILHOUSE_MEM_READ | JAILHOUSE_MEM_WRITE | JAILHOUSE_MEM_EXECUTE)

struct config {
	struct jailhouse_cell_desc desc;
	struct jailhouse_memory mem[2];
} __packed;

static struct config of_root = { .desc.num_memory_regions = 2 };
static struct config of_cell = { .desc.num_memory_regions = 2 };
static struct jailhouse_memory of_other;
static struct jailhouse_system sys;
static struct jailhouse_log log_page;
static struct machine machine = {
	.system = &sys, .log = &log_page, .pool.base = (u8 *)&log_page,
};

static struct cell root = { .machine = &machine, .desc = &of_root.desc };
static struct cell cell = { .machine = &machine, .desc = &of_cell.desc, .id = 1 };

#define CELL_PAGES	5	/* behind them one is another cell's, the rest the hypervisor's */
#define HV_PAGE		(CELL_PAGES + 1)
#define LOG_PAGES	(sizeof(struct jailhouse_log) / PAGE_SIZE)
#define PAGES		(HV_PAGE + LOG_PAGES + 1)
#define ROOT_PAGES	(HV_PAGE + 2)	/* its regions end here, or before */

/* What the tables of the root cell say, and which change of them fails. */
static bool mapped[PAGES];
static u64 rights[PAGES];
static unsigned int until_failure;

u64 arch_stage2_attrs(u64 mem_flags)
{
	return mem_flags & RIGHTS;
}

/* There are no tables of devices. */
u64 arch_dma_attrs(u64 mem_flags)
{
	return 0;
}

void log_error(const char *fmt, ...)
{
	PROVE(0, "nothing is out of reach of tables that are not there");
}

void log_printf(const char *fmt, ...)
{
	PROVE(0, "there is a page to give memory back");
}

static bool fails(void)
{
	return until_failure && !--until_failure;
}

int pgtable_map(struct pgtable *pt, u64 va, u64 hpa, u64 size, u64 attrs, bool huge)
{
	u64 page;

	PROVE(pt == &root.stage2 && va == hpa, "one to one, in the root cell");
	PROVE(va + size <= PAGES * PAGE_SIZE, "no page that nobody has");
	if (va + size > PAGES * PAGE_SIZE || fails())
		return -ENOMEM;
	for (page = va / PAGE_SIZE; page < (va + size) / PAGE_SIZE; page++) {
		mapped[page] = true;
		rights[page] = attrs;
	}
	return 0;
}

int pgtable_unmap(struct pgtable *pt, u64 va, u64 size)
{
	u64 page;

	PROVE(pt == &root.stage2 && va + size <= PAGES * PAGE_SIZE, "in the root cell");
	if (va + size > PAGES * PAGE_SIZE || fails())
		return -ENOMEM;
	for (page = va / PAGE_SIZE; page < (va + size) / PAGE_SIZE; page++)
		mapped[page] = false;
	return 0;
}

static bool within(u64 page, const struct jailhouse_memory *mem)
{
	return page * PAGE_SIZE - mem->phys_start < mem->size;
}

static bool is_carved(const struct jailhouse_memory *mem)
{
	return !(mem->flags & (JAILHOUSE_MEM_COMM_REGION | JAILHOUSE_MEM_ROOTSHARED));
}

/* @loaded: the root cell has what is loadable, to write it. */
static void check_page(u64 page, bool carved, bool loaded)
{
	const struct jailhouse_memory *mine = NULL, *of_others = NULL;
	unsigned int i;

	for (i = 0; i < 2; i++) {
		if (within(page, &of_root.mem[i]))
			mine = &of_root.mem[i];
		if (within(page, &of_cell.mem[i]) && is_carved(&of_cell.mem[i]))
			of_others = &of_cell.mem[i];
	}
	if (within(page, &sys.hypervisor_memory))
		PROVE(mapped[page] == (page < HV_PAGE + LOG_PAGES) &&
		      (!mapped[page] || rights[page] == JAILHOUSE_MEM_READ),
		      "the log alone, to read it");
	else if (within(page, &of_other))
		PROVE(!mapped[page], "what another cell has stays with it");
	else if (carved && of_others)
		PROVE(mapped[page] == (loaded && of_others->flags & JAILHOUSE_MEM_LOADABLE),
		      "what the cell has is not the root cell's");
	else
		PROVE(mine ? mapped[page] && rights[page] == (mine->flags & RIGHTS) :
			     !mapped[page], "all else is the root cell's, with its own rights");
}

static void check(bool carved, bool loaded)
{
	u64 page;

	for (page = 0; page < PAGES; page++)
		check_page(page, carved, loaded);
}

/* Through the life of the cell, with the change number @failure of one step failing. */
static bool step(int (*change)(struct cell *), unsigned int failure, bool carved, bool loaded)
{
	int err;

	until_failure = failure;
	err = change(&cell);
	until_failure = 0;
	if (!err)
		check(carved, loaded);
	return !err;
}

static void live(unsigned int failing_step, unsigned int failure)
{
	u64 page;

	for (page = 0; page < PAGES; page++)
		mapped[page] = false;
	PROVE(!region_map_root(&root), "there are tables to begin with");
	for (page = 0; page < PAGES; page++)
		mapped[page] = mapped[page] && !within(page, &of_other);
	check(false, false);
	if (!step(region_carve, failing_step == 0 ? failure : 0, true, false)) {
		check(false, false);
	} else if (!step(region_load, failing_step == 1 ? failure : 0, true, true)) {
		check(true, false);
	} else if (!step(region_unload, failing_step == 2 ? failure : 0, true, false)) {
		check(true, true);
	} else {
		region_return(&cell);
		check(false, false);
		REACHED();
	}
}

static void live_with_failures(void)
{
	unsigned int n;

	for (n = 0; n < 3 * 2; n++)
		live(n / 2, n % 2 + 1);
	live(0, 0);
}

/* The region number @n of those within @pages pages. Return: false if there is none. */
static bool region(struct jailhouse_memory *mem, unsigned int n, unsigned int pages, u64 flags)
{
	u64 start = n / pages, size = n % pages + 1;

	*mem = (struct jailhouse_memory) {
		.phys_start = start * PAGE_SIZE, .size = size * PAGE_SIZE, .flags = flags,
	};
	return start + size <= pages;
}

static bool apart(const struct jailhouse_memory *a, const struct jailhouse_memory *b)
{
	return a->phys_start + a->size <= b->phys_start ||
	       b->phys_start + b->size <= a->phys_start;
}

static void any_flags(void)
{
	static const u64 flags[] = {
		0, JAILHOUSE_MEM_LOADABLE, JAILHOUSE_MEM_ROOTSHARED,
		JAILHOUSE_MEM_ROOTSHARED | JAILHOUSE_MEM_LOADABLE,
		JAILHOUSE_MEM_COMM_REGION,
	};
	unsigned int n;

	for (n = 0; n < ARRAY_SIZE(flags) * ARRAY_SIZE(flags); n++) {
		of_cell.mem[0].flags = flags[n / ARRAY_SIZE(flags)];
		of_cell.mem[1].flags = flags[n % ARRAY_SIZE(flags)];
		live_with_failures();
	}
}

static void any_cell(void)
{
	struct jailhouse_memory *mem = of_cell.mem;
	unsigned int n;

	for (n = 0; n < CELL_PAGES * CELL_PAGES * CELL_PAGES * CELL_PAGES; n++)
		if (region(&mem[0], n % (CELL_PAGES * CELL_PAGES), CELL_PAGES, 0) &&
		    region(&mem[1], n / (CELL_PAGES * CELL_PAGES), CELL_PAGES, 0) &&
		    apart(&mem[0], &mem[1]))
			any_flags();
}

int main(void)
{
	struct jailhouse_memory *mem = of_root.mem;
	unsigned int n;

	machine.root = &root;
	machine.pool.base_hpa = HV_PAGE * PAGE_SIZE;
	sys.hypervisor_memory = (struct jailhouse_memory) {
		.phys_start = HV_PAGE * PAGE_SIZE, .size = (PAGES - HV_PAGE) * PAGE_SIZE,
	};
	of_other.phys_start = CELL_PAGES * PAGE_SIZE;
	of_other.size = PAGE_SIZE;
	for (n = 0; n < 2 * ROOT_PAGES * ROOT_PAGES * ROOT_PAGES * ROOT_PAGES; n++)
		if (region(&mem[0], n / 2 % (ROOT_PAGES * ROOT_PAGES), ROOT_PAGES,
			   JAILHOUSE_MEM_READ) &&
		    region(&mem[1], n / 2 / (ROOT_PAGES * ROOT_PAGES), ROOT_PAGES,
			   n % 2 ? RIGHTS : JAILHOUSE_MEM_READ) &&
		    apart(&mem[0], &mem[1])) {
			memory_map_init(&machine.root_memory, &of_root.desc);
			any_cell();
		}
	return 0;
}
