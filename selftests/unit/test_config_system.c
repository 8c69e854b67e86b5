// SPDX-License-Identifier: GPL-2.0-only
/* BESIDE: configs.c */
/* The check of what a system configuration says, by itself. */
#include "configs.h"

UNIT(head_of_a_system)
{
	struct config_reason why;

	SYSTEM(s.head.signature[0] = 'X', -EILSEQ,
	       "not the configuration of a system: the signature is not JHSYST");
	SYSTEM(s.head.revision = 9, -EPROTONOSUPPORT,
	       "format revision is 9, only 1 is supported");
	SYSTEM(s.head.flags = 1, -EINVAL, "flags and reserved of the system must be 0");
	SYSTEM(s.head.reserved = 1, -EINVAL, "flags and reserved of the system must be 0");
	SYSTEM(root->num_memory_regions = 0x08000004, -E2BIG,
	       "num_memory_regions is 134217732, 1024 is the limit");
	SYSTEM(root->num_memory_regions = 3, -EMSGSIZE,
	       "the counts of the cell's lists make 432 bytes, there are 464");

	s = good_sys;
	seal(&s, sizeof(s));
	s.mem[0].flags ^= JAILHOUSE_MEM_DMA;
	CHECK_EQ(config_check_system(&s, sizeof(s), &why), -EBADMSG);
	CHECK_EQ(config_check_cell(&s, sizeof(s), &why), -EILSEQ);
}

UNIT(hypervisor_memory)
{
	SYSTEM(s.head.hypervisor_memory.size = 0, -EINVAL,
	       "hypervisor memory cannot be at 0x3a000000 with a size of 0x0");
	SYSTEM(s.head.hypervisor_memory.size = 0x800, -EINVAL,
	       "hypervisor memory cannot be at 0x3a000000 with a size of 0x800");
	SYSTEM(s.head.hypervisor_memory.phys_start |= 1, -EINVAL,
	       "hypervisor memory cannot be at 0x3a000001 with a size of 0x1000000");
	SYSTEM(s.head.hypervisor_memory.phys_start = 1ULL << 52, -EINVAL,
	       "hypervisor memory cannot be at 0x10000000000000 with a size of 0x1000000");
	SYSTEM(s.head.hypervisor_memory.size = 0xfffffffffffff000, -EINVAL,
	       "hypervisor memory cannot be at 0x3a000000 with a size of 0xfffffffffffff000");
	SYSTEM(s.head.hypervisor_memory.virt_start = 0x1000, -EINVAL,
	       "hypervisor memory has a virt_start or flags, which must be 0");
	SYSTEM(s.head.hypervisor_memory.flags = RW, -EINVAL,
	       "hypervisor memory has a virt_start or flags, which must be 0");
	SYSTEM(s.head.hypervisor_memory.size += 0x1000, -EADDRINUSE,
	       "memory region 1 (0x3b000000-0x3bf00000) of the root cell overlaps hypervisor memory (0x3a000000-0x3b001000)");
	SYSTEM(s.head.hypervisor_memory.phys_start -= 0x1000, -EADDRINUSE,
	       "memory region 0 (0x0-0x3a000000) of the root cell overlaps hypervisor memory (0x39fff000-0x3afff000)");
}

