// SPDX-License-Identifier: GPL-2.0-only
/* Which functions ACPI's tables have IOMMUs for. */
/* HOST: kernel */
/* BESIDE: acpi_tables.c reason.c */
/* SOURCES: ../driver/iommu_scope.c ../driver/iommu_reserved.c ../driver/iommu_tables.c */
#include "unit.h"

#include <errno.h>
#include <string.h>

#include "acpi_tables.h"
#include "../../driver/iommu_scope.h"
#include "../../driver/reason.h"
#include <jailhouse/console.h>
#include <jailhouse/cell_config.h>

static struct reason why;
static struct jailhouse_system root;
static struct {
	struct jailhouse_cell_desc desc;
	struct jailhouse_pci_device pci[2];
} __packed cell = { .desc = { .num_pci_devices = 2 } };

/* The function @bdf, beside one that is always there. */
static int check(u16 bdf)
{
	why.text[0] = 0;
	cell.pci[0].bdf = 0x28;
	cell.pci[1].bdf = bdf;
	return jh_check_iommu_scope(&root, &cell.desc, &why);
}

static void begin(u8 type)
{
	no_tables();
	root.platform_info.iommu_type = type;
}

/* A unit of Intel's for 00:05.0 and one more. */
static void add_unit(u8 flags, u8 type, u8 device)
{
	struct {
		struct acpi_dmar_hardware_unit head;
		struct acpi_dmar_device_scope one;
		struct acpi_dmar_pci_path one_path;
		struct acpi_dmar_device_scope other;
		struct acpi_dmar_pci_path other_path;
	} __packed entry = {
		.head = {
			{ ACPI_DMAR_TYPE_HARDWARE_UNIT, sizeof(entry) }, flags, 0, 0, 0xfed90000,
		},
		.one = { .entry_type = ACPI_DMAR_SCOPE_TYPE_ENDPOINT, .length = 8 },
		.one_path = { 5, 0 },
		.other = { .entry_type = type, .length = 8 },
		.other_path = { device, 0 },
	};

	add_entry(dmar, &entry, sizeof(entry));
}

UNIT(a_unit_of_intel_s_is_for_what_it_names)
{
	begin(JAILHOUSE_IOMMU_INTEL);
	CHECK_EQ(check(0x28), -EOPNOTSUPP);
	CHECK(strstr(why.text, "PCI device 00:05.0 is behind no IOMMU"));
	add_unit(0, ACPI_DMAR_SCOPE_TYPE_ENDPOINT, 3);
	CHECK_EQ(check(0x28), 0);
	CHECK_EQ(check(0x18), 0);
	CHECK_EQ(check(0x19), -EOPNOTSUPP);
	CHECK(strstr(why.text, "PCI device 00:03.1 is behind no IOMMU"));
	/* It is a bridge, but not named as such. */
	CHECK_EQ(check(0x500), -EOPNOTSUPP);
	/* A virtual function of what is named, and of what is not. */
	cell.pci[1].type = JAILHOUSE_PCI_TYPE_VIRTUAL;
	cell.pci[1].physical = 0x18;
	CHECK_EQ(check(0x500), 0);
	cell.pci[1].physical = 0x19;
	CHECK_EQ(check(0x500), -EOPNOTSUPP);
	CHECK(strstr(why.text, "PCI device 05:00.0 is behind no IOMMU"));
	cell.pci[1] = (struct jailhouse_pci_device){ };
	CHECK_EQ(tables_held, 0);
}

UNIT(and_for_all_behind_a_bridge_that_it_names)
{
	begin(JAILHOUSE_IOMMU_INTEL);
	add_unit(0, ACPI_DMAR_SCOPE_TYPE_BRIDGE, 3);
	CHECK_EQ(check(0x18), 0);
	CHECK_EQ(check(0x4ff), -EOPNOTSUPP);
	CHECK_EQ(check(0x500), 0);
	CHECK_EQ(check(0x6ff), 0);
	CHECK_EQ(check(0x700), -EOPNOTSUPP);
	/* What is none has nothing behind it, nor has what is not there. */
	begin(JAILHOUSE_IOMMU_INTEL);
	add_unit(0, ACPI_DMAR_SCOPE_TYPE_BRIDGE, 4);
	CHECK_EQ(check(0x20), 0);
	CHECK_EQ(check(0x500), -EOPNOTSUPP);
	begin(JAILHOUSE_IOMMU_INTEL);
	add_unit(0, ACPI_DMAR_SCOPE_TYPE_BRIDGE, 9);
	CHECK_EQ(check(0x500), -EOPNOTSUPP);
	CHECK_EQ(tables_held, 0);
}

UNIT(and_for_no_function_that_is_another_thing_s_name)
{
	u8 type;

	for (type = ACPI_DMAR_SCOPE_TYPE_IOAPIC; type <= ACPI_DMAR_SCOPE_TYPE_NAMESPACE; type++) {
		begin(JAILHOUSE_IOMMU_INTEL);
		add_unit(0, type, 3);
		CHECK_EQ(check(0x18), -EOPNOTSUPP);
	}
}

