// SPDX-License-Identifier: GPL-2.0-only
/* BESIDE: cells.c */
/* What devices reach, on a machine that translates what they do: fake_broken() compares. */
#include <string.h>
#include "cells.h"
#include "cell_internal.h"
#include "errno.h"

#define DMA_RAM	(RAM_FLAGS | JAILHOUSE_MEM_DMA)

static void boot(void)
{
	fake_translates_dma = true;
	fake_boot(4);
	CHECK_SOUND();
}

/* Its devices reach one of two regions, which is somewhere else for them, and no comm region. */
static void dma_config(struct fake_config *config)
{
	fake_config(config, "a", 1 << 3, 0);
	fake_add_memory(config, A_RAM, 0, LOAD_SIZE, RAM_FLAGS | JAILHOUSE_MEM_LOADABLE);
	fake_add_memory(config, A_RAM + LOAD_SIZE, 0x40000000, 3 * LOAD_SIZE, DMA_RAM);
	fake_add_memory(config, B_RAM, 0x50000000, 0x1000,
			JAILHOUSE_MEM_READ | JAILHOUSE_MEM_DMA | JAILHOUSE_MEM_ROOTSHARED);
	fake_add_memory(config, 0, 0x100000, 0x1000, COMM_FLAGS);
	fake_config_place(config, FAKE_CONFIG_GPA);
}

static bool reaches(const struct cell *cell, u64 address)
{
	return pgtable_lookup(&cell->dma, address, NULL, NULL);
}

UNIT(root_devices_reach_its_ram_and_nothing_else)
{
	boot();
	CHECK(reaches(machine.root, 0));
	CHECK(reaches(machine.root, FAKE_RAM_SIZE - 1));
	CHECK(!reaches(machine.root, FAKE_HV_START));
	CHECK(!reaches(machine.root, FAKE_IO_START));
}

UNIT(hypervisor_memory_is_out_of_reach_wherever_the_configuration_has_it)
{
	struct jailhouse_memory *ram;

	fake_translates_dma = true;
	fake_boot_unready(2);
	ram = (void *)config_mem_regions(&machine.system->root_cell);
	ram->size = FAKE_RAM1_START;
	CHECK_EQ(cell_init_root(&machine), 0);
	fake_enter();
	CHECK_SOUND();
	CHECK(!reaches(machine.root, FAKE_RAM1_START - 1));
}

UNIT(devices_lose_and_get_back_what_changes_hands)
{
	struct fake_config config;
	struct fake_snapshot before;
	struct cell *cell;

	boot();
	fake_snapshot(&before);
	dma_config(&config);
	CHECK_EQ(fake_repeat(0, JAILHOUSE_HC_CELL_CREATE, FAKE_CONFIG_GPA, 0), 1);
	CHECK_SOUND();
	cell = cell_find(&machine, 1);
	CHECK(!reaches(cell, 0));
	CHECK(reaches(cell, 0x40000000));
	CHECK(!reaches(machine.root, A_RAM));
	CHECK(!reaches(machine.root, A_RAM + LOAD_SIZE));
	CHECK(reaches(machine.root, B_RAM));
	/* What Linux loads, it copies. */
	CHECK_EQ(call(LOAD, 1, 0), 0);
	CHECK(!reaches(machine.root, A_RAM));
	CHECK_EQ(call(START, 1, 0), 0);
	CHECK_SOUND();
	CHECK_EQ(fake_repeat(0, DESTROY, 1, KILL), 0);
	CHECK_SOUND();
	CHECK_STR(fake_changed(&before), NULL);
}

/* Zeros that are in caches only are not what a device finds that asks for memory itself. */
UNIT(whoever_knows_of_caches_is_told_what_was_scrubbed)
{
	struct fake_config config;

	boot();
	dma_config(&config);
	CHECK_EQ(fake_repeat(0, JAILHOUSE_HC_CELL_CREATE, FAKE_CONFIG_GPA, 0), 1);
	/* It has no device. */
	CHECK_EQ(fake.scrubbed, 0);
	((struct jailhouse_cell_desc *)cell_find(&machine, 1)->desc)->num_pci_devices = 1;
	CHECK_EQ(fake_repeat(0, DESTROY, 1, KILL), 0);
	CHECK_EQ(fake.scrubbed, 4 * LOAD_SIZE / PAGE_SIZE);
}

/* A device of cell 1 that is no bus master, and writes all the same: whatever it is let. */
static void write_anyway(__maybe_unused u64 hpa)
{
	const struct cell *cell = cell_find(&machine, 1);

	if (cell && cell->arch.reached)
		fake.ram[A_RAM + LOAD_SIZE + 8] = 0x5a;
}

UNIT(a_device_that_obeys_nobody_writes_to_nothing_that_was_scrubbed)
{
	struct fake_config config;

	boot();
	dma_config(&config);
	fake.on_window = write_anyway;
	CHECK_EQ(fake_repeat(0, JAILHOUSE_HC_CELL_CREATE, FAKE_CONFIG_GPA, 0), 1);
	CHECK_EQ(fake.ram[A_RAM + LOAD_SIZE + 8], 0);
	CHECK_EQ(call(START, 1, 0), 0);
	write_anyway(0);
	CHECK_EQ(fake.ram[A_RAM + LOAD_SIZE + 8], 0x5a);
	CHECK_EQ(fake_repeat(0, DESTROY, 1, KILL), 0);
	CHECK_EQ(fake.ram[A_RAM + LOAD_SIZE + 8], 0);
	CHECK_SOUND();
}

