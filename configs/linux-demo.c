// SPDX-License-Identifier: GPL-2.0-only
/*
 * Cell for an unmodified Linux, on a machine that qemu-vm.c, qemu-q35.c or bochs.c describes,
 * whose Linux is started with memmap=128M%0x30000000-1+2 besides: two CPUs, 127 MiB of RAM, and an
 * end of a link, whose other one qemu-q35-link.c has, or any other cell.
 * See Documentation/linux-cell.rst.
 */
#include "common.h"

struct {
	struct jailhouse_cell_desc cell;
	__u64 cpus[1];
	struct jailhouse_memory mem_regions[3];
	struct jailhouse_pio pio_regions[9];
	struct jailhouse_link links[1];
} __packed config = {
	.cell = {
		.signature = JAILHOUSE_CELL_DESC_SIGNATURE,
		.revision = JAILHOUSE_CONFIG_REVISION,
		.name = "linux-demo",
		.flags = JAILHOUSE_CELL_MESSAGE_PIN | JAILHOUSE_CELL_VIRTUAL_CONSOLE |
			 JAILHOUSE_CELL_CONSOLE_PIN,

		.cpu_set_size = sizeof(config.cpus),
		.num_memory_regions = ARRAY_SIZE(config.mem_regions),
		.num_pio_regions = ARRAY_SIZE(config.pio_regions),
		.num_links = ARRAY_SIZE(config.links),

		.cpu_reset_address = 0xffff0,

		.console = {
			.address = 0x3f8,
			.type = JAILHOUSE_CON_TYPE_8250,
			.flags = JAILHOUSE_CON_ACCESS_PIO,
		},
	},

	.cpus = { 0x6 },

	.mem_regions = {
		/* RAM: the loader and what it needs */
		CELL_RAM(0x30000000, 0x00000000, 0x00100000),
		/* communication region; behind it are the pins of messages and console */
		COMM_REGION(0x00100000),
		/* RAM */
		CELL_RAM(0x30200000, 0x00200000, 0x07e00000),
	},

	/*
	 * Linux probes ports, and takes it well that nothing is there. Not listed are the virtual
	 * console's, and those of PCI configuration.
	 */
	.pio_regions = {
		PIO_RANGE_FLAGS(0, 0x40, JAILHOUSE_PIO_IGNORE),
		/* timers and clock: zeros, as it waits for others than ones */
		PIO_RANGE_FLAGS(0x40, 4, JAILHOUSE_PIO_IGNORE | JAILHOUSE_PIO_ZERO),
		PIO_RANGE_FLAGS(0x44, 0x20, JAILHOUSE_PIO_IGNORE),
		/* keyboard controller, by which it restarts a PC: zero is "ready" */
		PIO_RANGE_FLAGS(0x64, 1, JAILHOUSE_PIO_IGNORE | JAILHOUSE_PIO_ZERO),
		PIO_RANGE_FLAGS(0x65, 0x0b, JAILHOUSE_PIO_IGNORE),
		PIO_RANGE_FLAGS(0x70, 2, JAILHOUSE_PIO_IGNORE | JAILHOUSE_PIO_ZERO),
		PIO_RANGE_FLAGS(0x72, 0x386, JAILHOUSE_PIO_IGNORE),
		PIO_RANGE_FLAGS(0x400, 0xcf8 - 0x400, JAILHOUSE_PIO_IGNORE),
		PIO_RANGE_FLAGS(0xd00, 0xf300, JAILHOUSE_PIO_IGNORE),
	},
	.links = {
		{
			.address = 0xfd000000,
			.id = 1,
			.mac = { 0x02, 0, 0, 0, 0, 0x02 },
		},
	},
};
