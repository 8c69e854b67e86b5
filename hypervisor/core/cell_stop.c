// SPDX-License-Identifier: GPL-2.0-only
/* A cell is asked to shut down, and its CPUs are parked. */
#include "cell_internal.h"
#include "arch.h"
#include "cell_state.h"
#include "comm.h"
#include "cpu_events.h"

/* Not the root cell; NULL comes with the reason in @err. */
struct cell *cell_find_managed(struct machine *m, u64 id, int *err)
{
	struct cell *cell = cell_find(m, id);

	if (!cell) {
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

static int begin_asking(struct cell *cell, u32 timeout)
{
	struct management_op *op = &cell->machine->op;

	op->phase = comm_ask_shutdown(cell) ? PHASE_ASKED_OVER : PHASE_ASKED;
	op->deadline = arch_read_tsc() + (u64)timeout * cell->machine->tsc_khz;
	return -EINPROGRESS;
}

static int wait_for_answer(struct cell *cell)
{
	if (arch_read_tsc() < cell->machine->op.deadline)
		return -EINPROGRESS;
	comm_withdraw(cell);
	log_error("cell %s did not answer the request to shut down in time", cell->desc->name);
	return -ETIMEDOUT;
}

static int ask_again(struct cell *cell)
{
	comm_ask_shutdown(cell);
	cell->machine->op.phase = PHASE_ASKED;
	return wait_for_answer(cell);
}

static const char *const refusals[] = {
	[COMM_DENIED]	= "denied",
	[COMM_UNKNOWN]	= "does not know",
	[COMM_NONSENSE]	= "gave no valid answer to",
};

/* Return: 0 if the cell agrees to be shut down. */
static int ask(struct cell *cell, u32 timeout)
{
	const u32 phase = cell->machine->op.phase;
	enum comm_answer answer;

	if (phase == PHASE_BEGIN)
		return begin_asking(cell, timeout);

	answer = comm_answer(cell);
	if (answer == COMM_APPROVED)
		return 0;
	/* Repeated with a limit of nothing: whoever asks has no more time. */
	if (!timeout)
		cell->machine->op.deadline = 0;
	if (answer == COMM_PENDING)
		return wait_for_answer(cell);
	/* About another message, certainly or probably. */
	if (answer == COMM_RECEIVED ||
	    (answer != COMM_DENIED && phase == PHASE_ASKED_OVER))
		return ask_again(cell);
	log_error("cell %s %s the request to shut down", cell->desc->name, refusals[answer]);
	return -EPERM;
}

static bool all_parked(const struct cell *cell)
{
	const struct cpu *cpus = cell->machine->cpus;
	unsigned int n;

	for_each_cpu_in(n, cell->cpus)
		if (!__atomic_load_n(&cpus[n].parked, __ATOMIC_ACQUIRE) ||
		    __atomic_load_n(&cpus[n].wait_for_sipi, __ATOMIC_RELAXED))
			return false;
	return true;
}

/* Afterwards none of its CPUs executes an instruction of the cell. */
static int stop_cpus(struct cpu *self, struct cell *cell)
{
	bool stopped;
	int err;

	if (!cell_state_running(cell_state(cell)) && all_parked(cell))
		return 0;
	err = cpu_suspend(self, cell->cpus);
	if (err)
		return err;
	cell_park(cell);
	stopped = cell_state_event(cell, CELL_EVENT_STOP);
	cpu_resume(self, cell->cpus);
	if (stopped)
		log_printf("Stopped cell %s\n", cell->desc->name);
	return 0;
}

int cell_shut_down(struct cpu *self, struct cell *cell, u32 timeout)
{
	int err = 0;

	cell_refresh(cell);
	if (timeout == JAILHOUSE_TIMEOUT_KILL)
		comm_withdraw(cell);
	else if (cell_state_running(cell_state(cell)) && comm_listens(cell))
		err = ask(cell, timeout);
	return err ?: stop_cpus(self, cell);
}

int cell_stop(struct cpu *self, u64 id, u32 timeout)
{
	int err;
	struct cell *cell = cell_find_managed(self->machine, id, &err);

	return cell ? cell_shut_down(self, cell, timeout) : err;
}
