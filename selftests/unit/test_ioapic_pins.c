// SPDX-License-Identifier: GPL-2.0-only
/* BESIDE: shared_ioapic.c */
/* Whose the pins of an I/O APIC are, and what they are like when they change hands. */
#include <string.h>
#include "shared_ioapic.h"

UNIT(pins_are_separate)
{
	build_with_cell();
	/* The cell sees only its own. */
	CHECK_EQ(get_entry(guest, 5), MASKED);
	CHECK_EQ(get_entry(guest, 4), MASKED);
	hw.first_reg = ~0U;
	hw.last_reg = 0;
	hw.writes = 0;
	CHECK_EQ(set_entry(guest, 5, 0x41 | DEST(3)), -EPERM);
	CHECK_EQ(set_entry(guest, 0, 0x41 | DEST(3)), -EPERM);
	CHECK_EQ(hw.writes, 0);
	CHECK_EQ(set_entry(guest, 4, 0x41 | DEST(3)), 0);
	CHECK_EQ(hw.first_reg, 0x18);
	CHECK_EQ(hw.last_reg, 0x19);
	/* Each has an index register of its own. */
	root->select = 0x10;
	CHECK_EQ(get_reg(guest, IOAPIC_REG_VERSION), 0x00170011);
	CHECK_EQ(root->select, 0x10);
	/* What nobody was granted, pin 0, stays as the firmware left it. */
	CHECK_EQ(set_reg(root, 0x10, 0x31), -EPERM);
	CHECK_EQ(hw.entry[0], 0x10200);
	/* The id is the root's to change. */
	CHECK_EQ(set_reg(guest, IOAPIC_REG_ID, 0x01000000), -EPERM);
	CHECK_EQ(hw.id, 0x05000000);
	CHECK_EQ(set_reg(root, IOAPIC_REG_ID, 0x02000000), 0);
	CHECK_EQ(hw.id, 0x02000000);
	/* Read-only and absent registers. */
	CHECK_EQ(set_reg(root, IOAPIC_REG_VERSION, 0), 0);
	CHECK_EQ(set_reg(guest, 0xff, 0), 0);
	CHECK_EQ(set_reg(guest, 0x10 + 48, 0), 0);
	CHECK_EQ(hw.version, 0x00170011);
}

UNIT(a_pin_comes_back_as_the_root_wants_it)
{
	build_with_cell();
	CHECK_EQ(hw.entry[4], MASKED);
	CHECK_EQ(hw.entry[9], MASKED);
	CHECK_EQ(set_entry(guest, 4, 0x41 | DEST(3)), 0);
	CHECK_EQ(set_entry(guest, 9, 0x8042 | DEST(3)), 0);
	/* The root retargets a pin that it has not: CPU 1 went away. */
	CHECK_EQ(get_entry(root, 4), 0x34 | DEST(1));
	CHECK_EQ(set_entry(root, 4, 0x35 | DEST(2)), -EPERM);
	CHECK_EQ(get_entry(root, 4), 0x35 | DEST(2));
	CHECK_EQ(hw.entry[4], 0x41 | DEST(3));

	CHECK_EQ(set_entry(root, 5, 0x37 | DEST(2)), 0);
	hw.writes = 0;
	hw.first_reg = 0x18;
	hw.last_reg = 0x18;

	root_cpus = low_cpus(ROOT | CELL);
	ioapic_cell_return(&cell);
	CHECK_EQ(hw.entry[5], 0x37 | DEST(2));
	CHECK_EQ(hw.entry[4], 0x35 | DEST(2));
	/* Only its pins were touched, with at most seven writes each. */
	CHECK(hw.writes <= 21);
	CHECK_EQ(hw.entry[9], 0xa839 | DEST(3));
	CHECK_EQ(hw.entry[23], MASKED | 23);
	CHECK_EQ(set_entry(root, 4, 0x36 | DEST(3)), 0);
	CHECK_EQ(hw.entry[4], 0x36 | DEST(3));
	/* And again. */
	memset(&cell, 0, sizeof(cell));
	create_cell();
	CHECK_EQ(get_entry(guest, 4), MASKED);
	CHECK_EQ(hw.entry[4], MASKED);
}