UNIT(platform)
{
	struct jailhouse_platform_info *info;

	SYSTEM(s.head.platform_info.reserved[3] = 1, -EINVAL,
	       "platform_info.reserved is not 0");
	SYSTEM(s.head.platform_info.pci_mmconfig_base += 0x1000, -EINVAL,
	       "pci_mmconfig_base cannot be 0xb0001000");
	SYSTEM(s.head.platform_info.pci_mmconfig_base = 1ULL << 52, -EINVAL,
	       "pci_mmconfig_base cannot be 0x10000000000000");
	SYSTEM(s.head.platform_info.pci_mmconfig_base = 0, 0, "");
	SYSTEM(s.head.platform_info.pm_timer_address = 0xfffd, -EOVERFLOW,
	       "pm_timer_address 0xfffd is too close to port 0xffff");
	SYSTEM(s.head.platform_info.pm_timer_address = 0xfffc, 0, "");
	SYSTEM(s.head.platform_info.iommu_type = 1, 0, "");
	SYSTEM(s.head.platform_info.iommu_type = 2, 0, "");
	SYSTEM(s.head.platform_info.iommu_type = 3, -EINVAL, "there is no iommu_type 3");
	SYSTEM(info = &s.head.platform_info; info->iommu_type = 1;
	       info->iommu_units[0] = (struct jailhouse_iommu) { 0 }, -EINVAL,
	       "iommu_type is 1, but unit 0 of iommu_units is empty");
	SYSTEM(s.head.platform_info.iommu_units[7].size = 0x1000, -EINVAL,
	       "DMA remapping unit 7 cannot be at 0x0 with a size of 0x1000");
	SYSTEM(info = &s.head.platform_info; info->iommu_units[0].size = 0, -EINVAL,
	       "DMA remapping unit 0 cannot be at 0xfed90000 with a size of 0x0");
	SYSTEM(s.head.platform_info.iommu_units[0].base |= 1, -EINVAL,
	       "DMA remapping unit 0 cannot be at 0xfed90001 with a size of 0x1000");
	SYSTEM(s.head.platform_info.iommu_units[0].base = 1ULL << 52, -EINVAL,
	       "DMA remapping unit 0 cannot be at 0x10000000000000 with a size of 0x1000");
	SYSTEM(s.head.platform_info.iommu_units[0].size = 0xfffffffffffff000, -EINVAL,
	       "DMA remapping unit 0 cannot be at 0xfed90000 with a size of 0xfffffffffffff000");
	SYSTEM(info = &s.head.platform_info; info->iommu_units[7].base = 0xfebff000;
	       info->iommu_units[7].size = 0x1000, -EADDRINUSE,
	       "memory region 3 (0xfeb00000-0xfec00000) of the root cell overlaps a DMA remapping unit (0xfebff000-0xfec00000)");
	SYSTEM(s.head.platform_info.pci_mmconfig_base = 0xef000000, -EADDRINUSE,
	       "memory region 3 (0xfeb00000-0xfec00000) of the root cell overlaps the MMCONFIG area (0xef000000-0xff000000)");
}

