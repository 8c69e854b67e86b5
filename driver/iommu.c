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

static int read_register(u64 base, unsigned int offset, u32 *value, struct reason *why)
{
	void __iomem *registers = ioremap(base, PAGE_SIZE);

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

static int check_dmar(const struct acpi_table_header *table, struct reason *why)
{
	const void *end = (const void *)table + table->length;
	const struct acpi_dmar_header *entry;
	int err;

	for (entry = (const void *)table + sizeof(struct acpi_table_dmar);
	     (const void *)(entry + 1) <= end && entry->length >= sizeof(*entry);
	     entry = (const void *)entry + entry->length) {
		const struct acpi_dmar_hardware_unit *unit = (const void *)entry;

		if (entry->type != ACPI_DMAR_TYPE_HARDWARE_UNIT ||
		    (const void *)(unit + 1) > end)
			continue;
		err = check_vtd_unit(unit->address, why);
		if (err)
			return err;
	}
	return 0;
}

/* A unit may be described several times, for older and newer kernels. */
static bool is_amdvi_unit(u8 type)
{
	return type == ACPI_IVRS_TYPE_HARDWARE1 || type == ACPI_IVRS_TYPE_HARDWARE2 ||
	       type == ACPI_IVRS_TYPE_HARDWARE3;
}

static int check_ivrs(const struct acpi_table_header *table, struct reason *why)
{
	const void *end = (const void *)table + table->length;
	const struct acpi_ivrs_header *entry;
	int err;

	for (entry = (const void *)table + sizeof(struct acpi_table_ivrs);
	     (const void *)(entry + 1) <= end && entry->length >= sizeof(*entry);
	     entry = (const void *)entry + entry->length) {
		const struct acpi_ivrs_hardware_10 *unit = (const void *)entry;

		if (!is_amdvi_unit(entry->type) || (const void *)(unit + 1) > end)
			continue;
		err = check_amdvi_unit(unit->base_address, why);
		if (err)
			return err;
	}
	return 0;
}

static int check_table(char *signature,
		       int (*check)(const struct acpi_table_header *table, struct reason *why),
		       struct reason *why)
{
	struct acpi_table_header *table;
	int err;

	if (ACPI_FAILURE(acpi_get_table(signature, 0, &table)))
		return 0;
	err = check(table, why);
	acpi_put_table(table);
	return err;
}

/**
 * jh_check_iommu() - is no IOMMU active?
 * @why: receives the reason
 *
 * Return: 0, -EOPNOTSUPP for one that is, -ENOMEM.
 */
int jh_check_iommu(struct reason *why)
{
	int err = check_table(ACPI_SIG_DMAR, check_dmar, why);

	return err ?: check_table(ACPI_SIG_IVRS, check_ivrs, why);
}
