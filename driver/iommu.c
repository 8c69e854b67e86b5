// SPDX-License-Identifier: GPL-2.0-only
/*
 * Is an IOMMU active? It would translate with tables that know nothing of cells. Whether
 * there is one, and where, stands in ACPI tables of its vendor; whether it is active, in its
 * registers. A unit that does not answer reads as ones, which is active.
 */
#include "iommu.h"
#include "reason.h"

#include <linux/acpi.h>
#include <linux/io.h>
#include <linux/mm.h>
#include <linux/pfn.h>
#include <asm/processor.h>

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
	if (status & DMAR_GSTS_INTERRUPTS)
		return jh_refuse(why, -EOPNOTSUPP,
				 "the IOMMU at 0x%llx remaps interrupts (boot with intremap=off)",
				 base);
	return 0;
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

static void found(struct iommu_list *list, u64 base, bool amd)
{
	if (list->count < IOMMU_LIST_MAX)
		list->units[list->count++] = (struct iommu_unit){ .base = base, .amd = amd };
}

static void list_dmar(const struct acpi_table_header *table, struct iommu_list *list)
{
	const void *end = (const void *)table + table->length;
	const struct acpi_dmar_header *entry;

	for (entry = (const void *)table + sizeof(struct acpi_table_dmar);
	     (const void *)(entry + 1) <= end && entry->length >= sizeof(*entry);
	     entry = (const void *)entry + entry->length) {
		const struct acpi_dmar_hardware_unit *unit = (const void *)entry;

		if (entry->type == ACPI_DMAR_TYPE_HARDWARE_UNIT && (const void *)(unit + 1) <= end)
			found(list, unit->address, false);
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
			found(list, unit->base_address, true);
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

/** jh_iommu_list() - the IOMMUs that ACPI's tables name, into @list. */
void jh_iommu_list(struct iommu_list *list)
{
	list->count = 0;
	list_table(ACPI_SIG_DMAR, list_dmar, list);
	list_table(ACPI_SIG_IVRS, list_ivrs, list);
}

/**
 * jh_check_iommu() - is no IOMMU active?
 * @why: receives the reason
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
