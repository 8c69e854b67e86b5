// SPDX-License-Identifier: GPL-2.0-only
/* BESIDE: fake_vtd.c remapped.c */
/* SOURCES: core/cpu_set.c x86/vtd/guest.c x86/vtd/remap.c x86/vtd/takeover.c x86/apic_policy.c */
/*
 * Interrupts that the root cell has VT-d remap: the unit goes by a table of the hypervisor's, in
 * which is nothing of the root cell's that it must not do. What the root cell sees instead of the
 * unit is in test_vtd_guest.c.
 */
#include <stdlib.h>
#include <string.h>
#include "errno.h"
#include "remapped.h"
#include "unit.h"

/*
 * It changes hands
 */

UNIT(a_unit_changes_hands_and_no_interrupt_is_lost)
{
	boot(ECAP, QUEUE, 0x50);
	CHECK_EQ(interrupt(5), SENT(ROOT_ID, 0x41));
	CHECK_EQ(start(), 0);
	CHECK(unit->remaps);
	CHECK_STR(fake_vtd.story, "queue off, root table, queue, table of interrupts, context, "
		  "IOTLB, interrupts, wait, translation, ");
	CHECK_EQ(fake_vtd.interrupts,
		 page_hpa(unit->common.pool, remap.table) | VTD_IRTA_X2APIC | 12);
	CHECK_EQ(interrupt(5), SENT(ROOT_ID, 0x41));
	CHECK_EQ(fake_vtd_interrupt(CELLS, message(5), 0), FAKE_BLOCKED);
	/* A fault is no interrupt of the root cell's. */
	CHECK_EQ(fake_vtd.event[0], VTD_FECTL_MASKED);

	/* Meanwhile the root cell has gone on, to the end of its queue and beyond. */
	CHECK_EQ(put(VTD_FECTL + 4, 4, 0x32), 0);
	CHECK_EQ(fake_vtd.event[1], 0x31);
	fake_vtd.story[0] = 0;
	CHECK_EQ(stop(), 0);
	CHECK_STR(fake_vtd.story, "translation off, table of interrupts, interrupts, wait, "
		  "queue off, queue, interrupts, interrupts, interrupts, interrupts, wait, ");
	CHECK_EQ(fake_vtd.interrupts, IRTA);
	CHECK_EQ(fake_vtd.queue, QUEUE);
	CHECK_EQ(fake_vtd.head, 0x50);
	CHECK_EQ(fake_vtd.tail, 0x50);
	CHECK_EQ(fake_vtd.event[0], 0);
	CHECK_EQ(fake_vtd.event[1], 0x32);
	CHECK_EQ(interrupt(5), SENT(ROOT_ID, 0x41));
	CHECK_EQ(fake_vtd.status, VTD_INTERRUPTS | VTD_QUEUE | VTD_INTERRUPT_TABLE |
		 VTD_ROOT_TABLE);
	/* And once more. */
	CHECK_EQ(start(), 0);
	CHECK_EQ(interrupt(5), SENT(ROOT_ID, 0x41));
	CHECK_EQ(stop(), 0);
}

UNIT(a_queue_of_wide_descriptors_is_given_back_where_it_was)
{
	boot(ECAP, QUEUE | VTD_IQA_WIDE | 1, 0x1040);
	CHECK_EQ(start(), 0);
	fake_vtd.story[0] = 0;
	CHECK_EQ(stop(), 0);
	CHECK_EQ(fake_vtd.head, 0x1040);
	CHECK(strstr(fake_vtd.story, "interrupts, wait, "));
	boot(ECAP, QUEUE, 0);
	CHECK_EQ(start(), 0);
	CHECK_EQ(stop(), 0);
	CHECK_EQ(fake_vtd.head, 0);
	CHECK_EQ(fake_vtd.queue, QUEUE);
}

