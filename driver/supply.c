// SPDX-License-Identifier: GPL-2.0-only
/*
 * What the machine has for cells: the RAM that was taken from Linux, or reserved when it was
 * started, and the I/O APICs by their numbers. Asks nobody but the facts, and runs on the host,
 * too.
 */
#include "supply.h"
#include "describe.h"
#include "facts.h"

#include <linux/kernel.h>
#include <linux/minmax.h>
#include <linux/string.h>

#include <config_check.h>

#define RAM_RIGHTS	(JAILHOUSE_MEM_READ | JAILHOUSE_MEM_WRITE | JAILHOUSE_MEM_EXECUTE)

/* Of this machine, since the hypervisor was enabled; protected by jh_lock. */
struct supply jh_supply;

static bool is_ram(const struct jailhouse_memory *region)
{
	return (region->flags & (RAM_RIGHTS | JAILHOUSE_MEM_IO)) == RAM_RIGHTS;
}

/* Two that adjoin are one to a cell. */
static void add(struct supply *supply, u64 start, u64 end)
{
	unsigned int n = supply->num_ranges;

	if (start >= end)
		return;
	if (n && supply->ranges[n - 1].end == start)
		supply->ranges[n - 1].end = end;
	else if (n < ARRAY_SIZE(supply->ranges))
		supply->ranges[supply->num_ranges++] = (struct facts_range){ start, end };
}

/* What of it is the root cell's, as RAM: else it has nothing to give. */
static void add_owned(struct supply *supply, const struct facts_range *range,
		      const struct jailhouse_cell_desc *root)
{
	const struct jailhouse_memory *region = config_mem_regions(root);
	unsigned int n;

	for (n = 0; n < root->num_memory_regions; n++, region++)
		if (is_ram(region))
			add(supply, max(range->start, region->phys_start),
			    min(range->end, region->phys_start + region->size));
}

static void add_ranges(struct supply *supply, const struct machine_facts *facts,
		       const struct jailhouse_cell_desc *root, bool taken)
{
	const struct inventory_tree *tree = &facts->inventory.memory;
	struct facts_range part;
	unsigned int n;

	for (n = 0; n < tree->count; n++) {
		part = jh_describe_reserve(facts, &tree->entries[n], taken);
		add_owned(supply, &part, root);
	}
}

/**
 * jh_supply_find() - what is there for cells?
 * @supply: receives it
 * @facts: what is known of the machine
 * @system: the configuration in force
 *
 * RAM that was taken from Linux was taken for this: then what else is reserved is meant for
 * something else.
 *
 * Context: any.
 */
void jh_supply_find(struct supply *supply, const struct machine_facts *facts,
		    const struct jailhouse_system *system)
{
	memset(supply, 0, sizeof(*supply));
	add_ranges(supply, facts, &system->root_cell, true);
	if (!supply->num_ranges)
		add_ranges(supply, facts, &system->root_cell, false);
	supply->num_ioapics = facts->num_ioapics;
	memcpy(supply->ioapics, facts->ioapics, sizeof(supply->ioapics));
}
