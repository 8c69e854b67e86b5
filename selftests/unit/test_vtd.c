// SPDX-License-Identifier: GPL-2.0-only
/* BESIDE: fake_vtd.c */
/* VT-d, against a unit that is an array of registers and reads its queue as hardware does. */
#include <stdlib.h>
#include <string.h>
#include "fake_vtd.h"
#include "errno.h"
#include "unit.h"

/* 65,536 domains, 48 bits, two records of faults at 0x220. */
#define CAP	(6 | VTD_CAP_3_LEVELS | VTD_CAP_4_LEVELS | 47ULL << 16 | 0x22ULL << 24 | \
		 VTD_CAP_2M | 1ULL << 40 | VTD_CAP_DWD | VTD_CAP_DRD)
#define ECAP	(VTD_ECAP_QI | VTD_ECAP_COHERENT)

static struct vtd_unit *unit;

static void boot(u64 cap, u64 ecap)
{
	unit = fake_vtd_boot(cap, ecap);
}

static int start(void)
{
	int err = vtd_init(unit);

	return err ?: vtd_start(unit, FAKE_ROOT_TABLE);
}

UNIT(a_unit_is_switched_on_in_the_order_that_it_wants)
{
	boot(CAP, ECAP);
	CHECK_EQ(start(), 0);
	CHECK_STR(fake_vtd.story, "root table, queue, context, IOTLB, wait, translation, ");
	CHECK_EQ(fake_vtd.root_table, FAKE_ROOT_TABLE);
	CHECK_EQ(fake_vtd.status, VTD_TRANSLATION | VTD_QUEUE | VTD_ROOT_TABLE);
	CHECK_EQ(fake_vtd.iotlb & (VTD_INV_DRAIN_READS | VTD_INV_DRAIN_WRITES),
		 VTD_INV_DRAIN_READS | VTD_INV_DRAIN_WRITES);
	fake_vtd.story[0] = 0;
	CHECK_EQ(vtd_stop(unit), 0);
	CHECK_STR(fake_vtd.story, "translation off, queue off, ");
}

UNIT(drains_only_what_it_can)
{
	boot(CAP & ~(VTD_CAP_DWD | VTD_CAP_DRD), ECAP);
	CHECK_EQ(start(), 0);
	CHECK(!(fake_vtd.iotlb & (VTD_INV_DRAIN_READS | VTD_INV_DRAIN_WRITES)));
}

UNIT(what_a_unit_lacks_is_named)
{
	static const struct {
		u64 cap, ecap;
		u32 status;
		const char *why;
	} rows[] = {
		{ CAP, ECAP & ~VTD_ECAP_QI, 0, "no queue" },
		{ CAP, ECAP, VTD_TRANSLATION, "in use" },
		{ CAP, ECAP, VTD_INTERRUPTS, "in use" },
		{ CAP, ECAP, VTD_TRANSLATION | VTD_INTERRUPTS | VTD_QUEUE, "in use" },
		{ CAP, ECAP, VTD_QUEUE, "in use" },
		{ 0, 0, 0, "there is none" },
		{ ~0ULL, ~0ULL, ~0U, "there is none" },
		{ CAP & ~7ULL, ECAP, 0, "too few domains" },
		{ CAP | 0x3ff000000, ECAP, 0, "records of faults" },
	};
	unsigned int n;

	for (n = 0; n < ARRAY_SIZE(rows); n++) {
		unit_row("%s", rows[n].why);
		boot(rows[n].cap, rows[n].ecap);
		fake_vtd.status = rows[n].status;
		CHECK_EQ(start(), -ENODEV);
		CHECK(strstr(fake_vtd_error(), rows[n].why));
		CHECK(strstr(fake_vtd_error(), "0xfed90000"));
		CHECK_STR(fake_vtd.story, "");
	}
}

