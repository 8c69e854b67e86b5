// SPDX-License-Identifier: GPL-2.0-only
/* BESIDE: fake_amdvi.c */
/* AMD-Vi, against a unit that is an array of registers and reads its buffers as hardware does. */
#include <string.h>
#include "fake_amdvi.h"
#include <jailhouse/console.h>
#include <jailhouse/cell_config.h>
#include "errno.h"
#include "remap.h"
#include "unit.h"

#define RUNNING	(AMDVI_LOG_RUNS | AMDVI_COMMANDS_RUN)
#define RW	(JAILHOUSE_MEM_READ | JAILHOUSE_MEM_WRITE)

static struct iommu_unit *unit;
static struct pgtable_format format;
static struct pgtable of_root, of_cell;

/* Memory of the root cell's is 1 GiB but for a page, and its devices may read one that is above. */
static int make_tables(void)
{
	CHECK_EQ(amdvi.make_format(&unit, 1, &format), 0);
	CHECK_EQ(pgtable_init(&of_root, &format, &fake_pool), 0);
	CHECK_EQ(pgtable_init(&of_cell, &format, &fake_pool), 0);
	CHECK_EQ(pgtable_map(&of_root, 0, 0, 0x40000000, amdvi.attrs(RW), true), 0);
	CHECK_EQ(pgtable_unmap(&of_root, 0x3a000000, 0x1000), 0);
	CHECK_EQ(pgtable_map(&of_root, 0x40000000, 0x40000000, 0x1000,
			     amdvi.attrs(JAILHOUSE_MEM_READ), true), 0);
	return amdvi.make_tables(&fake_pool, NULL, &of_root, 1);
}

static void boot(void)
{
	unit = fake_amdvi_boot();
	CHECK_EQ(amdvi.init(unit), 0);
	CHECK_EQ(make_tables(), 0);
}

static void boot_and_start(void)
{
	boot();
	CHECK_EQ(amdvi.start(unit), 0);
}

UNIT(a_unit_is_switched_on_and_off)
{
	boot();
	CHECK_EQ(format.huge_levels, 6);
	CHECK_EQ(format.snooped, 1ULL << 60);
	CHECK(!format.scrubbed);
	CHECK_EQ(fake_amdvi_access(0x28, true, 0x3a000000), 0x3a000000);
	CHECK_EQ(amdvi.start(unit), 0);
	CHECK_STR(fake_amdvi.story, "on, all, wait, ");
	CHECK_EQ(fake_amdvi.status, RUNNING);
	CHECK_EQ(fake_amdvi.control, AMDVI_ENABLE | AMDVI_HT_TUNNEL | AMDVI_LOG_ON |
		 AMDVI_COHERENT | AMDVI_COMMANDS_ON);
	CHECK_EQ(fake_amdvi.table & 0x1ff, 511);
	CHECK_EQ(fake_amdvi_access(0x28, true, 0x3a000000), FAKE_DENIED);
	CHECK_EQ(amdvi.stop(unit), 0);
	CHECK_STR(fake_amdvi.story, "on, all, wait, off, ");
	CHECK_EQ(fake_amdvi.control, 0);
	CHECK_EQ(fake_amdvi_access(0x28, true, 0x3a000000), 0x3a000000);
	/* As when the hypervisor was not disabled, after all. */
	CHECK_EQ(amdvi.start(unit), 0);
	CHECK_STR(fake_amdvi.story, "on, all, wait, off, on, all, wait, ");
	CHECK_EQ(fake_amdvi_access(0x28, true, 0x3a000000), FAKE_DENIED);
}

