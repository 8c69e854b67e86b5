// SPDX-License-Identifier: GPL-2.0-only
/* BESIDE: shared_ioapic.c */
/* What guests write to an I/O APIC, and what of it becomes of the hardware. */
#include "shared_ioapic.h"

UNIT(initialization_looks_and_does_not_touch)
{
	build(0x00170011);
	CHECK_EQ(chip.num_pins, 24);
	CHECK_EQ(get_entry(root, 4), 0x34 | DEST(1));
	CHECK_EQ(get_reg(root, IOAPIC_REG_VERSION), 0x00170011);
	CHECK_EQ(get_reg(root, IOAPIC_REG_ID), 0x05000000);
	CHECK_EQ(get_reg(root, IOAPIC_REG_ARB), 0x05000000);
	CHECK_EQ(get_reg(root, 3), 0);
	chip.root_entry[24] = ~0ULL;
	CHECK_EQ(get_reg(root, 0x10 + 48), 0);
	CHECK_EQ(get_entry(root, 0), 0x10200);
	CHECK_EQ(hw.writes, 0);

	/* Nothing there: the bus answers with all ones. */
	hw.version = 0xffffffff;
	CHECK_EQ(ioapic_init(&chip, ADDRESS, &fake_ioapic_ops, &hw, &topo, &root_cpus, false),
		 -ENODEV);
	/* More pins than the index register reaches. */
	hw.version = 0x00780020;
	CHECK_EQ(ioapic_init(&chip, ADDRESS, &fake_ioapic_ops, &hw, &topo, &root_cpus, false),
		 -ENODEV);
	hw.version = 0x00770020;
	CHECK_EQ(ioapic_init(&chip, ADDRESS, &fake_ioapic_ops, &hw, &topo, &root_cpus, false),
		 0);
	CHECK_EQ(chip.num_pins, 120);
}

UNIT(the_root_programs_its_pins)
{
	static const struct {
		u64 entry;
		int err;
		u64 hardware;
	} rows[] = {
		{ 0x0031 | DEST(2), 0, 0x0031 | DEST(2) },
		{ 0xa831 | DEST(0x7), 0, 0xa831 | DEST(0x7) },
		{ 0x0931 | DEST(0x6), 0, 0x0931 | DEST(0x6) },
		{ 0x0431 | DEST(0), 0, 0x0431 | DEST(0) },		/* NMI */
		{ 0x0731 | DEST(0), 0, 0x0731 | DEST(0) },		/* ExtINT */
		{ 0x0231 | DEST(0), -EPERM, 0x10231 | DEST(0) },	/* SMI */
		{ 0x0531 | DEST(0), -EPERM, 0x10531 | DEST(0) },	/* INIT */
		{ 0x0331 | DEST(0), -EPERM, 0x10331 | DEST(0) },
		{ 0x0631 | DEST(0), -EPERM, 0x10631 | DEST(0) },
		{ 0x10231 | DEST(0), 0, 0x10231 | DEST(0) },
		{ 0x10831 | DEST(0xff), 0, 0x10831 | DEST(0xff) },
		/* the cell's CPU, physical and logical, and nobody */
		{ 0x0031 | DEST(3), -EPERM, 0x10031 | DEST(3) },
		{ 0x0831 | DEST(8), -EPERM, 0x10831 | DEST(8) },
		{ 0x0031 | DEST(9), -EPERM, 0x10031 | DEST(9) },
		/* a broadcast goes to one */
		{ 0x0031 | DEST(0xff), 0, 0x0031 | DEST(0) },
		{ 0x0931 | DEST(0xff), 0, 0x0031 | DEST(0) },
		{ 0x0431 | DEST(0xff), 0, 0x0431 | DEST(0) },
		/* bits that are not to be written */
		{ 0xfffff031 | DEST(1) | 0x00ffffffULL << 32, 0, 0x1a031 | DEST(1) },
	};
	size_t i;

	for (i = 0; i < ARRAY_SIZE(rows); i++) {
		u64 entry = rows[i].entry & 0xff0000000001afffULL;

		unit_row("row %zu entry %#llx", i, rows[i].entry);
		build_with_cell();
		CHECK_EQ(set_entry(root, 5, rows[i].entry), rows[i].err);
		CHECK_EQ(hw.entry[5], rows[i].hardware);
		/* It reads what it wrote. */
		CHECK_EQ(get_entry(root, 5), entry);
	}
}

