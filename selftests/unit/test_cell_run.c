// SPDX-License-Identifier: GPL-2.0-only
/* BESIDE: cells.c */
/* Cells are loaded and started, and fail. */
#include <string.h>
#include "arch.h"
#include "cell_internal.h"
#include "cells.h"
#include "cpu_events.h"

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

/* Ticks; a call may take a tenth of a millisecond. */
#define RESET_TICKS	(100 * (u64)machine.tsc_khz)

UNIT(nothing_goes_on_before_the_devices_of_a_cell_are_reset)
{
	static const struct {
		const char *what;
		u32 code;
	} rows[] = {
		{ "destroy", DESTROY }, { "load", LOAD }, { "stop", STOP }, { "start", START },
	};
	unsigned int n, calls;
	long ret;

	for (n = 0; n < ARRAY_SIZE(rows); n++) {
		unit_row("%s", rows[n].what);
		boot_with_a();
		memset(&fake.ram[A_RAM + LOAD_SIZE], 0x5a, LOAD_SIZE);
		fake.reset_takes = RESET_TICKS;
		fake.tsc_step = machine.tsc_khz / 100;
		/* It gives up by itself: nobody asks how its devices are. */
		if (rows[n].code == START) {
			fake_comm(1)->cell_state = DOWN;
			CHECK_EQ(state_of(1), DOWN);
		}
		for (calls = 0; (ret = call(rows[n].code, 1, KILL)) == -EAGAIN; calls++) {
			if (!arch_cell_settled(cell_find(&machine, 1)))
				CHECK_EQ(dirty(A_RAM + LOAD_SIZE, LOAD_SIZE), LOAD_SIZE);
			CHECK_SOUND();
		}
		CHECK_EQ(ret, 0);
		CHECK(calls > 100);
		CHECK_EQ(fake.reached_by_devices, 0);
		CHECK_SOUND();
	}
}

/* CPU 3 has seen that the cell fails, and has got no further yet. */
static void go_on_failing(unsigned int cpu)
{
	if (cpu != 3)
		return;
	fake.on_kick = NULL;
	cell_park(cell_find(&machine, 1));
}

UNIT(a_cell_that_is_still_failing_is_started_when_its_devices_are_reset)
{
	unsigned int calls;
	long ret;

	boot_with_a();
	fake.reset_takes = RESET_TICKS;
	fake.tsc_step = machine.tsc_khz / 100;
	CHECK(cell_state_event(cell_find(&machine, 1), CELL_EVENT_FAIL));
	fake.on_kick = go_on_failing;
	for (calls = 0; (ret = call(START, 1, 0)) == -EAGAIN; calls++) {
		CHECK_EQ(state_of(1), BROKEN);
		CHECK_SOUND();
	}
	CHECK_EQ(ret, 0);
	CHECK(calls > 100);
	CHECK_EQ(state_of(1), UP);
	CHECK_EQ(fake.cpu[3].state, FAKE_GUEST);
	CHECK_SOUND();
}
