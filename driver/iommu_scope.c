// SPDX-License-Identifier: GPL-2.0-only
/*
 * Is there an IOMMU between a function and memory? ACPI's tables say of each unit which functions
 * it is for. What does not stand there is not translated: a cell with such a function would reach
 * all memory, as without an IOMMU.
 */
#include "iommu_scope.h"
#include "iommu_reserved.h"
#include "iommu_tables.h"
#include "reason.h"

#include <linux/acpi.h>
#include <linux/pci.h>

#include <jailhouse/console.h>
#include <jailhouse/cell_config.h>
#include <config_check.h>

/* Behind a bridge that is named, all are meant. */
static bool is_behind(u32 bridge_bdf, u16 bdf)
{
	struct pci_dev *bridge = pci_get_domain_bus_and_slot(0, bridge_bdf >> 8, bridge_bdf & 0xff);
	const struct pci_bus *bus = bridge ? bridge->subordinate : NULL;
	const bool behind = bus && bdf >> 8 >= bus->number && bdf >> 8 <= bus->busn_res.end;

	pci_dev_put(bridge);
	return behind;
}

static bool is_meant(const struct acpi_dmar_device_scope *scope, u16 bdf)
{
	const u32 named = jh_dmar_function(scope);

	if (named == ~0U)
		return false;
	if (scope->entry_type == ACPI_DMAR_SCOPE_TYPE_BRIDGE)
		return named == bdf || is_behind(named, bdf);
	return scope->entry_type == ACPI_DMAR_SCOPE_TYPE_ENDPOINT && named == bdf;
}

static bool dmar_unit_has(const struct acpi_dmar_hardware_unit *unit, u16 bdf)
{
	const void *end = (const void *)unit + unit->header.length;
	const struct acpi_dmar_device_scope *scope;

	if (unit->flags & ACPI_DMAR_INCLUDE_ALL)
		return true;
	for_each_dmar_scope(unit + 1, end, scope)
		if (is_meant(scope, bdf))
			return true;
	return false;
}

static bool dmar_has(const struct acpi_table_header *table, u16 bdf)
{
	const void *end = (const void *)table + table->length;
	const struct acpi_dmar_header *entry;

	for_each_dmar_entry(table, end, entry)
		if (entry->type == ACPI_DMAR_TYPE_HARDWARE_UNIT &&
		    entry->length >= sizeof(struct acpi_dmar_hardware_unit) &&
		    (const void *)entry + entry->length <= end &&
		    dmar_unit_has((const void *)entry, bdf))
			return true;
	return false;
}

/* One, all, or those from one entry to the next one. */
static bool ivrs_unit_has(const struct acpi_ivrs_header *unit, u16 bdf)
{
	const void *end = (const void *)unit + unit->length;
	const struct acpi_ivrs_de_header *device;
	u32 first = ~0U;

	for_each_ivrs_device(unit, end, device) {
		switch (device->type) {
		case ACPI_IVRS_TYPE_ALL:
			return true;
		case ACPI_IVRS_TYPE_SELECT:
		case ACPI_IVRS_TYPE_ALIAS_SELECT:
		case ACPI_IVRS_TYPE_EXT_SELECT:
			if (device->id == bdf)
				return true;
			break;
		case ACPI_IVRS_TYPE_START:
		case ACPI_IVRS_TYPE_ALIAS_START:
		case ACPI_IVRS_TYPE_EXT_START:
			first = device->id;
			break;
		case ACPI_IVRS_TYPE_END:
			if (bdf >= first && bdf <= device->id)
				return true;
			first = ~0U;
		}
	}
	return false;
}

static bool ivrs_has(const struct acpi_table_header *table, u16 bdf)
{
	const void *end = (const void *)table + table->length;
	const struct acpi_ivrs_header *entry;

	for_each_ivrs_entry(table, end, entry)
		if (is_ivrs_unit(entry) && (const void *)entry + entry->length <= end &&
		    ivrs_unit_has(entry, bdf))
			return true;
	return false;
}

static bool is_in(char *signature, bool (*has)(const struct acpi_table_header *table, u16 bdf),
		  u16 bdf)
{
	struct acpi_table_header *table;
	bool found;

	if (ACPI_FAILURE(acpi_get_table(signature, 0, &table)))
		return false;
	found = has(table, bdf);
	acpi_put_table(table);
	return found;
}

/**
 * jh_iommu_has() - is there a unit for a function, as ACPI's DMAR or IVRS table has it?
 * @type: JAILHOUSE_IOMMU_*
 * @bdf: the function, in segment 0
 * @physical: the same, or of a virtual function (SR-IOV) the physical one: a DMAR names that, and
 *	means both (VT-d 3.3, 8.3)
 *
 * Context: may sleep.
 */
bool jh_iommu_has(u8 type, u16 bdf, u16 physical)
{
	return type == JAILHOUSE_IOMMU_AMD ? is_in(ACPI_SIG_IVRS, ivrs_has, bdf) :
					     is_in(ACPI_SIG_DMAR, dmar_has, physical);
}

/**
 * jh_check_iommu_scope() - is there a unit for each function that a cell wants?
 * @system: the system configuration
 * @cell: that of the cell
 * @why: receives the reason
 *
 * Return: 0, also if no IOMMU translates; or -EOPNOTSUPP.
 */
int jh_check_iommu_scope(const struct jailhouse_system *system,
			 const struct jailhouse_cell_desc *cell, struct reason *why)
{
	const struct jailhouse_pci_device *dev = config_pci(cell);
	const u8 type = system->platform_info.iommu_type;
	unsigned int n;

	for (n = 0; type && n < cell->num_pci_devices; n++, dev++)
		if (!jh_iommu_has(type, dev->bdf,
				  config_is_virtual(dev) ? dev->physical : dev->bdf))
			return jh_refuse(why, -EOPNOTSUPP,
					 "PCI device %02x:%02x.%x is behind no IOMMU, as ACPI's DMAR or IVRS has it: it would reach all memory",
					 dev->bdf >> 8, dev->bdf >> 3 & 31, dev->bdf & 7);
	return 0;
}
