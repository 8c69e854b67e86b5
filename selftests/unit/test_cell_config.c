// SPDX-License-Identifier: GPL-2.0-only
/* BESIDE: cells.c */
/* What of its configuration a cell gets: hostile ones, ports, shared memory, RAM to scrub. */
#include <string.h>
#include "cells.h"

/*
 * Configurations
 */

UNIT(configuration_must_be_in_ram_of_the_root_cell)
{
	static const u64 rows[] = {
		FAKE_HV_START,			/* the log: readable, but not RAM of the root's */
		FAKE_HV_START + 0x10000,
		FAKE_HV_START - 64,		/* ends in hypervisor memory */
		FAKE_RAM_SIZE - 64,
		FAKE_RAM_SIZE,
		FAKE_IO_START,
		1ULL << 40, 1ULL << 52, 1ULL << 63, ~0ULL, ~0ULL - 63,
	};
	static struct fake_snapshot before;
	unsigned int n;

	fake_boot(2);
	fake_snapshot(&before);
	for (n = 0; n < ARRAY_SIZE(rows); n++) {
		unit_row("0x%llx", rows[n]);
		CHECK_EQ(call(JAILHOUSE_HC_CELL_CREATE, rows[n], 0), -EFAULT);
		CHECK(error_has("not in memory of the root cell"));
		CHECK_STR(fake_changed(&before), NULL);
	}
	CHECK_SOUND();
}

UNIT(configuration_in_memory_of_a_cell_is_not_read)
{
	struct fake_config config;

	fake_boot(4);
	CHECK_EQ(create_a(), 1);
	config_of(&config, "b", 1 << 2, B_RAM, 0x2f8, 0);
	fake_config_place(&config, A_RAM);
	CHECK_EQ(call(JAILHOUSE_HC_CELL_CREATE, A_RAM, 0), -EFAULT);
	/* The head in the root cell's RAM, the rest not. */
	fake_config_place(&config, A_RAM - 128);
	CHECK_EQ(call(JAILHOUSE_HC_CELL_CREATE, A_RAM - 128, 0), -EFAULT);
	CHECK_SOUND();
}

UNIT(configuration_may_cross_pages)
{
	struct fake_config config;
	u64 offset;

	for (offset = 8; offset < 400; offset += 56) {
		fake_boot(4);
		config_of(&config, "a", 1 << 3, A_RAM, 0x3f8, 0);
		fake_config_place(&config, 0x5000 - offset);
		CHECK_EQ(fake_repeat(0, JAILHOUSE_HC_CELL_CREATE, 0x5000 - offset, 0), 1);
		CHECK_SOUND();
	}
}

/* Another CPU of the root cell rewrites the configuration while it is read. */
static unsigned int rewrite_at;

static void rewrite_config(__maybe_unused u64 hpa)
{
	struct jailhouse_cell_desc *desc = (void *)(fake.ram + FAKE_CONFIG_GPA);

	if (fake.windows < rewrite_at)
		return;
	desc->total_size = 0xffffffff;
	desc->num_memory_regions = 0x10000000;
	desc->num_pio_regions = 0x10000000;
	desc->cpu_set_size = 0x80000000;
}

UNIT(configuration_that_changes_while_it_is_read_does_no_harm)
{
	static struct fake_snapshot before;
	struct fake_config config;
	unsigned int when;
	long ret;

	for (when = 1; when < 6; when++) {
		fake_boot(4);
		fake_snapshot(&before);
		config_of(&config, "a", 1 << 3, A_RAM, 0x3f8, 0);
		fake_config_place(&config, FAKE_CONFIG_GPA);
		rewrite_at = when;
		fake.on_window = rewrite_config;
		ret = fake_repeat(0, JAILHOUSE_HC_CELL_CREATE, FAKE_CONFIG_GPA, 0);
		if (ret < 0)
			CHECK_STR(fake_changed(&before), NULL);
		else
			CHECK(!fake_repeat(0, JAILHOUSE_HC_CELL_DESTROY, (u64)ret, 0));
		CHECK_SOUND();
		CHECK_STR(fake_changed(&before), NULL);
	}
}

