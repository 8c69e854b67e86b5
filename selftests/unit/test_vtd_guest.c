// SPDX-License-Identifier: GPL-2.0-only
/* BESIDE: fake_vtd.c remapped.c */
/* SOURCES: core/cpu_set.c x86/vtd/guest.c x86/vtd/remap.c x86/vtd/takeover.c x86/apic_policy.c */
/*
 * The unit of VT-d that a root cell sees which has it remap interrupts: registers, and an emulated
 * queue, to which it may write what it likes.
 */
#include "errno.h"
#include "remapped.h"
#include "unit.h"

/*
 * Registers as the root cell sees them
 */

UNIT(registers_read_as_linux_left_them)
{
	boot(ECAP, QUEUE, 0x50);
	CHECK_EQ(start(), 0);
	CHECK_EQ(get(0, 4), 0x10);
	CHECK_EQ(get(VTD_CAP, 8), CAP);
	CHECK_EQ(get(VTD_ECAP, 8), ECAP);
	CHECK_EQ(get(VTD_ECAP, 4), (u32)ECAP);
	CHECK_EQ(get(VTD_GSTS, 4), VTD_INTERRUPTS | VTD_QUEUE | VTD_INTERRUPT_TABLE);
	CHECK_EQ(get(VTD_FSTS, 4), 0);
	CHECK_EQ(get(VTD_FECTL, 4), 0);
	CHECK_EQ(get(VTD_FECTL + 4, 4), 0x31);
	CHECK_EQ(get(VTD_FECTL + 8, 8), 0xfee00000);
	CHECK_EQ(get(VTD_IQH, 8), 0x50);
	CHECK_EQ(get(VTD_IQT, 4), 0x50);
	CHECK_EQ(get(VTD_IQA, 8), QUEUE);
	CHECK_EQ(get(VTD_IRTA, 8), IRTA);
	/* Tables of the hypervisor's, and faults of cells, are not for it to see. */
	CHECK_EQ(get(VTD_RTADDR, 8), 0);
	CHECK_EQ(get(0x220, 8), 0);
	/* What is no register. */
	CHECK_EQ(get(VTD_CAP, 2), ~0ULL);
	CHECK_EQ(get(VTD_CAP + 4, 8), ~0ULL);
	CHECK_EQ(get(VTD_CAP + 1, 4), ~0ULL);
}

UNIT(what_the_unit_does_is_not_the_root_cells_to_change)
{
	static const struct {
		u32 reg;
		u64 value;
	} rows[] = {
		{ VTD_GCMD, VTD_QUEUE },				/* remapping off */
		{ VTD_GCMD, VTD_QUEUE | VTD_INTERRUPTS | VTD_TRANSLATION },
		{ VTD_GCMD, VTD_QUEUE | VTD_INTERRUPTS | VTD_ROOT_TABLE },
		{ VTD_GCMD, VTD_QUEUE | VTD_INTERRUPTS | VTD_INTERRUPT_TABLE },
		{ VTD_GCMD, VTD_QUEUE | VTD_INTERRUPTS | VTD_COMPATIBLE },
		{ VTD_RTADDR, 0x1000 }, { VTD_IRTA, TABLE }, { VTD_PMEN, VTD_PMEN_ENABLE },
		{ VTD_IQA, WORDS }, { VTD_IQH, 0 }, { 0x28, 1ULL << 31 }, { 0xfff8, 1 },
	};
	const u32 status = VTD_TRANSLATION | VTD_INTERRUPTS | VTD_QUEUE | VTD_ROOT_TABLE |
			   VTD_INTERRUPT_TABLE;
	unsigned int n;

	boot(ECAP, QUEUE, 0x50);
	CHECK_EQ(start(), 0);
	fake_vtd.story[0] = 0;
	for (n = 0; n < ARRAY_SIZE(rows); n++) {
		unit_row("register 0x%x, row %u", rows[n].reg, n);
		CHECK_EQ(put(rows[n].reg, 4, rows[n].value), -EPERM);
	}
	CHECK_EQ(put(VTD_IQA, 8, WORDS), -EPERM);
	CHECK_EQ(put(VTD_IQT, 2, 0x60), -EPERM);
	CHECK_EQ(get(VTD_IQA, 8), QUEUE);
	CHECK_EQ(get(VTD_IRTA, 8), IRTA);
	CHECK_EQ(get(VTD_IQT, 4), 0x50);
	/* Write buffers are empty, and all is as it is. */
	CHECK_EQ(put(VTD_GCMD, 4, VTD_QUEUE | VTD_INTERRUPTS | VTD_WRITE_BUFFER), 0);
	CHECK_STR(fake_vtd.story, "");
	CHECK_EQ(fake_vtd.status, status);
}

