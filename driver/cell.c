// SPDX-License-Identifier: GPL-2.0-only
/*
 * What the driver notes of its cells.
 */
#include "cell.h"
#include "hypercall.h"
#include "reason.h"

#include <linux/list.h>
#include <linux/sched.h>
#include <linux/slab.h>

#include <jailhouse/console.h>
#include <jailhouse/cell_config.h>
#include <jailhouse/comm_region.h>

LIST_HEAD(jh_cells);

/**
 * jh_cells_configs() - the configurations of all cells that the hypervisor knows
 * @count: receives how many
 *
 * Context: jh_lock is held.
 *
 * Return: to be given to kfree(), or NULL if there is no memory.
 */
const struct jailhouse_cell_desc **jh_cells_configs(unsigned int *count)
{
	const struct jailhouse_cell_desc **configs;
	struct jh_cell *cell;

	*count = 0;
	list_for_each_entry(cell, &jh_cells, node)
		if (jh_cell_exists(cell))
			(*count)++;
	configs = kmalloc_array(*count, sizeof(*configs), GFP_KERNEL);
	if (!configs)
		return NULL;
	*count = 0;
	list_for_each_entry(cell, &jh_cells, node)
		if (jh_cell_exists(cell))
			configs[(*count)++] = cell->config.data;
	return configs;
}

/**
 * jh_cell_has_failed() - did it do what it may not do, or give up?
 * @cell: a directory; the hypervisor need not know it
 *
 * Context: may sleep; hypervisor_sem is not held.
 */
bool jh_cell_has_failed(const struct jh_cell *cell)
{
	int id = READ_ONCE(cell->id);
	long state;

	if (id == JH_NO_CELL)
		return false;
	state = jh_hypercall_cell_state(id);
	return state == JAILHOUSE_CELL_FAILED || state == JAILHOUSE_CELL_FAILED_COMM_REV;
}

/**
 * jh_cell_error_set() - note how an operation on a cell ended
 * @cell: the cell
 * @attribute: what was written, NULL if it was about the cell as a whole
 * @err: 0 if it succeeded
 * @why: the reason, if it failed
 */
void jh_cell_error_set(struct jh_cell *cell, const char *attribute, int err,
		       const struct reason *why)
{
	jh_error_set(&cell->error, err, why, "cells/%s%s%s", jh_cell_name(cell),
		     attribute ? "/" : "", attribute ?: "");
	jh_failure_told(&cell->failure, current, jh_cell_has_failed(cell));
}