UNIT(what_firmware_has_set_is_kept_or_given_back)
{
	boot();
	fake_amdvi.control = ~(AMDVI_ENABLE | AMDVI_COMMANDS_ON | AMDVI_LOG_ON);
	fake_amdvi.exclusion = 0x7f000001;
	CHECK_EQ(amdvi.start(unit), 0);
	CHECK_EQ(fake_amdvi.control, AMDVI_CONTROL_KEPT | AMDVI_ENABLE | AMDVI_HT_TUNNEL |
		 AMDVI_LOG_ON | AMDVI_COHERENT | AMDVI_COMMANDS_ON);
	CHECK(fake_amdvi.control & BIT_ULL(22));
	CHECK_EQ(fake_amdvi.exclusion, 0);
	CHECK_EQ(amdvi.stop(unit), 0);
	CHECK_EQ(fake_amdvi.control, ~(AMDVI_ENABLE | AMDVI_COMMANDS_ON | AMDVI_LOG_ON));
	CHECK_EQ(fake_amdvi.exclusion, 0x7f000001);
}

UNIT(what_a_unit_lacks_is_named)
{
	static const struct {
		u64 features, control, size;
		const char *why;
	} rows[] = {
		{ 0x29d3, AMDVI_ENABLE, 0x4000, "in use, boot with amd_iommu=off" },
		{ 0x2993, 0, 0x4000, "no command that invalidates all" },
		{ 0, 0, 0x4000, "no command that invalidates all" },
		{ ~0ULL, ~0ULL, 0x4000, "there is none" },
		{ 0x29d3, 0, 0x3000, "16 KiB" },
	};
	unsigned int n;

	for (n = 0; n < ARRAY_SIZE(rows); n++) {
		unit_row("%s", rows[n].why);
		unit = fake_amdvi_boot();
		fake_amdvi.features = rows[n].features;
		fake_amdvi.control = rows[n].control;
		unit->size = rows[n].size;
		CHECK_EQ(amdvi.init(unit), -ENODEV);
		CHECK(strstr(fake_amdvi_error(), rows[n].why));
		CHECK(strstr(fake_amdvi_error(), "0xfed80000"));
		CHECK_STR(fake_amdvi.story, "");
	}
}

UNIT(there_is_no_memory)
{
	unsigned int left;

	for (left = 0; left < 2; left++) {
		unit = fake_amdvi_boot();
		while (page_pool_free_pages(&fake_pool) > left)
			page_alloc(&fake_pool, 1);
		CHECK_EQ(amdvi.init(unit), -ENOMEM);
	}
	unit = fake_amdvi_boot();
	CHECK_EQ(amdvi.init(unit), 0);
	while (page_pool_free_pages(&fake_pool) > 511)
		page_alloc(&fake_pool, 1);
	CHECK_EQ(make_tables(), -ENOMEM);
	/* Just as much as they need. */
	unit = fake_amdvi_boot();
	CHECK_EQ(amdvi.init(unit), 0);
	CHECK_EQ(amdvi.make_format(&unit, 1, &format), 0);
	CHECK_EQ(pgtable_init(&of_root, &format, &fake_pool), 0);
	while (page_pool_free_pages(&fake_pool) > 512)
		page_alloc(&fake_pool, 1);
	CHECK_EQ(amdvi.make_tables(&fake_pool, NULL, &of_root, 1), 0);
}

UNIT(a_unit_that_stops_answering_is_off_in_the_end)
{
	unsigned int after;

	/* Off, on, and two commands. */
	for (after = 0; after < 4; after++) {
		unit_row("after %u steps", after);
		boot();
		fake_amdvi.dead_after = after + 1;
		CHECK_EQ(amdvi.start(unit), -EIO);
		CHECK(strstr(fake_amdvi_error(), "0xfed80000 does not answer"));
		CHECK(!(fake_amdvi.control & AMDVI_ENABLE));
	}
	boot_and_start();
	fake_amdvi.dead_after = 1;
	CHECK_EQ(amdvi.stop(unit), -EIO);
	CHECK(strstr(fake_amdvi_error(), "does not answer"));
}

UNIT(a_unit_that_does_not_stop_goes_on)
{
	boot_and_start();
	fake_amdvi.dead_after = 1;
	fake_amdvi.revives = true;
	CHECK_EQ(amdvi.stop(unit), -EIO);
	CHECK(fake_amdvi.control & AMDVI_ENABLE);
	CHECK_EQ(fake_amdvi.status, RUNNING);
	CHECK_EQ(fake_amdvi_access(0x28, true, 0x3a000000), FAKE_DENIED);
	CHECK_EQ(amdvi.flush(unit), 0);
	CHECK_EQ(amdvi.stop(unit), 0);
	CHECK_EQ(fake_amdvi.control, 0);
}

