/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * A system configuration for the model checker, as config_check.c lets it pass on to
 * config_owned.c: two memory regions and two port ranges of the root cell, two entries of
 * I/O APICs, two of the eight DMA remapping units, and a console of any sort. The other
 * counts are 0.
 */
#ifndef SELFTESTS_PROVE_SYSTEM_H
#define SELFTESTS_PROVE_SYSTEM_H

#include "prove.h"
#include "config_internal.h"
#include "errno.h"
#include "pio.h"

#define OF_EACH	2

static struct {
	struct jailhouse_system head;
	struct jailhouse_memory mem[OF_EACH];
	struct jailhouse_irqchip chip[OF_EACH];
	struct jailhouse_pio pio[OF_EACH];
} __packed sys;

/* The sentences do not matter. */
int refuse(struct config_reason *why, int error, const char *fmt, ...)
{
	return error;
}

int refuse_memory(struct config_reason *why, int error, unsigned int number,
		  const struct jailhouse_memory *mem, const char *fmt, ...)
{
	return error;
}

int refuse_pio(struct config_reason *why, int error, unsigned int number,
	       const struct jailhouse_pio *pio, const char *fmt, ...)
{
	return error;
}

int refuse_pci(struct config_reason *why, int error, unsigned int number,
	       const struct jailhouse_pci_device *dev, const char *fmt, ...)
{
	return error;
}

/* A range of pages below @end; of no size, if it need not be there. */
static void any_range(u64 *start, u64 *size, u64 end)
{
	*start = nondet_u64();
	*size = nondet_u64();
	ASSUME(IS_ALIGNED(*start | *size, PAGE_SIZE) && *start < end && *size <= end - *start);
}

static void any_ports(struct jailhouse_pio *pio)
{
	pio->base = nondet_u16();
	pio->length = nondet_u32();
	ASSUME(pio->length && pio->length <= PIO_NUM_PORTS - pio->base);
}

static void any_console(struct jailhouse_console *con)
{
	con->type = nondet_u16() % 3;
	con->flags = nondet_u16() % 8;
	con->address = nondet_u64();
	if (con->flags & JAILHOUSE_CON_ACCESS_MMIO)
		ASSUME(con->address < CONFIG_PHYS_END &&
		       con->address % PAGE_SIZE + config_console_length(con) <= PAGE_SIZE);
	else
		ASSUME(con->address <= PIO_NUM_PORTS - config_console_length(con));
}

static void any_root_cell(void)
{
	struct jailhouse_cell_desc *root = &sys.head.root_cell;
	unsigned int i;

	root->num_memory_regions = OF_EACH;
	root->num_irqchips = OF_EACH;
	root->num_pio_regions = OF_EACH;
	for (i = 0; i < OF_EACH; i++) {
		any_range(&sys.mem[i].phys_start, &sys.mem[i].size, CONFIG_GUEST_PHYS_END);
		sys.mem[i].virt_start = sys.mem[i].phys_start;
		sys.mem[i].flags = nondet_u64();
		ASSUME(sys.mem[i].size && sys.mem[i].flags & JAILHOUSE_MEM_READ);
		sys.chip[i].address = nondet_u64();
		ASSUME(sys.chip[i].address && sys.chip[i].address < CONFIG_GUEST_PHYS_END &&
		       IS_ALIGNED(sys.chip[i].address, PAGE_SIZE));
		any_ports(&sys.pio[i]);
	}
	ASSUME(!overlap(sys.mem[0].phys_start, sys.mem[0].size,
			sys.mem[1].phys_start, sys.mem[1].size));
}

static void any_system(void)
{
	struct jailhouse_platform_info *info = &sys.head.platform_info;
	unsigned int i;

	any_root_cell();
	any_range(&sys.head.hypervisor_memory.phys_start, &sys.head.hypervisor_memory.size,
		  CONFIG_PHYS_END);
	ASSUME(sys.head.hypervisor_memory.size);
	any_console(&sys.head.debug_console);
	info->pci_mmconfig_base = nondet_u64();
	ASSUME(info->pci_mmconfig_base < CONFIG_PHYS_END &&
	       IS_ALIGNED(info->pci_mmconfig_base, BIT_ULL(20)));
	info->pci_mmconfig_end_bus = nondet_u8();
	info->pm_timer_address = nondet_u16();
	ASSUME(info->pm_timer_address <= PIO_NUM_PORTS - PIO_PM_TIMER_LENGTH);
	for (i = 0; i < OF_EACH; i++) {
		any_range(&info->iommu_units[i].base, &info->iommu_units[i].size,
			  CONFIG_PHYS_END);
		ASSUME(!info->iommu_units[i].base == !info->iommu_units[i].size);
	}
}

#endif