UNIT(a_cell_programs_its_pins)
{
	static const struct {
		u64 entry;
		int err;
		u64 hardware;
		bool x2apic;
	} rows[] = {
		{ 0x0041 | DEST(3), 0, 0x0041 | DEST(3) },
		{ 0x8141 | DEST(3), 0, 0x8041 | DEST(3) },
		{ 0x0941 | DEST(0x80), 0, 0x0041 | DEST(3) },
		{ 0x0041 | DEST(0xff), 0, 0x0041 | DEST(3) },
		{ 0x0041 | DEST(0), -EPERM, 0x10041 | DEST(0) },
		{ 0x0041 | DEST(7), -EPERM, 0x10041 | DEST(7) },
		{ 0x0441 | DEST(3), -EPERM, 0x10441 | DEST(3) },	/* NMI */
		{ 0x0741 | DEST(3), -EPERM, 0x10741 | DEST(3) },	/* ExtINT */
		{ 0x0241 | DEST(3), -EPERM, 0x10241 | DEST(3) },
		{ 0x0541 | DEST(3), -EPERM, 0x10541 | DEST(3) },
		/* a logical id that only the hypervisor knows */
		{ 0x0841 | DEST(0x80), 0, 0x0041 | DEST(3) },
		{ 0x0841 | DEST(0x08), -EPERM, 0x10841 | DEST(0x08) },
		/* the same from a CPU in x2APIC mode: id 3 of cluster 0 */
		{ 0x0841 | DEST(0x08), 0, 0x0041 | DEST(3), true },
		{ 0x0841 | DEST(0x80), -EPERM, 0x10841 | DEST(0x80), true },
		{ 0x0041 | DEST(3), 0, 0x0041 | DEST(3), true },
		/* vectors that exceptions have */
		{ 0x0010 | DEST(3), -EPERM, 0x10010 | DEST(3) },
		{ 0x811f | DEST(3), -EPERM, 0x1811f | DEST(3) },
		{ 0x0020 | DEST(3), 0, 0x0020 | DEST(3) },
		{ 0x000f | DEST(3), -EPERM, 0x1000f | DEST(3) },
		{ 0x0000 | DEST(3), -EPERM, 0x10000 | DEST(3) },
	};
	size_t i;

	for (i = 0; i < ARRAY_SIZE(rows); i++) {
		unit_row("row %zu entry %#llx", i, rows[i].entry);
		build_with_cell();
		topo.ldr[3] = 0x80000000;
		guest_x2apic = rows[i].x2apic;
		CHECK_EQ(set_entry(guest, 9, rows[i].entry), rows[i].err);
		CHECK_EQ(hw.entry[9], rows[i].hardware);
		CHECK_EQ(get_entry(guest, 9), rows[i].entry);
	}
	guest_x2apic = false;
}

/* Pin 5 after each write to the chip. */
static u64 trace[4];
static unsigned int traced;

static void traced_write(void *fake, unsigned int reg, u32 value)
{
	fake_ioapic_write(fake, reg, value);
	if (traced < ARRAY_SIZE(trace))
		trace[traced++] = hw.entry[5];
}

UNIT(a_write_does_not_mask_without_need)
{
	static const struct ioapic_ops ops = {
		fake_ioapic_read, traced_write, fake_ioapic_eoi,
	};

	build_with_cell();
	CHECK_EQ(set_entry(root, 5, 0x31 | DEST(1)), 0);
	hw.writes = 0;
	/* Another destination or another vector: one register changes, no edge is lost. */
	CHECK_EQ(set_reg(root, 0x1b, 2U << 24), 0);
	CHECK_EQ(hw.writes, 1);
	CHECK_EQ(set_reg(root, 0x1a, 0x32), 0);
	CHECK_EQ(hw.writes, 2);
	CHECK_EQ(hw.entry[5], 0x32 | DEST(2));
	/* From logical to a broadcast, which becomes physical: both change, while it is masked. */
	CHECK_EQ(set_reg(root, 0x1a, 0x832), 0);
	chip.ops = &ops;
	traced = 0;
	CHECK_EQ(set_reg(root, 0x1b, 0xff000000), 0);
	CHECK_EQ(traced, 3);
	CHECK_EQ(trace[0], 0x832 | MASKED | DEST(2));
	CHECK_EQ(trace[1], 0x832 | MASKED | DEST(0));
	CHECK_EQ(trace[2], 0x32 | DEST(0));
}