UNIT(a_flush_that_is_not_answered_is_an_error)
{
	boot_and_start();
	fake_amdvi.dead_after = 1;
	fake_amdvi.now = 0;
	CHECK_EQ(amdvi.flush(unit), -EIO);
	CHECK(strstr(fake_amdvi_error(), "invalidation"));
	CHECK(fake_amdvi.now >= unit->limit);
	/* One that has stopped is not waited for. */
	boot_and_start();
	fake_amdvi.status &= ~AMDVI_COMMANDS_RUN;
	fake_amdvi.now = 0;
	CHECK_EQ(amdvi.flush(unit), -EIO);
	CHECK(fake_amdvi.now < unit->limit);
}

UNIT(commands_go_round)
{
	unsigned int n;

	boot_and_start();
	for (n = 0; n < 2 * AMDVI_ENTRIES; n++)
		if (!CHECK_EQ(amdvi.flush(unit), 0))
			return;
	CHECK_EQ(fake_amdvi.flushes, 2 * AMDVI_ENTRIES + 1);
}

UNIT(functions_go_by_their_owners_tables)
{
	boot_and_start();
	CHECK_EQ(fake_amdvi_access(0x0028, true, 0x1234567), 0x1234567);
	CHECK_EQ(fake_amdvi_access(0xffff, true, 0x1234567), 0x1234567);
	CHECK_EQ(fake_amdvi_access(0xffff, true, 0x3a000000), FAKE_DENIED);
	CHECK_EQ(fake_amdvi_access(0x0028, false, 0x40000008), 0x40000008);
	CHECK_EQ(fake_amdvi_access(0x0028, true, 0x40000008), FAKE_DENIED);
	CHECK_EQ(fake_amdvi_access(0x0028, false, 0x40001000), FAKE_DENIED);
	CHECK_EQ(fake_amdvi.domain, 1);

	CHECK_EQ(pgtable_map(&of_cell, 0x1000, 0x3bf00000, 0x1000, amdvi.attrs(RW), true), 0);
	amdvi.assign(0x0028, &of_cell, 2, REMAP_NO_ENTRIES);
	CHECK_EQ(amdvi.flush(unit), 0);
	CHECK_EQ(fake_amdvi_access(0x0028, true, 0x1008), 0x3bf00008);
	CHECK_EQ(fake_amdvi.domain, 2);
	CHECK_EQ(fake_amdvi_access(0x0028, true, 0x3000), FAKE_DENIED);
	CHECK_EQ(fake_amdvi_access(0x0028, true, 0x1234567), FAKE_DENIED);
	/* Its neighbours, also those of the same number on another bus, are not. */
	CHECK_EQ(fake_amdvi_access(0x0029, true, 0x1008), 0x1008);
	CHECK_EQ(fake_amdvi_access(0x0128, true, 0x1008), 0x1008);
	amdvi.assign(0x0028, &of_root, 1, REMAP_NO_ENTRIES);
	CHECK_EQ(amdvi.flush(unit), 0);
	CHECK_EQ(fake_amdvi_access(0x0028, true, 0x1008), 0x1008);
}

/* One of the root cell's functions is the chipset; a cell's is not. */
UNIT(system_management_messages_are_the_root_cells)
{
	boot_and_start();
	CHECK_EQ(fake_amdvi_messages(0x00a0), 1);
	CHECK_EQ(fake_amdvi_messages(0xffff), 1);
	amdvi.assign(0x0028, &of_cell, 2, REMAP_NO_ENTRIES);
	CHECK_EQ(fake_amdvi_messages(0x0028), 0);
	CHECK_EQ(fake_amdvi_messages(0x0029), 1);
	amdvi.assign(0x0028, &of_root, 1, REMAP_NO_ENTRIES);
	CHECK_EQ(fake_amdvi_messages(0x0028), 1);
}

