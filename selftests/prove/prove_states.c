// SPDX-License-Identifier: GPL-2.0-only
/* SOURCES: core/cell_state.c */
/* OPTIONS: --unwind 3 --no-standard-checks */
/* QUICK: 1 s */
/* FAULT: core/cell_state.c s/START\]	= TO/LOCKS]	= TO/ */
/* FAULT: core/cell_state.c s/if (event > CELL_EVENT_GIVES_UP)/if (event > CELL_EVENT_START)/ */
/*
 * From any state, by any event: the state is one of four; only a start makes a cell run
 * that does not; a failed one stays so until then; what the hypervisor decides is shown to
 * the cell, and each change is told to Linux.
 */
#include "prove.h"
#include "cell_state.h"
#include "comm.h"

static unsigned int shown;

void comm_show_state(struct cell *cell, enum cell_state state)
{
	shown++;
	PROVE(state == cell->state, "what is shown is so");
}

int main(void)
{
	static struct jailhouse_log log;
	static struct machine machine = { .log = &log };
	static struct cell cell = { .machine = &machine };
	const u32 old = nondet_u32(), event = nondet_u32();
	bool changed;

	ASSUME(old <= CELL_FAILED && event < CELL_NUM_EVENTS);
	cell_state_init(&cell, old);
	changed = cell_state_event(&cell, event);
	REACHED();
	PROVE(cell.state <= CELL_FAILED, "a state that there is");
	PROVE(changed == (cell.state != old) && log.events == changed, "each change is told");
	PROVE(cell_state_running(old) || !cell_state_running(cell.state) ||
	      event == CELL_EVENT_START, "only a start makes a cell run");
	PROVE(old != CELL_FAILED || cell.state == CELL_FAILED || event == CELL_EVENT_START,
	      "a failed cell stays so");
	PROVE(event != CELL_EVENT_FAIL || !cell_state_running(cell.state), "a failure ends it");
	PROVE(event != CELL_EVENT_STOP || !cell_state_running(cell.state), "a stop ends it");
	PROVE(shown == (changed && event > CELL_EVENT_GIVES_UP),
	      "what the cell did not say itself is shown");
	return 0;
}
