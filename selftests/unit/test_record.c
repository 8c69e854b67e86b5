// SPDX-License-Identifier: GPL-2.0-only
/*
 * What a user sends of a machine says all that its description depends on: memory types, too,
 * which are looked at here.
 */
/* HOST: kernel */
/* BESIDE: machines.c */
/* SOURCES: ../driver/record.c ../driver/facts_mtrr.c */
/* SOURCES: ../driver/describe.c ../driver/address_map.c */
/* SOURCES: ../driver/describe_map.c ../driver/describe_reserve.c */
/* SOURCES: ../driver/compare.c ../driver/inventory_query.c */
/* SOURCES: core/config_check.c core/config_console.c core/config_fields.c core/cpu_set.c */
/* SOURCES: core/config_ivshmem.c core/config_links.c */
/* SOURCES: core/config_memory.c core/config_msix.c */
/* SOURCES: core/config_owned.c core/config_refuse.c core/format.c core/string.c */
#include "unit.h"
#include "machines.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "../../driver/address_map.h"
#include "../../driver/compare.h"
#include "../../driver/describe.h"
#include "../../driver/facts_mtrr.h"
#include "../../driver/record.h"
#include "../../driver/reason.h"

#include "config_check.h"

#define TEXT_SIZE	200000

struct described {
	u8 blob[DESCRIBE_MAX_SIZE] __aligned(16);
	size_t size;
	struct reason why;
};

static struct described made, made_again;
static struct address_map map;

/* As the driver's. */
int jh_refuse(struct reason *why, int err, const char *fmt, ...)
{
	va_list args;

	va_start(args, fmt);
	vsnprintf(why->text, sizeof(why->text), fmt, args);
	va_end(args);
	return err;
}

static int describe(const struct machine_facts *facts, struct described *described)
{
	memset(described, 0, sizeof(*described));
	return jh_describe(facts, &map, described->blob, &described->size, &described->why);
}

static char *recorded(const struct machine_facts *facts)
{
	char *text = malloc(TEXT_SIZE);
	const size_t length = jh_record(facts, NULL, 0);

	CHECK(length < TEXT_SIZE);
	CHECK_EQ(jh_record(facts, text, TEXT_SIZE), length);
	CHECK_EQ(strlen(text), length);
	return text;
}

static struct recorded *read_again(char *text)
{
	FILE *file = fmemopen(text, strlen(text), "r");
	struct recorded *machine = machine_read_from(file, "of the record");

	fclose(file);
	return machine;
}

static void check_facts(const struct machine_facts *facts)
{
	char *text = recorded(facts), *text_again;
	struct recorded *again = read_again(text);
	int err;

	text_again = recorded(&again->facts);
	CHECK(!strcmp(text, text_again));
	err = describe(facts, &made);
	CHECK_EQ(describe(&again->facts, &made_again), err);
	CHECK_EQ(made_again.size, made.size);
	CHECK(!memcmp(made_again.blob, made.blob, made.size));
	CHECK(!strcmp(made_again.why.text, made.why.text));
	machine_drop(again);
	free(text_again);
	free(text);
}

static void check_machine(const char *name)
{
	struct recorded *machine = machine_read(name);

	check_facts(&machine->facts);
	CHECK(made.size);
	machine_drop(machine);
}

UNIT(a_record_of_a_machine_is_that_machine)
{
	check_machine("atom");
	check_machine("laptop");
	check_machine("nuc");
	check_machine("pc");
	check_machine("q35");
	check_machine("server");
}

