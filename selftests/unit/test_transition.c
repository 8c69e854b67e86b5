// SPDX-License-Identifier: GPL-2.0-only
/* HOST: kernel */
/* SOURCES: ../driver/transition.c core/page_pool.c core/pgtable.c */
/*
 * The table on which CPUs cross from Linux to the hypervisor: what a CPU finds that walks it, of
 * four levels and of five, and that it keeps to the memory that it is given.
 */
#include <string.h>
#include "unit.h"
#include <linux/errno.h>
#include <jailhouse/console.h>
#include <jailhouse/cell_config.h>
#include <jailhouse/image_header.h>
#include <asm/cpufeature.h>
#include <asm/page.h>
#include <asm/pgtable_types.h>
#include <asm/processor.h>
#include "../../driver/firmware.h"
#include "../../driver/transition.h"

#define HV_PHYS		0x3a000000ULL
#define HV_SIZE		0x400000ULL
#define TEXT		0x2000ULL
#define DATA		0x14000ULL
#define TABLES		0x81000ULL
#define LINUX_PHYS	0x1000000ULL

#define ADDRESS		0x000ffffffffff000ULL

/* Beyond what can be reached from 47 bits, the upper half begins. */
#define KERNEL_HALF	256

static u8 memory[HV_SIZE] __attribute__((aligned(0x200000)));
static u64 linux_table[512];
static struct jailhouse_header header;
static struct jailhouse_boot boot;
static struct hypervisor_memory mem;
static bool five_levels;

bool pgtable_l5_enabled(void)
{
	return five_levels;
}

u64 read_cr3_pa(void)
{
	return LINUX_PHYS;
}

void *__va(u64 phys)
{
	return phys == LINUX_PHYS ? linux_table : NULL;
}

static void setup(bool l5)
{
	five_levels = l5;
	memset(memory, 0xee, sizeof(memory));
	header = (struct jailhouse_header){ .text_offset = TEXT, .data_offset = DATA };
	boot = (struct jailhouse_boot){ .transition_offset = 0 };
	mem = (struct hypervisor_memory){
		.phys = HV_PHYS, .size = HV_SIZE, .virt = memory, .header = &header,
		.boot = &boot,
	};
}

/* Anew, the tables from @next on. Return: where they end. */
static u64 make(bool l5, u64 next)
{
	setup(l5);
	CHECK_EQ(jh_transition_make(&mem, &next), 0);
	return next;
}

/* As a CPU does it: the leaf's bits but for its address, 0 without one; @phys receives that. */
static u64 walk(u64 va, u64 *phys)
{
	unsigned int level = five_levels ? 5 : 4;
	u64 *table = mem.transition;
	u64 entry, writable = _PAGE_RW, below;

	for (;;) {
		entry = table[va >> (3 + 9 * level) & 511];
		if (!(entry & _PAGE_PRESENT))
			return 0;
		writable &= entry;
		if (level == 1 || (level == 2 && entry & _PAGE_PSE))
			break;
		/* Tables are where the table that was asked for may be, and nowhere else. */
		if (!CHECK((entry & ADDRESS) - HV_PHYS - TABLES < HV_SIZE - TABLES))
			return 0;
		CHECK_EQ(entry & _PAGE_NX, 0);
		table = (u64 *)(memory + ((entry & ADDRESS) - HV_PHYS));
		level--;
	}
	below = (1ULL << (3 + 9 * level)) - 1;
	*phys = (entry & ADDRESS & ~below) | (va & below);
	return (entry & ~(ADDRESS | _PAGE_PSE | _PAGE_RW)) | writable;
}

static void look_at_all(void)
{
	static const u64 used = _PAGE_PRESENT | _PAGE_ACCESSED;
	u64 offset, want, phys = 0;

	for (offset = 0; offset < HV_SIZE; offset += 0x1000) {
		want = offset < TEXT ? used | _PAGE_NX : offset < DATA ? used :
		       used | _PAGE_NX | _PAGE_RW | _PAGE_DIRTY;
		if (!CHECK_EQ(walk(JAILHOUSE_BASE + offset + 0x123, &phys), want) ||
		    !CHECK_EQ(phys, HV_PHYS + offset + 0x123))
			unit_note("at offset 0x%llx", offset);
	}
}

