// SPDX-License-Identifier: GPL-2.0-only
/* SOURCES: core/cell.c core/cell_config.c core/cell_events.c core/cell_list.c */
/* SOURCES: core/cell_log.c core/cell_state.c core/cell_steps.c */
/* SOURCES: core/cell_stop.c core/comm.c core/cpu_events.c core/hypercall.c core/disable.c */
/* SOURCES: core/config_check.c core/config_fields.c core/config_fits.c */
/* SOURCES: core/config_owned.c core/config_reject.c core/format.c core/log.c core/memory_map.c */
/* SOURCES: core/mmio.c */
/* SOURCES: core/page_pool.c core/pgtable.c core/pio.c core/region.c */
/* SOURCES: ../selftests/unit/fake/fake.c */
/* The life of cells on a fake machine: steps, undo, states, hostile comm regions. */
#include <stdio.h>
#include <string.h>
#include "unit.h"
#include "cell.h"
#include "cell_log.h"
#include "cell_state.h"
#include "config_check.h"
#include "cpu_events.h"
#include "hypercall.h"
#include "region.h"
#include "fake/fake.h"

#define RAM_FLAGS	(JAILHOUSE_MEM_READ | JAILHOUSE_MEM_WRITE | JAILHOUSE_MEM_EXECUTE)
#define COMM_FLAGS	(JAILHOUSE_MEM_READ | JAILHOUSE_MEM_WRITE | JAILHOUSE_MEM_COMM_REGION)
#define KILL		JAILHOUSE_TIMEOUT_KILL

/* Where the cells of these tests have their RAM. */
#define A_RAM		0x400000
#define B_RAM		0x600000
#define C_RAM		0x700000
#define LOAD_SIZE	0x10000

#define CHECK_SOUND() CHECK_STR(fake_broken(), NULL)

/* A cell with 64K of loadable RAM, 64K of other RAM, a comm region and ports. */
static void config_of(struct fake_config *config, const char *name, u64 cpus, u64 ram,
		      u16 port, u32 flags)
{
	fake_config(config, name, cpus, flags);
	fake_add_memory(config, ram, 0, LOAD_SIZE, RAM_FLAGS | JAILHOUSE_MEM_LOADABLE);
	fake_add_memory(config, ram + LOAD_SIZE, LOAD_SIZE, LOAD_SIZE, RAM_FLAGS);
	fake_add_memory(config, 0, 0x100000, 0x1000, COMM_FLAGS);
	fake_add_pio(config, port, 8, 0);
}

static long create(const char *name, u64 cpus, u64 ram, u16 port, u32 flags)
{
	struct fake_config config;

	config_of(&config, name, cpus, ram, port, flags);
	fake_config_place(&config, FAKE_CONFIG_GPA);
	return fake_repeat(0, JAILHOUSE_HC_CELL_CREATE, FAKE_CONFIG_GPA, 0);
}

static long create_a(void)
{
	return create("a", 1 << 3, A_RAM, 0x3f8, 0);
}

static long create_b(void)
{
	return create("b", 1 << 2, B_RAM, 0x2f8, 0);
}

static long call(u32 code, u64 arg1, u64 arg2)
{
	return fake_hypercall(0, code, arg1, arg2);
}

static long state_of(u64 id)
{
	return call(JAILHOUSE_HC_CELL_GET_STATE, id, 0);
}

/* Four CPUs, cell a with CPU 3 and id 1 runs. */
static struct jailhouse_comm_region *boot_with_a(void)
{
	fake_boot(4);
	CHECK_EQ(create_a(), 1);
	CHECK_EQ(call(JAILHOUSE_HC_CELL_START, 1, 0), 0);
	CHECK_SOUND();
	return fake_comm(1);
}

/* The same, and cell b with CPU 2 and id 2 runs. */
static void boot_with_two(void)
{
	boot_with_a();
	CHECK_EQ(create_b(), 2);
	CHECK_EQ(call(JAILHOUSE_HC_CELL_START, 2, 0), 0);
	CHECK_SOUND();
}

static void answer(struct jailhouse_comm_region *comm, u32 reply)
{
	comm->msg_from_cell = reply;
	comm->msg_to_cell = JAILHOUSE_MSG_NONE;
}

static bool error_has(const char *part)
{
	return strstr(fake_error(), part);
}

static bool logged(const char *part)
{
	return strstr(machine.log->text, part);
}

/* Bytes of RAM that are not 0. */
static size_t dirty(u64 hpa, size_t size)
{
	size_t n, count = 0;

	for (n = 0; n < size; n++)
		count += fake.ram[hpa + n] != 0;
	return count;
}

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
		CHECK(error_has("a"));
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

/*
 * Configurations
 */

UNIT(configuration_must_be_in_ram_of_the_root_cell)
{
	static const u64 rows[] = {
		FAKE_HV_START,			/* the log: readable, but not RAM of the root's */
		FAKE_HV_START + 0x10000,
		FAKE_HV_START - 64,		/* ends in hypervisor memory */
		FAKE_RAM_SIZE - 64,
		FAKE_RAM_SIZE,
		FAKE_IO_START,
		1ULL << 40, 1ULL << 52, 1ULL << 63, ~0ULL, ~0ULL - 63,
	};
	static struct fake_snapshot before;
	unsigned int n;

	fake_boot(2);
	fake_snapshot(&before);
	for (n = 0; n < ARRAY_SIZE(rows); n++) {
		unit_row("0x%llx", rows[n]);
		CHECK_EQ(call(JAILHOUSE_HC_CELL_CREATE, rows[n], 0), -EFAULT);
		CHECK(error_has("not in memory of the root cell"));
		CHECK_STR(fake_changed(&before), NULL);
	}
	CHECK_SOUND();
}

UNIT(configuration_in_memory_of_a_cell_is_not_read)
{
	struct fake_config config;

	fake_boot(4);
	CHECK_EQ(create_a(), 1);
	config_of(&config, "b", 1 << 2, B_RAM, 0x2f8, 0);
	fake_config_place(&config, A_RAM);
	CHECK_EQ(call(JAILHOUSE_HC_CELL_CREATE, A_RAM, 0), -EFAULT);
	/* The head in the root cell's RAM, the rest not. */
	fake_config_place(&config, A_RAM - 128);
	CHECK_EQ(call(JAILHOUSE_HC_CELL_CREATE, A_RAM - 128, 0), -EFAULT);
	CHECK_SOUND();
}

UNIT(configuration_may_cross_pages)
{
	struct fake_config config;
	u64 offset;

	for (offset = 8; offset < 400; offset += 56) {
		fake_boot(4);
		config_of(&config, "a", 1 << 3, A_RAM, 0x3f8, 0);
		fake_config_place(&config, 0x5000 - offset);
		CHECK_EQ(fake_repeat(0, JAILHOUSE_HC_CELL_CREATE, 0x5000 - offset, 0), 1);
		CHECK_SOUND();
	}
}

/* Another CPU of the root cell rewrites the configuration while it is read. */
static unsigned int rewrite_at;

static void rewrite_config(__maybe_unused u64 hpa)
{
	struct jailhouse_cell_desc *desc = (void *)(fake.ram + FAKE_CONFIG_GPA);

	if (fake.windows < rewrite_at)
		return;
	desc->total_size = 0xffffffff;
	desc->num_memory_regions = 0x10000000;
	desc->num_pio_regions = 0x10000000;
	desc->cpu_set_size = 0x80000000;
}

UNIT(configuration_that_changes_while_it_is_read_does_no_harm)
{
	static struct fake_snapshot before;
	struct fake_config config;
	unsigned int when;
	long ret;

	for (when = 1; when < 6; when++) {
		fake_boot(4);
		fake_snapshot(&before);
		config_of(&config, "a", 1 << 3, A_RAM, 0x3f8, 0);
		fake_config_place(&config, FAKE_CONFIG_GPA);
		rewrite_at = when;
		fake.on_window = rewrite_config;
		ret = fake_repeat(0, JAILHOUSE_HC_CELL_CREATE, FAKE_CONFIG_GPA, 0);
		if (ret < 0)
			CHECK_STR(fake_changed(&before), NULL);
		else
			CHECK(!fake_repeat(0, JAILHOUSE_HC_CELL_DESTROY, (u64)ret, 0));
		CHECK_SOUND();
		CHECK_STR(fake_changed(&before), NULL);
	}
}

UNIT(bad_configurations_change_nothing)
{
	static struct fake_snapshot before;
	struct fake_config config;
	struct jailhouse_cell_desc *placed = (void *)(fake.ram + FAKE_CONFIG_GPA);

	fake_boot(4);
	placed = (void *)(fake.ram + FAKE_CONFIG_GPA);
	CHECK_EQ(create_a(), 1);
	fake_snapshot(&before);

	config_of(&config, "b", 1 << 2, B_RAM, 0x2f8, 0);
	fake_config_place(&config, FAKE_CONFIG_GPA);
	placed->checksum++;
	CHECK_EQ(call(JAILHOUSE_HC_CELL_CREATE, FAKE_CONFIG_GPA, 0), -EBADMSG);
	placed->checksum--;
	placed->signature[0] = 'x';
	CHECK_EQ(call(JAILHOUSE_HC_CELL_CREATE, FAKE_CONFIG_GPA, 0), -EILSEQ);
	fake_config_place(&config, FAKE_CONFIG_GPA);
	placed->total_size = 119;
	CHECK_EQ(call(JAILHOUSE_HC_CELL_CREATE, FAKE_CONFIG_GPA, 0), -EMSGSIZE);
	placed->total_size = JAILHOUSE_MAX_CONFIG_SIZE + 1;
	CHECK(call(JAILHOUSE_HC_CELL_CREATE, FAKE_CONFIG_GPA, 0) < 0);
	placed->total_size = 0xffffffff;
	CHECK(call(JAILHOUSE_HC_CELL_CREATE, FAKE_CONFIG_GPA, 0) < 0);

	CHECK_EQ(create("b", 1 << 3, B_RAM, 0x2f8, 0), -EBUSY);		/* CPU of cell a */
	CHECK_EQ(create("b", 1 << 5, B_RAM, 0x2f8, 0), -ENODEV);
	CHECK_EQ(create("b", 7, B_RAM, 0x2f8, 0), -EBUSY);		/* all of the root's */
	CHECK_EQ(create("b", 1, B_RAM, 0x2f8, 0), -EBUSY);		/* makes the call */
	CHECK(error_has("CPU 0 is the one"));
	CHECK_EQ(create("a", 1 << 2, B_RAM, 0x2f8, 0), -EEXIST);
	CHECK(create("b", 1 << 2, A_RAM, 0x2f8, 0) < 0);
	CHECK(error_has("region"));
	CHECK(create("b", 1 << 2, FAKE_HV_START, 0x2f8, 0) < 0);
	CHECK(create("b", 1 << 2, B_RAM, 0x3f8, 0) < 0);
	CHECK_STR(fake_changed(&before), NULL);
	CHECK_SOUND();
	CHECK_EQ(create_b(), 2);
	CHECK_SOUND();
}

