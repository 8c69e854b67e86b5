// SPDX-License-Identifier: GPL-2.0-only
/* BESIDE: fake_pci.c */
/* Where message-signalled interrupts of a cell's devices go. */
#include <string.h>
#include "fake_pci.h"

UNIT(msi_goes_to_the_cell_only)
{
	build();
	give();
	/* The root's address is not shown. */
	CHECK_EQ(cfg_read(cell_io, ADDR(NIC, 0x54), 0, 4), 0);
	CHECK_EQ(cfg_write(cell_io, ADDR(NIC, 0x54), 0, 4, 0xfee03000), 0);
	CHECK_EQ(cfg_write(cell_io, ADDR(NIC, 0x58), 0, 4, 0), 0);
	CHECK_EQ(cfg_write(cell_io, ADDR(NIC, 0x5c), 0, 2, 0x41), 0);
	CHECK_EQ(reg(NIC, 0x54), 0xfee01000);
	CHECK_EQ(cfg_write(cell_io, ADDR(NIC, 0x50), 2, 2, 0x11), 0);
	CHECK_EQ(reg(NIC, 0x50), 0x00917005);
	CHECK_EQ(reg(NIC, 0x54), 0xfee03000);
	CHECK_EQ(reg(NIC, 0x58), 0);
	CHECK_EQ(reg(NIC, 0x5c) & 0xffff, 0x41);
	CHECK_EQ(cfg_read(cell_io, ADDR(NIC, 0x54), 0, 4), 0xfee03000);
	/* Another vector while it is on, and off. */
	CHECK_EQ(cfg_write(cell_io, ADDR(NIC, 0x5c), 0, 2, 0x42), 0);
	CHECK_EQ(reg(NIC, 0x5c) & 0xffff, 0x42);
	CHECK_EQ(reg(NIC, 0x50) >> 16 & 1, 1);
	CHECK_EQ(cfg_write(cell_io, ADDR(NIC, 0x50), 2, 2, 0xff20), 0);
	CHECK_EQ(reg(NIC, 0x50), 0x00a07005);
	/* The 32-bit form has its data where the other one has the upper address. */
	CHECK_EQ(cfg_write(cell_io, ADDR(DISK, 0x48), 0, 4, 0xfee03000), 0);
	CHECK_EQ(cfg_write(cell_io, ADDR(DISK, 0x4c), 0, 4, 0xffff0051), 0);
	CHECK_EQ(cfg_write(cell_io, ADDR(DISK, 0x44), 2, 1, 0x01), 0);
	CHECK_EQ(reg(DISK, 0x48), 0xfee03000);
	CHECK_EQ(reg(DISK, 0x4c), 0x51);
	CHECK_EQ(reg(DISK, 0x44), 0x00010005);
	/* Power states are not offered. */
	CHECK_EQ(cfg_write(cell_io, ADDR(DISK, 0x44), 0, 2, 0x01), -EPERM);
	CHECK_EQ(cfg_write(cell_io, ADDR(DISK, 0x40), 2, 2, 0x03), -EPERM);
}

/* It would count beyond the 32 vectors of a block, down to those of exceptions. */
UNIT(no_function_counts_more_messages_than_there_can_be)
{
	build();
	give();
	CHECK_EQ(cfg_write(cell_io, ADDR(NIC, 0x54), 0, 4, 0xfee03000), 0);
	CHECK_EQ(cfg_write(cell_io, ADDR(NIC, 0x5c), 0, 2, 0x41), 0);
	CHECK_EQ(cfg_write(cell_io, ADDR(NIC, 0x50), 2, 2, 0x51), 0);
	CHECK_EQ(reg(NIC, 0x50) >> 16, 0xd1);
	CHECK_EQ(cfg_write(cell_io, ADDR(NIC, 0x50), 2, 2, 0x61), 0);
	CHECK_EQ(reg(NIC, 0x50) >> 16, 0xd1);
	CHECK_EQ(cfg_write(cell_io, ADDR(NIC, 0x50), 2, 1, 0x71), 0);
	CHECK_EQ(reg(NIC, 0x50) >> 16, 0xd1);
	CHECK_EQ(cfg_write(cell_io, ADDR(NIC, 0x50), 2, 2, 0x70), 0);
	CHECK_EQ(reg(NIC, 0x50) >> 16, 0xd0);
}

/* The CPU that programs a message says what it means by a logical destination. */
UNIT(msi_by_the_mode_of_the_writer)
{
	static const struct {
		u32 address, data;
		bool x2apic;
		int err;
	} rows[] = {
		{ 0xfee40004, 0x41, false, 0 },
		{ 0xfee40004, 0x41, true, -EPERM },
		{ 0xfee08004, 0x41, true, 0 },
		{ 0xfee08004, 0x41, false, -EPERM },
		/* a level-triggered one is sent as an edge, and none with an exception's vector */
		{ 0xfee03000, 0xc041, true, 0 },
		{ 0xfee03000, 0x0012, true, -EPERM },
	};
	size_t i;

	for (i = 0; i < ARRAY_SIZE(rows); i++) {
		unit_row("row %zu", i);
		build();
		topo.ldr[3] = 0x40000000;
		give();
		cell_x2apic = rows[i].x2apic;
		CHECK_EQ(cfg_write(cell_io, ADDR(NIC, 0x54), 0, 4, rows[i].address), 0);
		CHECK_EQ(cfg_write(cell_io, ADDR(NIC, 0x5c), 0, 2, rows[i].data), 0);
		CHECK_EQ(cfg_write(cell_io, ADDR(NIC, 0x50), 2, 2, 0x01), rows[i].err);
		CHECK_EQ(reg(NIC, 0x50) >> 16 & 1, !rows[i].err);
		if (rows[i].err)
			continue;
		CHECK_EQ(reg(NIC, 0x54), 0xfee03000);
		CHECK_EQ(reg(NIC, 0x5c) & 0xffff, 0x41);
	}
	cell_x2apic = false;
}

