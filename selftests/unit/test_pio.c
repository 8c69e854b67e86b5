// SPDX-License-Identifier: GPL-2.0-only
/* SOURCES: core/pio.c core/page_pool.c */
#include <stdlib.h>
#include <string.h>
#include "unit.h"
#include "page_pool.h"
#include "pio.h"

#define MAX_RANGES	4

static u8 bitmap[PIO_BITMAP_PAGES * PAGE_SIZE] __aligned(4096);

/* What a sweep should see: one byte per port, 1: granted. */
static u8 model[PIO_NUM_PORTS];

static void model_set(u32 base, u32 length, u8 granted)
{
	memset(model + base, granted, length);
}

/* Every port, with every width. */
static void sweep(void)
{
	u32 port, n, width;
	bool want;

	for (port = 0; port < PIO_NUM_PORTS; port++) {
		for (width = 1; width <= 4; width *= 2) {
			want = port + width <= PIO_NUM_PORTS;
			for (n = 0; want && n < width; n++)
				want = model[port + n];
			if (pio_granted(bitmap, (u16)port, width) == want)
				continue;
			unit_row("port %#x width %u", port, width);
			CHECK_EQ(!want, want);
			return;
		}
	}
	CHECK(true);
}

UNIT(filled_grants_nothing)
{
	memset(bitmap, 0, sizeof(bitmap));
	memset(model, 0, sizeof(model));
	pio_bitmap_fill(bitmap);
	sweep();
}

UNIT(grant_and_revoke_at_every_alignment)
{
	static const struct jailhouse_pio rows[] = {
		PIO_RANGE(0x3f8, 8),
		PIO_RANGE(0, 1),
		PIO_RANGE(0xffff, 1),
		PIO_RANGE(0xfff9, 7),
		PIO_RANGE(0x3f9, 1),
		PIO_RANGE(0x3f9, 6),
		PIO_RANGE(0x3fd, 6),
		PIO_RANGE(0x3f8, 9),
		PIO_RANGE(0x3f7, 10),
		PIO_RANGE(0x7ffe, 4),	/* across bitmaps A and B */
		PIO_RANGE(0xc003, 0x777),
		PIO_RANGE(0, 0x10000),
		PIO_RANGE(5, 0),
	};
	size_t i;

	for (i = 0; i < ARRAY_SIZE(rows); i++) {
		unit_row("base %#x length %#x", rows[i].base, rows[i].length);
		pio_bitmap_fill(bitmap);
		memset(model, 0, sizeof(model));
		pio_grant(bitmap, &rows[i]);
		model_set(rows[i].base, rows[i].length, 1);
		sweep();

		memset(bitmap, 0, sizeof(bitmap));
		memset(model, 1, sizeof(model));
		pio_revoke(bitmap, &rows[i]);
		model_set(rows[i].base, rows[i].length, 0);
		sweep();
	}
}

UNIT(a_length_that_was_never_checked_stays_in_the_bitmap)
{
	static const struct jailhouse_pio rows[] = {
		PIO_RANGE(0xfff0, 0x11),
		PIO_RANGE(0xfff0, 0xffffffff),
		PIO_RANGE(0xfff0, 0xffff0010),
	};
	size_t i;

	for (i = 0; i < ARRAY_SIZE(rows); i++) {
		unit_row("length %#x", rows[i].length);
		pio_bitmap_fill(bitmap);
		memset(model, 0, sizeof(model));
		pio_grant(bitmap, &rows[i]);
		model_set(0xfff0, 0x10, 1);
		sweep();
	}
}

UNIT(pm_timer_is_four_ports)
{
	pio_bitmap_fill(bitmap);
	memset(model, 0, sizeof(model));
	pio_grant_pm_timer(bitmap, 0);
	sweep();
	pio_grant_pm_timer(bitmap, 0xb008);
	model_set(0xb008, 4, 1);
	sweep();
}

static const struct jailhouse_cell_desc *make_cell(const struct jailhouse_pio *ranges,
						   u32 count)
{
	static struct {
		struct jailhouse_cell_desc desc;
		u64 cpus;
		struct jailhouse_memory memory;
		struct jailhouse_irqchip irqchip;
		struct jailhouse_pio pio[MAX_RANGES];
	} __packed cell;

	cell.desc.cpu_set_size = sizeof(cell.cpus);
	cell.desc.num_memory_regions = 1;
	cell.desc.num_irqchips = 1;
	cell.desc.num_pio_regions = count;
	memcpy(cell.pio, ranges, count * sizeof(*ranges));
	return &cell.desc;
}

UNIT(a_configuration_becomes_a_bitmap)
{
	static const struct jailhouse_pio ranges[] = {
		PIO_RANGE(0x3f8, 8),
		PIO_RANGE_FLAGS(0x2f8, 8, JAILHOUSE_PIO_ROOTSHARED),
		PIO_RANGE_FLAGS(0x70, 2, JAILHOUSE_PIO_IGNORE),
		PIO_RANGE(0xfffe, 2),
	};

	memset(model, 0, sizeof(model));
	model_set(0x3f8, 8, 1);
	model_set(0x2f8, 8, 1);
	model_set(0xfffe, 2, 1);
	pio_build(bitmap, make_cell(ranges, ARRAY_SIZE(ranges)), 0);
	sweep();

	model_set(0x608, 4, 1);
	pio_build(bitmap, make_cell(ranges, ARRAY_SIZE(ranges)), 0x608);
	sweep();

	memset(model, 0, sizeof(model));
	pio_build(bitmap, make_cell(ranges, 0), 0);
	sweep();
}

UNIT(ignored_only_as_a_whole)
{
	static const struct jailhouse_pio ranges[] = {
		PIO_RANGE_FLAGS(0x70, 2, JAILHOUSE_PIO_IGNORE),
		PIO_RANGE_FLAGS(0x72, 2, JAILHOUSE_PIO_IGNORE | JAILHOUSE_PIO_ZERO),
		PIO_RANGE(0x74, 4),
		PIO_RANGE_FLAGS(0xffff, 1, JAILHOUSE_PIO_IGNORE),
	};
	static const struct {
		u16 port;
		unsigned int width;
		bool want;
		u32 read;
	} rows[] = {
		{ 0x6f, 1, false, 0 },
		{ 0x6f, 2, false, 0 },
		{ 0x70, 1, true, 0xff },
		{ 0x70, 2, true, 0xffff },
		{ 0x70, 4, true, 0xffff },
		{ 0x71, 2, true, 0xff },
		{ 0x71, 4, false, 0 },
		{ 0x72, 2, true, 0 },
		{ 0x73, 1, true, 0 },
		{ 0x73, 2, false, 0 },
		{ 0x74, 1, false, 0 },
		{ 0xffff, 1, true, 0xff },
		{ 0xffff, 2, false, 0 },
	};
	const struct jailhouse_cell_desc *desc = make_cell(ranges, ARRAY_SIZE(ranges));
	size_t i;
	u32 val;

	for (i = 0; i < ARRAY_SIZE(rows); i++) {
		unit_row("port %#x width %u", rows[i].port, rows[i].width);
		CHECK_EQ(pio_ignored(desc, rows[i].port, rows[i].width, &val), rows[i].want);
		if (rows[i].want)
			CHECK_EQ(val, rows[i].read);
	}
}
