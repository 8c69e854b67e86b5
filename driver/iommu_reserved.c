// SPDX-License-Identifier: GPL-2.0-only
/*
 * Devices that firmware has doing DMA to memory of its own, an emulated keyboard for instance, or
 * graphics: with IOMMUs that translate they would stop, unless the root cell's devices reach that
 * memory. ACPI's tables name both (RMRR in a DMAR, IVMD in an IVRS). And an IVRS names functions
 * whose requests have the number of another one.
 *
 * I/O APICs, HPETs, and devices that ACPI alone describes are no functions, but send interrupts,
 * or do DMA, in the name of one, which need not be there: a function of a cell that has that name
 * would have their interrupts, too, and they would reach what it does.
 */
#include "iommu_reserved.h"
#include "iommu_tables.h"
#include "reason.h"

#include <linux/minmax.h>
#include <linux/pci.h>

#include <jailhouse/console.h>
#include <jailhouse/cell_config.h>
#include <config_check.h>

/**
 * struct reserved_check - what firmware's devices use, beside a configuration
 * @root: the root cell: they have to reach it; or NULL
 * @cell: a new cell: it can have neither it nor them; or NULL
 * @why: receives the reason
 */
struct reserved_check {
	const struct jailhouse_cell_desc *root;
	const struct jailhouse_cell_desc *cell;
	struct reason *why;
};

/* Where the root cell's memory that devices reach ends, which begins at @start or before. */
static u64 reached_from(const struct jailhouse_cell_desc *root, u64 start)
{
	const struct jailhouse_memory *mem = config_mem_regions(root);
	const u64 wanted = JAILHOUSE_MEM_DMA | JAILHOUSE_MEM_READ | JAILHOUSE_MEM_WRITE;
	unsigned int n;

	for (n = 0; n < root->num_memory_regions; n++, mem++)
		if ((mem->flags & wanted) == wanted && start >= mem->phys_start &&
		    start - mem->phys_start < mem->size)
			return mem->phys_start + mem->size;
	return start;
}

static int check_reached(const struct reserved_check *check, u64 start, u64 end)
{
	u64 at, next;

	for (at = start; at < end; at = next) {
		next = reached_from(check->root, at);
		if (next == at)
			return jh_refuse(check->why, -EINVAL,
					 "config: a device that firmware uses needs DMA to 0x%llx-0x%llx (ACPI's RMRR or IVMD), and the root cell has no region with the flag DMA at 0x%llx",
					 start, end, at);
	}
	return 0;
}

static int check_not_taken(const struct reserved_check *check, u64 start, u64 end)
{
	const struct jailhouse_memory *mem = config_mem_regions(check->cell);
	unsigned int n;

	for (n = 0; n < check->cell->num_memory_regions; n++, mem++)
		if (!(mem->flags & JAILHOUSE_MEM_COMM_REGION) &&
		    max(mem->phys_start, start) < min(mem->phys_start + mem->size, end))
			return jh_refuse(check->why, -EBUSY,
					 "memory region %u (0x%llx-0x%llx) has memory that a device of firmware's uses (ACPI's RMRR or IVMD, 0x%llx-0x%llx)",
					 n, mem->phys_start, mem->phys_start + mem->size, start,
					 end);
	return 0;
}

/** jh_dmar_function() - which function a path of bridges ends at; ~0 if there is none */
u32 jh_dmar_function(const struct acpi_dmar_device_scope *scope)
{
	const struct acpi_dmar_pci_path *path = (const void *)(scope + 1);
	unsigned int hops = (scope->length - sizeof(*scope)) / sizeof(*path), bus = scope->bus;
	struct pci_dev *bridge;

	if (!hops)
		return ~0U;
	for (; --hops; path++) {
		bridge = pci_get_domain_bus_and_slot(0, bus, PCI_DEVFN(path->device,
								       path->function));
		if (!bridge || !bridge->subordinate) {
			pci_dev_put(bridge);
			return ~0U;
		}
		bus = bridge->subordinate->number;
		pci_dev_put(bridge);
	}
	return bus << 8 | PCI_DEVFN(path->device, path->function);
}

static int refuse_device(const struct reserved_check *check, u32 bdf, u64 start, u64 end)
{
	return jh_refuse(check->why, -EBUSY,
			 "PCI device %02x:%02x.%x is one that firmware uses (ACPI's RMRR or IVMD, 0x%llx-0x%llx)",
			 bdf >> 8, bdf >> 3 & 31, bdf & 7, start, end);
}

static int refuse_chip(const struct reserved_check *check, u32 bdf)
{
	return jh_refuse(check->why, -EBUSY,
			 "PCI device %02x:%02x.%x is to an IOMMU what an I/O APIC, a HPET or a device without PCI is (ACPI's DMAR or IVRS), and what they do would be its doing",
			 bdf >> 8, bdf >> 3 & 31, bdf & 7);
}

