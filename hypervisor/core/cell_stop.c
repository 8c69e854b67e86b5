// SPDX-License-Identifier: GPL-2.0-only
/* A cell is asked to shut down, and its CPUs are parked. */
#include "cell_internal.h"
#include "arch.h"
#include "cell_state.h"
#include "comm.h"
#include "cpu_events.h"

static int begin_asking(struct cell *cell, u32 timeout)
{
	struct management_op *op = &cell->machine->op;

	cell->request = comm_ask_shutdown(cell) ? REQUEST_ASKED_OVER : REQUEST_ASKED;
	op->deadline = arch_read_tsc() + (u64)timeout * cell->machine->tsc_khz;
	return -EINPROGRESS;
}

void cells_withdraw(struct machine *m)
{
	struct cell *cell;

	for_each_cell(m, cell) {
		comm_withdraw(cell);
		cell->request = REQUEST_NONE;
	}
}

static int wait_for_answer(struct cell *cell)
{
	if (arch_read_tsc() < cell->machine->op.deadline)
		return -EINPROGRESS;
	log_error("cell %s did not answer the request to shut down in time", cell->desc->name);
	return -ETIMEDOUT;
}

static int ask_again(struct cell *cell)
{
	comm_ask_shutdown(cell);
	cell->request = REQUEST_ASKED;
	return wait_for_answer(cell);
}

static const char *const denials[] = {
	[COMM_DENIED]	= "denied",
	[COMM_UNKNOWN]	= "does not know",
	[COMM_NONSENSE]	= "gave no valid answer to",
};

static int take_answer(struct cell *cell)
{
	const enum comm_answer answer = comm_answer(cell);

	if (answer == COMM_APPROVED) {
		cell->request = REQUEST_AGREED;
		return 0;
	}
	if (answer == COMM_PENDING)
		return wait_for_answer(cell);
	/* About another message, certainly or probably. */
	if (answer == COMM_RECEIVED ||
	    (answer != COMM_DENIED && cell->request == REQUEST_ASKED_OVER))
		return ask_again(cell);
	log_error("cell %s %s the request to shut down", cell->desc->name, denials[answer]);
	return -EPERM;
}

/* Return: 0 if the cell agrees to be shut down, or is not one that is asked. */
static int ask(struct cell *cell, u32 timeout)
{
	if (!cell_state_running(cell_state(cell)) || !comm_listens(cell) ||
	    cell->request == REQUEST_AGREED)
		return 0;
	if (cell->request == REQUEST_NONE)
		return begin_asking(cell, timeout);
	/* Repeated with a limit of nothing: whoever asks has no more time. */
	if (!timeout)
		cell->machine->op.deadline = 0;
	return take_answer(cell);
}

static bool all_parked(const struct cell *cell)
{
	const struct cpu *cpus = cell->machine->cpus;
	unsigned int n;

	for_each_cpu_in(n, &cell->cpus)
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
	err = cpu_suspend(self, &cell->cpus);
	if (err)
		return err;
	cell_park(cell);
	stopped = cell_state_event(cell, CELL_EVENT_STOP);
	cpu_resume(self, &cell->cpus);
	if (stopped)
		log_printf("Stopped cell %s\n", cell->desc->name);
	return 0;
}

int cell_settle(struct cell *cell)
{
	const u64 until = cell_slice_end(cell->machine);

	while (!arch_cell_settled(cell)) {
		if (arch_read_tsc() >= until)
			return -EAGAIN;
		arch_cpu_relax();
	}
	return 0;
}

int cell_shut_down(struct cpu *self, struct cell *cell, u32 timeout)
{
	int err = 0;

	cell_refresh(cell);
	if (timeout != JAILHOUSE_TIMEOUT_KILL)
		err = ask(cell, timeout);
	if (!err)
		err = stop_cpus(self, cell);
	return err ?: cell_settle(cell);
}

int cell_stop(struct cpu *self, u64 id, u32 timeout)
{
	int err;
	struct cell *cell = cell_find_managed(self->machine, id, &err);

	return cell ? cell_shut_down(self, cell, timeout) : err;
}

/*
 * All of them
 */

/* Once a cell has been asked, it does not matter what it has locked since. */
static bool is_first_to_ask(const struct cell *cell)
{
	return cell_state(cell) == CELL_RUNNING_LOCKED || cell->request != REQUEST_NONE;
}

/* Return: -EINPROGRESS while any of them has not answered, the errno of the first that denied. */
static int ask_cells(struct machine *m, u32 timeout, bool lockers_only)
{
	struct cell *cell;
	int err = 0, ret;

	for_each_cell(m, cell) {
		cell_refresh(cell);
		if (cell_is_root(cell) || (lockers_only && !is_first_to_ask(cell)))
			continue;
		ret = ask(cell, timeout);
		if (ret && ret != -EINPROGRESS)
			return ret;
		err = ret ?: err;
	}
	return err;
}

/* Stops all, or those that have agreed. One that cannot be stopped does not spare the others. */
static int stop_cells(struct cpu *self, bool all)
{
	struct cell *cell;
	int err = 0, ret;

	for_each_cell(self->machine, cell) {
		if (cell_is_root(cell) || !(all || cell->request == REQUEST_AGREED))
			continue;
		ret = stop_cpus(self, cell);
		err = err ?: ret;
	}
	return err;
}

int cells_stop(struct cpu *self, u64 arg, u32 timeout)
{
	struct machine *m = self->machine;
	int err = 0;

	if (arg) {
		log_error("to stop all cells takes no cell id");
		return -EINVAL;
	}
	if (timeout != JAILHOUSE_TIMEOUT_KILL)
		err = ask_cells(m, timeout, true) ?: ask_cells(m, timeout, false);
	if (err == -EINPROGRESS)
		return err;
	return stop_cells(self, !err) ?: err;
}
