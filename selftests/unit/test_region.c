// SPDX-License-Identifier: GPL-2.0-only
/* SOURCES: core/region.c core/region_ports.c core/memory_map.c core/page_pool.c core/pgtable.c */
/* SOURCES: core/pio.c core/log.c core/format.c core/string.c */
/* What the root cell has, when its configuration lists it in any order and any pieces. */
#include <stdlib.h>

#include "unit.h"
#include "arch.h"
#include "region.h"

#define K4	0x1000ULL
#define M2	0x200000ULL
#define G1	0x40000000ULL

#define HV_START	(3 * G1)
#define POOL_PAGES	64

#define RX	(JAILHOUSE_MEM_READ | JAILHOUSE_MEM_EXECUTE)
#define RW	(JAILHOUSE_MEM_READ | JAILHOUSE_MEM_WRITE)
#define RWX	(RX | RW)

/* Hypervisor memory: the log, then the pool. */
static struct {
	struct jailhouse_log log;
	u8 pool[POOL_PAGES * PAGE_SIZE];
} hv __aligned(4096);

struct config {
	struct jailhouse_cell_desc desc;
	struct jailhouse_memory mem[CONFIG_MAX_MEMORY_REGIONS];
};

static struct config root_config, cell_config;
static struct jailhouse_system sys;
static struct machine machine;
static struct cell root, cell;

static const struct pgtable_format format = {
	.levels = 4,
	.huge_levels = 6,
	.present_mask = 7,
	.table_attrs = 7,
	.leaf_huge_bit = 0x80,
	.addr_mask = 0x000ffffffffff000ULL,
};

const struct pgtable_format *arch_stage2_format(void)
{
	return &format;
}

/* Nobody translates what devices do here: test_cell_dma.c has that. */
u64 arch_dma_attrs(__maybe_unused u64 mem_flags)
{
	return 0;
}

u64 arch_stage2_attrs(u64 mem_flags)
{
	return mem_flags & RWX;
}

/* Nothing here scrubs, waits, or prints to a console. */

void *arch_window(__maybe_unused u64 hpa)
{
	abort();
}

void arch_window_close(void)
{
}

u64 arch_read_tsc(void)
{
	return 0;
}

void arch_cpu_relax(void)
{
}

unsigned int arch_cpu_id(void)
{
	return 0;
}

size_t arch_console_write(__maybe_unused const char *text, size_t length,
			  __maybe_unused bool urgent,
			  __maybe_unused const char **remark)
{
	return length;
}

static void add(struct config *config, u64 start, u64 size, u64 flags)
{
	config->mem[config->desc.num_memory_regions++] = (struct jailhouse_memory) {
		.phys_start = start, .virt_start = start, .size = size, .flags = flags,
	};
}

static void clear(void)
{
	root_config.desc.num_memory_regions = 0;
	cell_config.desc.num_memory_regions = 0;
}

/* With what add() put into the configuration of the root cell. */
static void boot(void)
{
	machine = (struct machine) { .root = &root, .system = &sys, .log = &hv.log };
	sys.hypervisor_memory = (struct jailhouse_memory) {
		.phys_start = HV_START, .size = sizeof(hv),
	};
	page_pool_init(&machine.pool, hv.pool, HV_START + sizeof(hv.log), sizeof(hv.pool));
	root = (struct cell) { .machine = &machine, .desc = &root_config.desc };
	cell = (struct cell) { .machine = &machine, .desc = &cell_config.desc, .id = 1 };
	memory_map_init(&machine.root_memory, root.desc);
	CHECK_EQ(pgtable_init(&root.stage2, &format, &machine.pool), 0);
	CHECK_EQ(region_map_root(&root), 0);
}

/* Size of the page that translates @hpa, 0 if there is none; its rights are @flags. */
static u64 page_at(u64 hpa, u64 flags)
{
	struct pgtable_leaf leaf;

	if (!pgtable_lookup_leaf(&root.stage2, hpa, &leaf))
		return 0;
	CHECK_EQ(leaf.va, leaf.hpa);
	CHECK_EQ(leaf.attrs, flags);
	return leaf.size;
}

/* Tables in use, without the four that lead to the log. */
static unsigned int tables(void)
{
	struct page_pool empty;

	page_pool_init(&empty, hv.pool, 0, sizeof(hv.pool));
	return machine.pool.used - empty.used - 4;
}

