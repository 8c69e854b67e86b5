// SPDX-License-Identifier: GPL-2.0-only
/* BESIDE: fake_vtd.c */
/* SOURCES: x86/vtd/guest.c x86/vtd/remap.c x86/vtd/takeover.c x86/apic_policy.c */
/*
 * Interrupts that the root cell has VT-d remap: the unit goes by a table of the hypervisor's, in
 * which is nothing of the root cell's that it must not do, and by its queue; the root cell has an
 * emulated one, to which it may write what it likes.
 */
#include <stdlib.h>
#include <string.h>
#include "fake_vtd.h"
#include "errno.h"
#include "unit.h"
#include "vtd/guest.h"
#include "vtd/takeover.h"

#define CAP	(6 | VTD_CAP_3_LEVELS | VTD_CAP_4_LEVELS | 47ULL << 16 | 0x22ULL << 24 | \
		 VTD_CAP_2M | 1ULL << 40)
#define ECAP	(VTD_ECAP_QI | VTD_ECAP_COHERENT | VTD_ECAP_IR)

/* Of the root cell: table of 256 entries, queue, and words that are told of it. */
#define TABLE	(FAKE_ROOT_MEMORY + 0x1000)
#define QUEUE	(FAKE_ROOT_MEMORY + 0x10000)
#define WORDS	(FAKE_ROOT_MEMORY + 0x20000)
#define IRTA	(TABLE | VTD_IRTA_X2APIC | 7)

/* CPUs by their APIC ids; those of the cell are not the root cell's. */
#define ROOT_ID		0U
#define OTHER_ROOT_ID	1U
#define FAR_ROOT_ID	280U
#define CELL_ID		2U

#define NIC	0x0028
#define CELLS	0x0310

static struct apic_topology topo;
static struct cpu_set root_cpus;
static struct vtd_unit *unit;
static struct vtd_remap remap;
static unsigned int pages_seen;

static bool is_owned(u16 source)
{
	return source == CELLS;
}

static void *page(u64 gpa)
{
	pages_seen++;
	if (gpa < FAKE_ROOT_MEMORY || gpa >= FAKE_ROOT_MEMORY + FAKE_ROOT_SIZE)
		return NULL;
	return fake_root_memory + ((gpa - FAKE_ROOT_MEMORY) & PAGE_MASK);
}

static struct vtd_entry *at(u64 gpa)
{
	return (struct vtd_entry *)(fake_root_memory + (gpa - FAKE_ROOT_MEMORY));
}

static void set_entry(unsigned int index, u32 dest, u8 vector, u16 source)
{
	at(TABLE)[index] = (struct vtd_entry) {
		VTD_IRTE_PRESENT | (u64)vector << 16 | (u64)dest << 32,
		VTD_IRTE_BY_SOURCE | source,
	};
}

/* A unit by which Linux remaps interrupts; @tail: as far as its queue has come. */
static void boot(u64 ecap, u64 queue, u32 tail)
{
	static const u32 ids[] = { ROOT_ID, OTHER_ROOT_ID, CELL_ID, FAR_ROOT_ID };
	unsigned int n;

	unit = fake_vtd_boot(CAP, ecap);
	apic_topology_init(&topo);
	root_cpus = (struct cpu_set) { { 0 } };
	for (n = 0; n < ARRAY_SIZE(ids); n++) {
		apic_topology_add(&topo, n, ids[n]);
		if (ids[n] != CELL_ID)
			cpu_set_add(&root_cpus, n);
	}
	remap = (struct vtd_remap) {
		.table = page_alloc(unit->common.pool, VTD_REMAP_PAGES),
		.x2apic = true, .topo = &topo, .cpus = &root_cpus, .owned = is_owned, .page = page,
		.write_back = ecap & VTD_ECAP_COHERENT ? NULL : unit->common.hw->write_back,
	};
	fake_vtd.status = VTD_INTERRUPTS | VTD_QUEUE | VTD_INTERRUPT_TABLE;
	fake_vtd.irta = IRTA;
	fake_vtd.interrupts = IRTA;
	fake_vtd.queue = queue;
	fake_vtd.head = tail;
	fake_vtd.tail = tail;
	fake_vtd.event[0] = 0;
	fake_vtd.event[1] = 0x31;
	fake_vtd.event[2] = 0xfee00000;
	set_entry(5, ROOT_ID, 0x41, NIC);
}

static int start(void)
{
	int err = vtd_init(unit);

	if (!err)
		err = vtd_take_over(unit, &remap);
	return err ?: vtd_start(unit, FAKE_ROOT_TABLE);
}

static int stop(void)
{
	int err = vtd_stop(unit);

	return err ?: vtd_give_back(unit, &remap);
}

static int put(u32 reg, unsigned int width, u64 value)
{
	struct mmio_access access = { unit->common.base + reg, width, true, value };

	return vtd_guest_access(unit, &remap, &access);
}

static u64 get(u32 reg, unsigned int width)
{
	struct mmio_access access = { .gpa = unit->common.base + reg, .width = width,
				      .value = 0x1122334455667788 };

	CHECK_EQ(vtd_guest_access(unit, &remap, &access), 0);
	return access.value;
}

static u64 message(unsigned int index)
{
	return 0xfee00010 | index << 5;
}

/* Which interrupt comes of entry @index, if NIC names it: APIC id and vector. */
static u64 interrupt(unsigned int index)
{
	return fake_vtd_interrupt(NIC, message(index), 0);
}

#define SENT(id, vector)	((u64)(id) << 32 | (vector))

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