/* What is the hypervisor's own is nobody else's, and is only one thing. */
UNIT(nothing_has_two_owners)
{
	struct jailhouse_iommu *unit;
	struct jailhouse_console *con;

	/* regions of the root cell; the ends of the range */
	SYSTEM(s.mem[3].phys_start = s.mem[3].virt_start = 0xfedff000; s.mem[3].size = 0x2000,
	       -EADDRINUSE,
	       "memory region 3 (0xfedff000-0xfee01000) of the root cell overlaps the local APICs (0xfee00000-0xfef00000)");
	SYSTEM(s.mem[3].phys_start = s.mem[3].virt_start = 0xfeeff000; s.mem[3].size = 0x2000,
	       -EADDRINUSE,
	       "memory region 3 (0xfeeff000-0xfef01000) of the root cell overlaps the local APICs (0xfee00000-0xfef00000)");
	SYSTEM(s.mem[3].phys_start = s.mem[3].virt_start = 0xfef00000, 0, "");
	SYSTEM(s.mem[3].phys_start = s.mem[3].virt_start = 0xfed00000, -EADDRINUSE,
	       "memory region 3 (0xfed00000-0xfee00000) of the root cell overlaps a DMA remapping unit (0xfed90000-0xfed91000)");
	/* pairs */
	SYSTEM(s.irqchip[0].address = s.irqchip[1].address = 0x3a000000, -EADDRINUSE,
	       "an I/O APIC (0x3a000000-0x3a001000) overlaps hypervisor memory (0x3a000000-0x3b000000)");
	SYSTEM(s.irqchip[1].address = 0xbffff000, -EADDRINUSE,
	       "an I/O APIC (0xbffff000-0xc0000000) overlaps the MMCONFIG area (0xb0000000-0xc0000000)");
	SYSTEM(s.irqchip[1].address = 0xfee00000, -EADDRINUSE,
	       "an I/O APIC (0xfee00000-0xfee01000) overlaps the local APICs (0xfee00000-0xfef00000)");
	SYSTEM(s.irqchip[1].address = 0xfed90000, -EADDRINUSE,
	       "an I/O APIC (0xfed90000-0xfed91000) overlaps a DMA remapping unit (0xfed90000-0xfed91000)");
	SYSTEM(unit = &s.head.platform_info.iommu_units[1]; unit->base = 0xfed90000;
	       unit->size = 0x1000, -EADDRINUSE,
	       "a DMA remapping unit (0xfed90000-0xfed91000) overlaps a DMA remapping unit (0xfed90000-0xfed91000)");
	SYSTEM(unit = &s.head.platform_info.iommu_units[1]; unit->base = 0xfed91000;
	       unit->size = 0x1000, 0, "");
	SYSTEM(s.head.platform_info.iommu_units[0].base = 0x3afff000, -EADDRINUSE,
	       "a DMA remapping unit (0x3afff000-0x3b000000) overlaps hypervisor memory (0x3a000000-0x3b000000)");
	SYSTEM(s.head.platform_info.pci_mmconfig_base = 0xf0000000;
	       s.head.platform_info.pci_mmconfig_end_bus = 0xfe;
	       s.mem[3].phys_start = 0x100000000; s.mem[3].virt_start = 0x100000000, -EADDRINUSE,
	       "the local APICs (0xfee00000-0xfef00000) overlaps the MMCONFIG area (0xf0000000-0xfff00000)");
	/* a console in memory; Linux may see its page */
	SYSTEM(con = &s.head.debug_console; con->flags = JAILHOUSE_CON_ACCESS_MMIO;
	       con->address = 0xfeb00000, 0, "");
	SYSTEM(con = &s.head.debug_console; con->flags = JAILHOUSE_CON_ACCESS_MMIO;
	       con->address = 0x3a000ff8, -EADDRINUSE,
	       "debug_console (0x3a000ff8-0x3a001000) overlaps hypervisor memory (0x3a000000-0x3b000000)");
	SYSTEM(con = &s.head.debug_console; con->flags = JAILHOUSE_CON_ACCESS_MMIO;
	       con->address = 0xfee00300, -EADDRINUSE,
	       "debug_console (0xfee00300-0xfee00308) overlaps the local APICs (0xfee00000-0xfef00000)");
	SYSTEM(con = &s.head.debug_console; con->flags = JAILHOUSE_CON_ACCESS_MMIO;
	       con->address = 0xfed90100, -EADDRINUSE,
	       "a DMA remapping unit (0xfed90000-0xfed91000) overlaps debug_console (0xfed90100-0xfed90108)");
	SYSTEM(con = &s.head.debug_console; con->flags = JAILHOUSE_CON_ACCESS_MMIO;
	       con->address = 0xfeb00ff9, -EINVAL,
	       "debug_console at 0xfeb00ff9 crosses the end of a page");
	SYSTEM(con = &s.head.debug_console;
	       con->flags = JAILHOUSE_CON_ACCESS_MMIO | JAILHOUSE_CON_REGDIST_4;
	       con->address = 0xfeb00fe4, -EINVAL,
	       "debug_console at 0xfeb00fe4 crosses the end of a page");
	SYSTEM(con = &s.head.debug_console;
	       con->flags = JAILHOUSE_CON_ACCESS_MMIO | JAILHOUSE_CON_REGDIST_4;
	       con->address = 0xfeb00fe0, 0, "");
	/* without one, what would be its address is nothing */
	SYSTEM(con = &s.head.debug_console; con->type = JAILHOUSE_CON_TYPE_NONE;
	       con->flags = JAILHOUSE_CON_ACCESS_MMIO; con->address = 0x3a000ff8, 0, "");
	/* beyond the end */
	SYSTEM(unit = &s.head.platform_info.iommu_units[1]; unit->base = 0xffffffffff000;
	       unit->size = 0x2000, -EINVAL,
	       "DMA remapping unit 1 cannot be at 0xffffffffff000 with a size of 0x2000");
	SYSTEM(unit = &s.head.platform_info.iommu_units[1]; unit->base = 0xffffffffff000;
	       unit->size = 0x1000, 0, "");
	SYSTEM(s.head.platform_info.pci_mmconfig_base = 0xffffff8000000, -EOVERFLOW,
	       "the MMCONFIG area (0xffffff8000000-0x10000008000000) ends beyond the last physical address");
}

