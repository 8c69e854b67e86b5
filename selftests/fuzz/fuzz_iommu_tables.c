// SPDX-License-Identifier: GPL-2.0-only
/* HOST: kernel */
/* BESIDE: acpi_tables.c iommu_registers.c reason.c */
/* SOURCES: ../driver/iommu.c ../driver/iommu_reserved.c ../driver/iommu_scope.c */
/* SOURCES: ../driver/iommu_names.c ../driver/iommu_tables.c */
/* OPTIONS: -max_len=512 */
/*
 * ACPI's tables of IOMMUs, of any content: nothing is read behind them, and each look at them
 * ends. Where IOMMUs are to translate, they are whole, and all that they list is in the
 * configuration; and what AMD's let pass, or know as another function, is no cell's.
 *
 * Input: a byte (0 DMAR, 1 IVRS), a byte for each of 8 bits of addresses that the configuration
 * has units at, and the table behind its header.
 */
#include "acpi_tables.h"
#include "iommu_registers.h"
#include "../../driver/iommu.h"
#include "../../driver/iommu_names.h"
#include "../../driver/iommu_reserved.h"
#include "../../driver/iommu_scope.h"
#include "../../driver/iommu_tables.h"
#include "../../driver/reason.h"
#include <jailhouse/console.h>
#include <jailhouse/cell_config.h>
#include <jailhouse/image_header.h>
#include "fuzz.h"

#define UNITS	0xfed00000ULL

static struct {
	struct jailhouse_cell_desc desc;
	struct jailhouse_memory mem[1];
	struct jailhouse_pci_device pci[1];
} __packed cell = {
	.desc = { .num_memory_regions = 1, .num_pci_devices = 1 },
	.mem = { { 0x8000000, 0, 0x100000, JAILHOUSE_MEM_READ } },
	.pci = { { .bdf = 0x50a } },
};

static bool is_configured(const struct iommu_unit *unit, bool amd)
{
	const struct jailhouse_iommu *units = config.system.platform_info.iommu_units;
	unsigned int n;

	for (n = 0; n < JAILHOUSE_MAX_IOMMU_UNITS; n++)
		if (units[n].base && units[n].base == unit->base)
			return !unit->segment && unit->amd == amd;
	return false;
}

static void found(void *arg, u16 name)
{
	bool *passes = arg;

	*passes |= name == cell.pci[0].bdf;
}

static void look(bool amd)
{
	bool passes = false;
	static struct iommu_list list;
	struct jailhouse_boot boot = { 0 };
	struct reason why;
	unsigned int n;

	jh_iommu_list(&list);
	REQUIRE(list.count <= IOMMU_LIST_MAX && list.num_reserved <= RESERVED_LIST_MAX);
	jh_iommu_ioapics(&boot);
	jh_iommu_functions(&boot);
	jh_check_iommu(&why);
	jh_ivrs_lacks_ioapic();
	jh_ivrs_passing(found, &passes);
	if (passes || jh_ivrs_name(cell.pci[0].bdf) != cell.pci[0].bdf)
		REQUIRE(jh_check_iommu_cell(&config.system, &cell.desc, &why));
	jh_check_iommu_cell(&config.system, &cell.desc, &why);
	jh_check_iommu_scope(&config.system, &cell.desc, &why);
	if (jh_check_iommu_config(&config.system, &why))
		return;
	REQUIRE(!jh_check_iommu_tables(&why));
	for (n = 0; n < list.count; n++)
		REQUIRE(is_configured(&list.units[n], amd));
	for (n = 0; n < list.num_reserved; n++)
		REQUIRE(list.reserved[n].start < list.reserved[n].end);
}

int LLVMFuzzerTestOneInput(const u8 *data, size_t size)
{
	const struct acpi_madt_io_apic ioapic = {
		{ ACPI_MADT_TYPE_IO_APIC, sizeof(ioapic) }, 2, 0, 0xfec00000, 0
	};
	struct jailhouse_platform_info *info = &config.system.platform_info;
	unsigned int n;
	bool amd;

	if (size < 2)
		return 0;
	no_tables();
	amd = data[0] & 1;
	info->iommu_type = amd ? JAILHOUSE_IOMMU_AMD : JAILHOUSE_IOMMU_INTEL;
	for (n = 0; n < JAILHOUSE_MAX_IOMMU_UNITS; n++)
		info->iommu_units[n].base = data[1] & 1U << n ? UNITS + (n << 16) : 0;
	add_entry(madt, &ioapic, sizeof(ioapic));
	add_entry(amd ? ivrs : dmar, data + 2, size - 2);
	look(amd);
	REQUIRE(!tables_held && !iommus_mapped && !wrong_maps);
	return 0;
}