/* Those of laptops and desktops have 256. */
UNIT(each_cell_that_there_can_be_has_a_domain)
{
	boot((CAP & ~7ULL) | 2, ECAP);
	CHECK_EQ(start(), 0);
	boot((CAP & ~7ULL) | 2, ECAP);
	unit->common.num_cpus = 255;
	CHECK_EQ(start(), 0);
	boot((CAP & ~7ULL) | 2, ECAP);
	unit->common.num_cpus = 256;
	CHECK_EQ(start(), -ENODEV);
	CHECK(strstr(fake_vtd_error(), "too few domains"));
}

UNIT(a_unit_that_stops_answering_is_off_in_the_end)
{
	unsigned int after;

	for (after = 0; after < 6; after++) {
		unit_row("after %u steps", after);
		boot(CAP, ECAP);
		fake_vtd.dead_after = after + 1;
		CHECK_EQ(start(), -EIO);
		CHECK(strstr(fake_vtd_error(), "does not answer"));
		fake_vtd.dead_after = 0;
		CHECK(!(fake_vtd.asked & VTD_TRANSLATION));
	}
}

/* Whatever it has obeyed of what it was told, in the end it translates and can be flushed. */
UNIT(a_unit_that_does_not_stop_goes_on)
{
	unsigned int after;

	for (after = 0; after < 2; after++) {
		unit_row("after %u steps", after);
		boot(CAP | VTD_CAP_PLMR, ECAP);
		CHECK_EQ(start(), 0);
		fake_vtd.dead_after = after + 1;
		fake_vtd.revives = true;
		CHECK_EQ(vtd_stop(unit), -EIO);
		CHECK(strstr(fake_vtd_error(), "does not answer"));
		CHECK_EQ(fake_vtd.status, VTD_TRANSLATION | VTD_QUEUE | VTD_ROOT_TABLE);
		CHECK_EQ(fake_vtd.root_table, FAKE_ROOT_TABLE);
		CHECK_EQ(fake_vtd.protected_memory, 0);
		CHECK_EQ(vtd_flush(unit), 0);
		CHECK_EQ(vtd_stop(unit), 0);
		CHECK_EQ(fake_vtd.status, VTD_ROOT_TABLE);
	}
	/* One that never answers again is told so as well. */
	boot(CAP, ECAP);
	CHECK_EQ(start(), 0);
	fake_vtd.dead_after = 1;
	CHECK_EQ(vtd_stop(unit), -EIO);
	CHECK(fake_vtd.asked & VTD_TRANSLATION);
}

UNIT(a_flush_that_is_not_answered_is_an_error)
{
	boot(CAP, ECAP);
	CHECK_EQ(start(), 0);
	CHECK_EQ(vtd_flush(unit), 0);
	fake_vtd.dead_after = 1;
	CHECK_EQ(vtd_flush(unit), -EIO);
	CHECK(strstr(fake_vtd_error(), "invalidation"));
	/* An error of the queue is not waited for. */
	boot(CAP, ECAP);
	CHECK_EQ(start(), 0);
	fake_vtd.dead_after = 1;
	fake_vtd.fault_status = BIT_ULL(4);
	fake_vtd.now = 0;
	CHECK_EQ(vtd_flush(unit), -EIO);
	CHECK(fake_vtd.now < unit->common.limit);
}

UNIT(the_queue_goes_round)
{
	unsigned int n;

	boot(CAP, ECAP);
	CHECK_EQ(start(), 0);
	for (n = 0; n < 2 * VTD_QUEUE_LENGTH; n++)
		if (!CHECK_EQ(vtd_flush(unit), 0))
			return;
	CHECK_EQ(fake_vtd.flushes, 2 * VTD_QUEUE_LENGTH + 1);
}

UNIT(write_buffers_are_emptied_where_there_are_some)
{
	boot(CAP | VTD_CAP_RWBF, ECAP);
	CHECK_EQ(start(), 0);
	CHECK(strstr(fake_vtd.story, "write buffer, context, IOTLB, wait, "));
	CHECK(fake_vtd.status & VTD_QUEUE);
}