static bool is_chip(const struct acpi_dmar_device_scope *scope)
{
	return scope->entry_type == ACPI_DMAR_SCOPE_TYPE_IOAPIC ||
	       scope->entry_type == ACPI_DMAR_SCOPE_TYPE_HPET ||
	       scope->entry_type == ACPI_DMAR_SCOPE_TYPE_NAMESPACE;
}

/* Return: a function of the cell's that is among those from @first on, up to @end; ~0: none. */
static u32 find_in(const struct reserved_check *check, const void *end, u16 segment,
		   const void *first, bool chips)
{
	const struct acpi_dmar_device_scope *scope;
	u32 bdf;

	for_each_dmar_scope(first, end, scope) {
		if (chips && !is_chip(scope))
			continue;
		bdf = jh_dmar_function(scope);
		if (bdf != ~0U && config_find_device(check->cell, check->cell->num_pci_devices,
						     segment, bdf))
			return bdf;
	}
	return ~0U;
}

static int check_devices(const struct reserved_check *check,
			 const struct acpi_dmar_reserved_memory *reserved)
{
	const u32 bdf = find_in(check, (const void *)reserved + reserved->header.length,
				reserved->segment, (const void *)(reserved + 1), false);

	return bdf == ~0U ? 0 : refuse_device(check, bdf, reserved->base_address,
					      reserved->end_address + 1);
}

static int check_chips(const struct reserved_check *check,
		       const struct acpi_dmar_hardware_unit *unit)
{
	const u32 bdf = find_in(check, (const void *)unit + unit->header.length, unit->segment,
				(const void *)(unit + 1), true);

	return bdf == ~0U ? 0 : refuse_chip(check, bdf);
}

static int check_rmrr(const struct reserved_check *check,
		      const struct acpi_dmar_reserved_memory *reserved)
{
	const u64 after = reserved->end_address + 1;

	if (check->root)
		return check_reached(check, reserved->base_address, after);
	return check_not_taken(check, reserved->base_address, after) ?:
	       check_devices(check, reserved);
}

static int check_dmar(const struct acpi_table_header *table, const struct reserved_check *check)
{
	const void *end = (const void *)table + table->length;
	const struct acpi_dmar_header *entry;
	int err = 0;

	for_each_dmar_entry(table, end, entry) {
		if ((const void *)entry + entry->length > end)
			break;
		if (entry->type == ACPI_DMAR_TYPE_RESERVED_MEMORY &&
		    entry->length >= sizeof(struct acpi_dmar_reserved_memory))
			err = check_rmrr(check, (const void *)entry);
		if (entry->type == ACPI_DMAR_TYPE_HARDWARE_UNIT && check->cell &&
		    entry->length >= sizeof(struct acpi_dmar_hardware_unit))
			err = check_chips(check, (const void *)entry);
		if (err)
			return err;
	}
	return 0;
}

/* Requests of functions @first to @last are made in the name of @name. */
static int check_alias(const struct reserved_check *check, u16 first, u16 last, u16 name)
{
	const struct jailhouse_pci_device *dev = config_pci(check->cell);
	unsigned int n;

	if (first == name && last == name)
		return 0;
	for (n = 0; n < check->cell->num_pci_devices; n++, dev++)
		if ((dev->bdf >= first && dev->bdf <= last) || dev->bdf == name)
			return jh_refuse(check->why, -EBUSY,
					 "PCI device %02x:%02x.%x makes requests in the name of another function, or that in its name (ACPI's IVRS): an IOMMU would not know them",
					 dev->bdf >> 8, dev->bdf >> 3 & 31, dev->bdf & 7);
	return 0;
}

/* Return: as which function what is none makes its requests; ~0 if @device names no such thing. */
static u32 chip_of(const struct acpi_ivrs_de_header *device)
{
	const struct acpi_ivrs_device8c *special = (const void *)device;

	if (device->type == ACPI_IVRS_TYPE_HID)
		return device->id;
	return device->type == ACPI_IVRS_TYPE_SPECIAL ? special->used_id : ~0U;
}

static int check_chip(const struct reserved_check *check, u32 bdf)
{
	return bdf != ~0U && config_find_device(check->cell, check->cell->num_pci_devices, 0, bdf) ?
		refuse_chip(check, bdf) : 0;
}

