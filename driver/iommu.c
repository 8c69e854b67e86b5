// SPDX-License-Identifier: GPL-2.0-only
/*
 * Is an IOMMU active? It would translate with tables that know nothing of cells. Whether
 * there is one, and where, stands in ACPI tables of its vendor; whether it is active, in its
 * registers. A unit that does not answer reads as ones, which is active.
 *
 * One that is not active can be the hypervisor's, if the configuration wants it.
 */
#include "iommu.h"
#include "reason.h"

#include <linux/acpi.h>
#include <linux/io.h>
#include <linux/minmax.h>
#include <linux/mm.h>
#include <linux/pci.h>
#include <linux/pfn.h>
#include <asm/processor.h>

#include <jailhouse/console.h>
#include <jailhouse/cell_config.h>
#include <jailhouse/image_header.h>
#include <config_check.h>

/* Global status register of a DMA remapping unit (VT-d specification 11.4.4.2). */
#define DMAR_GSTS		0x1c
#define DMAR_GSTS_TRANSLATION	BIT(31)
#define DMAR_GSTS_INTERRUPTS	BIT(25)

/*
 * Control register of an AMD IOMMU (48882, 3.4.2). There is no other bit for interrupts: they
 * are remapped, or not, for each device, while the unit is enabled.
 */
#define AMDVI_CONTROL		0x18
#define AMDVI_CONTROL_ENABLE	BIT(0)

/* What ACPI's tables say may be wrong, and Linux warns of who maps RAM, or no address at all. */
static bool can_be_registers(u64 base)
{
	return base && !(base >> boot_cpu_data.x86_phys_bits) && !page_is_ram(PHYS_PFN(base));
}

static int read_register(u64 base, unsigned int offset, u32 *value, struct reason *why)
{
	void __iomem *registers;

	if (!can_be_registers(base))
		return jh_refuse(why, -EINVAL,
				 "ACPI's tables have an IOMMU at 0x%llx, where there is none: switch it off in the firmware's setup",
				 base);
	registers = ioremap(base, PAGE_SIZE);
	if (!registers)
		return jh_refuse(why, -ENOMEM, "the IOMMU at 0x%llx cannot be mapped", base);
	*value = readl(registers + offset);
	iounmap(registers);
	return 0;
}

static int check_vtd_unit(u64 base, struct reason *why)
{
	u32 status;
	int err;

	err = read_register(base, DMAR_GSTS, &status, why);
	if (err)
		return err;
	if (status & DMAR_GSTS_TRANSLATION)
		return jh_refuse(why, -EOPNOTSUPP,
				 "the IOMMU at 0x%llx is active (boot with intel_iommu=off)",
				 base);
	return 0;
}

/* The hypervisor can take it over, but only if it may use it. */
static int check_unused(u64 base, struct reason *why)
{
	u32 status;
	int err;

	err = read_register(base, DMAR_GSTS, &status, why);
	if (!err && status & DMAR_GSTS_INTERRUPTS)
		err = jh_refuse(why, -EOPNOTSUPP,
				"the IOMMU at 0x%llx remaps interrupts (boot with intremap=off, or have iommu_type 1)",
				base);
	return err;
}

static int check_amdvi_unit(u64 base, struct reason *why)
{
	u32 control;
	int err;

	err = read_register(base, AMDVI_CONTROL, &control, why);
	if (err)
		return err;
	if (control & AMDVI_CONTROL_ENABLE)
		return jh_refuse(why, -EOPNOTSUPP,
				 "the IOMMU at 0x%llx is active (boot with amd_iommu=off)", base);
	return 0;
}

/*
 * What ACPI's tables list
 */

static void found(struct iommu_list *list, u64 base, u16 segment, bool amd)
{
	if (list->count < IOMMU_LIST_MAX)
		list->units[list->count++] = (struct iommu_unit){
			.base = base, .segment = segment, .amd = amd,
		};
}

