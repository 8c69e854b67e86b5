// SPDX-License-Identifier: GPL-2.0-only
/* BESIDE: fake_pci.c */
/* LIBS: pthread */
/* Buses of bridges, by which IOMMUs know whose a request is. */
#include <pthread.h>
#include <string.h>
#include "fake_pci.h"

#define BRIDGE		(5 << 3)
#define OTHER		(7 << 3)
#define EMPTY		(8 << 3)
/* A function behind the first one. */
#define BEHIND		(2 << 8 | 6 << 3)

/* Where capabilities of the bridges are: see give_capabilities(). */
#define POWER		0x40
#define LINK		0x50
#define PORTAL		0x90
#define ERRORS		0x100
#define ACCESS		0x140
#define CONTAINMENT	0x150

static const struct jailhouse_pci_device behind = { .bdf = BEHIND };

/* As firmware and Linux leave them. */
static void give_capabilities(unsigned int bdf)
{
	set_reg(bdf, 0x04, 0x00100407);
	set_reg(bdf, 0x1c, 0x2000d1c1);
	set_reg(bdf, 0x20, 0xfea0fe90);
	set_reg(bdf, 0x24, 0x00010001);
	set_reg(bdf, 0x28, 0x00000040);
	set_reg(bdf, 0x2c, 0x00000040);
	set_reg(bdf, 0x30, 0);
	set_reg(bdf, 0x34, POWER);
	set_reg(bdf, 0x3c, 0x0002010b);
	set_reg(bdf, POWER, 0xc8030001 | LINK << 8);
	set_reg(bdf, POWER + 4, 0x00000008);
	set_reg(bdf, LINK, 0x01420010 | PORTAL << 8);
	set_reg(bdf, LINK + 0x08, 0x00002830);
	set_reg(bdf, LINK + 0x10, 0x10110040);
	set_reg(bdf, LINK + 0x28, 0x00000020);
	set_reg(bdf, PORTAL, 0x00000015);
	memset(&config[bdf][PORTAL + 4], 0, 0x20);
	memset(extended[bdf], 0, sizeof(extended[bdf]));
	set_reg(bdf, ERRORS, 0x00020001 | ACCESS << 20);
	set_reg(bdf, ACCESS, 0x0001000d | CONTAINMENT << 20);
	set_reg(bdf, ACCESS + 4, 0x001d005f);
	set_reg(bdf, CONTAINMENT, 0x0001001d);
	set_reg(bdf, CONTAINMENT + 4, 0x00010000);
}

static void build_bridges(void)
{
	build();
	give_capabilities(BRIDGE);
	give_capabilities(OTHER);
	give_capabilities(EMPTY);
	give_capabilities(NIC);
	set_reg(BRIDGE, 0x0c, 0x00810000);	/* with several functions */
	set_reg(BRIDGE, 0x18, 0x40030100);
	set_reg(OTHER, 0x0c, 0x00010000);
	set_reg(OTHER, 0x18, 0x40060500);
	set_reg(EMPTY, 0x0c, 0x00010000);
	set_reg(EMPTY, 0x18, 0);
	set_reg(DISK, 0x18, 0x40030100);
}

static void give_behind(void)
{
	CHECK_EQ(pci_cell_init(&cell, &space, &cell_cpus, &behind, 1), 0);
	pci_cell_take(&cell);
}

