/* SPDX-License-Identifier: GPL-2.0-only */
/* Memory that firmware has its devices use, and ACPI's tables of IOMMUs, where that stands. */
#ifndef _JH_IOMMU_RESERVED_H
#define _JH_IOMMU_RESERVED_H

#include <linux/acpi.h>
#include <linux/bits.h>

struct jailhouse_cell_desc;
struct jailhouse_system;
struct reason;

/* Iterates @entry over what a DMAR lists, up to what does not fit in it. */
#define for_each_dmar_entry(table, end, entry)						\
	for ((entry) = (const void *)(table) + sizeof(struct acpi_table_dmar);		\
	     (const void *)((entry) + 1) <= (end) && (entry)->length >= sizeof(*(entry)); \
	     (entry) = (const void *)(entry) + (entry)->length)

/* Iterates @scope over the devices of such an entry, likewise. */
#define for_each_dmar_scope(first, end, scope)						\
	for ((scope) = (const void *)(first);						\
	     (const void *)((scope) + 1) <= (end) && (scope)->length >= sizeof(*(scope)) && \
	     (const void *)(scope) + (scope)->length <= (end);				\
	     (scope) = (const void *)(scope) + (scope)->length)

/* Likewise of an IVRS. */
#define for_each_ivrs_entry(table, end, entry)						\
	for ((entry) = (const void *)(table) + sizeof(struct acpi_table_ivrs);		\
	     (const void *)((entry) + 1) <= (end) && (entry)->length >= sizeof(*(entry)); \
	     (entry) = (const void *)(entry) + (entry)->length)

/* Iterates @device over the devices of such a unit. */
#define for_each_ivrs_device(unit, end, device)						\
	for ((device) = jh_ivrs_devices(unit); (const void *)((device) + 1) <= (end) &&	\
	     (const void *)(device) + jh_ivrs_device_length(device, end) <= (end);	\
	     (device) = (const void *)(device) + jh_ivrs_device_length(device, end))

/** is_ivrs_unit() - does @entry of an IVRS name a unit (IVHD)? */
static inline bool is_ivrs_unit(const struct acpi_ivrs_header *entry)
{
	return entry->type == ACPI_IVRS_TYPE_HARDWARE1 || entry->type == ACPI_IVRS_TYPE_HARDWARE2 ||
	       entry->type == ACPI_IVRS_TYPE_HARDWARE3;
}

/** is_ivrs_memory() - does @entry of an IVRS name memory (IVMD)? */
static inline bool is_ivrs_memory(const struct acpi_ivrs_header *entry)
{
	return entry->type == ACPI_IVRS_TYPE_MEMORY1 || entry->type == ACPI_IVRS_TYPE_MEMORY2 ||
	       entry->type == ACPI_IVRS_TYPE_MEMORY3;
}

/* What firmware says has to be let through (48882, 5.2.2.2): INIT, ExtINT, NMI, LINT0, LINT1. */
#define IVRS_PASS	(BIT(0) | BIT(1) | BIT(2) | BIT(6) | BIT(7))

/**
 * is_ivrs_let_through() - has an IOMMU to let such interrupts of the device @entry names pass?
 *
 * What is meant is a chip; a range, or all devices, are not.
 */
static inline bool is_ivrs_let_through(const struct acpi_ivrs_de_header *entry)
{
	return (entry->type == ACPI_IVRS_TYPE_SELECT ||
		entry->type == ACPI_IVRS_TYPE_ALIAS_SELECT ||
		entry->type == ACPI_IVRS_TYPE_EXT_SELECT) && entry->data_setting & IVRS_PASS;
}

u32 jh_dmar_function(const struct acpi_dmar_device_scope *scope);
int jh_check_reserved_root(const struct jailhouse_cell_desc *root, struct reason *why);
int jh_check_iommu_cell(const struct jailhouse_system *system,
			const struct jailhouse_cell_desc *cell, struct reason *why);

#endif
