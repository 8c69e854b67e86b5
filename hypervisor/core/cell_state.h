/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The states of a cell and what leads from one to another. Nobody else writes to
 * cell.state.
 *
 * Events may come from several CPUs at once: each is atomic, and one that has no place
 * in the state that it meets changes nothing.
 */
#ifndef _CORE_CELL_STATE_H
#define _CORE_CELL_STATE_H

#include "machine.h"

/* What happens to a cell. The first four are what it says itself in the comm region. */
enum cell_event {
	CELL_EVENT_UNLOCKS,
	CELL_EVENT_LOCKS,
	CELL_EVENT_SHUTS_DOWN,
	CELL_EVENT_GIVES_UP,	/* it says that it failed */
	CELL_EVENT_START,	/* its CPUs are reset */
	CELL_EVENT_STOP,	/* its CPUs are parked by a management operation */
	CELL_EVENT_FAIL,	/* it did what it must not do */
	CELL_NUM_EVENTS,
};

/**
 * cell_state_init() - the state of a new cell
 * @cell: not in the list yet
 * @state: CELL_RUNNING for the root cell, CELL_SHUT_DOWN for others
 */
void cell_state_init(struct cell *cell, enum cell_state state);

/** cell_state() - the state that @cell is in; any CPU. */
static inline enum cell_state cell_state(const struct cell *cell)
{
	return __atomic_load_n(&cell->state, __ATOMIC_ACQUIRE);
}

/** cell_state_running() - is @state running or running/locked? */
static inline bool cell_state_running(enum cell_state state)
{
	return state == CELL_RUNNING || state == CELL_RUNNING_LOCKED;
}

/**
 * cell_state_event() - something happened to a cell
 * @cell: the cell
 * @event: what
 *
 * A change of state is shown in the comm region and counted in log->events.
 *
 * Return: true if the state changed.
 */
bool cell_state_event(struct cell *cell, enum cell_event event);

/** cells_changed() - tell those who poll log->events that a cell came, went or changed. */
void cells_changed(struct machine *m);

/** cell_state_name() - @state in the words of the state attribute. */
const char *cell_state_name(enum cell_state state);

#endif
