// SPDX-License-Identifier: GPL-2.0-only
/* SOURCES: core/config_check.c core/config_console.c core/config_fields.c core/config_fits.c */
/* SOURCES: core/config_ivshmem.c core/config_links.c */
/* SOURCES: core/config_memory.c core/config_msix.c */
/* SOURCES: core/config_owned.c core/config_refuse.c core/memory_map.c core/format.c */
/* SOURCES: core/cpu_set.c */
/* Configurations for the tests of their check. */
#include "configs.h"

struct cell c, o;
struct sys s;
struct jailhouse_cell_desc *const root = &s.head.root_cell;
u64 m;

const struct cell good_cell = {
	.desc = {
		.signature = JAILHOUSE_CELL_DESC_SIGNATURE,
		.revision = JAILHOUSE_CONFIG_REVISION,
		.name = "test-cell_1.0",
		.flags = JAILHOUSE_CELL_DEBUG_CONSOLE,
		.cpu_set_size = sizeof(good_cell.cpus),
		.num_memory_regions = ARRAY_SIZE(good_cell.mem),
		.num_irqchips = ARRAY_SIZE(good_cell.irqchip),
		.num_pio_regions = ARRAY_SIZE(good_cell.pio),
		.num_pci_devices = ARRAY_SIZE(good_cell.pci),
		.cpu_reset_address = 0xffff0,
		.console = { .address = 0x3f8, .type = JAILHOUSE_CON_TYPE_8250 },
	},
	.cpus = { 0xc },
	.mem = {
		{ 0x3bf00000, 0, 0x100000, RWX | JAILHOUSE_MEM_LOADABLE },
		{ 0, 0x100000, 0x1000, RW | JAILHOUSE_MEM_COMM_REGION },
		{ 0x3be00000, 0x40000000, 0x2000, RW | JAILHOUSE_MEM_ROOTSHARED },
	},
	.irqchip = {
		{ .address = 0xfec00000, .pin_bitmap = { 0x10, 0x1 } },
		{ .address = 0xfec00000, .pin_base = 200, .pin_bitmap = { 1 } },
	},
	.pio = {
		PIO_RANGE(0x3f8, 8),
		PIO_RANGE_FLAGS(0x2f8, 8, JAILHOUSE_PIO_ROOTSHARED),
		PIO_RANGE_FLAGS(0x70, 2, JAILHOUSE_PIO_IGNORE),
	},
	.pci = {
		{ .type = JAILHOUSE_PCI_TYPE_DEVICE, .bdf = 0x18 },
		{ .type = JAILHOUSE_PCI_TYPE_DEVICE, .bdf = 0x20, .num_msix_vectors = 3,
		  .msix_address = 0xfebf1000 },
	},
};

const struct sys good_sys = {
	.head = {
		.signature = JAILHOUSE_SYSTEM_SIGNATURE,
		.revision = JAILHOUSE_CONFIG_REVISION,
		.hypervisor_memory = { .phys_start = 0x3a000000, .size = 0x1000000 },
		.debug_console = { .address = 0x3f8, .type = JAILHOUSE_CON_TYPE_8250 },
		.platform_info = {
			.pci_mmconfig_base = 0xb0000000,
			.pci_mmconfig_end_bus = 0xff,
			.pm_timer_address = 0x608,
			.iommu_units = { { 0xfed90000, 0x1000 } },
		},
		.root_cell = {
			.signature = JAILHOUSE_CELL_DESC_SIGNATURE,
			.revision = JAILHOUSE_CONFIG_REVISION,
			.total_size = sizeof(good_sys) -
				      offsetof(struct jailhouse_system, root_cell),
			.name = "RootCell",
			.cpu_set_size = sizeof(good_sys.cpus),
			.num_memory_regions = ARRAY_SIZE(good_sys.mem),
			.num_irqchips = ARRAY_SIZE(good_sys.irqchip),
			.num_pio_regions = ARRAY_SIZE(good_sys.pio),
			.num_pci_devices = ARRAY_SIZE(good_sys.pci),
		},
	},
	.cpus = 0xf,
	.mem = {
		{ 0, 0, 0x3a000000, RWX | JAILHOUSE_MEM_DMA },
		{ 0x3b000000, 0x3b000000, 0xf00000, RWX },
		{ 0x3bf00000, 0x3bf00000, 0x4100000, RWX | JAILHOUSE_MEM_DMA },
		{ 0xfeb00000, 0xfeb00000, 0x100000, RW | JAILHOUSE_MEM_IO },
	},
	.irqchip = {
		{ .address = 0xfec00000, .pin_bitmap = { 0xffffffff, 0xffffffff } },
		{ .address = 0xfec00000, .pin_base = 200, .pin_bitmap = { 0xff } },
	},
	.pio = { PIO_RANGE(0, 0x80), PIO_RANGE(0x2f8, 8), PIO_RANGE(0x3f8, 8) },
	.pci = {
		{ .type = JAILHOUSE_PCI_TYPE_BRIDGE, .bdf = 0x08 },
		{ .type = JAILHOUSE_PCI_TYPE_DEVICE, .bdf = 0x18 },
		{ .type = JAILHOUSE_PCI_TYPE_DEVICE, .bdf = 0x20, .num_msix_vectors = 3,
		  .msix_address = 0xfebf1000 },
	},
};