UNIT(bad_configurations_change_nothing)
{
	static struct fake_snapshot before;
	struct fake_config config;
	struct jailhouse_cell_desc *placed = (void *)(fake.ram + FAKE_CONFIG_GPA);

	fake_boot(4);
	placed = (void *)(fake.ram + FAKE_CONFIG_GPA);
	CHECK_EQ(create_a(), 1);
	fake_snapshot(&before);

	config_of(&config, "b", 1 << 2, B_RAM, 0x2f8, 0);
	fake_config_place(&config, FAKE_CONFIG_GPA);
	placed->checksum++;
	CHECK_EQ(call(JAILHOUSE_HC_CELL_CREATE, FAKE_CONFIG_GPA, 0), -EBADMSG);
	placed->checksum--;
	placed->signature[0] = 'x';
	CHECK_EQ(call(JAILHOUSE_HC_CELL_CREATE, FAKE_CONFIG_GPA, 0), -EILSEQ);
	fake_config_place(&config, FAKE_CONFIG_GPA);
	placed->total_size = 119;
	CHECK_EQ(call(JAILHOUSE_HC_CELL_CREATE, FAKE_CONFIG_GPA, 0), -EMSGSIZE);
	placed->total_size = JAILHOUSE_MAX_CONFIG_SIZE + 1;
	CHECK(call(JAILHOUSE_HC_CELL_CREATE, FAKE_CONFIG_GPA, 0) < 0);
	placed->total_size = 0xffffffff;
	CHECK(call(JAILHOUSE_HC_CELL_CREATE, FAKE_CONFIG_GPA, 0) < 0);

	CHECK_EQ(create("b", 1 << 3, B_RAM, 0x2f8, 0), -EBUSY);		/* CPU of cell a */
	CHECK_EQ(create("b", 1 << 5, B_RAM, 0x2f8, 0), -ENODEV);
	CHECK_EQ(create("b", 7, B_RAM, 0x2f8, 0), -EBUSY);		/* all of the root's */
	CHECK_EQ(create("b", 1, B_RAM, 0x2f8, 0), -EBUSY);		/* makes the call */
	CHECK(error_has("CPU 0 is the one"));
	CHECK_EQ(create("a", 1 << 2, B_RAM, 0x2f8, 0), -EEXIST);
	CHECK(create("b", 1 << 2, A_RAM, 0x2f8, 0) < 0);
	CHECK(error_has("region"));
	CHECK(create("b", 1 << 2, FAKE_HV_START, 0x2f8, 0) < 0);
	CHECK(create("b", 1 << 2, B_RAM, 0x3f8, 0) < 0);
	CHECK_STR(fake_changed(&before), NULL);
	CHECK_SOUND();
	CHECK_EQ(create_b(), 2);
	CHECK_SOUND();
}

/*
 * Ports and shared memory
 */

UNIT(shared_and_ignored_ports_stay_with_the_root_cell)
{
	struct fake_config config;

	fake_boot(4);
	config_of(&config, "a", 1 << 3, A_RAM, 0x3f8, 0);
	fake_add_pio(&config, 0x2f8, 8, JAILHOUSE_PIO_ROOTSHARED);
	fake_add_pio(&config, 0x70, 2, JAILHOUSE_PIO_IGNORE);
	fake_add_pio(&config, 0x600, 0x10, 0);		/* the PM timer is in there */
	fake_add_pio(&config, 0x6f8, 0x10, 0);		/* half of it ignored by the root cell */
	fake_config_place(&config, FAKE_CONFIG_GPA);
	CHECK_EQ(fake_repeat(0, JAILHOUSE_HC_CELL_CREATE, FAKE_CONFIG_GPA, 0), 1);
	CHECK_SOUND();
	CHECK(pio_granted(machine.root->io_bitmap, 0x2f8, 4));
	CHECK(pio_granted(machine.root->io_bitmap, 0x70, 2));
	CHECK(pio_granted(machine.root->io_bitmap, FAKE_PM_TIMER, 4));
	CHECK(!pio_granted(machine.root->io_bitmap, 0x600, 1));
	CHECK(pio_granted(cell_find(&machine, 1)->io_bitmap, 0x2f8, 4));
	CHECK(!pio_granted(cell_find(&machine, 1)->io_bitmap, 0x70, 1));
	CHECK_EQ(fake_repeat(0, JAILHOUSE_HC_CELL_DESTROY, 1, 0), 0);
	CHECK_SOUND();
}

