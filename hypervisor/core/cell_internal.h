/* SPDX-License-Identifier: GPL-2.0-only */
/* What the files of the life of a cell (cell.h) share, and nobody else. */
#ifndef _CORE_CELL_INTERNAL_H
#define _CORE_CELL_INTERNAL_H

#include "cell.h"

/*
 * cell_list.c
 */

/* The last one in the list. */
struct cell *cell_last(struct machine *m);

/* Not the root cell; NULL comes with the errno in @err, after a log_error(). */
struct cell *cell_find_managed(struct machine *m, u64 id, int *err);

/* TSC value at which a call that has more to do returns. */
u64 cell_slice_end(const struct machine *m);

/*
 * cell_config.c. What fails comes after a log_error() with the reason.
 */

/* Pages of a struct cell with a configuration of that many bytes. */
unsigned int cell_pages(u64 config_size);

/* A cell with a checked copy of the configuration; NULL comes with the errno in @err. */
struct cell *cell_load_config(struct machine *m, u64 gpa, int *err);
void cell_free(struct cell *cell);

/* Has the driver put another configuration at the same place since the last call? */
bool cell_same_config(const struct cell *cell, u64 config_gpa);

/* Can the root cell give it, to be made by CPU @self, what it asks for? */
int cell_check_fits(const struct cpu *self, const struct cell *cell);

/*
 * cell_steps.c
 */

/* What the cell has besides memory, CPUs and devices. Nobody else notices. */
int cell_build(struct cell *cell);
void cell_unbuild(struct cell *cell);

/* What the root cell loses, and gets back. */
int cell_move_in(struct cpu *self, struct cell *cell);
int cell_move_out(struct cpu *self, struct cell *cell);

/*
 * What cannot change under running CPUs changes while these are held in the hypervisor: all
 * of the root cell and of the cell in question. They flush before they go on.
 * @held: receives these CPUs, to be given to cell_release_cpus().
 *
 * Return: 0, or -ETIMEDOUT: a CPU did not react, and none is held.
 */
int cell_hold_cpus(struct cpu *self, const struct cell *cell, struct cpu_set *held);
void cell_release_cpus(struct cpu *self, const struct cpu_set *held);

/*
 * cell_stop.c
 */

/*
 * Its devices are being reset since it has stopped. Return: 0 when they have been; -EAGAIN if it
 * takes longer than a call may.
 */
int cell_settle(struct cell *cell);

/* As cell_stop(). */
int cell_shut_down(struct cpu *self, struct cell *cell, u32 timeout);

/*
 * cell_events.c
 */

/*
 * Its CPUs leave the cell before they execute another of its instructions, and its devices
 * are quiet.
 */
void cell_park(struct cell *cell);

#endif