UNIT(ports_that_are_the_hypervisors)
{
	SYSTEM(s.pio[2].base = 0xcf0; s.pio[2].length = 9, -EADDRINUSE,
	       "port region 2 (0xcf0-0xcf8) of the root cell overlaps those of PCI configuration (0xcf8-0xcff)");
	SYSTEM(s.pio[2].base = 0xcff; s.pio[2].length = 1, -EADDRINUSE,
	       "port region 2 (0xcff-0xcff) of the root cell overlaps those of PCI configuration (0xcf8-0xcff)");
	SYSTEM(s.pio[2].base = 0xcf0; s.pio[2].length = 8, 0, "");
	SYSTEM(s.pio[2].base = 0xd00, 0, "");
	SYSTEM(s.head.debug_console.address = 0xcf1, -EADDRINUSE,
	       "debug_console (0xcf1) overlaps the ports of PCI configuration (0xcf8-0xcff)");
	SYSTEM(s.head.debug_console.address = 0xcf0, 0, "");
	SYSTEM(s.head.platform_info.pm_timer_address = 0xcfc, -EADDRINUSE,
	       "pm_timer_address 0xcfc overlaps the ports of PCI configuration (0xcf8-0xcff)");
	SYSTEM(s.head.platform_info.pm_timer_address = 0xd00, 0, "");
	SYSTEM(s.head.platform_info.pm_timer_address = 0x3fc, -EADDRINUSE,
	       "pm_timer_address 0x3fc overlaps debug_console (0x3f8): every cell would get it");
	SYSTEM(s.head.platform_info.pm_timer_address = 0x400, 0, "");
	SYSTEM(s.head.debug_console.type = 0; s.head.platform_info.pm_timer_address = 0x3fc, 0, "");
}

UNIT(addresses_that_the_machine_does_not_have)
{
	static const struct {
		unsigned int bits;
		int error;
		const char *text;
	} rows[] = {
		{ 52, 0, "" },
		{ 64, 0, "" },
		{ 33, 0, "" },
		{ 32, 0, "" },
		{ 31, -EOVERFLOW,
		  "memory region 3 (0xfeb00000-0xfec00000) of the root cell ends beyond "
		  "the last address of this machine, 0x7fffffff" },
	};
	struct sys s = good_sys;
	struct config_reason why;
	unsigned int n;

	for (n = 0; n < ARRAY_SIZE(rows); n++) {
		unit_row("%u bits", rows[n].bits);
		expect(config_check_phys_bits(&s.head, rows[n].bits, &why), &why, rows[n].error,
		       rows[n].text);
	}
	s.head.platform_info.iommu_units[7] = (struct jailhouse_iommu) { 0x7ffffff000, 0x1000 };
	expect(config_check_phys_bits(&s.head, 39, &why), &why, 0, "");
	expect(config_check_phys_bits(&s.head, 38, &why), &why, -EOVERFLOW,
	       "a DMA remapping unit (0x7ffffff000-0x8000000000) ends beyond the last address of this machine, 0x3fffffffff");
}

