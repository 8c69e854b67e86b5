// SPDX-License-Identifier: GPL-2.0-only
/* SOURCES: core/config_memory.c core/config_owned.c */
/* OPTIONS: --unwind 16 --no-standard-checks */
/* FAULT: core/config_internal.h s/a < b + b_size && b < a + a_size/a <= b + b_size \&\& b < a + a_size/ */
/* FAULT: core/config_owned.c s/APIC_START, APIC_SIZE, /APIC_START, 0, / */
/* FAULT: core/config_owned.c s/info->pci_mmconfig_base, config_mmconfig_size(info)/info->pci_mmconfig_base, PAGE_SIZE/ */
/* FAULT: core/config_owned.c s/there ? config_console_length(console) : 0/0/ */
/* FAULT: core/config_owned.c s/for (n = 0; n < number; n++) {/for (n = 1; n < number; n++) {/ */
/* FAULT: core/config_owned.c s/owned.start >= CONFIG_PHYS_END ||/0 \&\&/ */
/* FAULT: core/config_owned.c s/!owned->shared && n </!owned->shared \&\& n + 1 </ */
/* FAULT: core/config_owned.c s/if (has_ports(pio->base, pio->length, &pci))/if (has_ports(pio->base, 1, \&pci))/ */
/* FAULT: core/config_owned.c s/if (has_ports(timer.base, timer.length, &pci))/if (0)/ */
/*
 * Of whatever system configuration is accepted: hypervisor memory, MMCONFIG, the local APICs,
 * the console's registers, DMA remapping units and I/O APICs overlap neither each other nor
 * the root cell's memory, in which only the console may be, and are addresses that there are.
 * Ports of PCI configuration are the root cell's, the PM timer's and the console's as little
 * as those two are each other's.
 *
 * Bounds: system.h.
 */
#include "system.h"

struct range {
	u64 start;
	u64 size;
};

#define RANGES	8

static struct range ranges[RANGES];

static void list_ranges(void)
{
	const struct jailhouse_system *head = &sys.head;
	const struct jailhouse_platform_info *info = &head->platform_info;
	const struct jailhouse_console *con = &head->debug_console;
	const bool registers = con->type == JAILHOUSE_CON_TYPE_8250 &&
			       con->flags & JAILHOUSE_CON_ACCESS_MMIO;

	ranges[0] = (struct range) { con->address, registers ? config_console_length(con) : 0 };
	ranges[1] = (struct range) { head->hypervisor_memory.phys_start,
				     head->hypervisor_memory.size };
	ranges[2] = (struct range) { 0xfee00000, 0x100000 };
	ranges[3] = (struct range) { info->pci_mmconfig_base,
				     info->pci_mmconfig_base ?
				     0x100000ULL * (info->pci_mmconfig_end_bus + 1) : 0 };
	ranges[4] = (struct range) { info->iommu_units[0].base, info->iommu_units[0].size };
	ranges[5] = (struct range) { info->iommu_units[1].base, info->iommu_units[1].size };
	ranges[6] = (struct range) { sys.chip[0].address, 0x1000 };
	ranges[7] = (struct range) { sys.chip[1].address, 0x1000 };
}

static bool apart(struct range a, struct range b)
{
	return !a.size || !b.size || !overlap(a.start, a.size, b.start, b.size);
}

/* What the product calls an overlap is one, and it misses none. */
static void check_overlap(void)
{
	const u64 a = nondet_u64(), b = nondet_u64(), any = nondet_u64();
	const u64 a_size = nondet_u64(), b_size = nondet_u64();

	ASSUME(a_size && b_size && a + a_size > a && b + b_size > b);
	if (overlap(a, a_size, b, b_size))
		PROVE(a >= b ? a - b < b_size : b - a < a_size, "one has the other's first byte");
	else
		PROVE(any - a >= a_size || any - b >= b_size, "no byte is in both");
}

static void check_ranges(void)
{
	struct range mem;
	unsigned int i, j;

	for (i = 0; i < RANGES; i++) {
		PROVE(!ranges[i].size || ranges[i].start + ranges[i].size <= CONFIG_PHYS_END,
		      "below the end of physical memory");
		for (j = 0; j < i; j++)
			PROVE(apart(ranges[i], ranges[j]) ||
			      (i == 7 && j == 6 && ranges[6].start == ranges[7].start),
			      "nothing is two things at once, but an I/O APIC of two entries");
		for (j = 0; j < OF_EACH; j++) {
			mem = (struct range) { sys.mem[j].phys_start, sys.mem[j].size };
			PROVE(i == 0 || apart(ranges[i], mem), "not of the root cell");
		}
	}
}

static void check_ports(void)
{
	const struct jailhouse_console *con = &sys.head.debug_console;
	const bool ports = con->type == JAILHOUSE_CON_TYPE_8250 &&
			   !(con->flags & JAILHOUSE_CON_ACCESS_MMIO);
	const u16 timer_port = sys.head.platform_info.pm_timer_address;
	const struct range pci = { 0xcf8, 8 }, timer = { timer_port, timer_port ? 4 : 0 };
	const struct range console = { con->address, ports ? config_console_length(con) : 0 };
	unsigned int i;

	for (i = 0; i < OF_EACH; i++)
		PROVE(apart(pci, (struct range) { sys.pio[i].base, sys.pio[i].length }),
		      "ports of PCI configuration are not the root cell's");
	PROVE(apart(pci, timer) && apart(pci, console) && apart(timer, console),
	      "nor the timer's or the console's, which are not each other's");
}

int main(void)
{
	struct config_reason why;

	check_overlap();
	any_system();
	if (config_check_owned(&sys.head, &why))
		return 0;
	REACHED();
	list_ranges();
	check_ranges();
	check_ports();
	return 0;
}