UNIT(an_unacknowledged_interrupt_does_not_block_the_next_owner)
{
	static const u32 versions[] = { 0x00170011, 0x00170020 };
	size_t i;

	for (i = 0; i < ARRAY_SIZE(versions); i++) {
		unit_row("version %#x", versions[i]);
		build(versions[i]);
		create_cell();
		CHECK_EQ(set_entry(guest, 9, 0x8042 | DEST(3)), 0);
		hw.entry[9] |= 0x5000;
		/* The owner sees what the hardware says. */
		CHECK_EQ(get_entry(guest, 9), 0xd042 | DEST(3));
		root_cpus = low_cpus(ROOT | CELL);
		ioapic_cell_return(&cell);
		CHECK_EQ(hw.entry[9] & IOAPIC_REMOTE_IRR, 0);
		CHECK(!hw.eoi_unmasked);
		CHECK_EQ(hw.eois, i);
		if (i)
			CHECK_EQ(hw.last_eoi, 0x42);
	}
}

UNIT(entries_follow_the_roots_cpus)
{
	build(0x00170011);
	CHECK_EQ(set_entry(root, 5, 0x931 | DEST(0xff)), 0);
	CHECK_EQ(set_entry(root, 6, 0x10831 | DEST(0xff)), 0);
	CHECK_EQ(hw.entry[5], 0x931 | DEST(0xff));
	chip.root_entry[7] = 0x231;
	hw.entry[7] = 0x231;
	create_cell();
	CHECK_EQ(hw.entry[5], 0x031 | DEST(0));
	CHECK_EQ(hw.entry[6], 0x10831 | DEST(0xff));
	/* The firmware's SMI pin is not ours. */
	CHECK_EQ(hw.entry[7], 0x231);
	root_cpus = low_cpus(ROOT | CELL);
	ioapic_refresh(&chip);
	CHECK_EQ(hw.entry[5], 0x931 | DEST(0xff));
}

/* What the root's CPUs have no part in is not written again. */
UNIT(a_refresh_leaves_alone_what_it_need_not_touch)
{
	build_with_cell();
	CHECK_EQ(set_entry(guest, 4, 0x41 | DEST(3)), 0);
	/* Masked, of a cell, or of a mode that a root may not program. */
	CHECK_EQ(set_entry(root, 6, 0x10831 | DEST(0x3)), 0);
	chip.root_entry[7] = 0x231;
	hw.entry[6] = 0xdead0000;
	hw.entry[7] = 0xbeef0000;
	hw.writes = 0;
	ioapic_refresh(&chip);
	CHECK_EQ(hw.writes, 0);
	CHECK_EQ(hw.entry[4], 0x41 | DEST(3));
	/* Of the others each. */
	CHECK_EQ(set_entry(root, 1, 0x0731 | DEST(0xff)), 0);
	CHECK_EQ(set_entry(root, 2, 0x0432 | DEST(0x1)), 0);
	CHECK_EQ(set_entry(root, 22, 0xa833 | DEST(0x7)), 0);
	hw.entry[1] = MASKED;
	hw.entry[2] = MASKED;
	hw.entry[22] = MASKED;
	ioapic_refresh(&chip);
	CHECK_EQ(hw.entry[1], 0x0731 | DEST(0));
	CHECK_EQ(hw.entry[2], 0x0432 | DEST(0x1));
	CHECK_EQ(hw.entry[22], 0xa833 | DEST(0x7));
	/* Their CPU goes to a cell: whom they meant is not there, and they wait for it. */
	CHECK_EQ(set_entry(root, 5, 0x31 | DEST(2)), 0);
	root_cpus = low_cpus(0x3);
	ioapic_refresh(&chip);
	CHECK_EQ(hw.entry[5], 0x10031 | DEST(2));
	root_cpus = low_cpus(ROOT);
	ioapic_refresh(&chip);
	CHECK_EQ(hw.entry[5], 0x31 | DEST(2));
}