/* While it is on in the cell's eyes, each message is tried, and only valid ones work. */
UNIT(a_denied_message_waits_for_a_valid_one)
{
	static const struct {
		unsigned int reg;
		u32 value;
		bool works;
	} rows[] = {
		{ 0x54, 0xfee00000, false },	/* a CPU of the root cell */
		{ 0x54, 0xfee03000, true },
		{ 0x58, 1, false },		/* memory above 4 GiB */
		{ 0x5c, 0x42, false },		/* the address is the reason still */
		{ 0x58, 0, true },
		{ 0x5c, 0x242, false },		/* SMI */
		{ 0x5c, 0x1f, false },		/* vectors of exceptions */
		{ 0x5c, 0x12, false },
		{ 0x5c, 0x00, false },
		{ 0x5c, 0x20, true },
		{ 0x54, 0x00001000, false },	/* memory */
		{ 0x54, 0xfee03000, true },
	};
	size_t i;

	build();
	give();
	/* Nothing was programmed yet: address 0 is no interrupt. */
	CHECK_EQ(cfg_write(cell_io, ADDR(NIC, 0x50), 2, 2, 0x01), -EPERM);
	CHECK_EQ(reg(NIC, 0x50) >> 16 & 1, 0);
	CHECK_EQ(cfg_read(cell_io, ADDR(NIC, 0x50), 2, 2), 0x81);
	CHECK_EQ(cfg_write(cell_io, ADDR(NIC, 0x5c), 0, 2, 0x41), -EPERM);
	CHECK_EQ(cfg_write(cell_io, ADDR(NIC, 0x54), 0, 4, 0xfee03000), 0);
	CHECK_EQ(reg(NIC, 0x50) >> 16 & 1, 1);
	for (i = 0; i < ARRAY_SIZE(rows); i++) {
		unit_row("row %zu", i);
		CHECK_EQ(cfg_write(cell_io, ADDR(NIC, rows[i].reg), 0, 4, rows[i].value),
			 rows[i].works ? 0 : -EPERM);
		CHECK_EQ(reg(NIC, 0x50) >> 16 & 1, rows[i].works);
		CHECK_EQ(cfg_read(cell_io, ADDR(NIC, 0x50), 0, 4), 0x00817005);
		CHECK_EQ(cfg_read(cell_io, ADDR(NIC, rows[i].reg), 0, 4), rows[i].value);
	}
	/* Off is off, whatever comes. */
	CHECK_EQ(cfg_write(cell_io, ADDR(NIC, 0x50), 2, 2, 0x00), 0);
	CHECK_EQ(cfg_write(cell_io, ADDR(NIC, 0x54), 0, 4, 0xfee00000), 0);
	CHECK_EQ(cfg_write(cell_io, ADDR(NIC, 0x54), 0, 4, 0xfee03000), 0);
	CHECK_EQ(reg(NIC, 0x50), 0x00807005);
}

UNIT(capability_lists_that_lie)
{
	static const struct {
		u32 pointer, at, header;
		u8 msi, msix;
	} rows[] = {
		{ 0x00, 0x40, 0x00000005, 0, 0 },
		{ 0x3c, 0x3c, 0x00000005, 0, 0 },
		{ 0x40, 0x40, 0x00004005, 0x40, 0 },	/* points to itself */
		{ 0x43, 0x40, 0x00000011, 0, 0x40 },	/* reserved bits */
		{ 0xf4, 0xf4, 0x00000005, 0, 0 },	/* would not fit */
		{ 0xfc, 0xfc, 0x00000011, 0, 0xfc },
		{ 0xf0, 0xf0, 0x00000005, 0xf0, 0 },
	};
	size_t i;

	for (i = 0; i < ARRAY_SIZE(rows); i++) {
		unit_row("row %zu", i);
		build();
		memset(&config[NIC][0x40], 0, 0xc0);
		set_reg(NIC, 0x34, rows[i].pointer);
		set_reg(NIC, rows[i].at, rows[i].header);
		give();
		CHECK_EQ(cell.functions[0].msi, rows[i].msi);
		CHECK_EQ(cell.functions[0].msix, rows[i].msix);
		if (rows[i].msi)
			CHECK_EQ(cfg_write(cell_io, ADDR(NIC, rows[i].msi), 2, 2, 0), 0);
		pci_cell_return(&cell);
	}
	build();
	set_reg(NIC, 0x04, 0x00000007);
	give();
	CHECK_EQ(cell.functions[0].msi, 0);
	pci_cell_return(&cell);
}