/* A range that ends before it begins is none. */
static void found_reserved(struct iommu_list *list, u64 first, u64 last)
{
	if (first <= last && last != U64_MAX && list->num_reserved < RESERVED_LIST_MAX)
		list->reserved[list->num_reserved++] = (struct iommu_reserved){
			.start = first, .end = last + 1,
		};
}

/* Iterates @entry over what a DMAR lists, up to what does not fit in it. */
#define for_each_dmar_entry(table, end, entry)						\
	for ((entry) = (const void *)(table) + sizeof(struct acpi_table_dmar);		\
	     (const void *)((entry) + 1) <= (end) && (entry)->length >= sizeof(*(entry)); \
	     (entry) = (const void *)(entry) + (entry)->length)

static void list_dmar(const struct acpi_table_header *table, struct iommu_list *list)
{
	const void *end = (const void *)table + table->length;
	const struct acpi_dmar_header *entry;

	for_each_dmar_entry(table, end, entry) {
		const struct acpi_dmar_hardware_unit *unit = (const void *)entry;
		const struct acpi_dmar_reserved_memory *reserved = (const void *)entry;

		if (entry->type == ACPI_DMAR_TYPE_HARDWARE_UNIT && (const void *)(unit + 1) <= end)
			found(list, unit->address, unit->segment, false);
		if (entry->type == ACPI_DMAR_TYPE_RESERVED_MEMORY &&
		    (const void *)(reserved + 1) <= end)
			found_reserved(list, reserved->base_address, reserved->end_address);
	}
}

static bool is_known(const struct iommu_list *list, u64 base)
{
	unsigned int n;

	for (n = 0; n < list->count; n++)
		if (list->units[n].base == base)
			return true;
	return false;
}

static bool is_amdvi_unit(u8 type)
{
	return type == ACPI_IVRS_TYPE_HARDWARE1 || type == ACPI_IVRS_TYPE_HARDWARE2 ||
	       type == ACPI_IVRS_TYPE_HARDWARE3;
}

/* A unit may be described several times, for older and newer kernels. */
static void list_ivrs(const struct acpi_table_header *table, struct iommu_list *list)
{
	const void *end = (const void *)table + table->length;
	const struct acpi_ivrs_header *entry;

	for (entry = (const void *)table + sizeof(struct acpi_table_ivrs);
	     (const void *)(entry + 1) <= end && entry->length >= sizeof(*entry);
	     entry = (const void *)entry + entry->length) {
		const struct acpi_ivrs_hardware_10 *unit = (const void *)entry;

		if (is_amdvi_unit(entry->type) && (const void *)(unit + 1) <= end &&
		    !is_known(list, unit->base_address))
			found(list, unit->base_address, unit->pci_segment_group, true);
	}
}

static void list_table(char *signature,
		       void (*each)(const struct acpi_table_header *table,
				    struct iommu_list *list),
		       struct iommu_list *list)
{
	struct acpi_table_header *table;

	if (ACPI_FAILURE(acpi_get_table(signature, 0, &table)))
		return;
	each(table, list);
	acpi_put_table(table);
}

/** jh_iommu_list() - what ACPI's tables say of IOMMUs, into @list. */
void jh_iommu_list(struct iommu_list *list)
{
	list->count = 0;
	list->num_reserved = 0;
	list_table(ACPI_SIG_DMAR, list_dmar, list);
	list_table(ACPI_SIG_IVRS, list_ivrs, list);
}

/**
 * jh_check_iommu() - is no IOMMU active?
 * @why: receives the reason
 *
 * One that remaps interrupts alone is not: see jh_check_iommu_config().
 *
 * Return: 0, -EOPNOTSUPP for one that is, -EINVAL for one that cannot be, -ENOMEM.
 */
int jh_check_iommu(struct reason *why)
{
	struct iommu_list list;
	unsigned int n;
	int err = 0;

	jh_iommu_list(&list);
	for (n = 0; !err && n < list.count; n++)
		err = list.units[n].amd ? check_amdvi_unit(list.units[n].base, why) :
					  check_vtd_unit(list.units[n].base, why);
	return err;
}