/* What no machine of the list has. */
UNIT(nothing_is_left_out)
{
	struct recorded *machine = machine_read("q35");
	struct machine_facts *facts = &machine->facts;
	struct inventory_entry *entry;
	char *text;

	entry = machine_add(facts, 0x120000000, 0x12fffffff, "Jailhouse memory");
	entry->taken = true;
	entry->desc = IORES_DESC_RESERVED;
	machine_add(facts, 0x140000000, 0x140000fff, "a {strange} name")->flags =
		IORESOURCE_BUSY | IORESOURCE_WINDOW | IORESOURCE_READONLY;
	facts->itlb_multihit = true;
	facts->iommus[facts->num_iommus++] = (struct facts_range){ 0xfed90000, 0xfed91000 };
	facts->iommu_type = JAILHOUSE_IOMMU_AMD;
	facts->reserved[facts->num_reserved++] = (struct facts_range){ 0xfed40000, 0xfed40800 };
	facts->firmware_ram_gap = FIRMWARE_RAM_CUT;
	facts->inventory.pins[facts->inventory.num_pins++] = (struct inventory_pin){ 0, 9, 9 };
	facts->functions[facts->num_functions++] = (struct jailhouse_pci_device){
		.type = JAILHOUSE_PCI_TYPE_DEVICE, .bdf = 0x1a, .num_msix_vectors = 3,
		.msix_address = 0xfebd1000, .bar_mask = { 0xfffff000, 0, 0xffffc004, 0xffffffff },
	};
	facts->functions[facts->num_functions++] = (struct jailhouse_pci_device){
		.type = JAILHOUSE_PCI_TYPE_VIRTUAL, .physical = 0x1a, .bdf = 0x9a,
		.bar_mask = { 0xffffc000, 0xffffffff },
	};
	facts->mtrrs = (struct facts_mtrrs){
		.known = true, .has_fixed = true, .fixed = { 6, [10] = 0x0505050505050505 },
		.standard = MEMORY_TYPE_WB, .cached_end = 0x140000000, .count = 1,
		.variable = { { 0x80000000, 0x80000000, MEMORY_TYPE_UC } },
	};
	facts->runtime[facts->num_runtime++] = (struct facts_runtime){
		{ 0xfe000000, 0xfe001000 }, false, false
	};
	check_facts(facts);
	text = recorded(facts);
	CHECK(strstr(text, "itlb-multihit\n"));
	CHECK(strstr(text, "firmware cut\n"));
	CHECK(strstr(text, "pin 9 of 0 irq 9\n"));
	CHECK(strstr(text, "function 0x1a type 0x1 msix 3 0xfebd1000 bars fffff000 0 ffffc004 "));
	CHECK(strstr(text, "Jailhouse memory {taken 7}\n"));
	CHECK(strstr(text, "a {strange} name {busy readonly window 0}\n"));
	CHECK(strstr(text, "runtime registers fe000000-fe000fff\n"));
	free(text);
	machine_drop(machine);
}

UNIT(a_record_without_room_is_cut)
{
	struct recorded *machine = machine_read("atom");
	const size_t length = jh_record(&machine->facts, NULL, 0);
	char *text = malloc(length);
	size_t size;

	for (size = 1; size <= length; size += 7) {
		CHECK_EQ(jh_record(&machine->facts, text, size), length);
		CHECK(strlen(text) < size);
	}
	free(text);
	machine_drop(machine);
}

/*
 * Memory types
 */

static const struct jailhouse_memory *find_region(u64 address)
{
	const struct jailhouse_system *system = (const void *)made.blob;
	const struct jailhouse_memory *region = config_mem_regions(&system->root_cell);
	unsigned int n;

	for (n = 0; n < system->root_cell.num_memory_regions; n++, region++)
		if (address >= region->phys_start && address - region->phys_start < region->size)
			return region;
	return NULL;
}

static bool is_device(u64 address)
{
	const struct jailhouse_memory *region = find_region(address);

	return region && region->flags & JAILHOUSE_MEM_IO;
}

static u8 type_at(const struct machine_facts *facts, u64 address)
{
	u64 end = address;
	const u8 type = jh_facts_memory_type(facts, address, &end);
	u64 same;

	/* All of what it says is alike: its last byte, at least. */
	CHECK(end > address);
	CHECK_EQ(jh_facts_memory_type(facts, end - 1, &same), type);
	return type;
}

/* As a firmware with 4 GiB in two parts sets them: 3 GiB below, 1 above, and TSEG uncached. */
static void set_mtrrs(struct machine_facts *facts)
{
	facts->phys_bits = 36;
	facts->mtrrs.known = true;
	jh_facts_add_mtrr(facts, 0x000000006, 0xf80000800);
	jh_facts_add_mtrr(facts, 0x080000006, 0xfc0000800);
	jh_facts_add_mtrr(facts, 0x100000006, 0xfc0000800);
	jh_facts_add_mtrr(facts, 0x0bf800000, 0xfff800800);
	jh_facts_add_mtrr(facts, 0x0a0000006, 0xfff000000);
	jh_facts_add_mtrr(facts, 0x0d0000001, 0xff0000800);
}

UNIT(types_of_variable_ranges)
{
	struct machine_facts *facts = calloc(1, sizeof(*facts));

	set_mtrrs(facts);
	CHECK_EQ(facts->mtrrs.count, 5);
	CHECK(facts->mtrrs.known);
	CHECK_EQ(type_at(facts, 0), MEMORY_TYPE_WB);
	CHECK_EQ(type_at(facts, 0x7fffffff), MEMORY_TYPE_WB);
	CHECK_EQ(type_at(facts, 0xa0000000), MEMORY_TYPE_WB);
	CHECK_EQ(type_at(facts, 0xbf7fffff), MEMORY_TYPE_WB);
	CHECK_EQ(type_at(facts, 0xbf800000), MEMORY_TYPE_UC);
	CHECK_EQ(type_at(facts, 0xbfffffff), MEMORY_TYPE_UC);
	CHECK_EQ(type_at(facts, 0xc0000000), MEMORY_TYPE_UC);
	CHECK_EQ(type_at(facts, 0xd0000000), MEMORY_TYPE_WC);
	CHECK_EQ(type_at(facts, 0x13fffffff), MEMORY_TYPE_WB);
	CHECK_EQ(type_at(facts, 0x140000000), MEMORY_TYPE_UC);
	CHECK(jh_facts_is_cached(facts, 0, 0xbf800000));
	CHECK(!jh_facts_is_cached(facts, 0xbf000000, 0xbf801000));
	/* Below write-back and write-through there is write-through; else uncached. */
	jh_facts_add_mtrr(facts, 0x010000004, 0xff0000800);
	jh_facts_add_mtrr(facts, 0x018000005, 0xff8000800);
	CHECK_EQ(type_at(facts, 0x10000000), MEMORY_TYPE_WT);
	CHECK_EQ(type_at(facts, 0x18000000), MEMORY_TYPE_UC);
	/* A mask with a hole. */
	jh_facts_add_mtrr(facts, 0x020000004, 0xfb0000800);
	CHECK(!facts->mtrrs.known);
	CHECK(jh_facts_is_cached(facts, 0xc0000000, 0xd0000000));
	free(facts);
}

