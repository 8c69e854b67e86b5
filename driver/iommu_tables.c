// SPDX-License-Identifier: GPL-2.0-only
/*
 * Are ACPI's tables of IOMMUs whole? Firmware wrote them, and has been seen to write them wrong.
 * Who reads them ends at an entry that does not fit. But a unit that stands behind it would not be
 * found then, and its devices would reach all memory; so if IOMMUs are to translate, tables with
 * such an entry are refused.
 */
#include "iommu_tables.h"
#include "iommu_reserved.h"
#include "reason.h"

#include <linux/acpi.h>
#include <linux/string.h>

/**
 * struct table_check - a table that is looked at
 * @start: where it begins
 * @end: and ends, as its header says
 * @why: receives what is wrong with it
 */
struct table_check {
	const void *start;
	const void *end;
	struct reason *why;
};

static int refuse_at(const struct table_check *check, const void *at, const char *what)
{
	const struct acpi_table_header *table = check->start;

	return jh_refuse(check->why, -EINVAL,
			 "ACPI's %.4s table is wrong at offset 0x%zx, %s: no IOMMU can be used (iommu_type 0 uses none)",
			 table->signature, (size_t)(at - check->start), what);
}

/* Some firmware leaves room behind the last entry, which is all zeros. */
static int check_rest(const struct table_check *check, const void *rest)
{
	if (rest > check->end || memchr_inv(rest, 0, check->end - rest))
		return refuse_at(check, rest, "an entry of another length than it says");
	return 0;
}

/*
 * Intel's
 */

static bool can_be_path(const struct acpi_dmar_device_scope *scope)
{
	const struct acpi_dmar_pci_path *path = (const void *)(scope + 1);
	const void *end = (const void *)scope + scope->length;

	for (; (const void *)path < end; path++)
		if (path->device > 31 || path->function > 7)
			return false;
	return true;
}

/* Each has a function at least, which is two bytes, as each bridge on the way to it. */
static int check_scopes(const struct table_check *check, const struct acpi_dmar_header *entry,
			size_t head)
{
	const void *end = (const void *)entry + entry->length;
	const struct acpi_dmar_device_scope *scope = (const void *)entry + head;

	for (; (const void *)scope != end; scope = (const void *)scope + scope->length) {
		if ((const void *)(scope + 1) > end || scope->length < sizeof(*scope) + 2 ||
		    (scope->length - sizeof(*scope)) % 2 ||
		    (const void *)scope + scope->length > end)
			return refuse_at(check, scope, "a device of another length than it says");
		if (!can_be_path(scope))
			return refuse_at(check, scope, "a device with a number that none has");
	}
	return 0;
}

static int check_dmar_entry(const struct table_check *check, const struct acpi_dmar_header *entry)
{
	const struct acpi_dmar_reserved_memory *reserved = (const void *)entry;
	const bool unit = entry->type == ACPI_DMAR_TYPE_HARDWARE_UNIT;
	const size_t head = unit ? sizeof(struct acpi_dmar_hardware_unit) : sizeof(*reserved);

	if (!unit && entry->type != ACPI_DMAR_TYPE_RESERVED_MEMORY)
		return 0;
	if (entry->length < head)
		return refuse_at(check, entry, "an entry that is too short");
	if (!unit && (reserved->base_address > reserved->end_address ||
		      reserved->end_address == U64_MAX))
		return refuse_at(check, entry, "memory that ends before it begins");
	return check_scopes(check, entry, head);
}

static int check_dmar(const struct table_check *check)
{
	const struct acpi_dmar_header *entry;
	int err = 0;

	for_each_dmar_entry(check->start, check->end, entry) {
		if ((const void *)entry + entry->length > check->end)
			break;
		err = check_dmar_entry(check, entry);
		if (err)
			return err;
	}
	return check_rest(check, entry);
}

/*
 * AMD's
 */

/** jh_ivrs_devices() - where the devices of @unit, an entry of an IVRS, begin */
const struct acpi_ivrs_de_header *jh_ivrs_devices(const struct acpi_ivrs_header *unit)
{
	return (const void *)unit +
	       (unit->type == ACPI_IVRS_TYPE_HARDWARE1 ? sizeof(struct acpi_ivrs_hardware_10) :
							 sizeof(struct acpi_ivrs_hardware_11));
}

/**
 * jh_ivrs_device_length() - how long an entry for devices of a unit is
 * @device: the entry, of which there is a byte at least
 * @end: nothing is read from here on
 *
 * The two highest bits of its type say it, but for one that names a device in text.
 */
size_t jh_ivrs_device_length(const struct acpi_ivrs_de_header *device, const void *end)
{
	const struct acpi_ivrs_device_hid *named = (const void *)device;

	if (device->type != ACPI_IVRS_TYPE_HID)
		return 4 << (device->type >> 6);
	return (const void *)(named + 1) <= end ? sizeof(*named) + named->uid_length :
						  sizeof(*named);
}

static int check_unit(const struct table_check *check, const struct acpi_ivrs_header *unit)
{
	const void *end = (const void *)unit + unit->length;
	const struct acpi_ivrs_de_header *device = jh_ivrs_devices(unit);

	if ((const void *)device > end)
		return refuse_at(check, unit, "an entry that is too short");
	for (; (const void *)device != end;
	     device = (const void *)device + jh_ivrs_device_length(device, end))
		if ((const void *)device + jh_ivrs_device_length(device, end) > end)
			return refuse_at(check, device, "a device of another length than it says");
	return 0;
}

static int check_memory(const struct table_check *check, const struct acpi_ivrs_memory *memory)
{
	if (memory->header.length < sizeof(*memory))
		return refuse_at(check, memory, "an entry that is too short");
	if (memory->start_address + memory->memory_length < memory->start_address ||
	    (memory->header.type == ACPI_IVRS_TYPE_MEMORY3 &&
	     memory->aux_data < memory->header.device_id))
		return refuse_at(check, memory, "memory, or devices, that end before they begin");
	return 0;
}

static int check_ivrs(const struct table_check *check)
{
	const struct acpi_ivrs_header *entry;
	int err = 0;

	for_each_ivrs_entry(check->start, check->end, entry) {
		if ((const void *)entry + entry->length > check->end)
			break;
		if (is_ivrs_unit(entry))
			err = check_unit(check, entry);
		if (is_ivrs_memory(entry))
			err = check_memory(check, (const void *)entry);
		if (err)
			return err;
	}
	return check_rest(check, entry);
}

static int check_table(char *signature, int (*each)(const struct table_check *check),
		       struct reason *why)
{
	struct acpi_table_header *table;
	struct table_check check;
	int err;

	if (ACPI_FAILURE(acpi_get_table(signature, 0, &table)))
		return 0;
	check = (struct table_check){ table, (const void *)table + table->length, why };
	err = each(&check);
	acpi_put_table(table);
	return err;
}

/**
 * jh_check_iommu_tables() - are ACPI's tables of IOMMUs whole?
 * @why: receives what is not
 *
 * Return: 0, also where there are none; -EINVAL.
 */
int jh_check_iommu_tables(struct reason *why)
{
	return check_table(ACPI_SIG_DMAR, check_dmar, why) ?:
	       check_table(ACPI_SIG_IVRS, check_ivrs, why);
}
