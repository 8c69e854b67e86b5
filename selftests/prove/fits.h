/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * A new cell for the model checker, and another one that there is already: 64 CPUs each, and
 * one memory region or one port range. What memory_map_find() finds is as its description says.
 */
#ifndef SELFTESTS_PROVE_FITS_H
#define SELFTESTS_PROVE_FITS_H

#include "system.h"
#include "memory_map.h"

struct small_cell {
	struct jailhouse_cell_desc desc;
	u64 cpus;
	union {
		struct jailhouse_memory mem[1];
		struct jailhouse_pio pio[1];
	};
} __packed;

static struct small_cell cell, other;
static struct cpu_set root_cpus;

/* The model checker has it only for sizes that are constants. */
void *__builtin_memcpy(void *dest, const void *src, size_t n)
{
	size_t i;

	for (i = 0; i < n; i++)
		((u8 *)dest)[i] = ((const u8 *)src)[i];
	return dest;
}

static bool is_in(const struct jailhouse_memory *mem, u64 address)
{
	return address >= mem->phys_start && address < mem->phys_start + mem->size;
}

const struct jailhouse_memory *memory_map_find(const struct memory_map *map, u64 hpa)
{
	return is_in(&sys.mem[0], hpa) ? &sys.mem[0] : is_in(&sys.mem[1], hpa) ? &sys.mem[1] : NULL;
}

static void name_cells(void)
{
	sys.head.root_cell.name[0] = 'r';
	cell.desc.name[0] = 'c';
	other.desc.name[0] = 'o';
	cell.desc.cpu_set_size = sizeof(cell.cpus);
	other.desc.cpu_set_size = sizeof(other.cpus);
}

static void any_memory(struct small_cell *any)
{
	struct jailhouse_memory *mem = &any->mem[0];

	any->desc.num_memory_regions = 1;
	any_range(&mem->phys_start, &mem->size, CONFIG_GUEST_PHYS_END);
	mem->virt_start = nondet_u64();
	mem->flags = nondet_u64() & JAILHOUSE_MEM_VALID_FLAGS;
	ASSUME(mem->size && mem->virt_start < CONFIG_GUEST_PHYS_END && !is_comm(mem));
}

static void any_port_range(struct small_cell *any)
{
	any->desc.num_pio_regions = 1;
	any_ports(&any->pio[0]);
	any->pio[0].flags = nondet_u16() & JAILHOUSE_PIO_VALID_FLAGS;
}

static bool accepted(void)
{
	const struct jailhouse_cell_desc *const others[] = { &other.desc };
	struct config_reason why;

	return !config_check_cell_fits(&cell.desc, &sys.head, NULL, others, 1, &root_cpus, &why);
}

#endif