UNIT(text_is_read_only_data_is_not_executable_and_all_of_it_is_there)
{
	static const u64 outside[] = {
		0, HV_PHYS, JAILHOUSE_BASE - 1, JAILHOUSE_BASE + HV_SIZE, 0x7fffffffffff,
	};
	u64 phys;
	size_t i;
	int l5;

	for (l5 = 0; l5 < 2; l5++) {
		unit_row("%d levels", 4 + l5);
		make(l5, TABLES);
		look_at_all();
		for (i = 0; i < ARRAY_SIZE(outside); i++)
			CHECK_EQ(walk(outside[i], &phys), 0);
	}
}

/*
 * Bit 12 of CR3 tells Linux which of two tables is meant: this one has to be the first. The page
 * pool has the first page for itself.
 */
UNIT(the_hypervisor_is_told_where_it_is_and_it_begins_at_8k)
{
	static const struct {
		u64 next, root;
	} rows[] = {
		{ TABLES, TABLES + 0x1000 },
		{ TABLES + 0x1000, TABLES + 0x3000 },
	};
	size_t i;

	for (i = 0; i < ARRAY_SIZE(rows); i++) {
		unit_row("from 0x%llx", rows[i].next);
		make(false, rows[i].next);
		CHECK_EQ((u64)((u8 *)mem.transition - memory), rows[i].root);
		CHECK_EQ(boot.transition_offset, rows[i].root);
		CHECK_EQ(boot.transition_offset & 0x1fff, 0);
		look_at_all();
	}
}

UNIT(what_is_before_and_behind_stays_as_it_was)
{
	u64 next, at;
	int l5;

	for (l5 = 0; l5 < 2; l5++) {
		unit_row("%d levels", 4 + l5);
		next = make(l5, TABLES);
		for (at = 0; at < TABLES; at++)
			if (!CHECK_EQ(memory[at], 0xee))
				return;
		for (at = next; at < HV_SIZE; at++)
			if (!CHECK_EQ(memory[at], 0xee))
				return;
	}
}

/* Memory that ends sooner: an error, until it is just enough. */
UNIT(too_little_memory_is_an_error)
{
	const u64 needed = (make(true, TABLES) - TABLES) / 0x1000;
	u64 next, pages;

	for (pages = 0; pages < needed; pages++) {
		setup(true);
		next = HV_SIZE - pages * 0x1000;
		unit_row("%llu pages of %llu", pages, needed);
		CHECK_EQ(jh_transition_make(&mem, &next), -ENOSPC);
	}
	CHECK(make(true, HV_SIZE - (needed + 1) * 0x1000) <= HV_SIZE);
	setup(true);
	next = HV_SIZE + 0x1000;
	CHECK_EQ(jh_transition_make(&mem, &next), -ENOSPC);
}

UNIT(linux_s_half_is_copied_anew_each_time_and_the_other_is_not)
{
	u64 lower[KERNEL_HALF];
	unsigned int n;

	make(false, TABLES);
	memcpy(lower, mem.transition, sizeof(lower));
	for (n = 0; n < 512; n++)
		linux_table[n] = 0x5000 + n * 0x1000ULL + 0x67;
	jh_transition_copy_kernel_half(&mem);
	CHECK_EQ(memcmp(mem.transition, lower, sizeof(lower)), 0);
	CHECK_EQ(memcmp(mem.transition + KERNEL_HALF, linux_table + KERNEL_HALF, sizeof(lower)), 0);
	linux_table[KERNEL_HALF] = 0;
	linux_table[511] = 0x67;
	jh_transition_copy_kernel_half(&mem);
	CHECK_EQ(mem.transition[KERNEL_HALF], 0);
	CHECK_EQ(mem.transition[511], 0x67);
	look_at_all();
}
