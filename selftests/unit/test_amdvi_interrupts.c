// SPDX-License-Identifier: GPL-2.0-only
/* BESIDE: fake_amdvi.c */
/* AMD-Vi: what functions send. */
#include <string.h>
#include "fake_amdvi.h"
#include "apic_policy.h"
#include <jailhouse/console.h>
#include <jailhouse/cell_config.h>
#include "errno.h"
#include "remap.h"
#include "unit.h"

#define NIC	0x0038
#define OTHER	0x0028
#define CHIP	0x00a0
#define SENT(id, vector)	((u64)(id) << 32 | (vector))

static struct iommu_unit *unit;
static struct pgtable_format format;
static struct pgtable of_root, of_cell;
static const struct remap *remap;

/* The first entries of the cell's functions. */
static unsigned int nic, other;

static void boot(void)
{
	unit = fake_amdvi_boot();
	CHECK_EQ(amdvi.init(unit), 0);
	CHECK_EQ(amdvi.make_format(&unit, 1, &format), 0);
	CHECK_EQ(pgtable_init(&of_root, &format, &fake_pool), 0);
	CHECK_EQ(pgtable_init(&of_cell, &format, &fake_pool), 0);
	CHECK_EQ(amdvi.make_tables(&fake_pool, NULL, &of_root, 1), 0);
	remap = amdvi.remap();
}

static void start(void)
{
	boot();
	CHECK_EQ(amdvi.start(unit), 0);
}

static unsigned int take(u16 bdf, unsigned int count)
{
	const int first = remap->take(bdf, count);

	CHECK(first >= 0);
	return (unsigned int)first;
}

/* A cell, with two functions that are its own. */
static void give(void)
{
	start();
	nic = take(NIC, 32);
	other = take(OTHER, 32);
	amdvi.assign(NIC, &of_cell, 2, nic);
	amdvi.assign(OTHER, &of_cell, 2, other);
	CHECK_EQ(amdvi.flush(unit), 0);
	fake_amdvi.story[0] = 0;
}

UNIT(entries_are_for_ids_of_8_bits_and_not_for_pins)
{
	boot();
	CHECK_EQ(remap->id_end, APIC_XAPIC_BROADCAST);
	CHECK(!remap->pins);
}

/* As when none is listed. */
UNIT(what_has_no_table_is_blocked)
{
	u32 mode;

	start();
	for (mode = 0; mode < 8; mode++) {
		CHECK_EQ(fake_amdvi_interrupt(NIC, mode << 8 | 0x31), FAKE_DENIED);
		CHECK_EQ(fake_amdvi_interrupt(0xffff, mode << 8 | 0x31), FAKE_DENIED);
		CHECK_EQ(amdvi.flush(unit), 0);
	}
}

UNIT(what_the_root_cells_functions_send_passes_until_they_use_their_table)
{
	boot();
	nic = take(NIC, 4);
	amdvi.pass(NIC);
	amdvi.pass(CHIP);
	CHECK_STR(fake_amdvi.story, "");
	CHECK_EQ(amdvi.start(unit), 0);
	fake_amdvi.story[0] = 0;
	CHECK_EQ(fake_amdvi_interrupt(NIC, 0x31), FAKE_PASSED);
	CHECK_EQ(fake_amdvi_interrupt(CHIP, 0x31), FAKE_PASSED);
	CHECK_EQ(fake_amdvi_interrupt(OTHER, 0x31), FAKE_DENIED);
	/* While a cell is made that is going to have the function, too. */
	other = take(NIC, 32);
	CHECK(other != nic);
	CHECK_EQ(amdvi.flush(unit), 0);
	CHECK_EQ(fake_amdvi_interrupt(NIC, 0x31), FAKE_PASSED);

	/* The message that it had is the same interrupt, until it has another one. */
	remap->set(nic + 0x31, NIC, 2, 0x31);
	fake_amdvi.story[0] = 0;
	remap->use(NIC, nic, true);
	CHECK_STR(fake_amdvi.story, "all, wait, ");
	CHECK_EQ(fake_amdvi_interrupt(NIC, 0x31), SENT(2, 0x31));
	CHECK_EQ(fake_amdvi_interrupt(NIC, 0x32), FAKE_DENIED);
	remap->clear(NIC, nic + 0x31, 1);
	CHECK_EQ(fake_amdvi_interrupt(NIC, 0x31), FAKE_DENIED);
	remap->set(nic + 1, NIC, 0, 0x41);
	CHECK_EQ(fake_amdvi_interrupt(NIC, 1), SENT(0, 0x41));
	CHECK_EQ(fake_amdvi_interrupt(CHIP, 0x32), FAKE_PASSED);

	/* A cell has it, and a table of its own; what is in the root cell's stays. */
	amdvi.assign(NIC, &of_cell, 2, other);
	CHECK_EQ(amdvi.flush(unit), 0);
	CHECK_EQ(fake_amdvi_interrupt(NIC, 1), FAKE_DENIED);
	remap->set(other, NIC, 3, 0x51);
	CHECK_EQ(fake_amdvi_interrupt(NIC, 0), SENT(3, 0x51));
	amdvi.assign(NIC, &of_root, 1, nic);
	CHECK_EQ(amdvi.flush(unit), 0);
	CHECK_EQ(fake_amdvi_interrupt(NIC, 0), FAKE_DENIED);
	CHECK_EQ(fake_amdvi_interrupt(NIC, 1), SENT(0, 0x41));

	/* Before units are off. */
	remap->use(NIC, nic, false);
	CHECK_EQ(fake_amdvi_interrupt(NIC, 1), FAKE_PASSED);
}

