// SPDX-License-Identifier: GPL-2.0-only
/* Likewise, with IOMMUs of AMD's, which let some interrupts pass. */
/* HOST: kernel */
/* BESIDE: senders.c reason.c */
#include "senders.h"

/* As AMD's IOMMUs have it. */
static void begin_amd(unsigned int count)
{
	begin(count);
	machine_config.platform_info.iommu_type = JAILHOUSE_IOMMU_AMD;
}

/* Return: how many functions are rewritten; @count numbers pass, of which these are the first. */
static unsigned int rewritten(unsigned int count, u16 first, u16 second)
{
	CHECK_EQ(check(), 0);
	jh_list_messages(&machine_config, &boot);
	CHECK_EQ(boot.flags, JAILHOUSE_BOOT_REWRITE);
	CHECK_EQ(boot.num_passing, count);
	CHECK_EQ(boot.passing[0], first);
	CHECK_EQ(boot.passing[1], second);
	return boot.num_functions;
}

/* Of I/O APICs, and of devices that are others to the IOMMU. */
UNIT(what_an_iommu_of_amds_lets_pass_is_not_rewritten)
{
	struct pci_bus below = { .number = 2 };
	unsigned long aliases[4] = { BIT(1) };

	begin_amd(4);
	named[0] = 0xa0;
	named[1] = 2;
	named[2] = 0xa0;
	num_named = 3;
	CHECK_EQ(rewritten(2, 0xa0, 2), 3);
	CHECK_EQ(boot.functions[2].bdf, 3);

	/* One that firmware says is another one. */
	begin_amd(4);
	third_is = 1;
	CHECK_EQ(rewritten(2, 3, 1), 2);
	CHECK_EQ(boot.functions[1].bdf, 2);

	/* One that is behind none: what names an entry would be an interrupt there. */
	begin_amd(4);
	second_is_outside = true;
	CHECK_EQ(rewritten(1, 2, 0), 3);

	/* One that sends as another function of its device: both are left alone. */
	begin_amd(4);
	functions[0].dma_alias_mask = aliases;
	functions[0].msi_enabled = true;
	CHECK_EQ(rewritten(2, 0, 1), 2);
	CHECK_EQ(boot.functions[0].bdf, 2);

	/* Behind a bridge to conventional PCI; the bridge is function 1, of a bus that is known. */
	begin_amd(3);
	functions[1].hdr_type = PCI_HEADER_TYPE_BRIDGE;
	functions[1].subordinate = &below;
	below.self = &functions[1];
	functions[0].bus = &below;
	functions[0].msi_enabled = true;
	CHECK_EQ(rewritten(2, 0x200, 1), 1);
	CHECK_EQ(boot.functions[0].bdf, 2);
	/* Of another segment nothing is any of its business. */
	begin_amd(2);
	functions[0].bus = &segment;
	functions[0].msi_enabled = true;
	CHECK_EQ(check(), 0);
}

UNIT(an_iommu_of_amds_has_to_know_each_io_apic)
{
	begin_amd(1);
	lacking = 0;
	refused("I/O APIC 0 is not in ACPI's IVRS: an IOMMU would not let its interrupts pass "
		"(have iommu_type 0)");
	begin(1);
	lacking = 0;
	CHECK_EQ(check(), 0);
}

UNIT(an_iommu_of_amds_is_advised_to_be_left_alone)
{
	unsigned int n;

	begin_hpet(0);
	machine_config.platform_info.iommu_type = JAILHOUSE_IOMMU_AMD;
	registers[0x100 / 4] = SENDS;
	refused("the HPET sends interrupts as messages, which the hypervisor cannot rewrite "
		"(have iommu_type 0, or boot with hpet=disable)");
	begin_amd(513);
	refused("513 PCI devices have 513 interrupts, and the hypervisor can rewrite 6144 of 512 "
		"devices (have iommu_type 0)");
	begin_amd(1);
	for (n = 0; n < ARRAY_SIZE(named); n++)
		named[n] = (u16)(0x100 + n);
	num_named = JAILHOUSE_BOOT_PASSING;
	CHECK_EQ(check(), 0);
	num_named++;
	refused("PCI devices have interrupts that bear other numbers than their own, or are behind "
		"no IOMMU, and one can let no more than 64 numbers pass (have iommu_type 0)");
}