/* For a cell's function none would pass, and the machine may count on them. */
static int check_let_through(const struct reserved_check *check,
			     const struct acpi_ivrs_de_header *device)
{
	const u16 bdf = device->id;

	if (!is_ivrs_let_through(device) ||
	    !config_find_device(check->cell, check->cell->num_pci_devices, 0, bdf))
		return 0;
	return jh_refuse(check->why, -EBUSY,
			 "PCI device %02x:%02x.%x is one whose NMI, INIT or ExtINT an IOMMU has to let through (ACPI's IVRS), which it does for Linux alone",
			 bdf >> 8, bdf >> 3 & 31, bdf & 7);
}

/* The entry that begins a range is followed by the one that ends it. */
static int check_entries(const struct acpi_ivrs_header *unit, const struct reserved_check *check)
{
	const void *end = (const void *)unit + unit->length;
	const struct acpi_ivrs_device8a *start = NULL;
	const struct acpi_ivrs_de_header *device;
	int err = 0;

	for_each_ivrs_device(unit, end, device) {
		const struct acpi_ivrs_device8a *alias = (const void *)device;

		if (device->type == ACPI_IVRS_TYPE_ALIAS_SELECT)
			err = check_alias(check, device->id, device->id, alias->used_id);
		if (device->type == ACPI_IVRS_TYPE_END && start)
			err = check_alias(check, start->header.id, device->id, start->used_id);
		err = err ?: check_chip(check, chip_of(device)) ?:
		      check_let_through(check, device);
		if (err)
			break;
		start = device->type == ACPI_IVRS_TYPE_ALIAS_START ? alias : NULL;
	}
	return err;
}

/* All devices, one, or those from one to another one: a range of their numbers. */
static int check_numbers(const struct reserved_check *check, const struct acpi_ivrs_memory *memory)
{
	const struct jailhouse_pci_device *dev = config_pci(check->cell);
	const bool all = memory->header.type == ACPI_IVRS_TYPE_MEMORY1;
	const u16 first = all ? 0 : memory->header.device_id;
	const u16 last = all ? U16_MAX : memory->header.type == ACPI_IVRS_TYPE_MEMORY2 ? first :
			 memory->aux_data;
	unsigned int n;

	for (n = 0; n < check->cell->num_pci_devices; n++, dev++)
		if (dev->bdf >= first && dev->bdf <= last)
			return refuse_device(check, dev->bdf, memory->start_address,
					     memory->start_address + memory->memory_length);
	return 0;
}

static int check_memory(const struct acpi_ivrs_memory *memory, const struct reserved_check *check)
{
	const u64 start = memory->start_address, end = start + memory->memory_length;

	if (check->root)
		return check_reached(check, start, end);
	return check_not_taken(check, start, end) ?: check_numbers(check, memory);
}

/* Functions of the root cell's may have each other's names. */
static int check_ivrs(const struct acpi_table_header *table, const struct reserved_check *check)
{
	const void *end = (const void *)table + table->length;
	const struct acpi_ivrs_header *entry;
	int err = 0;

	for_each_ivrs_entry(table, end, entry) {
		const struct acpi_ivrs_memory *memory = (const void *)entry;

		if ((const void *)entry + entry->length > end)
			break;
		if (is_ivrs_unit(entry) && check->cell)
			err = check_entries(entry, check);
		if (is_ivrs_memory(entry) && entry->length >= sizeof(*memory))
			err = check_memory(memory, check);
		if (err)
			return err;
	}
	return 0;
}

static int check_table(char *signature,
		       int (*each)(const struct acpi_table_header *table,
				   const struct reserved_check *check),
		       const struct reserved_check *check)
{
	struct acpi_table_header *table;
	int err;

	if (ACPI_FAILURE(acpi_get_table(signature, 0, &table)))
		return 0;
	err = each(table, check);
	acpi_put_table(table);
	return err;
}

static int check_all(const struct reserved_check *check)
{
	return check_table(ACPI_SIG_DMAR, check_dmar, check) ?:
	       check_table(ACPI_SIG_IVRS, check_ivrs, check);
}

/**
 * jh_check_reserved_root() - do devices of firmware's reach what they need?
 * @root: the root cell's configuration, with IOMMUs that translate
 * @why: receives the reason
 *
 * Return: 0 or -EINVAL.
 */
int jh_check_reserved_root(const struct jailhouse_cell_desc *root, struct reason *why)
{
	const struct reserved_check check = { .root = root, .why = why };

	return check_all(&check);
}

/**
 * jh_check_iommu_cell() - does a cell want what devices of firmware's need?
 * @system: the system configuration
 * @cell: that of the cell
 * @why: receives the reason
 *
 * Return: 0, also if no IOMMU translates; or -EBUSY.
 */
int jh_check_iommu_cell(const struct jailhouse_system *system,
			const struct jailhouse_cell_desc *cell, struct reason *why)
{
	const struct reserved_check check = { .cell = cell, .why = why };

	return system->platform_info.iommu_type ? check_all(&check) : 0;
}
