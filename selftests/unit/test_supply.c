// SPDX-License-Identifier: GPL-2.0-only
/*
 * What a machine has for cells: RAM that was taken from Linux, and if there is none, what it had
 * reserved; and of both only what the root cell has as RAM.
 */
/* HOST: kernel */
/* BESIDE: machines.c reason.c */
/* SOURCES: ../driver/supply.c ../driver/describe.c ../driver/address_map.c */
/* SOURCES: ../driver/describe_map.c ../driver/describe_reserve.c */
/* SOURCES: ../driver/facts_mtrr.c ../driver/inventory_query.c */
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
#include "../../driver/supply.h"

#include "config_check.h"

#define RAM	(JAILHOUSE_MEM_READ | JAILHOUSE_MEM_WRITE | JAILHOUSE_MEM_EXECUTE | \
		 JAILHOUSE_MEM_DMA)

/* A root cell with as much memory as a test says. */
static struct {
	struct jailhouse_system system;
	struct jailhouse_memory regions[4];
} __packed root;

static struct supply supply;

static void root_has(u64 start, u64 end, u64 flags)
{
	root.regions[root.system.root_cell.num_memory_regions++] = (struct jailhouse_memory){
		start, start, end - start, flags,
	};
}

static bool is_range(unsigned int n, u64 start, u64 end)
{
	if (supply.ranges[n].start == start && supply.ranges[n].end == end)
		return true;
	printf("# it is 0x%llx-0x%llx\n", supply.ranges[n].start, supply.ranges[n].end);
	return false;
}

static struct recorded *begin(void)
{
	memset(&root, 0, sizeof(root));
	memset(&supply, 0xa5, sizeof(supply));
	return machine_read("pc");
}

/* What memmap= has reserved, in two regions of the root cell that adjoin; not what firmware has. */
UNIT(what_was_reserved)
{
	struct recorded *machine = begin();

	root_has(0, 0x3a000000, RAM);
	root_has(0x3a000000, 0xbffe0000, RAM);
	root_has(0xbffe0000, 0x100000000, JAILHOUSE_MEM_READ | JAILHOUSE_MEM_WRITE |
					  JAILHOUSE_MEM_IO);
	jh_supply_find(&supply, &machine->facts, &root.system);
	CHECK_EQ(supply.num_ranges, 1);
	CHECK(is_range(0, 0x38000000, 0x40200000));
	CHECK_EQ(supply.num_ioapics, 1);
	CHECK_EQ(supply.ioapics[0].address, 0xfec00000);
	CHECK_EQ(supply.ioapics[0].pins, 24);
	machine_drop(machine);
}

/* The root cell does not have the hypervisor's memory, so that it cannot give it. */
UNIT(what_the_root_cell_has)
{
	struct recorded *machine = begin();

	root_has(0, 0x38000000, RAM);
	root_has(0x39000000, 0x3a000000, RAM);
	root_has(0x3b000000, 0xbffe0000, RAM);
	jh_supply_find(&supply, &machine->facts, &root.system);
	CHECK_EQ(supply.num_ranges, 2);
	CHECK(is_range(0, 0x39000000, 0x3a000000));
	CHECK(is_range(1, 0x3b000000, 0x40200000));
	machine_drop(machine);
}

UNIT(only_ram)
{
	struct recorded *machine = begin();

	root_has(0, 0x39000000, JAILHOUSE_MEM_READ | JAILHOUSE_MEM_WRITE | JAILHOUSE_MEM_IO);
	root_has(0x39000000, 0x3a000000, JAILHOUSE_MEM_READ | JAILHOUSE_MEM_EXECUTE);
	root_has(0x3a000000, 0x3b000000, RAM | JAILHOUSE_MEM_IO);
	jh_supply_find(&supply, &machine->facts, &root.system);
	CHECK_EQ(supply.num_ranges, 0);
	machine_drop(machine);
}

/* Taken for this: then what else is reserved is meant for something else. */
UNIT(what_was_taken_goes_before)
{
	struct recorded *machine = begin();
	struct inventory_entry *taken;

	root_has(0, 0x200000000, RAM);
	taken = machine_add(&machine->facts, 0x50000000, 0x53ffffff, "Reserved");
	taken->taken = true;
	taken = machine_add(&machine->facts, 0x60000000, 0x601fffff, "Reserved");
	taken->taken = true;
	jh_supply_find(&supply, &machine->facts, &root.system);
	CHECK_EQ(supply.num_ranges, 2);
	CHECK(is_range(0, 0x50000000, 0x54000000));
	CHECK(is_range(1, 0x60000000, 0x60200000));
	machine_drop(machine);
}

/* As each machine that is written down describes itself: beside the hypervisor, and with pins. */
UNIT(of_machines_that_describe_themselves)
{
	static const char *const names[] = { "atom", "laptop", "nuc", "pc", "q35", "server" };
	static u8 blob[DESCRIBE_MAX_SIZE] __aligned(16);
	const struct jailhouse_memory *own = &((struct jailhouse_system *)blob)->hypervisor_memory;
	static struct address_map map;
	struct recorded *machine;
	struct reason why;
	unsigned int n, m;
	size_t size;

	for (n = 0; n < ARRAY_SIZE(names); n++) {
		machine = machine_read(names[n]);
		CHECK_EQ(jh_describe(&machine->facts, &map, blob, &size, &why), 0);
		jh_supply_find(&supply, &machine->facts, (const void *)blob);
		if (!CHECK(supply.num_ranges))
			printf("# of %s\n", names[n]);
		for (m = 0; m < supply.num_ranges; m++)
			CHECK(supply.ranges[m].end <= own->phys_start ||
			      supply.ranges[m].start >= own->phys_start + own->size);
		CHECK_EQ(supply.num_ioapics, machine->facts.num_ioapics);
		machine_drop(machine);
	}
}
