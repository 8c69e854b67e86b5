// SPDX-License-Identifier: GPL-2.0-only
/* States of a cell. */
#include "cell_state.h"
#include "comm.h"

#define NUM_STATES	(CELL_FAILED + 1)

/* Where a row says nothing, the cell stays in the state that it is in. */
#define STAYS		0
#define TO(state)	((state) + 1)

/*
 * A cell that does not run cannot say anything, and only a start changes that. What failed
 * stays failed when it is stopped, so that the reason is not lost.
 */
static const u8 transitions[NUM_STATES][CELL_NUM_EVENTS] = {
	[CELL_RUNNING] = {
		[CELL_EVENT_LOCKS]	= TO(CELL_RUNNING_LOCKED),
		[CELL_EVENT_SHUTS_DOWN]	= TO(CELL_SHUT_DOWN),
		[CELL_EVENT_GIVES_UP]	= TO(CELL_FAILED),
		[CELL_EVENT_STOP]	= TO(CELL_SHUT_DOWN),
		[CELL_EVENT_FAIL]	= TO(CELL_FAILED),
	},
	[CELL_RUNNING_LOCKED] = {
		[CELL_EVENT_UNLOCKS]	= TO(CELL_RUNNING),
		[CELL_EVENT_SHUTS_DOWN]	= TO(CELL_SHUT_DOWN),
		[CELL_EVENT_GIVES_UP]	= TO(CELL_FAILED),
		[CELL_EVENT_STOP]	= TO(CELL_SHUT_DOWN),
		[CELL_EVENT_FAIL]	= TO(CELL_FAILED),
	},
	[CELL_SHUT_DOWN] = {
		[CELL_EVENT_START]	= TO(CELL_RUNNING),
	},
	[CELL_FAILED] = {
		[CELL_EVENT_START]	= TO(CELL_RUNNING),
	},
};

static enum cell_state next_state(enum cell_state state, enum cell_event event)
{
	const u8 to = transitions[state][event];

	return to == STAYS ? state : (enum cell_state)(to - TO(0));
}

static const char *const names[NUM_STATES] = {
	[CELL_RUNNING]		= "running",
	[CELL_RUNNING_LOCKED]	= "running/locked",
	[CELL_SHUT_DOWN]	= "shut down",
	[CELL_FAILED]		= "failed",
};

void cell_state_init(struct cell *cell, enum cell_state state)
{
	cell->state = state;
}

void cells_changed(struct machine *m)
{
	__atomic_fetch_add(&m->log->events, 1, __ATOMIC_SEQ_CST);
}

bool cell_state_event(struct cell *cell, enum cell_event event)
{
	enum cell_state old = cell_state(cell), new;

	do {
		new = next_state(old, event);
		if (new == old)
			return false;
	} while (!__atomic_compare_exchange_n(&cell->state, &old, new, false,
					      __ATOMIC_SEQ_CST, __ATOMIC_ACQUIRE));

	/* What the cell wrote itself it may have changed again already. */
	if (event > CELL_EVENT_GIVES_UP)
		comm_show_state(cell, new);
	cells_changed(cell->machine);
	return true;
}

const char *cell_state_name(enum cell_state state)
{
	return names[state];
}
