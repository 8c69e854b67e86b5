// SPDX-License-Identifier: GPL-2.0-only
/* IOMMUs as ACPI's tables have them, and tables that are wrong. */
/* HOST: kernel */
/* BESIDE: acpi_tables.c iommu_registers.c reason.c */
/* SOURCES: ../driver/iommu.c ../driver/iommu_reserved.c ../driver/iommu_tables.c */
#include "unit.h"

#include <errno.h>
#include <string.h>

#include "acpi_tables.h"
#include "iommu_registers.h"
#include "../../driver/iommu.h"
#include "../../driver/reason.h"
#include <jailhouse/console.h>
#include <jailhouse/cell_config.h>
#include <jailhouse/image_header.h>

#define VTD		0xfed90000ULL
#define VTD_2		0xfed91000ULL
#define AMDVI		0xfed80000ULL

#define TRANSLATES	0x80000000
#define REMAPS		0x02000000

static struct reason why;

static void begin(u8 type, u64 base, u64 second)
{
	struct jailhouse_platform_info *info = &config.system.platform_info;

	no_tables();
	memset(iommu_registers, 0, sizeof(iommu_registers));
	no_room = false;
	info->iommu_type = type;
	info->iommu_units[0] = (struct jailhouse_iommu){ base, 0x1000 };
	info->iommu_units[1] = (struct jailhouse_iommu){ second, 0x1000 };
}

static int look(void)
{
	int err;

	why.text[0] = 0;
	err = jh_check_iommu(&why);
	CHECK_EQ(tables_held, 0);
	CHECK_EQ(iommus_mapped + wrong_maps, 0);
	return err;
}

static int check(void)
{
	int err;

	why.text[0] = 0;
	err = jh_check_iommu_config(&config.system, &why);
	CHECK_EQ(tables_held, 0);
	CHECK_EQ(iommus_mapped + wrong_maps, 0);
	CHECK_EQ(!!why.text[0], !!err);
	return err;
}

/* check() refuses, and says @text. */
static void refused(int err, const char *text)
{
	CHECK_EQ(check(), err);
	if (!CHECK(strstr(why.text, text)))
		printf("# %s\n", why.text);
}

UNIT(none_is_active)
{
	begin(0, 0, 0);
	CHECK_EQ(look(), 0);
	add_drhd(VTD, 0, 2);
	add_ivhd(ACPI_IVRS_TYPE_HARDWARE1, AMDVI);
	CHECK_EQ(look(), 0);
	no_room = true;
	CHECK_EQ(look(), -ENOMEM);
	no_room = false;
	iommu_registers[0x1c / 4] = REMAPS;
	CHECK_EQ(look(), 0);
	iommu_registers[0x1c / 4] = TRANSLATES;
	CHECK_EQ(look(), -EOPNOTSUPP);
	CHECK(strstr(why.text, "0xfed90000 is active (boot with intel_iommu=off)"));
	iommu_registers[0x1c / 4] = 0;
	iommu_registers[0x18 / 4] = 1;
	CHECK_EQ(look(), -EOPNOTSUPP);
	CHECK(strstr(why.text, "0xfed80000 is active (boot with amd_iommu=off)"));
}

UNIT(a_unit_where_none_can_be)
{
	static const u64 bases[] = { 0, 0x1000, RAM_END - 0x1000, 1ULL << 39, ~0ULL };
	unsigned int n;

	for (n = 0; n < ARRAY_SIZE(bases); n++) {
		unit_row("at 0x%llx", bases[n]);
		begin(0, 0, 0);
		add_drhd(bases[n], 0, 2);
		CHECK_EQ(look(), -EINVAL);
		CHECK(strstr(why.text, "where there is none"));
		begin(0, 0, 0);
		add_ivhd(ACPI_IVRS_TYPE_HARDWARE2, bases[n]);
		CHECK_EQ(look(), -EINVAL);
	}
}

