// SPDX-License-Identifier: GPL-2.0-only
/* SOURCES: core/pio.c */
/* RUN: all that is below */
/* QUICK: 2 s */
/* FAULT: core/pio.c s/if (!(range->flags & JAILHOUSE_PIO_IGNORE))/if (1)/ */
/* FAULT: core/pio.c s/return range->base + MIN(.*$/return range->base + MIN(range->length + 1, PIO_NUM_PORTS - range->base);/ */
/* FAULT: core/pio.c s/return range->base + MIN(.*$/return range->base + MIN(range->length, 0xfff8U);/ */
/* FAULT: core/pio.c s/port = end & ~7U;/port = end;/ */
/* FAULT: core/pio.c s/memset(bitmap + port .*$/memset(bitmap + port \/ 8, exits ? 0xff : 0, (end - port) \/ 8 + 1);/ */
/* FAULT: core/pio.c s/bitmap\[port \/ 8\] |= bit;/bitmap[port \/ 8] = bit;/ */
/* FAULT: core/pio.c s/pio_grant_pm_timer(bitmap, pm_timer);/;/ */
/* FAULT: core/pio.c s/if (width > PIO_NUM_PORTS - port)/if (0)/ */
/* FAULT: core/pio.c s/p < port + width; p++)$/p < port + 1; p++)/ */
/*
 * I/O bitmaps. A range that is granted or revoked changes the bits of its ports and none else:
 * of every length, from each of 32 ports on, at the beginning, in the middle and at the end
 * of the bitmap, over one that grants all, none, or every other port. A cell's bitmap grants
 * a port if and only if a range that is not IGNORE lists it or it is the PM timer's, and an
 * access is granted, or ignored, if each of its ports is, and never beyond the last one: of
 * any two ranges and any timer in the same 20 ports.
 */
#include "prove.h"
#include <string.h>
#include "config_check.h"
#include "page_pool.h"
#include "pio.h"

#define BYTES	(PIO_BITMAP_PAGES * PAGE_SIZE)
#define FIRSTS	32U
#define WINDOW	20U
#define START	0x3f4U

static u8 bitmap[BYTES], expected[BYTES];

void page_fill(void *page, u8 byte)
{
	memset(page, byte, PAGE_SIZE);
}

static void expect(u32 port, bool exits)
{
	const u8 bit = (u8)(1U << port % 8);

	expected[port / 8] = exits ? expected[port / 8] | bit : expected[port / 8] & (u8)~bit;
}

static bool listed(const struct jailhouse_pio *range, u32 port)
{
	return port >= range->base && port - range->base < range->length;
}

static void check_lengths(u32 base, u8 before, bool revoke)
{
	struct jailhouse_pio range = { .base = (u16)base };

	memset(expected, before, BYTES);
	/* Lengths that claim to go on beyond the last port are cut there. */
	for (; range.length < PIO_NUM_PORTS - base + 8; range.length++) {
		memset(bitmap, before, BYTES);
		if (revoke)
			pio_revoke(bitmap, &range);
		else
			pio_grant(bitmap, &range);
		REACHED();
		PROVE(!memcmp(bitmap, expected, BYTES), "the ports of the range, and none else");
		if (base + range.length < PIO_NUM_PORTS)
			expect(base + range.length, revoke);
	}
}

static void check_ranges(void)
{
	static const u32 starts[] = { 0, 0xfc00, PIO_NUM_PORTS - FIRSTS };
	static const u8 before[] = { 0, 0xff, 0x55 };
	u32 i, first;

	for (i = 0; i < ARRAY_SIZE(starts); i++)
		for (first = 0; first < FIRSTS; first++) {
			check_lengths(starts[i] + first, before[first % 3], first & 1);
			check_lengths(starts[i] + first, before[first % 3], !(first & 1));
		}
}

static struct {
	struct jailhouse_cell_desc desc;
	struct jailhouse_pio pio[2];
} __packed cell;

static void check_access(u32 port, unsigned int width)
{
	bool granted = true, ignored = true;
	u32 p, i, val;

	for (p = port; p < port + width; p++) {
		bool any = false;

		granted = granted && !(expected[p / 8] >> p % 8 & 1);
		for (i = 0; i < ARRAY_SIZE(cell.pio); i++)
			if (cell.pio[i].flags & JAILHOUSE_PIO_IGNORE && listed(&cell.pio[i], p))
				any = true;
		ignored = ignored && any;
	}
	PROVE(pio_granted(bitmap, (u16)port, width) == granted, "granted if each port is");
	PROVE(pio_ignored(&cell.desc, (u16)port, width, &val) == ignored,
	      "ignored if each port is");
}

static void check_cell(u16 timer)
{
	u32 port, i;

	memset(expected, 0xff, BYTES);
	for (port = START; port < START + WINDOW; port++) {
		for (i = 0; i < ARRAY_SIZE(cell.pio); i++)
			if (!(cell.pio[i].flags & JAILHOUSE_PIO_IGNORE) &&
			    listed(&cell.pio[i], port))
				expect(port, false);
		if (timer && port >= timer && port < timer + PIO_PM_TIMER_LENGTH)
			expect(port, false);
	}
	pio_build(bitmap, &cell.desc, timer);
	REACHED();
	PROVE(!memcmp(bitmap, expected, BYTES), "what the lists say");
	for (port = START - 1; port < START + WINDOW; port += 3) {
		check_access(port, 1);
		check_access(port, 2);
		check_access(port, 4);
	}
}

/* Every range in the window, with the flag IGNORE or without. */
static bool next_range(struct jailhouse_pio *range)
{
	range->flags ^= JAILHOUSE_PIO_IGNORE;
	if (range->flags)
		return true;
	if (range->base + ++range->length <= START + WINDOW)
		return true;
	range->length = 0;
	return ++range->base < START + WINDOW;
}

static void check_cells(void)
{
	static const struct jailhouse_pio none = PIO_RANGE(START, 0);
	unsigned int n = 0;

	cell.desc.num_pio_regions = ARRAY_SIZE(cell.pio);
	cell.pio[0] = none;
	do {
		cell.pio[1] = none;
		do {
			check_cell((u16)(n % 4 ? START + n % (WINDOW - 3) : 0));
			n++;
		} while (next_range(&cell.pio[1]));
	} while (next_range(&cell.pio[0]));
}

static void check_last_port(void)
{
	u32 port;
	unsigned int width;

	memset(bitmap, 0, BYTES);
	for (port = PIO_NUM_PORTS - 8; port < PIO_NUM_PORTS; port++)
		for (width = 1; width <= 4; width *= 2)
			PROVE(pio_granted(bitmap, (u16)port, width) ==
			      (port + width <= PIO_NUM_PORTS), "not beyond the last port");
}

int main(void)
{
	check_ranges();
	check_cells();
	check_last_port();
	return 0;
}