UNIT(interrupts_of_the_old_format_are_blocked)
{
	boot(ECAP, QUEUE, 0);
	fake_vtd.irta = IRTA & ~VTD_IRTA_X2APIC;
	fake_vtd.interrupts = fake_vtd.irta;
	fake_vtd.status |= VTD_COMPATIBLE;
	remap.x2apic = false;
	set_entry(5, ROOT_ID << 8, 0x41, NIC);
	CHECK_EQ(fake_vtd_interrupt(NIC, 0xfee02000, 0x41), SENT(CELL_ID, 0x41));
	CHECK_EQ(start(), 0);
	CHECK_EQ(fake_vtd_interrupt(NIC, 0xfee02000, 0x41), FAKE_BLOCKED);
	CHECK_EQ(interrupt(5), SENT(ROOT_ID, 0x41));
	CHECK_EQ(stop(), 0);
	CHECK_EQ(fake_vtd_interrupt(NIC, 0xfee02000, 0x41), SENT(CELL_ID, 0x41));
	boot(ECAP, QUEUE, 0);
	CHECK_EQ(start(), 0);
	CHECK_EQ(fake_vtd_interrupt(NIC, 0xfee02000, 0x41), FAKE_BLOCKED);
}

UNIT(a_unit_that_goes_by_another_mode_than_the_apics_is_refused)
{
	boot(ECAP, QUEUE, 0);
	remap.x2apic = false;
	CHECK_EQ(start(), -ENODEV);
	CHECK(strstr(fake_vtd_error(), "in another mode"));
	CHECK_STR(fake_vtd.story, "");
}

UNIT(a_unit_that_does_not_look_into_caches_sees_the_table)
{
	boot(ECAP & ~VTD_ECAP_COHERENT, QUEUE, 0x30);
	CHECK_EQ(start(), 0);
	CHECK_EQ(interrupt(5), SENT(ROOT_ID, 0x41));
	CHECK_EQ(interrupt(6), FAKE_BLOCKED);
	CHECK_EQ(interrupt(VTD_REMAP_ENTRIES - 1), FAKE_BLOCKED);
	CHECK(vtd_remap_set(&remap, VTD_REMAP_ROOT, CELLS, CELL_ID, 0x31));
	CHECK_EQ(fake_vtd_interrupt(CELLS, message(VTD_REMAP_ROOT), 0), SENT(CELL_ID, 0x31));
	fake_vtd.written_back = 0;
	CHECK_EQ(vtd_stop(unit), 0);
	CHECK(fake_vtd.written_back);
	fake_vtd.written_back = 0;
	CHECK_EQ(vtd_give_back(unit, &remap), 0);
	CHECK_EQ(fake_vtd.written_back, 3);
}

UNIT(a_unit_that_stops_answering_is_an_error)
{
	unsigned int after;

	for (after = 0; after < 9; after++) {
		unit_row("after %u steps", after);
		boot(ECAP, QUEUE, 0x50);
		fake_vtd.dead_after = after + 1;
		CHECK_EQ(start(), -EIO);
		CHECK(strstr(fake_vtd_error(), "does not answer"));
	}
	for (after = 0; after < 8; after++) {
		unit_row("on the way back, after %u steps", after);
		boot(ECAP, QUEUE, 0x50);
		CHECK_EQ(start(), 0);
		fake_vtd.dead_after = after + 1;
		CHECK_EQ(stop(), -EIO);
	}
	/* In the end the queue is the root cell's, and where that goes on. */
	boot(ECAP, QUEUE, 0x50);
	fake_vtd.cap |= VTD_CAP_RWBF;
	fake_vtd.stuck = VTD_WRITE_BUFFER;
	CHECK_EQ(start(), -EIO);
	CHECK_EQ(vtd_give_back(unit, &remap), 0);
	CHECK_EQ(fake_vtd.queue, QUEUE);
	CHECK_EQ(fake_vtd.head, 0x50);
	CHECK_EQ(fake_vtd.interrupts, IRTA);
	/* It does not come to the end of the root cell's queue. */
	boot(ECAP, QUEUE, 0x50);
	fake_vtd.head = 0x40;
	CHECK_EQ(start(), -EIO);
	CHECK(fake_vtd.status & VTD_QUEUE);
}

/*
 * What of the root cell's is in the table
 */

