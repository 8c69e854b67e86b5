// SPDX-License-Identifier: GPL-2.0-only
/*
 * Cells that were said in directories: memory that nobody has placed lies where nobody else is, and
 * what comes of it passes the check of the hypervisor.
 */
/* HOST: kernel */
/* BESIDE: reason.c directories.c */
#include "directories.h"
#include "unit.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

UNIT(cpus_and_a_size_are_enough)
{
	begin();
	say_memory("ram", MIB);
	if (!CHECK_EQ(assemble(), 0))
		return;
	CHECK(!strcmp(made->name, "demo"));
	CHECK_EQ(made->cpu_reset_address, 0xffff0);
	CHECK_EQ(made->flags, JAILHOUSE_CELL_DEBUG_CONSOLE);
	CHECK_EQ(made->console.type, JAILHOUSE_CON_TYPE_NONE);
	CHECK_EQ(made->num_memory_regions, 2);
	CHECK_EQ(region(0)->phys_start, RESERVE_END - MIB);
	CHECK_EQ(region(0)->size, MIB);
	CHECK_EQ(region(0)->flags, JAILHOUSE_MEM_READ | JAILHOUSE_MEM_WRITE |
				   JAILHOUSE_MEM_EXECUTE | JAILHOUSE_MEM_LOADABLE);
	CHECK_EQ(region(MIB)->flags, JAILHOUSE_MEM_READ | JAILHOUSE_MEM_WRITE |
				     JAILHOUSE_MEM_COMM_REGION);
	end();
}

UNIT(large_memory_goes_around_the_communication_page)
{
	struct directory_memory *ram;

	begin();
	ram = say_memory("ram", 32 * MIB);
	if (!CHECK_EQ(assemble(), 0))
		return;
	CHECK_EQ(made->num_memory_regions, 3);
	CHECK_EQ(region(0)->size, MIB);
	CHECK_EQ(region(2 * MIB)->size, 31 * MIB);
	CHECK_EQ(region(2 * MIB)->phys_start, region(0)->phys_start + MIB);
	CHECK_EQ(region(2 * MIB)->phys_start % (2 * MIB), 0);
	CHECK(region(0)->phys_start >= RESERVE + HYPERVISOR_SIZE);
	CHECK_EQ(ram->placed_physical, region(0)->phys_start);
	CHECK_EQ(ram->placed_address, 0);
	end();
}

UNIT(all_that_is_free)
{
	begin();
	say_memory("ram", 50 * MIB);
	CHECK_EQ(assemble(), 0);
	CHECK_EQ(region(0)->phys_start, RESERVE + HYPERVISOR_SIZE);
	end();
	begin();
	say_memory("ram", 50 * MIB + 4096);
	CHECK_EQ(assemble(), -ENOSPC);
	CHECK(says("memory/ram/physical: 51204 KiB are not free"));
	CHECK(says("51200 KiB are"));
}

UNIT(nothing_is_reserved)
{
	static const struct supply nothing;

	begin();
	machine.supply = &nothing;
	say_memory("ram", MIB);
	CHECK_EQ(assemble(), -ENOSPC);
	CHECK(says("no RAM is reserved for cells"));
}

UNIT(several_in_the_order_of_names)
{
	begin();
	say_memory("c", 4096);
	say_memory("a", MIB / 2);
	say_memory("b", MIB);
	if (!CHECK_EQ(assemble(), 0))
		return;
	CHECK_EQ(region(0)->size, MIB / 2);
	CHECK_EQ(region(0)->phys_start, RESERVE_END - MIB / 2);
	CHECK_EQ(region(MIB / 2)->size, MIB / 2);
	CHECK_EQ(region(2 * MIB)->size, MIB / 2);
	CHECK_EQ(region(2 * MIB + MIB / 2)->size, 4096);
	CHECK_EQ(region(2 * MIB + MIB / 2)->phys_start, RESERVE_END - 3 * MIB / 2 - 4096);
	end();
}