/*
 * Ports and shared memory
 */

UNIT(shared_and_ignored_ports_stay_with_the_root_cell)
{
	struct fake_config config;

	fake_boot(4);
	config_of(&config, "a", 1 << 3, A_RAM, 0x3f8, 0);
	fake_add_pio(&config, 0x2f8, 8, JAILHOUSE_PIO_ROOTSHARED);
	fake_add_pio(&config, 0x70, 2, JAILHOUSE_PIO_IGNORE);
	fake_add_pio(&config, 0x600, 0x10, 0);		/* the PM timer is in there */
	fake_add_pio(&config, 0x6f8, 0x10, 0);		/* half of it ignored by the root cell */
	fake_config_place(&config, FAKE_CONFIG_GPA);
	CHECK_EQ(fake_repeat(0, JAILHOUSE_HC_CELL_CREATE, FAKE_CONFIG_GPA, 0), 1);
	CHECK_SOUND();
	CHECK(pio_granted(machine.root->io_bitmap, 0x2f8, 4));
	CHECK(pio_granted(machine.root->io_bitmap, 0x70, 2));
	CHECK(pio_granted(machine.root->io_bitmap, FAKE_PM_TIMER, 4));
	CHECK(!pio_granted(machine.root->io_bitmap, 0x600, 1));
	CHECK(pio_granted(cell_find(&machine, 1)->io_bitmap, 0x2f8, 4));
	CHECK(!pio_granted(cell_find(&machine, 1)->io_bitmap, 0x70, 1));
	CHECK_EQ(fake_repeat(0, JAILHOUSE_HC_CELL_DESTROY, 1, 0), 0);
	CHECK_SOUND();
}

UNIT(only_ram_that_changes_hands_is_scrubbed)
{
	struct fake_config config;

	fake_boot(4);
	fake_config(&config, "a", 1 << 3, 0);
	fake_add_memory(&config, A_RAM, 0, 0x3000, RAM_FLAGS);
	fake_add_memory(&config, A_RAM + 0x3000, 0x3000, 0x1000,
			RAM_FLAGS | JAILHOUSE_MEM_ROOTSHARED);
	fake_add_memory(&config, FAKE_IO_START, 0x10000, 0x1000,
			JAILHOUSE_MEM_READ | JAILHOUSE_MEM_WRITE | JAILHOUSE_MEM_IO);
	fake_add_memory(&config, A_RAM + 0x5000, 0x5000, 0x1000, RAM_FLAGS);
	fake_config_place(&config, FAKE_CONFIG_GPA);
	CHECK_EQ(fake_repeat(0, JAILHOUSE_HC_CELL_CREATE, FAKE_CONFIG_GPA, 0), 1);
	CHECK_SOUND();
	CHECK_EQ(dirty(A_RAM, 0x3000), 0);
	CHECK_EQ(dirty(A_RAM + 0x3000, 0x2000), 0x2000);
	CHECK_EQ(dirty(A_RAM + 0x5000, 0x1000), 0);
	CHECK_EQ(dirty(A_RAM + 0x6000, 0x1000), 0x1000);
	CHECK_EQ(dirty(FAKE_HV_START - 0x3000, 0x1000), 0x1000);

	memset(fake.ram + A_RAM, 0x5a, 0x7000);
	CHECK_EQ(fake_repeat(0, JAILHOUSE_HC_CELL_DESTROY, 1, 0), 0);
	CHECK_EQ(dirty(A_RAM, 0x7000), 0x3000);
	CHECK_SOUND();
}

UNIT(scrubbing_takes_bounded_steps)
{
	struct fake_config config;
	unsigned int calls = 0, windows;
	long ret;

	fake_boot(4);
	config_of(&config, "a", 1 << 3, A_RAM, 0x3f8, 0);
	fake_config_place(&config, FAKE_CONFIG_GPA);
	/* 100 us are 100000 ticks: five looks at the clock. */
	fake.tsc_step = 20000;
	do {
		windows = fake.windows;
		ret = call(JAILHOUSE_HC_CELL_CREATE, FAKE_CONFIG_GPA, 0);
		/* One look at the configuration, and five pages, of which the last may be fewer. */
		if (calls)
			CHECK(ret == -EAGAIN ? fake.windows - windows == 6 :
					       fake.windows - windows <= 6);
		CHECK_SOUND();
		calls++;
	} while (ret == -EAGAIN);
	CHECK_EQ(ret, 1);
	CHECK(calls >= 2 * LOAD_SIZE / 4096 / 5);
	CHECK_EQ(dirty(A_RAM, 2 * LOAD_SIZE), 0);
	/* At least one page each time, however slow. */
	fake.tsc_step = 1000000;
	memset(fake.ram + A_RAM, 0x5a, 2 * LOAD_SIZE);
	CHECK_EQ(fake_repeat(0, JAILHOUSE_HC_CELL_DESTROY, 1, 0), 0);
	CHECK_EQ(dirty(A_RAM, 2 * LOAD_SIZE), 0);
	CHECK_SOUND();
}

/*
 * Start and load
 */

UNIT(start_fills_in_the_comm_region)
{
	struct jailhouse_comm_region *comm;

	fake_boot(4);
	CHECK_EQ(create("a", 0xc, A_RAM, 0x3f8, JAILHOUSE_CELL_DEBUG_CONSOLE), 1);
	memset(fake_comm(1), 0xff, 4096);
	CHECK_EQ(call(JAILHOUSE_HC_CELL_START, 1, 0), 0);
	comm = fake_comm(1);
	CHECK(!memcmp(comm->signature, "JHCOMM", 6));
	CHECK_EQ(comm->revision, 2);
	CHECK_EQ(comm->cell_state, JAILHOUSE_CELL_RUNNING);
	CHECK_EQ(comm->msg_to_cell, 0);
	CHECK_EQ(comm->msg_from_cell, 0);
	CHECK_EQ(comm->flags, 3);
	CHECK_EQ(comm->pm_timer_address, FAKE_PM_TIMER);
	CHECK_EQ(comm->num_cpus, 2);
	CHECK_EQ(comm->tsc_khz, FAKE_TSC_KHZ);
	CHECK_EQ(comm->apic_khz, FAKE_APIC_KHZ);
	CHECK_EQ(((u8 *)comm)[sizeof(*comm)], 0);
	CHECK_EQ(((u8 *)comm)[4095], 0);
}

UNIT(the_test_device_is_the_comm_region)
{
	static const u8 bytes[8] = { 0x11, 0x22, 0x33, 0x44, 0x55, 0x66, 0x77, 0x88 };
	struct mmio_access access = { 0 };
	const struct mmio_region *device;
	unsigned int offset, n;
	u8 *page, before[4096];
	u64 value;

	fake_boot(4);
	CHECK_EQ(create("a", 1 << 3, A_RAM, 0x3f8, 0), 1);
	CHECK(!mmio_find(&cell_find(&machine, 1)->mmio, 0x101000, 1));
	CHECK_EQ(fake_repeat(0, JAILHOUSE_HC_CELL_DESTROY, 1, 0), 0);

	CHECK_EQ(create("a", 1 << 3, A_RAM, 0x3f8, JAILHOUSE_CELL_TEST_DEVICE), 1);
	CHECK_SOUND();
	CHECK(!mmio_find(&cell_find(&machine, 1)->mmio, 0x100fff, 1));
	CHECK(!mmio_find(&cell_find(&machine, 1)->mmio, 0x101fff, 2));
	CHECK(!mmio_find(&cell_find(&machine, 1)->mmio, 0x102000, 1));
	page = (u8 *)fake_comm(1);
	for (access.width = 1; access.width <= 8; access.width *= 2) {
		for (offset = 0; offset <= 4096 - access.width; offset++) {
			access.gpa = 0x101000 + offset;
			device = mmio_find(&cell_find(&machine, 1)->mmio, access.gpa,
					   access.width);
			if (!CHECK(device))
				return;
			memset(page, 0xa5, 4096);
			memcpy(before, page, sizeof(before));
			memcpy(before + offset, bytes, access.width);
			access.is_write = true;
			memcpy(&access.value, bytes, 8);
			CHECK_EQ(device->handler(device->arg, &access), 0);
			CHECK(!memcmp(before, page, sizeof(before)));
			access.is_write = false;
			access.value = ~0ULL;
			CHECK_EQ(device->handler(device->arg, &access), 0);
			for (n = 0, value = 0; n < access.width; n++)
				value |= (u64)bytes[n] << 8 * n;
			CHECK_EQ(access.value, value);
		}
	}
	CHECK_EQ(fake_repeat(0, JAILHOUSE_HC_CELL_DESTROY, 1, 0), 0);
	CHECK_SOUND();
}

UNIT(start_resets_all_cpus_or_the_first)
{
	fake_boot(8);
	CHECK_EQ(create("a", 0x70, A_RAM, 0x3f8, 0), 1);
	CHECK_EQ(call(JAILHOUSE_HC_CELL_START, 1, 0), 0);
	CHECK_EQ(fake.cpu[4].resets, 1);
	CHECK_EQ(fake.cpu[5].resets, 1);
	CHECK_EQ(fake.cpu[6].resets, 1);
	CHECK_EQ(fake.cpu[7].resets, 0);
	CHECK_SOUND();
	/* It runs already. */
	CHECK_EQ(call(JAILHOUSE_HC_CELL_START, 1, 0), 0);
	CHECK_EQ(fake.cpu[4].resets, 1);

	CHECK_EQ(create("b", 0x8c, B_RAM, 0x2f8, JAILHOUSE_CELL_START_FIRST_CPU), 2);
	CHECK_EQ(call(JAILHOUSE_HC_CELL_START, 2, 0), 0);
	CHECK_EQ(fake.cpu[2].resets, 1);
	CHECK_EQ(fake.cpu[3].resets, 0);
	CHECK_EQ(fake.cpu[3].state, FAKE_IDLE);
	CHECK_SOUND();
	/* The first one wakes another. */
	fake.current = 2;
	cpu_post(&machine.cpus[3], CPU_REQ_INIT);
	cpu_post(&machine.cpus[3], CPU_REQ_SIPI);
	CHECK_EQ(fake.cpu[3].startups, 1);
	CHECK_EQ(fake.cpu[3].state, FAKE_GUEST);
	CHECK_EQ(fake.cpu[7].state, FAKE_IDLE);
	CHECK_SOUND();
}

