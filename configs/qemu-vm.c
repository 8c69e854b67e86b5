// SPDX-License-Identifier: GPL-2.0-only
/*
 * System: a virtual machine of QEMU with KVM, i440FX ("-machine pc"), 1 GiB of RAM, 4 CPUs,
 * whose Linux is started with memmap=66M%0x3a000000-1+2. README has the command line.
 *
 * What is not listed here the root cell cannot reach: reads give all ones. For another
 * machine see /proc/iomem and /proc/ioports, and Documentation/configuration-format.rst.
 */
#include "common.h"

struct {
	struct jailhouse_system header;
	__u64 cpus[1];
	struct jailhouse_memory mem_regions[9];
	struct jailhouse_irqchip irqchips[1];
	struct jailhouse_pio pio_regions[31];
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
			.pm_timer_address = 0x608,
		},

		.root_cell = {
			.signature = JAILHOUSE_CELL_DESC_SIGNATURE,
			.revision = JAILHOUSE_CONFIG_REVISION,
			.name = "QEMU-VM",

			.cpu_set_size = sizeof(config.cpus),
			.num_memory_regions = ARRAY_SIZE(config.mem_regions),
			.num_irqchips = ARRAY_SIZE(config.irqchips),
			.num_pio_regions = ARRAY_SIZE(config.pio_regions),
		},
	},

	.cpus = { 0xf },

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
		ROOT_DEVICE(0x40000000, 0xbec00000),
		/* HPET */
		ROOT_DEVICE(0xfed00000, 0x00001000),
		/* firmware */
		ROOT_ROM(0xfffc0000, 0x00040000),
		/* PCI devices with 64-bit addresses */
		ROOT_DEVICE(0x100000000, 0x80000000),
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
		PIO_RANGE(0x070, 8),
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
		/* debug output of the firmware */
		PIO_RANGE(0x402, 1),
		/* interrupt trigger modes */
		PIO_RANGE(0x4d0, 2),
		/* firmware configuration */
		PIO_RANGE(0x510, 0xc),
		/* ACPI power management */
		PIO_RANGE(0x600, 0x40),
		/* SMBus */
		PIO_RANGE(0x700, 0x10),
		/* ACPI hotplug of PCI devices */
		PIO_RANGE(0xae00, 0x18),
		/* ACPI hotplug of CPUs */
		PIO_RANGE(0xaf00, 0x20),
		/* ACPI general purpose events */
		PIO_RANGE(0xafe0, 4),
		/* PCI devices */
		PIO_RANGE(0xc000, 0x1000),
	},
};