UNIT(a_configuration_has_all_units_and_no_others)
{
	begin(1, VTD, 0);
	add_drhd(VTD, 0, 2);
	CHECK_EQ(check(), 0);
	add_drhd(VTD_2, 0, 3);
	refused(-EINVAL, "iommu_units lacks the IOMMU at 0xfed91000");
	begin(1, VTD, VTD_2);
	add_drhd(VTD, 0, 2);
	refused(-EINVAL, "iommu_units has an IOMMU at 0xfed91000, and ACPI's tables have none");
	add_drhd(VTD_2, 0, 3);
	CHECK_EQ(check(), 0);
	/* It is not listed by the entries that list none. */
	begin(1, VTD, 0);
	add_drhd(VTD, 0, 2);
	add_drhd(0, 0, 3);
	refused(-EINVAL, "iommu_units lacks the IOMMU at 0x0");
	begin(1, VTD, 0);
	refused(-EINVAL, "iommu_units has an IOMMU at 0xfed90000, and ACPI's tables have none");
	begin(1, VTD, 0);
	add_drhd(VTD, 3, 2);
	refused(-EOPNOTSUPP, "PCI segment 3");
	begin(2, VTD, 0);
	add_drhd(VTD, 0, 2);
	refused(-EOPNOTSUPP, "is Intel's, and iommu_type is 2");
	begin(1, AMDVI, 0);
	add_ivhd(ACPI_IVRS_TYPE_HARDWARE2, AMDVI);
	refused(-EOPNOTSUPP, "is AMD's, and iommu_type is 1");
	begin(2, AMDVI, 0);
	add_ivhd(ACPI_IVRS_TYPE_HARDWARE2, AMDVI);
	CHECK_EQ(check(), 0);
}

UNIT(a_unit_that_is_not_used)
{
	begin(0, 0, 0);
	add_drhd(VTD, 0, 2);
	add_ivhd(ACPI_IVRS_TYPE_HARDWARE2, AMDVI);
	CHECK_EQ(check(), 0);
	iommu_registers[0x1c / 4] = REMAPS;
	refused(-EOPNOTSUPP, "remaps interrupts");
	no_room = true;
	refused(-ENOMEM, "cannot be mapped");
}

UNIT(a_unit_that_is_described_several_times_is_one)
{
	struct iommu_list list;

	begin(1, VTD, 0);
	add_drhd(VTD, 0, 2);
	add_drhd(VTD, 0, 3);
	CHECK_EQ(check(), 0);
	jh_iommu_list(&list);
	CHECK_EQ(list.count, 1);
	begin(2, AMDVI, 0);
	add_ivhd(ACPI_IVRS_TYPE_HARDWARE1, AMDVI);
	add_ivhd(ACPI_IVRS_TYPE_HARDWARE2, AMDVI);
	add_ivhd(ACPI_IVRS_TYPE_HARDWARE3, AMDVI);
	CHECK_EQ(check(), 0);
	jh_iommu_list(&list);
	CHECK_EQ(list.count, 1);
	CHECK_EQ(list.units[0].function, 2);
}

/* More than the list has room for are more than a configuration has. */
UNIT(too_many_units)
{
	const struct acpi_dmar_hardware_unit unit = {
		{ ACPI_DMAR_TYPE_HARDWARE_UNIT, sizeof(unit) }, 1, 0, 0, VTD
	};
	struct acpi_dmar_hardware_unit *added;
	struct iommu_list list;
	unsigned int n;

	begin(1, VTD, VTD_2);
	for (n = 0; n < IOMMU_LIST_MAX + 1; n++) {
		added = add_entry(dmar, &unit, sizeof(unit));
		added->address += n * PAGE_SIZE;
	}
	refused(-EINVAL, "iommu_units lacks the IOMMU at 0xfed92000");
	jh_iommu_list(&list);
	CHECK_EQ(list.count, IOMMU_LIST_MAX);
	no_tables();
	for (n = 0; n < RESERVED_LIST_MAX + 1; n++)
		add_rmrr(0x1000, 0x1fff, 2, 0);
	jh_iommu_list(&list);
	CHECK_EQ(list.num_reserved, RESERVED_LIST_MAX);
}

static u16 u16_at(const u8 *at)
{
	return (u16)(at[0] | at[1] << 8);
}

/*
 * Every length but the right one is refused, for it makes a unit too short, has an entry end
 * within a device, the next one begin where none does, or a unit vanish.
 */