UNIT(only_ram_that_changes_hands_is_scrubbed)
{
	struct fake_config config;

	fake_boot(4);
	fake_config(&config, "a", 1 << 3, 0);
	fake_add_memory(&config, A_RAM, 0, 0x3000, RAM_FLAGS);
	fake_add_memory(&config, A_RAM + 0x3000, 0x3000, 0x1000,
			RAM_FLAGS | JAILHOUSE_MEM_ROOTSHARED);
	fake_add_memory(&config, FAKE_IO_START, 0x10000, 0x1000,
			JAILHOUSE_MEM_READ | JAILHOUSE_MEM_WRITE | JAILHOUSE_MEM_IO);
	fake_add_memory(&config, A_RAM + 0x5000, 0x5000, 0x1000, RAM_FLAGS);
	fake_config_place(&config, FAKE_CONFIG_GPA);
	CHECK_EQ(fake_repeat(0, JAILHOUSE_HC_CELL_CREATE, FAKE_CONFIG_GPA, 0), 1);
	CHECK_SOUND();
	CHECK_EQ(dirty(A_RAM, 0x3000), 0);
	CHECK_EQ(dirty(A_RAM + 0x3000, 0x2000), 0x2000);
	CHECK_EQ(dirty(A_RAM + 0x5000, 0x1000), 0);
	CHECK_EQ(dirty(A_RAM + 0x6000, 0x1000), 0x1000);
	CHECK_EQ(dirty(FAKE_HV_START - 0x3000, 0x1000), 0x1000);

	memset(fake.ram + A_RAM, 0x5a, 0x7000);
	CHECK_EQ(fake_repeat(0, JAILHOUSE_HC_CELL_DESTROY, 1, 0), 0);
	CHECK_EQ(dirty(A_RAM, 0x7000), 0x3000);
	CHECK_SOUND();
}

UNIT(scrubbing_takes_bounded_steps)
{
	struct fake_config config;
	unsigned int calls = 0, windows;
	long ret;

	fake_boot(4);
	config_of(&config, "a", 1 << 3, A_RAM, 0x3f8, 0);
	fake_config_place(&config, FAKE_CONFIG_GPA);
	/* 100 us are 100000 ticks: five looks at the clock. */
	fake.tsc_step = 20000;
	do {
		windows = fake.windows;
		ret = call(JAILHOUSE_HC_CELL_CREATE, FAKE_CONFIG_GPA, 0);
		/* One look at the configuration, and five pages, of which the last may be fewer. */
		if (calls)
			CHECK(ret == -EAGAIN ? fake.windows - windows == 6 :
					       fake.windows - windows <= 6);
		CHECK_SOUND();
		calls++;
	} while (ret == -EAGAIN);
	CHECK_EQ(ret, 1);
	CHECK(calls >= 2 * LOAD_SIZE / 4096 / 5);
	CHECK_EQ(dirty(A_RAM, 2 * LOAD_SIZE), 0);
	/* At least one page each time, however slow. */
	fake.tsc_step = 1000000;
	memset(fake.ram + A_RAM, 0x5a, 2 * LOAD_SIZE);
	CHECK_EQ(fake_repeat(0, JAILHOUSE_HC_CELL_DESTROY, 1, 0), 0);
	CHECK_EQ(dirty(A_RAM, 2 * LOAD_SIZE), 0);
	CHECK_SOUND();
}
