// SPDX-License-Identifier: GPL-2.0-only
/* By which numbers an IOMMU of AMD's knows who sends interrupts. */
/* HOST: kernel */
/* BESIDE: acpi_tables.c reason.c */
/* SOURCES: ../driver/iommu_names.c ../driver/iommu_tables.c */
#include "unit.h"
#include "acpi_tables.h"

#include "../../driver/iommu_names.h"

static u16 names[8];
static unsigned int num_names;

static void found(void *arg, u16 name)
{
	CHECK(arg == names);
	if (CHECK(num_names < ARRAY_SIZE(names)))
		names[num_names++] = name;
}

static unsigned int list(void)
{
	num_names = 0;
	jh_ivrs_passing(found, names);
	CHECK_EQ(tables_held, 0);
	return num_names;
}

/* A unit with one entry. */
static struct acpi_ivrs_hardware_11 *add(const void *device, size_t size)
{
	const struct acpi_ivrs_hardware_11 head = {
		.header = { ACPI_IVRS_TYPE_HARDWARE2, 0, (u16)(sizeof(head) + size), 2 },
	};
	struct acpi_ivrs_hardware_11 *unit = add_entry(ivrs, &head, sizeof(head));

	add_entry(ivrs, device, size);
	return unit;
}

UNIT(io_apics_pass_and_timers_do_not)
{
	struct acpi_ivrs_device8c special = { { ACPI_IVRS_TYPE_SPECIAL, 0, 0 }, 1, 0xa0, 1 };

	no_tables();
	CHECK_EQ(list(), 0);
	add(&special, sizeof(special));
	special.used_id = 0x7;
	special.variety = 2;
	add(&special, sizeof(special));
	special.used_id = 0x1;
	special.variety = 1;
	add(&special, sizeof(special))->header.length = 0xffff;
	CHECK_EQ(list(), 1);
	CHECK_EQ(names[0], 0xa0);
}

UNIT(what_firmware_says_has_to_pass_does)
{
	static const struct {
		u8 type, setting;
		unsigned int passing;
	} rows[] = {
		{ ACPI_IVRS_TYPE_SELECT, 0x01, 1 },
		{ ACPI_IVRS_TYPE_SELECT, 0x02, 1 },
		{ ACPI_IVRS_TYPE_SELECT, 0x04, 1 },
		{ ACPI_IVRS_TYPE_SELECT, 0x40, 1 },
		{ ACPI_IVRS_TYPE_SELECT, 0x80, 1 },
		{ ACPI_IVRS_TYPE_ALIAS_SELECT, 0xd7, 2 },
		{ ACPI_IVRS_TYPE_EXT_SELECT, 0xd7, 1 },
		/* Messages for the management of the system are another matter. */
		{ ACPI_IVRS_TYPE_SELECT, 0x38, 0 },
		{ ACPI_IVRS_TYPE_START, 0xd7, 0 },
		{ ACPI_IVRS_TYPE_ALL, 0xd7, 0 },
	};
	struct acpi_ivrs_device8a device = { .header = { .id = 0xa0 }, .used_id = 0x55 };
	unsigned int n;

	for (n = 0; n < ARRAY_SIZE(rows); n++) {
		unit_row("row %u", n);
		no_tables();
		device.header.type = rows[n].type;
		device.header.data_setting = rows[n].setting;
		add(&device, rows[n].type < 0x40 ? sizeof(device.header) : sizeof(device));
		CHECK_EQ(list(), rows[n].passing);
		CHECK(num_names < 1 || names[0] == 0xa0);
		CHECK(num_names < 2 || names[1] == 0x55);
	}
}

UNIT(what_is_known_as_another_function)
{
	static const struct {
		u16 bdf, name;
	} rows[] = {
		{ 0x30, 0x30 }, { 0x100, 0x8 }, { 0x8, 0x8 }, { 0xff, 0xff }, { 0x101, 0x101 },
		{ 0x1ff, 0x1ff }, { 0x200, 0x200 }, { 0x201, 0x200 }, { 0x207, 0x200 },
		{ 0x208, 0x208 }, { 0x300, 0x300 }, { 0x55, 0x55 },
	};
	unsigned int n;

	no_tables();
	CHECK_EQ(jh_ivrs_name(0x100), 0x100);
	add_ivhd(ACPI_IVRS_TYPE_HARDWARE2, 0xfed80000);
	for (n = 0; n < ARRAY_SIZE(rows); n++) {
		unit_row("function %x", rows[n].bdf);
		CHECK_EQ(jh_ivrs_name(rows[n].bdf), rows[n].name);
	}
	CHECK_EQ(tables_held, 0);
	CHECK_EQ(list(), 0);
}

UNIT(each_io_apic_has_a_number)
{
	struct acpi_madt_io_apic ioapic = {
		{ ACPI_MADT_TYPE_IO_APIC, sizeof(ioapic) }, 2, 0, 0xfec00000, 0
	};
	struct acpi_ivrs_device8c special = { { ACPI_IVRS_TYPE_SPECIAL, 0, 0 }, 2, 0xa0, 1 };

	no_tables();
	CHECK_EQ(jh_ivrs_lacks_ioapic(), -1);
	add_entry(madt, &ioapic, sizeof(ioapic));
	CHECK_EQ(jh_ivrs_lacks_ioapic(), 2);
	add(&special, sizeof(special));
	CHECK_EQ(jh_ivrs_lacks_ioapic(), -1);
	ioapic.id = 0x21;
	add_entry(madt, &ioapic, sizeof(ioapic));
	CHECK_EQ(jh_ivrs_lacks_ioapic(), 0x21);
	/* A HPET is none. */
	special.handle = 0x21;
	special.variety = 2;
	add(&special, sizeof(special));
	CHECK_EQ(jh_ivrs_lacks_ioapic(), 0x21);
	special.variety = 1;
	add(&special, sizeof(special));
	CHECK_EQ(jh_ivrs_lacks_ioapic(), -1);
	CHECK_EQ(tables_held, 0);
	/* What does not fit is not read. */
	ioapic.id = 0x22;
	add_entry(madt, &ioapic, sizeof(ioapic) - 1);
	CHECK_EQ(jh_ivrs_lacks_ioapic(), -1);
}
