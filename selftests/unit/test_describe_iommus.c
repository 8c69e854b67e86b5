// SPDX-License-Identifier: GPL-2.0-only
/* Machines that describe themselves, with IOMMUs that the hypervisor can have translate. */
/* HOST: kernel */
/* BESIDE: machines.c described.c reason.c */
/* SOURCES: ../driver/describe.c ../driver/address_map.c */
/* SOURCES: ../driver/describe_map.c ../driver/describe_reserve.c */
/* SOURCES: ../driver/facts_efi.c ../driver/facts_ioapic.c */
/* SOURCES: ../driver/facts_mtrr.c */
/* SOURCES: ../driver/compare.c ../driver/inventory_query.c */
/* SOURCES: core/config_check.c core/config_console.c core/config_fields.c core/cpu_set.c */
/* SOURCES: core/config_ivshmem.c core/config_links.c */
/* SOURCES: core/config_memory.c core/config_msix.c */
/* SOURCES: core/config_owned.c core/config_refuse.c core/format.c core/string.c */
#include "unit.h"
#include "described.h"

/* Of the laptop: memory of its graphics, and a page that firmware reserved. */
#define GRAPHICS	0x9d800000ULL
#define GRAPHICS_END	0x9f800000ULL
#define KEYBOARD	0x98b00000ULL

static u32 dma_of(u64 address)
{
	const struct jailhouse_memory *region = find_region(address);

	return region ? region->flags & JAILHOUSE_MEM_DMA : 0;
}

static struct recorded *laptop_with_reserved(void)
{
	struct recorded *machine = machine_read("laptop");
	struct machine_facts *facts = &machine->facts;

	facts->iommu_type = JAILHOUSE_IOMMU_INTEL;
	facts->reserved[0] = (struct facts_range){ GRAPHICS, GRAPHICS_END };
	facts->reserved[1] = (struct facts_range){ KEYBOARD, KEYBOARD + 0x800 };
	facts->num_reserved = 2;
	return machine;
}

UNIT(they_translate_if_all_of_them_can)
{
	struct recorded *machine = machine_read("laptop");
	int err;

	CHECK_EQ(describe(&machine->facts), 0);
	CHECK_EQ(system_made()->platform_info.iommu_type, JAILHOUSE_IOMMU_UNUSED);
	machine->facts.iommu_type = JAILHOUSE_IOMMU_INTEL;
	CHECK_EQ(describe(&machine->facts), 0);
	CHECK_EQ(system_made()->platform_info.iommu_type, JAILHOUSE_IOMMU_INTEL);
	CHECK_EQ(complaints_about(&machine->facts, &err), 0);
	machine_drop(machine);
}

/* A table of 2 MiB is for the hypervisor to have. */
UNIT(those_of_amd_take_more_memory)
{
	struct recorded *machine = machine_read("laptop");
	u64 size;

	CHECK_EQ(describe(&machine->facts), 0);
	size = system_made()->hypervisor_memory.size;
	machine->facts.iommu_type = JAILHOUSE_IOMMU_AMD;
	CHECK_EQ(describe(&machine->facts), 0);
	CHECK_EQ(system_made()->platform_info.iommu_type, JAILHOUSE_IOMMU_AMD);
	CHECK_EQ(system_made()->hypervisor_memory.size, size + 0x200000);
	machine_drop(machine);
}

/* One that is not listed would let what is behind it reach all memory. */
UNIT(not_if_there_are_more_than_a_configuration_lists)
{
	struct recorded *machine = machine_read("server");
	struct machine_facts *facts = &machine->facts;
	unsigned int n;
	u64 start;

	facts->iommu_type = JAILHOUSE_IOMMU_INTEL;
	for (n = facts->num_iommus; n < JAILHOUSE_MAX_IOMMU_UNITS + 1; n++) {
		start = 0x90000000 + 0x1000 * n;
		facts->iommus[facts->num_iommus++] = (struct facts_range){ start, start + 0x1000 };
		machine_add(facts, start, start + 0xfff, "dmar");
		CHECK_EQ(describe(facts), 0);
		CHECK_EQ(system_made()->platform_info.iommu_type,
			 n < JAILHOUSE_MAX_IOMMU_UNITS);
	}
	machine_drop(machine);
}

/* As registers they stay what they are to CPUs: the firmware knows how it wants them cached. */
UNIT(memory_that_devices_of_firmware_reach)
{
	struct recorded *machine = laptop_with_reserved();
	int err;

	CHECK_EQ(describe(&machine->facts), 0);
	CHECK(dma_of(GRAPHICS));
	CHECK(dma_of(GRAPHICS_END - 1));
	CHECK(!dma_of(GRAPHICS_END));
	CHECK(!dma_of(GRAPHICS - 1));
	CHECK(find_region(GRAPHICS)->flags & JAILHOUSE_MEM_IO);
	CHECK(dma_of(KEYBOARD));
	CHECK(dma_of(KEYBOARD + 0xfff));
	CHECK(!dma_of(KEYBOARD + 0x1000));
	CHECK_EQ(complaints_about(&machine->facts, &err), 0);
	machine_drop(machine);
}

/* RAM is reached anyway, and what the hypervisor has for itself stays its own. */
UNIT(such_memory_where_something_else_is)
{
	struct recorded *machine = laptop_with_reserved();
	struct machine_facts *facts = &machine->facts;

	facts->reserved[0] = (struct facts_range){ 0x50000000, 0x50001000 };
	facts->reserved[1] = (struct facts_range){ 0xfed90000, 0xfed92000 };
	CHECK_EQ(describe(facts), 0);
	CHECK(!(find_region(0x50000000)->flags & JAILHOUSE_MEM_IO));
	CHECK(!find_region(0xfed90000));
	machine_drop(machine);
}
