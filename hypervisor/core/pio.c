// SPDX-License-Identifier: GPL-2.0-only
/* I/O bitmaps. */
#include "pio.h"
#include "bits.h"
#include "config_check.h"
#include "page_pool.h"

void pio_bitmap_fill(u8 *bitmap)
{
	unsigned int page;

	for (page = 0; page < PIO_BITMAP_PAGES; page++)
		page_fill(bitmap + page * PAGE_SIZE, 0xff);
}

/* One past the last port of @range, whatever its length claims. */
static u32 range_end(const struct jailhouse_pio *range)
{
	return range->base + MIN(range->length, PIO_NUM_PORTS - range->base);
}

void pio_grant(u8 *bitmap, const struct jailhouse_pio *range)
{
	bits_fill(bitmap, range->base, range_end(range), 0);
}

void pio_revoke(u8 *bitmap, const struct jailhouse_pio *range)
{
	bits_fill(bitmap, range->base, range_end(range), 0xff);
}

void pio_grant_pm_timer(u8 *bitmap, u16 pm_timer)
{
	const struct jailhouse_pio range = PIO_RANGE(pm_timer, PIO_PM_TIMER_LENGTH);

	if (pm_timer)
		pio_grant(bitmap, &range);
}

void pio_build(u8 *bitmap, const struct jailhouse_cell_desc *desc, u16 pm_timer)
{
	const struct jailhouse_pio *range = config_pio(desc);
	u32 n;

	pio_bitmap_fill(bitmap);
	for (n = 0; n < desc->num_pio_regions; n++, range++)
		if (!(range->flags & JAILHOUSE_PIO_IGNORE))
			pio_grant(bitmap, range);
	pio_grant_pm_timer(bitmap, pm_timer);
}

bool pio_granted(const u8 *bitmap, u16 port, unsigned int width)
{
	u32 p;

	if (width > PIO_NUM_PORTS - port)
		return false;
	for (p = port; p < port + width; p++)
		if (bitmap[p / 8] & 1U << p % 8)
			return false;
	return true;
}

/* The range with JAILHOUSE_PIO_IGNORE that has @port; NULL if none has. */
static const struct jailhouse_pio *find_ignored(const struct jailhouse_cell_desc *desc, u32 port)
{
	const struct jailhouse_pio *range = config_pio(desc);
	u32 n;

	for (n = 0; n < desc->num_pio_regions; n++, range++)
		if (range->flags & JAILHOUSE_PIO_IGNORE &&
		    port >= range->base && port < range_end(range))
			return range;
	return NULL;
}

bool pio_ignored(const struct jailhouse_cell_desc *desc, u16 port, unsigned int width, u32 *val)
{
	const struct jailhouse_pio *range;
	unsigned int n;

	*val = 0;
	for (n = 0; n < width; n++) {
		range = find_ignored(desc, port + n);
		if (!range)
			return false;
		if (!(range->flags & JAILHOUSE_PIO_ZERO))
			*val |= 0xffU << 8 * n;
	}
	return true;
}
