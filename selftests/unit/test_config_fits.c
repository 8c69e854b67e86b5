// SPDX-License-Identifier: GPL-2.0-only
/* BESIDE: configs.c */
/* The check whether a cell fits a system, beside another cell. */
#include <stdio.h>
#include <string.h>
#include "configs.h"

UNIT(names_and_cpus_that_do_not_fit)
{
	FITS((void)c, 0, "");
	FITS(strcpy(c.desc.name, "other"), -EEXIST, "there is a cell \"other\" already");
	FITS(strcpy(c.desc.name, "RootCell"), -EEXIST, "the root cell has the name \"RootCell\"");
	FITS(c.cpus[0] = 0xe, -EBUSY, "CPU 1 belongs to cell \"other\"");
	FITS(c.cpus[1] = 0x80, -ENODEV, "CPU 71 does not exist, or Linux does not use it");
	FITS(o.cpus[1] = 0x80; c.cpus[1] = 0x180, -EBUSY, "CPU 71 belongs to cell \"other\"");
	FITS(c.cpus[0] = 0x80, -ENODEV, "CPU 7 does not exist, or Linux does not use it");
	FITS(c.cpus[0] = 1ULL << 63, -ENODEV, "CPU 63 does not exist, or Linux does not use it");
	FITS(c.cpus[0] = 0xd, -EBUSY, "CPU 0 is the last one of the root cell");
	FITS(m = 0xc, -EBUSY, "CPU 2 is the last one of the root cell");
	FITS(m = 0x4, -ENODEV, "CPU 3 does not exist, or Linux does not use it");
}

UNIT(memory_that_does_not_fit)
{
	FITS(c.mem[0].phys_start = 0x3aff0000, -EADDRINUSE,
	     "memory region 0 (0x3aff0000-0x3b0f0000) overlaps hypervisor memory");
	FITS(c.mem[0].phys_start = 0x39fff000, -EADDRINUSE,
	     "memory region 0 (0x39fff000-0x3a0ff000) overlaps hypervisor memory");
	FITS(c.mem[0].phys_start = 0x3ff80000, -ENXIO,
	     "memory region 0 (0x3ff80000-0x40080000) is not the root cell's from 0x40000000 on");
	FITS(c.mem[0].phys_start = 0x80000000, -ENXIO,
	     "memory region 0 (0x80000000-0x80100000) is not the root cell's from 0x80000000 on");
	FITS(c.mem[0].phys_start = 0x3be80000; c.mem[2].phys_start = 0x1000, 0, "");
	FITS(c.mem[0].phys_start = 0xfeb00000, -EACCES,
	     "memory region 0 (0xfeb00000-0xfec00000) has rights (flags 0x4) that the root cell lacks at 0xfeb00000");
	FITS(c.mem[0].phys_start = 0x3be80000; c.mem[0].flags |= JAILHOUSE_MEM_DMA, -EACCES,
	     "memory region 0 (0x3be80000-0x3bf80000) has rights (flags 0x8) that the root cell lacks at 0x3be80000");
	FITS(c.mem[0].flags |= JAILHOUSE_MEM_DMA, 0, "");
	FITS(c.mem[2].phys_start = 0xfeb00000, -EACCES,
	     "memory region 2 (0xfeb00000-0xfeb02000) lacks the flag IO, other than the root cell at 0xfeb00000");
	/* RAM that claims to be registers would neither be scrubbed nor asked of Linux. */
	FITS(c.mem[0].flags = RWX | JAILHOUSE_MEM_IO, -EACCES,
	     "memory region 0 (0x3bf00000-0x3c000000) has the flag IO, other than the root cell at 0x3bf00000");
	FITS(c.mem[2].flags |= JAILHOUSE_MEM_IO, -EACCES,
	     "memory region 2 (0x3be00000-0x3be02000) has the flag IO, other than the root cell at 0x3be00000");
	FITS(c.mem[2].phys_start = 0xfeb00000; c.mem[2].flags |= JAILHOUSE_MEM_IO, 0, "");
	FITS(c.mem[2].virt_start = 0xb0000000, -EADDRINUSE,
	     "memory region 2 (0x3be00000-0x3be02000) overlaps the MMCONFIG area, guest-physically (virt_start)");
	FITS(c.mem[1].virt_start = 0xbffff000, -EADDRINUSE,
	     "memory region 1 (0xbffff000-0xc0000000) overlaps the MMCONFIG area, guest-physically (virt_start)");
	FITS(c.mem[2].virt_start = 0xc0000000, 0, "");
	FITS(c.mem[2].virt_start = 0xfee00000, -EADDRINUSE,
	     "memory region 2 (0x3be00000-0x3be02000) overlaps the local APICs, guest-physically (virt_start)");
	FITS(c.mem[1].virt_start = 0xfeeff000, -EADDRINUSE,
	     "memory region 1 (0xfeeff000-0xfef00000) overlaps the local APICs, guest-physically (virt_start)");
	FITS(c.mem[2].virt_start = 0xfef00000, 0, "");
	FITS(s.head.platform_info.pci_mmconfig_base = 0; c.mem[2].virt_start = 0xb0000000, 0, "");
}

