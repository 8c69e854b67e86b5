// SPDX-License-Identifier: GPL-2.0-only
/* BESIDE: fake_pci.c */
/* Accesses to PCI configuration space: whose function, and which of its registers. */
#include <string.h>
#include "fake_pci.h"

UNIT(what_a_cell_owns_is_absent_for_the_root)
{
	build();
	CHECK_EQ(cfg_read(root_io, ADDR(NIC, 0), 0, 4), 0x100e8086);
	give();
	CHECK_EQ(cfg_read(root_io, ADDR(NIC, 0), 0, 4), 0xffffffff);
	CHECK_EQ(cfg_read(root_io, ADDR(NIC, 0), 2, 2), 0xffff);
	CHECK_EQ(cfg_read(root_io, ADDR(DISK, 8), 3, 1), 0xff);
	hw_writes = 0;
	CHECK_EQ(cfg_write(root_io, ADDR(NIC, 4), 0, 2, 0), -EPERM);
	CHECK_EQ(hw_writes, 0);
	/* Its neighbours are there; a disabled address means no function. */
	CHECK_EQ(cfg_write(root_io, ADDR(NIC + 1, 4), 1, 1, 0x12), 0);
	CHECK_EQ(config[NIC + 1][5], 0x12);
	CHECK_EQ(cfg_write(root_io, ADDR(NIC, 4) & ~0x80000000U, 0, 2, 0), 0);
	CHECK_EQ(hw_writes, 2);
	pci_cell_return(&cell);
	CHECK(!pci_any_owned(&space));
	CHECK_EQ(cfg_read(root_io, ADDR(NIC, 0), 0, 4), 0x100e8086);
}

UNIT(the_roots_address_register_survives)
{
	u32 value;

	build();
	give();
	/* Selected just before it was suspended, used just after. */
	value = 0;
	CHECK_EQ(root_io(0xcf8, 4, false, &value), 0);
	CHECK_EQ(value, 0x80001004);
	value = 0xffffffff;
	CHECK_EQ(root_io(0xcf8, 4, true, &value), 0);
	CHECK_EQ(root_io(0xcf8, 4, false, &value), 0);
	CHECK_EQ(value, 0x8ffffffc);
	cfg_read(cell_io, ADDR(NIC, 0), 0, 4);
	CHECK_EQ(root_io(0xcf8, 4, false, &value), 0);
	CHECK_EQ(value, 0x8ffffffc);
	pci_cell_return(&cell);
	CHECK_EQ(hw_address, 0x8ffffffc);
	/* Other devices' ports in between, like the reset control register. */
	value = 6;
	CHECK_EQ(root_io(0xcf9, 1, true, &value), 0);
	CHECK_EQ(last_port, 0xcf9);
	CHECK_EQ(root_io(0xcf9, 1, false, &value), 0);
	CHECK_EQ(value, 0x5a5a5a5a);
}

/* Without them, Linux's write to an extended register would be one to the header's. */
UNIT(upper_bits_of_a_registers_number_are_the_roots)
{
	const u32 extended = ADDR(NIC + 1, 4) | 0x01000000;
	u32 value = extended;

	build();
	give();
	/* There it has another way, where it is looked at what a write to such a register does. */
	CHECK_EQ(cfg_write(root_io, extended, 0, 2, 0), -EPERM);
	space.mmconfig_size = 0;
	CHECK_EQ(cfg_write(root_io, extended, 0, 2, 0), 0);
	CHECK_EQ(hw_address, extended);
	CHECK_EQ(cfg_read(root_io, ADDR(NIC, 0) | 0x01000000, 0, 4), 0xffffffff);
	CHECK_EQ(cell_io(0xcf8, 4, true, &value), 0);
	CHECK_EQ(cell_io(0xcf8, 4, false, &value), 0);
	CHECK_EQ(value, ADDR(NIC + 1, 4));
}