static void other_lengths(u8 *entry, unsigned int at, unsigned int bytes)
{
	const u16 right = bytes == 1 ? entry[at] : u16_at(entry + at);
	unsigned int n;

	for (n = 0; n < 0x120; n++) {
		if (n == right || (bytes == 1 && n > 255))
			continue;
		unit_row("length %u, not %u", n, right);
		entry[at] = (u8)n;
		if (bytes == 2)
			entry[at + 1] = (u8)(n >> 8);
		CHECK_EQ(check(), -EINVAL);
		look();
	}
	entry[at] = (u8)right;
	if (bytes == 2)
		entry[at + 1] = (u8)(right >> 8);
	CHECK_EQ(check(), 0);
}

UNIT(lengths_in_a_dmar_are_right)
{
	u8 *first, *second, *rmrr;

	begin(1, VTD, VTD_2);
	first = add_drhd(VTD, 0, 2);
	rmrr = add_rmrr(0x1000, 0x1fff, 3, 1);
	second = add_drhd(VTD_2, 0, 3);
	CHECK_EQ(check(), 0);
	other_lengths(first, 2, 2);
	other_lengths(second, 2, 2);
	other_lengths(rmrr, 2, 2);
	other_lengths(first, 16 + 1, 1);
	other_lengths(rmrr, 24 + 1, 1);
}

UNIT(lengths_in_an_ivrs_are_right)
{
	u8 *unit, *ivmd, *named;
	unsigned int n;

	begin(2, AMDVI, 0);
	ivmd = add_ivmd(ACPI_IVRS_TYPE_MEMORY2, 0x50a, 0, 0x1000, 0x1000);
	unit = add_ivhd(ACPI_IVRS_TYPE_HARDWARE2, AMDVI);
	CHECK_EQ(check(), 0);
	other_lengths(unit, 2, 2);
	other_lengths(ivmd, 2, 2);
	/* A name of another length may end where another device begins, but not behind the unit. */
	named = unit + 40;
	for (n = 0; n < 256; n++) {
		unit_row("a name of %u characters", n);
		named[21] = (u8)n;
		if (n <= 3 + 4 * 8)
			check();
		else
			refused(-EINVAL, "ACPI's IVRS table is wrong at offset 0x78, a device");
	}
}

/* Of the last one nothing is read that it does not have. */
UNIT(the_last_entry_is_too_short)
{
	static const u8 rmrr[] = { 1, 0, 12, 0, 0, 0, 0, 0, 0, 16, 0, 0 };
	static const u8 ivmd[] = { 0x21, 0, 8, 0, 0, 0, 0, 0 };
	static const u8 ivhd[] = { 0x11, 0, 24, 0, 0, 0, 0, 0, 0, 0, 0xd8, 0xfe,
				   0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0 };

	begin(1, VTD, 0);
	add_drhd(VTD, 0, 2);
	add_entry(dmar, rmrr, sizeof(rmrr));
	refused(-EINVAL, "too short");
	begin(2, AMDVI, 0);
	add_ivhd(ACPI_IVRS_TYPE_HARDWARE2, AMDVI);
	add_entry(ivrs, ivmd, sizeof(ivmd));
	refused(-EINVAL, "too short");
	begin(2, AMDVI, 0);
	add_entry(ivrs, ivhd, sizeof(ivhd));
	refused(-EINVAL, "too short");
}

UNIT(a_table_that_ends_early)
{
	u32 whole, length;
	unsigned int n;

	for (n = 0; n < 2; n++) {
		u8 *table = n ? ivrs : dmar;

		if (n) {
			begin(2, AMDVI, 0);
			add_ivhd(ACPI_IVRS_TYPE_HARDWARE2, AMDVI);
		} else {
			begin(1, VTD, 0);
			add_drhd(VTD, 0, 2);
		}
		whole = header_of(table)->length;
		for (length = 1; length < whole; length++) {
			unit_row("%s of %u bytes", n ? "IVRS" : "DMAR", length);
			header_of(table)->length = length;
			CHECK_EQ(check(), -EINVAL);
			look();
		}
	}
}

