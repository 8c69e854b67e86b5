// SPDX-License-Identifier: GPL-2.0-only
/* BESIDE: fake_pci.c */
/* The MMCONFIG area: what may not be done through the ports may not be done there either. */
#include <string.h>
#include "fake_pci.h"

static int root_mem(u64 gpa, unsigned int width, bool is_write, u64 *value)
{
	struct mmio_access access = { gpa, width, is_write, *value };
	int err = pci_root_mmconfig(&space, &access);

	*value = access.value;
	return err;
}

static int cell_mem(u64 gpa, unsigned int width, bool is_write, u64 *value)
{
	struct mmio_access access = { gpa, width, is_write, *value };
	int err = pci_cell_mmconfig(&space, &cell, cell_x2apic, &access);

	*value = access.value;
	return err;
}

typedef int (*mem)(u64 gpa, unsigned int width, bool is_write, u64 *value);

static u64 read_mem(mem mem, u64 gpa, unsigned int width)
{
	u64 value = 0x1122334455667788;

	CHECK_EQ(mem(gpa, width, false, &value), 0);
	return width == 8 ? value : value & (BIT_ULL(8 * width) - 1);
}

static int write_mem(mem mem, u64 gpa, unsigned int width, u64 value)
{
	return mem(gpa, width, true, &value);
}

/* A function of PCI Express with three extended capabilities, the second of which is ATS. */
static void build_express(void)
{
	build();
	set_reg(NIC, 0x70, 0x00049011);		/* MSI-X; next 0x90 */
	set_reg(NIC, 0x90, 0x00020010);		/* PCI Express; end */
	memset(extended[NIC], 0, sizeof(extended[NIC]));
	*(u32 *)&extended[NIC][0x000] = 0x14010001;	/* AER; next 0x140 */
	*(u32 *)&extended[NIC][0x040] = 0x1a01000f;	/* ATS; next 0x1a0 */
	*(u32 *)&extended[NIC][0x044] = 0x00600020;
	*(u32 *)&extended[NIC][0x0a0] = 0x00010003;	/* serial number; end */
	*(u32 *)&extended[NIC][0x0a4] = 0xcafebabe;
}

UNIT(the_area_is_where_the_platform_says)
{
	static const struct jailhouse_platform_info none = { .pci_mmconfig_end_bus = 0xff };

	build();
	CHECK_EQ(space.mmconfig, MMCONFIG);
	CHECK_EQ(space.mmconfig_size, 0x100000);
	pci_init(&space, space.ops, &topo, 0, &none);
	CHECK_EQ(space.mmconfig_size, 0);
}

UNIT(what_a_cell_owns_is_absent_there_too)
{
	build_express();
	CHECK_EQ(read_mem(root_mem, AT(NIC, 0), 4), 0x100e8086);
	CHECK_EQ(read_mem(root_mem, AT(NIC, 0x140), 4), 0x1a01000f);
	give();
	CHECK_EQ(read_mem(root_mem, AT(NIC, 0), 4), 0xffffffff);
	CHECK_EQ(read_mem(root_mem, AT(NIC, 0x140), 2), 0xffff);
	CHECK_EQ(read_mem(root_mem, AT(DISK, 0xfff), 1), 0xff);
	hw_writes = 0;
	CHECK_EQ(write_mem(root_mem, AT(NIC, 4), 2, 0), -EPERM);
	CHECK_EQ(write_mem(root_mem, AT(NIC, 0x148), 4, 0), -EPERM);
	/* A neighbour, but not from its last register into the first of what is owned. */
	CHECK_EQ(write_mem(root_mem, AT(NIC, 0) - 2, 4, 0), -EPERM);
	CHECK_EQ(write_mem(root_mem, AT(NIC - 1, 0xfff), 2, 0), -EPERM);
	CHECK_EQ(write_mem(root_mem, AT(NIC - 1, 0xff8), 8, 0), -EPERM);
	CHECK_EQ(hw_writes, 0);
	CHECK_EQ(write_mem(root_mem, AT(NIC + 1, 4), 1, 0x12), 0);
	CHECK_EQ(config[NIC + 1][4], 0x12);
	CHECK_EQ(write_mem(root_mem, AT(NIC + 1, 0x146), 2, 0x3456), 0);
	CHECK_EQ(extended[NIC + 1][0x47], 0x34);
	CHECK_EQ(hw_writes, 2);
	pci_cell_run(&cell, false);
	pci_cell_return(&cell);
	CHECK_EQ(read_mem(root_mem, AT(NIC, 0), 4), 0x100e8086);
}

UNIT(a_cell_sees_its_functions_there_and_no_others)
{
	build_express();
	give();
	CHECK_EQ(read_mem(cell_mem, AT(NIC, 0), 4), 0x100e8086);
	CHECK_EQ(read_mem(cell_mem, AT(NIC, 2), 2), 0x100e);
	CHECK_EQ(read_mem(cell_mem, AT(NIC, 1), 1), 0x80);
	CHECK_EQ(read_mem(cell_mem, AT(NIC + 1, 0), 4), 0xffffffff);
	CHECK_EQ(read_mem(cell_mem, AT(0, 0), 8), ~0ULL);
	CHECK_EQ(read_mem(cell_mem, AT(NIC, 0), 8), ~0ULL);
	CHECK_EQ(read_mem(cell_mem, AT(NIC, 3), 2), 0xffff);
	hw_writes = 0;
	CHECK_EQ(write_mem(cell_mem, AT(0, 4), 4, 0), -EPERM);
	CHECK_EQ(write_mem(cell_mem, AT(NIC, 6), 4, 0), -EPERM);
	CHECK_EQ(write_mem(cell_mem, AT(NIC, 4), 8, 0), -EPERM);
	CHECK_EQ(hw_writes, 0);
}