UNIT(a_cells_function_sends_what_its_table_says)
{
	give();
	CHECK_EQ(fake_amdvi_interrupt(NIC, 3), FAKE_DENIED);
	remap->set(nic + 3, NIC, 2, 0x41 | APIC_TRIGGER_LEVEL);
	CHECK_STR(fake_amdvi.story, "interrupts, wait, ");
	CHECK_EQ(fake_amdvi_interrupt(NIC, 3), SENT(2, 0x41));
	/* Another vector, another CPU; what was kept is forgotten. */
	remap->set(nic + 3, NIC, 0xfe, 0xff);
	CHECK_EQ(fake_amdvi_interrupt(NIC, 3), SENT(0xfe, 0xff));
	CHECK_EQ(fake_amdvi.flushes, 4);
	/* The same is nothing new. */
	remap->set(nic + 3, NIC, 0xfe, 0xff);
	CHECK_EQ(fake_amdvi.flushes, 4);
	/* The old format, whoever it is for: it names an entry, in which is nothing. */
	CHECK_EQ(fake_amdvi_interrupt(NIC, 0x41), FAKE_DENIED);
	CHECK_EQ(fake_amdvi_interrupt(NIC, 0x1ff), FAKE_DENIED);
}

UNIT(no_other_function_has_that_entry)
{
	give();
	remap->set(nic + 3, NIC, 2, 0x41);
	CHECK_EQ(fake_amdvi_interrupt(OTHER, 3), FAKE_DENIED);
	remap->set(other + 3, OTHER, 3, 0x42);
	CHECK_EQ(fake_amdvi_interrupt(OTHER, 3), SENT(3, 0x42));
	CHECK_EQ(fake_amdvi_interrupt(NIC, 3), SENT(2, 0x41));
	CHECK_EQ(fake_amdvi_interrupt(NIC + 1, 3), FAKE_DENIED);
}

/* SMI, NMI, INIT, ExtINT, and what there is not. */
UNIT(a_cells_function_sends_no_other_kind)
{
	u32 mode;

	give();
	remap->set(nic + 0, NIC, 2, 0x41);
	for (mode = 2; mode < 8; mode++) {
		unit_row("delivery mode %u", mode);
		CHECK_EQ(fake_amdvi_interrupt(NIC, mode << 8), FAKE_DENIED);
	}
}

UNIT(a_message_is_the_number_of_an_entry)
{
	u64 address = 0;
	u32 data = 0x41;

	boot();
	remap->message(0, true, &address, &data);
	CHECK_EQ(address, 0xfee00000);
	CHECK_EQ(data, 0);
	nic = take(NIC, 512);
	remap->message(nic + 0x1ff, false, &address, &data);
	CHECK_EQ(data, 0x1ff);
}

