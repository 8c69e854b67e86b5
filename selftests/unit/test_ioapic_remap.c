// SPDX-License-Identifier: GPL-2.0-only
/* BESIDE: shared_ioapic.c */
/* I/O APICs whose entries name those of a table. */
#include "shared_ioapic.h"
#include "fake_remap.h"

#define SOURCE		0xff00U
#define LEVEL_LOW	0xa000U

/* Linux's pin 4 names entry 3 of the table. */
static void build_remapped(u32 source)
{
	fake_remap_reset();
	build(0x00170020);
	hw.entry[4] = remap_pin(3) | 0x34;
	CHECK_EQ(ioapic_remap(&chip, &fake_remap, source), 0);
	CHECK_EQ(hw.writes, 0);
	CHECK_EQ(fake_taken, 24);
}

UNIT(an_entry_of_linux_names_one_of_its_own)
{
	const struct {
		u64 entry;
		bool allowed;
	} rows[] = {
		{ remap_pin(5) | 0x31, true },
		{ remap_pin(5) | LEVEL_LOW | 0x31, true },
		{ remap_pin(FAKE_ROOT_END - 1) | 0x31, true },
		{ remap_pin(FAKE_ROOT_END) | 0x31, false },	/* a cell's */
		{ remap_pin(FAKE_ROOT_END + 23) | 0x31, false },
		{ remap_pin(0x7fff) | 0x31, false },
		{ remap_pin(0x8005) | 0x31, false },
		{ remap_pin(5) | 0x231, false },		/* a mode, elsewhere */
		{ remap_pin(5) | 0x431, false },
		{ 0x31 | DEST(1), false },			/* the old format */
		{ 0x0731, false },
		{ remap_pin(FAKE_ROOT_END) | MASKED | 0x31, true },
	};
	unsigned int n;

	for (n = 0; n < ARRAY_SIZE(rows); n++) {
		unit_row("row %u", n);
		build_remapped(SOURCE);
		CHECK_EQ(set_entry(root, 5, rows[n].entry), rows[n].allowed ? 0 : -EPERM);
		CHECK_EQ(get_entry(root, 5), rows[n].entry);
		CHECK_EQ(hw.entry[5], rows[n].entry | (rows[n].allowed ? 0 : MASKED));
	}
	CHECK_EQ(fake_sets, 0);
	/* What it had is what it reads. */
	CHECK_EQ(get_entry(root, 4), remap_pin(3) | 0x34);
}

UNIT(a_cells_pin_names_an_entry_for_the_chip_and_the_cell)
{
	static const struct {
		u64 entry;
		u32 low;
	} rows[] = {
		{ 0x0041 | DEST(3), 0x41 },
		{ 0x0141 | DEST(3), 0x41 },				/* lowest priority */
		{ 0xa041 | DEST(3), 0x41 | APIC_TRIGGER_LEVEL },
		{ 0x0841 | DEST(8), 0x41 },				/* logical */
		{ 0x0041 | DEST(0xff), 0x41 },
	};
	unsigned int n;

	for (n = 0; n < ARRAY_SIZE(rows); n++) {
		unit_row("row %u", n);
		build_remapped(SOURCE);
		create_cell();
		topo.ldr[3] = 8U << 24;
		CHECK_EQ(hw.entry[4], MASKED);
		CHECK_EQ(set_entry(guest, 4, rows[n].entry), 0);
		CHECK_EQ(get_entry(guest, 4), rows[n].entry);
		CHECK_EQ(hw.entry[4], remap_pin(FAKE_ROOT_END + 4) |
			 (rows[n].entry & (LEVEL_LOW | 0xff)));
		CHECK_EQ(fake_entries[FAKE_ROOT_END + 4].source, SOURCE);
		CHECK_EQ(fake_entries[FAKE_ROOT_END + 4].dest, 3);
		CHECK_EQ(fake_entries[FAKE_ROOT_END + 4].low, rows[n].low);
		/* It goes with its pin. */
		root_cpus = low_cpus(ROOT | CELL);
		ioapic_cell_return(&cell);
		CHECK_EQ(fake_entries[FAKE_ROOT_END + 4].low, 0);
		CHECK_EQ(hw.entry[4], remap_pin(3) | 0x34);
	}
}

UNIT(a_cells_pin_interrupts_nobody_else)
{
	const u64 denied[] = {
		0x41 | DEST(0), 0x241 | DEST(3), 0x441 | DEST(3), 0x10 | DEST(3),
		remap_pin(3) | 0x41, remap_pin(FAKE_ROOT_END + 4) | 0x41,
	};
	unsigned int n;

	build_remapped(SOURCE);
	create_cell();
	for (n = 0; n < ARRAY_SIZE(denied); n++) {
		unit_row("row %u", n);
		CHECK_EQ(set_entry(guest, 4, denied[n]), -EPERM);
		CHECK(hw.entry[4] & MASKED);
		/* Between the halves of an entry it may be the cell's own CPU. */
		CHECK(!fake_entries[FAKE_ROOT_END + 4].low ||
		      fake_entries[FAKE_ROOT_END + 4].dest == 3);
	}
}

/* An id that does not fit into an entry of the chip does into one of the table. */
UNIT(a_cell_can_have_an_id_of_more_than_8_bits)
{
	build_remapped(SOURCE);
	topo.apic_id[3] = 280;
	create_cell();
	CHECK_EQ(set_entry(guest, 4, 0x41 | DEST(0xff)), 0);
	CHECK_EQ(fake_entries[FAKE_ROOT_END + 4].dest, 280);
}

UNIT(a_chip_that_the_table_does_not_know_stays_the_root_cells)
{
	build_remapped(REMAP_NO_SOURCE);
	CHECK_EQ(ioapic_cell_add(&cell, &chip, &cell_pins, &cell_cpus), -ENXIO);
	CHECK_EQ(cell.count, 0);
	build_remapped(SOURCE);
	fake_taken = FAKE_ENTRIES - FAKE_ROOT_END - 23;
	CHECK_EQ(ioapic_remap(&chip, &fake_remap, SOURCE), -ENOSPC);
}