UNIT(acknowledgement_by_register)
{
	u64 value;

	build(0x00170020);
	create_cell();
	CHECK_EQ(set_entry(guest, 4, 0x8042 | DEST(3)), 0);
	CHECK_EQ(set_entry(guest, 9, 0x0043 | DEST(3)), 0);
	value = 0x42;
	CHECK_EQ(access_reg(guest, IOAPIC_EOI, 4, true, &value), 0);
	CHECK_EQ(hw.eois, 1);
	CHECK_EQ(hw.last_eoi, 0x42);
	/* An edge-triggered pin of its own, a vector of somebody else. */
	value = 0x43;
	CHECK_EQ(access_reg(guest, IOAPIC_EOI, 4, true, &value), -EPERM);
	value = 0x39;
	CHECK_EQ(access_reg(guest, IOAPIC_EOI, 4, true, &value), -EPERM);
	CHECK_EQ(hw.eois, 1);
	CHECK_EQ(access_reg(root, IOAPIC_EOI, 4, true, &value), 0);
	CHECK_EQ(hw.last_eoi, 0x39);
	/* Of odd vectors, eight bits count. */
	CHECK_EQ(set_entry(guest, 9, 0x80c3 | DEST(3)), 0);
	value = 0xc2;
	CHECK_EQ(access_reg(guest, IOAPIC_EOI, 4, true, &value), -EPERM);
	value = 0x43;
	CHECK_EQ(access_reg(guest, IOAPIC_EOI, 4, true, &value), -EPERM);
	value = 0xfffffec3;
	CHECK_EQ(access_reg(guest, IOAPIC_EOI, 4, true, &value), 0);
	CHECK_EQ(hw.last_eoi, 0xc3);
	/* On the last pin of the chip, and not on a pin that is another's. */
	CHECK_EQ(set_entry(guest, 23, 0x8045 | DEST(3)), 0);
	chip.cell_entry[22] = 0x8047;
	value = 0x45;
	CHECK_EQ(access_reg(guest, IOAPIC_EOI, 4, true, &value), 0);
	value = 0x47;
	CHECK_EQ(access_reg(guest, IOAPIC_EOI, 4, true, &value), -EPERM);
	/* The first versions have no such register. */
	build(0x00170011);
	CHECK_EQ(access_reg(root, IOAPIC_EOI, 4, true, &value), 0);
	CHECK_EQ(hw.eois, 0);
}

UNIT(odd_accesses)
{
	static const struct {
		u64 offset;
		unsigned int width;
	} rows[] = {
		{ 0x10, 1 }, { 0x10, 2 }, { 0x10, 8 }, { 0x12, 2 }, { 0x04, 4 }, { 0x14, 4 },
		{ 0x40, 1 }, { 0x40, 8 }, { 0x20, 4 }, { 0xffc, 4 }, { 0x01, 1 },
	};
	u64 value;
	size_t i;

	build(0x00170020);
	create_cell();
	value = 0x118;
	CHECK_EQ(access_reg(guest, IOAPIC_REGSEL, 2, true, &value), 0);
	CHECK_EQ(guest->select, 0x18);
	value = ~0ULL;
	CHECK_EQ(access_reg(guest, IOAPIC_REGSEL, 1, false, &value), 0);
	CHECK_EQ(value, 0x18);
	hw.writes = 0;
	for (i = 0; i < ARRAY_SIZE(rows); i++) {
		unit_row("offset %#llx width %u", rows[i].offset, rows[i].width);
		value = 0xff;
		CHECK_EQ(access_reg(guest, rows[i].offset, rows[i].width, true, &value), 0);
		CHECK_EQ(access_reg(guest, rows[i].offset, rows[i].width, false, &value), 0);
		CHECK_EQ(value, 0);
		CHECK_EQ(guest->select, 0x18);
	}
	CHECK_EQ(hw.writes, 0);
	CHECK_EQ(hw.eois, 0);
}

