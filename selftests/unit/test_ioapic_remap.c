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

/*
 * Linux does not know of the table.
 */

static struct remap rewriting;
static u64 sent[4];
static unsigned int num_sent;

static void send(u32 low, u32 dest)
{
	sent[num_sent++ % ARRAY_SIZE(sent)] = (u64)dest << 32 | low;
}

/* Pins 5 and 6 of Linux's are on: an edge to CPU 1, a level to CPU 2. Pin 7 is off. */
static void build_rewritten(void)
{
	fake_remap_reset();
	rewriting = fake_remap;
	rewriting.rewrites = true;
	num_sent = 0;
	build(0x00170020);
	CHECK_EQ(ioapic_remap(&chip, &rewriting, SOURCE), 0);
	CHECK_EQ(set_entry(root, 4, MASKED | 0x34 | DEST(1)), 0);
	CHECK_EQ(set_entry(root, 5, 0x35 | DEST(1)), 0);
	CHECK_EQ(set_entry(root, 6, LEVEL_LOW | 0x36 | DEST(2)), 0);
	CHECK_EQ(set_entry(root, 7, MASKED | 0x37 | DEST(2)), 0);
	ioapic_rewrite(&chip, NULL, send);
	fake_remap_reset();
	num_sent = 0;
}

static void check_table(unsigned int pin, u32 dest, u32 low)
{
	CHECK_EQ(fake_entries[FAKE_ROOT_END + pin].dest, dest);
	CHECK_EQ(fake_entries[FAKE_ROOT_END + pin].low, low);
	if (low)
		CHECK_EQ(fake_entries[FAKE_ROOT_END + pin].source, SOURCE);
}

UNIT(linuxs_pins_are_rewritten_and_written_back)
{
	build_rewritten();
	CHECK_EQ(hw.entry[5], 0x35 | DEST(1));
	/* It has come, and nobody has ended it yet. */
	hw.entry[6] |= IOAPIC_REMOTE_IRR;
	ioapic_rewrite(&chip, &rewriting, send);
	CHECK_EQ(hw.entry[5], remap_pin(FAKE_ROOT_END + 5) | 0x35);
	CHECK_EQ(hw.entry[6], remap_pin(FAKE_ROOT_END + 6) | LEVEL_LOW | IOAPIC_REMOTE_IRR | 0x36);
	CHECK_EQ(hw.entry[7], MASKED | 0x37 | DEST(2));
	check_table(5, 1, 0x35);
	check_table(6, 2, 0x36 | APIC_TRIGGER_LEVEL);
	check_table(7, 0, 0);
	/* An edge that came while the pin was masked would be lost. */
	CHECK_EQ(num_sent, 1);
	CHECK_EQ(sent[0], 1ULL << 32 | APIC_LEVEL_ASSERT | 0x35);
	/* Linux sees what it wrote. */
	CHECK_EQ(get_entry(root, 5), 0x35 | DEST(1));
	CHECK_EQ(get_entry(root, 6), LEVEL_LOW | IOAPIC_REMOTE_IRR | 0x36 | DEST(2));
	CHECK_EQ(set_entry(root, 7, 0x0937 | DEST(1)), 0);
	CHECK_EQ(get_entry(root, 7), 0x0937 | DEST(1));

	ioapic_rewrite(&chip, NULL, send);
	CHECK_EQ(hw.entry[5], 0x35 | DEST(1));
	CHECK_EQ(hw.entry[6], LEVEL_LOW | IOAPIC_REMOTE_IRR | 0x36 | DEST(2));
	CHECK_EQ(num_sent, 3);
	CHECK_EQ(sent[1], sent[0]);
}

UNIT(linuxs_pins_interrupt_linuxs_cpus)
{
	const struct {
		u64 entry;
		u32 dest;
	} rows[] = {
		{ 0x41 | DEST(2), 2 },
		{ 0x0141 | DEST(0), 0 },
		{ 0x0841 | DEST(4), 2 },		/* logical */
		{ 0x41 | DEST(0xff), 0 },
		{ 0x41 | DEST(3), APIC_NO_CPU },	/* the cell's */
		{ 0x41 | DEST(9), APIC_NO_CPU },
		{ 0x1f | DEST(2), APIC_NO_CPU },
		{ 0x0241 | DEST(2), APIC_NO_CPU },
		{ 0x0441 | DEST(2), APIC_NO_CPU },
		{ 0x0741 | DEST(2), APIC_NO_CPU },
		{ remap_pin(3) | 0x41, 0 },		/* for it that is CPU 0 */
	};
	unsigned int n;

	build_rewritten();
	topo.ldr[2] = 4U << 24;
	create_cell();
	ioapic_rewrite(&chip, &rewriting, send);
	for (n = 0; n < ARRAY_SIZE(rows); n++) {
		unit_row("row %u", n);
		set_entry(root, 5, rows[n].entry | MASKED);
		if (rows[n].dest == APIC_NO_CPU) {
			CHECK_EQ(set_entry(root, 5, rows[n].entry), -EPERM);
			CHECK(hw.entry[5] & MASKED);
			continue;
		}
		CHECK_EQ(set_entry(root, 5, rows[n].entry), 0);
		check_table(5, rows[n].dest, 0x41);
		CHECK_EQ(hw.entry[5], remap_pin(FAKE_ROOT_END + 5) | 0x41);
	}
}

UNIT(a_pin_whose_cpu_goes_is_off_until_it_is_back)
{
	build_rewritten();
	ioapic_rewrite(&chip, &rewriting, send);
	root_cpus = low_cpus(1);
	ioapic_refresh(&chip);
	CHECK(hw.entry[5] & MASKED);
	CHECK(hw.entry[6] & MASKED);
	root_cpus = low_cpus(ROOT);
	ioapic_refresh(&chip);
	CHECK_EQ(hw.entry[5], remap_pin(FAKE_ROOT_END + 5) | 0x35);
	check_table(5, 1, 0x35);
}

/* A pin goes, its entry is the cell's, and it comes back to what Linux has wanted meanwhile. */
UNIT(a_pin_of_linuxs_goes_to_a_cell_and_comes_back)
{
	build_rewritten();
	ioapic_rewrite(&chip, &rewriting, send);
	create_cell();
	CHECK_EQ(set_entry(guest, 4, 0x61 | DEST(3)), 0);
	check_table(4, 3, 0x61);
	CHECK_EQ(set_entry(root, 4, 0x38 | DEST(1)), -EPERM);
	check_table(4, 3, 0x61);
	ioapic_cell_return(&cell);
	check_table(4, 1, 0x38);
	CHECK_EQ(hw.entry[4], remap_pin(FAKE_ROOT_END + 4) | 0x38);
}

UNIT(a_pin_that_has_no_room_in_the_table_is_refused)
{
	static const u32 modes[] = { 0x0200, 0x0400, 0x0500, 0x0700 };
	unsigned int n;

	for (n = 0; n < ARRAY_SIZE(modes); n++) {
		unit_row("row %u", n);
		build_rewritten();
		chip.root_entry[9] = modes[n] | MASKED | 0x41;
		CHECK_EQ(ioapic_remap(&chip, &rewriting, SOURCE), 0);
		chip.root_entry[9] = modes[n] | 0x41;
		CHECK_EQ(ioapic_remap(&chip, &rewriting, SOURCE), -EOPNOTSUPP);
	}
}
