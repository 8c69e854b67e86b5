// SPDX-License-Identifier: GPL-2.0-only
/*
 * Cell for inmates/tests/bench.bin on the machine of configs/bochs.c: besides what a demo
 * has, a port and a device that it accesses through the hypervisor.
 */
#include "common.h"

struct {
	struct jailhouse_cell_desc cell;
	__u64 cpus[1];
	struct jailhouse_memory mem_regions[2];
	struct jailhouse_irqchip irqchips[1];
	struct jailhouse_pio pio_regions[1];
	struct jailhouse_link links[1];
} __packed config = {
	.cell = {
		.signature = JAILHOUSE_CELL_DESC_SIGNATURE,
		.revision = JAILHOUSE_CONFIG_REVISION,
		.name = "bench",
		/* It prints its figures into the log, which is read in the machine. */
		.flags = JAILHOUSE_CELL_DEBUG_CONSOLE,

		.cpu_set_size = sizeof(config.cpus),
		.num_memory_regions = ARRAY_SIZE(config.mem_regions),
		.num_irqchips = ARRAY_SIZE(config.irqchips),
		.num_pio_regions = ARRAY_SIZE(config.pio_regions),
		.num_links = ARRAY_SIZE(config.links),

		.cpu_reset_address = 0xffff0,
	},

	.cpus = { 0x2 },

	.mem_regions = {
		/* RAM */
		CELL_RAM(0x3bd00000, 0, 0x00100000),
		/* communication region */
		COMM_REGION(0x00100000),
	},

	.irqchips = {
		/* I/O APIC, a pin that nothing is wired to */
		{
			.address = 0xfec00000,
			.pin_bitmap = { 0x00800000 },
		},
	},

	.pio_regions = {
		/* not granted, and harmless */
		PIO_RANGE_FLAGS(0x5e0, 1, JAILHOUSE_PIO_IGNORE),
	},

	.links = {
		/* the other end is in selftests/jailhouse/linked.c */
		{
			.address = 0xfd000000,
			.id = 1,
			.mac = { 0x02, 0, 0, 0, 0, 0x02 },
		},
	},
};
