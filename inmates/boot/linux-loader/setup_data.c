// SPDX-License-Identifier: GPL-2.0-only
/*
 * What a kernel with CONFIG_JAILHOUSE_GUEST is told besides: it sees the hypervisor's signature in
 * CPUID, takes CPUs, clocks and ports from a node of this type in its list of "setup data"
 * (asm/bootparam.h of its headers, from 6.9 on asm/setup_data.h), leaves ACPI alone, and panics if
 * there is no such node. Other kernels pass it over.
 */
#include "loader.h"
#include "config_check.h"
#include "string.h"

/* In the zero page: the address of the first node (Documentation/arch/x86/boot.rst). */
#define SETUP_DATA		0x250
#define SETUP_JAILHOUSE		6

/* Version 1 is all that a kernel can require; version 2 has flags behind it. */
#define VERSION			2
#define COMPATIBLE_VERSION	1

#define STANDARD_IOAPIC		0xfec00000U
#define UART_PORTS		8U

static bool has_standard_ioapic(const struct jailhouse_cell_desc *desc)
{
	const struct jailhouse_irqchip *chip = config_irqchips(desc);
	unsigned int n;

	for (n = 0; n < desc->num_irqchips; n++)
		if (chip[n].address == STANDARD_IOAPIC)
			return true;
	return false;
}

static bool is_console(const struct jailhouse_cell_desc *desc, u16 port)
{
	const struct jailhouse_console *console = &desc->console;

	return console->type == JAILHOUSE_CON_TYPE_8250 && console->address == port &&
	       !(console->flags & JAILHOUSE_CON_ACCESS_MMIO);
}

static bool has_ports(const struct jailhouse_cell_desc *desc, u16 port)
{
	const struct jailhouse_pio *pio = config_pio(desc);
	unsigned int n;

	for (n = 0; n < desc->num_pio_regions; n++, pio++)
		if (!(pio->flags & JAILHOUSE_PIO_IGNORE) && pio->base <= port &&
		    pio->base + pio->length >= port + UART_PORTS)
			return true;
	return false;
}

/* One bit for each serial port of a PC, in Linux's order: it may be used. */
static u32 usable_uarts(const struct jailhouse_cell_desc *desc)
{
	static const u16 ports[] = { 0x3f8, 0x2f8, 0x3e8, 0x2e8 };
	u32 usable = 0;
	unsigned int n;

	for (n = 0; n < ARRAY_SIZE(ports); n++)
		if (is_console(desc, ports[n]) || has_ports(desc, ports[n]))
			usable |= 1U << n;
	return usable;
}

void setup_node_fill(struct setup_node *node, const struct jailhouse_cell_desc *desc,
		     const struct jailhouse_comm_region *comm, const u8 *apic_ids)
{
	*node = (struct setup_node){
		.type = SETUP_JAILHOUSE,
		.length = sizeof(*node) - offsetof(struct setup_node, version),
		.version = VERSION,
		.compatible_version = COMPATIBLE_VERSION,
		.pm_timer_address = comm->pm_timer_address,
		.num_cpus = comm->num_cpus,
		.pci_mmconfig_base = comm->pci_mmconfig_base,
		.tsc_khz = comm->tsc_khz,
		.apic_khz = comm->apic_khz,
		.standard_ioapic = has_standard_ioapic(desc),
		.flags = usable_uarts(desc),
	};
	memcpy(node->cpu_ids, apic_ids, MIN(comm->num_cpus, sizeof(node->cpu_ids)));
}

void boot_params_setup_data(u8 *params, u64 address)
{
	memcpy(params + SETUP_DATA, &address, sizeof(address));
}