UNIT(loadable_memory_is_writable_until_the_start)
{
	unsigned int flushes;
	u64 attrs = 0;

	fake_boot(4);
	CHECK_EQ(create_a(), 1);
	CHECK_EQ(call(JAILHOUSE_HC_CELL_SET_LOADABLE, 1, 0), 0);
	CHECK(pgtable_lookup(&machine.root->stage2, A_RAM, NULL, &attrs));
	CHECK_EQ(attrs, JAILHOUSE_MEM_READ | JAILHOUSE_MEM_WRITE);
	CHECK(!pgtable_lookup(&machine.root->stage2, A_RAM + LOAD_SIZE, NULL, NULL));
	CHECK_SOUND();
	flushes = fake.cpu[1].flushes;
	CHECK_EQ(call(JAILHOUSE_HC_CELL_SET_LOADABLE, 1, 0), 0);
	CHECK_EQ(fake.cpu[1].flushes, flushes);
	CHECK_SOUND();
	memset(fake.ram + A_RAM, 0x5a, 16);
	CHECK_EQ(call(JAILHOUSE_HC_CELL_START, 1, 0), 0);
	CHECK(!pgtable_lookup(&machine.root->stage2, A_RAM, NULL, NULL));
	CHECK_EQ(fake.ram[A_RAM], 0x5a);
	CHECK_SOUND();
	/* And while it is loadable, it may go. */
	CHECK_EQ(call(JAILHOUSE_HC_CELL_SET_LOADABLE, 1, KILL), 0);
	CHECK_EQ(fake_repeat(0, JAILHOUSE_HC_CELL_DESTROY, 1, 0), 0);
	CHECK_SOUND();
}

UNIT(loading_and_starting_without_a_page_change_nothing)
{
	static struct fake_snapshot before;
	struct fake_config config;

	/* Nothing is left of the root cell's large page: loading a part takes a table. */
	fake_boot(4);
	fake_config(&config, "a", 1 << 3, 0);
	fake_add_memory(&config, A_RAM, 0, 0x100000, RAM_FLAGS | JAILHOUSE_MEM_LOADABLE);
	fake_add_memory(&config, A_RAM + 0x100000, 0x100000, 0x80000, RAM_FLAGS);
	fake_add_memory(&config, A_RAM + 0x180000, 0x180000, 0x80000,
			RAM_FLAGS | JAILHOUSE_MEM_LOADABLE);
	fake_config_place(&config, FAKE_CONFIG_GPA);
	CHECK_EQ(fake_repeat(0, JAILHOUSE_HC_CELL_CREATE, FAKE_CONFIG_GPA, 0), 1);
	fake_snapshot(&before);
	/* Somebody else than cells has used up what was kept. */
	fake_pool_fill(0);
	CHECK_EQ(call(JAILHOUSE_HC_CELL_SET_LOADABLE, 1, 0), -ENOMEM);
	CHECK(error_has("cell a: no hypervisor memory"));
	CHECK_SOUND();
	fake_pool_unfill();
	CHECK_STR(fake_changed(&before), NULL);
	CHECK_EQ(call(JAILHOUSE_HC_CELL_SET_LOADABLE, 1, 0), 0);
	CHECK_SOUND();

	/* Loaded, two regions are one large page: taking them away again takes a table. */
	fake_boot(4);
	fake_config(&config, "a", 1 << 3, 0);
	fake_add_memory(&config, A_RAM, 0, 0x100000, RAM_FLAGS | JAILHOUSE_MEM_LOADABLE);
	fake_add_memory(&config, A_RAM + 0x100000, 0x100000, 0x100000,
			RAM_FLAGS | JAILHOUSE_MEM_LOADABLE);
	fake_config_place(&config, FAKE_CONFIG_GPA);
	CHECK_EQ(fake_repeat(0, JAILHOUSE_HC_CELL_CREATE, FAKE_CONFIG_GPA, 0), 1);
	CHECK_EQ(call(JAILHOUSE_HC_CELL_SET_LOADABLE, 1, 0), 0);
	fake_snapshot(&before);
	fake_pool_fill(0);
	CHECK_EQ(call(JAILHOUSE_HC_CELL_START, 1, 0), -ENOMEM);
	CHECK(error_has("cell a: no hypervisor memory"));
	CHECK_EQ(state_of(1), JAILHOUSE_CELL_SHUT_DOWN);
	CHECK_SOUND();
	fake_pool_unfill();
	CHECK_STR(fake_changed(&before), NULL);
	CHECK_EQ(call(JAILHOUSE_HC_CELL_START, 1, 0), 0);
	CHECK_SOUND();
}

/*
 * States: each management operation from each state, with each answer.
 */

enum start_state { NEW, RUNS, LOCKED, STOPPED, FAILED, SAYS_DOWN, SAYS_FAILED, PASSIVE };

#define NO_ANSWER	0xffffU

UNIT(management_operations_by_state_and_answer)
{
	static const struct {
		enum start_state from;
		u32 code;
		u32 timeout;
		u32 reply;
		long want;
		long state;
	} rows[] = {
#define START	JAILHOUSE_HC_CELL_START
#define STOP	JAILHOUSE_HC_CELL_STOP
#define LOAD	JAILHOUSE_HC_CELL_SET_LOADABLE
#define STOP_ALL	JAILHOUSE_HC_CELLS_STOP
#define DESTROY	JAILHOUSE_HC_CELL_DESTROY
#define YES	JAILHOUSE_MSG_REQUEST_APPROVED
#define NO	JAILHOUSE_MSG_REQUEST_DENIED
#define WHAT	JAILHOUSE_MSG_UNKNOWN
#define DOWN	JAILHOUSE_CELL_SHUT_DOWN
#define UP	JAILHOUSE_CELL_RUNNING
#define UPLOCK	JAILHOUSE_CELL_RUNNING_LOCKED
#define BROKEN	JAILHOUSE_CELL_FAILED
		{ NEW, START, 0, NO_ANSWER, 0, UP },
		{ NEW, STOP, 0, NO_ANSWER, 0, DOWN },
		{ NEW, LOAD, 0, NO_ANSWER, 0, DOWN },
		{ NEW, DESTROY, 0, NO_ANSWER, 0, -ENOENT },
		{ RUNS, START, 0, NO_ANSWER, 0, UP },
		{ RUNS, STOP, 50, YES, 0, DOWN },
		{ RUNS, STOP, 50, NO, -EPERM, UP },
		{ RUNS, STOP, 50, WHAT, -EPERM, UP },
		{ RUNS, STOP, 50, 0, -EPERM, UP },
		{ RUNS, STOP, 50, 0x12345678, -EPERM, UP },
		{ RUNS, STOP, 50, NO_ANSWER, -ETIMEDOUT, UP },
		{ RUNS, STOP, 0, NO_ANSWER, -ETIMEDOUT, UP },
		{ RUNS, STOP, KILL, NO_ANSWER, 0, DOWN },
		{ RUNS, LOAD, 50, YES, 0, DOWN },
		{ RUNS, LOAD, 50, NO, -EPERM, UP },
		{ RUNS, LOAD, 50, NO_ANSWER, -ETIMEDOUT, UP },
		{ RUNS, LOAD, KILL, NO_ANSWER, 0, DOWN },
		{ RUNS, DESTROY, 50, YES, 0, -ENOENT },
		{ RUNS, DESTROY, 50, NO, -EPERM, UP },
		{ RUNS, DESTROY, 50, NO_ANSWER, -ETIMEDOUT, UP },
		{ RUNS, DESTROY, KILL, NO_ANSWER, 0, -ENOENT },
		{ LOCKED, START, 0, NO_ANSWER, 0, UPLOCK },
		{ LOCKED, STOP, 50, YES, 0, DOWN },
		{ LOCKED, STOP, 50, NO, -EPERM, UPLOCK },
		{ LOCKED, LOAD, 50, YES, 0, DOWN },
		{ LOCKED, LOAD, 50, NO, -EPERM, UPLOCK },
		{ LOCKED, DESTROY, 50, YES, 0, -ENOENT },
		{ LOCKED, DESTROY, 50, NO, -EPERM, UPLOCK },
		{ LOCKED, DESTROY, KILL, NO_ANSWER, 0, -ENOENT },
		{ STOPPED, START, 0, NO_ANSWER, 0, UP },
		{ STOPPED, STOP, 0, NO_ANSWER, 0, DOWN },
		{ STOPPED, LOAD, 0, NO_ANSWER, 0, DOWN },
		{ STOPPED, DESTROY, 0, NO_ANSWER, 0, -ENOENT },
		{ FAILED, START, 0, NO_ANSWER, 0, UP },
		{ FAILED, STOP, 0, NO_ANSWER, 0, BROKEN },
		{ FAILED, LOAD, 0, NO_ANSWER, 0, BROKEN },
		{ FAILED, DESTROY, 0, NO_ANSWER, 0, -ENOENT },
		{ SAYS_DOWN, START, 0, NO_ANSWER, 0, UP },
		{ SAYS_DOWN, STOP, 0, NO_ANSWER, 0, DOWN },
		{ SAYS_DOWN, LOAD, 0, NO_ANSWER, 0, DOWN },
		{ SAYS_DOWN, DESTROY, 0, NO_ANSWER, 0, -ENOENT },
		{ SAYS_FAILED, START, 0, NO_ANSWER, 0, UP },
		{ SAYS_FAILED, STOP, 0, NO_ANSWER, 0, BROKEN },
		{ SAYS_FAILED, LOAD, 0, NO_ANSWER, 0, BROKEN },
		{ SAYS_FAILED, DESTROY, 0, NO_ANSWER, 0, -ENOENT },
		{ PASSIVE, STOP, 50, NO_ANSWER, 0, DOWN },
		{ PASSIVE, LOAD, 50, NO_ANSWER, 0, DOWN },
		{ PASSIVE, DESTROY, 50, NO_ANSWER, 0, -ENOENT },
	};
	struct jailhouse_comm_region *comm;
	unsigned int n;
	long ret;

	for (n = 0; n < ARRAY_SIZE(rows); n++) {
		unit_row("from %u, hypercall %u, limit %u, reply %u", rows[n].from,
			 rows[n].code, rows[n].timeout, rows[n].reply);
		fake_boot(4);
		CHECK_EQ(create("a", 1 << 3, A_RAM, 0x3f8,
				rows[n].from == PASSIVE ? JAILHOUSE_CELL_PASSIVE_COMMREG : 0),
			 1);
		comm = fake_comm(1);
		if (rows[n].from != NEW)
			CHECK_EQ(call(START, 1, 0), 0);
		switch (rows[n].from) {
		case LOCKED:
			comm->cell_state = UPLOCK;
			break;
		case STOPPED:
			CHECK_EQ(call(STOP, 1, KILL), 0);
			break;
		case FAILED:
			fake.current = 3;
			cell_fail(&machine.cpus[3], "test %d", 1);
			fake_settle();
			break;
		case SAYS_DOWN:
			comm->cell_state = DOWN;
			break;
		case SAYS_FAILED:
			comm->cell_state = BROKEN;
			break;
		default:
			break;
		}

		ret = call(rows[n].code, 1, rows[n].timeout);
		if (ret == -EINPROGRESS && comm->msg_to_cell && rows[n].reply != NO_ANSWER)
			answer(comm, rows[n].reply);
		while (ret == -EINPROGRESS || ret == -EAGAIN) {
			fake.tsc += FAKE_TSC_KHZ;
			ret = call(rows[n].code, 1, rows[n].timeout);
		}
		CHECK_EQ(ret, rows[n].want);
		if (rows[n].want)
			CHECK(error_has("cell a"));
		CHECK_EQ(state_of(1), rows[n].state);
		if (rows[n].state == UP || rows[n].state == UPLOCK) {
			CHECK_EQ(comm->msg_to_cell, 0);
			CHECK_EQ(fake.cpu[3].state, FAKE_GUEST);
			CHECK_EQ(comm->cell_state, rows[n].state);
		} else {
			CHECK_EQ(fake.cpu[3].state, FAKE_IDLE);
		}
		CHECK_SOUND();
	}
}

