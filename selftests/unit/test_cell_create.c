// SPDX-License-Identifier: GPL-2.0-only
/* BESIDE: cells.c */
/* Cells are created and destroyed: what they get, and how each failure is undone. */
#include <stdio.h>
#include <string.h>
#include "cells.h"
#include "cell_internal.h"
#include "config_check.h"
#include "cpu_events.h"
#include "region.h"

/*
 * Create and destroy
 */

UNIT(root_cell_has_all_but_hypervisor_memory)
{
	fake_boot(4);
	CHECK_SOUND();
	CHECK_EQ(machine.root->id, 0);
	CHECK_EQ(low_word(&machine.root->cpus), 0xf);
	CHECK_EQ(state_of(0), JAILHOUSE_CELL_RUNNING);
	CHECK_EQ(call(JAILHOUSE_HC_HYPERVISOR_GET_INFO, JAILHOUSE_INFO_NUM_CELLS, 0), 1);
}

/* Which CPUs Linux keeps offline is its business: it may be any, the first one as well. */
UNIT(root_cell_has_no_cpus_that_are_absent)
{
	fake_boot_unready(4);
	machine.cpus[0].present = false;
	machine.cpus[2].present = false;
	CHECK_EQ(cell_init_root(&machine), 0);
	CHECK_EQ(low_word(&machine.root->cpus), 0xa);
	CHECK(!machine.cpus[0].cell);
	CHECK_EQ(machine.cpus[1].cell, machine.root);
}

UNIT(root_cell_never_gets_hypervisor_memory)
{
	struct jailhouse_memory *ram;

	/* A check of the configuration refuses this; here it is not asked. */
	fake_boot_unready(2);
	ram = (void *)config_mem_regions(&machine.system->root_cell);
	ram->size = FAKE_RAM1_START;
	CHECK_EQ(cell_init_root(&machine), 0);
	fake_enter();
	CHECK_SOUND();
	CHECK(!pgtable_lookup(&machine.root->stage2, FAKE_RAM1_START - 1, NULL, NULL));
}

UNIT(root_cell_without_memory_leaves_nothing_behind)
{
	unsigned int free_pages;
	u32 used;
	int err;

	for (free_pages = 0; free_pages < 64; free_pages++) {
		fake_boot_unready(2);
		fake_pool_fill(free_pages);
		used = machine.pool.used;
		err = cell_init_root(&machine);
		fake.current = 0;
		if (!err)
			break;
		CHECK_EQ(err, -ENOMEM);
		CHECK_EQ(machine.pool.used, used);
		CHECK(!machine.root);
		CHECK(fake_error()[0]);
		fake_pool_unfill();
	}
	CHECK(free_pages > 5 && free_pages < 64);
	fake_enter();
	CHECK_SOUND();
	fake_pool_unfill();
}

UNIT(create_takes_what_the_cell_needs)
{
	u32 events;

	fake_boot(4);
	events = machine.log->events;
	CHECK_EQ(create_a(), 1);
	CHECK_SOUND();
	CHECK_EQ(state_of(1), JAILHOUSE_CELL_SHUT_DOWN);
	CHECK_EQ(low_word(&machine.root->cpus), 7);
	CHECK_EQ(low_word(&fake.routed_cpus), 7);
	CHECK_EQ(fake.cpu[3].state, FAKE_IDLE);
	CHECK_EQ(fake.cpu[2].state, FAKE_GUEST);
	CHECK(!pgtable_lookup(&machine.root->stage2, A_RAM, NULL, NULL));
	CHECK(!pio_granted(machine.root->io_bitmap, 0x3f8, 1));
	CHECK(pio_granted(cell_find(&machine, 1)->io_bitmap, 0x3f8, 1));
	CHECK_EQ(fake_comm(1)->cell_state, JAILHOUSE_CELL_SHUT_DOWN);
	CHECK(machine.log->events != events);
	CHECK_EQ(call(JAILHOUSE_HC_HYPERVISOR_GET_INFO, JAILHOUSE_INFO_NUM_CELLS, 0), 2);
	CHECK_EQ(call(JAILHOUSE_HC_HYPERVISOR_GET_INFO, JAILHOUSE_INFO_REMAP_POOL_SIZE, 0),
		 FAKE_REMAP_PAGES);
	CHECK_EQ(call(JAILHOUSE_HC_HYPERVISOR_GET_INFO, JAILHOUSE_INFO_REMAP_POOL_USED, 0),
		 FAKE_REMAP_USED);
}