UNIT(entries_interrupt_cpus_of_the_root_cell_and_nobody_else)
{
#define ENTRY(dest, vector, flags) \
	((u64)(dest) << 32 | (u64)(vector) << 16 | VTD_IRTE_PRESENT | (flags))
#define BY_NIC	(VTD_IRTE_BY_SOURCE | NIC)
	static const struct {
		const char *what;
		struct vtd_entry entry;
		bool allowed;
		u64 low;
	} rows[] = {
		{ "nothing", { 0, 0 }, true, 0 },
		{ "not present", { 0x00000002ffff0fffULL & ~1ULL, ~0ULL }, true, 0 },
		{ "as it is", { ENTRY(ROOT_ID, 0x41, 0), BY_NIC }, true, ENTRY(ROOT_ID, 0x41, 0) },
		{ "an id of more than 8 bits", { ENTRY(FAR_ROOT_ID, 0x41, 0), BY_NIC }, true,
		  ENTRY(FAR_ROOT_ID, 0x41, 0) },
		{ "with hint, level, lowest priority",
		  { ENTRY(ROOT_ID, 0x41, 0x38), BY_NIC }, true, ENTRY(ROOT_ID, 0x41, 0x38) },
		{ "without bits of software's", { ENTRY(ROOT_ID, 0x41, 0xf02), BY_NIC }, true,
		  ENTRY(ROOT_ID, 0x41, 0) },
		{ "logical", { ENTRY(3, 0x41, 4), BY_NIC }, true, ENTRY(3, 0x41, 4) },
		{ "logical, of another cluster", { ENTRY(17 << 16 | 1 << 8, 0x41, 4), BY_NIC },
		  true, ENTRY(17 << 16 | 1 << 8, 0x41, 4) },
		{ "to the cell", { ENTRY(CELL_ID, 0x41, 0), BY_NIC }, false, 0 },
		{ "to the cell, logical", { ENTRY(4, 0x41, 4), BY_NIC }, false, 0 },
		{ "to nobody", { ENTRY(77, 0x41, 0), BY_NIC }, false, 0 },
		{ "also to the cell", { ENTRY(6, 0x41, 0xc), BY_NIC }, true,
		  ENTRY(OTHER_ROOT_ID, 0x41, 0) },
		{ "to all", { ENTRY(0xffffffff, 0x41, 0), BY_NIC }, true,
		  ENTRY(ROOT_ID, 0x41, 0) },
		{ "to all, of lowest priority", { ENTRY(0xffffffff, 0x41, 0x24), BY_NIC }, true,
		  ENTRY(ROOT_ID, 0x41, 0) },
		{ "SMI", { ENTRY(ROOT_ID, 0x41, 2 << 5), BY_NIC }, false, 0 },
		{ "NMI", { ENTRY(ROOT_ID, 0x41, 4 << 5), BY_NIC }, false, 0 },
		{ "INIT", { ENTRY(ROOT_ID, 0x41, 5 << 5), BY_NIC }, false, 0 },
		{ "ExtINT", { ENTRY(ROOT_ID, 0x41, 7 << 5), BY_NIC }, false, 0 },
		{ "an exception", { ENTRY(ROOT_ID, 0x1f, 0), BY_NIC }, false, 0 },
		{ "posted", { ENTRY(ROOT_ID, 0x41, 1 << 15), BY_NIC }, false, 0 },
		{ "a reserved bit", { ENTRY(ROOT_ID, 0x41, 1 << 12), BY_NIC }, false, 0 },
		{ "another one", { ENTRY(ROOT_ID, 0x41, 1U << 31), BY_NIC }, false, 0 },
		{ "one above", { ENTRY(ROOT_ID, 0x41, 0), BY_NIC | 1ULL << 20 }, false, 0 },
		{ "who may use it is reserved",
		  { ENTRY(ROOT_ID, 0x41, 0), VTD_IRTE_VERIFY | NIC }, false, 0 },
		{ "of the cell's device", { ENTRY(ROOT_ID, 0x41, 0), VTD_IRTE_BY_SOURCE | CELLS },
		  false, 0 },
		{ "of all devices", { ENTRY(ROOT_ID, 0x41, 0), CELLS }, true,
		  ENTRY(ROOT_ID, 0x41, 0) },
	};
	struct vtd_entry entry;
	unsigned int n;

	boot(ECAP, QUEUE, 0);
	for (n = 0; n < ARRAY_SIZE(rows); n++) {
		unit_row("%s", rows[n].what);
		entry = rows[n].entry;
		CHECK_EQ(vtd_remap_check(&remap, &entry), rows[n].allowed);
		CHECK_EQ(entry.low, rows[n].low);
		CHECK_EQ(entry.high, rows[n].low ? rows[n].entry.high : 0);
	}
	/* To all, as long as all are the root cell's. */
	root_cpus = topo.present;
	entry = (struct vtd_entry) { ENTRY(0xffffffff, 0x41, 0), BY_NIC };
	CHECK(vtd_remap_check(&remap, &entry));
	CHECK_EQ(entry.low, ENTRY(0xffffffff, 0x41, 0));
	/* In xAPIC mode an id stands elsewhere, and the bits beside it are reserved. */
	remap.x2apic = false;
	entry = (struct vtd_entry) { ENTRY(CELL_ID, 0x41, 0), BY_NIC };
	CHECK(!vtd_remap_check(&remap, &entry));
	entry = (struct vtd_entry) { ENTRY(OTHER_ROOT_ID << 8, 0x41, 0), BY_NIC };
	CHECK(vtd_remap_check(&remap, &entry));
	CHECK_EQ(entry.low, ENTRY(OTHER_ROOT_ID << 8, 0x41, 0));
	root_cpus = cpu_set_of(1);
	entry = (struct vtd_entry) { ENTRY(0xff << 8, 0x41, 0), BY_NIC };
	CHECK(vtd_remap_check(&remap, &entry));
	CHECK_EQ(entry.low, ENTRY(OTHER_ROOT_ID << 8, 0x41, 0));
}

