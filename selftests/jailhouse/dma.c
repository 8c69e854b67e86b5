// SPDX-License-Identifier: GPL-2.0-only
/*
 * Cell: a CPU, RAM, of which devices reach a part, and QEMU's "edu" device, whose registers
 * iommu.sh puts in.
 */
#include "common.h"

struct {
	struct jailhouse_cell_desc cell;
	__u64 cpus[1];
	struct jailhouse_memory mem_regions[4];
	struct jailhouse_pio pio_regions[1];
	struct jailhouse_pci_device pci_devices[1];
} __packed config = {
	.cell = {
		.signature = JAILHOUSE_CELL_DESC_SIGNATURE,
		.revision = JAILHOUSE_CONFIG_REVISION,
		.name = "dma",
		.flags = JAILHOUSE_CELL_DEBUG_CONSOLE,

		.cpu_set_size = sizeof(config.cpus),
		.num_memory_regions = ARRAY_SIZE(config.mem_regions),
		.num_pio_regions = ARRAY_SIZE(config.pio_regions),
		.num_pci_devices = ARRAY_SIZE(config.pci_devices),

		.cpu_reset_address = 0xffff0,
	},

	.cpus = { 0x2 },

	.mem_regions = {
		/* RAM that its device does not reach */
		CELL_RAM(0x3bf00000, 0, 0x00100000),
		/* communication region */
		COMM_REGION(0x00100000),
		/* RAM that it does */
		MEM_REGION(0x3be00000, 0x00400000, 0x00010000,
			   JAILHOUSE_MEM_READ | JAILHOUSE_MEM_WRITE | JAILHOUSE_MEM_DMA),
		/* its registers */
		MEM_REGION(0xfea00000, 0xfea00000, 0x00100000,
			   JAILHOUSE_MEM_READ | JAILHOUSE_MEM_WRITE | JAILHOUSE_MEM_IO),
	},

	.pio_regions = {
		/* PCI configuration, which is emulated */
		PIO_RANGE_FLAGS(0xcf0, 0x18, JAILHOUSE_PIO_IGNORE),
	},

	.pci_devices = {
		/* edu, 00:05.0 */
		{
			.type = JAILHOUSE_PCI_TYPE_DEVICE,
			.bdf = 0x0028,
			.bar_mask = { 0xfff00000 },
		},
	},
};
