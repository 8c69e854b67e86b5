// SPDX-License-Identifier: GPL-2.0-only
/* BESIDE: cells.c */
/* Hypercalls: who may make them, with which arguments, and lines that cells print. */
#include <string.h>
#include "cells.h"
#include "cell_log.h"

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
		{ JAILHOUSE_HC_CONSOLE_TAKE, -EPERM },
		{ JAILHOUSE_HC_CONSOLE_TYPE, -EPERM },
		{ JAILHOUSE_HC_CELL_REGISTER, -EPERM },
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
	CHECK_EQ(denied, 14);
	CHECK_EQ(state_of(2), UP);
	CHECK_EQ(fake_hypercall(3, JAILHOUSE_HC_CPU_GET_INFO, 3, 0), JAILHOUSE_CPU_RUNNING);
	CHECK_EQ(fake_hypercall(3, JAILHOUSE_HC_CPU_GET_INFO, 3,
				JAILHOUSE_CPU_INFO_STAT_BASE + JAILHOUSE_CPU_STAT_DENIED), denied);
}

static struct mmio_access last_access;

static int note_access(void *arg, struct mmio_access *access)
{
	last_access = *access;
	access->value = *(u64 *)arg;
	return access->gpa == 0x2ffc ? -EPERM : 0;
}

/* Of its ends of a cell's devices. */
UNIT(the_root_cell_has_registers_of_a_cell)
{
	u64 val = 0xfffffff0;
	struct mmio_region region = { 0x2000, 0x1000, note_access, &val };
	struct cell *cell;

#define REGISTER(cell, address, write)						\
	fake_hypercall(0, JAILHOUSE_HC_CELL_REGISTER,				\
		       JAILHOUSE_REGISTER(cell, address, write), ~0ULL)
	boot_with_two();
	cell = cell_find(&machine, 1);
	CHECK_EQ(REGISTER(1, 0x2000, 1), -ENOENT);
	cell->root_mmio = (struct mmio_table){ &region, 1, 1 };
	CHECK_EQ(REGISTER(1, 0x2008, 1), 0);
	CHECK_EQ(last_access.gpa, 0x2008);
	CHECK_EQ(last_access.width, 4);
	CHECK(last_access.is_write);
	CHECK_EQ(last_access.value, 0xffffffff);
	CHECK_EQ(REGISTER(1, 0x2010, 0), 0x7ffffff0);
	CHECK(!last_access.is_write);
	CHECK_EQ(REGISTER(1, 0x2ffc, 1), -EPERM);
	CHECK_EQ(REGISTER(1, 0x2ffe, 1), -ENOENT);
	CHECK_EQ(REGISTER(1, 0x3000, 1), -ENOENT);
	CHECK_EQ(REGISTER(1, 0x7fffffff, 0), -ENOENT);
	CHECK_EQ(REGISTER(2, 0x2008, 1), -ENOENT);
	CHECK_EQ(REGISTER(0, 0x2008, 1), -ENOENT);
	CHECK_EQ(REGISTER(99, 0x2008, 1), -ENOENT);
	cell->root_mmio = (struct mmio_table){ NULL, 0, 0 };
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
	CHECK_EQ(call(JAILHOUSE_HC_HYPERVISOR_GET_INFO, 7, 0), -EINVAL);
	CHECK_EQ(call(JAILHOUSE_HC_CPU_GET_INFO, 3, 0), -EINVAL);
	CHECK_EQ(call(JAILHOUSE_HC_CPU_GET_INFO, 2, 1), -EINVAL);
	CHECK_EQ(call(JAILHOUSE_HC_CPU_GET_INFO, 2, 999), -EINVAL);
	CHECK_EQ(call(JAILHOUSE_HC_CPU_GET_INFO, 2, 1014), -EINVAL);
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

/* A device that is told when to wait loses nothing. */
UNIT(who_waits_until_a_line_is_taken_loses_none)
{
	unsigned int n;

	fake_boot(4);
	CHECK_EQ(create("a", 0xc, A_RAM, 0x3f8, JAILHOUSE_CELL_DEBUG_CONSOLE), 1);
	CHECK_EQ(call(START, 1, 0), 0);
	for (n = 0; n < 50; n++) {
		CHECK(cell_log_takes(&machine.cpus[2]));
		print(2, "line\n");
	}
	CHECK(!cell_log_takes(&machine.cpus[2]));
	/* In the middle of a line it is too late to wait. */
	cell_log_putc(&machine.cpus[3], 'x');
	CHECK(cell_log_takes(&machine.cpus[3]));
	fake.tsc += 10 * FAKE_TSC_KHZ + 1;
	CHECK(cell_log_takes(&machine.cpus[2]));
	print(2, "line\n");
	CHECK(!cell_log_takes(&machine.cpus[2]));
	CHECK_EQ(times_logged("[a] line"), 51);
	CHECK(!logged("suppressed"));
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
	for (n = 0; n < 20; n++)
		CHECK(!cell_log_begin(&machine.cpus[2], CELL_LINE_DENIED));
	/* Who logs tells of all of them, and once. */
	fake.tsc += 1000ULL * FAKE_TSC_KHZ;
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