UNIT(the_cell_has_its_time_to_answer)
{
	struct jailhouse_comm_region *comm = boot_with_a();
	u64 begin = fake.tsc;

	while (call(STOP, 1, 700) == -EINPROGRESS)
		fake.tsc += FAKE_TSC_KHZ;
	CHECK(fake.tsc - begin >= 700ULL * FAKE_TSC_KHZ);
	CHECK(fake.tsc - begin < 705ULL * FAKE_TSC_KHZ);
	CHECK(error_has("did not answer"));
	CHECK_EQ(comm->msg_to_cell, JAILHOUSE_MSG_NONE);
	/* An answer that comes too late is not one to the next request. */
	comm->msg_from_cell = YES;
	CHECK_EQ(call(STOP, 1, 700), -EINPROGRESS);
	CHECK_EQ(comm->msg_to_cell, JAILHOUSE_MSG_SHUTDOWN_REQUEST);
	CHECK_EQ(comm->msg_from_cell, 0);
	CHECK_EQ(call(STOP, 1, 700), -EINPROGRESS);
	answer(comm, YES);
	CHECK_EQ(call(STOP, 1, 700), 0);
	CHECK_SOUND();
}

UNIT(an_answer_to_another_message_is_not_taken)
{
	struct jailhouse_comm_region *comm = boot_with_a();

	/* Cell b came: cell a is told, and has not answered when it is to shut down. */
	CHECK_EQ(create_b(), 2);
	CHECK_EQ(comm->msg_to_cell, JAILHOUSE_MSG_RECONFIG_COMPLETED);
	CHECK_EQ(call(STOP, 1, 1000), -EINPROGRESS);
	CHECK_EQ(comm->msg_to_cell, JAILHOUSE_MSG_SHUTDOWN_REQUEST);
	answer(comm, WHAT);
	CHECK_EQ(call(STOP, 1, 1000), -EINPROGRESS);
	CHECK_EQ(comm->msg_to_cell, JAILHOUSE_MSG_SHUTDOWN_REQUEST);
	answer(comm, JAILHOUSE_MSG_RECEIVED);
	CHECK_EQ(call(STOP, 1, 1000), -EINPROGRESS);
	CHECK_EQ(comm->msg_to_cell, JAILHOUSE_MSG_SHUTDOWN_REQUEST);
	answer(comm, WHAT);
	CHECK_EQ(call(STOP, 1, 1000), -EPERM);
	CHECK(error_has("does not know"));
	/* It can say "received" for as long as its time lasts. */
	do {
		answer(comm, JAILHOUSE_MSG_RECEIVED);
		fake.tsc += FAKE_TSC_KHZ;
	} while (call(STOP, 1, 50) == -EINPROGRESS);
	CHECK(error_has("did not answer"));
	CHECK_SOUND();
}

UNIT(other_cells_hear_of_changes_if_they_listen)
{
	struct jailhouse_comm_region *a, *c;

	fake_boot(4);
	CHECK_EQ(create_a(), 1);
	CHECK_EQ(call(START, 1, 0), 0);
	CHECK_EQ(create("c", 1 << 1, C_RAM, 0x100, JAILHOUSE_CELL_PASSIVE_COMMREG), 2);
	CHECK_EQ(call(START, 2, 0), 0);
	a = fake_comm(1);
	c = fake_comm(2);
	answer(a, JAILHOUSE_MSG_RECEIVED);
	CHECK_EQ(create_b(), 3);
	CHECK_EQ(a->msg_to_cell, JAILHOUSE_MSG_RECONFIG_COMPLETED);
	CHECK_EQ(c->msg_to_cell, JAILHOUSE_MSG_NONE);
	CHECK_EQ(fake_comm(3)->msg_to_cell, JAILHOUSE_MSG_NONE);
	answer(a, JAILHOUSE_MSG_RECEIVED);
	CHECK_EQ(fake_repeat(0, DESTROY, 3, 0), 0);
	CHECK_EQ(a->msg_to_cell, JAILHOUSE_MSG_RECONFIG_COMPLETED);
	/* One that does not run is told nothing. */
	answer(a, JAILHOUSE_MSG_RECEIVED);
	CHECK_EQ(call(STOP, 1, KILL), 0);
	CHECK_EQ(create_b(), 3);
	CHECK_EQ(a->msg_to_cell, JAILHOUSE_MSG_NONE);
	CHECK_EQ(fake_repeat(0, DESTROY, 3, 0), 0);
	CHECK_EQ(call(START, 1, 0), 0);
	/* A message that is there already stays. */
	a->msg_to_cell = 0x77;
	CHECK_EQ(create_b(), 3);
	CHECK_EQ(a->msg_to_cell, 0x77);
}

UNIT(each_event_in_each_state)
{
	/* In the order of enum cell_event. */
	static const u32 want[4][CELL_NUM_EVENTS] = {
		[UP]		= { UP, UPLOCK, DOWN, BROKEN, UP, DOWN, BROKEN },
		[UPLOCK]	= { UP, UPLOCK, DOWN, BROKEN, UPLOCK, DOWN, BROKEN },
		[DOWN]		= { DOWN, DOWN, DOWN, DOWN, UP, DOWN, DOWN },
		[BROKEN]	= { BROKEN, BROKEN, BROKEN, BROKEN, UP, BROKEN, BROKEN },
	};
	struct cell *cell;
	u32 from, event, events;

	fake_boot(4);
	CHECK_EQ(create_a(), 1);
	cell = cell_find(&machine, 1);
	for (from = 0; from < 4; from++) {
		for (event = 0; event < CELL_NUM_EVENTS; event++) {
			unit_row("from %u, event %u", from, event);
			cell_state_init(cell, from);
			cell->comm->cell_state = 99;
			events = machine.log->events;
			CHECK_EQ(cell_state_event(cell, event), want[from][event] != from);
			CHECK_EQ(cell_state(cell), want[from][event]);
			CHECK_EQ(machine.log->events - events, want[from][event] != from);
			/* What the cell did not say itself is shown to it. */
			if (want[from][event] != from && event > CELL_EVENT_GIVES_UP)
				CHECK_EQ(cell->comm->cell_state, want[from][event]);
			else
				CHECK_EQ(cell->comm->cell_state, 99);
		}
	}
	CHECK_STR(cell_state_name(CELL_RUNNING_LOCKED), "running/locked");
}

/*
 * What cells say about themselves
 */

UNIT(a_cell_locks_and_unlocks)
{
	struct jailhouse_comm_region *comm = boot_with_a();
	u32 events = machine.log->events;

	comm->cell_state = UPLOCK;
	CHECK_EQ(state_of(1), UPLOCK);
	CHECK_EQ(machine.log->events, events + 1);
	CHECK_EQ(state_of(1), UPLOCK);
	CHECK_EQ(machine.log->events, events + 1);
	comm->cell_state = UP;
	CHECK_EQ(state_of(1), UP);
	CHECK_EQ(machine.log->events, events + 2);
	CHECK_SOUND();
}

UNIT(a_cell_that_says_it_is_down_is_parked)
{
	static const struct {
		u32 says;
		long state;
	} rows[] = {
		{ JAILHOUSE_CELL_SHUT_DOWN, DOWN },
		{ JAILHOUSE_CELL_FAILED, BROKEN },
		{ JAILHOUSE_CELL_FAILED_COMM_REV, BROKEN },
	};
	struct jailhouse_comm_region *comm;
	unsigned int n;
	u32 back;

	for (n = 0; n < ARRAY_SIZE(rows); n++) {
		unit_row("says %u", rows[n].says);
		comm = boot_with_a();
		comm->cell_state = rows[n].says;
		CHECK_EQ(state_of(1), rows[n].state);
		CHECK_EQ(fake.cpu[3].state, FAKE_IDLE);
		CHECK_SOUND();
		/* What it says from then on does not count. */
		for (back = 0; back < 6; back++) {
			comm->cell_state = back;
			CHECK_EQ(state_of(1), rows[n].state);
			CHECK_EQ(comm->cell_state, back);
		}
		CHECK_EQ(call(START, 1, 0), 0);
		CHECK_EQ(state_of(1), UP);
		CHECK_SOUND();
	}
	CHECK(logged("revision 2"));
}