/* Nothing of it stays on: its tables are Linux's memory again. */
UNIT(write_buffers_that_do_not_get_empty_are_an_error)
{
	boot(CAP | VTD_CAP_RWBF, ECAP);
	fake_vtd.stuck = VTD_WRITE_BUFFER;
	CHECK_EQ(start(), -EIO);
	CHECK(strstr(fake_vtd_error(), "does not answer: write buffer"));
	CHECK(fake_vtd.now >= unit->common.limit);
	CHECK_EQ(fake_vtd.status & (VTD_TRANSLATION | VTD_QUEUE), 0);
	boot(CAP | VTD_CAP_RWBF, ECAP);
	CHECK_EQ(start(), 0);
	fake_vtd.stuck = VTD_WRITE_BUFFER;
	CHECK_EQ(vtd_flush(unit), -EIO);
}

UNIT(protected_memory_that_stays_closed_or_open_is_an_error)
{
	boot(CAP | VTD_CAP_PLMR, ECAP);
	fake_vtd.protected_memory = VTD_PMEN_ENABLE | VTD_PMEN_ACTIVE;
	fake_vtd.stuck = VTD_PMEN_ACTIVE;
	CHECK_EQ(start(), -EIO);
	CHECK(strstr(fake_vtd_error(), "does not answer: protected memory"));
	CHECK_EQ(fake_vtd.status & (VTD_TRANSLATION | VTD_QUEUE), 0);
	boot(CAP | VTD_CAP_PLMR, ECAP);
	fake_vtd.protected_memory = VTD_PMEN_ENABLE | VTD_PMEN_ACTIVE;
	CHECK_EQ(start(), 0);
	fake_vtd.stuck = VTD_PMEN_ACTIVE;
	CHECK_EQ(vtd_stop(unit), -EIO);
	/* It goes on, with the ranges open, and never was off. */
	CHECK(!strstr(fake_vtd.story, "translation off"));
	CHECK_EQ(fake_vtd.status, VTD_TRANSLATION | VTD_QUEUE | VTD_ROOT_TABLE);
	CHECK_EQ(fake_vtd.protected_memory, 0);
	CHECK_EQ(vtd_flush(unit), 0);
}

UNIT(protected_memory_is_open_while_it_translates)
{
	boot(CAP | VTD_CAP_PLMR, ECAP);
	fake_vtd.protected_memory = VTD_PMEN_ENABLE | VTD_PMEN_ACTIVE;
	CHECK_EQ(start(), 0);
	CHECK_EQ(fake_vtd.protected_memory, 0);
	CHECK_EQ(vtd_stop(unit), 0);
	CHECK_EQ(fake_vtd.protected_memory, VTD_PMEN_ENABLE | VTD_PMEN_ACTIVE);
}

UNIT(faults_are_read_and_forgotten)
{
	struct iommu_fault fault;
	unsigned int n = 0;

	boot(CAP, ECAP);
	fake_vtd_fault(1, 0x28, true, 0x1000, 6);
	CHECK_EQ(start(), 0);
	CHECK(!vtd_take_fault(unit, &n, &fault));
	fake_vtd_fault(0, 0x28, false, 0x3a800000, 5);
	fake_vtd_fault(1, 0x123, true, 0xfffff000, 6);
	fake_vtd.fault_status = VTD_FSTS_OVERFLOW;
	n = 0;
	CHECK(vtd_take_fault(unit, &n, &fault));
	CHECK(fault.bdf == 0x28 && !strcmp(fault.access, "write") &&
	      fault.address == 0x3a800000 && fault.reason == 5);
	CHECK(vtd_take_fault(unit, &n, &fault));
	CHECK(fault.bdf == 0x123 && !strcmp(fault.access, "read") &&
	      fault.address == 0xfffff000 && fault.reason == 6);
	CHECK(!vtd_take_fault(unit, &n, &fault));
	CHECK_EQ(fake_vtd.fault_status, 0);
	n = 0;
	CHECK(!vtd_take_fault(unit, &n, &fault));
}