/* What neither scrub nor loader of Linux may write to, Linux may not give away. */
UNIT(memory_that_the_root_cell_cannot_write)
{
	FITS(s.mem[2].flags = RWX & ~JAILHOUSE_MEM_WRITE;
	     c.mem[0].flags &= ~(u64)JAILHOUSE_MEM_WRITE, -EACCES,
	     "memory region 0 (0x3bf00000-0x3c000000) is scrubbed, but the root cell cannot write at 0x3bf00000 (ROOTSHARED is not scrubbed)");
	FITS(s.mem[2].flags = RWX & ~JAILHOUSE_MEM_WRITE;
	     c.mem[0].flags = RWX & ~JAILHOUSE_MEM_WRITE, -EACCES,
	     "memory region 0 (0x3bf00000-0x3c000000) is scrubbed, but the root cell cannot write at 0x3bf00000 (ROOTSHARED is not scrubbed)");
	FITS(s.mem[2].flags = RWX & ~JAILHOUSE_MEM_WRITE;
	     c.mem[0].flags = (RWX & ~JAILHOUSE_MEM_WRITE) | JAILHOUSE_MEM_ROOTSHARED, 0, "");
	FITS(s.mem[3].flags = JAILHOUSE_MEM_READ | JAILHOUSE_MEM_IO;
	     c.mem[2].flags = JAILHOUSE_MEM_READ | JAILHOUSE_MEM_IO;
	     c.mem[2].phys_start = 0xfeb00000, 0, "");
}

UNIT(each_right_that_the_root_cell_lacks)
{
	static const u64 rights[] = {
		JAILHOUSE_MEM_WRITE, JAILHOUSE_MEM_EXECUTE, JAILHOUSE_MEM_DMA,
	};
	unsigned int i;
	char text[160];

	for (i = 0; i < ARRAY_SIZE(rights); i++) {
		snprintf(text, sizeof(text),
			 "memory region 2 (0x3be00000-0x3be02000) has rights (flags 0x%llx) that the root cell lacks at 0x3be00000",
			 rights[i]);
		FITS(s.mem[1].flags = 0xf & ~rights[i];
		     c.mem[2].flags = 0xf | JAILHOUSE_MEM_ROOTSHARED, -EACCES, text);
		FITS(s.mem[1].flags = 0xf & ~rights[i];
		     c.mem[2].flags = (0xf & ~rights[i]) | JAILHOUSE_MEM_ROOTSHARED, 0, "");
	}
}