UNIT(a_cells_function_keeps_its_bus_and_its_bus_no_other)
{
	static const struct {
		const char *what;
		u16 bdf;
		u8 offset, width;
		u32 value;
		int err;
	} rows[] = {
		{ "another secondary bus", BRIDGE, 0x19, 1, 3, -EPERM },
		{ "fewer buses", BRIDGE, 0x1a, 1, 1, -EPERM },
		{ "more buses", BRIDGE, 0x1a, 1, 4, -EPERM },
		{ "128 more", BRIDGE, 0x1a, 1, 0x83, -EPERM },
		{ "no bus", BRIDGE, 0x18, 4, 0x40000000, -EPERM },
		{ "two of the bytes", BRIDGE, 0x18, 2, 0x0200, -EPERM },
		{ "another primary bus", BRIDGE, 0x18, 1, 1, -EPERM },
		{ "the same", BRIDGE, 0x18, 4, 0x20030100, 0 },
		{ "the timer", BRIDGE, 0x1b, 1, 0x20, 0 },
		{ "the timer and the same", BRIDGE, 0x1a, 2, 0x2003, 0 },
		{ "what follows", BRIDGE, 0x1e, 2, 0x1234, 0 },
		{ "the cell's bus", OTHER, 0x19, 1, 2, -EPERM },
		{ "a range with it", OTHER, 0x18, 4, 0x07000000 | 0x070100, -EPERM },
		{ "a range from 0 on", OTHER, 0x19, 1, 0, -EPERM },
		{ "the cell's bus, above the last one", OTHER, 0x18, 4, 0x00010200, -EPERM },
		{ "no range, with it between", OTHER, 0x18, 4, 0x00010300, 0 },
		{ "bus 0, of which a cell has none", OTHER, 0x18, 4, 0x00010000, 0 },
		{ "one more bus", OTHER, 0x1a, 1, 7, 0 },
		{ "no bus any more", OTHER, 0x18, 4, 0, 0 },
		{ "the first bus of a new one", EMPTY, 0x18, 4, 0x00080800, 0 },
		{ "the cell's for a new one", EMPTY, 0x18, 4, 0x00020200, -EPERM },
		{ "no bridge", DISK, 0x18, 4, 0, 0 },
	};
	unsigned int n, way;
	u32 before;

	for (n = 0; n < 2 * ARRAY_SIZE(rows); n++) {
		way = n % 2;
		unit_row("%s, way %u", rows[n / 2].what, way);
		build_bridges();
		space.mmconfig_size = 0x100000;
		give_behind();
		before = reg(rows[n / 2].bdf, 0x18);
		CHECK_EQ(ways[way](rows[n / 2].bdf, rows[n / 2].offset, rows[n / 2].width,
				   rows[n / 2].value), rows[n / 2].err);
		if (rows[n / 2].err)
			CHECK_EQ(reg(rows[n / 2].bdf, 0x18), before);
	}
}

