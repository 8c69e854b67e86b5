// SPDX-License-Identifier: GPL-2.0-only
/* What ACPI's tables of IOMMUs say of devices that firmware uses, beside configurations. */
/* HOST: kernel */
/* BESIDE: acpi_tables.c reason.c */
/* SOURCES: ../driver/iommu_reserved.c ../driver/iommu_tables.c */
#include "unit.h"

#include <errno.h>
#include <string.h>

#include "acpi_tables.h"
#include "../../driver/iommu_reserved.h"
#include "../../driver/reason.h"
#include <jailhouse/console.h>
#include <jailhouse/cell_config.h>

#define DMA	(JAILHOUSE_MEM_READ | JAILHOUSE_MEM_WRITE | JAILHOUSE_MEM_DMA)

static struct reason why;

static struct {
	struct jailhouse_system system;
	struct jailhouse_memory mem[2];
} __packed root = {
	.system = {
		.platform_info.iommu_type = JAILHOUSE_IOMMU_AMD,
		.root_cell.num_memory_regions = 2,
	},
	.mem = {
		{ 0, 0, 0x10000000, DMA },
		{ 0x10000000, 0x10000000, 0x10000000, DMA & ~JAILHOUSE_MEM_DMA },
	},
};

static struct {
	struct jailhouse_cell_desc desc;
	struct jailhouse_memory mem[2];
	struct jailhouse_pci_device pci[1];
} __packed cell = {
	.desc = { .num_memory_regions = 2, .num_pci_devices = 1 },
	.mem = {
		{ 0x8000000, 0, 0x100000, DMA },
		{ 0, 0x1000000, 0x1000, JAILHOUSE_MEM_COMM_REGION },
	},
	.pci = { { .bdf = 0x50a } },
};

static int of_root(void)
{
	int err;

	why.text[0] = 0;
	err = jh_check_reserved_root(&root.system.root_cell, &why);
	CHECK_EQ(tables_held, 0);
	return err;
}

static int of_cell(u16 bdf)
{
	int err;

	why.text[0] = 0;
	cell.pci[0].bdf = bdf;
	err = jh_check_iommu_cell(&root.system, &cell.desc, &why);
	CHECK_EQ(tables_held, 0);
	return err;
}

UNIT(the_root_cell_reaches_what_firmware_s_devices_need)
{
	no_tables();
	CHECK_EQ(of_root(), 0);
	add_rmrr(0x1000, 0x1fff, 2, 0);
	add_ivmd(ACPI_IVRS_TYPE_MEMORY1, 0, 0, 0x2000, 0x1000);
	CHECK_EQ(of_root(), 0);
	add_rmrr(0xffff000, 0x10000fff, 2, 0);
	CHECK_EQ(of_root(), -EINVAL);
	CHECK(strstr(why.text, "0xffff000-0x10001000"));
	CHECK(strstr(why.text, "at 0x10000000"));
	no_tables();
	add_ivmd(ACPI_IVRS_TYPE_MEMORY2, 0x10, 0, 0x30000000, 0x1000);
	CHECK_EQ(of_root(), -EINVAL);
	CHECK(strstr(why.text, "0x30000000-0x30001000"));
}

UNIT(a_cell_has_none_of_that_memory)
{
	no_tables();
	add_rmrr(0x80ff000, 0x81fffff, 2, 0);
	CHECK_EQ(of_cell(0x28), -EBUSY);
	CHECK(strstr(why.text, "memory region 0"));
	no_tables();
	add_ivmd(ACPI_IVRS_TYPE_MEMORY3, 0x100, 0x1ff, 0x80ff000, 0x1000);
	CHECK_EQ(of_cell(0x28), -EBUSY);
	no_tables();
	add_ivmd(ACPI_IVRS_TYPE_MEMORY3, 0x100, 0x1ff, 0x8100000, 0x1000);
	CHECK_EQ(of_cell(0x28), 0);
	/* A region for communication has no memory of its own. */
	add_ivmd(ACPI_IVRS_TYPE_MEMORY3, 0x100, 0x1ff, 0, 0x1000);
	CHECK_EQ(of_cell(0x28), 0);
	/* Nothing of this matters where none translates. */
	add_rmrr(0x80ff000, 0x81fffff, 2, 0);
	root.system.platform_info.iommu_type = JAILHOUSE_IOMMU_UNUSED;
	CHECK_EQ(of_cell(0x28), 0);
	root.system.platform_info.iommu_type = JAILHOUSE_IOMMU_AMD;
}