UNIT(nonsense_in_the_comm_region_is_replaced)
{
	static const u32 rows[] = { 5, 0x80000000, 0xffffffff, 0x10001 };
	struct jailhouse_comm_region *comm = boot_with_a();
	unsigned int n;

	for (n = 0; n < ARRAY_SIZE(rows); n++) {
		comm->cell_state = rows[n];
		CHECK_EQ(state_of(1), UP);
		CHECK_EQ(comm->cell_state, UP);
	}
	CHECK(logged("there is no state 0x5"));
	CHECK(logged("there is no state 0x80000000"));
	/* Everything else in the page is its own business. */
	memset((u8 *)comm + 20, 0xff, 4096 - 20);
	memset(comm, 0xff, 8);
	CHECK_EQ(state_of(1), UP);
	CHECK_EQ(call(STOP, 1, KILL), 0);
	CHECK_SOUND();
}

/* How often @part is in the log, of which nothing was overwritten. */
static unsigned int times_logged(const char *part)
{
	const char *at = machine.log->text;
	unsigned int times = 0;

	for (; (at = strstr(at, part)); at++)
		times++;
	return times;
}

UNIT(reading_the_state_does_not_pace_the_log)
{
	struct jailhouse_comm_region *a, *b;
	unsigned int n, locked;

	boot_with_two();
	a = fake_comm(1);
	b = fake_comm(2);
	for (n = 0; n < 1000; n++) {
		a->cell_state = n % 3 == 2 ? 7 : n % 3;
		state_of(1);
	}
	CHECK(times_logged("Cell a: ") <= 11);
	CHECK(times_logged("Cell a: ") >= 5);
	/* Another cell has its own lines, */
	b->cell_state = UPLOCK;
	CHECK_EQ(state_of(2), UPLOCK);
	CHECK(logged("Cell b: running/locked"));
	/* this one has one more after a second, */
	fake.tsc += 1000ULL * FAKE_TSC_KHZ;
	a->cell_state = 0x1234;
	CHECK_EQ(state_of(1), UP);
	CHECK(logged("there is no state 0x1234"));
	CHECK(logged("more like the next one suppressed"));
	a->cell_state = 0x1235;
	state_of(1);
	CHECK(!logged("0x1235"));
	/* and all of them again in its next life. */
	locked = times_logged("Cell a: running/locked");
	CHECK_EQ(call(STOP, 1, KILL), 0);
	CHECK_EQ(call(START, 1, 0), 0);
	a->cell_state = UPLOCK;
	CHECK_EQ(state_of(1), UPLOCK);
	CHECK_EQ(times_logged("Cell a: running/locked"), locked + 1);
}

/*
 * The configuration lock
 */

UNIT(locked_configuration_refuses_create_and_destroy_of_others)
{
	struct jailhouse_comm_region *a, *b;
	static struct fake_snapshot before;

	boot_with_two();
	a = fake_comm(1);
	b = fake_comm(2);
	fake_snapshot(&before);
	a->cell_state = UPLOCK;
	CHECK_EQ(create("c", 1 << 1, C_RAM, 0x100, 0), -EPERM);
	CHECK(error_has("cell a has locked"));
	CHECK_EQ(call(DESTROY, 2, 1000), -EPERM);
	CHECK(error_has("cell a has locked"));
	CHECK_EQ(call(DESTROY, 2, KILL), -EPERM);
	CHECK_EQ(b->msg_to_cell, JAILHOUSE_MSG_NONE);
	CHECK_STR(fake_changed(&before), NULL);

	/* Stop, load and start of any cell, with its consent. */
	CHECK_EQ(call(STOP, 2, 1000), -EINPROGRESS);
	answer(b, YES);
	CHECK_EQ(call(STOP, 2, 1000), 0);
	CHECK_EQ(call(LOAD, 2, 1000), 0);
	CHECK_EQ(call(START, 2, 0), 0);
	CHECK_SOUND();

	/* The locker itself may go, if it agrees. */
	CHECK_EQ(call(DESTROY, 1, 1000), -EINPROGRESS);
	answer(a, NO);
	CHECK_EQ(call(DESTROY, 1, 1000), -EPERM);
	CHECK_EQ(call(DESTROY, 1, 1000), -EINPROGRESS);
	answer(a, YES);
	CHECK_EQ(fake_repeat(0, DESTROY, 1, 1000), 0);
	CHECK_SOUND();
	CHECK_EQ(create("c", 1 << 1, C_RAM, 0x100, 0), 1);
}

UNIT(lock_goes_with_the_locker)
{
	boot_with_two();
	fake_comm(1)->cell_state = UPLOCK;
	CHECK_EQ(state_of(1), UPLOCK);
	fake.current = 3;
	cell_fail(&machine.cpus[3], "test");
	fake_settle();
	CHECK_EQ(fake_repeat(0, DESTROY, 2, KILL), 0);
	/* A cell that locks while another one is being asked. */
	boot_with_two();
	CHECK_EQ(call(DESTROY, 2, 1000), -EINPROGRESS);
	fake_comm(1)->cell_state = UPLOCK;
	CHECK_EQ(call(DESTROY, 2, 1000), -EPERM);
	CHECK(error_has("cell a has locked"));
	CHECK_SOUND();
}

UNIT(two_lockers_lock_each_other)
{
	boot_with_two();
	fake_comm(1)->cell_state = UPLOCK;
	fake_comm(2)->cell_state = UPLOCK;
	CHECK_EQ(call(DESTROY, 1, KILL), -EPERM);
	CHECK(error_has("cell b has locked"));
	CHECK_EQ(call(DESTROY, 2, KILL), -EPERM);
	CHECK(error_has("cell a has locked"));
	CHECK_EQ(call(STOP, 1, KILL), 0);
	CHECK_EQ(fake_repeat(0, DESTROY, 2, KILL), 0);
	CHECK_EQ(fake_repeat(0, DESTROY, 1, KILL), 0);
	CHECK_SOUND();
}

/*
 * One operation at a time
 */

UNIT(an_operation_under_way_keeps_others_out)
{
	struct jailhouse_comm_region *b;

	boot_with_two();
	b = fake_comm(2);
	CHECK_EQ(call(STOP, 2, 1000), -EINPROGRESS);
	CHECK_EQ(call(STOP, 1, 1000), -EBUSY);
	CHECK(error_has("under way"));
	CHECK_EQ(call(DESTROY, 2, 1000), -EBUSY);
	CHECK_EQ(call(START, 1, 0), -EBUSY);
	CHECK_EQ(create("c", 1 << 1, C_RAM, 0x100, 0), -EBUSY);
	CHECK_EQ(fake_hypercall(1, STOP, 1, 1000), -EBUSY);
	CHECK_EQ(call(JAILHOUSE_HC_DISABLE, 2, 0), -EBUSY);
	/* Questions are always answered. */
	CHECK_EQ(state_of(2), UP);
	CHECK_EQ(call(JAILHOUSE_HC_HYPERVISOR_GET_INFO, JAILHOUSE_INFO_NUM_CELLS, 0), 3);
	CHECK_EQ(call(JAILHOUSE_HC_CPU_GET_INFO, 2, 0), JAILHOUSE_CPU_RUNNING);
	/* Any CPU can go on with it, and asking may turn to killing. */
	CHECK_EQ(fake_hypercall(1, STOP, 2, 1000), -EINPROGRESS);
	CHECK_EQ(fake_hypercall(1, STOP, 2, KILL), 0);
	CHECK_EQ(b->msg_to_cell, JAILHOUSE_MSG_NONE);
	CHECK_EQ(call(STOP, 1, KILL), 0);
	CHECK_SOUND();
}

UNIT(a_kill_of_one_cell_leaves_the_question_to_another)
{
	static const u32 questions[] = { STOP, DESTROY, LOAD };
	struct jailhouse_comm_region *b;
	unsigned int n;

	for (n = 0; n < ARRAY_SIZE(questions); n++) {
		boot_with_two();
		unit_row("hypercall %u", questions[n]);
		b = fake_comm(2);
		CHECK_EQ(call(questions[n], 2, 1000), -EINPROGRESS);
		CHECK_EQ(call(STOP, 1, KILL), 0);
		CHECK_EQ(b->msg_to_cell, JAILHOUSE_MSG_SHUTDOWN_REQUEST);
		CHECK_EQ(call(questions[n], 2, 1000), -EINPROGRESS);
		CHECK_EQ(call(LOAD, 1, KILL), 0);
		/* In several calls, and the question goes on between them. */
		fake.tsc_step = 20000;
		CHECK_EQ(call(DESTROY, 1, KILL), -EAGAIN);
		CHECK_EQ(call(questions[n], 2, 1000), -EINPROGRESS);
		CHECK_EQ(fake_repeat(0, DESTROY, 1, KILL), 0);
		CHECK_EQ(b->msg_to_cell, JAILHOUSE_MSG_SHUTDOWN_REQUEST);
		CHECK_EQ(state_of(2), UP);
		/* The very answer counts. */
		answer(b, YES);
		CHECK_EQ(fake_repeat(0, questions[n], 2, 1000), 0);
		CHECK_SOUND();
	}
}

UNIT(what_does_not_come_between_questions)
{
	boot_with_two();
	CHECK_EQ(call(STOP, 2, 1000), -EINPROGRESS);
	/* Of the same cell, of all of them, what is no kill. */
	CHECK_EQ(call(DESTROY, 2, KILL), -EBUSY);
	CHECK_EQ(call(STOP_ALL, 0, KILL), -EBUSY);
	CHECK_EQ(call(START, 1, KILL), -EBUSY);
	CHECK_EQ(call(LOAD, 1, 0), -EBUSY);
	CHECK_EQ(call(STOP, 3, KILL), -ENOENT);
	CHECK_EQ(call(STOP, 0, KILL), -EINVAL);
	CHECK_EQ(call(STOP, 2, 1000), -EINPROGRESS);
	CHECK_EQ(call(STOP, 2, 0), -ETIMEDOUT);
	/* While a cell is made, or scrubbed. */
	fake.tsc_step = 20000;
	CHECK_EQ(call(DESTROY, 2, KILL), -EAGAIN);
	CHECK_EQ(call(STOP, 1, KILL), -EBUSY);
	CHECK_EQ(fake_repeat(0, DESTROY, 2, KILL), 0);
	CHECK_SOUND();
}

UNIT(two_cpus_do_not_manage_at_once)
{
	boot_with_a();
	machine.op.busy = 1;
	CHECK_EQ(call(STOP, 1, KILL), -EBUSY);
	CHECK(error_has("another CPU is busy"));
	CHECK_EQ(call(JAILHOUSE_HC_DISABLE, 3, 0), -EBUSY);
	CHECK_EQ(state_of(1), UP);
	machine.op.busy = 0;
	CHECK_EQ(call(STOP, 1, KILL), 0);
	CHECK_SOUND();
}

