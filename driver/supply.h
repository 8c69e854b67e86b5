/* SPDX-License-Identifier: GPL-2.0-only */
/* What the machine has for cells. */
#ifndef _JH_SUPPLY_H
#define _JH_SUPPLY_H

#include <linux/types.h>

#include <jailhouse/console.h>
#include <jailhouse/cell_config.h>

#include "facts.h"

/**
 * struct supply - what cells can be given without anybody naming an address
 * @ranges: RAM that Linux leaves alone and the root cell has, in ascending order
 * @num_ranges: how many
 * @ioapics: as Linux numbers them
 * @num_ioapics: how many
 */
struct supply {
	struct facts_range ranges[FACTS_MAX_RANGES];
	unsigned int num_ranges;
	struct facts_ioapic ioapics[FACTS_MAX_IOAPICS];
	unsigned int num_ioapics;
};

extern struct supply jh_supply;
void jh_supply_find(struct supply *supply, const struct machine_facts *facts,
		    const struct jailhouse_system *system);

#endif