/* As many CPUs as there may be, and a cell with the last of them. */
UNIT(as_many_cpus_as_there_may_be)
{
	struct fake_config config;
	const struct cell *a;

	fake_boot(MAX_CPUS);
	CHECK_EQ(cpu_set_weight(&machine.root->cpus), MAX_CPUS);
	CHECK_EQ(call(JAILHOUSE_HC_CPU_GET_INFO, MAX_CPUS - 1, 0), JAILHOUSE_CPU_RUNNING);
	CHECK_EQ(call(JAILHOUSE_HC_CPU_GET_INFO, MAX_CPUS, 0), -EINVAL);
	CHECK_EQ(call(JAILHOUSE_HC_CPU_GET_INFO, ~0ULL, 0), -EINVAL);

	config_of(&config, "a", 0, A_RAM, 0x3f8, 0);
	config.cpus.words[70 / 64] = BIT_ULL(70 % 64);
	config.cpus.words[CPU_SET_WORDS - 1] = BIT_ULL(63);
	fake_config_place(&config, FAKE_CONFIG_GPA);
	CHECK_EQ(fake_repeat(0, JAILHOUSE_HC_CELL_CREATE, FAKE_CONFIG_GPA, 0), 1);
	CHECK_EQ(call(JAILHOUSE_HC_CELL_START, 1, 0), 0);
	CHECK_SOUND();
	a = cell_find(&machine, 1);
	CHECK(machine.cpus[70].cell == a && machine.cpus[MAX_CPUS - 1].cell == a);
	CHECK_EQ(fake.cpu[70].resets, 1);
	CHECK_EQ(fake.cpu[MAX_CPUS - 1].resets, 1);
	CHECK_EQ(a->comm->num_cpus, 2);
	CHECK_EQ(cpu_set_weight(&machine.root->cpus), MAX_CPUS - 2);
	CHECK_EQ(fake_repeat(0, JAILHOUSE_HC_CELL_DESTROY, 1, KILL), 0);
	CHECK_EQ(cpu_set_weight(&machine.root->cpus), MAX_CPUS);
	CHECK_SOUND();
}

UNIT(destroy_gives_everything_back)
{
	static struct fake_snapshot before;
	unsigned int round;

	fake_boot(4);
	fake_snapshot(&before);
	for (round = 0; round < 3; round++) {
		CHECK_EQ(create_a(), 1);
		CHECK_EQ(create_b(), 2);
		CHECK_EQ(call(JAILHOUSE_HC_CELL_START, 1, 0), 0);
		CHECK_SOUND();
		CHECK_EQ(fake_repeat(0, JAILHOUSE_HC_CELL_DESTROY, 1, KILL), 0);
		CHECK_SOUND();
		CHECK_EQ(fake_repeat(1, JAILHOUSE_HC_CELL_DESTROY, 2, KILL), 0);
		CHECK_SOUND();
		CHECK_STR(fake_changed(&before), NULL);
		CHECK_EQ(state_of(1), -ENOENT);
	}
	CHECK_EQ(machine.cpus[3].cell == machine.root, true);
	CHECK_EQ(low_word(&fake.routed_cpus), 0xf);
	CHECK(machine.cpus[3].wait_for_sipi);
	CHECK_EQ(fake.cpu[3].state, FAKE_IDLE);
	cpu_post(&machine.cpus[3], CPU_REQ_INIT | CPU_REQ_SIPI);
	fake_settle();
	CHECK_EQ(fake.cpu[3].state, FAKE_GUEST);
	CHECK_SOUND();
}