UNIT(around_what_has_its_place)
{
	struct directory_memory *fixed;

	begin();
	fixed = say_memory("shared", 2 * MIB);
	fixed->address = 4 * MIB;
	fixed->physical = RESERVE_END - 4 * MIB;
	fixed->flags = JAILHOUSE_MEM_READ | JAILHOUSE_MEM_ROOTSHARED;
	say_memory("ram", 8 * MIB);
	if (!CHECK_EQ(assemble(), 0))
		return;
	CHECK_EQ(region(0)->size, MIB);
	CHECK_EQ(region(2 * MIB)->size, 2 * MIB);
	CHECK_EQ(region(4 * MIB)->phys_start, RESERVE_END - 4 * MIB);
	CHECK_EQ(region(6 * MIB)->size, 5 * MIB);
	CHECK(region(6 * MIB)->phys_start + 5 * MIB <= RESERVE_END - 4 * MIB);
	end();
}

UNIT(more_than_3_gib)
{
	static const struct supply large = {
		.ranges = { { 0x100000000, 0x300000000 } }, .num_ranges = 1,
	};

	begin();
	machine.supply = &large;
	say_memory("ram", 4096 * MIB);
	CHECK_EQ(assemble(), -ENXIO);
	CHECK_EQ(region(2 * MIB)->size, 3070 * MIB);
	CHECK_EQ(region(0x100000000)->size, 1025 * MIB);
	end();
}

UNIT(beside_other_cells)
{
	struct jailhouse_cell_desc *first;

	begin();
	say_memory("ram", 20 * MIB);
	CHECK_EQ(assemble_as("first"), 0);
	first = made;
	begin();
	others[0] = first;
	machine.num_others = 1;
	cell.cpus = cpu_set_of(2);
	say_memory("ram", 20 * MIB);
	if (CHECK_EQ(assemble(), 0))
		CHECK(region(0)->phys_start + 20 * MIB <= config_mem_regions(first)->phys_start);
	end();
	/* What lies above and below the other one is not one range. */
	say_memory("more", 20 * MIB);
	CHECK_EQ(assemble(), -ENOSPC);
	CHECK(says("memory/ram/physical: 20480 KiB"));
	free(first);
}

UNIT(twice_the_same_is_placed_alike)
{
	u64 physical;

	begin();
	say_memory("ram", MIB);
	CHECK_EQ(assemble(), 0);
	physical = region(0)->phys_start;
	end();
	CHECK_EQ(assemble(), 0);
	CHECK_EQ(region(0)->phys_start, physical);
	end();
}

UNIT(more_memory_than_a_configuration_has_room_for)
{
	char name[8];
	u32 n;

	begin();
	for (n = 0; n < 1023; n++) {
		snprintf(name, sizeof(name), "m%u", n);
		say_memory(name, PAGE_SIZE);
	}
	CHECK_EQ(assemble(), 0);
	CHECK_EQ(made->num_memory_regions, 1024);
	end();
	say_memory("one", PAGE_SIZE);
	directories[1023].memory.placed_physical = 0;
	CHECK_EQ(assemble(), -E2BIG);
	CHECK(says("memory: there are 1024 directories in it, 1023 is the limit"));
	CHECK_EQ(directories[1023].memory.placed_physical, DIRECTORY_AUTO);
}

UNIT(registers_that_are_no_device_of_pci)
{
	struct directory_memory *hpet;

	begin();
	say_memory("ram", MIB);
	hpet = say_memory("hpet", 4096);
	hpet->flags = JAILHOUSE_MEM_READ | JAILHOUSE_MEM_WRITE | JAILHOUSE_MEM_IO;
	CHECK_EQ(assemble(), -ENODATA);
	CHECK(says("memory/hpet/physical: nothing was written"));
	hpet->physical = 0xf0000000;
	CHECK_EQ(assemble(), 0);
	CHECK_EQ(region(0xf0000000)->phys_start, 0xf0000000);
	end();
}