/* An owned function is selected, and whatever reaches it as data is not the root's. */
UNIT(an_access_is_decided_by_all_its_bytes)
{
	static const u8 widths[] = { 1, 2, 4 };
	u8 before[256];
	unsigned int port, w;
	u32 value, ones;

	build();
	give();
	memcpy(before, config[NIC], sizeof(before));
	for (port = 0xcf5; port <= 0xcff; port++) {
		for (w = 0; w < ARRAY_SIZE(widths); w++) {
			unsigned int width = widths[w], end = port + width;
			bool straddles = (port & ~3U) != ((end - 1) & ~3U);

			unit_row("port %#x, width %u", port, width);
			CHECK_EQ(pci_is_config((u16)port, width), port >= 0xcf8 && end <= 0xd00);
			if (!pci_is_config((u16)port, width))
				continue;
			ones = ~0U >> (32 - 8 * width);
			value = ADDR(NIC, 4);
			CHECK_EQ(root_io(0xcf8, 4, true, &value), 0);
			value = 0;
			CHECK_EQ(root_io((u16)port, (u8)width, false, &value), 0);
			if (straddles || port >= 0xcfc)
				CHECK_EQ(value, ones);
			value = 0x07070707;
			CHECK_EQ(root_io((u16)port, (u8)width, true, &value),
				 straddles || port >= 0xcfc ? -EPERM : 0);
			CHECK(!memcmp(before, config[NIC], sizeof(before)));

			/* A neighbour of the cell's functions, for the cell. */
			value = ADDR(NIC, 4);
			CHECK_EQ(cell_io(0xcf8, 4, true, &value), 0);
			value = 0;
			CHECK_EQ(cell_io((u16)port, (u8)width, false, &value), 0);
			if (straddles || (port < 0xcfc && width != 4))
				CHECK_EQ(value, ones);
			hw_writes = 0;
			value = 0;
			if (straddles || (port < 0xcfc && width != 4)) {
				CHECK_EQ(cell_io((u16)port, (u8)width, true, &value), -EPERM);
				CHECK_EQ(hw_writes, 0);
			}
		}
	}
}

UNIT(a_cell_sees_its_functions_only)
{
	u32 value;

	build();
	give();
	CHECK_EQ(cfg_read(cell_io, ADDR(NIC, 0), 0, 4), 0x100e8086);
	CHECK_EQ(cfg_read(cell_io, ADDR(NIC, 0), 2, 2), 0x100e);
	CHECK_EQ(cfg_read(cell_io, ADDR(NIC, 0), 1, 1), 0x80);
	CHECK_EQ(cfg_read(cell_io, ADDR(0, 0), 0, 4), 0xffffffff);
	CHECK_EQ(cfg_read(cell_io, ADDR(NIC + 1, 0), 0, 2), 0xffff);
	CHECK_EQ(cfg_read(cell_io, ADDR(NIC, 0) & ~0x80000000U, 0, 1), 0xff);
	hw_writes = 0;
	CHECK_EQ(cfg_write(cell_io, ADDR(0, 4), 0, 4, 0), -EPERM);
	CHECK_EQ(cfg_write(cell_io, ADDR(NIC, 4) & ~0x80000000U, 0, 4, 0), -EPERM);
	/* Across a doubleword, other ports, bytes of the address register. */
	CHECK_EQ(cfg_read(cell_io, ADDR(NIC, 0), 3, 2), 0xffff);
	CHECK_EQ(cfg_write(cell_io, ADDR(NIC, 4), 2, 4, 0), -EPERM);
	value = 6;
	CHECK_EQ(cell_io(0xcf9, 1, true, &value), -EPERM);
	CHECK_EQ(cell_io(0xcf9, 1, false, &value), 0);
	CHECK_EQ(value, 0xff);
	CHECK_EQ(cell_io(0xcf8, 2, false, &value), 0);
	CHECK_EQ(value, 0xffff);
	CHECK_EQ(hw_writes, 0);
}

UNIT(a_cell_changes_what_is_its_own)
{
	static const struct {
		unsigned int reg, byte;
		u8 width;
		u32 value;
		int err;
		u32 want;
	} rows[] = {
		{ 0x00, 0, 4, 0xffffffff, -EPERM, 0x100e8086 },
		{ 0x04, 0, 2, 0xffff, 0, 0x28100547 },
		/* the interrupt pin stays disabled */
		{ 0x04, 0, 2, 0x0006, 0, 0x28100406 },
		{ 0x04, 1, 1, 0x01, 0, 0x28100503 },
		{ 0x04, 1, 1, 0x00, 0, 0x28100403 },
		/* status: only bits that were written may clear errors */
		{ 0x04, 2, 2, 0x8000, 0, 0x28100403 },
		{ 0x04, 2, 2, 0xa000, 0, 0x08100403 },
		{ 0x04, 0, 4, 0x08000002, 0, 0x20100402 },
		{ 0x08, 0, 4, 0, -EPERM, 0 },
		{ 0x0c, 0, 4, 0xffffffff, 0, 0x0000ffff },
		{ 0x28, 0, 4, 0xffffffff, -EPERM, 0 },
		{ 0x2c, 0, 4, 0xffffffff, -EPERM, 0 },
		{ 0x30, 0, 4, 0xffffffff, -EPERM, 0 },
		{ 0x34, 0, 1, 0, -EPERM, 0x50 },
		{ 0x3c, 0, 4, 0xffffffff, 0, 0x01ff },
		{ 0x60, 0, 4, 0xffffffff, -EPERM, 0 },
		{ 0x70, 0, 2, 0, -EPERM, 0x00040011 },
		{ 0x70, 2, 2, 0xffff, 0, 0xc0040011 },
		{ 0xfc, 0, 4, 0xffffffff, -EPERM, 0 },
	};
	size_t i;

	for (i = 0; i < ARRAY_SIZE(rows); i++) {
		unit_row("row %zu reg %#x", i, rows[i].reg);
		build();
		set_reg(NIC, 0x04, 0x28100007);
		give();
		CHECK_EQ(cfg_write(cell_io, ADDR(NIC, rows[i].reg), rows[i].byte, rows[i].width,
				   rows[i].value), rows[i].err);
		CHECK_EQ(reg(NIC, rows[i].reg), rows[i].want);
	}
}

