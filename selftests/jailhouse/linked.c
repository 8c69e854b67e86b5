// SPDX-License-Identifier: GPL-2.0-only
/*
 * Cell for the inmates that talk over a link: a CPU, 1 MiB of RAM where tiny-demo has its own,
 * and the end of a link. Tests make the other end of it by a patch.
 */
#include "common.h"

struct {
	struct jailhouse_cell_desc cell;
	__u64 cpus[1];
	struct jailhouse_memory mem_regions[2];
	struct jailhouse_link links[1];
} __packed config = {
	.cell = {
		.signature = JAILHOUSE_CELL_DESC_SIGNATURE,
		.revision = JAILHOUSE_CONFIG_REVISION,
		.name = "linked",
		.flags = JAILHOUSE_CELL_DEBUG_CONSOLE,

		.cpu_set_size = sizeof(config.cpus),
		.num_memory_regions = ARRAY_SIZE(config.mem_regions),
		.num_links = ARRAY_SIZE(config.links),

		.cpu_reset_address = 0xffff0,
	},

	.cpus = { 0x2 },

	.mem_regions = {
		/* RAM */
		CELL_RAM(0x3be00000, 0, 0x00100000),
		/* communication region */
		COMM_REGION(0x00100000),
	},

	.links = {
		{
			.address = 0xfd000000,
			.id = 1,
			.mac = { 0x02, 0, 0, 0, 0, 0x01 },
		},
	},
};