/* Nor does one have any that owns nothing. */
UNIT(a_cell_without_functions_sees_nothing)
{
	struct mmio_access access = { AT(NIC, 0), 4, false, 0 };

	build();
	CHECK_EQ(pci_cell_mmconfig(&space, NULL, false, &access), 0);
	CHECK_EQ((u32)access.value, ~0U);
	access.is_write = true;
	CHECK_EQ(pci_cell_mmconfig(&space, NULL, false, &access), -EPERM);
}

/* Both ways in turn, the one undoing what the other has seen. */
UNIT(both_ways_have_the_same_rules)
{
	build_express();
	give();
	CHECK_EQ(write_mem(cell_mem, AT(NIC, 0x04), 2, 0xffff), 0);
	CHECK_EQ(reg(NIC, 0x04), 0x00100547);
	CHECK_EQ(write_mem(cell_mem, AT(NIC, 0x10), 4, 0xdead0000), 0);
	CHECK_EQ(reg(NIC, 0x10), 0xfeb80000);
	CHECK_EQ(cfg_read(cell_io, ADDR(NIC, 0x10), 0, 4), 0xdead0000);
	/* A message is checked by the one that completes it. */
	CHECK_EQ(write_mem(cell_mem, AT(NIC, 0x54), 4, 0xfee03000), 0);
	CHECK_EQ(cfg_write(cell_io, ADDR(NIC, 0x5c), 0, 2, 0x41), 0);
	CHECK_EQ(write_mem(cell_mem, AT(NIC, 0x52), 2, 1), 0);
	CHECK_EQ(reg(NIC, 0x50) >> 16 & 1, 1);
	CHECK_EQ(reg(NIC, 0x54), 0xfee03000);
	CHECK_EQ(write_mem(cell_mem, AT(NIC, 0x54), 4, 0xfee01000), -EPERM);
	CHECK_EQ(reg(NIC, 0x50) >> 16 & 1, 0);
	CHECK_EQ(cfg_read(cell_io, ADDR(NIC, 0x54), 0, 4), 0xfee01000);
	/* The mode of the CPU counts, too. */
	topo.ldr[3] = 0x40000000;
	cell_x2apic = true;
	CHECK_EQ(write_mem(cell_mem, AT(NIC, 0x54), 4, 0xfee40004), -EPERM);
	cell_x2apic = false;
	CHECK_EQ(write_mem(cell_mem, AT(NIC, 0x54), 4, 0xfee40004), 0);
	/* None changes a thing once the cell is stopped. */
	pci_cell_run(&cell, false);
	CHECK_EQ(write_mem(cell_mem, AT(NIC, 0x04), 2, 0x0547), -EPERM);
	CHECK_EQ(reg(NIC, 0x04) & 4, 0);
	CHECK_EQ(read_mem(cell_mem, AT(NIC, 0), 2), 0x8086);
}

UNIT(extended_space_is_read_only_and_has_no_ats)
{
	build_express();
	give();
	CHECK_EQ(read_mem(cell_mem, AT(NIC, 0x100), 4), 0x14010001);
	CHECK_EQ(read_mem(cell_mem, AT(NIC, 0x140), 4), 0x1a000000);
	CHECK_EQ(read_mem(cell_mem, AT(NIC, 0x140), 2), 0);
	CHECK_EQ(read_mem(cell_mem, AT(NIC, 0x1a0), 4), 0x00010003);
	CHECK_EQ(read_mem(cell_mem, AT(NIC, 0x1a4), 4), 0xcafebabe);
	hw_writes = 0;
	CHECK_EQ(write_mem(cell_mem, AT(NIC, 0x104), 4, ~0U), -EPERM);
	CHECK_EQ(write_mem(cell_mem, AT(NIC, 0x146), 2, 0x8000), -EPERM);
	/* What has the number of an MSI register in its low 8 bits is none. */
	CHECK_EQ(write_mem(cell_mem, AT(NIC, 0x154), 4, 0xfee03000), -EPERM);
	CHECK_EQ(write_mem(cell_mem, AT(NIC, 0x110), 4, 0), -EPERM);
	CHECK_EQ(hw_writes, 0);
	/* A conventional function has none, whatever its bridge answers. */
	CHECK_EQ(*(u32 *)extended[DISK], ~0U);
	memset(extended[DISK], 0x5a, sizeof(extended[DISK]));
	CHECK_EQ(read_mem(cell_mem, AT(DISK, 0x100), 4), 0xffffffff);
}

/* A list of capabilities that does not end, or leads back into conventional space. */
UNIT(extended_capabilities_are_not_believed)
{
	static const u32 headers[] = { 0x1000000f, 0x0400000f, 0xfff0001b, 0xffffffff };
	size_t i;

	for (i = 0; i < ARRAY_SIZE(headers); i++) {
		unit_row("header %#x", headers[i]);
		build_express();
		*(u32 *)&extended[NIC][0] = headers[i];
		*(u32 *)&extended[NIC][0xffc - 0x100] = 0x14000010;
		give();
		CHECK_EQ(read_mem(cell_mem, AT(NIC, 0x100), 4) & 0xfffff,
			 i == 3 ? 0xfffff : 0);
		pci_cell_run(&cell, false);
		pci_cell_return(&cell);
	}
}

/* On a bus that the area does not have, a function has its first 256 bytes. */
UNIT(a_function_beyond_the_area)
{
	build_express();
	space.mmconfig_size = (u64)NIC << 12;
	give();
	CHECK_EQ(cfg_read(cell_io, ADDR(NIC, 0), 0, 4), 0x100e8086);
	CHECK_EQ(cell.functions[0].hidden[0], 0);
	CHECK_EQ(read_mem(cell_mem, AT(NIC, 0x100), 4), 0xffffffff);
}
