// SPDX-License-Identifier: GPL-2.0-only
/*
 * By which numbers an IOMMU of AMD's knows who sends interrupts, where that is not a PCI function
 * by its own: ACPI's IVRS table says so.
 */
#include "iommu_names.h"
#include "iommu_reserved.h"
#include "iommu_tables.h"
#include "madt.h"

#include <linux/acpi.h>

/**
 * struct ivrs_search - what is looked for
 * @found: receives numbers
 * @arg: for @found
 * @name: a function, and then what it is known by
 */
struct ivrs_search {
	void (*found)(void *arg, u16 name);
	void *arg;
	u16 name;
};

static void search(void (*each)(const struct acpi_ivrs_header *unit, struct ivrs_search *search),
		   struct ivrs_search *search)
{
	const struct acpi_ivrs_header *entry;
	struct acpi_table_header *table;
	const void *end;

	if (ACPI_FAILURE(acpi_get_table(ACPI_SIG_IVRS, 0, &table)))
		return;
	end = (const void *)table + table->length;
	for_each_ivrs_entry(table, end, entry)
		if (is_ivrs_unit(entry) && (const void *)entry + entry->length <= end)
			each(entry, search);
	acpi_put_table(table);
}

static bool is_ioapic(const struct acpi_ivrs_de_header *device)
{
	const struct acpi_ivrs_device8c *special = (const void *)device;

	return device->type == ACPI_IVRS_TYPE_SPECIAL && special->variety == ACPI_IVHD_IOAPIC;
}

/* A unit sees the other name, if there is one: it is let through by both, as Linux has it. */
static void add_let_through(const struct acpi_ivrs_de_header *device,
			    const struct ivrs_search *search)
{
	const struct acpi_ivrs_device8a *alias = (const void *)device;

	search->found(search->arg, device->id);
	if (device->type == ACPI_IVRS_TYPE_ALIAS_SELECT)
		search->found(search->arg, alias->used_id);
}

static void list_passing(const struct acpi_ivrs_header *unit, struct ivrs_search *search)
{
	const void *end = (const void *)unit + unit->length;
	const struct acpi_ivrs_de_header *device;

	for_each_ivrs_device(unit, end, device) {
		const struct acpi_ivrs_device8c *special = (const void *)device;

		if (is_ioapic(device))
			search->found(search->arg, special->used_id);
		else if (is_ivrs_let_through(device))
			add_let_through(device, search);
	}
}

/**
 * jh_ivrs_passing() - what of interrupts an IOMMU has to let pass
 * @found: receives the number that they bear, perhaps several times
 * @arg: for @found
 *
 * They are those of I/O APICs, and of what firmware says.
 *
 * Context: may sleep.
 */
void jh_ivrs_passing(void (*found)(void *arg, u16 name), void *arg)
{
	struct ivrs_search wanted = { .found = found, .arg = arg };

	search(list_passing, &wanted);
}

/* The entry that begins a range is followed by the one that ends it. */
static void find_name(const struct acpi_ivrs_header *unit, struct ivrs_search *search)
{
	const void *end = (const void *)unit + unit->length;
	const struct acpi_ivrs_device8a *start = NULL;
	const struct acpi_ivrs_de_header *device;
	const u16 bdf = search->name;

	for_each_ivrs_device(unit, end, device) {
		const struct acpi_ivrs_device8a *alias = (const void *)device;

		if (device->type == ACPI_IVRS_TYPE_ALIAS_SELECT && device->id == bdf)
			search->name = alias->used_id;
		if (device->type == ACPI_IVRS_TYPE_END && start &&
		    bdf >= start->header.id && bdf <= device->id)
			search->name = start->used_id;
		start = device->type == ACPI_IVRS_TYPE_ALIAS_START ? alias : NULL;
	}
}

/**
 * jh_ivrs_name() - by which number an IOMMU knows a function
 * @bdf: the function, in segment 0
 *
 * Context: may sleep.
 *
 * Return: the number, mostly @bdf.
 */
u16 jh_ivrs_name(u16 bdf)
{
	struct ivrs_search wanted = { .name = bdf };

	search(find_name, &wanted);
	return wanted.name;
}

static void find_ioapic(const struct acpi_ivrs_header *unit, struct ivrs_search *search)
{
	const void *end = (const void *)unit + unit->length;
	const struct acpi_ivrs_de_header *device;
	bool *found = search->arg;

	for_each_ivrs_device(unit, end, device) {
		const struct acpi_ivrs_device8c *special = (const void *)device;

		*found |= is_ioapic(device) && special->handle == search->name;
	}
}

static bool has_ioapic(u8 id)
{
	bool found = false;
	struct ivrs_search wanted = { .arg = &found, .name = id };

	search(find_ioapic, &wanted);
	return found;
}

/**
 * jh_ivrs_lacks_ioapic() - is there an I/O APIC whose number an IOMMU would not let pass?
 *
 * IVRS has to have each one that MADT has. Some firmware's has not, and Linux does not have an
 * IOMMU remap interrupts there.
 *
 * Context: may sleep.
 *
 * Return: its APIC id, or -1: there is none.
 */
int jh_ivrs_lacks_ioapic(void)
{
	const struct acpi_subtable_header *entry;
	struct acpi_table_header *madt;
	const void *end;
	int lacking = -1;

	if (ACPI_FAILURE(acpi_get_table(ACPI_SIG_MADT, 0, &madt)))
		return -1;
	end = (const void *)madt + madt->length;
	for_each_madt_entry(madt, end, entry) {
		const struct acpi_madt_io_apic *ioapic = (const void *)entry;

		if (entry->type == ACPI_MADT_TYPE_IO_APIC && (const void *)(ioapic + 1) <= end &&
		    !has_ioapic(ioapic->id))
			lacking = ioapic->id;
	}
	acpi_put_table(madt);
	return lacking;
}
