// SPDX-License-Identifier: GPL-2.0-only
/* SOURCES: core/cell.c core/cell_config.c core/cell_events.c core/cell_list.c core/cpu_set.c */
/* SOURCES: core/cell_console.c core/cell_log.c core/cell_state.c core/cell_steps.c */
/* SOURCES: core/cell_stop.c core/comm.c core/cpu_events.c core/hypercall.c core/disable.c */
/* SOURCES: core/config_check.c core/config_console.c core/config_fields.c core/config_fits.c */
/* SOURCES: core/config_ivshmem.c core/config_links.c */
/* SOURCES: core/config_memory.c core/config_msix.c */
/* SOURCES: core/config_owned.c core/config_refuse.c core/format.c core/log.c core/memory_map.c */
/* SOURCES: core/copy.c core/link.c core/link_cell.c core/link_mmio.c core/link_ring.c */
/* SOURCES: core/mmio.c core/page_pool.c core/pgtable.c core/pio.c core/region.c */
/* SOURCES: core/region_ports.c */
/* SOURCES: ../selftests/unit/fake/fake.c ../selftests/unit/fake/invariants.c */
/* Cells on the fake machine that tests of core/ begin with. */
#include <string.h>
#include "cells.h"

void config_of(struct fake_config *config, const char *name, u64 cpus, u64 ram, u16 port,
	       u32 flags)
{
	fake_config(config, name, cpus, flags);
	fake_add_memory(config, ram, 0, LOAD_SIZE, RAM_FLAGS | JAILHOUSE_MEM_LOADABLE);
	fake_add_memory(config, ram + LOAD_SIZE, LOAD_SIZE, LOAD_SIZE, RAM_FLAGS);
	fake_add_memory(config, 0, 0x100000, 0x1000, COMM_FLAGS);
	fake_add_pio(config, port, 8, 0);
}

long create(const char *name, u64 cpus, u64 ram, u16 port, u32 flags)
{
	struct fake_config config;

	config_of(&config, name, cpus, ram, port, flags);
	fake_config_place(&config, FAKE_CONFIG_GPA);
	return fake_repeat(0, JAILHOUSE_HC_CELL_CREATE, FAKE_CONFIG_GPA, 0);
}

long create_a(void)
{
	return create("a", 1 << 3, A_RAM, 0x3f8, 0);
}

long create_b(void)
{
	return create("b", 1 << 2, B_RAM, 0x2f8, 0);
}

long call(u32 code, u64 arg1, u64 arg2)
{
	return fake_hypercall(0, code, arg1, arg2);
}

long state_of(u64 id)
{
	return call(JAILHOUSE_HC_CELL_GET_STATE, id, 0);
}

struct jailhouse_comm_region *boot_with_a(void)
{
	fake_boot(4);
	CHECK_EQ(create_a(), 1);
	CHECK_EQ(call(JAILHOUSE_HC_CELL_START, 1, 0), 0);
	CHECK_SOUND();
	return fake_comm(1);
}

void boot_with_two(void)
{
	boot_with_a();
	CHECK_EQ(create_b(), 2);
	CHECK_EQ(call(JAILHOUSE_HC_CELL_START, 2, 0), 0);
	CHECK_SOUND();
}

void answer(struct jailhouse_comm_region *comm, u32 reply)
{
	comm->msg_from_cell = reply;
	comm->msg_to_cell = JAILHOUSE_MSG_NONE;
}

bool error_has(const char *part)
{
	return strstr(fake_error(), part);
}

bool logged(const char *part)
{
	return strstr(machine.log->text, part);
}

size_t dirty(u64 hpa, size_t size)
{
	size_t n, count = 0;

	for (n = 0; n < size; n++)
		count += fake.ram[hpa + n] != 0;
	return count;
}

unsigned int times_logged(const char *part)
{
	const char *at = machine.log->text;
	unsigned int times = 0;

	for (; (at = strstr(at, part)); at++)
		times++;
	return times;
}