UNIT(nor_a_device_that_uses_it)
{
	no_tables();
	add_rmrr(0x1000, 0x1fff, 2, 0);
	CHECK_EQ(of_cell(0x10), -EBUSY);
	CHECK(strstr(why.text, "PCI device 00:02.0"));
	CHECK_EQ(of_cell(0x11), 0);
	/* Behind a bridge, behind what is none, and behind nothing. */
	add_rmrr(0x1000, 0x1fff, 3, 1);
	CHECK_EQ(of_cell(0x50a), -EBUSY);
	CHECK(strstr(why.text, "PCI device 05:01.2"));
	no_tables();
	add_rmrr(0x1000, 0x1fff, 4, 1);
	add_rmrr(0x1000, 0x1fff, 9, 1);
	CHECK_EQ(of_cell(0x50a), 0);

	no_tables();
	add_ivmd(ACPI_IVRS_TYPE_MEMORY2, 0x50a, 0, 0x1000, 0x1000);
	CHECK_EQ(of_cell(0x50a), -EBUSY);
	CHECK_EQ(of_cell(0x509), 0);
	CHECK_EQ(of_cell(0x50b), 0);
	no_tables();
	add_ivmd(ACPI_IVRS_TYPE_MEMORY3, 0x500, 0x50a, 0x1000, 0x1000);
	CHECK_EQ(of_cell(0x4ff), 0);
	CHECK_EQ(of_cell(0x500), -EBUSY);
	CHECK_EQ(of_cell(0x50a), -EBUSY);
	CHECK_EQ(of_cell(0x50b), 0);
	no_tables();
	add_ivmd(ACPI_IVRS_TYPE_MEMORY1, 0x500, 0, 0x1000, 0x1000);
	CHECK_EQ(of_cell(0x28), -EBUSY);
	CHECK_EQ(of_cell(0xffff), -EBUSY);
}

/* A unit with one entry. */
static void add_ivhd_of(const void *device, size_t size)
{
	const struct acpi_ivrs_hardware_11 head = {
		.header = { ACPI_IVRS_TYPE_HARDWARE2, 0, sizeof(head) + size, 2 },
	};

	add_entry(ivrs, &head, sizeof(head));
	add_entry(ivrs, device, size);
}

/* @type: of what is at that place of bus 0 */
static void add_drhd_of(u8 type, u8 device)
{
	struct {
		struct acpi_dmar_hardware_unit head;
		struct acpi_dmar_device_scope other;
		struct acpi_dmar_pci_path other_path;
		struct acpi_dmar_device_scope scope;
		struct acpi_dmar_pci_path path;
	} __packed entry = {
		.head = { { ACPI_DMAR_TYPE_HARDWARE_UNIT, sizeof(entry) }, 0, 0, 0, 0xfed90000 },
		.other = { .entry_type = 1, .length = sizeof(entry.other) + 2 },
		.other_path = { 7, 0 },
		.scope = { .entry_type = type, .length = sizeof(entry.scope) + 2 },
		.path = { device, 0 },
	};

	add_entry(dmar, &entry, sizeof(entry));
}

UNIT(nor_one_that_is_no_function_to_an_iommu)
{
	static const struct acpi_ivrs_device8c special = {
		{ ACPI_IVRS_TYPE_SPECIAL, 0, 0 }, 1, 0xa0, 1,
	};
	u8 type;

	for (type = ACPI_DMAR_SCOPE_TYPE_IOAPIC; type <= ACPI_DMAR_SCOPE_TYPE_NAMESPACE; type++) {
		no_tables();
		add_drhd_of(type, 0x14);
		CHECK_EQ(of_root(), 0);
		CHECK_EQ(of_cell(0xa0), -EBUSY);
		CHECK(strstr(why.text, "PCI device 00:14.0 is to an IOMMU what an I/O APIC"));
		CHECK_EQ(of_cell(0xa1), 0);
		/* What else the unit names is a function like others. */
		CHECK_EQ(of_cell(0x38), 0);
	}
	no_tables();
	add_drhd_of(2, 0x14);
	CHECK_EQ(of_cell(0xa0), 0);

	no_tables();
	add_ivhd_of(&special, sizeof(special));
	CHECK_EQ(of_root(), 0);
	CHECK_EQ(of_cell(0xa0), -EBUSY);
	CHECK(strstr(why.text, "PCI device 00:14.0 is to an IOMMU what an I/O APIC"));
	CHECK_EQ(of_cell(0xa1), 0);
	CHECK_EQ(of_cell(0), 0);
}