UNIT(ids_are_reused_from_the_lowest)
{
	fake_boot(4);
	CHECK_EQ(create_a(), 1);
	CHECK_EQ(create_b(), 2);
	CHECK_EQ(fake_repeat(0, JAILHOUSE_HC_CELL_DESTROY, 1, 0), 0);
	CHECK_EQ(create("c", 1 << 1, C_RAM, 0x100, 0), 1);
	CHECK_EQ(create_a(), 3);
	CHECK_SOUND();
}

UNIT(every_order_of_leaving_gives_everything_back)
{
	/* Together these fill 2M from A_RAM on, in pieces that share page tables. */
	static const struct {
		u64 start, size;
	} piece[3] = { { 0x400000, 0x80000 }, { 0x480000, 0x100000 }, { 0x580000, 0x80000 } };
	static const u8 orders[6][3] = {
		{ 0, 1, 2 }, { 0, 2, 1 }, { 1, 0, 2 }, { 1, 2, 0 }, { 2, 0, 1 }, { 2, 1, 0 },
	};
	static struct fake_snapshot before;
	struct fake_config config;
	unsigned int order, n;
	char name[] = "x";

	for (order = 0; order < ARRAY_SIZE(orders); order++) {
		fake_boot(4);
		fake_snapshot(&before);
		for (n = 0; n < 3; n++) {
			name[0] = (char)('a' + n);
			fake_config(&config, name, 2ULL << n, 0);
			fake_add_memory(&config, piece[n].start, 0, piece[n].size, RAM_FLAGS);
			fake_config_place(&config, FAKE_CONFIG_GPA);
			CHECK_EQ(fake_repeat(0, JAILHOUSE_HC_CELL_CREATE, FAKE_CONFIG_GPA, 0),
				 n + 1);
		}
		CHECK_SOUND();
		/* Nothing is left but what was kept for this. */
		fake_pool_fill((u32)(region_reserve(cell_find(&machine, 1)) +
				     region_reserve(cell_find(&machine, 2)) +
				     region_reserve(cell_find(&machine, 3))));
		for (n = 0; n < 3; n++) {
			CHECK_EQ(fake_repeat(0, JAILHOUSE_HC_CELL_DESTROY,
					     orders[order][n] + 1U, 0), 0);
			CHECK_SOUND();
		}
		fake_pool_unfill();
		CHECK_STR(fake_changed(&before), NULL);
		CHECK(!logged("BUG"));
	}
}

/* On the machine as it is now, where cell @id would be the next one. */
static void creation_short_of_memory(const struct fake_config *config, long id)
{
	static struct fake_snapshot before;
	unsigned int free_pages;
	u64 for_return = 0, reserve = 0;
	long ret = -1;

	fake_snapshot(&before);
	fake_config_place(config, FAKE_CONFIG_GPA);
	for (free_pages = 0; free_pages < 64; free_pages++) {
		fake_pool_fill(free_pages);
		ret = fake_repeat(0, JAILHOUSE_HC_CELL_CREATE, FAKE_CONFIG_GPA, 0);
		fake_pool_unfill();
		CHECK_SOUND();
		if (ret > 0)
			break;
		CHECK_EQ(ret, -ENOMEM);
		for_return += error_has("that giving back its memory may need");
		CHECK_STR(fake_changed(&before), NULL);
		CHECK_EQ(fake.cpu[3].state, FAKE_GUEST);
	}
	CHECK_EQ(ret, id);
	/* Struct, comm, bitmap, MMIO, fake, tables of both sides: not only one of them. */
	CHECK(free_pages > 10);
	/* What is mapped later must be there, too. */
	reserve = region_small_tables(cell_find(&machine, (u64)id));
	for (; id; id--)
		reserve += region_reserve(cell_find(&machine, (u64)id));
	CHECK_EQ(for_return, reserve);
}