UNIT(an_operation_that_nobody_repeats_is_given_up)
{
	boot_with_two();
	/* At the deadline of the answer. */
	CHECK_EQ(call(STOP, 2, 100), -EINPROGRESS);
	fake.tsc += 99ULL * FAKE_TSC_KHZ;
	CHECK_EQ(call(STOP, 1, 1000), -EBUSY);
	fake.tsc += 2ULL * FAKE_TSC_KHZ;
	CHECK_EQ(call(STOP, 1, KILL), 0);
	CHECK_EQ(fake_comm(2)->msg_to_cell, JAILHOUSE_MSG_NONE);
	/* Or earlier, if that is too far. */
	CHECK_EQ(call(STOP, 2, 0xfffffffe), -EINPROGRESS);
	fake.tsc += 1000ULL * FAKE_TSC_KHZ;
	CHECK_EQ(call(STOP, 2, 0xfffffffe), -EINPROGRESS);
	fake.tsc += 1999ULL * FAKE_TSC_KHZ;
	CHECK_EQ(call(START, 1, 0), -EBUSY);
	fake.tsc += 2ULL * FAKE_TSC_KHZ;
	CHECK_EQ(call(START, 1, 0), 0);
	CHECK_EQ(fake_comm(2)->msg_to_cell, JAILHOUSE_MSG_NONE);
	CHECK_SOUND();
}

UNIT(a_creation_that_nobody_repeats_is_undone)
{
	static struct fake_snapshot before;
	struct fake_config config;

	fake_boot(4);
	fake_snapshot(&before);
	fake.tsc_step = 20000;
	config_of(&config, "a", 1 << 3, A_RAM, 0x3f8, 0);
	fake_config_place(&config, FAKE_CONFIG_GPA);
	CHECK_EQ(call(JAILHOUSE_HC_CELL_CREATE, FAKE_CONFIG_GPA, 0), -EAGAIN);
	CHECK_SOUND();
	CHECK_EQ(call(START, 1, 0), -EBUSY);
	fake.tsc += 2001ULL * FAKE_TSC_KHZ;
	CHECK_EQ(call(START, 1, 0), -ENOENT);
	CHECK_STR(fake_changed(&before), NULL);
	CHECK_SOUND();

	/* A new driver has another configuration at the same place. */
	CHECK_EQ(call(JAILHOUSE_HC_CELL_CREATE, FAKE_CONFIG_GPA, 0), -EAGAIN);
	config_of(&config, "b", 1 << 2, B_RAM, 0x2f8, 0);
	fake_config_place(&config, FAKE_CONFIG_GPA);
	CHECK_EQ(fake_repeat(0, JAILHOUSE_HC_CELL_CREATE, FAKE_CONFIG_GPA, 0), 1);
	CHECK_STR(cell_find(&machine, 1)->desc->name, "b");
	CHECK(!machine.root->next->next);
	CHECK_SOUND();
}

UNIT(a_destruction_that_nobody_repeats_leaves_a_stopped_cell)
{
	boot_with_a();
	fake.tsc_step = 20000;
	CHECK_EQ(call(DESTROY, 1, KILL), -EAGAIN);
	CHECK_EQ(state_of(1), DOWN);
	fake.tsc += 2001ULL * FAKE_TSC_KHZ;
	CHECK_EQ(call(START, 1, 0), 0);
	CHECK_EQ(state_of(1), UP);
	CHECK_SOUND();
	CHECK_EQ(fake_repeat(0, DESTROY, 1, KILL), 0);
	CHECK_SOUND();
}

UNIT(a_question_is_withdrawn_when_it_is_repeated_without_time)
{
	fake_boot(4);
	CHECK_EQ(create_a(), 1);
	CHECK_EQ(call(JAILHOUSE_HC_CELL_START, 1, 0), 0);
	CHECK_EQ(call(STOP, 1, 60000), -EINPROGRESS);
	CHECK_EQ(call(STOP, 1, 60000), -EINPROGRESS);
	CHECK_EQ(call(STOP, 1, 0), -ETIMEDOUT);
	CHECK_EQ(fake_comm(1)->msg_to_cell, JAILHOUSE_MSG_NONE);
	CHECK_EQ(state_of(1), JAILHOUSE_CELL_RUNNING);
	CHECK_SOUND();
}

UNIT(giving_up_a_creation_can_fail_and_is_tried_again)
{
	struct fake_config config;

	fake_boot(4);
	fake.tsc_step = 20000;
	config_of(&config, "a", 1 << 3, A_RAM, 0x3f8, 0);
	fake_config_place(&config, FAKE_CONFIG_GPA);
	CHECK_EQ(call(JAILHOUSE_HC_CELL_CREATE, FAKE_CONFIG_GPA, 0), -EAGAIN);
	fake.tsc += 2001ULL * FAKE_TSC_KHZ;
	fake.cpu[2].hung = true;
	CHECK_EQ(call(STOP, 1, 0), -ETIMEDOUT);
	CHECK_EQ(machine.op.code, JAILHOUSE_HC_CELL_CREATE);
	fake.cpu[2].hung = false;
	CHECK_EQ(call(STOP, 1, 0), -ENOENT);
	CHECK_SOUND();
}

UNIT(a_creation_that_could_not_be_undone_is_no_cell)
{
	static struct fake_snapshot before;
	struct fake_config a, b;

	fake_boot(4);
	fake_snapshot(&before);
	fake.tsc_step = 20000;
	config_of(&a, "a", 1 << 3, A_RAM, 0x3f8, 0);
	config_of(&b, "b", 1 << 2, B_RAM, 0x2f8, 0);
	fake_config_place(&a, FAKE_CONFIG_GPA);
	CHECK_EQ(call(JAILHOUSE_HC_CELL_CREATE, FAKE_CONFIG_GPA, 0), -EAGAIN);
	CHECK(dirty(A_RAM, 2 * LOAD_SIZE));
	/* A new driver creates another cell, but the first one cannot be undone. */
	fake_config_place(&b, FAKE_CONFIG_GPA);
	fake.cpu[2].hung = true;
	CHECK_EQ(call(JAILHOUSE_HC_CELL_CREATE, FAKE_CONFIG_GPA, 0), -ETIMEDOUT);
	CHECK_EQ(call(START, 1, 0), -ETIMEDOUT);
	CHECK_EQ(call(LOAD, 1, 0), -ETIMEDOUT);
	CHECK_EQ(fake.cpu[3].state, FAKE_IDLE);
	CHECK_EQ(cell_start(&machine.cpus[0], 1, 0), -ENOENT);
	CHECK_EQ(cell_set_loadable(&machine.cpus[0], 1, 0), -ENOENT);
	/* As soon as it can, it is; or it is made in full. */
	fake.cpu[2].hung = false;
	fake_settle();
	fake_config_place(&a, FAKE_CONFIG_GPA);
	CHECK_EQ(fake_repeat(0, JAILHOUSE_HC_CELL_CREATE, FAKE_CONFIG_GPA, 0), 1);
	CHECK_EQ(dirty(A_RAM, 2 * LOAD_SIZE), 0);
	CHECK_EQ(fake_repeat(0, DESTROY, 1, KILL), 0);
	memset(fake.ram + A_RAM, 0x5a, 2 * LOAD_SIZE);
	CHECK_EQ(call(JAILHOUSE_HC_CELL_CREATE, FAKE_CONFIG_GPA, 0), -EAGAIN);
	fake.cpu[2].hung = true;
	fake_config_place(&b, FAKE_CONFIG_GPA);
	CHECK_EQ(call(JAILHOUSE_HC_CELL_CREATE, FAKE_CONFIG_GPA, 0), -ETIMEDOUT);
	fake.cpu[2].hung = false;
	fake_settle();
	CHECK_EQ(call(START, 1, 0), -ENOENT);
	CHECK_STR(fake_changed(&before), NULL);
	CHECK_SOUND();
}

UNIT(a_destruction_that_failed_goes_on_or_begins_anew)
{
	boot_with_a();
	memset(fake.ram + A_RAM, 0x5a, 2 * LOAD_SIZE);
	/* The RAM is clean, but the root cell cannot get it. */
	CHECK_EQ(call(STOP, 1, KILL), 0);
	fake.cpu[2].hung = true;
	CHECK_EQ(fake_repeat(0, DESTROY, 1, KILL), -ETIMEDOUT);
	CHECK_EQ(dirty(A_RAM, 2 * LOAD_SIZE), 0);
	fake.cpu[2].hung = false;
	fake_settle();
	/* Loaded again, and stopped again, there is something to scrub. */
	CHECK_EQ(call(LOAD, 1, KILL), 0);
	memset(fake.ram + A_RAM, 0x5a, 2 * LOAD_SIZE);
	CHECK_EQ(fake_repeat(0, DESTROY, 1, KILL), 0);
	CHECK_EQ(dirty(A_RAM, 2 * LOAD_SIZE), 0);
	CHECK_SOUND();
}

UNIT(a_request_does_not_outlive_its_operation)
{
	struct jailhouse_comm_region *b;

	boot_with_two();
	b = fake_comm(2);
	CHECK_EQ(call(DESTROY, 2, 1000), -EINPROGRESS);
	fake_comm(1)->cell_state = UPLOCK;
	CHECK_EQ(call(DESTROY, 2, 1000), -EPERM);
	CHECK_EQ(b->msg_to_cell, JAILHOUSE_MSG_NONE);
	/* What b says to that request now is not one to the next. */
	answer(b, YES);
	CHECK_EQ(call(STOP, 2, 1000), -EINPROGRESS);
	CHECK_EQ(b->msg_to_cell, JAILHOUSE_MSG_SHUTDOWN_REQUEST);
	answer(b, NO);
	CHECK_EQ(call(STOP, 2, 1000), -EPERM);
	CHECK_EQ(state_of(2), UP);
	CHECK_SOUND();
}

/*
 * All cells at once
 */