UNIT(nor_one_that_goes_by_the_name_of_another_one)
{
	static const u8 types[] = {
		ACPI_IVRS_TYPE_HARDWARE1, ACPI_IVRS_TYPE_HARDWARE2, ACPI_IVRS_TYPE_HARDWARE3,
	};
	static const u16 refused[] = { 0x100, 0x8, 0x200, 0x203, 0x207 };
	static const u16 fine[] = { 0x30, 0x91, 0x101, 0x1ff, 0x208, 0x300 };
	unsigned int type, n;

	for (type = 0; type < ARRAY_SIZE(types); type++) {
		no_tables();
		add_ivhd(types[type], 0xfed80000);
		CHECK_EQ(of_root(), 0);
		unit_row("type 0x%x, one that ACPI describes", types[type]);
		CHECK_EQ(of_cell(0x90), -EBUSY);
		CHECK(strstr(why.text, "PCI device 00:12.0 is to an IOMMU what"));
		for (n = 0; n < ARRAY_SIZE(refused); n++) {
			unit_row("type 0x%x, function 0x%x", types[type], refused[n]);
			CHECK_EQ(of_cell(refused[n]), -EBUSY);
			CHECK(strstr(why.text, "in the name of another function"));
		}
		for (n = 0; n < ARRAY_SIZE(fine); n++) {
			unit_row("type 0x%x, function 0x%x", types[type], fine[n]);
			CHECK_EQ(of_cell(fine[n]), 0);
		}
	}
}

UNIT(nor_one_whose_nmi_or_init_has_to_be_let_through)
{
	static const struct {
		u8 setting;
		int err;
	} rows[] = {
		{ 0x01, -EBUSY }, { 0x02, -EBUSY }, { 0x04, -EBUSY }, { 0x40, -EBUSY },
		{ 0x80, -EBUSY }, { 0x38, 0 }, { 0, 0 },
	};
	struct {
		struct acpi_ivrs_hardware_11 unit;
		struct acpi_ivrs_de_header device;
	} __attribute__((packed)) entry = {
		.unit.header = { ACPI_IVRS_TYPE_HARDWARE2, 0, sizeof(entry), 2 },
	};
	unsigned int n;

	for (n = 0; n < ARRAY_SIZE(rows); n++) {
		unit_row("setting 0x%x", rows[n].setting);
		no_tables();
		entry.device = (struct acpi_ivrs_de_header){
			ACPI_IVRS_TYPE_SELECT, 0xa0, rows[n].setting,
		};
		add_entry(ivrs, &entry, sizeof(entry));
		CHECK_EQ(of_root(), 0);
		CHECK_EQ(of_cell(0xa1), 0);
		CHECK_EQ(of_cell(0xa0), rows[n].err);
		CHECK(!rows[n].err || strstr(why.text, "PCI device 00:14.0 is one whose NMI"));
	}
}

/* Whatever length a table or an entry says that it has, nothing behind the table is read. */
UNIT(nothing_behind_the_last_entry_is_read)
{
	static const u8 other[] = { 5, 0, 6, 0, 1, 2 };

	no_tables();
	add_rmrr(0x1000, 0x1fff, 2, 0);
	add_entry(dmar, other, sizeof(other));
	CHECK_EQ(of_root(), 0);
	CHECK_EQ(of_cell(0x50a), 0);
	no_tables();
	add_ivhd(ACPI_IVRS_TYPE_HARDWARE2, 0xfed80000);
	CHECK_EQ(of_cell(0x50a), 0);
}

UNIT(lengths_are_not_believed)
{
	struct acpi_table_header *header = header_of(ivrs);
	struct acpi_ivrs_header *entry = (void *)(ivrs + sizeof(struct acpi_table_ivrs));
	u32 whole, length;

	no_tables();
	add_ivhd(ACPI_IVRS_TYPE_HARDWARE2, 0xfed80000);
	add_ivmd(ACPI_IVRS_TYPE_MEMORY2, 0x50a, 0, 0x1000, 0x1000);
	whole = header->length;
	CHECK_EQ(of_cell(0x50a), -EBUSY);
	for (header->length = 1; header->length < whole; header->length++)
		CHECK_EQ(of_cell(0x50a), 0);
	/* None that ends, and none that goes on beyond the table. */
	length = entry->length;
	entry->length = 0;
	CHECK_EQ(of_cell(0x50a), 0);
	entry->length = 0xffff;
	CHECK_EQ(of_cell(0x50a), 0);
	for (; length; length--) {
		entry->length = length;
		of_cell(0x207);
	}
}