UNIT(bars_are_the_cells_memory_only)
{
	build();
	give();
	CHECK_EQ(cfg_read(cell_io, ADDR(NIC, 0x10), 0, 4), 0xfeb80000);
	CHECK_EQ(cfg_read(cell_io, ADDR(NIC, 0x18), 0, 4), 0xc001);
	/* The size of a BAR is found out by writing all ones. */
	CHECK_EQ(cfg_write(cell_io, ADDR(NIC, 0x10), 0, 4, 0xffffffff), 0);
	CHECK_EQ(cfg_read(cell_io, ADDR(NIC, 0x10), 0, 4), 0xfffff000);
	CHECK_EQ(cfg_write(cell_io, ADDR(NIC, 0x14), 0, 4, 0xffffffff), 0);
	CHECK_EQ(cfg_read(cell_io, ADDR(NIC, 0x14), 0, 4), 0x12345678);
	CHECK_EQ(cfg_write(cell_io, ADDR(NIC, 0x18), 0, 4, 0xffffffff), 0);
	CHECK_EQ(cfg_read(cell_io, ADDR(NIC, 0x18), 0, 4), 0xffffffe1);
	CHECK_EQ(cfg_write(cell_io, ADDR(NIC, 0x10), 2, 2, 0x1234), 0);
	CHECK_EQ(cfg_read(cell_io, ADDR(NIC, 0x10), 0, 4), 0x1234f000);
	CHECK_EQ(cfg_write(cell_io, ADDR(NIC, 0x24), 0, 4, 0xffffffff), 0);
	CHECK_EQ(cfg_read(cell_io, ADDR(NIC, 0x24), 0, 4), 0);
	CHECK_EQ(reg(NIC, 0x10), 0xfeb80000);
	CHECK_EQ(reg(NIC, 0x18), 0xc001);
}

/* Else a Linux looks for the interrupt that it ends at. */
UNIT(a_pin_that_is_not_the_cells_is_none)
{
	build();
	give();
	CHECK_EQ(cfg_read(cell_io, ADDR(NIC, 0x3c), 0, 4), 0x000b);
	CHECK_EQ(cfg_read(cell_io, ADDR(NIC, 0x3c), 1, 1), 0);
	CHECK_EQ(reg(NIC, 0x3c), 0x010b);
	/* The line is only a place to write to. */
	CHECK_EQ(cfg_write(cell_io, ADDR(NIC, 0x3c), 0, 4, 0xffffff77), 0);
	CHECK_EQ(cfg_read(cell_io, ADDR(NIC, 0x3c), 0, 4), 0x0077);
	CHECK_EQ(reg(NIC, 0x3c), 0x0177);
}

UNIT(a_root_that_is_always_trapped)
{
	static const struct pci_ops trapped = {
		hw_read, hw_write, NULL, NULL, mem_read, mem_write,
	};
	u32 value;

	build();
	pci_init(&space, &trapped, &topo, 0xffffffff, &platform);
	CHECK_EQ(root_io(0xcf8, 4, false, &value), 0);
	CHECK_EQ(value, 0x8ffffffc);
	give();
	CHECK_EQ(root_io(0xcf8, 4, false, &value), 0);
	CHECK_EQ(value, 0x8ffffffc);
	pci_cell_return(&cell);
	CHECK_EQ(root_io(0xcf8, 4, false, &value), 0);
	CHECK_EQ(value, 0x8ffffffc);
}