UNIT(the_queue_can_be_switched_off_and_be_elsewhere)
{
	boot(ECAP, QUEUE, 0x50);
	CHECK_EQ(start(), 0);
	fake_vtd.story[0] = 0;
	CHECK_EQ(put(VTD_GCMD, 4, VTD_INTERRUPTS), 0);
	CHECK(!(get(VTD_GSTS, 4) & VTD_QUEUE));
	CHECK_EQ(get(VTD_IQH, 4), 0);
	CHECK_EQ(put(VTD_IQT, 8, 0), 0);
	CHECK_EQ(put(VTD_IQA, 8, WORDS + 0x1000), 0);
	at(WORDS + 0x1000)[0] = (struct vtd_entry) { VTD_INV_WAIT | 7ULL << 32, WORDS };
	CHECK_EQ(put(VTD_IQT, 4, 0x10), 0);
	CHECK_EQ(at(WORDS)->low, 0);
	CHECK_EQ(put(VTD_GCMD, 4, VTD_INTERRUPTS | VTD_QUEUE), 0);
	CHECK_EQ(at(WORDS)->low, 7);
	CHECK_EQ(get(VTD_IQH, 4), 0x10);
	CHECK_STR(fake_vtd.story, "");
	/* So it comes back. */
	CHECK_EQ(stop(), 0);
	CHECK_EQ(fake_vtd.queue, WORDS + 0x1000);
	CHECK_EQ(fake_vtd.head, 0x10);
	/* One that was off stays off. */
	CHECK_EQ(start(), 0);
	CHECK_EQ(put(VTD_GCMD, 4, VTD_INTERRUPTS), 0);
	CHECK_EQ(stop(), 0);
	CHECK(!(fake_vtd.status & VTD_QUEUE));
}

/*
 * The queue
 */

UNIT(an_entry_that_was_invalidated_is_used_when_the_root_cell_is_told)
{
	static const u64 descriptors[] = {
		VTD_INV_INTERRUPTS,				/* all */
		VTD_INV_INTERRUPTS | 1 << 4 | 5ULL << 32,	/* this one */
		VTD_INV_INTERRUPTS | 1 << 4 | 2ULL << 27 | 7ULL << 32,	/* 4 to 7 */
		VTD_INV_INTERRUPTS | 1 << 4 | 15ULL << 27,	/* 32,768 */
	};
	unsigned int n;

	for (n = 0; n < ARRAY_SIZE(descriptors); n++) {
		unit_row("row %u", n);
		boot(ECAP, QUEUE, 0x50);
		CHECK_EQ(start(), 0);
		CHECK_EQ(interrupt(5), SENT(ROOT_ID, 0x41));
		set_entry(5, FAR_ROOT_ID, 0x55, NIC);
		CHECK_EQ(interrupt(5), SENT(ROOT_ID, 0x41));
		at(QUEUE)[5] = (struct vtd_entry) { descriptors[n] };
		at(QUEUE)[6] = (struct vtd_entry) { VTD_INV_WAIT | 2ULL << 32, WORDS + 4 };
		fake_vtd.story[0] = 0;
		CHECK_EQ(put(VTD_IQT, 4, 0x70), 0);
		CHECK_STR(fake_vtd.story, "interrupts, wait, ");
		CHECK_EQ(get(VTD_IQH, 4), 0x70);
		CHECK_EQ(at(WORDS)->low, 2ULL << 32);
		CHECK_EQ(interrupt(5), SENT(FAR_ROOT_ID, 0x55));
	}
	/* Without anybody who waits, too. */
	set_entry(5, ROOT_ID, 0x56, NIC);
	at(QUEUE)[7] = (struct vtd_entry) { VTD_INV_INTERRUPTS };
	CHECK_EQ(put(VTD_IQT, 4, 0x80), 0);
	CHECK_EQ(interrupt(5), SENT(ROOT_ID, 0x56));
	/* One that it must not use: nothing comes of it, and it is counted. */
	set_entry(5, CELL_ID, 0x56, NIC);
	at(QUEUE)[8] = (struct vtd_entry) { VTD_INV_INTERRUPTS };
	CHECK_EQ(put(VTD_IQT, 4, 0x90), -EPERM);
	CHECK_EQ(interrupt(5), FAKE_BLOCKED);
	CHECK_EQ(get(VTD_FSTS, 4), 0);
}