/*
 * What is held while the hardware is accessed
 */

static struct {
	unsigned int accesses;
	unsigned int wrong;
	u32 last_turn;
	const struct ioapic_view *writer;
} watched;

static void watch(unsigned int reg, bool is_write)
{
	const struct ticket_lock *own = watched.writer ? &watched.writer->lock : NULL;

	/* The chip is held, and was free since the access before. */
	if (chip.lock.next != chip.lock.serving + 1 || chip.lock.serving == watched.last_turn)
		watched.wrong++;
	watched.last_turn = chip.lock.serving;
	watched.accesses++;
	/* Whoever changes an entry keeps other CPUs of the cell from doing so. */
	if (own && reg >= IOAPIC_REG_ENTRY && is_write && own->next != own->serving + 1)
		watched.wrong++;
}

static u32 watched_read(void *arg, unsigned int reg)
{
	watch(reg, false);
	return fake_ioapic_read(arg, reg);
}

static void watched_write(void *arg, unsigned int reg, u32 value)
{
	watch(reg, true);
	fake_ioapic_write(arg, reg, value);
}

/* Not through an index: nothing to be held. */
static void watched_eoi(void *arg, u32 vector)
{
	watched.wrong += chip.lock.next != chip.lock.serving;
	fake_ioapic_eoi(arg, vector);
}

static const struct ioapic_ops watched_ops = { watched_read, watched_write, watched_eoi };

/* Accesses to the hardware that one access of a cell takes, each under the lock by itself. */
static unsigned int hardware_accesses(struct ioapic_view *view, u64 offset, bool is_write,
				      u64 value)
{
	const u32 turns = chip.lock.next;

	watched.accesses = 0;
	watched.writer = is_write ? view : NULL;
	access_reg(view, offset, 4, is_write, &value);
	CHECK_EQ(watched.wrong, 0);
	CHECK_EQ(chip.lock.next - turns, watched.accesses);
	CHECK_EQ(view->lock.next, view->lock.serving);
	watched.writer = NULL;
	return watched.accesses;
}

UNIT(what_another_cell_waits_for_is_one_access_to_the_hardware)
{
	build(0x00170020);
	create_cell();
	chip.ops = &watched_ops;
	watched.last_turn = ~0U;
	CHECK_EQ(hardware_accesses(guest, IOAPIC_REGSEL, true, 0x18), 0);
	CHECK_EQ(hardware_accesses(guest, IOAPIC_REGSEL, false, 0), 0);
	/* What is there, and what changes: each for itself. */
	CHECK_EQ(hardware_accesses(guest, IOAPIC_DATA, true, 0xa041), 3);
	CHECK_EQ(hardware_accesses(guest, IOAPIC_DATA, false, 0), 1);
	CHECK_EQ(hardware_accesses(guest, IOAPIC_EOI, true, 0x41), 0);
	CHECK_EQ(hw.eois, 1);
	CHECK_EQ(hardware_accesses(guest, IOAPIC_REGSEL, true, 0x19), 0);
	CHECK_EQ(hardware_accesses(guest, IOAPIC_DATA, false, 0), 0);
	/* Pins of others, and those that are away, are in memory. */
	CHECK_EQ(hardware_accesses(guest, IOAPIC_REGSEL, true, 0x1a), 0);
	CHECK_EQ(hardware_accesses(guest, IOAPIC_DATA, true, 0x42), 0);
	CHECK_EQ(hardware_accesses(root, IOAPIC_REGSEL, true, 0x18), 0);
	CHECK_EQ(hardware_accesses(root, IOAPIC_DATA, true, 0x42), 0);
	CHECK_EQ(hardware_accesses(root, IOAPIC_REGSEL, true, 0x1a), 0);
	CHECK(hardware_accesses(root, IOAPIC_DATA, true, 0x42) > 0);
	/* And so it is when pins change hands. */
	ioapic_cell_return(&cell);
	ioapic_refresh(&chip);
	CHECK_EQ(watched.wrong, 0);
}
