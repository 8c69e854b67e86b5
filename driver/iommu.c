// SPDX-License-Identifier: GPL-2.0-only
/*
 * Is an IOMMU active? It would translate with tables that know nothing of cells. Whether
 * there is one, and where, stands in ACPI tables of its vendor; whether it is active, in its
 * registers. A unit that does not answer reads as ones, which is active.
 *
 * One that is not active can be the hypervisor's, if the configuration wants it.
 */
#include "iommu.h"
#include "iommu_reserved.h"
#include "iommu_tables.h"
#include "madt.h"
#include "reason.h"

#include <linux/acpi.h>
#include <linux/bits.h>
#include <linux/io.h>
#include <linux/mm.h>
#include <linux/pci.h>
#include <linux/pfn.h>
#include <asm/processor.h>

#include <jailhouse/console.h>
#include <jailhouse/cell_config.h>
#include <jailhouse/image_header.h>
#include <config_check.h>

/* Of a DMA remapping unit: what it can do, and global status (VT-d 11.4.3, 11.4.4.2). */
#define DMAR_ECAP		0x10
#define DMAR_ECAP_INTERRUPTS	BIT(3)
#define DMAR_GSTS		0x1c
#define DMAR_GSTS_TRANSLATION	BIT(31)
#define DMAR_GSTS_INTERRUPTS	BIT(25)

/*
 * Control register of an AMD IOMMU (48882, 3.4.2). There is no other bit for interrupts: they
 * are remapped, or not, for each device, while the unit is enabled.
 */
#define AMDVI_CONTROL		0x18
#define AMDVI_CONTROL_ENABLE	BIT(0)

/* What it can do: a command that invalidates all is what the hypervisor needs. */
#define AMDVI_FEATURES		0x30
#define AMDVI_FEATURES_ALL	BIT(6)

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

static bool is_known(const struct iommu_list *list, u64 base)
{
	unsigned int n;

	for (n = 0; n < list->count; n++)
		if (list->units[n].base == base)
			return true;
	return false;
}

/* A unit may be described several times: an IVRS does, for older and newer kernels. */
static void found(struct iommu_list *list, struct iommu_unit unit)
{
	if (list->count < IOMMU_LIST_MAX && !is_known(list, unit.base))
		list->units[list->count++] = unit;
}

/* A range that ends before it begins is none. */
static void found_reserved(struct iommu_list *list, u64 first, u64 last)
{
	if (first <= last && last != U64_MAX && list->num_reserved < RESERVED_LIST_MAX)
		list->reserved[list->num_reserved++] = (struct iommu_reserved){
			.start = first, .end = last + 1,
		};
}

static void list_dmar(const struct acpi_table_header *table, struct iommu_list *list)
{
	const void *end = (const void *)table + table->length;
	const struct acpi_dmar_header *entry;

	for_each_dmar_entry(table, end, entry) {
		const struct acpi_dmar_hardware_unit *unit = (const void *)entry;
		const struct acpi_dmar_reserved_memory *reserved = (const void *)entry;

		if (entry->type == ACPI_DMAR_TYPE_HARDWARE_UNIT &&
		    entry->length >= sizeof(*unit) && (const void *)(unit + 1) <= end)
			found(list, (struct iommu_unit){
				.base = unit->address, .segment = unit->segment,
			});
		if (entry->type == ACPI_DMAR_TYPE_RESERVED_MEMORY &&
		    entry->length >= sizeof(*reserved) && (const void *)(reserved + 1) <= end)
			found_reserved(list, reserved->base_address, reserved->end_address);
	}
}