UNIT(types_of_fixed_ranges)
{
	struct machine_facts *facts = calloc(1, sizeof(*facts));
	unsigned int n;

	set_mtrrs(facts);
	facts->mtrrs.has_fixed = true;
	for (n = 0; n < 3; n++)
		facts->mtrrs.fixed[n] = n < 2 ? 0x0606060606060606 : 0;
	facts->mtrrs.fixed[3] = 0x0606060606050405;
	facts->mtrrs.fixed[10] = 0x0100000000000000;
	CHECK_EQ(type_at(facts, 0x9ffff), MEMORY_TYPE_WB);
	CHECK_EQ(type_at(facts, 0xa0000), MEMORY_TYPE_UC);
	CHECK_EQ(type_at(facts, 0xc0000), MEMORY_TYPE_WP);
	CHECK_EQ(type_at(facts, 0xc1000), MEMORY_TYPE_WT);
	CHECK_EQ(type_at(facts, 0xc2fff), MEMORY_TYPE_WP);
	CHECK_EQ(type_at(facts, 0xc3000), MEMORY_TYPE_WB);
	CHECK_EQ(type_at(facts, 0xc8000), MEMORY_TYPE_UC);
	CHECK_EQ(type_at(facts, 0xfefff), MEMORY_TYPE_UC);
	CHECK_EQ(type_at(facts, 0xff000), MEMORY_TYPE_WC);
	CHECK_EQ(type_at(facts, 0x100000), MEMORY_TYPE_WB);
	CHECK(jh_facts_is_cached(facts, 0, 0xa0000));
	CHECK(!jh_facts_is_cached(facts, 0, 0x100000));
	free(facts);
}

/* Above 4 GiB only the end of RAM is said. */
UNIT(types_where_the_end_of_ram_says_them)
{
	struct machine_facts *facts = calloc(1, sizeof(*facts));

	set_mtrrs(facts);
	facts->mtrrs.cached_end = 0x240000000;
	CHECK_EQ(type_at(facts, 0xffffffff), MEMORY_TYPE_UC);
	CHECK_EQ(type_at(facts, 0x23fffffff), MEMORY_TYPE_WB);
	CHECK_EQ(type_at(facts, 0x240000000), MEMORY_TYPE_UC);
	free(facts);
}

/* Linux has left out RAM that is not cached: it is reserved, and no reserve. */
UNIT(ram_that_is_not_cached_is_no_reserve)
{
	struct recorded *machine = machine_read("server");
	struct machine_facts *facts = &machine->facts;

	facts->mtrrs.known = true;
	facts->mtrrs.standard = MEMORY_TYPE_WB;
	CHECK_EQ(describe(facts, &made), 0);
	CHECK(!is_device(0x101ffff000));
	jh_facts_add_mtrr(facts, 0x1010000000 | MEMORY_TYPE_UC, 0x3ffff0000800);
	CHECK_EQ(describe(facts, &made), -EADDRNOTAVAIL);
	facts->mtrrs.known = false;
	CHECK_EQ(describe(facts, &made), 0);
	machine_drop(machine);
}

UNIT(what_is_not_cached_is_a_device)
{
	struct recorded *machine = machine_read("server");
	struct machine_facts *facts = &machine->facts;

	facts->mtrrs.known = true;
	facts->mtrrs.standard = MEMORY_TYPE_WB;
	/* ACPI's memory, and a part of what Linux uses: that it uses says more. */
	jh_facts_add_mtrr(facts, 0x6d000000 | MEMORY_TYPE_UC, 0x3fffff000800);
	jh_facts_add_mtrr(facts, 0x60000000 | MEMORY_TYPE_UC, 0x3fffff000800);
	CHECK_EQ(describe(facts, &made), 0);
	CHECK(is_device(0x6d000000));
	CHECK(is_device(0x6dffffff));
	CHECK(!is_device(0x6e000000));
	CHECK(!is_device(0x60000000));
	machine_drop(machine);
}