UNIT(memory_of_another_cell)
{
	FITS(c.mem[0].phys_start = 0x3c1ff000, -EBUSY,
	     "memory region 0 (0x3c1ff000-0x3c2ff000) overlaps memory region 0 of cell \"other\"");
	FITS(c.mem[0].phys_start = 0x3c001000, -EBUSY,
	     "memory region 0 (0x3c001000-0x3c101000) overlaps memory region 0 of cell \"other\"");
	FITS(c.mem[0].phys_start = 0x3c000000, 0, "");
	FITS(c.mem[0].phys_start = 0x3c200000, 0, "");
	/* ROOTSHARED must be said on both sides. */
	FITS(c.mem[2].flags = RW, -EBUSY,
	     "memory region 2 (0x3be00000-0x3be02000) overlaps memory region 2 of cell \"other\"");
	FITS(o.mem[2].flags = RW, -EBUSY,
	     "memory region 2 (0x3be00000-0x3be02000) overlaps memory region 2 of cell \"other\"");
	/* The other's comm region has no phys_start. */
	FITS(c.mem[2].phys_start = 0, 0, "");
}

UNIT(ports_that_do_not_fit)
{
	FITS(c.pio[0].base = 0x80, -ENXIO,
	     "port region 0 (0x80-0x87) is not the root cell's from 0x80 on");
	FITS(c.pio[0].base = 0x7c, -ENXIO,
	     "port region 0 (0x7c-0x83) is not the root cell's from 0x80 on");
	/* A cell gets only what is the root cell's. */
	FITS(c.pio[0].base = 0xcf8, -ENXIO,
	     "port region 0 (0xcf8-0xcff) is not the root cell's from 0xcf8 on");
	FITS(s.pio[1].base = 0x80; s.pio[1].length = 0x300; c.pio[0].base = 0x7c, 0, "");
	FITS(c.pio[0].base = 0x5f, -EBUSY,
	     "port region 0 (0x5f-0x66) overlaps port region 0 of cell \"other\"");
	FITS(c.pio[0].base = 0x58, 0, "");
	FITS(c.pio[1].flags = 0, -EBUSY,
	     "port region 1 (0x2f8-0x2ff) overlaps port region 1 of cell \"other\"");
	FITS(o.pio[1].flags = 0, -EBUSY,
	     "port region 1 (0x2f8-0x2ff) overlaps port region 1 of cell \"other\"");
	/* What is ignored may be anybody's, and nobody's. */
	FITS(c.pio[2].base = 0x60, 0, "");
	FITS(c.pio[2].base = 0x9000, 0, "");
}

UNIT(the_pm_timer_is_everybodys)
{
	FITS(c.pio[0].base = 0x608; c.pio[0].length = 4, 0, "");
	FITS(c.pio[0].base = 0x609; c.pio[0].length = 2, 0, "");
	FITS(c.pio[0].base = 0x608, -ENXIO,
	     "port region 0 (0x608-0x60f) is not the root cell's from 0x60c on");
	FITS(c.pio[0].base = 0x607; c.pio[0].length = 5, -ENXIO,
	     "port region 0 (0x607-0x60b) is not the root cell's from 0x607 on");
	FITS(c.pio[0].base = 0x608; c.pio[0].length = 4; o.pio[0] = c.pio[0], 0, "");
	/* In the middle of what the root cell lists, and of what two cells list. */
	FITS(s.pio[0].length = 0x800; s.pio[1].base = 0x800; c.pio[1].base = 0x600;
	     c.pio[1].length = 0x20; o.pio[1] = (struct jailhouse_pio)PIO_RANGE(0x608, 4), 0, "");
	FITS(s.pio[0].length = 0x800; s.pio[1].base = 0x800; c.pio[1].base = 0x600;
	     c.pio[1].length = 0x20; o.pio[1] = (struct jailhouse_pio)PIO_RANGE(0x608, 5), -EBUSY,
	     "port region 1 (0x600-0x61f) overlaps port region 1 of cell \"other\"");
	FITS(s.head.platform_info.pm_timer_address = 0; c.pio[0].base = 0; c.pio[0].length = 4;
	     o.pio[0] = c.pio[0], -EBUSY,
	     "port region 0 (0x0-0x3) overlaps port region 0 of cell \"other\"");
}