/* What was begun ends there: it can start again, and then its devices are its own. */
UNIT(a_cell_that_was_not_destroyed_after_all_has_its_devices)
{
	struct fake_config config;

	boot();
	dma_config(&config);
	CHECK_EQ(fake_repeat(0, JAILHOUSE_HC_CELL_CREATE, FAKE_CONFIG_GPA, 0), 1);
	CHECK(!cell_find(&machine, 1)->arch.reached);
	CHECK_EQ(call(START, 1, 0), 0);
	CHECK(cell_find(&machine, 1)->arch.reached);
	fake.tsc_step = 1ULL << 40;
	CHECK_EQ(call(DESTROY, 1, KILL), -EAGAIN);
	CHECK(!cell_find(&machine, 1)->arch.reached);
	CHECK_EQ(call(START, 1, 0), 0);
	CHECK(cell_find(&machine, 1)->arch.reached);
}

UNIT(a_unit_that_does_not_answer_keeps_a_cell_from_starting)
{
	struct fake_config config;

	boot();
	dma_config(&config);
	CHECK_EQ(fake_repeat(0, JAILHOUSE_HC_CELL_CREATE, FAKE_CONFIG_GPA, 0), 1);
	fake.dma_dead = true;
	CHECK_EQ(call(START, 1, 0), -EIO);
	CHECK(error_has("does not answer"));
	CHECK_EQ(state_of(1), DOWN);
	fake.dma_dead = false;
	CHECK_EQ(call(START, 1, 0), 0);
	CHECK_SOUND();
}

UNIT(a_region_beyond_the_tables_is_refused_by_name)
{
	struct fake_config config;
	struct fake_snapshot before;

	boot();
	fake_snapshot(&before);
	dma_config(&config);
	config.mem[1].virt_start = 1ULL << 39;
	fake_config_place(&config, FAKE_CONFIG_GPA);
	CHECK_EQ(fake_repeat(0, JAILHOUSE_HC_CELL_CREATE, FAKE_CONFIG_GPA, 0), -EOVERFLOW);
	CHECK(error_has("0x8000000000-0x8000030000"));
	CHECK_STR(fake_changed(&before), NULL);
}

UNIT(creation_is_undone_at_every_shortage_of_memory_for_devices)
{
	struct fake_config config;
	struct fake_snapshot before;
	unsigned int free_pages;
	long id = 0;

	for (free_pages = 0; id <= 0 && free_pages < 100; free_pages++) {
		boot();
		dma_config(&config);
		fake_pool_fill(free_pages);
		fake_snapshot(&before);
		id = fake_repeat(0, JAILHOUSE_HC_CELL_CREATE, FAKE_CONFIG_GPA, 0);
		if (id > 0)
			CHECK_EQ(fake_repeat(0, DESTROY, 1, KILL), 0);
		else
			CHECK_EQ(id, -ENOMEM);
		CHECK_SOUND();
		CHECK_STR(fake_changed(&before), NULL);
		fake_pool_unfill();
	}
	CHECK_EQ(id, 1);
}

UNIT(a_unit_that_does_not_answer_undoes_creation)
{
	struct fake_config config;
	struct fake_snapshot before;

	boot();
	dma_config(&config);
	fake_snapshot(&before);
	fake.dma_dead = true;
	CHECK_EQ(fake_repeat(0, JAILHOUSE_HC_CELL_CREATE, FAKE_CONFIG_GPA, 0), -EIO);
	CHECK(error_has("does not answer"));
	CHECK_STR(fake_changed(&before), NULL);
	fake.dma_dead = false;
	fake.dma_stale = false;
	CHECK_EQ(fake_repeat(0, JAILHOUSE_HC_CELL_CREATE, FAKE_CONFIG_GPA, 0), 1);
	CHECK_SOUND();
}

UNIT(a_unit_that_does_not_answer_keeps_a_cell)
{
	struct fake_config config;

	boot();
	dma_config(&config);
	CHECK_EQ(fake_repeat(0, JAILHOUSE_HC_CELL_CREATE, FAKE_CONFIG_GPA, 0), 1);
	fake.dma_dead = true;
	CHECK_EQ(fake_repeat(0, DESTROY, 1, KILL), -EIO);
	CHECK(error_has("does not answer"));
	CHECK(cell_find(&machine, 1));
	fake.dma_dead = false;
	CHECK_EQ(fake_repeat(0, DESTROY, 1, KILL), 0);
	CHECK_SOUND();
}

UNIT(disabling_ends_the_translation_or_is_refused)
{
	boot();
	fake.dma_dead = true;
	CHECK_EQ(fake_hypercall(0, JAILHOUSE_HC_DISABLE, 1, 0), -EIO);
	CHECK(error_has("does not answer"));
	CHECK(fake.dma_on);
}

UNIT(faults_are_told)
{
	boot();
	fake.dma_faults = 7;
	CHECK_EQ(call(JAILHOUSE_HC_HYPERVISOR_GET_INFO, JAILHOUSE_INFO_DMA_FAULTS, 0), 7);
	CHECK_EQ(call(JAILHOUSE_HC_HYPERVISOR_GET_INFO, JAILHOUSE_INFO_DEVICE_FAULTS, FAKE_DEVICE),
		 7);
	CHECK_EQ(call(JAILHOUSE_HC_HYPERVISOR_GET_INFO, JAILHOUSE_INFO_DEVICE_FAULTS,
		      FAKE_DEVICE | 1ULL << 32), -ENOENT);
	CHECK_EQ(call(JAILHOUSE_HC_HYPERVISOR_GET_INFO, JAILHOUSE_INFO_DEVICE_FAULTS,
		      0xffffffff), -ENOENT);
	fake_translates_dma = false;
	fake_boot(4);
	CHECK_EQ(call(JAILHOUSE_HC_HYPERVISOR_GET_INFO, JAILHOUSE_INFO_DMA_FAULTS, 0), -ENODEV);
}
