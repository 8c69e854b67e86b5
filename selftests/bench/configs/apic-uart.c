// SPDX-License-Identifier: GPL-2.0-only
/*
 * apic-demo with the first serial port, which the hypervisor does not use here: what it
 * prints costs no exit. One CPU, 1 MiB of RAM.
 */
#include "common.h"

struct {
	struct jailhouse_cell_desc cell;
	__u64 cpus[1];
	struct jailhouse_memory mem_regions[2];
	struct jailhouse_pio pio_regions[1];
} __packed config = {
	.cell = {
		.signature = JAILHOUSE_CELL_DESC_SIGNATURE,
		.revision = JAILHOUSE_CONFIG_REVISION,
		.name = "apic-demo",

		.cpu_set_size = sizeof(config.cpus),
		.num_memory_regions = ARRAY_SIZE(config.mem_regions),
		.num_pio_regions = ARRAY_SIZE(config.pio_regions),

		.cpu_reset_address = 0xffff0,

		/* The inmate programs it: the divider is added, see vary-config. */
		.console = {
			.address = 0x3f8,
			.type = JAILHOUSE_CON_TYPE_8250,
			.flags = JAILHOUSE_CON_ACCESS_PIO,
		},
	},

	.cpus = { 0x8 },

	.mem_regions = {
		/* RAM */
		CELL_RAM(0x3bf00000, 0, 0x00100000),
		/* communication region */
		COMM_REGION(0x00100000),
	},

	/* The PM timer need not be listed: it may be read by all. */
	.pio_regions = {
		/* COM1 */
		PIO_RANGE_FLAGS(0x3f8, 8, JAILHOUSE_PIO_ROOTSHARED),
	},
};
