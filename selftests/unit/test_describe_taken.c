// SPDX-License-Identifier: GPL-2.0-only
/* Memory that was taken at run time: a resource within System RAM. */
/* HOST: kernel */
/* BESIDE: machines.c described.c reason.c */
/* SOURCES: ../driver/describe.c ../driver/address_map.c */
/* SOURCES: ../driver/describe_map.c ../driver/describe_reserve.c */
/* SOURCES: ../driver/facts_efi.c ../driver/facts_ioapic.c */
/* SOURCES: ../driver/facts_mtrr.c */
/* SOURCES: ../driver/compare.c ../driver/inventory_query.c */
/* SOURCES: core/config_check.c core/config_console.c core/config_fields.c core/cpu_set.c */
/* SOURCES: core/config_ivshmem.c core/config_links.c */
/* SOURCES: core/config_memory.c core/config_msix.c */
/* SOURCES: core/config_owned.c core/config_refuse.c core/format.c core/string.c */
#include "unit.h"
#include "described.h"

#include <errno.h>
#include <string.h>

static struct inventory_entry *take_after(struct machine_facts *facts, unsigned int n, u64 start,
					  u64 end)
{
	struct inventory_tree *tree = &facts->inventory.memory;
	struct inventory_entry *entry = &tree->entries[n + 1];

	memmove(entry + 1, entry, (tree->count - n - 1) * sizeof(*entry));
	tree->count++;
	*entry = (struct inventory_entry){
		.start = start, .end = end, .depth = 1, .taken = true, .name = "Jailhouse memory"
	};
	return entry;
}

static unsigned int number_of(const struct machine_facts *facts, u64 start)
{
	const struct inventory_tree *tree = &facts->inventory.memory;
	unsigned int n;

	for (n = 0; n < tree->count && tree->entries[n].start != start; n++)
		;
	return n;
}

static void check_entry(const struct machine_facts *facts, u64 start, u64 end, unsigned int depth)
{
	const unsigned int n = number_of(facts, start);

	if (!CHECK(n < facts->inventory.memory.count))
		return;
	CHECK_EQ(facts->inventory.memory.entries[n].end, end);
	CHECK_EQ(facts->inventory.memory.entries[n].depth, depth);
}

/* In the middle, behind it, at the end, at the start, and all of a range of System RAM. */
UNIT(taken_memory_is_no_system_ram)
{
	struct recorded *machine = machine_read("server");
	struct machine_facts *facts = &machine->facts;
	struct inventory_tree *tree = &facts->inventory.memory;
	struct inventory_entry *user;
	unsigned int n;
	int err;

	take_after(facts, number_of(facts, 0x26000000), 0x50000000, 0x53ffffff);
	n = number_of(facts, 0x100000000);
	take_after(facts, n, 0x200000000, 0x23fffffff);
	user = take_after(facts, n + 1, 0x200000000, 0x2009fffff);
	user->depth = 2;
	user->taken = false;
	user->flags = IORESOURCE_BUSY;
	take_after(facts, n + 2, 0x300000000, 0x300ffffff);
	take_after(facts, n + 3, 0xfff000000, 0xfffffffff);
	take_after(facts, number_of(facts, 0x1020000000), 0x1020000000, 0x107fffffff);
	CHECK_EQ(jh_inventory_reserve_taken(tree, tree->count + 8), 0);

	check_entry(facts, 0x100000, 0x4fffffff, 0);
	check_entry(facts, 0x26000000, 0x365fffff, 1);
	check_entry(facts, 0x50000000, 0x53ffffff, 0);
	check_entry(facts, 0x54000000, 0x62ffffff, 0);
	check_entry(facts, 0x100000000, 0x1ffffffff, 0);
	check_entry(facts, 0x200000000, 0x23fffffff, 0);
	check_entry(facts, 0x240000000, 0x2ffffffff, 0);
	check_entry(facts, 0x301000000, 0xffeffffff, 0);
	check_entry(facts, 0x1020000000, 0x107fffffff, 0);
	CHECK(jh_inventory_find_used(tree, 0x200000000, 0x200000fff));
	CHECK(!jh_inventory_find_used(tree, 0x200a00000, 0x23fffffff));
	CHECK(!jh_inventory_find_used(tree, 0x1020000000, 0x107fffffff));
	CHECK_EQ(jh_inventory_check_reserved(&facts->inventory, 0x50000000, 0x4000000, &made.why),
		 0);
	CHECK_EQ(jh_inventory_check_reserved(&facts->inventory, 0x4ffff000, 0x4000000, &made.why),
		 -EADDRNOTAVAIL);

	/* It is used rather than what memmap= has reserved, the largest of it first. */
	CHECK_EQ(describe(facts), 0);
	CHECK_EQ(system_made()->hypervisor_memory.phys_start, 0x1020000000);
	CHECK_EQ(complaints_about(facts, &err), 0);
	machine_drop(machine);
}

UNIT(taken_memory_needs_room_in_the_list)
{
	struct recorded *machine = machine_read("q35");
	struct inventory_tree *tree = &machine->facts.inventory.memory;

	take_after(&machine->facts, number_of(&machine->facts, 0x100000), 0x20000000, 0x23ffffff);
	CHECK_EQ(jh_inventory_reserve_taken(tree, tree->count), -E2BIG);
	CHECK_EQ(jh_inventory_reserve_taken(tree, tree->count + 1), 0);
	machine_drop(machine);
}