/*
 * A configuration that has IOMMUs translate. A device behind one that it does not list would
 * reach all memory; and there are devices that firmware has doing DMA to memory of its own
 * (RMRR), an emulated keyboard for instance, or graphics, which would stop.
 */

static bool lists(const struct jailhouse_platform_info *info, u64 base)
{
	unsigned int n;

	for (n = 0; n < JAILHOUSE_MAX_IOMMU_UNITS; n++)
		if (info->iommu_units[n].base == base)
			return true;
	return false;
}

static int check_listed(const struct jailhouse_platform_info *info, const struct iommu_unit *unit,
			struct reason *why)
{
	if (!info->iommu_type)
		return unit->amd ? 0 : check_unused(unit->base, why);
	if (unit->amd)
		return jh_refuse(why, -EOPNOTSUPP,
				 "config: iommu_type is Intel's, the IOMMU at 0x%llx is AMD's (0 uses none)",
				 unit->base);
	if (unit->segment)
		return jh_refuse(why, -EOPNOTSUPP,
				 "config: the IOMMU at 0x%llx is for PCI segment %u, and only segment 0 is translated (iommu_type 0 uses none)",
				 unit->base, unit->segment);
	if (!lists(info, unit->base))
		return jh_refuse(why, -EINVAL,
				 "config: iommu_units lacks the IOMMU at 0x%llx, devices behind it would reach all memory",
				 unit->base);
	return 0;
}

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
					 "config: a device that firmware uses needs DMA to 0x%llx-0x%llx (ACPI's RMRR), and the root cell has no region with the flag DMA at 0x%llx",
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
					 "memory region %u (0x%llx-0x%llx) has memory that a device of firmware's uses (ACPI's RMRR, 0x%llx-0x%llx)",
					 n, mem->phys_start, mem->phys_start + mem->size, start,
					 end);
	return 0;
}

/* Which function a path of bridges ends at: ~0 if there is none. */
static u32 end_of_path(const struct acpi_dmar_device_scope *scope)
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

static int check_devices(const struct reserved_check *check,
			 const struct acpi_dmar_reserved_memory *reserved)
{
	const void *end = (const void *)reserved + reserved->header.length;
	const struct acpi_dmar_device_scope *scope = (const void *)(reserved + 1);
	u32 bdf;

	for (; (const void *)(scope + 1) <= end && scope->length >= sizeof(*scope) &&
	     (const void *)scope + scope->length <= end;
	     scope = (const void *)scope + scope->length) {
		bdf = end_of_path(scope);
		if (bdf != ~0U && config_find_device(check->cell, check->cell->num_pci_devices,
						     reserved->segment, bdf))
			return jh_refuse(check->why, -EBUSY,
					 "PCI device %02x:%02x.%x is one that firmware uses (ACPI's RMRR, 0x%llx-0x%llx)",
					 bdf >> 8, bdf >> 3 & 31, bdf & 7, reserved->base_address,
					 reserved->end_address + 1);
	}
	return 0;
}

static int check_reserved(const struct acpi_table_header *table,
			  const struct reserved_check *check)
{
	const void *end = (const void *)table + table->length;
	const struct acpi_dmar_header *entry;
	int err = 0;

	for_each_dmar_entry(table, end, entry) {
		const struct acpi_dmar_reserved_memory *reserved = (const void *)entry;
		const u64 after = reserved->end_address + 1;

		if (entry->type != ACPI_DMAR_TYPE_RESERVED_MEMORY ||
		    entry->length < sizeof(*reserved) ||
		    (const void *)entry + entry->length > end)
			continue;
		if (check->root)
			err = check_reached(check, reserved->base_address, after);
		else
			err = check_not_taken(check, reserved->base_address, after) ?:
			      check_devices(check, reserved);
		if (err)
			return err;
	}
	return 0;
}

static int check_all_reserved(const struct reserved_check *check)
{
	struct acpi_table_header *table;
	int err;

	if (ACPI_FAILURE(acpi_get_table(ACPI_SIG_DMAR, 0, &table)))
		return 0;
	err = check_reserved(table, check);
	acpi_put_table(table);
	return err;
}