UNIT(what_is_taken_away_is_reached_until_the_flush)
{
	boot_and_start();
	CHECK_EQ(fake_amdvi_access(0x0028, true, 0x3be00000), 0x3be00000);
	CHECK_EQ(pgtable_unmap(&of_root, 0x3be00000, 0x1000), 0);
	CHECK_EQ(fake_amdvi_access(0x0028, true, 0x3be00000), 0x3be00000);
	CHECK_EQ(amdvi.flush(unit), 0);
	CHECK_EQ(fake_amdvi_access(0x0028, true, 0x3be00000), FAKE_DENIED);
}

#define EVENT(code, bdf, flags)	((u64)(code) << 60 | (flags) | (bdf))

UNIT(faults_are_read_and_forgotten)
{
	static const struct {
		u64 low;
		const char *access;
	} rows[] = {
		{ EVENT(2, 0x28, 0), "reach" },
		{ EVENT(2, 0x28, AMDVI_EVENT_WRITE), "reach" },
		{ EVENT(2, 0x123, AMDVI_EVENT_PRESENT), "read" },
		{ EVENT(2, 0xffff, AMDVI_EVENT_PRESENT | AMDVI_EVENT_WRITE), "write" },
		{ EVENT(1, 0x28, AMDVI_EVENT_PRESENT), "reach" },
		{ EVENT(1, 0x28, AMDVI_EVENT_INTERRUPT), "interrupt by" },
		{ EVENT(2, 0x28, AMDVI_EVENT_INTERRUPT | AMDVI_EVENT_PRESENT |
		  AMDVI_EVENT_WRITE), "interrupt by" },
		{ EVENT(8, 0x28, AMDVI_EVENT_INTERRUPT), "reach" },
		{ EVENT(3, 0x28, 0), "reach" },
		{ EVENT(4, 0x28, 0), "reach" },
		{ EVENT(8, 0x28, 0), "reach" },
	};
	struct iommu_fault fault;
	unsigned int i, n = 0;

	boot_and_start();
	CHECK(!amdvi.take_fault(unit, &n, &fault));
	for (i = 0; i < ARRAY_SIZE(rows); i++)
		fake_amdvi_event(rows[i].low, 0x3a800000 + i, false);
	for (i = 0; i < ARRAY_SIZE(rows); i++) {
		unit_row("event %u", i);
		CHECK(amdvi.take_fault(unit, &n, &fault));
		CHECK_EQ(fault.bdf, (u16)rows[i].low);
		CHECK_EQ(fault.address, 0x3a800000 + i);
		CHECK_EQ(fault.reason, rows[i].low >> 60);
		CHECK_STR(fault.access, rows[i].access);
	}
	CHECK(!amdvi.take_fault(unit, &n, &fault));
	CHECK_EQ(fake_amdvi.log_head, fake_amdvi.log_tail);
	n = 0;
	CHECK(!amdvi.take_fault(unit, &n, &fault));
}

UNIT(events_that_are_no_device_s_are_nobody_s_faults)
{
	static const u8 codes[] = { 5, 6, 7, 9, 10, 15 };
	struct iommu_fault fault;
	unsigned int i, n = 0;

	boot_and_start();
	for (i = 0; i < ARRAY_SIZE(codes); i++)
		fake_amdvi_event(EVENT(codes[i], 0x28, 0), 0, false);
	fake_amdvi_event(EVENT(2, 0x30, 0), 0x1000, false);
	CHECK(amdvi.take_fault(unit, &n, &fault));
	CHECK_EQ(fault.bdf, 0x30);
	CHECK(!amdvi.take_fault(unit, &n, &fault));
}