UNIT(creation_is_undone_at_every_shortage_of_memory)
{
	struct fake_config config;

	config_of(&config, "a", 1 << 3, A_RAM, 0x3f8, 0);
	fake_boot(4);
	creation_short_of_memory(&config, 1);
	/* What another cell has must go back as well. */
	fake_boot(4);
	CHECK_EQ(create_b(), 1);
	creation_short_of_memory(&config, 2);
	/* The root cell needs a new table for each region. */
	fake_boot(4);
	config_of(&config, "a", 1 << 3, A_RAM, 0x3f8, 0);
	fake_add_memory(&config, B_RAM, 0x200000, 0x1000, RAM_FLAGS);
	fake_add_memory(&config, 0x1000, 0x300000, 0x1000, RAM_FLAGS);
	creation_short_of_memory(&config, 1);
	/* All of the cell is mapped by and by, where the CPU cannot execute from large pages. */
	fake_boot(4);
	machine.small_exec = true;
	creation_short_of_memory(&config, 1);
}

/* A creation has just given pages back, and gets further than this. */
UNIT(what_there_is_no_memory_for_is_named)
{
	static const struct {
		const char *what;
		unsigned int pages;
	} needs[] = {
		{ "its comm region", 1 },
		{ "its I/O bitmap", PIO_BITMAP_PAGES },
		{ "its page tables", 4 },
		{ "its table of emulated registers", 1 },
		{ "no page for the fake", 1 },
	};
	static struct fake_config config;
	static struct cell cell;
	unsigned int n, missing, free_pages = 0;
	u32 used;

	fake_boot(4);
	used = machine.pool.used;
	config_of(&config, "a", 1 << 3, A_RAM, 0x3f8, 0);
	fake_config_place(&config, FAKE_CONFIG_GPA);
	for (n = 0; n < ARRAY_SIZE(needs); n++)
		for (missing = needs[n].pages; missing; missing--) {
			unit_row("%u pages, %u missing", free_pages, missing);
			cell = (struct cell) {
				.machine = &machine, .id = 1, .cpus = low_cpus(1 << 3),
				.desc = (const void *)(fake.ram + FAKE_CONFIG_GPA),
			};
			fake_pool_fill(free_pages++);
			CHECK_EQ(cell_build(&cell), -ENOMEM);
			fake_pool_unfill();
			CHECK(error_has(needs[n].what));
			CHECK_EQ(machine.pool.used, used);
		}
	fake_pool_fill(free_pages);
	CHECK_EQ(cell_build(&cell), 0);
	CHECK_EQ(page_pool_free_pages(&machine.pool), 0);
	cell_unbuild(&cell);
	fake_pool_unfill();
	CHECK_EQ(machine.pool.used, used);
}

UNIT(reserve_is_enough_for_all_tables_at_both_ends)
{
	static const struct {
		u64 start, size, want;
	} rows[] = {
		/* One partial table of each level. */
		{ 0x400000, 0x10000, 3 },
		{ 0x410000, 0x1000, 3 },
		{ 0x5f0000, 0x10000, 3 },
		/* A whole large page needs no table of its own. */
		{ 0x400000, 0x200000, 2 },
		/* Two ends. */
		{ 0x5ff000, 0x2000, 4 },
		{ 0x401000, 0x3fe000, 4 },
		{ 0x400000, 0x201000, 3 },
	};
	struct fake_config config;
	unsigned int n;

	for (n = 0; n < ARRAY_SIZE(rows); n++) {
		unit_row("0x%llx, 0x%llx bytes", rows[n].start, rows[n].size);
		fake_boot(4);
		fake_config(&config, "a", 1 << 3, 0);
		fake_add_memory(&config, rows[n].start, 0, rows[n].size, RAM_FLAGS);
		fake_config_place(&config, FAKE_CONFIG_GPA);
		CHECK_EQ(fake_repeat(0, JAILHOUSE_HC_CELL_CREATE, FAKE_CONFIG_GPA, 0), 1);
		CHECK_EQ(region_reserve(cell_find(&machine, 1)), rows[n].want);
		CHECK_SOUND();
	}
}