UNIT(the_last_entry_is_one_of_512)
{
	give();
	remap->set(nic + 511, NIC, 2, 0x41);
	CHECK_EQ(fake_amdvi_interrupt(NIC, 511), SENT(2, 0x41));
	boot();
	CHECK(remap->take(NIC, 512) >= 0);
	CHECK_EQ(remap->take(OTHER, 513), -ENOSPC);
}

UNIT(cleared_entries_interrupt_nobody)
{
	unsigned int n;

	give();
	for (n = 0; n < 3; n++) {
		remap->set(nic + n, NIC, 2, 0x41 + n);
		CHECK_EQ(fake_amdvi_interrupt(NIC, n), SENT(2, 0x41 + n));
	}
	fake_amdvi.story[0] = 0;
	remap->clear(NIC, nic, 2);
	CHECK_STR(fake_amdvi.story, "interrupts, wait, ");
	CHECK_EQ(fake_amdvi_interrupt(NIC, 0), FAKE_DENIED);
	CHECK_EQ(fake_amdvi_interrupt(NIC, 1), FAKE_DENIED);
	CHECK_EQ(fake_amdvi_interrupt(NIC, 2), SENT(2, 0x43));
	remap->clear(NIC, nic, 2);
	CHECK_STR(fake_amdvi.story, "interrupts, wait, ");
}

UNIT(a_function_goes_back_without_a_table)
{
	u32 before;

	start();
	before = page_pool_free_pages(&fake_pool);
	nic = take(NIC, 32);
	amdvi.assign(NIC, &of_cell, 2, nic);
	CHECK_EQ(amdvi.flush(unit), 0);
	remap->set(nic, NIC, 2, 0x41);
	CHECK_EQ(fake_amdvi_interrupt(NIC, 0), SENT(2, 0x41));
	remap->clear(NIC, nic, 32);
	amdvi.assign(NIC, &of_root, 1, REMAP_NO_ENTRIES);
	CHECK_EQ(amdvi.flush(unit), 0);
	CHECK_EQ(fake_amdvi_interrupt(NIC, 0), FAKE_DENIED);
	remap->release(NIC, nic, 32);
	CHECK_EQ(page_pool_free_pages(&fake_pool), before);
	/* Another cell's finds nothing of it. */
	nic = take(NIC, 32);
	amdvi.assign(NIC, &of_cell, 3, nic);
	CHECK_EQ(amdvi.flush(unit), 0);
	CHECK_EQ(fake_amdvi_interrupt(NIC, 0), FAKE_DENIED);
}

UNIT(there_is_no_memory_for_a_table)
{
	start();
	while (page_pool_free_pages(&fake_pool))
		page_alloc(&fake_pool, 1);
	CHECK_EQ(remap->take(NIC, 32), -ENOMEM);
}

/* Who wrote the entry goes on, after as long as the unit has. */
UNIT(a_unit_that_does_not_answer_is_not_waited_for)
{
	unsigned int n;

	give();
	fake_amdvi.dead_after = 1;
	fake_amdvi.now = 0;
	remap->set(nic + 0, NIC, 2, 0x41);
	CHECK(fake_amdvi.now >= unit->limit && fake_amdvi.now < 2 * unit->limit);
	CHECK(strstr(fake_amdvi_error(), "0xfed80000 does not answer: invalidation"));
	for (n = 0; n < 100; n++)
		CHECK_EQ(amdvi_flush_interrupts(unit, NIC), -EIO);
	CHECK(fake_amdvi.now < 5 * unit->limit);
}

/* It goes on later, when what it has not read of its commands was written over. */
UNIT(one_that_was_slow_keeps_nothing_that_it_was_to_forget)
{
	unsigned int n;

	give();
	remap->set(nic, NIC, 2, 0x41);
	CHECK_EQ(fake_amdvi_interrupt(NIC, 0), SENT(2, 0x41));
	fake_amdvi.dead_after = 1;
	remap->clear(NIC, nic, 32);
	for (n = 1; n < PAGE_SIZE / 16 / 2; n++)
		CHECK_EQ(amdvi_flush_interrupts(unit, OTHER), -EIO);
	fake_amdvi.dead_after = 0;
	fake_amdvi.story[0] = 0;
	CHECK_EQ(amdvi_flush_interrupts(unit, OTHER), 0);
	CHECK_EQ(fake_amdvi_interrupt(NIC, 0), FAKE_DENIED);
}