/**
 * jh_check_iommu_config() - can IOMMUs translate as a system configuration has it?
 * @system: the configuration
 * @why: receives the reason
 *
 * Return: 0, also if none is to; -EINVAL for one that is not listed, or for memory that a device
 * of firmware's would not reach; -EOPNOTSUPP for one that cannot be used, or that Linux uses.
 */
int jh_check_iommu_config(const struct jailhouse_system *system, struct reason *why)
{
	const struct reserved_check check = { .root = &system->root_cell, .why = why };
	struct iommu_list list;
	unsigned int n;
	int err = 0;

	jh_iommu_list(&list);
	for (n = 0; !err && n < list.count; n++)
		err = check_listed(&system->platform_info, &list.units[n], why);
	if (err || !system->platform_info.iommu_type)
		return err;
	return check_all_reserved(&check);
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

	return system->platform_info.iommu_type ? check_all_reserved(&check) : 0;
}

/*
 * I/O APICs are devices to an IOMMU, as which is in ACPI's DMAR table, by their APIC ids; the
 * hypervisor knows them by their addresses.
 */

/* Return: as which one @id sends its interrupts, ~0 if the unit does not name it. */
static u32 source_in(const struct acpi_dmar_header *entry, u8 id)
{
	const void *end = (const void *)entry + entry->length;
	const struct acpi_dmar_device_scope *scope =
		(const void *)entry + sizeof(struct acpi_dmar_hardware_unit);

	for (; (const void *)(scope + 1) <= end && scope->length >= sizeof(*scope) &&
	     (const void *)scope + scope->length <= end;
	     scope = (const void *)scope + scope->length)
		if (scope->entry_type == ACPI_DMAR_SCOPE_TYPE_IOAPIC &&
		    scope->enumeration_id == id)
			return end_of_path(scope);
	return ~0U;
}

static u32 source_of(const struct acpi_table_header *dmar, u8 id)
{
	const void *end = (const void *)dmar + dmar->length;
	const struct acpi_dmar_header *entry;
	u32 source = ~0U;

	for_each_dmar_entry(dmar, end, entry)
		if (source == ~0U && entry->type == ACPI_DMAR_TYPE_HARDWARE_UNIT &&
		    (const void *)entry + entry->length <= end)
			source = source_in(entry, id);
	return source;
}

static void list_ioapics(const struct acpi_table_header *madt,
			 const struct acpi_table_header *dmar, struct jailhouse_boot *boot)
{
	const void *end = (const void *)madt + madt->length;
	const struct acpi_subtable_header *entry;
	unsigned int n = 0;
	u32 source;

	for (entry = (const void *)madt + sizeof(struct acpi_table_madt);
	     (const void *)(entry + 1) <= end && entry->length >= sizeof(*entry);
	     entry = (const void *)entry + entry->length) {
		const struct acpi_madt_io_apic *ioapic = (const void *)entry;

		if (entry->type != ACPI_MADT_TYPE_IO_APIC || (const void *)(ioapic + 1) > end)
			continue;
		source = source_of(dmar, ioapic->id);
		if (source == ~0U || n == ARRAY_SIZE(boot->ioapics))
			continue;
		boot->ioapics[n].address = ioapic->address;
		boot->ioapics[n++].source = source;
	}
}

/** jh_iommu_ioapics() - tell the hypervisor which devices I/O APICs are to IOMMUs */
void jh_iommu_ioapics(struct jailhouse_boot *boot)
{
	struct acpi_table_header *madt, *dmar;

	if (ACPI_FAILURE(acpi_get_table(ACPI_SIG_DMAR, 0, &dmar)))
		return;
	if (ACPI_SUCCESS(acpi_get_table(ACPI_SIG_MADT, 0, &madt))) {
		list_ioapics(madt, dmar, boot);
		acpi_put_table(madt);
	}
	acpi_put_table(dmar);
}