UNIT(the_queue_goes_round)
{
	unsigned int n;

	boot(ECAP, QUEUE, 0xfe0);
	CHECK_EQ(start(), 0);
	for (n = 0; n < 256; n++)
		at(QUEUE)[n] = (struct vtd_entry) { VTD_INV_WAIT | (u64)n << 32, WORDS };
	CHECK_EQ(put(VTD_IQT, 4, 0x20), 0);
	CHECK_EQ(get(VTD_IQH, 4), 0x20);
	CHECK_EQ(at(WORDS)->low, 1);
	/* All of it but one, which is the most there is. */
	CHECK_EQ(put(VTD_IQT, 4, 0x10), 0);
	CHECK_EQ(get(VTD_IQH, 4), 0x10);
	CHECK_EQ(at(WORDS)->low, 0);
}

UNIT(whatever_is_in_the_queue_takes_little_time)
{
	unsigned int n;

	boot(ECAP, QUEUE | 1, 0);
	fake_vtd.irta = TABLE | VTD_IRTA_X2APIC | 10;
	CHECK_EQ(start(), 0);
	for (n = 0; n < 512; n++)
		at(QUEUE)[n] = n & 1 ? (struct vtd_entry) { VTD_INV_WAIT | 1ULL << 32, WORDS } :
			(struct vtd_entry) { VTD_INV_INTERRUPTS };
	pages_seen = 0;
	fake_vtd.story[0] = 0;
	CHECK_EQ(put(VTD_IQT, 4, 0x1ff0), 0);
	CHECK_EQ(get(VTD_IQH, 4), 0x1ff0);
	/* Each descriptor, each word that is told, and the table once. */
	CHECK(pages_seen <= 511 + 255 + 2048 / 256);
	CHECK_STR(fake_vtd.story, "interrupts, wait, ");
}

UNIT(what_is_wrong_in_the_queue_stops_it)
{
	static const struct {
		const char *what;
		struct vtd_entry descriptor;
	} rows[] = {
		{ "type 0", { 0, 0 } },
		{ "a TLB of a device", { 3, 0 } },
		{ "page tables of a process", { 6, 0 } },
		{ "type 15", { 0xf, 0 } },
		{ "a type of more bits", { VTD_INV_INTERRUPTS | 1 << 9, 0 } },
		{ "an interrupt", { VTD_INV_WAIT | 1 << 4, WORDS } },
		{ "told to the hypervisor", { VTD_INV_WAIT, 0x3a000000 } },
		{ "told to a device", { VTD_INV_WAIT, 0xfee00000 } },
		{ "told beyond all addresses", { VTD_INV_WAIT, ~3ULL } },
		{ "told to half a word", { VTD_INV_WAIT, WORDS + 2 } },
	};
	unsigned int n;

	for (n = 0; n < ARRAY_SIZE(rows); n++) {
		unit_row("%s", rows[n].what);
		boot(ECAP, QUEUE, 0x50);
		CHECK_EQ(start(), 0);
		fake_vtd.story[0] = 0;
		at(QUEUE)[5] = (struct vtd_entry) { 5 | 1 << 5 | 1ULL << 32, WORDS };
		at(QUEUE)[6] = rows[n].descriptor;
		CHECK_EQ(put(VTD_IQT, 4, 0x80), -EPERM);
		CHECK_EQ(get(VTD_IQH, 4), 0x60);
		CHECK_EQ(get(VTD_FSTS, 4), 1 << 4);
		CHECK_EQ(at(WORDS)->low, 1);
		/* It stands still until it is told to go on, with what is right now. */
		CHECK_EQ(put(VTD_IQT, 4, 0x90), 0);
		CHECK_EQ(get(VTD_IQH, 4), 0x60);
		at(QUEUE)[6] = (struct vtd_entry) { 1 | 1 << 4, 0 };
		at(QUEUE)[7] = (struct vtd_entry) { 2 | 1 << 4, 0 };
		at(QUEUE)[8] = (struct vtd_entry) { 5, 0 };
		CHECK_EQ(put(VTD_FSTS, 4, 1 << 4), 0);
		CHECK_EQ(get(VTD_IQH, 4), 0x90);
		CHECK_EQ(get(VTD_FSTS, 4), 0);
		CHECK_STR(fake_vtd.story, "");
		CHECK_EQ(stop(), 0);
		CHECK_EQ(fake_vtd.head, 0x90);
	}
}