UNIT(creation_is_undone_when_the_architecture_refuses)
{
	static struct fake_snapshot before;

	fake_boot(4);
	fake_snapshot(&before);
	fake.arch_error = -ENODEV;
	CHECK_EQ(create_a(), -ENODEV);
	CHECK(error_has("does not want it"));
	CHECK_STR(fake_changed(&before), NULL);
	fake.arch_error = 0;
	CHECK_EQ(create_a(), 1);
	CHECK_SOUND();
}

UNIT(any_cpu_that_hangs_undoes_creation_and_is_named)
{
	static struct fake_snapshot before;
	unsigned int n;
	char name[8];

	fake_boot(4);
	fake_snapshot(&before);
	for (n = 1; n < 4; n++) {
		fake.cpu[n].hung = true;
		CHECK_EQ(create_a(), -ETIMEDOUT);
		snprintf(name, sizeof(name), "CPU %u", n);
		CHECK(error_has(name));
		CHECK_STR(fake_changed(&before), NULL);
		CHECK_SOUND();
		fake.cpu[n].hung = false;
		fake_settle();
		CHECK_SOUND();
	}
	CHECK_EQ(create_a(), 1);
}

UNIT(a_cpu_that_hangs_undoes_start_load_stop_destroy)
{
	static const struct {
		u32 code;
		bool running;
	} rows[] = {
		{ JAILHOUSE_HC_CELL_START, false },
		{ JAILHOUSE_HC_CELL_SET_LOADABLE, false },
		{ JAILHOUSE_HC_CELL_SET_LOADABLE, true },
		{ JAILHOUSE_HC_CELL_STOP, true },
		{ JAILHOUSE_HC_CELL_DESTROY, false },
		{ JAILHOUSE_HC_CELL_DESTROY, true },
	};
	static struct fake_snapshot before;
	unsigned int n, cpu;

	for (n = 0; n < ARRAY_SIZE(rows); n++) {
		for (cpu = 1; cpu < 4; cpu++) {
			/* Stopping needs the CPUs of the cell only. */
			if (rows[n].code == JAILHOUSE_HC_CELL_STOP && cpu != 3)
				continue;
			unit_row("hypercall %u, CPU %u", rows[n].code, cpu);
			fake_boot(4);
			CHECK_EQ(create_a(), 1);
			if (rows[n].running)
				CHECK_EQ(call(JAILHOUSE_HC_CELL_START, 1, 0), 0);
			fake_snapshot(&before);
			fake.cpu[cpu].hung = true;
			CHECK_EQ(fake_repeat(0, rows[n].code, 1, KILL), -ETIMEDOUT);
			CHECK(error_has("does not react"));
			CHECK_STR(fake_changed(&before), NULL);
			fake.cpu[cpu].hung = false;
			fake_settle();
			CHECK_SOUND();
			CHECK_EQ(fake_repeat(0, rows[n].code, 1, KILL), 0);
			CHECK_SOUND();
		}
	}
}

UNIT(a_cell_that_is_down_is_not_touched_before_its_cpus_are_parked)
{
	static const u32 codes[] = {
		JAILHOUSE_HC_CELL_STOP, JAILHOUSE_HC_CELL_SET_LOADABLE, JAILHOUSE_HC_CELL_DESTROY,
	};
	unsigned int n;

	for (n = 0; n < ARRAY_SIZE(codes); n++) {
		unit_row("hypercall %u", codes[n]);
		boot_with_a();
		memset(fake.ram + A_RAM, 0x5a, LOAD_SIZE);
		fake.cpu[3].hung = true;
		fake_comm(1)->cell_state = JAILHOUSE_CELL_SHUT_DOWN;
		CHECK_EQ(state_of(1), JAILHOUSE_CELL_SHUT_DOWN);
		CHECK_EQ(call(codes[n], 1, 0), -ETIMEDOUT);
		CHECK_EQ(dirty(A_RAM, LOAD_SIZE), LOAD_SIZE);
		fake.cpu[3].hung = false;
		fake_settle();
		CHECK_EQ(fake_repeat(0, codes[n], 1, 0), 0);
		CHECK_SOUND();
	}
}