/* Seen on real machines, where Linux takes them for the end. */
UNIT(zeros_behind_the_last_entry_are_none)
{
	begin(1, VTD, 0);
	add_drhd(VTD, 0, 2);
	header_of(dmar)->length += 3;
	CHECK_EQ(check(), 0);
	header_of(dmar)->length += 29;
	CHECK_EQ(check(), 0);
	dmar[header_of(dmar)->length - 1] = 1;
	refused(-EINVAL, "ACPI's DMAR table is wrong at offset 0x48");
	begin(2, AMDVI, 0);
	add_ivhd(ACPI_IVRS_TYPE_HARDWARE2, AMDVI);
	header_of(ivrs)->length += 16;
	CHECK_EQ(check(), 0);
	ivrs[header_of(ivrs)->length - 1] = 1;
	refused(-EINVAL, "ACPI's IVRS table is wrong");
}

UNIT(entries_of_kinds_that_are_not_known_are_passed)
{
	static const u8 other[] = { 7, 0, 12, 0, 1, 2, 3, 4, 5, 6, 7, 8 };
	static const u8 ivrs_other[] = { 0x77, 0, 12, 0, 1, 2, 3, 4, 5, 6, 7, 8 };

	begin(1, VTD, 0);
	add_entry(dmar, other, sizeof(other));
	add_drhd(VTD, 0, 2);
	CHECK_EQ(check(), 0);
	begin(2, AMDVI, 0);
	add_entry(ivrs, ivrs_other, sizeof(ivrs_other));
	add_ivhd(ACPI_IVRS_TYPE_HARDWARE3, AMDVI);
	CHECK_EQ(check(), 0);
}

UNIT(ranges_that_end_before_they_begin)
{
	begin(1, VTD, 0);
	add_drhd(VTD, 0, 2);
	add_rmrr(0x2000, 0x1fff, 2, 0);
	refused(-EINVAL, "ends before it begins");
	begin(1, VTD, 0);
	add_drhd(VTD, 0, 2);
	add_rmrr(0x2000, ~0ULL, 2, 0);
	refused(-EINVAL, "ends before it begins");
	begin(2, AMDVI, 0);
	add_ivhd(ACPI_IVRS_TYPE_HARDWARE2, AMDVI);
	add_ivmd(ACPI_IVRS_TYPE_MEMORY1, 0, 0, 0x2000, ~0xfffULL);
	refused(-EINVAL, "end before they begin");
	begin(2, AMDVI, 0);
	add_ivhd(ACPI_IVRS_TYPE_HARDWARE2, AMDVI);
	add_ivmd(ACPI_IVRS_TYPE_MEMORY3, 0x200, 0x1ff, 0x2000, 0x1000);
	refused(-EINVAL, "end before they begin");
}

/* Of memory that overlaps each is looked at; of which the root cell lacks some, none is enough. */
UNIT(memory_that_overlaps)
{
	begin(1, VTD, 0);
	add_drhd(VTD, 0, 2);
	add_rmrr(0x1000, 0x2fff, 2, 0);
	add_rmrr(0x2000, 0x3fff, 2, 0);
	add_rmrr(0x1000, 0x2fff, 2, 0);
	CHECK_EQ(check(), 0);
	add_rmrr(0x2000, 0x10000fff, 2, 0);
	refused(-EINVAL, "needs DMA to 0x2000-0x10001000");
}

/* Numbers that no function has, and bridges that are not there: nobody's. */
UNIT(devices_that_do_not_exist)
{
	u8 *rmrr;

	begin(1, VTD, 0);
	add_drhd(VTD, 0, 2);
	rmrr = add_rmrr(0x1000, 0x1fff, 9, 1);
	CHECK_EQ(check(), 0);
	rmrr[24 + 6] = 32;
	refused(-EINVAL, "a number that none has");
	rmrr[24 + 6] = 9;
	rmrr[24 + 9] = 8;
	refused(-EINVAL, "a number that none has");
}

static u32 source_of_ioapic(void)
{
	struct jailhouse_boot boot = { 0 };

	jh_iommu_ioapics(&boot);
	CHECK_EQ(tables_held, 0);
	CHECK(!boot.ioapics[1].address);
	return boot.ioapics[0].address ? boot.ioapics[0].source : ~0U;
}