UNIT(a_queue_that_cannot_be_stops)
{
	static const struct {
		const char *what;
		u64 queue;
		u32 tail;
	} rows[] = {
		{ "behind its end", QUEUE, 0x1000 },
		{ "far behind", QUEUE, ~0xfU },
		{ "between two", QUEUE, 0x58 },
		{ "between two that are wide", QUEUE | VTD_IQA_WIDE, 0x10 },
		{ "too large", QUEUE | 2, 0x10 },
		{ "larger still", QUEUE | 7, 0x10 },
		{ "of the hypervisor", 0x3a000000, 0x10 },
		{ "nowhere", PAGE_MASK, 0x10 },
		{ "half of it", FAKE_ROOT_MEMORY + FAKE_ROOT_SIZE - PAGE_SIZE + 1, 0x1010 },
	};
	unsigned int n;

	for (n = 0; n < ARRAY_SIZE(rows); n++) {
		unit_row("%s", rows[n].what);
		boot(ECAP, QUEUE, 0);
		CHECK_EQ(start(), 0);
		fake_vtd.story[0] = 0;
		for (unsigned int i = 0; i < 256; i++)
			at(FAKE_ROOT_MEMORY + FAKE_ROOT_SIZE - PAGE_SIZE)[i].low = 5;
		CHECK_EQ(put(VTD_GCMD, 4, VTD_INTERRUPTS), 0);
		CHECK_EQ(put(VTD_IQA, 8, rows[n].queue), 0);
		if (!put(VTD_GCMD, 4, VTD_INTERRUPTS | VTD_QUEUE))
			CHECK_EQ(put(VTD_IQT, 4, rows[n].tail), -EPERM);
		CHECK_EQ(get(VTD_FSTS, 4), 1 << 4);
		CHECK_STR(fake_vtd.story, "");
		/* The unit is not given back what cannot be. */
		CHECK_EQ(stop(), 0);
		CHECK(!(fake_vtd.status & VTD_QUEUE));
		CHECK_EQ(fake_vtd.interrupts, IRTA);
	}
}

UNIT(wide_descriptors_are_what_they_are)
{
	boot(ECAP, QUEUE | VTD_IQA_WIDE | 1, 0x1fe0);
	CHECK_EQ(start(), 0);
	at(QUEUE)[510] = (struct vtd_entry) { VTD_INV_INTERRUPTS };
	at(QUEUE)[0] = (struct vtd_entry) { VTD_INV_WAIT | 9ULL << 32, WORDS };
	set_entry(5, ROOT_ID, 0x77, NIC);
	CHECK_EQ(put(VTD_IQT, 4, 0x20), 0);
	CHECK_EQ(get(VTD_IQH, 4), 0x20);
	CHECK_EQ(at(WORDS)->low, 9);
	CHECK_EQ(interrupt(5), SENT(ROOT_ID, 0x77));
	/* Their upper halves are reserved. */
	at(QUEUE)[2] = (struct vtd_entry) { VTD_INV_INTERRUPTS };
	at(QUEUE)[3] = (struct vtd_entry) { .high = 1 };
	CHECK_EQ(put(VTD_IQT, 4, 0x40), -EPERM);
	CHECK_EQ(get(VTD_IQH, 4), 0x20);
}

UNIT(nobody_is_told_by_a_unit_that_does_not_answer)
{
	boot(ECAP, QUEUE, 0);
	CHECK_EQ(start(), 0);
	at(QUEUE)[0] = (struct vtd_entry) { VTD_INV_INTERRUPTS };
	at(QUEUE)[1] = (struct vtd_entry) { VTD_INV_WAIT | 9ULL << 32, WORDS };
	fake_vtd.dead_after = 1;
	CHECK_EQ(put(VTD_IQT, 4, 0x20), -EPERM);
	CHECK_EQ(at(WORDS)->low, 0);
	CHECK_EQ(get(VTD_IQH, 4), 0x10);
}