UNIT(the_largest_page_that_fits_is_used)
{
	static const struct {
		u64 start, size, at, page;
	} rows[] = {
		{ G1, G1, G1, G1 },
		{ G1, G1, 2 * G1 - K4, G1 },
		{ G1, G1 - K4, G1, M2 },
		{ G1, G1 - K4, 2 * G1 - 2 * K4, K4 },
		{ G1 + K4, G1 - K4, G1 + K4, K4 },
		{ G1 + K4, G1 - K4, G1 + M2, M2 },
		{ M2, M2, M2, M2 },
		{ M2, 2 * M2 - K4, M2, M2 },
		{ M2, 2 * M2 - K4, 2 * M2, K4 },
		{ K4, M2, K4, K4 },
		{ K4, M2, M2, K4 },
		{ M2 - K4, M2 + 2 * K4, M2, M2 },
	};
	size_t i;

	for (i = 0; i < ARRAY_SIZE(rows); i++) {
		unit_row("%#llx + %#llx", rows[i].start, rows[i].size);
		clear();
		add(&root_config, rows[i].start, rows[i].size, RWX);
		boot();
		CHECK_EQ(page_at(rows[i].at, RWX), rows[i].page);
		CHECK_EQ(page_at(rows[i].start - K4, RWX), 0);
		CHECK_EQ(page_at(rows[i].start + rows[i].size, RWX), 0);
	}
}

/* A GiB in pieces of 2 MiB, the last ones in pieces of 4 KiB, backwards. */
UNIT(regions_that_adjoin_are_merged)
{
	u64 hpa;

	clear();
	for (hpa = 2 * G1 - K4; hpa >= 2 * G1 - M2; hpa -= K4)
		add(&root_config, hpa, K4, RWX);
	for (hpa = 2 * G1 - 2 * M2; hpa >= G1; hpa -= M2)
		add(&root_config, hpa, M2, RWX);
	CHECK_EQ(root_config.desc.num_memory_regions, 1023);
	boot();
	CHECK_EQ(page_at(G1, RWX), G1);
	CHECK_EQ(page_at(2 * G1 - K4, RWX), G1);
	CHECK_EQ(page_at(G1 - K4, RWX), 0);
	CHECK_EQ(page_at(2 * G1, RWX), 0);
	CHECK_EQ(tables(), 0);
}

UNIT(regions_with_other_rights_or_a_hole_between_them_are_not_merged)
{
	clear();
	add(&root_config, M2, M2 / 2, RWX);
	add(&root_config, M2 + M2 / 2, M2 / 2, RX);
	add(&root_config, 2 * M2, M2, RWX);
	add(&root_config, 3 * M2, M2 - K4, RWX);
	add(&root_config, 4 * M2, M2, RWX);
	add(&root_config, 5 * M2, M2, RWX | JAILHOUSE_MEM_NO_HUGEPAGES);
	boot();
	CHECK_EQ(page_at(2 * M2 - K4 - M2 / 2, RWX), K4);
	CHECK_EQ(page_at(M2 + M2 / 2, RX), K4);
	CHECK_EQ(page_at(2 * M2, RWX), M2);
	CHECK_EQ(page_at(4 * M2 - 2 * K4, RWX), K4);
	CHECK_EQ(page_at(4 * M2 - K4, RWX), 0);
	CHECK_EQ(page_at(4 * M2, RWX), M2);
	CHECK_EQ(page_at(5 * M2, RWX), K4);
}

UNIT(hypervisor_memory_within_merged_regions_stays_out)
{
	const u64 end = HV_START + sizeof(hv);

	clear();
	add(&root_config, HV_START, M2, RWX);
	add(&root_config, HV_START - M2, M2, RWX);
	boot();
	CHECK_EQ(page_at(HV_START - K4, RWX), M2);
	CHECK_EQ(page_at(HV_START, JAILHOUSE_MEM_READ), K4);
	CHECK_EQ(page_at(HV_START + sizeof(hv.log), 0), 0);
	CHECK_EQ(page_at(end - K4, 0), 0);
	CHECK_EQ(page_at(end, RWX), K4);
}

static u64 cell_page_at(u64 gpa)
{
	struct pgtable_leaf leaf;

	return pgtable_lookup_leaf(&cell.stage2, gpa, &leaf) ? leaf.size : 0;
}