/* What was blocked is the number of an entry, in the highest bits (11.4.14). */
UNIT(interrupts_that_were_blocked_are_faults_too)
{
	static const struct {
		u8 reason;
		const char *access;
		u64 address;
	} rows[] = {
		{ 0x1f, "write", 0x1234abcdef12f000 }, { 0x20, "interrupt by", 0x1234 },
		{ 0x25, "interrupt by", 0x1234 }, { 0x2f, "interrupt by", 0x1234 },
		{ 0x30, "write", 0x1234abcdef12f000 },
	};
	struct iommu_fault fault;
	unsigned int i, n;

	boot(CAP, ECAP);
	CHECK_EQ(start(), 0);
	for (i = 0; i < ARRAY_SIZE(rows); i++) {
		unit_row("reason 0x%x", rows[i].reason);
		fake_vtd_fault(0, 0x28, false, 0x1234abcdef12f123, rows[i].reason);
		n = 0;
		CHECK(vtd_take_fault(unit, &n, &fault));
		CHECK_STR(fault.access, rows[i].access);
		CHECK_EQ(fault.address, rows[i].address);
		CHECK_EQ(fault.reason, rows[i].reason);
	}
}

UNIT(page_tables_are_what_all_units_have)
{
	static const struct {
		u64 cap[2], ecap[2];
		unsigned int levels, huge;
		bool past_caches;
		u64 snooped;
	} rows[] = {
		{ { CAP, CAP }, { ECAP, ECAP }, 4, 2, false },
		{ { CAP, CAP | VTD_CAP_1G }, { ECAP, ECAP }, 4, 2, false },
		{ { CAP | VTD_CAP_1G, CAP | VTD_CAP_1G }, { ECAP, ECAP }, 4, 6, false },
		{ { CAP, CAP & ~VTD_CAP_4_LEVELS }, { ECAP, ECAP }, 3, 2, false },
		{ { CAP & ~VTD_CAP_2M, CAP }, { ECAP, ECAP }, 4, 0, false },
		{ { CAP, CAP }, { ECAP, ECAP & ~VTD_ECAP_COHERENT }, 4, 2, true },
		{ { CAP, CAP }, { ECAP | VTD_ECAP_SNOOP, ECAP }, 4, 2, false, 0 },
		{ { CAP, CAP }, { ECAP | VTD_ECAP_SNOOP, ECAP | VTD_ECAP_SNOOP }, 4, 2, false,
		  1 << 11 },
		{ { CAP & ~VTD_CAP_4_LEVELS, CAP & ~VTD_CAP_3_LEVELS }, { ECAP, ECAP }, 0 },
	};
	struct vtd_unit both[2] = { 0 };
	struct iommu_unit *list[2] = { &both[0].common, &both[1].common };
	struct pgtable_format format;
	unsigned int n;

	boot(CAP, ECAP);
	for (n = 0; n < ARRAY_SIZE(rows); n++) {
		unit_row("row %u", n);
		both[0] = (struct vtd_unit) { .common.hw = unit->common.hw, .cap = rows[n].cap[0],
					      .ecap = rows[n].ecap[0] };
		both[1] = (struct vtd_unit) { .common.hw = unit->common.hw, .cap = rows[n].cap[1],
					      .ecap = rows[n].ecap[1] };
		if (!rows[n].levels) {
			CHECK_EQ(vtd_make_format(list, 2, &format), -ENODEV);
			continue;
		}
		CHECK_EQ(vtd_make_format(list, 2, &format), 0);
		CHECK_EQ(format.levels, rows[n].levels);
		CHECK_EQ(format.huge_levels, rows[n].huge);
		CHECK_EQ(!!format.write_back, rows[n].past_caches);
		CHECK_EQ(format.snooped, rows[n].snooped);
		CHECK_EQ(!format.scrubbed, !!rows[n].snooped);
	}
}