/* Owns CPU 1 and a piece of everything. */
const struct cell other_cell = {
	.desc = {
		.name = "other",
		.cpu_set_size = sizeof(other_cell.cpus),
		.num_memory_regions = ARRAY_SIZE(other_cell.mem),
		.num_irqchips = ARRAY_SIZE(other_cell.irqchip),
		.num_pio_regions = ARRAY_SIZE(other_cell.pio),
		.num_pci_devices = 1,
	},
	.cpus = { 0x2 },
	.mem = {
		{ 0x3c100000, 0, 0x100000, RWX },
		{ 0, 0x100000, 0x1000, RW | JAILHOUSE_MEM_COMM_REGION },
		{ 0x3be01000, 0x200000, 0x1000, RW | JAILHOUSE_MEM_ROOTSHARED },
	},
	.irqchip = {
		{ .address = 0xfec00000, .pin_bitmap = { 0x1 } },
		{ .address = 0xfec00000, .pin_base = 201, .pin_bitmap = { 1 } },
	},
	.pio = {
		PIO_RANGE(0x60, 8),
		PIO_RANGE_FLAGS(0x2f8, 8, JAILHOUSE_PIO_ROOTSHARED),
		PIO_RANGE_FLAGS(0x3f8, 8, JAILHOUSE_PIO_IGNORE),
	},
	.pci = { { .type = JAILHOUSE_PCI_TYPE_BRIDGE, .bdf = 0x08 } },
};

void seal(void *blob, size_t size)
{
	struct jailhouse_cell_desc *head = blob;

	head->total_size = (u32)size;
	head->checksum = config_checksum(blob, size);
}

void expect(int got, const struct config_reason *why, int error, const char *text)
{
	CHECK_EQ(got, error);
	CHECK_EQ(why->error, error);
	CHECK_STR(why->text, text);
}

void cell_says(struct cell *cell, int error, const char *text)
{
	struct config_reason why = { 1, "stale" };

	seal(cell, sizeof(*cell));
	expect(config_check_cell(cell, sizeof(*cell), &why), &why, error, text);
}

void system_says(struct sys *sys, int error, const char *text)
{
	struct config_reason why = { 1, "stale" };

	seal(sys, sizeof(*sys));
	expect(config_check_system(sys, sizeof(*sys), &why), &why, error, text);
}

void fits_says(const struct sys *sys, const struct cell *cell, const struct cell *other,
	       u64 root_low, int error, const char *text)
{
	const struct jailhouse_cell_desc *others[] = { &other->desc };
	const struct cpu_set root_cpus = low_cpus(root_low);
	struct config_reason why = { 1, "stale" };
	struct memory_map map;
	int got;

	memory_map_init(&map, &sys->head.root_cell);
	got = config_check_cell_fits(&cell->desc, &sys->head, &map, others, 1, &root_cpus, &why);
	expect(got, &why, error, text);
}