/* Of a large chip: the first pin, with the 8259 behind it, those at the ends of words. */
UNIT(pins_at_all_ends)
{
	/* The last four bits are pins that no chip has. */
	static const struct jailhouse_irqchip first = {
		.pin_bitmap = { 0x80000001, 0x80000001, 1, 0xf0800000 },
	};
	static const struct jailhouse_irqchip second = {
		.pin_base = 100, .pin_bitmap = { 0x40001 },
	};
	static const struct jailhouse_irqchip everything = {
		.pin_bitmap = { ~0U, ~0U, ~0U, ~0U },
	};
	static const u8 pins[] = { 0, 31, 32, 63, 64, 100, 118, 119 };
	unsigned int i, pin, owned = 0;

	build(0x00770020);
	for (pin = 24; pin < 120; pin++)
		chip.root_entry[pin] = 0x50 | DEST(1);
	chip.root_entry[0] = 0x0731 | DEST(0);
	ioapic_grant(root, &everything);
	CHECK_EQ(root->pins[0], ~0ULL);
	CHECK_EQ(root->pins[1], 0xffffffffffffffULL);
	CHECK_EQ(ioapic_cell_add(&cell, &chip, &first, &cell_cpus), 0);
	CHECK_EQ(ioapic_cell_add(&cell, &chip, &second, &cell_cpus), 0);
	CHECK_EQ(cell.count, 1);
	guest = &cell.views[0];
	root_cpus = low_cpus(ROOT);
	ioapic_cell_take(&cell);
	CHECK_EQ(guest->pins[1], 0xc0001000000001);
	for (pin = 0; pin < 120; pin++)
		owned += get_reg(guest, 0x10 + 2 * pin) == MASKED &&
			 !set_reg(guest, 0x11 + 2 * pin, DEST(3) >> 32);
	CHECK_EQ(owned, ARRAY_SIZE(pins));
	for (i = 0; i < ARRAY_SIZE(pins); i++) {
		unit_row("pin %u", pins[i]);
		CHECK_EQ(hw.entry[pins[i]], MASKED | DEST(3));
		CHECK_EQ(set_entry(guest, pins[i], 0x40 | i | DEST(3)), 0);
		CHECK_EQ(hw.entry[pins[i]], 0x40 | i | DEST(3));
		CHECK_EQ(set_reg(root, 0x10 + 2U * pins[i], pins[i] ? 0x60 | i : 0x0732), -EPERM);
		CHECK_EQ(hw.entry[pins[i]], 0x40 | i | DEST(3));
	}
	root_cpus = low_cpus(ROOT | CELL);
	ioapic_cell_return(&cell);
	for (i = 0; i < ARRAY_SIZE(pins); i++) {
		unit_row("pin %u", pins[i]);
		CHECK_EQ(hw.entry[pins[i]], !pins[i] ? 0x0732 | DEST(0) :
			 (0x60 | i) | (pins[i] < 24 ? 0 : DEST(1)));
	}
}

UNIT(adding_pins)
{
	static const struct jailhouse_irqchip pin0 = { .pin_bitmap = { 1 } };
	static const struct jailhouse_irqchip beyond = {
		.pin_base = 0xfffffff0, .pin_bitmap = { ~0U, ~0U, ~0U, ~0U },
	};
	static const struct jailhouse_irqchip more = { .pin_base = 10, .pin_bitmap = { 3 } };
	static struct ioapic others[IOAPIC_MAX_CHIPS];
	static const struct jailhouse_irqchip all = { .pin_bitmap = { ~0U, ~0U } };
	struct ioapic_cell second = { 0 };
	unsigned int i;

	build(0x00170011);
	ioapic_grant(root, &all);
	CHECK_EQ(root->pins[0], 0xffffff);
	build_with_cell();
	CHECK_EQ(ioapic_cell_add(&second, &chip, &cell_pins, &cell_cpus), -EBUSY);
	CHECK_EQ(ioapic_cell_add(&second, &chip, &pin0, &cell_cpus), -EBUSY);
	CHECK_EQ(second.count, 0);
	/* Pins that the chip has not, and a sum that wraps. */
	CHECK_EQ(ioapic_cell_add(&second, &chip, &beyond, &cell_cpus), 0);
	CHECK_EQ(second.views[0].pins[0] | second.views[0].pins[1], 0);
	/* Two entries for a chip make one view. */
	CHECK_EQ(ioapic_cell_add(&second, &chip, &more, &cell_cpus), 0);
	CHECK_EQ(second.count, 1);
	CHECK_EQ(second.views[0].pins[0], 0xc00);
	for (i = 1; i < IOAPIC_MAX_CHIPS; i++)
		CHECK_EQ(ioapic_cell_add(&second, &others[i], &beyond, &cell_cpus), 0);
	CHECK_EQ(ioapic_cell_add(&second, &others[0], &beyond, &cell_cpus), -ENOSPC);
}
