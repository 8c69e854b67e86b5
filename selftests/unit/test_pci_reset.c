// SPDX-License-Identifier: GPL-2.0-only
/* BESIDE: fake_pci.c */
/* Functions that are reset when their cell has stopped, or cannot be, or do not come back. */
#include <string.h>
#include "fake_pci.h"

#define EXP		0xa0
#define ADV		0x90
#define PENDING		0x20

static const struct jailhouse_pci_device express = {
	.type = JAILHOUSE_PCI_TYPE_DEVICE, .bdf = EXPRESS, .bar_mask = { 0xfffff000 },
};

/* 00:05.0, of PCI Express, whose reset is bit 15 at EXP + 8; version 2. */
static void build_express(void)
{
	build();
	memset(config[EXPRESS], 0, 256);
	set_reg(EXPRESS, 0x00, 0x10d38086);
	set_reg(EXPRESS, 0x04, 0x00100147);
	set_reg(EXPRESS, 0x0c, 0x00004010);
	set_reg(EXPRESS, 0x10, 0xfe900000);
	set_reg(EXPRESS, 0x14, 0xfe92000c);
	set_reg(EXPRESS, 0x18, 0x00000001);
	set_reg(EXPRESS, 0x30, 0xfe960001);
	set_reg(EXPRESS, 0x34, EXP);
	set_reg(EXPRESS, 0x3c, 0x010b);
	set_reg(EXPRESS, EXP, 0x00020010);
	set_reg(EXPRESS, EXP + 4, 0x10008000);
	set_reg(EXPRESS, EXP + 8, 0x00002810);
	set_reg(EXPRESS, EXP + 0x28, 0x00000406);
	reset_at = 0x80 << 8 | (EXP + 9);
}

/* 00:05.0 without that, and with what a conventional function has: bit 0 of ADV + 4. */
static void build_conventional(void)
{
	build_express();
	set_reg(EXPRESS, 0x34, ADV);
	set_reg(EXPRESS, ADV, 0x03060013);
	set_reg(EXPRESS, ADV + 4, 0);
	reset_at = 0x01 << 8 | (ADV + 4);
}

static void give_one(const struct jailhouse_pci_device *device)
{
	CHECK_EQ(pci_cell_init(&cell, &space, &cell_cpus, device, 1), 0);
	pci_cell_take(&cell);
	CHECK(pci_cell_settled(&cell));
	pci_cell_run(&cell, true);
	CHECK_EQ(cfg_write(cell_io, ADDR(EXPRESS, 0x04), 0, 2, 0x0006), 0);
	CHECK_EQ(cfg_write(cell_io, ADDR(EXPRESS, 0x3c), 0, 1, 0x77), 0);
}

/* All that it lost is there again, but the cell's, and it is quiet. */
static void check_restored(const u8 *before)
{
	unsigned int offset;

	for (offset = 0; offset < 256; offset++) {
		unit_row("offset %#x", offset);
		if (offset == 4)
			CHECK_EQ(config[EXPRESS][4], before[4] & ~4);
		else if (offset == 5)
			CHECK_EQ(config[EXPRESS][5], before[5] | 4);
		else
			CHECK_EQ(config[EXPRESS][offset], before[offset]);
	}
}

static void check_reset(void (*build_function)(void))
{
	u8 before[256];

	build_function();
	memcpy(before, config[EXPRESS], sizeof(before));
	give_one(&express);
	CHECK_EQ(resets, 0);
	pci_cell_run(&cell, false);
	CHECK_EQ(resets, 1);
	/* Nothing reaches it for a tenth of a second. */
	hw_writes = 0;
	now += 99;
	CHECK(!pci_cell_settled(&cell));
	CHECK_EQ(hw_writes, 0);
	now++;
	CHECK(pci_cell_settled(&cell));
	check_restored(before);
	/* A stop that comes after it is none. */
	pci_cell_run(&cell, false);
	CHECK(pci_cell_settled(&cell));
	CHECK_EQ(resets, 1);
	pci_cell_run(&cell, true);
	CHECK_EQ(cfg_read(cell_io, ADDR(EXPRESS, 0x10), 0, 4), 0xfe900000);
	pci_cell_run(&cell, false);
	now += 100;
	CHECK(pci_cell_settled(&cell));
	pci_cell_return(&cell);
	check_restored(before);
	CHECK_EQ(resets, 2);
	CHECK_STR(said, "");
}

UNIT(a_function_of_pci_express_is_reset)
{
	check_reset(build_express);
}

UNIT(a_conventional_function_is_reset)
{
	check_reset(build_conventional);
}

/* Their reset is none, or what looks like a capability is not one. */
UNIT(what_cannot_be_reset_is_quiet)
{
	static const struct {
		const char *what;
		unsigned int reg;
		u32 value;
		u8 type;
	} rows[] = {
		{ "PCI Express without it", EXP + 4, 0x00008000, 0 },
		{ "not to be reset", EXP + 4, 0x10008000, JAILHOUSE_PCI_NO_FLR },
		{ "a bridge", 0x0c, 0x00010000, 0 },
		{ "behind the end", 0x34, 0xf8, 0 },
		{ "conventional, without it", 0x34, ADV, 0 },
		{ "no capabilities", 0x04, 0x00000147, 0 },
	};
	struct jailhouse_pci_device device;
	unsigned int n;

	for (n = 0; n < ARRAY_SIZE(rows); n++) {
		unit_row("%s", rows[n].what);
		build_express();
		set_reg(EXPRESS, ADV, 0x01060013);
		set_reg(EXPRESS, 0xf8, 0x00020010);
		set_reg(EXPRESS, 0xfc, 0x10008000);
		set_reg(EXPRESS, rows[n].reg, rows[n].value);
		device = express;
		device.type |= rows[n].type;
		give_one(&device);
		pci_cell_run(&cell, false);
		CHECK(pci_cell_settled(&cell));
		CHECK_EQ(resets, 0);
		CHECK_EQ(reg(EXPRESS, 0x04) & 0x404, 0x400);
		CHECK_EQ(reg(EXPRESS, EXP + 8), 0x00002810);
		pci_cell_return(&cell);
	}
}

