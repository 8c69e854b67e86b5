// SPDX-License-Identifier: GPL-2.0-only
/* SOURCES: x86/pci.c x86/pci_hw.c x86/pci_owner.c x86/apic_policy.c */
#include "unit.h"

#include <string.h>

#include "pci.h"

/* Functions 00:03.0, with 64-bit MSI and MSI-X, and 00:04.0, with 32-bit MSI. */
#define NIC		(3 << 3)
#define DISK		(4 << 3)
#define ABSENT		(9 << 3)

#define ADDR(bdf, reg)	(0x80000000U | (u32)(bdf) << 8 | (reg))

/* CPUs 0 to 3 with ids 0 to 3; the cell has CPU 3. */
#define CELL		0x8ULL

static struct apic_topology topo;
static struct pci_space space;
static struct pci_cell cell;
static const struct cpu_set cell_cpus = { { CELL } };
/* Mode of the cell's CPU that accesses. */
static bool cell_x2apic;

static u8 config[16 << 3][256];
static u32 hw_address;
static unsigned int hw_writes;
static u16 last_port;
static u32 last_turn;

/*
 * An instruction of the hypervisor's. Address and data together, and nothing else: who waits for
 * the ports waits for this.
 */
static void check_access(unsigned int width)
{
	CHECK(width == 1 || width == 2 || width == 4);
	CHECK_EQ(space.lock.next, space.lock.serving + 1);
	CHECK(space.lock.serving != last_turn);
	last_turn = space.lock.serving;
}

static u32 hw_read(u32 address, u16 port, unsigned int width)
{
	u8 *regs = config[address >> 8 & 0x7f];
	unsigned int i;
	u32 value = 0;

	hw_address = address;
	check_access(width);
	if (port < PCI_PORT_DATA)
		value = 0x5a5a5a5a;
	for (i = 0; i < width; i++)
		if (port + i >= PCI_PORT_DATA && port + i <= PCI_PORT_LAST)
			memcpy((u8 *)&value + i, &regs[(address & 0xfc) + ((port + i) & 3)], 1);
	return value;
}

/* Error bits of the status register are cleared by a 1, the others are the device's. */
static void hw_write_byte(u8 *regs, unsigned int offset, u8 value)
{
	if (offset == 6)
		return;
	regs[offset] = offset == 7 ? regs[offset] & ~(value & 0xf9) : value;
}

/* What reaches from one register into the next is split, as hardware may do it. */
static void hw_write(u32 address, u16 port, unsigned int width, u32 value)
{
	u8 *regs = config[address >> 8 & 0x7f];
	unsigned int i;

	hw_address = address;
	hw_writes++;
	last_port = port;
	/* Never half a message: off while its address changes. */
	if ((address & 0xfffc) == (NIC << 8 | 0x54) && port >= PCI_PORT_DATA)
		CHECK(!(regs[0x52] & 1));
	check_access(width);
	for (i = 0; i < width; i++)
		if (port + i >= PCI_PORT_DATA && port + i <= PCI_PORT_LAST)
			hw_write_byte(regs, (address & 0xfc) + ((port + i) & 3),
				      (u8)(value >> 8 * i));
}

static u32 get_address(void)
{
	return hw_address;
}

static void set_address(u32 address)
{
	hw_address = address;
}

static const struct pci_ops ops = { hw_read, hw_write, get_address, set_address };

static void set_reg(unsigned int bdf, unsigned int reg, u32 value)
{
	memcpy(&config[bdf][reg], &value, 4);
}

static u32 reg(unsigned int bdf, unsigned int offset)
{
	u32 value;

	memcpy(&value, &config[bdf][offset], 4);
	return value;
}

static const struct jailhouse_pci_device devices[] = {
	{ .bdf = NIC, .bar_mask = { 0xfffff000, 0, 0xffffffe0 } },
	{ .bdf = DISK, .bar_mask = { 0xffffff00 } },
};