UNIT(kicks_may_arrive_late)
{
	fake_boot(4);
	fake.late_kicks = true;
	CHECK_EQ(create_a(), 1);
	CHECK_EQ(call(JAILHOUSE_HC_CELL_START, 1, 0), 0);
	CHECK_EQ(fake.cpu[3].state, FAKE_GUEST);
	CHECK_EQ(call(JAILHOUSE_HC_CELL_SET_LOADABLE, 1, KILL), 0);
	CHECK_EQ(fake.cpu[3].state, FAKE_IDLE);
	CHECK_SOUND();
	CHECK_EQ(fake_repeat(0, JAILHOUSE_HC_CELL_DESTROY, 1, 0), 0);
	CHECK_SOUND();
}

/* No CPU but the calling one gets a turn, except while it is waited for. */
static long call_at_once(u32 code, u64 arg1, u64 arg2)
{
	long ret;

	fake.current = 0;
	do {
		ret = hypercall(&machine.cpus[0], code, arg1, arg2);
	} while (ret == -EINPROGRESS || ret == -EAGAIN);
	return ret;
}

UNIT(a_cpu_that_comes_late_knows_its_new_owner)
{
	struct fake_config config;
	const struct cell *a, *b;

	fake_boot(4);
	CHECK_EQ(create_a(), 1);
	CHECK_EQ(call(JAILHOUSE_HC_CELL_START, 1, 0), 0);
	a = machine.cpus[3].cell;
	fake.late_kicks = true;
	config_of(&config, "b", 1 << 3, B_RAM, 0x2f8, 0);
	fake_config_place(&config, FAKE_CONFIG_GPA);
	/* From a to the root cell to b, which lies where a lay, while CPU 3 looks away. */
	CHECK_EQ(call_at_once(JAILHOUSE_HC_CELL_DESTROY, 1, KILL), 0);
	CHECK_EQ(call_at_once(JAILHOUSE_HC_CELL_CREATE, FAKE_CONFIG_GPA, 0), 1);
	b = machine.cpus[3].cell;
	CHECK(a == b);
	CHECK_STR(b->desc->name, "b");
	fake_settle();
	CHECK_SOUND();
	CHECK_EQ(call(JAILHOUSE_HC_CELL_START, 1, 0), 0);
	CHECK_SOUND();
}

UNIT(every_root_cpu_flushes_after_each_change_of_its_memory)
{
	unsigned int n, flushes[4];
	static const u32 codes[] = {
		JAILHOUSE_HC_CELL_SET_LOADABLE, JAILHOUSE_HC_CELL_START,
		JAILHOUSE_HC_CELL_DESTROY,
	};
	unsigned int code;

	fake_boot(4);
	CHECK_EQ(create_a(), 1);
	for (n = 0; n < 4; n++)
		CHECK(fake.cpu[n].flushes);
	for (code = 0; code < ARRAY_SIZE(codes); code++) {
		unit_row("hypercall %u", codes[code]);
		for (n = 0; n < 4; n++)
			flushes[n] = fake.cpu[n].flushes;
		CHECK_EQ(fake_repeat(0, codes[code], 1, KILL), 0);
		for (n = 0; n < 3; n++)
			CHECK(fake.cpu[n].flushes > flushes[n]);
	}
	CHECK(fake.cpu[3].flushes > flushes[3]);
}