static void list_ivrs(const struct acpi_table_header *table, struct iommu_list *list)
{
	const void *end = (const void *)table + table->length;
	const struct acpi_ivrs_header *entry;

	for_each_ivrs_entry(table, end, entry) {
		const struct acpi_ivrs_hardware_10 *unit = (const void *)entry;
		const struct acpi_ivrs_memory *memory = (const void *)entry;

		if (is_ivrs_unit(entry) && entry->length >= sizeof(*unit) &&
		    (const void *)(unit + 1) <= end)
			found(list, (struct iommu_unit){
				.base = unit->base_address, .segment = unit->pci_segment_group,
				.amd = true, .function = entry->device_id,
			});
		if (is_ivrs_memory(entry) && entry->length >= sizeof(*memory) &&
		    (const void *)(memory + 1) <= end)
			found_reserved(list, memory->start_address,
				       memory->start_address + memory->memory_length - 1);
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

/* One that is active would be refused, which is another matter. */
static bool can_translate(const struct iommu_unit *unit)
{
	struct reason why;
	u32 features;

	return !unit->amd || (!read_register(unit->base, AMDVI_FEATURES, &features, &why) &&
			      features & AMDVI_FEATURES_ALL);
}

/** jh_iommu_kind() - JAILHOUSE_IOMMU_* of all units of @list, see struct machine_facts */
u8 jh_iommu_kind(const struct iommu_list *list)
{
	const struct iommu_unit *unit = list->units;
	unsigned int n;

	for (n = 0; n < list->count; n++, unit++)
		if (unit->segment || unit->amd != list->units[0].amd || !can_translate(unit))
			return JAILHOUSE_IOMMU_UNUSED;
	if (!list->count)
		return JAILHOUSE_IOMMU_UNUSED;
	return list->units[0].amd ? JAILHOUSE_IOMMU_AMD : JAILHOUSE_IOMMU_INTEL;
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
 * A configuration that has IOMMUs translate: a device behind one that it does not list would
 * reach all memory.
 */

/* An entry that lists none has a 0. */
static bool lists(const struct jailhouse_platform_info *info, u64 base)
{
	unsigned int n;

	for (n = 0; n < JAILHOUSE_MAX_IOMMU_UNITS; n++)
		if (base && info->iommu_units[n].base == base)
			return true;
	return false;
}

/* What is at an address that nobody told of may be anything: it is not written to. */
static int check_there(const struct jailhouse_platform_info *info, const struct iommu_list *list,
		       struct reason *why)
{
	unsigned int n;

	for (n = 0; n < JAILHOUSE_MAX_IOMMU_UNITS; n++)
		if (info->iommu_units[n].base && !is_known(list, info->iommu_units[n].base))
			return jh_refuse(why, -EINVAL,
					 "config: iommu_units has an IOMMU at 0x%llx, and ACPI's tables have none there",
					 info->iommu_units[n].base);
	return 0;
}

static int check_listed(const struct jailhouse_platform_info *info, const struct iommu_unit *unit,
			struct reason *why)
{
	const bool amd = info->iommu_type == JAILHOUSE_IOMMU_AMD;

	if (!info->iommu_type)
		return unit->amd ? 0 : check_unused(unit->base, why);
	if (unit->amd != amd)
		return jh_refuse(why, -EOPNOTSUPP,
				 "config: the IOMMU at 0x%llx is %s's, and iommu_type is %u (1 is for Intel's, 2 for AMD's, 0 uses none)",
				 unit->base, unit->amd ? "AMD" : "Intel", info->iommu_type);
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
 * jh_check_iommu_config() - can IOMMUs translate as a system configuration has it?
 * @system: the configuration
 * @why: receives the reason
 *
 * Return: 0, also if none is to; -EINVAL for one that is not listed, or listed and not there, for
 * tables that are wrong, or memory that a device of firmware's would not reach; -EOPNOTSUPP for
 * one that cannot be used, or that Linux uses.
 */
int jh_check_iommu_config(const struct jailhouse_system *system, struct reason *why)
{
	const struct jailhouse_platform_info *info = &system->platform_info;
	struct iommu_list list;
	unsigned int n;
	int err = 0;

	if (info->iommu_type)
		err = jh_check_iommu_tables(why);
	jh_iommu_list(&list);
	for (n = 0; !err && n < list.count; n++)
		err = check_listed(info, &list.units[n], why);
	if (err || !info->iommu_type)
		return err;
	return check_there(info, &list, why) ?: jh_check_reserved_root(&system->root_cell, why);
}

/*
 * I/O APICs are devices to an IOMMU, as which is in ACPI's DMAR table, by their APIC ids; the
 * hypervisor knows them by their addresses.
 */

/* Return: as which one @id sends its interrupts, ~0 if the unit does not name it. */
static u32 source_in(const struct acpi_dmar_header *entry, u8 id)
{
	const void *end = (const void *)entry + entry->length;
	const struct acpi_dmar_device_scope *scope;

	for_each_dmar_scope((const void *)entry + sizeof(struct acpi_dmar_hardware_unit), end,
			    scope)
		if (scope->entry_type == ACPI_DMAR_SCOPE_TYPE_IOAPIC &&
		    scope->enumeration_id == id)
			return jh_dmar_function(scope);
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

/* Return: are all behind a unit? */
static bool list_ioapics(const struct acpi_table_header *madt,
			 const struct acpi_table_header *dmar, struct jailhouse_boot *boot)
{
	const void *end = (const void *)madt + madt->length;
	const struct acpi_subtable_header *entry;
	unsigned int n = 0;
	bool all = true;
	u32 source;

	for_each_madt_entry(madt, end, entry) {
		const struct acpi_madt_io_apic *ioapic = (const void *)entry;

		if (entry->type != ACPI_MADT_TYPE_IO_APIC || (const void *)(ioapic + 1) > end)
			continue;
		source = source_of(dmar, ioapic->id);
		if (source == ~0U || n == JAILHOUSE_MAX_IOAPICS) {
			all = false;
			continue;
		}
		if (boot) {
			boot->ioapics[n].address = ioapic->address;
			boot->ioapics[n].source = source;
		}
		n++;
	}
	return all;
}

/* Firmware says no where something else of the platform cannot, whatever units could (8.1). */
static bool platform_remaps(const struct acpi_table_header *table)
{
	const struct acpi_table_dmar *dmar = (const void *)table;

	return table->length >= sizeof(*dmar) && dmar->flags & ACPI_DMAR_INTR_REMAP;
}

/* Return: could the interrupts of all be remapped? */
static bool look_at_ioapics(struct jailhouse_boot *boot)
{
	struct acpi_table_header *madt, *dmar;
	bool all = false;

	if (ACPI_FAILURE(acpi_get_table(ACPI_SIG_DMAR, 0, &dmar)))
		return false;
	if (ACPI_SUCCESS(acpi_get_table(ACPI_SIG_MADT, 0, &madt))) {
		all = list_ioapics(madt, dmar, boot) && platform_remaps(dmar);
		acpi_put_table(madt);
	}
	acpi_put_table(dmar);
	return all;
}

/** jh_iommu_ioapics() - tell the hypervisor which devices I/O APICs are to IOMMUs */
void jh_iommu_ioapics(struct jailhouse_boot *boot)
{
	look_at_ioapics(boot);
}

static bool could_remap(u64 base)
{
	struct reason why;
	u32 ecap, status;

	return !read_register(base, DMAR_ECAP, &ecap, &why) && ecap & DMAR_ECAP_INTERRUPTS &&
	       !read_register(base, DMAR_GSTS, &status, &why) && !(status & DMAR_GSTS_INTERRUPTS);
}

/**
 * jh_iommu_rewrites() - will the hypervisor have interrupts remapped, while Linux has not?
 *
 * Only if it uses IOMMUs. Those of AMD's that Linux does not use can. All of Intel's have to be
 * able to, ACPI's DMAR table has to say that the platform is, and each I/O APIC has to be behind
 * one.
 */
bool jh_iommu_rewrites(void)
{
	struct iommu_list list;
	unsigned int n;

	jh_iommu_list(&list);
	if (jh_iommu_kind(&list) == JAILHOUSE_IOMMU_AMD)
		return true;
	for (n = 0; n < list.count; n++)
		if (list.units[n].amd || !could_remap(list.units[n].base))
			return false;
	return list.count && look_at_ioapics(NULL);
}

/** jh_iommu_functions() - tell the hypervisor which PCI functions are IOMMUs */
void jh_iommu_functions(struct jailhouse_boot *boot)
{
	struct iommu_list list;
	unsigned int n;

	jh_iommu_list(&list);
	for (n = 0; n < list.count && n < ARRAY_SIZE(boot->iommus); n++)
		boot->iommus[n] = list.units[n].function;
}