UNIT(only_what_is_there_and_is_the_root_cells_part_is_copied)
{
	static const struct {
		u64 irta;
		unsigned int first, count, copied;
	} rows[] = {
		{ TABLE | 7, 0, VTD_REMAP_ROOT, 256 },
		{ TABLE | 7, 250, 100, 6 },
		{ TABLE | 7, 255, 1, 1 },
		{ TABLE | 7, 256, 1, 0 },
		{ TABLE | 7, 0xffff, 32, 0 },
		{ TABLE | 0, 0, VTD_REMAP_ROOT, 2 },
		{ TABLE | 15, 10, ~0U, VTD_REMAP_ROOT - 10 },
		{ TABLE | 15, VTD_REMAP_ROOT - 1, 2, 1 },
		{ TABLE | 15, VTD_REMAP_ROOT, 1, 0 },
		{ 0x3a000000 | 15, 0, VTD_REMAP_ROOT, 0 },
	};
	unsigned int n, i, copied;

	for (n = 0; n < ARRAY_SIZE(rows); n++) {
		unit_row("row %u", n);
		boot(ECAP, QUEUE, 0);
		for (i = 0; i < 8192; i++)
			set_entry(i, ROOT_ID, 0x41, NIC);
		CHECK_EQ(vtd_remap_copy(&remap, rows[n].irta, rows[n].first, rows[n].count), 0);
		for (i = 0, copied = 0; i < VTD_REMAP_ENTRIES; i++)
			if (remap.table[i].low)
				copied++;
		CHECK_EQ(copied, rows[n].copied);
		CHECK_EQ(remap.used, copied ? rows[n].first + copied : 0);
	}
	/* What has gone goes. */
	boot(ECAP, QUEUE, 0);
	CHECK_EQ(vtd_remap_copy(&remap, IRTA, 0, VTD_REMAP_ROOT), 0);
	CHECK(remap.table[5].low);
	CHECK_EQ(remap.used, 6);
	CHECK_EQ(vtd_remap_copy(&remap, 0x3a000000 | 7, 0, 256), 0);
	CHECK(!remap.table[5].low && !remap.table[5].high);
}