/* Without the second control register, what is there is something else. */
UNIT(version_1_has_one_control_register)
{
	build_express();
	set_reg(EXPRESS, EXP, 0x00010010);
	give_one(&express);
	pci_cell_run(&cell, false);
	set_reg(EXPRESS, EXP + 0x28, 0x12345678);
	now += 100;
	CHECK(pci_cell_settled(&cell));
	CHECK_EQ(reg(EXPRESS, EXP + 0x28), 0x12345678);
	CHECK_EQ(reg(EXPRESS, EXP + 8), 0x00002810);
}

static void check_pending(void (*build_function)(void), unsigned int status, u32 bit)
{
	const u32 clear = (build_function(), reg(EXPRESS, status));

	give_one(&express);
	set_reg(EXPRESS, status, clear | bit);
	pci_cell_run(&cell, false);
	now += 999;
	CHECK(!pci_cell_settled(&cell));
	CHECK_EQ(resets, 0);
	set_reg(EXPRESS, status, clear);
	CHECK(!pci_cell_settled(&cell));
	CHECK_EQ(resets, 1);
	now += 100;
	CHECK(pci_cell_settled(&cell));
	CHECK_STR(said, "");

	pci_cell_run(&cell, true);
	set_reg(EXPRESS, status, clear | bit);
	pci_cell_run(&cell, false);
	now += 1000;
	CHECK(!pci_cell_settled(&cell));
	CHECK_EQ(resets, 2);
	CHECK_STR(said, "PCI device 00:05.0 still waits for answers after a second, "
		  "and is reset all the same\n");
	now += 100;
	CHECK(pci_cell_settled(&cell));
}

UNIT(answers_are_waited_for)
{
	check_pending(build_express, EXP + 8, PENDING << 16);
	check_pending(build_conventional, ADV + 4, 0x0100);
}

UNIT(answers_are_waited_for_without_a_reset_too)
{
	build_express();
	set_reg(EXPRESS, EXP + 4, 0x00008000);
	give_one(&express);
	set_reg(EXPRESS, EXP + 8, 0x00002810 | PENDING << 16);
	pci_cell_run(&cell, false);
	now += 999;
	CHECK(!pci_cell_settled(&cell));
	now++;
	CHECK(pci_cell_settled(&cell));
	CHECK_STR(said, "PCI device 00:05.0 still waits for answers after a second, "
		  "and cannot be reset\n");
	CHECK_EQ(resets, 0);
}

UNIT(a_function_that_is_removed_is_survived)
{
	build_express();
	give_one(&express);
	removed = EXPRESS;
	pci_cell_run(&cell, false);
	CHECK_STR(said, "PCI device 00:05.0 does not answer: it may be removed, or broken\n");
	CHECK(pci_cell_settled(&cell));
	pci_cell_run(&cell, true);
	CHECK_EQ(cfg_read(cell_io, ADDR(EXPRESS, 0x00), 0, 4), 0xffffffff);
	pci_cell_run(&cell, false);
	pci_cell_return(&cell);
	CHECK_EQ(resets, 0);
}

UNIT(a_function_that_does_not_come_back_is_survived)
{
	build_express();
	give_one(&express);
	pci_cell_run(&cell, false);
	removed = EXPRESS;
	now += 100;
	CHECK(!pci_cell_settled(&cell));
	now += 999;
	CHECK(!pci_cell_settled(&cell));
	/* It is late. */
	removed = 0;
	CHECK(pci_cell_settled(&cell));
	CHECK_EQ(reg(EXPRESS, 0x10), 0xfe900000);
	CHECK_STR(said, "");

	pci_cell_run(&cell, true);
	pci_cell_run(&cell, false);
	removed = EXPRESS;
	now += 1099;
	CHECK(!pci_cell_settled(&cell));
	now++;
	CHECK(pci_cell_settled(&cell));
	CHECK_STR(said, "PCI device 00:05.0 does not answer any more since it was reset\n");
}

/* One that takes its time keeps none of the others from what is to be done with it. */
UNIT(several_functions_settle_at_once)
{
	const struct jailhouse_pci_device both[2] = { express, devices[0] };

	build_express();
	CHECK_EQ(pci_cell_init(&cell, &space, &cell_cpus, both, 2), 0);
	pci_msix_attach(&cell.functions[1], entries, TABLE_GPA);
	pci_cell_take(&cell);
	pci_cell_run(&cell, true);
	CHECK_EQ(cfg_write(cell_io, ADDR(NIC, 0x04), 0, 2, 0x0006), 0);
	pci_cell_run(&cell, false);
	CHECK_EQ(reg(NIC, 0x04) & 0x404, 0x400);
	CHECK(!pci_cell_settled(&cell));
	now += 100;
	CHECK(pci_cell_settled(&cell));
	CHECK_EQ(resets, 1);
}