UNIT(an_event_that_is_late_is_read_later)
{
	struct iommu_fault fault;
	unsigned int n = 0;

	boot_and_start();
	fake_amdvi_event(EVENT(2, 0x28, 0), 0x1000, true);
	CHECK(!amdvi.take_fault(unit, &n, &fault));
	CHECK_EQ(fake_amdvi.log_head, 0);
	fake_amdvi.log_tail = 0;
	fake_amdvi_event(EVENT(2, 0x28, 0), 0x1000, false);
	n = 0;
	CHECK(amdvi.take_fault(unit, &n, &fault));
	CHECK_EQ(fault.address, 0x1000);
	/* Where there has been one before, too. */
	do {
		fake_amdvi_event(EVENT(2, 0x28, 0), 0x1000, false);
		n = 0;
		CHECK(amdvi.take_fault(unit, &n, &fault));
	} while (fake_amdvi.log_tail);
	fake_amdvi.log_tail = 16;
	n = 0;
	CHECK(!amdvi.take_fault(unit, &n, &fault));
}

/* How many faults there are in one look. */
static unsigned int look(void)
{
	struct iommu_fault fault;
	unsigned int n = 0, count = 0;

	while (amdvi.take_fault(unit, &n, &fault))
		count++;
	return count;
}

UNIT(a_log_that_ran_over_is_read_and_goes_on)
{
	unsigned int n, round;

	boot_and_start();
	for (round = 0; round < 3; round++) {
		for (n = 0; n < 300; n++)
			fake_amdvi_event(EVENT(2, 0x28, 0), 0x1000, false);
		CHECK_EQ(fake_amdvi.status, AMDVI_COMMANDS_RUN | AMDVI_LOG_OVERFLOW);
		CHECK_EQ(look(), 255);
		CHECK_EQ(fake_amdvi.status, RUNNING);
		CHECK_EQ(look(), 0);
	}
	/* And round, without that. */
	for (n = 0; n < 300; n++) {
		fake_amdvi_event(EVENT(2, 0x28, 0), 0x1000, false);
		CHECK_EQ(look(), 1);
	}
	CHECK_EQ(amdvi.flush(unit), 0);
	CHECK_STR(fake_amdvi.story, "on, all, wait, all, wait, ");
}

/* Who looks is a CPU of Linux's, ten times a second. */
UNIT(a_log_that_does_not_stop_is_not_waited_for)
{
	unsigned int n;
	u64 before;

	boot_and_start();
	for (n = 0; n < 300; n++)
		fake_amdvi_event(EVENT(2, 0x28, 0), 0x1000, false);
	fake_amdvi.status |= AMDVI_LOG_RUNS;
	fake_amdvi.dead_after = 1;
	before = fake_amdvi.now;
	CHECK_EQ(look(), 255);
	CHECK_EQ(look(), 0);
	CHECK_EQ(fake_amdvi.now, before);
	CHECK_EQ(fake_amdvi.log_tail, fake_amdvi.log_head);
	/* When it has come to rest, the next look has it go on. */
	fake_amdvi.status &= ~AMDVI_LOG_RUNS;
	fake_amdvi.dead_after = 0;
	CHECK_EQ(look(), 0);
	CHECK_EQ(fake_amdvi.status, RUNNING);
	CHECK(fake_amdvi.control & AMDVI_LOG_ON);
	fake_amdvi_event(EVENT(2, 0x28, 0), 0x1000, false);
	CHECK_EQ(look(), 1);
}

UNIT(a_unit_that_is_gone_has_no_faults_and_is_not_waited_for)
{
	u64 before;

	boot_and_start();
	fake_amdvi.dead_after = 1;
	fake_amdvi.status = ~0U;
	fake_amdvi.log_tail = ~0U;
	before = fake_amdvi.now;
	CHECK_EQ(look(), 0);
	CHECK_EQ(fake_amdvi.now, before);
}

UNIT(a_look_ends_while_a_device_goes_on)
{
	struct iommu_fault fault;
	unsigned int n = 0, count = 0;

	boot_and_start();
	do
		fake_amdvi_event(EVENT(2, 0x28, 0), 0x1000, false);
	while (count < 1000 && amdvi.take_fault(unit, &n, &fault) && ++count);
	CHECK_EQ(count, AMDVI_ENTRIES);
}