UNIT(unasked_all_stop_whatever_they_are_or_say)
{
	static const u32 says[] = { UP, UPLOCK, DOWN, BROKEN, 5, 0xffffffff };
	unsigned int a, b;

	for (a = 0; a < ARRAY_SIZE(says); a++) {
		for (b = 0; b < ARRAY_SIZE(says); b++) {
			unit_row("a says %u, b says %u", says[a], says[b]);
			boot_with_two();
			CHECK_EQ(create("c", 1 << 1, C_RAM, 0x100, 0), 3);
			fake_comm(1)->cell_state = says[a];
			fake_comm(2)->cell_state = says[b];
			CHECK_EQ(call(STOP_ALL, 0, KILL), 0);
			CHECK_EQ(fake.cpu[3].state, FAKE_IDLE);
			CHECK_EQ(fake.cpu[2].state, FAKE_IDLE);
			CHECK(!cell_state_running(cell_state(cell_find(&machine, 1))));
			CHECK(!cell_state_running(cell_state(cell_find(&machine, 2))));
			/* And what they say then keeps nobody from destroying them. */
			fake_comm(1)->cell_state = UPLOCK;
			fake_comm(2)->cell_state = UPLOCK;
			CHECK_EQ(fake_repeat(0, DESTROY, 2, KILL), 0);
			CHECK_EQ(fake_repeat(0, DESTROY, 1, KILL), 0);
			CHECK_EQ(fake_repeat(0, DESTROY, 3, KILL), 0);
			CHECK_SOUND();
		}
	}
	CHECK_EQ(call(STOP_ALL, 0, KILL), 0);
	CHECK_EQ(call(STOP_ALL, 1, KILL), -EINVAL);
}

UNIT(unasked_all_stop_that_can_and_the_rest_is_tried_again)
{
	boot_with_two();
	fake.cpu[3].hung = true;
	CHECK_EQ(call(STOP_ALL, 0, KILL), -ETIMEDOUT);
	CHECK(error_has("CPU 3 of cell a does not react"));
	CHECK_EQ(fake.cpu[2].state, FAKE_IDLE);
	fake.cpu[3].hung = false;
	fake_settle();
	CHECK_EQ(call(STOP_ALL, 0, KILL), 0);
	CHECK_EQ(fake.cpu[3].state, FAKE_IDLE);
	CHECK_SOUND();
}

UNIT(asked_all_stop_if_all_agree)
{
	static const struct {
		u32 a, b;
		long want;
		long state_a, state_b;
	} rows[] = {
		{ YES, YES, 0, DOWN, DOWN },
		{ YES, NO, -EPERM, DOWN, UP },
		{ NO, YES, -EPERM, UP, DOWN },
		{ NO, NO, -EPERM, UP, UP },
		{ NO_ANSWER, NO, -EPERM, UP, UP },
		{ YES, NO_ANSWER, -ETIMEDOUT, DOWN, UP },
		{ NO_ANSWER, YES, -ETIMEDOUT, UP, DOWN },
		{ YES, WHAT, -EPERM, DOWN, UP },
	};
	struct jailhouse_comm_region *comm[2];
	unsigned int n;
	long ret;

	for (n = 0; n < ARRAY_SIZE(rows); n++) {
		unit_row("a says %u, b says %u", rows[n].a, rows[n].b);
		boot_with_two();
		comm[0] = fake_comm(1);
		comm[1] = fake_comm(2);
		answer(comm[0], JAILHOUSE_MSG_RECEIVED);
		CHECK_EQ(call(STOP_ALL, 0, 50), -EINPROGRESS);
		CHECK_EQ(comm[0]->msg_to_cell, JAILHOUSE_MSG_SHUTDOWN_REQUEST);
		CHECK_EQ(comm[1]->msg_to_cell, JAILHOUSE_MSG_SHUTDOWN_REQUEST);
		/* In this order: the one that agrees is not forgotten. */
		if (rows[n].b != NO_ANSWER && rows[n].b != NO)
			answer(comm[1], rows[n].b);
		CHECK_EQ(call(STOP_ALL, 0, 50), rows[n].b == WHAT ? -EPERM : -EINPROGRESS);
		if (rows[n].a == YES)
			answer(comm[0], YES);
		ret = rows[n].b == WHAT ? -EPERM : call(STOP_ALL, 0, 50);
		if (rows[n].a == NO)
			answer(comm[0], NO);
		if (rows[n].b == NO)
			answer(comm[1], NO);
		while (ret == -EINPROGRESS) {
			fake.tsc += FAKE_TSC_KHZ;
			ret = call(STOP_ALL, 0, 50);
		}
		CHECK_EQ(ret, rows[n].want);
		if (ret)
			CHECK(error_has("cell "));
		if (rows[n].b != WHAT)
			CHECK_EQ(state_of(1), rows[n].state_a);
		CHECK_EQ(state_of(2), rows[n].state_b);
		CHECK_EQ(comm[0]->msg_to_cell, JAILHOUSE_MSG_NONE);
		CHECK_EQ(comm[1]->msg_to_cell, JAILHOUSE_MSG_NONE);
		CHECK_SOUND();
	}
}

UNIT(who_has_locked_is_asked_before_others)
{
	struct jailhouse_comm_region *a, *b;

	boot_with_two();
	a = fake_comm(1);
	b = fake_comm(2);
	answer(a, JAILHOUSE_MSG_RECEIVED);
	b->cell_state = UPLOCK;
	CHECK_EQ(call(STOP_ALL, 0, 1000), -EINPROGRESS);
	CHECK_EQ(a->msg_to_cell, JAILHOUSE_MSG_NONE);
	answer(b, NO);
	CHECK_EQ(call(STOP_ALL, 0, 1000), -EPERM);
	CHECK(error_has("cell b denied"));
	CHECK_EQ(a->msg_to_cell, JAILHOUSE_MSG_NONE);
	/* One that unlocks meanwhile is waited for, one that locks is asked once. */
	CHECK_EQ(call(STOP_ALL, 0, 1000), -EINPROGRESS);
	b->cell_state = UP;
	CHECK_EQ(call(STOP_ALL, 0, 1000), -EINPROGRESS);
	CHECK_EQ(a->msg_to_cell, JAILHOUSE_MSG_NONE);
	answer(b, YES);
	CHECK_EQ(call(STOP_ALL, 0, 1000), -EINPROGRESS);
	CHECK_EQ(a->msg_to_cell, JAILHOUSE_MSG_SHUTDOWN_REQUEST);
	a->cell_state = UPLOCK;
	b->cell_state = UPLOCK;
	answer(a, YES);
	CHECK_EQ(call(STOP_ALL, 0, 1000), 0);
	CHECK_EQ(state_of(1), DOWN);
	CHECK_EQ(state_of(2), DOWN);
	CHECK_SOUND();
}

/*
 * Failing
 */

UNIT(a_failing_cpu_takes_its_cell_down_and_no_other)
{
	fake_boot(8);
	CHECK_EQ(create("a", 0xe0, A_RAM, 0x3f8, 0), 1);
	CHECK_EQ(create_b(), 2);
	CHECK_EQ(call(START, 1, 0), 0);
	CHECK_EQ(call(START, 2, 0), 0);
	fake.current = 6;
	cell_fail(&machine.cpus[6], "port 0x%x", 0x60);
	fake_settle();
	CHECK(logged("Cell a failed, CPU 6: port 0x60"));
	CHECK_EQ(state_of(1), BROKEN);
	CHECK_EQ(fake_comm(1)->cell_state, BROKEN);
	CHECK_EQ(state_of(2), UP);
	CHECK_EQ(fake.cpu[5].state, FAKE_IDLE);
	CHECK_EQ(fake.cpu[6].state, FAKE_IDLE);
	CHECK_EQ(fake.cpu[7].state, FAKE_IDLE);
	CHECK_EQ(fake.cpu[2].state, FAKE_GUEST);
	CHECK_EQ(fake.cpu[0].state, FAKE_GUEST);
	CHECK_EQ(call(JAILHOUSE_HC_CPU_GET_INFO, 6, 0), JAILHOUSE_CPU_FAILED);
	CHECK_EQ(call(JAILHOUSE_HC_CPU_GET_INFO, 5, 0), JAILHOUSE_CPU_RUNNING);
	CHECK_SOUND();
	/* Nobody in the cell can wake it up again. */
	fake.current = 5;
	cpu_post(&machine.cpus[6], CPU_REQ_INIT);
	cpu_post(&machine.cpus[6], CPU_REQ_SIPI);
	CHECK_EQ(fake.cpu[6].state, FAKE_IDLE);
	/* A start can. */
	CHECK_EQ(call(START, 1, 0), 0);
	CHECK_EQ(call(JAILHOUSE_HC_CPU_GET_INFO, 6, 0), JAILHOUSE_CPU_RUNNING);
	CHECK_SOUND();
}

UNIT(a_failing_cpu_of_the_root_cell_is_parked_alone)
{
	boot_with_a();
	fake.current = 2;
	cell_fail(&machine.cpus[2], "triple fault");
	fake_settle();
	CHECK_EQ(fake.cpu[2].state, FAKE_IDLE);
	CHECK_EQ(fake.cpu[1].state, FAKE_GUEST);
	CHECK_EQ(state_of(0), UP);
	CHECK_EQ(state_of(1), UP);
	CHECK_EQ(call(JAILHOUSE_HC_CPU_GET_INFO, 2, 0), JAILHOUSE_CPU_FAILED);
	CHECK_SOUND();
	/* It still takes part, and Linux may bring it back. */
	CHECK_EQ(call(STOP, 1, KILL), 0);
	CHECK_EQ(fake_repeat(0, DESTROY, 1, 0), 0);
	CHECK_SOUND();
	fake.current = 0;
	cpu_post(&machine.cpus[2], CPU_REQ_INIT);
	cpu_post(&machine.cpus[2], CPU_REQ_SIPI);
	CHECK_EQ(fake.cpu[2].state, FAKE_GUEST);
	CHECK_EQ(call(JAILHOUSE_HC_CPU_GET_INFO, 2, 0), JAILHOUSE_CPU_RUNNING);
	CHECK_SOUND();
}

/*
 * Hypercalls
 */

