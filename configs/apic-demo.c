// SPDX-License-Identifier: GPL-2.0-only
/*
 * Cell for inmates/demos/apic-demo.bin, on a machine that qemu-vm.c or bochs.c describes:
 * one CPU, 1 MiB of RAM, no device. What it prints goes through the hypervisor to the log:
 * the port of the debug console is the hypervisor's own.
 */
#include "common.h"

struct {
	struct jailhouse_cell_desc cell;
	__u64 cpus[1];
	struct jailhouse_memory mem_regions[2];
} __packed config = {
	.cell = {
		.signature = JAILHOUSE_CELL_DESC_SIGNATURE,
		.revision = JAILHOUSE_CONFIG_REVISION,
		.name = "apic-demo",
		.flags = JAILHOUSE_CELL_DEBUG_CONSOLE,

		.cpu_set_size = sizeof(config.cpus),
		.num_memory_regions = ARRAY_SIZE(config.mem_regions),

		.cpu_reset_address = 0xffff0,
	},

	.cpus = { 0x8 },

	.mem_regions = {
		/* RAM */
		CELL_RAM(0x3bf00000, 0, 0x00100000),
		/* communication region */
		COMM_REGION(0x00100000),
	},

	/* The PM timer need not be listed: it may be read by all. */
};