UNIT(the_root_cell_loses_a_cpu_and_gets_it_back)
{
	boot(ECAP, QUEUE, 0);
	set_entry(7, OTHER_ROOT_ID, 0x42, NIC);
	CHECK_EQ(start(), 0);
	CHECK_EQ(interrupt(7), SENT(OTHER_ROOT_ID, 0x42));
	cpu_set_remove(&root_cpus, 1);
	vtd_guest_refresh(unit, &remap);
	CHECK_EQ(vtd_flush(unit), 0);
	CHECK_EQ(interrupt(7), FAKE_BLOCKED);
	CHECK_EQ(interrupt(5), SENT(ROOT_ID, 0x41));
	cpu_set_add(&root_cpus, 1);
	vtd_guest_refresh(unit, &remap);
	CHECK_EQ(vtd_flush(unit), 0);
	CHECK_EQ(interrupt(7), SENT(OTHER_ROOT_ID, 0x42));
}

/*
 * Of cells
 */

UNIT(an_entry_of_a_cell_is_for_its_device)
{
	const unsigned int index = VTD_REMAP_ROOT + 3;

	boot(ECAP, QUEUE, 0);
	CHECK_EQ(start(), 0);
	CHECK(vtd_remap_set(&remap, index, CELLS, CELL_ID, 0x31 | APIC_TRIGGER_LEVEL));
	CHECK_EQ(fake_vtd_interrupt(CELLS, message(index), 0), SENT(CELL_ID, 0x31));
	CHECK(remap.table[index].low & VTD_IRTE_LEVEL);
	CHECK_EQ(interrupt(index), FAKE_BLOCKED);
	/* Nothing that the root cell invalidates changes it. */
	at(QUEUE)[0] = (struct vtd_entry) { VTD_INV_INTERRUPTS };
	CHECK_EQ(put(VTD_IQT, 4, 0x10), 0);
	CHECK_EQ(fake_vtd_interrupt(CELLS, message(index), 0), SENT(CELL_ID, 0x31));
	/* The same once more is nothing to flush for. */
	CHECK(!vtd_remap_set(&remap, index, CELLS, CELL_ID, 0x31 | APIC_TRIGGER_LEVEL));
	CHECK(vtd_remap_set(&remap, index, CELLS, CELL_ID, 0x32));
	CHECK_EQ(fake_vtd_interrupt(CELLS, message(index), 0), SENT(CELL_ID, 0x31));
	CHECK_EQ(vtd_flush_interrupts(unit), 0);
	CHECK_EQ(fake_vtd_interrupt(CELLS, message(index), 0), SENT(CELL_ID, 0x32));
	/* It is another device's, and all else is as it was. */
	CHECK(vtd_remap_set(&remap, index, NIC, CELL_ID, 0x32));
	CHECK_EQ(vtd_flush_interrupts(unit), 0);
	CHECK_EQ(fake_vtd_interrupt(CELLS, message(index), 0), FAKE_BLOCKED);
	CHECK_EQ(interrupt(index), SENT(CELL_ID, 0x32));
	CHECK(vtd_remap_set(&remap, index, 0, 0, 0));
	CHECK(!remap.table[index].low && !remap.table[index].high);
	remap.x2apic = false;
	CHECK(vtd_remap_set(&remap, index, CELLS, CELL_ID, 0x31));
	CHECK_EQ(remap.table[index].low >> 32, CELL_ID << 8);
}

UNIT(entries_of_cells_are_taken_and_released)
{
	const int last = VTD_REMAP_ENTRIES - VTD_REMAP_ROOT;
	struct vtd_indices indices = { { 0 } };

	CHECK_EQ(vtd_indices_take(&indices, 24), VTD_REMAP_ROOT);
	CHECK_EQ(vtd_indices_take(&indices, 100), VTD_REMAP_ROOT + 24);
	CHECK_EQ(vtd_indices_take(&indices, (unsigned int)last - 124), VTD_REMAP_ROOT + 124);
	CHECK_EQ(vtd_indices_take(&indices, 1), -ENOSPC);
	vtd_indices_release(&indices, VTD_REMAP_ROOT + 24, 100);
	CHECK_EQ(vtd_indices_take(&indices, 101), -ENOSPC);
	CHECK_EQ(vtd_indices_take(&indices, 50), VTD_REMAP_ROOT + 24);
	CHECK_EQ(vtd_indices_take(&indices, 50), VTD_REMAP_ROOT + 74);
	CHECK_EQ(vtd_indices_take(&(struct vtd_indices) { { 0 } }, (unsigned int)last + 1),
		 -ENOSPC);
}
