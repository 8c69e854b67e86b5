// SPDX-License-Identifier: GPL-2.0-only
/* Ports that move between the root cell and another one. */
#include "region.h"
#include "config_check.h"

/* Iterates @pio over the port regions of @desc. */
#define for_each_pio(desc, pio)						\
	for ((pio) = config_pio(desc);					\
	     (pio) < config_pio(desc) + (desc)->num_pio_regions; (pio)++)

typedef void (*pio_change)(u8 *bitmap, const struct jailhouse_pio *range);

/* Change those ports of @range that @desc lists without any of @flags. */
static void change_ports(u8 *bitmap, const struct jailhouse_pio *range, pio_change change,
			 const struct jailhouse_cell_desc *desc, unsigned int flags)
{
	const struct jailhouse_pio *listed;
	struct jailhouse_pio part;
	u32 start, end;

	for_each_pio(desc, listed) {
		start = MAX(range->base, listed->base);
		end = MIN(range->base + range->length, listed->base + listed->length);
		if (listed->flags & flags || start >= end)
			continue;
		part = (struct jailhouse_pio) { .base = (u16)start, .length = end - start };
		change(bitmap, &part);
	}
}

void region_update_ports(struct cell *cell, bool gone)
{
	const struct machine *m = cell->machine;
	u8 *bitmap = m->root->io_bitmap;
	const struct jailhouse_pio *range;
	const struct cell *other;

	for_each_pio(cell->desc, range) {
		if (range->flags & (JAILHOUSE_PIO_ROOTSHARED | JAILHOUSE_PIO_IGNORE))
			continue;
		pio_revoke(bitmap, range);
		change_ports(bitmap, range, pio_grant, m->root->desc, JAILHOUSE_PIO_IGNORE);
		for_each_cell(m, other)
			if (other != m->root && !(gone && other == cell))
				change_ports(bitmap, range, pio_revoke, other->desc,
					     JAILHOUSE_PIO_ROOTSHARED |
					     JAILHOUSE_PIO_IGNORE);
	}
	pio_grant_pm_timer(bitmap, m->system->platform_info.pm_timer_address);
}
