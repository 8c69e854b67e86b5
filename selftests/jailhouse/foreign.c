// SPDX-License-Identifier: GPL-2.0-only
/* Cell for inmates that were not made for this project: they start at 0, and want all of it. */
#include "common.h"

struct {
	struct jailhouse_cell_desc cell;
	__u64 cpus[1];
	struct jailhouse_memory mem_regions[2];
} __packed config = {
	.cell = {
		.signature = JAILHOUSE_CELL_DESC_SIGNATURE,
		.revision = JAILHOUSE_CONFIG_REVISION,
		.name = "foreign",
		.flags = JAILHOUSE_CELL_DEBUG_CONSOLE | JAILHOUSE_CELL_TEST_DEVICE,

		.cpu_set_size = sizeof(config.cpus),
		.num_memory_regions = ARRAY_SIZE(config.mem_regions),

		.cpu_reset_address = 0,
	},

	.cpus = { 0xc },

	.mem_regions = {
		/* RAM */
		CELL_RAM(0x3bf00000, 0, 0x00100000),
		/* communication region; the test device is behind it */
		COMM_REGION(0x00100000),
	},
};