/* Of the others Linux writes what it wants, and of this one what hurts nobody. */
UNIT(a_bridge_that_leads_to_a_cells_function_goes_on)
{
	static const struct {
		const char *what;
		u16 offset;
		u8 width;
		u32 value;
		bool hurts;
	} rows[] = {
		{ "no ports", 0x04, 2, 0x0406, true },
		{ "no memory", 0x04, 2, 0x0405, true },
		{ "no bus master", 0x04, 2, 0x0403, true },
		{ "no bus master, a byte", 0x04, 1, 0x03, true },
		{ "errors are told", 0x04, 2, 0x0547, false },
		{ "cache line", 0x0c, 1, 0x10, false },
		{ "a BAR of its own", 0x10, 4, 0xfeb00000, false },
		{ "first port", 0x1c, 1, 0xd1, true },
		{ "last port", 0x1d, 1, 0xe1, true },
		{ "errors behind it", 0x1e, 2, 0x2000, false },
		{ "memory, from", 0x20, 2, 0xfe80, true },
		{ "memory, to", 0x22, 2, 0xfe90, true },
		{ "the same memory", 0x20, 4, 0xfea0fe90, false },
		{ "other memory", 0x24, 4, 0xfff0fff0, true },
		{ "upper half, from", 0x28, 4, 0x41, true },
		{ "upper half, to", 0x2c, 4, 0x3f, true },
		{ "ports, upper half", 0x30, 2, 1, true },
		{ "pin", 0x3c, 2, 0x010c, false },
		{ "reset of the bus", 0x3e, 2, 0x0042, true },
		{ "reset of the bus, a byte", 0x3e, 1, 0x40, true },
		{ "reset of the bus, all", 0x3c, 4, 0x0042010b, true },
		{ "no errors behind it are told", 0x3e, 2, 0, false },
		{ "fewer ports (ISA)", 0x3e, 2, 0x0006, true },
		{ "VGA", 0x3e, 2, 0x000a, true },
		{ "VGA's other ports, a byte", 0x3e, 1, 0x12, true },
		{ "D1", POWER + 4, 2, 1, true },
		{ "D3hot", POWER + 4, 2, 0x000b, true },
		{ "D3hot, a byte", POWER + 4, 1, 3, true },
		{ "D0", POWER + 4, 2, 0x8000, false },
		{ "larger packets", LINK + 0x08, 2, 0x2850, true },
		{ "smaller packets", LINK + 0x08, 2, 0x2810, true },
		{ "errors are reported", LINK + 0x08, 2, 0x203f, false },
		{ "no link", LINK + 0x10, 2, 0x0050, true },
		{ "link trains again", LINK + 0x10, 2, 0x0060, false },
		{ "no ARI", LINK + 0x28, 2, 0, true },
		{ "other time-outs", LINK + 0x28, 2, 0x002f, false },
		{ "numbers of buses", PORTAL + 0x08, 4, 1, true },
		{ "vectors", PORTAL + 0x20, 4, 1, true },
		{ "behind that", PORTAL + 0x24, 4, 1, false },
		{ "errors that were", ERRORS + 4, 4, ~0U, false },
		{ "link contained", CONTAINMENT + 6, 2, 0x0041, true },
		{ "link to be contained", CONTAINMENT + 6, 2, 0x000a, false },
	};
	unsigned int n, way;
	u32 before;

	for (n = 0; n < 2 * ARRAY_SIZE(rows); n++) {
		way = n % 2;
		if (!way && rows[n / 2].offset >= 256)
			continue;
		unit_row("%s, way %u", rows[n / 2].what, way);
		build_bridges();
		space.mmconfig_size = 0x100000;
		give_behind();
		before = reg(BRIDGE, rows[n / 2].offset & ~3U);
		CHECK_EQ(ways[way](BRIDGE, rows[n / 2].offset, rows[n / 2].width,
				   rows[n / 2].value), rows[n / 2].hurts ? -EPERM : 0);
		if (rows[n / 2].hurts)
			CHECK_EQ(reg(BRIDGE, rows[n / 2].offset & ~3U), before);
		CHECK_EQ(ways[way](OTHER, rows[n / 2].offset, rows[n / 2].width,
				   rows[n / 2].value), 0);
		pci_cell_return(&cell);
		CHECK_EQ(ways[way](BRIDGE, rows[n / 2].offset, rows[n / 2].width,
				   rows[n / 2].value), 0);
	}
}

/* What is behind it loses what goes there only with these, by whatever it is taken away. */
UNIT(what_a_bridge_adds_or_leaves_out_stays)
{
	static const u16 stays[] = { 0x04, 0x08, 0x10, 0x1c };
	unsigned int n;

	for (n = 0; n < ARRAY_SIZE(stays); n++) {
		build_bridges();
		give_behind();
		set_reg(BRIDGE, 0x3c, 0x0002010b | (u32)stays[n] << 16);
		CHECK_EQ(by_ports(BRIDGE, 0x3e, 2, 2), -EPERM);
		CHECK_EQ(by_ports(BRIDGE, 0x3c, 2, 0x010c), 0);
		CHECK_EQ(by_ports(OTHER, 0x3e, 2, stays[n]), 0);
	}
}

