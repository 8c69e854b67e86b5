// SPDX-License-Identifier: GPL-2.0-only
/* The list of cells, of which the root cell is the first. */
#include "cell_internal.h"
#include "arch.h"

/* Microseconds that one call may map, scrub, or wait for devices. */
#define SLICE_TIME	100

struct cell *cell_find(struct machine *m, u64 id)
{
	struct cell *cell;

	for_each_cell(m, cell)
		if (cell->id == id)
			return cell;
	return NULL;
}

struct cell *cell_last(struct machine *m)
{
	struct cell *cell = m->root;

	while (cell->next)
		cell = cell->next;
	return cell;
}

struct cell *cell_find_managed(struct machine *m, u64 id, int *err)
{
	struct cell *cell = cell_find(m, id);

	if (!cell || cell->scrub == SCRUB_NEW) {
		log_error("there is no cell with id %llu", id);
		*err = -ENOENT;
		return NULL;
	}
	if (cell_is_root(cell)) {
		log_error("cell %s is the root cell", cell->desc->name);
		*err = -EINVAL;
		return NULL;
	}
	return cell;
}

u64 cell_slice_end(const struct machine *m)
{
	return arch_read_tsc() + (u64)m->tsc_khz * SLICE_TIME / 1000;
}