static void build(void)
{
	unsigned int i;

	apic_topology_init(&topo);
	for (i = 0; i < 4; i++)
		apic_topology_add(&topo, i, i);
	memset(config, 0xff, sizeof(config));
	memset(config[NIC], 0, 256);
	set_reg(NIC, 0x00, 0x100e8086);
	set_reg(NIC, 0x04, 0x00100007);
	set_reg(NIC, 0x10, 0xfeb80000);
	set_reg(NIC, 0x14, 0x12345678);
	set_reg(NIC, 0x18, 0xc001);
	set_reg(NIC, 0x34, 0x50);
	set_reg(NIC, 0x3c, 0x010b);
	set_reg(NIC, 0x50, 0x00817005);		/* MSI, 64 bits, on; next 0x70 */
	set_reg(NIC, 0x54, 0xfee01000);
	set_reg(NIC, 0x58, 0x77);
	set_reg(NIC, 0x5c, 0x4031);
	set_reg(NIC, 0x70, 0x80040011);		/* MSI-X, on; end */
	memset(config[DISK], 0, 256);
	set_reg(DISK, 0x00, 0x71118086);
	set_reg(DISK, 0x04, 0x00100001);
	set_reg(DISK, 0x34, 0x40);
	set_reg(DISK, 0x40, 0x00004401);	/* power management; next 0x44 */
	set_reg(DISK, 0x44, 0x00000005);	/* MSI, 32 bits */
	hw_address = 0x80001004;
	last_turn = ~0U;
	pci_init(&space, &ops, &topo, 0);
}

static void give(void)
{
	CHECK_EQ(pci_cell_init(&cell, &space, &cell_cpus, devices, 2), 0);
	CHECK(!pci_any_owned(&space));
	pci_cell_take(&cell);
	CHECK(pci_any_owned(&space));
	pci_cell_run(&cell, true);
}

static int root_io(u16 port, u8 width, bool is_write, u32 *value)
{
	struct pci_access access = { port, width, is_write, false, *value };
	int err = pci_root_access(&space, &access);

	*value = access.value;
	return err;
}

static int cell_io(u16 port, u8 width, bool is_write, u32 *value)
{
	struct pci_access access = { port, width, is_write, cell_x2apic, *value };
	int err = pci_cell_access(&cell, &access);

	*value = access.value;
	return err;
}

typedef int (*io)(u16 port, u8 width, bool is_write, u32 *value);

static u32 cfg_read(io io, u32 address, unsigned int byte, u8 width)
{
	u32 value = address;

	CHECK_EQ(io(0xcf8, 4, true, &value), 0);
	value = 0;
	CHECK_EQ(io((u16)(0xcfc + byte), width, false, &value), 0);
	return value;
}

static int cfg_write(io io, u32 address, unsigned int byte, u8 width, u32 value)
{
	CHECK_EQ(io(0xcf8, 4, true, &address), 0);
	return io((u16)(0xcfc + byte), width, true, &value);
}

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
	CHECK_EQ(value, 0x80fffffc);
	cfg_read(cell_io, ADDR(NIC, 0), 0, 4);
	CHECK_EQ(root_io(0xcf8, 4, false, &value), 0);
	CHECK_EQ(value, 0x80fffffc);
	pci_cell_return(&cell);
	CHECK_EQ(hw_address, 0x80fffffc);
	/* Other devices' ports in between, like the reset control register. */
	value = 6;
	CHECK_EQ(root_io(0xcf9, 1, true, &value), 0);
	CHECK_EQ(last_port, 0xcf9);
	CHECK_EQ(root_io(0xcf9, 1, false, &value), 0);
	CHECK_EQ(value, 0x5a5a5a5a);
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
		if (offset < 0x70 || offset > 0x73)
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
	CHECK_EQ(pci_cell_init(&second, &space, &cell_cpus, many, ARRAY_SIZE(many)), -ENOSPC);
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

UNIT(a_root_that_is_always_trapped)
{
	static const struct pci_ops trapped = { hw_read, hw_write, NULL, NULL };
	u32 value;

	build();
	pci_init(&space, &trapped, &topo, 0xffffffff);
	CHECK_EQ(root_io(0xcf8, 4, false, &value), 0);
	CHECK_EQ(value, 0x80fffffc);
	give();
	CHECK_EQ(root_io(0xcf8, 4, false, &value), 0);
	CHECK_EQ(value, 0x80fffffc);
	pci_cell_return(&cell);
	CHECK_EQ(root_io(0xcf8, 4, false, &value), 0);
	CHECK_EQ(value, 0x80fffffc);
}