/* The same registers are something else there. */
UNIT(so_does_a_bridge_to_cardbus)
{
	static const struct {
		const char *what;
		u8 offset, width;
		u32 value;
		bool hurts;
	} rows[] = {
		{ "no bus master", 0x04, 2, 0x0403, true },
		{ "registers of its socket", 0x10, 4, 0xfeb00000, false },
		{ "another bus", 0x19, 1, 3, true },
		{ "the timer", 0x1b, 1, 0x20, false },
		{ "first memory, from", 0x1c, 4, 0x20010000, true },
		{ "its upper half", 0x1e, 2, 0x2001, true },
		{ "second memory, to", 0x28, 4, 0x21ffffff, true },
		{ "first ports, from", 0x2c, 4, 0x1004, true },
		{ "second ports, to", 0x38, 4, 0x10fc, true },
		{ "pin", 0x3c, 2, 0x010c, false },
		{ "reset of the card", 0x3e, 2, 0x0540, true },
		{ "memory is prefetched", 0x3e, 2, 0x0600, false },
		{ "D3hot", POWER + 4, 2, 0x000b, true },
		{ "D0", POWER + 4, 2, 0x8000, false },
	};
	unsigned int n;
	u32 before;

	for (n = 0; n < ARRAY_SIZE(rows); n++) {
		unit_row("%s", rows[n].what);
		build_bridges();
		set_reg(BRIDGE, 0x0c, 0x00020000);
		set_reg(BRIDGE, 0x14, POWER);
		set_reg(BRIDGE, 0x1c, 0x20000000);
		set_reg(BRIDGE, 0x34, 0x1000);
		set_reg(BRIDGE, 0x38, 0);
		set_reg(BRIDGE, 0x3c, 0x0500010b);
		give_behind();
		before = reg(BRIDGE, rows[n].offset & ~3U);
		CHECK_EQ(by_ports(BRIDGE, rows[n].offset, rows[n].width, rows[n].value),
			 rows[n].hurts ? -EPERM : 0);
		if (rows[n].hurts)
			CHECK_EQ(reg(BRIDGE, rows[n].offset & ~3U), before);
		pci_cell_return(&cell);
		CHECK_EQ(by_ports(BRIDGE, rows[n].offset, rows[n].width, rows[n].value), 0);
	}
	build_bridges();
	set_reg(OTHER, 0x0c, 0x00020000);
	give_behind();
	CHECK_EQ(by_ports(OTHER, 0x19, 1, 2), -EPERM);
}

/* A port that was found switched off. */
UNIT(what_is_lost_can_be_switched_on)
{
	build_bridges();
	space.mmconfig_size = 0x100000;
	give_behind();
	set_reg(BRIDGE, 0x04, 0);
	set_reg(BRIDGE, 0x3c, 0x0042010b);
	set_reg(BRIDGE, POWER + 4, 3);
	set_reg(BRIDGE, ACCESS + 4, 0x0061005f);
	CHECK_EQ(by_ports(BRIDGE, 0x04, 2, 7), 0);
	CHECK_EQ(by_ports(BRIDGE, 0x3e, 2, 2), 0);
	CHECK_EQ(by_ports(BRIDGE, POWER + 4, 2, 0), 0);
	CHECK_EQ(by_mmconfig(BRIDGE, ACCESS + 6, 2, 0x1d), 0);
}

/* Whoever has it off can have requests go to a cell's function, past the IOMMU. */
UNIT(access_control_stays_on_everywhere)
{
	static const u16 functions[] = { BRIDGE, OTHER, EMPTY, NIC };
	static const struct {
		u8 control;
		bool hurts;
	} rows[] = {
		{ 0, true }, { 0x1c, true }, { 0x19, true }, { 0x15, true }, { 0x0d, true },
		{ 0x3d, true }, { 0x5d, true }, { 0x1d, false }, { 0x1f, false },
	};
	unsigned int n, i;

	for (n = 0; n < ARRAY_SIZE(functions); n++)
		for (i = 0; i < ARRAY_SIZE(rows); i++) {
			unit_row("function %u, control %x", n, rows[i].control);
			build_bridges();
			space.mmconfig_size = 0x100000;
			give_behind();
			CHECK_EQ(by_mmconfig(functions[n], ACCESS + 6, 2, rows[i].control),
				 rows[i].hurts ? -EPERM : 0);
			CHECK_EQ(reg(functions[n], ACCESS + 4) >> 16,
				 rows[i].hurts ? 0x1d : rows[i].control);
			pci_cell_return(&cell);
			CHECK_EQ(by_mmconfig(functions[n], ACCESS + 6, 2, rows[i].control), 0);
		}
}

/* A list in a circle, and one that leads to itself. */
UNIT(capabilities_without_end_are_survived)
{
	build_bridges();
	space.mmconfig_size = 0x100000;
	give_behind();
	set_reg(BRIDGE, PORTAL, 0x0015 | POWER << 8);
	set_reg(BRIDGE, CONTAINMENT, 0x0001001d | CONTAINMENT << 20);
	CHECK_EQ(by_ports(BRIDGE, POWER + 4, 2, 3), -EPERM);
	CHECK_EQ(by_ports(BRIDGE, 0xf0, 4, 1), 0);
	CHECK_EQ(by_mmconfig(BRIDGE, 0x200, 4, 1), 0);
}

