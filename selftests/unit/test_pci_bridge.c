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

#define AT(bdf, reg)	(MMCONFIG + ((u64)(bdf) << 12) + (reg))

static const struct jailhouse_pci_device behind = { .bdf = BEHIND };

static int by_ports(u16 bdf, unsigned int offset, u8 width, u32 value)
{
	return cfg_write(root_io, ADDR(bdf, offset & ~3U), offset & 3, width, value);
}

static int by_mmconfig(u16 bdf, unsigned int offset, u8 width, u32 value)
{
	struct mmio_access access = { AT(bdf, offset), width, true, value };

	return pci_root_mmconfig(&space, &access);
}

static int (*const ways[])(u16 bdf, unsigned int offset, u8 width, u32 value) = {
	by_ports, by_mmconfig,
};

static void build_bridges(void)
{
	build();
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
		{ "what follows", BRIDGE, 0x1c, 4, 0x1234, 0 },
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