/* Tables. A unit that does not look into caches sees what was written back, and nothing else. */

static struct {
	struct jailhouse_cell_desc desc;
	struct jailhouse_pci_device pci[3];
} __packed root = {
	.desc = { .num_pci_devices = 3 },
	.pci = { { .bdf = 0x0028 }, { .bdf = 0x0310 }, { .bdf = 0x0030 } },
};

static void functions_change_hands(u64 ecap)
{
	struct vtd_tables tables = { 0 };
	struct pgtable_format format;
	struct pgtable of_root, of_cell;
	u64 table;

	boot(CAP, ecap);
	CHECK_EQ(start(), 0);
	CHECK_EQ(vtd_make_format((struct iommu_unit *[]) { &unit->common }, 1, &format), 0);
	CHECK_EQ(pgtable_init(&of_root, &format, unit->common.pool), 0);
	CHECK_EQ(pgtable_init(&of_cell, &format, unit->common.pool), 0);
	CHECK_EQ(pgtable_map(&of_root, 0, 0, 0x40000000, 3, true), 0);
	CHECK_EQ(pgtable_unmap(&of_root, 0x3a000000, 0x1000), 0);
	tables.pool = unit->common.pool;
	tables.write_back = format.write_back;
	CHECK_EQ(vtd_tables_init(&tables, &root.desc, &of_root, 1), 0);
	table = page_hpa(unit->common.pool, tables.buses);
	CHECK_EQ(fake_vtd_walk(table, 0x0028, 0x1234567), 0x1234567);
	CHECK_EQ(fake_vtd_walk(table, 0xff00, 0x1234567), 0x1234567);
	CHECK_EQ(fake_vtd_walk(table, 0x0028, 0x3a000000), ~0ULL);
	CHECK_EQ(fake_vtd.domain, 1);

	CHECK_EQ(pgtable_map(&of_cell, 0x1000, 0x3bf00000, 0x1000, 2, true), 0);
	vtd_tables_assign(&tables, 0x0028, &of_cell, 2);
	CHECK_EQ(fake_vtd_walk(table, 0x0028, 0x1008), 0x3bf00008);
	CHECK_EQ(fake_vtd.domain, 2);
	CHECK_EQ(fake_vtd_walk(table, 0x0028, 0x3000), ~0ULL);
	/* Its neighbours, also those of the same number on another bus, are not. */
	CHECK_EQ(fake_vtd_walk(table, 0x0029, 0x1008), 0x1008);
	CHECK_EQ(fake_vtd_walk(table, 0x0328, 0x1008), 0x1008);
	CHECK_EQ(fake_vtd_walk(table, 0x0428, 0x1008), 0x1008);
	vtd_tables_assign(&tables, 0x0028, &of_root, 1);
	CHECK_EQ(fake_vtd_walk(table, 0x0028, 0x1008), 0x1008);
}

UNIT(functions_go_by_their_owners_tables)
{
	functions_change_hands(ECAP);
}

UNIT(a_unit_that_does_not_look_into_caches_sees_the_same)
{
	functions_change_hands(ECAP & ~VTD_ECAP_COHERENT);
}

UNIT(tables_that_there_is_no_memory_for)
{
	struct vtd_tables tables = { 0 };
	struct pgtable_format format;
	struct pgtable of_root;
	unsigned int n;

	for (n = 0; n < 4; n++) {
		boot(CAP, ECAP);
		CHECK_EQ(start(), 0);
		CHECK_EQ(vtd_make_format((struct iommu_unit *[]) { &unit->common }, 1, &format), 0);
		CHECK_EQ(pgtable_init(&of_root, &format, unit->common.pool), 0);
		memset(&tables, 0, sizeof(tables));
		tables.pool = unit->common.pool;
		page_alloc(unit->common.pool, page_pool_free_pages(unit->common.pool) - n);
		CHECK_EQ(vtd_tables_init(&tables, &root.desc, &of_root, 1), -ENOMEM);
	}
}