UNIT(io_apics_are_devices)
{
	const struct acpi_madt_io_apic ioapic = {
		{ ACPI_MADT_TYPE_IO_APIC, sizeof(ioapic) }, 2, 0, 0xfec00000, 0
	};
	struct acpi_subtable_header *entry;
	u8 *unit;
	u32 n;

	begin(1, VTD, 0);
	CHECK_EQ(source_of_ioapic(), ~0U);
	unit = add_drhd(VTD, 0, 2);
	CHECK_EQ(source_of_ioapic(), ~0U);
	entry = add_entry(madt, &ioapic, sizeof(ioapic));
	CHECK_EQ(source_of_ioapic(), 0xf0);
	for (n = 0; n < 2; n++) {
		entry->length = (u8)n;
		CHECK_EQ(source_of_ioapic(), ~0U);
	}
	entry->length = sizeof(ioapic);
	for (n = header_of(madt)->length; --n;) {
		header_of(madt)->length = n;
		CHECK_EQ(source_of_ioapic(), ~0U);
	}
	no_tables();
	add_entry(madt, &ioapic, sizeof(ioapic));
	unit = add_drhd(VTD, 0, 2);
	/* Of another I/O APIC, which is passed, and of this one. */
	for (n = 0; n < 16; n++) {
		unit[17] = (u8)(n / 2);
		unit[20] = (u8)(2 + n % 2);
		CHECK_EQ(source_of_ioapic(), ~0U);
	}
	unit[20] = 2;
	unit[17] = 0xff;
	CHECK_EQ(source_of_ioapic(), ~0U);
	unit[17] = 8;
	unit[2] = 23;
	CHECK_EQ(source_of_ioapic(), ~0U);
	unit[2] = 25;
	CHECK_EQ(source_of_ioapic(), ~0U);
}

/* Offsets of the registers: what it can do, and what it does. */
#define ECAP	(0x10 / 4)
#define GSTS	(0x1c / 4)
#define FEATURES (0x30 / 4)

/* All units can, none does, each I/O APIC is behind one, and the platform can, too. */
UNIT(interrupts_that_linux_does_not_remap_and_units_could)
{
	const struct acpi_madt_io_apic ioapics[] = {
		{ { ACPI_MADT_TYPE_IO_APIC, sizeof(ioapics[0]) }, 2, 0, 0xfec00000, 0 },
		{ { ACPI_MADT_TYPE_IO_APIC, sizeof(ioapics[0]) }, 3, 0, 0xfec01000, 24 },
	};

	memset(iommu_registers, 0, sizeof(iommu_registers));
	begin(1, VTD, 0);
	CHECK(!jh_iommu_rewrites());
	add_drhd(VTD, 0, 2);
	add_entry(madt, &ioapics[0], sizeof(ioapics[0]));
	CHECK(!jh_iommu_rewrites());
	iommu_registers[ECAP] = 0x8;
	CHECK(!jh_iommu_rewrites());
	((struct acpi_table_dmar *)header_of(dmar))->flags = ACPI_DMAR_INTR_REMAP;
	CHECK(jh_iommu_rewrites());
	iommu_registers[GSTS] = REMAPS;
	CHECK(!jh_iommu_rewrites());
	iommu_registers[GSTS] = 0;
	no_room = true;
	CHECK(!jh_iommu_rewrites());
	no_room = false;
	CHECK(jh_iommu_rewrites());
	add_entry(madt, &ioapics[1], sizeof(ioapics[1]));
	CHECK(!jh_iommu_rewrites());
	CHECK_EQ(iommus_mapped, 0);
	CHECK_EQ(tables_held, 0);
	begin(2, AMDVI, 0);
	add_ivhd(ACPI_IVRS_TYPE_HARDWARE2, AMDVI);
	CHECK(!jh_iommu_rewrites());
	iommu_registers[ECAP] = 0;
	/* Of AMD's, any that can be used. */
	iommu_registers[FEATURES] = 0x40;
	CHECK(jh_iommu_rewrites());
	iommu_registers[FEATURES] = 0;
	CHECK(!jh_iommu_rewrites());
}

UNIT(which_functions_are_units)
{
	struct jailhouse_boot boot = { 0 };

	begin(2, AMDVI, 0);
	add_ivhd(ACPI_IVRS_TYPE_HARDWARE2, AMDVI);
	jh_iommu_functions(&boot);
	CHECK_EQ(boot.iommus[0], 2);
	CHECK_EQ(boot.iommus[1], 0);
}