UNIT(one_may_be_for_all_others)
{
	begin(JAILHOUSE_IOMMU_INTEL);
	add_unit(0, ACPI_DMAR_SCOPE_TYPE_ENDPOINT, 3);
	add_unit(ACPI_DMAR_INCLUDE_ALL, ACPI_DMAR_SCOPE_TYPE_IOAPIC, 9);
	CHECK_EQ(check(0xffff), 0);
	/* The other kind's table is of no interest, nor is any where none translates. */
	root.platform_info.iommu_type = JAILHOUSE_IOMMU_AMD;
	CHECK_EQ(check(0x28), -EOPNOTSUPP);
	root.platform_info.iommu_type = JAILHOUSE_IOMMU_UNUSED;
	CHECK_EQ(check(0x28), 0);
	CHECK_EQ(tables_held, 0);
}

/* A unit of AMD's that has two entries. */
static void add_entries(u8 unit, struct acpi_ivrs_de_header one, struct acpi_ivrs_de_header other)
{
	struct {
		struct acpi_ivrs_hardware_11 head;
		struct acpi_ivrs_de_header select, one;
		u8 rest_of_one[4];
		struct acpi_ivrs_de_header other;
	} __packed entry = {
		.head = { .header = { unit, 0, 0, 2 } },
		.select = { ACPI_IVRS_TYPE_SELECT, 0x28, 0 },
		.one = one,
		.other = other,
	};
	u8 *bytes = (void *)&entry;
	size_t size = sizeof(entry);

	/* The two highest bits say how long it is. */
	if (!(one.type >> 6)) {
		memmove(entry.rest_of_one, &entry.other, sizeof(entry.other));
		size -= sizeof(entry.rest_of_one);
	}
	entry.head.header.length = (u16)size;
	add_entry(ivrs, bytes, size);
}

static const struct acpi_ivrs_de_header end = { ACPI_IVRS_TYPE_END, 0x207, 0 };
static const struct acpi_ivrs_de_header all = { ACPI_IVRS_TYPE_ALL, 0, 0 };

static struct acpi_ivrs_de_header entry_of(u8 type, u16 id)
{
	return (struct acpi_ivrs_de_header) { type, id, 0 };
}

UNIT(a_unit_of_amd_s_is_for_what_it_names)
{
	static const u8 types[] = {
		ACPI_IVRS_TYPE_SELECT, ACPI_IVRS_TYPE_ALIAS_SELECT, ACPI_IVRS_TYPE_EXT_SELECT,
	};
	unsigned int n;

	begin(JAILHOUSE_IOMMU_AMD);
	CHECK_EQ(check(0x28), -EOPNOTSUPP);
	for (n = 0; n < ARRAY_SIZE(types); n++) {
		unit_row("type %u", types[n]);
		begin(JAILHOUSE_IOMMU_AMD);
		/* An end without a beginning is none. */
		add_entries(ACPI_IVRS_TYPE_HARDWARE2, entry_of(types[n], 0x30), end);
		CHECK_EQ(check(0x28), 0);
		CHECK_EQ(check(0x30), 0);
		CHECK_EQ(check(0x2f), -EOPNOTSUPP);
		CHECK_EQ(check(0x31), -EOPNOTSUPP);
		CHECK_EQ(check(0x207), -EOPNOTSUPP);
		CHECK_EQ(tables_held, 0);
	}
}

UNIT(and_for_ranges_of_functions)
{
	static const u8 types[] = {
		ACPI_IVRS_TYPE_START, ACPI_IVRS_TYPE_ALIAS_START, ACPI_IVRS_TYPE_EXT_START,
	};
	unsigned int n;

	for (n = 0; n < ARRAY_SIZE(types); n++) {
		unit_row("type %u", types[n]);
		begin(JAILHOUSE_IOMMU_AMD);
		add_entries(ACPI_IVRS_TYPE_HARDWARE3, entry_of(types[n], 0x200), end);
		CHECK_EQ(check(0x1ff), -EOPNOTSUPP);
		CHECK_EQ(check(0x200), 0);
		CHECK_EQ(check(0x207), 0);
		CHECK_EQ(check(0x208), -EOPNOTSUPP);
	}
}

UNIT(or_for_all)
{
	begin(JAILHOUSE_IOMMU_AMD);
	add_entries(ACPI_IVRS_TYPE_HARDWARE2, all, end);
	CHECK_EQ(check(0), 0);
	CHECK_EQ(check(0xffff), 0);
	/* One entry of the older kind, or what is memory, is for none. */
	begin(JAILHOUSE_IOMMU_AMD);
	add_ivmd(ACPI_IVRS_TYPE_MEMORY1, 0, 0, 0x2000, 0x1000);
	CHECK_EQ(check(0x28), -EOPNOTSUPP);
	CHECK_EQ(tables_held, 0);
}

UNIT(what_does_not_fit_into_the_table_is_for_none)
{
	struct acpi_table_header *header = header_of(ivrs);
	u32 whole;

	begin(JAILHOUSE_IOMMU_AMD);
	add_entries(ACPI_IVRS_TYPE_HARDWARE2, all, end);
	whole = header->length;
	for (header->length = 1; header->length < whole; header->length++)
		CHECK_EQ(check(0x28), -EOPNOTSUPP);
	CHECK_EQ(check(0x28), 0);
	begin(JAILHOUSE_IOMMU_INTEL);
	add_unit(ACPI_DMAR_INCLUDE_ALL, ACPI_DMAR_SCOPE_TYPE_ENDPOINT, 3);
	header = header_of(dmar);
	whole = header->length;
	for (header->length = 1; header->length < whole; header->length++)
		CHECK_EQ(check(0x28), -EOPNOTSUPP);
	CHECK_EQ(check(0x28), 0);
}
