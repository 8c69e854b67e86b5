// SPDX-License-Identifier: GPL-2.0-only
/*
 * System: the test machine, Bochs with 1 GiB of RAM and 1 to 8 CPUs, whose Linux is started
 * with memmap=66M%0x3a000000-1+2. Documentation/test-machine.rst describes it.
 */
#include "common.h"

struct {
	struct jailhouse_system header;
	struct jailhouse_memory mem_regions[8];
	struct jailhouse_irqchip irqchips[1];
	struct jailhouse_pio pio_regions[28];
	struct jailhouse_pci_device pci_devices[2];
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
			.pm_timer_address = 0xb008,
		},

		.root_cell = {
			.signature = JAILHOUSE_CELL_DESC_SIGNATURE,
			.revision = JAILHOUSE_CONFIG_REVISION,
			.name = "Bochs",

			/* No CPU set: every CPU that Linux has, however many. */
			.num_memory_regions = ARRAY_SIZE(config.mem_regions),
			.num_irqchips = ARRAY_SIZE(config.irqchips),
			.num_pio_regions = ARRAY_SIZE(config.pio_regions),
			.num_pci_devices = ARRAY_SIZE(config.pci_devices),
		},
	},

	/*
	 * Neither the local APICs (0xfee00000) nor the I/O APIC (0xfec00000) is here: the
	 * hypervisor decides what the root cell may do with them.
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
		/* PCI devices */
		ROOT_DEVICE(0xc0000000, 0x3ec00000),
		/* HPET */
		ROOT_DEVICE(0xfed00000, 0x00001000),
		/* firmware */
		ROOT_ROM(0xfffc0000, 0x00040000),
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
		/* timer; Linux also requests what it would mirror */
		PIO_RANGE(0x040, 4),
		PIO_RANGE(0x050, 4),
		/* keyboard controller, speaker, NMI status */
		PIO_RANGE(0x060, 5),
		/* real-time clock */
		PIO_RANGE(0x070, 2),
		/* DMA pages, diagnostic code */
		PIO_RANGE(0x080, 0x10),
		/* A20 gate, fast reset */
		PIO_RANGE(0x092, 1),
		/* interrupt controller 2 */
		PIO_RANGE(0x0a0, 2),
		/* power management command */
		PIO_RANGE(0x0b2, 2),
		/* DMA controller 2 */
		PIO_RANGE(0x0c0, 0x20),
		/* debug output (port 0xe9) */
		PIO_RANGE(0x0e0, 0x10),
		/* coprocessor */
		PIO_RANGE(0x0f0, 0x10),
		/* IDE, second channel */
		PIO_RANGE(0x170, 8),
		/* display, Bochs extensions */
		PIO_RANGE(0x1ce, 3),
		/* IDE, first channel */
		PIO_RANGE(0x1f0, 8),
		/* COM2 */
		PIO_RANGE(0x2f8, 8),
		/* IDE control, second channel */
		PIO_RANGE(0x376, 1),
		/* parallel port */
		PIO_RANGE(0x378, 8),
		/* VGA */
		PIO_RANGE(0x3b0, 0x30),
		/* floppy disk, IDE control of the first channel */
		PIO_RANGE(0x3f0, 8),
		/* COM1 */
		PIO_RANGE(0x3f8, 8),
		/* messages of the firmware */
		PIO_RANGE(0x400, 4),
		/* interrupt trigger modes */
		PIO_RANGE(0x4d0, 2),
		/* ACPI general purpose events */
		PIO_RANGE(0xafe0, 4),
		/* ACPI power management */
		PIO_RANGE(0xb000, 0x40),
		/* SMBus */
		PIO_RANGE(0xb100, 0x10),
		/* PCI devices */
		PIO_RANGE(0xc000, 0x1000),
	},

	/* What cells can be given; the bridges stay with Linux. */
	.pci_devices = {
		/* IDE controller, 00:01.1 */
		{
			.type = JAILHOUSE_PCI_TYPE_DEVICE,
			.bdf = 0x0009,
			.bar_mask = { 0, 0, 0, 0, 0xfffffff0, 0 },
		},
		/* USB host controller, 00:01.2 */
		{
			.type = JAILHOUSE_PCI_TYPE_DEVICE,
			.bdf = 0x000a,
			.bar_mask = { 0, 0, 0, 0, 0xffffffe0, 0 },
		},
	},
};
