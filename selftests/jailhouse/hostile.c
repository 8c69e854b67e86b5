// SPDX-License-Identifier: GPL-2.0-only
/*
 * Cell for the inmates that attack, and for those that look at what they get: two CPUs,
 * 1 MiB of RAM where tiny-demo has its own, with a hole in it, pins of the I/O APIC, the
 * floppy disk controller, a port whose accesses are ignored and some that are granted. Tests
 * patch it for one CPU.
 */
#include "common.h"

struct {
	struct jailhouse_cell_desc cell;
	__u64 cpus[1];
	struct jailhouse_memory mem_regions[3];
	struct jailhouse_irqchip irqchips[1];
	struct jailhouse_pio pio_regions[3];
} __packed config = {
	.cell = {
		.signature = JAILHOUSE_CELL_DESC_SIGNATURE,
		.revision = JAILHOUSE_CONFIG_REVISION,
		.name = "hostile",
		.flags = JAILHOUSE_CELL_DEBUG_CONSOLE,

		.cpu_set_size = sizeof(config.cpus),
		.num_memory_regions = ARRAY_SIZE(config.mem_regions),
		.num_irqchips = ARRAY_SIZE(config.irqchips),
		.num_pio_regions = ARRAY_SIZE(config.pio_regions),

		.cpu_reset_address = 0xffff0,
	},

	.cpus = { 0x6 },

	.mem_regions = {
		/* RAM, except where a PC has its VGA */
		CELL_RAM(0x3be00000, 0, 0x000a0000),
		CELL_RAM(0x3bea0000, 0x000c0000, 0x00040000),
		/* communication region */
		COMM_REGION(0x00100000),
	},

	.irqchips = {
		/* I/O APIC, the pins of LPT2 and of the floppy disk controller */
		{
			.address = 0xfec00000,
			.pin_bitmap = { 0x60 },
		},
	},

	.pio_regions = {
		/* diagnostic code */
		PIO_RANGE_FLAGS(0x80, 2, JAILHOUSE_PIO_IGNORE),
		/* floppy disk controller */
		PIO_RANGE(0x3f0, 6),
		/* COM2, which may also be Linux's console */
		PIO_RANGE_FLAGS(0x2f8, 8, JAILHOUSE_PIO_ROOTSHARED),
	},
};
