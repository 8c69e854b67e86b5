// SPDX-License-Identifier: GPL-2.0-only
/* BESIDE: fake_vtd.c remapped.c */
/* SOURCES: x86/vtd/guest.c x86/vtd/remap.c x86/vtd/takeover.c x86/apic_policy.c core/cpu_set.c */
/*
 * A unit that could remap interrupts, and Linux does not have it do so: the hypervisor does, and
 * while devices change from one format to the other, both arrive.
 */
#include <string.h>
#include "errno.h"
#include "remapped.h"
#include "unit.h"

#define OLD_FORMAT	0xfee01000U	/* to OTHER_ROOT_ID */
#define OLD		fake_vtd_interrupt(NIC, OLD_FORMAT, 0x41)
#define NEW		fake_vtd_interrupt(NIC, message(5), 0)
#define ARRIVED		SENT(OTHER_ROOT_ID, 0x41)
/* Of a table whose ids have 8 bits. */
#define ARRIVED_NEW	SENT(OTHER_ROOT_ID << 8, 0x41)

/* Linux has switched on nothing of it. */
static void boot_off(u64 ecap)
{
	boot(ecap, 0, 0);
	fake_vtd.status = 0;
	fake_vtd.irta = 0;
	fake_vtd.interrupts = 0;
	remap.x2apic = false;
}

static int begin(void)
{
	int err = vtd_init(unit);

	CHECK(!unit->remaps);
	unit->remaps = true;
	unit->rewrites = true;
	vtd_use_table(unit, &remap);
	return err ?: vtd_start(unit, FAKE_ROOT_TABLE);
}

/* As it is done for a message of a function, and for a pin. */
static void set(u32 low)
{
	if (vtd_remap_set(&remap, 5, NIC, OTHER_ROOT_ID, low))
		CHECK_EQ(vtd_flush_interrupts(unit), 0);
}

UNIT(both_formats_arrive_until_all_is_rewritten)
{
	boot_off(ECAP);
	CHECK_EQ(OLD, ARRIVED);
	CHECK_EQ(begin(), 0);
	/* Both pass before anything is remapped. */
	CHECK_STR(fake_vtd.story, "root table, queue, table of interrupts, old format, "
		  "remapping, context, IOTLB, interrupts, wait, translation, ");
	CHECK_EQ(fake_vtd.interrupts, page_hpa(unit->common.pool, remap.table) | 12);
	CHECK_EQ(OLD, ARRIVED);
	CHECK_EQ(NEW, FAKE_BLOCKED);
	set(0x41);
	CHECK_EQ(NEW, ARRIVED_NEW);
	CHECK_EQ(OLD, ARRIVED);
	CHECK_EQ(fake_vtd_interrupt(CELLS, message(5), 0), FAKE_BLOCKED);

	CHECK_EQ(vtd_pass_old_format(unit, false), 0);
	CHECK_EQ(OLD, FAKE_BLOCKED);
	CHECK_EQ(fake_vtd_interrupt(CELLS, OLD_FORMAT, 0x41), FAKE_BLOCKED);
	CHECK_EQ(NEW, ARRIVED_NEW);
	set(0x42);
	CHECK_EQ(NEW, SENT(OTHER_ROOT_ID << 8, 0x42));
	/* What is flushed while cells come and go lets nothing of the old format pass. */
	CHECK_EQ(vtd_flush(unit), 0);
	CHECK_EQ(OLD, FAKE_BLOCKED);

	fake_vtd.story[0] = 0;
	CHECK_EQ(vtd_pass_old_format(unit, true), 0);
	CHECK_EQ(OLD, ARRIVED);
	CHECK_EQ(NEW, SENT(OTHER_ROOT_ID << 8, 0x42));
	CHECK_EQ(vtd_stop(unit), 0);
	CHECK_STR(fake_vtd.story, "old format, translation off, remapping off, queue off, ");
	CHECK_EQ(OLD, ARRIVED);
	CHECK_EQ(fake_vtd.status, VTD_ROOT_TABLE | VTD_INTERRUPT_TABLE | VTD_COMPATIBLE);
	/* And once more. */
	CHECK_EQ(begin(), 0);
	CHECK_EQ(OLD, ARRIVED);
	CHECK_EQ(NEW, SENT(OTHER_ROOT_ID << 8, 0x42));
}

/* The table is in memory before the unit has it. */
UNIT(a_unit_that_does_not_look_into_caches_sees_no_entries)
{
	unsigned int n;

	boot_off(ECAP & ~VTD_ECAP_COHERENT);
	CHECK_EQ(begin(), 0);
	for (n = 0; n < VTD_REMAP_ENTRIES; n++)
		CHECK_EQ(fake_vtd_interrupt(NIC, message(n), 0), FAKE_BLOCKED);
	set(0x41);
	CHECK_EQ(NEW, ARRIVED_NEW);
}

