// SPDX-License-Identifier: GPL-2.0-only
/*
 * Machines that describe themselves, with ends of links for the root cell: where nothing is in any
 * list, or a refusal.
 */
/* HOST: kernel */
/* BESIDE: machines.c reason.c */
/* SOURCES: ../driver/describe.c ../driver/address_map.c ../driver/facts_mtrr.c */
/* SOURCES: ../driver/describe_map.c ../driver/describe_reserve.c */
/* SOURCES: ../driver/inventory_query.c */
/* SOURCES: core/config_check.c core/config_console.c core/config_fields.c core/config_links.c */
/* SOURCES: core/config_ivshmem.c core/config_memory.c core/config_msix.c */
/* SOURCES: core/config_owned.c core/config_refuse.c core/format.c core/string.c */
/* SOURCES: core/cpu_set.c */
#include "machines.h"
#include "unit.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "../../driver/address_map.h"
#include "../../driver/describe.h"
#include "../../driver/reason.h"

#include "config_check.h"

static struct address_map map;
static u8 blob[DESCRIBE_MAX_SIZE] __aligned(16);
static size_t size;
static struct reason why;

static const struct jailhouse_cell_desc *describe(struct machine_facts *facts, u32 num_links)
{
	facts->num_links = num_links;
	if (!CHECK_EQ(jh_describe(facts, &map, blob, &size, &why), 0))
		printf("# %s\n", why.text);
	return &((const struct jailhouse_system *)blob)->root_cell;
}

static bool has_region(const struct jailhouse_cell_desc *root, u64 address)
{
	const struct jailhouse_memory *region = config_mem_regions(root);
	unsigned int n;

	for (n = 0; n < root->num_memory_regions; n++, region++)
		if (address >= region->phys_start && address - region->phys_start < region->size)
			return true;
	return false;
}

UNIT(none_unless_somebody_wants_them)
{
	struct recorded *machine = machine_read("pc");
	const struct jailhouse_cell_desc *root = describe(&machine->facts, 0);

	CHECK_EQ(root->num_links, 0);
	CHECK(has_region(root, 0xfef00000));
	machine_drop(machine);
}

UNIT(behind_the_local_apics)
{
	struct recorded *machine = machine_read("pc");
	const struct jailhouse_cell_desc *root = describe(&machine->facts, 8);
	const struct jailhouse_link *link = config_links(root);
	unsigned int n;

	CHECK_EQ(root->num_links, 8);
	for (n = 0; n < 8; n++, link++) {
		CHECK_EQ(link->address, 0xfef00000 + n * JAILHOUSE_LINK_SIZE);
		CHECK(!has_region(root, link->address));
		CHECK(!n || link->id != link[-1].id);
		CHECK(!n || memcmp(link->mac, link[-1].mac, 6));
	}
	CHECK(has_region(root, 0xfef00000 + 8 * JAILHOUSE_LINK_SIZE));
	machine_drop(machine);
}

UNIT(around_what_is_listed)
{
	struct recorded *machine = machine_read("pc");
	struct machine_facts *facts = &machine->facts;
	const struct jailhouse_cell_desc *root;

	machine_add(facts, 0xfef01000, 0xfef01fff, "Reserved");
	facts->iommus[facts->num_iommus++] = (struct facts_range){ 0xfef03000, 0xfef04000 };
	root = describe(facts, 1);
	CHECK_EQ(config_links(root)->address, 0xfef04000);
	machine_drop(machine);
}

UNIT(no_place)
{
	struct recorded *machine = machine_read("pc");
	struct machine_facts *facts = &machine->facts;

	machine_add(facts, 0xfec00000, ~0ULL, "Reserved");
	facts->num_links = 1;
	CHECK_EQ(jh_describe(facts, &map, blob, &size, &why), -EADDRNOTAVAIL);
	CHECK(strstr(why.text, "no addresses are free for 1 links of the root cell"));
	facts->num_links = 0;
	CHECK_EQ(jh_describe(facts, &map, blob, &size, &why), 0);
	machine_drop(machine);
}
