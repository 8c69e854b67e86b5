// SPDX-License-Identifier: GPL-2.0-only
/*
 * Cell: two CPUs, RAM, and two devices of QEMU, edu and e1000e. Where their registers are is where
 * the firmware has placed them, which devices.sh puts in.
 */
#include "common.h"

#define DEVICE(phys, bytes)							\
	MEM_REGION(phys, phys, bytes, JAILHOUSE_MEM_READ | JAILHOUSE_MEM_WRITE |	\
		   JAILHOUSE_MEM_IO)

struct {
	struct jailhouse_cell_desc cell;
	__u64 cpus[1];
	struct jailhouse_memory mem_regions[6];
	struct jailhouse_pci_device pci_devices[2];
} __packed config = {
	.cell = {
		.signature = JAILHOUSE_CELL_DESC_SIGNATURE,
		.revision = JAILHOUSE_CONFIG_REVISION,
		.name = "express",
		.flags = JAILHOUSE_CELL_DEBUG_CONSOLE,

		.cpu_set_size = sizeof(config.cpus),
		.num_memory_regions = ARRAY_SIZE(config.mem_regions),
		.num_pci_devices = ARRAY_SIZE(config.pci_devices),

		.cpu_reset_address = 0xffff0,
	},

	.cpus = { 0xa },

	.mem_regions = {
		/* RAM */
		CELL_RAM(0x3bf00000, 0, 0x00100000),
		/* communication region */
		COMM_REGION(0x00100000),
		/* what the devices copy, at the address that they know it by */
		MEM_REGION(0x3be00000, 0x3be00000, 0x1000,
			   JAILHOUSE_MEM_READ | JAILHOUSE_MEM_WRITE | JAILHOUSE_MEM_DMA),
		/* edu */
		DEVICE(0xfe800000, 0x00100000),
		/* e1000e, and its MSI-X table with what interrupts are pending */
		DEVICE(0xfe900000, 0x00020000),
		DEVICE(0xfe940000, 0x00004000),
	},

	.pci_devices = {
		/* edu, 00:05.0 */
		{
			.type = JAILHOUSE_PCI_TYPE_DEVICE,
			.bdf = 0x0028,
			.bar_mask = { 0xfff00000 },
		},
		/* e1000e, 00:07.0 */
		{
			.type = JAILHOUSE_PCI_TYPE_DEVICE,
			.bdf = 0x0038,
			.num_msix_vectors = 5,
			.msix_address = 0xfe940000,
			.bar_mask = { 0xfffe0000, 0xfffe0000, 0xffffffe0, 0xffffc000 },
		},
	},
};