/* QEMU's. It is not waited for, and the rest is as ever. */
UNIT(a_unit_that_never_says_that_the_old_format_passes)
{
	boot_off(ECAP);
	fake_vtd.stuck = VTD_COMPATIBLE;
	CHECK_EQ(begin(), 0);
	CHECK(fake_vtd.now < 5000);
	CHECK_STR(fake_vtd_error(), "");
	set(0x41);
	CHECK_EQ(NEW, ARRIVED_NEW);
	CHECK_EQ(vtd_pass_old_format(unit, false), 0);
	CHECK_EQ(vtd_pass_old_format(unit, true), 0);
	CHECK_EQ(vtd_stop(unit), 0);
	CHECK_EQ(OLD, ARRIVED);
}

/* Whatever it has obeyed: it is off, and what Linux has devices send arrives. */
UNIT(a_unit_that_stops_answering_while_it_is_started_is_off)
{
	unsigned int after;

	for (after = 0; after < 10; after++) {
		unit_row("after %u steps", after);
		boot_off(ECAP);
		fake_vtd.dead_after = after + 1;
		fake_vtd.revives = true;
		CHECK_EQ(begin(), -EIO);
		CHECK(strstr(fake_vtd_error(), "does not answer"));
		CHECK(!(fake_vtd.status & (VTD_TRANSLATION | VTD_INTERRUPTS | VTD_QUEUE)));
		CHECK_EQ(OLD, ARRIVED);
	}
}

/* One that does not stop goes on as before, until devices are rewritten again. */
UNIT(a_unit_that_does_not_stop_goes_on)
{
	unsigned int after;

	for (after = 0; after < 3; after++) {
		unit_row("after %u steps", after);
		boot_off(ECAP);
		CHECK_EQ(begin(), 0);
		set(0x41);
		CHECK_EQ(vtd_pass_old_format(unit, false), 0);
		CHECK_EQ(vtd_pass_old_format(unit, true), 0);
		fake_vtd.dead_after = after + 1;
		fake_vtd.revives = true;
		CHECK_EQ(vtd_stop(unit), -EIO);
		CHECK_EQ(fake_vtd.status & (VTD_TRANSLATION | VTD_INTERRUPTS | VTD_QUEUE),
			 VTD_TRANSLATION | VTD_INTERRUPTS | VTD_QUEUE);
		CHECK_EQ(NEW, ARRIVED_NEW);
		CHECK_EQ(OLD, ARRIVED);
		CHECK_EQ(vtd_pass_old_format(unit, false), 0);
		CHECK_EQ(OLD, FAKE_BLOCKED);
	}
	boot_off(ECAP);
	CHECK_EQ(begin(), 0);
	CHECK_EQ(vtd_pass_old_format(unit, true), 0);
	fake_vtd.dead_after = 1;
	CHECK_EQ(vtd_pass_old_format(unit, false), -EIO);
	CHECK(strstr(fake_vtd_error(), "blocking of interrupts"));
}

/* While hundreds of entries are written, of which it is told one by one. */
UNIT(one_that_dies_meanwhile_is_waited_for_once)
{
	unsigned int n;

	boot_off(ECAP);
	CHECK_EQ(begin(), 0);
	fake_vtd.dead_after = 1;
	fake_vtd.now = 0;
	for (n = 0; n < 100; n++) {
		CHECK(vtd_remap_set(&remap, n, NIC, OTHER_ROOT_ID, 0x41));
		CHECK_EQ(vtd_flush_interrupts(unit), -EIO);
	}
	CHECK(fake_vtd.now >= unit->common.limit && fake_vtd.now < 5 * unit->common.limit);
}

/* It goes on later, when what it has not read of its queue was written over. */
UNIT(one_that_was_slow_keeps_no_translation_that_it_was_to_forget)
{
	unsigned int n, before;

	boot_off(ECAP);
	CHECK_EQ(begin(), 0);
	fake_vtd.dead_after = 1;
	CHECK_EQ(vtd_flush(unit), -EIO);
	for (n = 0; n < VTD_QUEUE_LENGTH; n++)
		CHECK_EQ(vtd_flush_interrupts(unit), -EIO);
	fake_vtd.dead_after = 0;
	before = fake_vtd.flushes;
	CHECK_EQ(vtd_flush_interrupts(unit), 0);
	CHECK(fake_vtd.flushes > before);
}