UNIT(cells_may_not_manage)
{
	static const struct {
		u32 code;
		long want;
	} rows[] = {
		{ JAILHOUSE_HC_DISABLE, -EPERM },
		{ JAILHOUSE_HC_CELL_CREATE, -EPERM },
		{ JAILHOUSE_HC_CELL_START, -EPERM },
		{ JAILHOUSE_HC_CELL_SET_LOADABLE, -EPERM },
		{ JAILHOUSE_HC_CELL_DESTROY, -EPERM },
		{ JAILHOUSE_HC_HYPERVISOR_GET_INFO, -EPERM },
		{ JAILHOUSE_HC_CELL_GET_STATE, -EPERM },
		{ JAILHOUSE_HC_CPU_GET_INFO, -EPERM },		/* CPU 1 is not its own */
		{ JAILHOUSE_HC_DEBUG_CONSOLE_PUTC, -EPERM },
		{ JAILHOUSE_HC_CELL_STOP, -EPERM },
		{ JAILHOUSE_HC_CELLS_STOP, -EPERM },
		{ JAILHOUSE_NUM_HYPERCALLS, -ENOSYS },
		{ 0x7fffffff, -ENOSYS },
		{ 0xffffffff, -ENOSYS },
	};
	unsigned int n;
	u32 denied;

	boot_with_two();
	for (n = 0; n < ARRAY_SIZE(rows); n++) {
		unit_row("hypercall %u", rows[n].code);
		CHECK_EQ(fake_hypercall(3, rows[n].code, 1, KILL), rows[n].want);
		CHECK_SOUND();
	}
	denied = machine.cpus[3].stats[JAILHOUSE_CPU_STAT_DENIED];
	CHECK_EQ(denied, 11);
	CHECK_EQ(state_of(2), UP);
	CHECK_EQ(fake_hypercall(3, JAILHOUSE_HC_CPU_GET_INFO, 3, 0), JAILHOUSE_CPU_RUNNING);
	CHECK_EQ(fake_hypercall(3, JAILHOUSE_HC_CPU_GET_INFO, 3,
				JAILHOUSE_CPU_INFO_STAT_BASE + JAILHOUSE_CPU_STAT_DENIED), denied);
}

UNIT(an_exit_is_counted_once)
{
	unsigned int kind;

	boot_with_two();
	for (kind = 0; kind < JAILHOUSE_NUM_CPU_STATS; kind++)
		machine.cpus[3].stats[kind] = 1U << kind;
	for (kind = 0; kind < JAILHOUSE_NUM_CPU_STATS; kind++)
		/* In the sum there is what no kind stands for, but no refusal. */
		CHECK_EQ(fake_hypercall(3, JAILHOUSE_HC_CPU_GET_INFO, 3,
					JAILHOUSE_CPU_INFO_STAT_BASE + kind),
			 kind == JAILHOUSE_CPU_STAT_VMEXITS_TOTAL ? 0xfff : 1 << kind);
}

UNIT(hostile_arguments_get_an_errno)
{
	static const u64 values[] = {
		0, 1, 2, 3, 4, 7, 63, 64, 65, 999, 1000, 1012, 1013, 0x80000000, 0xffffffff,
		0x100000001, 1ULL << 63, ~0ULL,
	};
	unsigned int a, b;
	u32 code;
	long ret;

	fake_boot(4);
	CHECK_EQ(create_a(), 1);
	for (code = 0; code <= JAILHOUSE_NUM_HYPERCALLS; code++) {
		for (a = 0; a < ARRAY_SIZE(values); a++) {
			for (b = 0; b < ARRAY_SIZE(values); b++) {
				/* Those are no mistake. */
				if (values[a] == 1 && code >= JAILHOUSE_HC_CELL_START)
					continue;
				unit_row("hypercall %u (0x%llx, 0x%llx)", code, values[a],
					 values[b]);
				ret = call(code, values[a], values[b]);
				CHECK(ret >= -4095 && ret <= 0x7fffffff);
				if (code == JAILHOUSE_HC_DISABLE ||
				    code == JAILHOUSE_HC_CELL_CREATE)
					CHECK(ret < 0);
			}
		}
	}
	CHECK_SOUND();
	CHECK_EQ(state_of(1), DOWN);
}

UNIT(management_of_what_is_not_there_is_named)
{
	static const u32 codes[] = { START, STOP, LOAD, DESTROY };
	unsigned int n;

	fake_boot(2);
	for (n = 0; n < ARRAY_SIZE(codes); n++) {
		CHECK_EQ(call(codes[n], 7, 0), -ENOENT);
		CHECK(error_has("no cell with id 7"));
		CHECK_EQ(call(codes[n], 0, 0), -EINVAL);
		CHECK(error_has("root cell"));
		CHECK_EQ(call(codes[n], 0x100000000, 0), -ENOENT);
	}
	CHECK_SOUND();
}

UNIT(information_about_the_machine)
{
	fake_boot(3);
	CHECK_EQ(call(JAILHOUSE_HC_HYPERVISOR_GET_INFO, JAILHOUSE_INFO_MEM_POOL_SIZE, 0),
		 machine.pool.pages);
	CHECK_EQ(call(JAILHOUSE_HC_HYPERVISOR_GET_INFO, JAILHOUSE_INFO_MEM_POOL_USED, 0),
		 machine.pool.used);
	CHECK_EQ(call(JAILHOUSE_HC_HYPERVISOR_GET_INFO, 5, 0), -EINVAL);
	CHECK_EQ(call(JAILHOUSE_HC_CPU_GET_INFO, 3, 0), -EINVAL);
	CHECK_EQ(call(JAILHOUSE_HC_CPU_GET_INFO, 2, 1), -EINVAL);
	CHECK_EQ(call(JAILHOUSE_HC_CPU_GET_INFO, 2, 999), -EINVAL);
	CHECK_EQ(call(JAILHOUSE_HC_CPU_GET_INFO, 2, 1013), -EINVAL);
	machine.cpus[2].stats[JAILHOUSE_CPU_STAT_DENIED] = 0x80000005;
	CHECK_EQ(call(JAILHOUSE_HC_CPU_GET_INFO, 2, 1012), 5);
	CHECK_EQ(state_of(1), -ENOENT);
}

static void print(unsigned int cpu, const char *text)
{
	for (; *text; text++)
		CHECK_EQ(fake_hypercall(cpu, JAILHOUSE_HC_DEBUG_CONSOLE_PUTC, (u8)*text, 0), 0);
}

UNIT(cells_print_whole_lines)
{
	char line[100];

	fake_boot(4);
	CHECK_EQ(create("a", 0xc, A_RAM, 0x3f8, JAILHOUSE_CELL_DEBUG_CONSOLE), 1);
	CHECK_EQ(call(START, 1, 0), 0);
	print(2, "half a li");
	print(3, "other CPU\r\n");
	CHECK(logged("[a] other CPU\n"));
	CHECK(!logged("half"));
	print(2, "ne\x01\x80\n");
	CHECK(logged("[a] half a line\n"));
	print(0, "root\n");
	CHECK(logged("[root] root\n"));
	memset(line, 'x', sizeof(line));
	line[CPU_LINE_SIZE + 1] = '\0';
	print(2, line);
	line[CPU_LINE_SIZE] = '\0';
	CHECK(logged(line));
	CHECK_EQ(machine.cpus[2].line_length, 1);
	/* What was not ended does not go on in another life. */
	CHECK_EQ(call(STOP, 1, KILL), 0);
	CHECK_EQ(call(START, 1, 0), 0);
	CHECK_EQ(machine.cpus[2].line_length, 0);
}

/* What other CPUs look at stays in their caches, however much a CPU is denied. */
UNIT(a_line_that_is_not_logged_is_counted_by_its_cpu)
{
	static struct cpu before[4];
	static struct cell cell;
	unsigned int n;

	fake_boot(4);
	CHECK_EQ(create("a", 0xc, A_RAM, 0x3f8, JAILHOUSE_CELL_DEBUG_CONSOLE), 1);
	CHECK_EQ(call(START, 1, 0), 0);
	CHECK(cell_log_begin(&machine.cpus[3], CELL_LINE_DENIED));
	memcpy(before, machine.cpus, sizeof(before));
	cell = *cell_find(&machine, 1);
	for (n = 0; n < 100; n++)
		CHECK(!cell_log_begin(&machine.cpus[3], CELL_LINE_DENIED));
	CHECK(!memcmp(&cell, cell_find(&machine, 1), sizeof(cell)));
	CHECK(!memcmp(before, machine.cpus, 3 * sizeof(before[0])));
	CHECK(!cell_log_due(&machine.cpus[2], CELL_LINE_DENIED, fake.tsc));
	for (n = 0; n < 20; n++)
		CHECK(!cell_log_begin(&machine.cpus[2], CELL_LINE_DENIED));
	/* Who logs tells of all of them, and once. */
	fake.tsc += 1000ULL * FAKE_TSC_KHZ;
	CHECK(cell_log_due(&machine.cpus[2], CELL_LINE_DENIED, fake.tsc));
	CHECK(cell_log_begin(&machine.cpus[2], CELL_LINE_DENIED));
	CHECK_EQ(times_logged("... 120 more like the next one suppressed\n"), 1);
	fake.tsc += 1000ULL * FAKE_TSC_KHZ;
	CHECK(cell_log_begin(&machine.cpus[3], CELL_LINE_DENIED));
	CHECK_EQ(times_logged("suppressed"), 1);
	/* In another cell, none of it is told. */
	CHECK(!cell_log_begin(&machine.cpus[3], CELL_LINE_DENIED));
	CHECK_EQ(call(DESTROY, 1, KILL), 0);
	CHECK_EQ(machine.cpus[3].cell->id, 0);
	CHECK(cell_log_begin(&machine.cpus[3], CELL_LINE_DENIED));
	CHECK_EQ(times_logged("suppressed"), 1);
}

UNIT(a_cell_that_floods_the_log_has_its_share)
{
	static struct cell cell;
	unsigned int n;

	fake_boot(4);
	CHECK_EQ(create("a", 4, A_RAM, 0x3f8, JAILHOUSE_CELL_DEBUG_CONSOLE), 1);
	CHECK_EQ(create("b", 8, B_RAM, 0x2f8, JAILHOUSE_CELL_DEBUG_CONSOLE), 2);
	CHECK_EQ(call(START, 1, 0), 0);
	CHECK_EQ(call(START, 2, 0), 0);
	for (n = 0; n < 1000; n++)
		print(2, "flood\n");
	CHECK_EQ(times_logged("[a] flood\n"), 50);
	CHECK(!logged("suppressed"));
	/* The rest of the flood writes to nothing that other CPUs look at. */
	cell = *cell_find(&machine, 1);
	print(2, "flood\n");
	CHECK(!memcmp(&cell, cell_find(&machine, 1), sizeof(cell)));
	print(3, "b\n");
	print(0, "root\n");
	CHECK(logged("[b] b\n"));
	CHECK(logged("[root] root\n"));
	fake.tsc += 30ULL * FAKE_TSC_KHZ;
	for (n = 0; n < 1000; n++)
		print(2, "flood\n");
	CHECK_EQ(times_logged("[a] flood\n"), 53);
	CHECK(logged("... 951 more like the next one suppressed\n[a] flood\n"));
}
