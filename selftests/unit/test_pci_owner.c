// SPDX-License-Identifier: GPL-2.0-only
/* BESIDE: fake_pci.c */
/* Functions that change hands, and what a cell may do with them while it runs. */
#include <string.h>
#include "fake_pci.h"

UNIT(only_an_own_interrupt_pin_is_pulled)
{
	static const struct jailhouse_pci_device owner = {
		.bdf = NIC, .type = JAILHOUSE_PCI_TYPE_DEVICE | JAILHOUSE_PCI_OWNS_PIN,
	};

	build();
	CHECK_EQ(pci_cell_init(&cell, &space, &cell_cpus, &owner, 1), 0);
	pci_cell_take(&cell);
	CHECK_EQ(reg(NIC, 0x04), 0x00100403);
	pci_cell_run(&cell, true);
	CHECK_EQ(cfg_write(cell_io, ADDR(NIC, 0x04), 0, 2, 0x0006), 0);
	CHECK_EQ(reg(NIC, 0x04), 0x00100006);
	CHECK_EQ(cfg_read(cell_io, ADDR(NIC, 0x3c), 0, 4), 0x010b);
	pci_cell_run(&cell, false);
	CHECK_EQ(reg(NIC, 0x04), 0x00100402);
	pci_cell_return(&cell);
	CHECK_EQ(reg(NIC, 0x04), 0x00100403);
}

/* Each byte gets each pattern, one byte at a time and four at a time. */
static void cell_writes_everything(void)
{
	static const u32 patterns[] = { 0xffffffff, 0x00000000, 0x5a5a5a5a, 0xfee03000 };
	unsigned int n, offset;

	for (n = 0; n < ARRAY_SIZE(patterns); n++)
		for (offset = 0; offset < 256; offset++) {
			cfg_write(cell_io, ADDR(NIC, offset & 0xfc), offset & 3, 1,
				  patterns[n] & 0xff);
			if (offset % 4 == 0)
				cfg_write(cell_io, ADDR(NIC, offset), 0, 4, patterns[n]);
		}
}

UNIT(nothing_that_a_cell_wrote_stays)
{
	u8 before[256];
	unsigned int offset;

	build();
	/* Not a byte of it is 0, and the upper one of the command register is in use. */
	for (offset = 0x60; offset < 256; offset++)
		if (offset < 0x70 || offset > 0x77)
			config[NIC][offset] = (u8)offset;
	set_reg(NIC, 0x04, 0x00100147);
	set_reg(NIC, 0x0c, 0x00804010);
	set_reg(NIC, 0x28, 0x28282828);
	memcpy(before, config[NIC], sizeof(before));
	give();
	cell_writes_everything();
	CHECK(memcmp(before, config[NIC], sizeof(before)));
	pci_cell_run(&cell, false);
	pci_cell_return(&cell);
	/* But it comes back without its bus mastering, and its pin is disabled. */
	before[0x04] &= 0xfb;
	before[0x05] |= 4;
	for (offset = 0; offset < 256; offset++) {
		unit_row("offset %#x", offset);
		CHECK_EQ(config[NIC][offset], before[offset]);
	}
}

static bool is_quiet(unsigned int bdf)
{
	return (reg(bdf, 0x04) & 0x0404) == 0x0400 && !(reg(bdf, 0x50) >> 16 & 1) &&
	       !(reg(bdf, 0x70) >> 31);
}

UNIT(a_cell_that_is_stopped_is_quiet)
{
	build();
	CHECK_EQ(pci_cell_init(&cell, &space, &cell_cpus, devices, 2), 0);
	pci_msix_attach(&cell.functions[0], entries, TABLE_GPA);
	pci_cell_take(&cell);
	/* Not started yet. */
	CHECK(is_quiet(NIC));
	CHECK_EQ(cfg_write(cell_io, ADDR(NIC, 0x04), 0, 2, 0x0006), -EPERM);
	CHECK_EQ(cfg_read(cell_io, ADDR(NIC, 0x00), 0, 4), 0x100e8086);
	CHECK(is_quiet(NIC));

	pci_cell_run(&cell, true);
	CHECK_EQ(cfg_write(cell_io, ADDR(NIC, 0x04), 0, 2, 0x0006), 0);
	CHECK_EQ(cfg_write(cell_io, ADDR(NIC, 0x54), 0, 4, 0xfee03000), 0);
	CHECK_EQ(cfg_write(cell_io, ADDR(NIC, 0x5c), 0, 2, 0x41), 0);
	CHECK_EQ(cfg_write(cell_io, ADDR(NIC, 0x50), 2, 2, 0x01), 0);
	CHECK_EQ(cfg_write(cell_io, ADDR(NIC, 0x70), 2, 2, 0x8000), 0);
	CHECK_EQ(cfg_write(cell_io, ADDR(NIC, 0x10), 0, 4, 0x12345000), 0);
	CHECK_EQ(reg(NIC, 0x04) & 4, 4);
	CHECK_EQ(reg(NIC, 0x50) >> 16 & 1, 1);
	CHECK_EQ(reg(NIC, 0x70) >> 31, 1);
	/* Starting once more is none. */
	pci_cell_run(&cell, true);
	CHECK_EQ(reg(NIC, 0x04) & 4, 4);

	/* A CPU on its way to where it parks is late. */
	pci_cell_run(&cell, false);
	CHECK(is_quiet(NIC));
	CHECK_EQ(cfg_write(cell_io, ADDR(NIC, 0x04), 0, 2, 0x0006), -EPERM);
	CHECK_EQ(cfg_write(cell_io, ADDR(NIC, 0x54), 0, 4, 0xfee03000), -EPERM);
	CHECK_EQ(cfg_write(cell_io, ADDR(NIC, 0x50), 2, 2, 0x01), -EPERM);
	CHECK_EQ(cfg_write(cell_io, ADDR(NIC, 0x70), 2, 2, 0x8000), -EPERM);
	CHECK(is_quiet(NIC));
	hw_writes = 0;
	pci_cell_run(&cell, false);
	CHECK_EQ(hw_writes, 0);

	/* The next start finds nothing of the last one. */
	pci_cell_run(&cell, true);
	CHECK(is_quiet(NIC));
	CHECK_EQ(cfg_read(cell_io, ADDR(NIC, 0x54), 0, 4), 0);
	CHECK_EQ(cfg_read(cell_io, ADDR(NIC, 0x50), 2, 2), 0x0080);
	CHECK_EQ(cfg_read(cell_io, ADDR(NIC, 0x10), 0, 4), 0xfeb80000);
	pci_cell_return(&cell);
}

