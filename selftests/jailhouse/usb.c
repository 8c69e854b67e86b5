// SPDX-License-Identifier: GPL-2.0-only
/*
 * Cell: a CPU, RAM, and the USB host controller of the test machine (of Bochs; pci.sh puts in
 * where it is in the one it runs on).
 */
#include "common.h"

struct {
	struct jailhouse_cell_desc cell;
	__u64 cpus[1];
	struct jailhouse_memory mem_regions[2];
	struct jailhouse_irqchip irqchips[1];
	struct jailhouse_pio pio_regions[2];
	struct jailhouse_pci_device pci_devices[1];
} __packed config = {
	.cell = {
		.signature = JAILHOUSE_CELL_DESC_SIGNATURE,
		.revision = JAILHOUSE_CONFIG_REVISION,
		.name = "usb",
		.flags = JAILHOUSE_CELL_DEBUG_CONSOLE,

		.cpu_set_size = sizeof(config.cpus),
		.num_memory_regions = ARRAY_SIZE(config.mem_regions),
		.num_irqchips = ARRAY_SIZE(config.irqchips),
		.num_pio_regions = ARRAY_SIZE(config.pio_regions),
		.num_pci_devices = ARRAY_SIZE(config.pci_devices),

		.cpu_reset_address = 0xffff0,
	},

	.cpus = { 0x2 },

	.mem_regions = {
		/* RAM */
		CELL_RAM(0x3bf00000, 0, 0x00100000),
		/* communication region */
		COMM_REGION(0x00100000),
	},

	/*
	 * The controller is older than PCI 2.3: nothing keeps it from pulling its pin, which
	 * ends where the ACPI events of Linux do. So this is not true, and the cell never has
	 * it interrupt.
	 */
	.irqchips = {
		{
			.address = 0xfec00000,
			.pin_bitmap = { 1 << 10 },
		},
	},

	.pio_regions = {
		/* registers of the USB controller, where the firmware has placed them */
		PIO_RANGE(0xc020, 0x20),
		/* around PCI configuration, so that accesses across its ends do no harm */
		PIO_RANGE_FLAGS(0xcf0, 0x18, JAILHOUSE_PIO_IGNORE),
	},

	.pci_devices = {
		/* USB host controller, 00:01.2 */
		{
			.type = JAILHOUSE_PCI_TYPE_DEVICE | JAILHOUSE_PCI_OWNS_PIN,
			.bdf = 0x000a,
			.bar_mask = { 0, 0, 0, 0, 0xffffffe0, 0 },
		},
	},
};