/* Executable memory, where a CPU has the erratum, and where the cell wants small pages. */
UNIT(small_pages_of_a_cell_are_mapped_in_slices)
{
	static const struct {
		bool erratum;
		u64 flags;
		bool small;
	} rows[] = {
		{ false, RWX, false },
		{ true, RWX, true },
		{ true, RX, true },
		{ true, RW, false },
		{ false, RW | JAILHOUSE_MEM_NO_HUGEPAGES, true },
		{ true, RX | JAILHOUSE_MEM_ROOTSHARED, true },
	};
	unsigned int n, i, calls, before;
	bool at_once;
	u64 gpa, most;
	int err;

	for (n = 0; n < 2 * ARRAY_SIZE(rows); n++) {
		i = n / 2;
		at_once = n % 2;
		unit_row("row %u%s", i, at_once ? ", the rest at once" : "");
		clear();
		add(&root_config, 0, 20 * M2, RWX);
		add(&cell_config, 2 * M2, 4 * M2, rows[i].flags);
		add(&cell_config, 9 * M2 + K4, 2 * M2 + K4, rows[i].flags);
		add(&cell_config, 16 * M2, M2, RW);
		boot();
		machine.small_exec = rows[i].erratum;
		CHECK_EQ(pgtable_init(&cell.stage2, &format, &machine.pool), 0);
		CHECK_EQ(region_map_cell(&cell), 0);
		CHECK_EQ(cell_page_at(2 * M2), rows[i].small ? 0 : M2);
		most = region_small_tables(&cell);
		before = machine.pool.used;
		/* The time of a call is over at once, or that of the first one only. */
		calls = 0;
		do
			err = region_map_small(&cell, at_once && calls ? ~0ULL : 0);
		while (++calls, err == -EAGAIN);
		CHECK_EQ(err, 0);
		CHECK_EQ(calls, !rows[i].small ? 1 : at_once ? 2 : 4 + 3 + 1);
		CHECK(machine.pool.used - before <= most);
		for (gpa = 2 * M2; gpa < 6 * M2; gpa += K4)
			if (!CHECK_EQ(cell_page_at(gpa), rows[i].small ? K4 : M2))
				break;
		CHECK_EQ(cell_page_at(6 * M2), 0);
		CHECK_EQ(cell_page_at(9 * M2), 0);
		CHECK_EQ(cell_page_at(9 * M2 + K4), K4);
		CHECK_EQ(cell_page_at(10 * M2), rows[i].small ? K4 : M2);
		CHECK_EQ(cell_page_at(11 * M2 + K4), K4);
		CHECK_EQ(cell_page_at(11 * M2 + 2 * K4), 0);
		CHECK_EQ(cell_page_at(16 * M2), M2);
	}
}

/* What a cell takes from several regions of the root cell, listed in disorder. */
UNIT(each_part_comes_back_with_the_rights_that_it_had)
{
	unsigned int used;

	clear();
	add(&root_config, 6 * M2, M2, RW);
	add(&root_config, 2 * M2, 2 * M2, RWX);
	add(&root_config, 5 * M2, M2, RX);
	add(&root_config, 4 * M2, M2, RWX);
	add(&cell_config, 3 * M2 + K4, 4 * M2 - 2 * K4, RWX);
	boot();
	used = machine.pool.used;
	/* The two upper levels for each of four parts, small pages at both ends. */
	CHECK_EQ(region_reserve(&cell), 4 * 2 + 2);

	CHECK_EQ(region_carve(&cell), 0);
	CHECK_EQ(page_at(2 * M2, RWX), M2);
	CHECK_EQ(page_at(3 * M2, RWX), K4);
	CHECK_EQ(page_at(3 * M2 + K4, 0), 0);
	CHECK_EQ(page_at(4 * M2, 0), 0);
	CHECK_EQ(page_at(5 * M2, 0), 0);
	CHECK_EQ(page_at(7 * M2 - 2 * K4, 0), 0);
	CHECK_EQ(page_at(7 * M2 - K4, RW), K4);

	region_return(&cell);
	CHECK_EQ(page_at(3 * M2 + K4, RWX), M2);
	CHECK_EQ(page_at(4 * M2, RWX), M2);
	CHECK_EQ(page_at(5 * M2, RX), M2);
	CHECK_EQ(page_at(6 * M2, RW), M2);
	CHECK_EQ(page_at(7 * M2, 0), 0);
	CHECK_EQ(machine.pool.used, used);
}

/* The reserve counts a table for each 2 MiB where the root cell has no large pages. */
UNIT(the_reserve_without_large_pages)
{
	clear();
	add(&root_config, 0, 8 * M2, RWX | JAILHOUSE_MEM_NO_HUGEPAGES);
	add(&cell_config, 2 * M2, 3 * M2, RWX);
	boot();
	CHECK_EQ(region_reserve(&cell), 3 + 1 + 1);
	cell_config.mem[0].phys_start += K4;
	CHECK_EQ(region_reserve(&cell), 4 + 1 + 1);
}

/* A table for each end that is within a large page, and the one that the large pages are in. */
UNIT(the_reserve_with_the_largest_pages)
{
	clear();
	add(&root_config, 4 * G1, 4 * G1, RWX);
	add(&cell_config, 5 * G1, 2 * G1, RWX);
	boot();
	CHECK_EQ(region_reserve(&cell), 1);
	cell_config.mem[0].phys_start += K4;
	CHECK_EQ(region_reserve(&cell), 2 + 2 + 1);
}

/* No page for the second region: the first one is as it was, what is before it untouched. */
UNIT(carving_that_fails_is_undone)
{
	unsigned int used;

	clear();
	add(&root_config, 0, 16 * M2, RWX);
	add(&cell_config, 2 * M2, M2, RWX);
	add(&cell_config, 4 * M2 + K4, K4, RWX);
	boot();
	while (page_alloc(&machine.pool, 1))
		;
	used = machine.pool.used;
	CHECK_EQ(region_carve(&cell), -ENOMEM);
	CHECK_EQ(page_at(2 * M2, RWX), M2);
	CHECK_EQ(page_at(4 * M2, RWX), M2);
	CHECK_EQ(machine.pool.used, used);
}
