// SPDX-License-Identifier: GPL-2.0-only
/*
 * Cell for inmates/demos/ivshmem-demo.bin, on a machine that qemu-vm.c or bochs.c describes: one
 * CPU, 1 MiB of RAM, and an ivshmem device, whose peer is that of ivshmem-demo2.c. Linux has what
 * they share, too: shared/ in the directory of each cell in sysfs.
 */
#include "common.h"

#ifndef PEER
#define PEER		0
#define NAME		"ivshmem-demo"
#define CPU		2
#define RAM		0x3be00000
#endif

#define SHARED		0x3bd00000

/* The section of the peer with a number: only that one writes. */
#define OUTPUT_FLAGS(peer)								\
	(JAILHOUSE_MEM_READ | JAILHOUSE_MEM_ROOTSHARED |				\
	 ((peer) == PEER ? JAILHOUSE_MEM_WRITE : 0))

struct {
	struct jailhouse_cell_desc cell;
	__u64 cpus[1];
	struct jailhouse_memory mem_regions[6];
	struct jailhouse_ivshmem ivshmem[1];
} __packed config = {
	.cell = {
		.signature = JAILHOUSE_CELL_DESC_SIGNATURE,
		.revision = JAILHOUSE_CONFIG_REVISION,
		.name = NAME,
		.flags = JAILHOUSE_CELL_DEBUG_CONSOLE,

		.cpu_set_size = sizeof(config.cpus),
		.num_memory_regions = ARRAY_SIZE(config.mem_regions),
		.num_ivshmem = ARRAY_SIZE(config.ivshmem),

		.cpu_reset_address = 0xffff0,
	},

	.cpus = { 1 << CPU },

	.mem_regions = {
		/* RAM */
		CELL_RAM(RAM, 0, 0x00100000),
		/* communication region */
		COMM_REGION(0x00100000),
		/* state table */
		MEM_REGION(SHARED, 0x00200000, 0x1000,
			   JAILHOUSE_MEM_READ | JAILHOUSE_MEM_ROOTSHARED),
		/* what both write */
		MEM_REGION(SHARED + 0x1000, 0x00201000, 0x1000,
			   JAILHOUSE_MEM_READ | JAILHOUSE_MEM_WRITE | JAILHOUSE_MEM_ROOTSHARED),
		/* what peer 0 writes, and what peer 1 does */
		MEM_REGION(SHARED + 0x2000, 0x00202000, 0x1000, OUTPUT_FLAGS(0)),
		MEM_REGION(SHARED + 0x3000, 0x00203000, 0x1000, OUTPUT_FLAGS(1)),
	},

	.ivshmem = {
		/* 00:0e.0, memory regions 2 to 5 */
		{
			.address = 0xfd000000,
			.id = 1,
			.bdf = 0x0e << 3,
			.first_region = 2,
			.peers = 2,
			.peer = PEER,
			.vectors = 2,
		},
	},
};
