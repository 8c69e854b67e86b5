// SPDX-License-Identifier: GPL-2.0-only
/*
 * What happens to a cell outside of management operations: it says in which state it is, or
 * one of its CPUs does what it must not.
 */
#include "cell_internal.h"
#include "arch.h"
#include "cell_state.h"
#include "comm.h"
#include "cpu_events.h"
#include "format.h"
#include "link.h"

/* Milliseconds between two lines about a cell, and how many may come at once. */
#define NOTE_INTERVAL	1000
#define NOTE_BURST	10

/*
 * Logs what a cell says about itself, at a limited rate: the cell decides how often it says
 * something new, and whoever reads its state, how often we look.
 */
static void __printf(2, 3) note(struct cell *cell, const char *fmt, ...)
{
	const u64 interval = (u64)cell->machine->tsc_khz * NOTE_INTERVAL;
	char text[80];
	va_list ap;

	if (!log_ratelimit(&cell->note_limit, arch_read_tsc(), interval, NOTE_BURST))
		return;
	va_start(ap, fmt);
	fmt_vsnprintf(text, sizeof(text), fmt, ap);
	va_end(ap);
	log_printf("Cell %s: %s\n", cell->desc->name, text);
}

void cell_park(struct cell *cell)
{
	unsigned int n;

	/* First: where all CPUs are parked, RAM may be scrubbed. */
	links_run(cell, false);
	arch_cell_run(cell, false);
	for_each_cpu_in(n, &cell->cpus)
		cpu_post(&cell->machine->cpus[n], CPU_REQ_PARK);
}

/* Return: false if it says what the hypervisor knows already, or nonsense. */
static bool reported_event(struct cell *cell, enum cell_event *event)
{
	const enum cell_state state = cell_state(cell);
	u32 reported;

	if (!cell->comm || !cell_state_running(state))
		return false;

	reported = comm_reported_state(cell);
	if (reported == (u32)state)
		return false;

	switch (reported) {
	case JAILHOUSE_CELL_RUNNING:
		*event = CELL_EVENT_UNLOCKS;
		return true;
	case JAILHOUSE_CELL_RUNNING_LOCKED:
		*event = CELL_EVENT_LOCKS;
		return true;
	case JAILHOUSE_CELL_SHUT_DOWN:
		*event = CELL_EVENT_SHUTS_DOWN;
		return true;
	case JAILHOUSE_CELL_FAILED:
		*event = CELL_EVENT_GIVES_UP;
		return true;
	case JAILHOUSE_CELL_FAILED_COMM_REV:
		note(cell, "does not know revision %d of the comm region",
		     JAILHOUSE_COMM_REVISION);
		*event = CELL_EVENT_GIVES_UP;
		return true;
	default:
		/* Once it is replaced, it does not count again. */
		comm_correct_state(cell, reported, state);
		note(cell, "there is no state 0x%x", reported);
		return false;
	}
}

void cell_refresh(struct cell *cell)
{
	enum cell_event event;

	if (!reported_event(cell, &event) || !cell_state_event(cell, event))
		return;
	note(cell, "%s", cell_state_name(cell_state(cell)));
	if (!cell_state_running(cell_state(cell)))
		cell_park(cell);
}

void cell_fail(struct cpu *cpu, const char *fmt, ...)
{
	struct cell *cell = cpu->cell;
	char what[160];
	va_list ap;

	va_start(ap, fmt);
	fmt_vsnprintf(what, sizeof(what), fmt, ap);
	va_end(ap);
	/*
	 * The last thing that operating systems try in order to restart is a triple fault. Whoever
	 * saw first that the cell has shut down may not have parked it yet.
	 */
	cell_refresh(cell);
	if (cell_state(cell) == CELL_SHUT_DOWN) {
		log_printf("Cell %s has shut down, CPU %u: %s\n", cell->desc->name, cpu->id, what);
		cell_park(cell);
		return;
	}
	log_printf("Cell %s failed, CPU %u: %s\n", cell->desc->name, cpu->id, what);

	cpu->failed = true;
	if (cell_is_root(cell)) {
		cpu_post(cpu, CPU_REQ_PARK);
		return;
	}
	log_failure(cell->id, what);
	cell_state_event(cell, CELL_EVENT_FAIL);
	cell_park(cell);
}
