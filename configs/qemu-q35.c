// SPDX-License-Identifier: GPL-2.0-only
/*
 * System: a virtual machine of QEMU, Q35 ("-machine q35"), 1 GiB of RAM, whose Linux is started
 * with memmap=66M%0x3a000000-1+2.
 *
 * What is not listed here the root cell cannot reach: reads give all ones. For another
 * machine see /proc/iomem and /proc/ioports, and Documentation/configuration-format.rst.
 */
#include "common.h"

/* Ends of links, if a configuration that includes this one has any. */
#ifndef ROOT_LINKS
#define ROOT_LINKS
#define NUM_ROOT_LINKS 0
#endif

struct {
	struct jailhouse_system header;
	struct jailhouse_memory mem_regions[10];
	struct jailhouse_irqchip irqchips[1];
	struct jailhouse_pio pio_regions[25];
	struct jailhouse_pci_device pci_devices[3];
	struct jailhouse_link links[NUM_ROOT_LINKS];
} __packed config = {
	.header = {
		.signature = JAILHOUSE_SYSTEM_SIGNATURE,
		.revision = JAILHOUSE_CONFIG_REVISION,

		/* First 16 MiB of the 66 MiB that memmap=66M%0x3a000000-1+2 reserves */
		.hypervisor_memory = {
			.phys_start = 0x3a000000,
			.size = 0x01000000,
		},

		/* COM1 at 115200 baud */
		.debug_console = {
			.address = 0x3f8,
			.type = JAILHOUSE_CON_TYPE_8250,
			.flags = JAILHOUSE_CON_ACCESS_PIO,
			.divider = 1,
		},

		.platform_info = {
			.pci_mmconfig_base = 0xb0000000,
			.pci_mmconfig_end_bus = 0xff,
			.pm_timer_address = 0x608,
		},

		.root_cell = {
			.signature = JAILHOUSE_CELL_DESC_SIGNATURE,
			.revision = JAILHOUSE_CONFIG_REVISION,
			.name = "QEMU-Q35",

			/* No CPU set: every CPU that Linux has, however many. */
			.num_memory_regions = ARRAY_SIZE(config.mem_regions),
			.num_irqchips = ARRAY_SIZE(config.irqchips),
			.num_pio_regions = ARRAY_SIZE(config.pio_regions),
			.num_pci_devices = ARRAY_SIZE(config.pci_devices),
			.num_links = ARRAY_SIZE(config.links),
		},
	},

	/*
	 * Neither the local APICs (0xfee00000) nor the I/O APIC (0xfec00000) nor the MMCONFIG
	 * area (0xb0000000) is here: the hypervisor decides what the root cell may do there.
	 */
	.mem_regions = {
		/* low RAM */
		ROOT_RAM(0x00000000, 0x000a0000),
		/* VGA */
		ROOT_DEVICE(0x000a0000, 0x00020000),
		/* option ROMs and BIOS, RAM */
		ROOT_RAM(0x000c0000, 0x39f40000),
		/* reserved for cells, behind hypervisor memory */
		ROOT_RAM(0x3b000000, 0x03200000),
		/* RAM, ACPI tables at its end */
		ROOT_RAM(0x3e200000, 0x01e00000),
		/* PCI devices, below and above the MMCONFIG area */
		ROOT_DEVICE(0x40000000, 0x70000000),
		ROOT_DEVICE(0xc0000000, 0x3ec00000),
		/* HPET, chipset, TPM */
		ROOT_DEVICE(0xfed00000, 0x00080000),
		/* firmware */
		ROOT_ROM(0xff000000, 0x01000000),
		/* PCI devices with 64-bit addresses */
		ROOT_DEVICE(0x100000000, 0x800000000),
	},

	.irqchips = {
		/* I/O APIC, 24 pins */
		{
			.address = 0xfec00000,
			.pin_bitmap = { 0x00ffffff },
		},
	},

	/* PCI configuration (0xcf8 to 0xcff) is not here: the hypervisor deals with it. */
	.pio_regions = {
		/* DMA controller 1 */
		PIO_RANGE(0x000, 0x20),
		/* interrupt controller 1 */
		PIO_RANGE(0x020, 2),
		/* timers */
		PIO_RANGE(0x040, 4),
		PIO_RANGE(0x050, 4),
		/* keyboard controller, speaker, NMI status */
		PIO_RANGE(0x060, 5),
		/* real-time clock */
		PIO_RANGE(0x070, 8),
		/* DMA pages, A20 gate */
		PIO_RANGE(0x080, 0x20),
		/* interrupt controller 2 */
		PIO_RANGE(0x0a0, 2),
		/* power management command */
		PIO_RANGE(0x0b2, 2),
		/* DMA controller 2 */
		PIO_RANGE(0x0c0, 0x20),
		/* debug output (port 0xe9), coprocessor */
		PIO_RANGE(0x0e0, 0x20),
		/* display, Bochs extensions */
		PIO_RANGE(0x1ce, 3),
		/* COM2 */
		PIO_RANGE(0x2f8, 8),
		/* parallel port and floppy disks, of which there are none: tests give them away */
		PIO_RANGE(0x378, 8),
		/* VGA */
		PIO_RANGE(0x3b0, 0x30),
		PIO_RANGE(0x3f0, 8),
		/* COM1 */
		PIO_RANGE(0x3f8, 8),
		/* debug output of the firmware */
		PIO_RANGE(0x402, 1),
		/* interrupt trigger modes */
		PIO_RANGE(0x4d0, 2),
		/* that of a panic to QEMU (pvpanic) */
		PIO_RANGE(0x505, 1),
		/* firmware configuration */
		PIO_RANGE(0x510, 0xc),
		/* ACPI power management */
		PIO_RANGE(0x600, 0x80),
		/* SMBus */
		PIO_RANGE(0x700, 0x40),
		/* ACPI hotplug of PCI devices and CPUs */
		PIO_RANGE(0xcc0, 0x30),
		/* PCI devices */
		PIO_RANGE(0xc000, 0x1000),
	},

	/* What cells can be given */
	.pci_devices = {
		/* edu, 00:05.0 */
		{
			.type = JAILHOUSE_PCI_TYPE_DEVICE,
			.bdf = 0x0028,
			.bar_mask = { 0xfff00000 },
		},
		/* USB host controller, 00:06.0 */
		{
			.type = JAILHOUSE_PCI_TYPE_DEVICE,
			.bdf = 0x0030,
			.bar_mask = { 0, 0, 0, 0, 0xffffffe0, 0 },
		},
		/* e1000e, 00:07.0, whose MSI-X table is where the firmware places it */
		{
			.type = JAILHOUSE_PCI_TYPE_DEVICE,
			.bdf = 0x0038,
			.num_msix_vectors = 5,
			.msix_address = 0xfe940000,
			.bar_mask = { 0xfffe0000, 0xfffe0000, 0xffffffe0, 0xffffc000 },
		},
	},
	.links = { ROOT_LINKS },
};