UNIT(pins_that_do_not_fit)
{
	FITS(c.irqchip[0].address = 0xfec01000, -ENXIO,
	     "irqchip 0 (0xfec01000) has pin 4, which is not the root cell's");
	FITS(c.irqchip[1].pin_base = 208, -ENXIO,
	     "irqchip 1 (0xfec00000) has pin 208, which is not the root cell's");
	FITS(c.irqchip[1].pin_base = 64, -ENXIO,
	     "irqchip 1 (0xfec00000) has pin 64, which is not the root cell's");
	FITS(c.irqchip[1].pin_base = 63, 0, "");
	FITS(c.irqchip[0].pin_bitmap[0] = 0x11, -EBUSY,
	     "irqchip 0 (0xfec00000) has pin 0, which belongs to cell \"other\"");
	FITS(c.irqchip[0].pin_base = 170; c.irqchip[0].pin_bitmap[0] = 1U << 31, -EBUSY,
	     "irqchip 0 (0xfec00000) has pin 201, which belongs to cell \"other\"");
}

UNIT(devices_that_do_not_fit)
{
	FITS(c.pci[0].bdf = 0x19, -ENXIO, "PCI device 0 (0000:00:03.1) is not the root cell's");
	FITS(c.pci[0].domain = 1, -ENXIO, "PCI device 0 (0001:00:03.0) is not the root cell's");
	FITS(c.pci[0].type |= JAILHOUSE_PCI_OWNS_PIN, 0, "");
	FITS(c.pci[0].type = JAILHOUSE_PCI_TYPE_BRIDGE, -EINVAL,
	     "PCI device 0 (0000:00:03.0) is described in another way than in the root cell");
	FITS(c.pci[1].num_msix_vectors = 2, -EINVAL,
	     "PCI device 1 (0000:00:04.0) is described in another way than in the root cell");
	FITS(c.pci[0] = o.pci[0], -EBUSY, "PCI device 0 (0000:00:01.0) belongs to cell \"other\"");
}

#define VIRTUAL(device, of)	\
	(device).type = JAILHOUSE_PCI_TYPE_VIRTUAL; (device).physical = (of)

UNIT(virtual_functions_that_do_not_fit)
{
	FITS(c.desc.num_pci_devices = 1; VIRTUAL(c.pci[0], 0x10); VIRTUAL(s.pci[1], 0x10);
	     s.pci[2].bdf = 0x10, 0, "");
	FITS(VIRTUAL(c.pci[0], 0x10), -EINVAL,
	     "PCI device 0 (0000:00:03.0) is described in another way than in the root cell");
	FITS(VIRTUAL(c.pci[0], 0x10); VIRTUAL(s.pci[1], 0x11), -EINVAL,
	     "PCI device 0 (0000:00:03.0) is described in another way than in the root cell");
	FITS(VIRTUAL(c.pci[0], 0x10); VIRTUAL(s.pci[1], 0x10), -ENXIO,
	     "PCI device 0 (0000:00:03.0) is a virtual function of 00:02.0, which is no device that the root cell keeps");
	/* A bridge; one of this cell; one of another cell. */
	FITS(o.desc.num_pci_devices = 0; VIRTUAL(c.pci[0], 0x08); VIRTUAL(s.pci[1], 0x08), -ENXIO,
	     "PCI device 0 (0000:00:03.0) is a virtual function of 00:01.0, which is no device that the root cell keeps");
	FITS(VIRTUAL(c.pci[1], 0x18); VIRTUAL(s.pci[2], 0x18), -ENXIO,
	     "PCI device 1 (0000:00:04.0) is a virtual function of 00:03.0, which is no device that the root cell keeps");
	FITS(s.pci[0].type = JAILHOUSE_PCI_TYPE_DEVICE; VIRTUAL(c.pci[0], 0x08);
	     VIRTUAL(s.pci[1], 0x08), -ENXIO,
	     "PCI device 0 (0000:00:03.0) is a virtual function of 00:01.0, which is no device that the root cell keeps");
	FITS(c.desc.num_pci_devices = 1; VIRTUAL(c.pci[0], 0x10); VIRTUAL(s.pci[1], 0x10);
	     s.pci[2].bdf = 0x10; s.head.platform_info.pci_mmconfig_base = 0, -ENXIO,
	     "PCI device 0 (0000:00:03.0) is a virtual function of 00:02.0, of whose bus there is no MMCONFIG area");
}
