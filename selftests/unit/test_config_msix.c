// SPDX-License-Identifier: GPL-2.0-only
/* BESIDE: configs.c */
/* Where a cell may have the MSI-X table of a device: its own, 3 vectors at 0xfebf1000. */
#include "configs.h"

#define RWIO	(RW | JAILHOUSE_MEM_IO)
#define HAS(text)	"PCI device 1 (0000:00:04.0) has its MSI-X table " text
#define NEEDS	"in memory region 2, which needs the flags WRITE and IO, and none of ROOTSHARED, NO_HUGEPAGES, EXECUTE, DMA"

#define PARTLY	"(0xfebf1000-0xfebf3000) only partly in memory region 2: one region has to have these pages"

static struct jailhouse_memory region(u64 start, u64 size, u64 flags)
{
	return (struct jailhouse_memory){ start, start, size, flags };
}

UNIT(a_table_lies_in_one_region)
{
	CELL(c.mem[2] = region(0xfebf0000, 0x4000, RWIO), 0, "");
	CELL(c.mem[2] = region(0xfebf1000, 0x1000, RWIO), 0, "");
	CELL(c.mem[2] = region(0xfebf0000, 0x1000, RWIO), 0, "");
	CELL(c.mem[2] = region(0xfebf2000, 0x1000, RWIO), 0, "");
	CELL(c.mem[2] = region(0xfebf0000, 0x4000, RW), -EINVAL, HAS(NEEDS));
	CELL(c.mem[2] = region(0xfebf0000, 0x4000, RWIO | JAILHOUSE_MEM_ROOTSHARED), -EINVAL,
	     HAS(NEEDS));
	CELL(c.mem[2] = region(0xfebf0000, 0x4000, RWIO | JAILHOUSE_MEM_NO_HUGEPAGES), -EINVAL,
	     HAS(NEEDS));
	CELL(c.mem[2] = region(0xfebf0000, 0x4000, RWIO | JAILHOUSE_MEM_EXECUTE), -EINVAL,
	     HAS(NEEDS));
	CELL(c.mem[2] = region(0xfebf0000, 0x4000, JAILHOUSE_MEM_READ | JAILHOUSE_MEM_IO), -EINVAL,
	     HAS(NEEDS));
	CELL(c.mem[2] = region(0xfebf0000, 0x4000, RWIO | JAILHOUSE_MEM_DMA), -EINVAL,
	     HAS(NEEDS));
	/* Two pages, and a region that ends, or begins, between them. */
	CELL(c.pci[1].num_msix_vectors = 257; c.mem[2] = region(0xfebf0000, 0x2000, RWIO),
	     -EINVAL, HAS(PARTLY));
	CELL(c.pci[1].num_msix_vectors = 257; c.mem[2] = region(0xfebf2000, 0x2000, RWIO),
	     -EINVAL, HAS(PARTLY));
	CELL(c.pci[1].num_msix_vectors = 256; c.mem[2] = region(0xfebf0000, 0x2000, RWIO), 0, "");
	CELL(c.pci[1].msix_address = 0xfebf1ff8; c.mem[2] = region(0xfebf1000, 0x1000, RWIO),
	     -EINVAL,
	     HAS(PARTLY));
}

UNIT(a_page_has_one_table)
{
	CELL(c.pci[0].msix_address = 0xfebf1800; c.pci[0].num_msix_vectors = 1, -EINVAL,
	     HAS("in a page of that of PCI device 0"));
	CELL(c.pci[0].msix_address = 0xfebf0ff0; c.pci[0].num_msix_vectors = 1, 0, "");
	CELL(c.pci[0].msix_address = 0xfebf2000; c.pci[0].num_msix_vectors = 1, 0, "");
}

UNIT(a_table_is_nobody_elses)
{
	FITS(c.mem[2] = region(0xfebf0000, 0x4000, RWIO), 0, "");
	FITS(c.mem[2] = region(0xfebf0000, 0x4000, RWIO); c.desc.num_pci_devices = 1, -EACCES,
	     "memory region 2 (0xfebf0000-0xfebf4000) has the MSI-X table (0xfebf1000-0xfebf2000) of PCI device 0000:00:04.0, which is not the cell's");
	FITS(c.mem[2] = region(0xfebf2000, 0x2000, RWIO); c.desc.num_pci_devices = 1, 0, "");
	FITS(c.mem[2] = region(0xfebf0000, 0x1000, RWIO); c.desc.num_pci_devices = 1, 0, "");
}