UNIT(functions_change_hands_quietly)
{
	build();
	give();
	/* No master, no interrupt. */
	CHECK_EQ(reg(NIC, 0x04), 0x00100403);
	CHECK_EQ(reg(NIC, 0x50), 0x00807005);
	CHECK_EQ(reg(NIC, 0x70), 0x00040011);
	CHECK_EQ(cfg_write(cell_io, ADDR(NIC, 0x04), 0, 2, 0x0006), 0);
	CHECK_EQ(cfg_write(cell_io, ADDR(NIC, 0x54), 0, 4, 0xfee03000), 0);
	CHECK_EQ(cfg_write(cell_io, ADDR(NIC, 0x5c), 0, 2, 0x41), 0);
	CHECK_EQ(cfg_write(cell_io, ADDR(NIC, 0x50), 2, 2, 0x01), 0);
	pci_cell_run(&cell, false);
	pci_cell_return(&cell);
	CHECK_EQ(reg(NIC, 0x04), 0x00100403);
	CHECK_EQ(reg(NIC, 0x50), 0x00817005);
	CHECK_EQ(reg(NIC, 0x54), 0xfee01000);
	CHECK_EQ(reg(NIC, 0x58), 0x77);
	CHECK_EQ(reg(NIC, 0x5c), 0x4031);
	CHECK_EQ(reg(NIC, 0x70), 0x80040011);
	/* What the cell has not was not touched. */
	CHECK_EQ(reg(0, 0x04), 0xffffffff);
	/* Twice is once. */
	hw_writes = 0;
	pci_cell_return(&cell);
	CHECK_EQ(hw_writes, 0);
}

/* Of AMD's kind: its configuration space is the hypervisor's, with or without cells. */
UNIT(an_iommu_is_nobodys)
{
	build();
	space.iommus[0] = NIC;
	CHECK(pci_any_owned(&space));
	CHECK_EQ(cfg_read(root_io, ADDR(NIC, 0), 0, 4), 0xffffffff);
	hw_writes = 0;
	CHECK_EQ(cfg_write(root_io, ADDR(NIC, 4), 0, 2, 0), -EPERM);
	CHECK_EQ(hw_writes, 0);
	CHECK_EQ(cfg_read(root_io, ADDR(DISK, 0), 0, 4), reg(DISK, 0));
	CHECK_EQ(pci_cell_init(&cell, &space, &cell_cpus, devices, 1), -EBUSY);
	CHECK_STR(said, "PCI device 0000:00:03.0 is another cell's, or an IOMMU");
}

UNIT(several_cells)
{
	static struct pci_cell second;
	static const struct jailhouse_pci_device absent = { .bdf = ABSENT };
	static const struct jailhouse_pci_device segment = { .bdf = NIC, .domain = 1 };
	struct jailhouse_pci_device many[PCI_MAX_DEVICES + 1] = { 0 };
	u32 value = 0x80001234;

	build();
	memset(&second, 0xa5, sizeof(second));
	CHECK_EQ(pci_cell_init(&second, &space, &cell_cpus, many, PCI_MAX_DEVICES), 0);
	CHECK_EQ(second.functions[0].msi, 0);
	give();
	CHECK_EQ(root_io(0xcf8, 4, true, &value), 0);
	CHECK_EQ(pci_cell_init(&second, &space, &cell_cpus, &devices[1], 1), -EBUSY);
	CHECK_EQ(pci_cell_init(&second, &space, &cell_cpus, &segment, 1), -EINVAL);
	CHECK_STR(said, "PCI device 0001:00:03.0 is not in segment 0");
	CHECK_EQ(pci_cell_init(&second, &space, &cell_cpus, many, ARRAY_SIZE(many)), -ENOSPC);
	CHECK_STR(said, "17 PCI devices are too many for a cell, the limit is 16");
	/* A function that is not there: all ones, also its capability list. */
	CHECK_EQ(pci_cell_init(&second, &space, &cell_cpus, &absent, 1), 0);
	pci_cell_take(&second);
	CHECK_EQ(root_io(0xcf8, 4, false, &value), 0);
	CHECK_EQ(value, 0x80001234);
	CHECK_EQ(cfg_read(root_io, ADDR(NIC, 0), 0, 4), 0xffffffff);
	CHECK_EQ(cfg_write(root_io, ADDR(ABSENT, 4), 0, 2, 0), -EPERM);
	pci_cell_return(&cell);
	CHECK(pci_any_owned(&space));
	CHECK_EQ(cfg_read(root_io, ADDR(NIC, 0), 0, 4), 0x100e8086);
	pci_cell_return(&second);
	CHECK(!pci_any_owned(&space));
	/* None at all. */
	CHECK_EQ(pci_cell_init(&second, &space, &cell_cpus, NULL, 0), 0);
	pci_cell_take(&second);
	CHECK(!pci_any_owned(&space));
	pci_cell_return(&second);
}