/* Nor is Linux's writing delayed by looking: only what leads to a later bus is looked at. */
UNIT(nothing_is_looked_at_where_no_function_of_a_cell_can_be)
{
	unsigned int n;

	build_bridges();
	give();
	n = space.lock.next;
	CHECK_EQ(by_ports(BRIDGE, 0x3e, 2, 0x40), 0);
	CHECK_EQ(by_ports(BRIDGE, POWER + 4, 2, 3), 0);
	CHECK_EQ(space.lock.next, n + 2);
}

/* That is not behind any bridge; one that has no bus does not lead to bus 0. */
UNIT(so_is_it_with_a_cells_function_on_the_first_bus)
{
	build_bridges();
	space.mmconfig_size = 0x100000;
	give();
	CHECK_EQ(by_ports(EMPTY, 0x18, 4, 0x00080800), 0);
	CHECK_EQ(by_ports(OTHER, 0x19, 1, 0), -EPERM);
	CHECK_EQ(by_mmconfig(OTHER, ACCESS + 6, 2, 0), -EPERM);
}

UNIT(buses_are_the_root_cells_while_no_cell_has_a_function)
{
	build_bridges();
	CHECK_EQ(by_ports(BRIDGE, 0x19, 1, 3), 0);
	CHECK_EQ(reg(BRIDGE, 0x18), 0x40030300);
	build_bridges();
	give_behind();
	CHECK_EQ(by_ports(BRIDGE, 0x19, 1, 3), -EPERM);
	pci_cell_return(&cell);
	CHECK_EQ(by_ports(BRIDGE, 0x19, 1, 3), 0);
	CHECK_EQ(reg(BRIDGE, 0x18), 0x40030300);
}

/* Where upper bits of the address mean nothing, as on Intel's. */
UNIT(upper_bits_of_a_registers_number_are_no_way_round)
{
	build_bridges();
	give_behind();
	CHECK_EQ(cfg_write(root_io, ADDR(BRIDGE, 0x18) | 0x0f000000, 1, 1, 3), -EPERM);
	CHECK_EQ(reg(BRIDGE, 0x18), 0x40030100);
}

static unsigned int other_way;
static pthread_t other_cpu;
static u32 other_done;

/* Another CPU's part of the register: neither byte alone leads to the cell's bus. */
static void *write_last_bus(__maybe_unused void *arg)
{
	ways[other_way](EMPTY, 0x1a, 1, 5);
	__atomic_store_n(&other_done, 1, __ATOMIC_SEQ_CST);
	return NULL;
}

/* What is written has been looked at. Until the other CPU has written, too, or waits for this. */
static void write_beside(u64 hpa, unsigned int width, u64 value)
{
	if (!other_cpu && !pthread_create(&other_cpu, NULL, write_last_bus, NULL))
		while (!__atomic_load_n(&other_done, __ATOMIC_SEQ_CST) &&
		       __atomic_load_n(&space.writes.next, __ATOMIC_SEQ_CST) !=
		       space.writes.serving + 2)
			;
	mem_write(hpa, width, value);
}

UNIT(two_cpus_together_do_no_more_than_each)
{
	struct pci_ops ops;

	for (other_way = 0; other_way < ARRAY_SIZE(ways); other_way++) {
		unit_row("the other CPU, way %u", other_way);
		build_bridges();
		space.mmconfig_size = 0x100000;
		give_behind();
		set_reg(EMPTY, 0x18, 0x00010300);
		ops = *space.ops;
		ops.mem_write = write_beside;
		space.ops = &ops;
		other_cpu = 0;
		other_done = 0;
		CHECK_EQ(by_mmconfig(EMPTY, 0x19, 1, 1), 0);
		CHECK_EQ(pthread_join(other_cpu, NULL), 0);
		CHECK_EQ(reg(EMPTY, 0x18), 0x00010100);
	}
}