UNIT(root_cells)
{
	SYSTEM(root->signature[0] = 'X', -EILSEQ,
	       "not the configuration of a root cell: the signature is not JHCELL");
	SYSTEM(root->revision = 3, -EPROTONOSUPPORT,
	       "format revision is 3, only 1 is supported");
	SYSTEM(root->total_size--, -EMSGSIZE,
	       "total_size of the root cell is 463, there are 464 bytes");
	SYSTEM(root->checksum = 1, -EINVAL, "checksum and id of the root cell must be 0");
	SYSTEM(root->id = 1, -EINVAL, "checksum and id of the root cell must be 0");
	SYSTEM(root->name[0] = '\0', -EINVAL, "the cell has no name");
	SYSTEM(root->flags = 2, -EINVAL, "the cell has unknown flags: 0x2");
	SYSTEM(s.mem[1].virt_start += 0x1000, -EINVAL,
	       "memory region 1 (0x3b000000-0x3bf00000) of the root cell has another virt_start: 0x3b001000");
	SYSTEM(s.mem[2].flags |= JAILHOUSE_MEM_LOADABLE, -EINVAL,
	       "memory region 2 (0x3bf00000-0x40000000) of the root cell has flags of other cells: 0x4f");
	SYSTEM(s.mem[2].flags |= JAILHOUSE_MEM_ROOTSHARED, -EINVAL,
	       "memory region 2 (0x3bf00000-0x40000000) of the root cell has flags of other cells: 0x8f");
	SYSTEM(s.mem[0].flags |= JAILHOUSE_MEM_COMM_REGION, -EINVAL,
	       "memory region 0 (0x0-0x3a000000) of the root cell has flags of other cells: 0x2f");
	SYSTEM(s.mem[2].size += 0xc0000000, -EADDRINUSE,
	       "memory region 3 (0xfeb00000-0xfec00000) overlaps memory region 2, host-physically (phys_start)");
	SYSTEM(s.mem[3].size += 0x1000, -EADDRINUSE,
	       "memory region 3 (0xfeb00000-0xfec01000) overlaps irqchip 0 (0xfec00000)");
	SYSTEM(s.pio[0].flags = JAILHOUSE_PIO_ROOTSHARED, -EINVAL,
	       "port region 0 (0x0-0x7f) of the root cell has flags of other cells: 0x1");
	SYSTEM(s.pio[1].base = 0x7f, -EADDRINUSE,
	       "port region 1 (0x7f-0x86) overlaps port region 0");
	SYSTEM(s.pci[2].bdf = 8, -EADDRINUSE,
	       "PCI device 2 (0000:00:01.0) is PCI device 0 once more");
}

UNIT(a_root_cell_may_have_all_cpus)
{
	struct {
		struct jailhouse_system head;
		struct jailhouse_memory mem;
	} __packed s = {
		.head = good_sys.head,
		.mem = { 0, 0, 0x100000, RW },
	};
	struct jailhouse_cell_desc *root = &s.head.root_cell;
	struct config_reason why;

	root->cpu_set_size = 0;
	root->num_memory_regions = 1;
	root->num_irqchips = 0;
	root->num_pio_regions = 0;
	root->num_pci_devices = 0;
	root->total_size = sizeof(*root) + sizeof(s.mem);
	seal(&s, sizeof(s));
	CHECK_EQ(config_check_system(&s, sizeof(s), &why), 0);
}

/* The last bit of the bitmap is a pin like all others. */
UNIT(the_last_pin_of_a_bitmap)
{
	const struct jailhouse_irqchip last = {
		.address = 0xfec00000, .pin_base = 64, .pin_bitmap = { 0, 0, 0, 1U << 31 },
	};

	CELL(c.irqchip[1] = last, 0, "");
	CELL(c.irqchip[1] = last; c.irqchip[1].pin_base = 112, 0, "");
	CELL(c.irqchip[1] = last; c.irqchip[1].pin_base = 113, -EOVERFLOW,
	     "irqchip 1 (0xfec00000) has a pin 240");
	CELL(c.irqchip[0] = c.irqchip[1] = last, -EADDRINUSE,
	     "irqchip 1 (0xfec00000) has pin 191, as an earlier one");
	FITS(c.irqchip[1] = last, -ENXIO,
	     "irqchip 1 (0xfec00000) has pin 191, which is not the root cell's");
	FITS(c.irqchip[1] = last; s.irqchip[1] = last, 0, "");
	FITS(c.irqchip[1] = last; s.irqchip[1] = last; o.irqchip[1] = last, -EBUSY,
	     "irqchip 1 (0xfec00000) has pin 191, which belongs to cell \"other\"");
}
