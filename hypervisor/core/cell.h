/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Life of a cell: created, started, stopped, destroyed.
 *
 * cell_create(), cell_start(), cell_set_loadable(), cell_stop() and cell_destroy() are
 * called by the one management operation that is under way (hypercall.c sees to it),
 * on a CPU of the root cell. None of them takes long: what has to wait for the cell's
 * answer returns -EINPROGRESS, and what has more RAM to scrub returns -EAGAIN. It keeps in
 * the cell how far it got, and is called again with the same arguments. Each other
 * negative result comes after a log_error() with the reason, and then everything is as it
 * was before.
 */
#ifndef _CORE_CELL_H
#define _CORE_CELL_H

#include "machine.h"

/**
 * cell_init_root() - make the root cell
 * @m: machine with system, pool, log and the present CPUs set
 *
 * The root cell gets every region of its configuration except hypervisor memory, of
 * which it can only read the log, its ports, and all present CPUs. arch_cell_create() is
 * called for it as for any other cell, before @m->root is set; its id is 0.
 *
 * Hypervisor memory is taken to be mapped linearly from @m->log to @m->pool.
 *
 * Return: 0. -ENOMEM, or an error of arch_cell_create(), after a log_error(); nothing is
 * left behind.
 */
int cell_init_root(struct machine *m);

/** cell_is_root() - is @cell the root cell? */
static inline bool cell_is_root(const struct cell *cell)
{
	return cell->id == 0;
}

/**
 * cell_find() - the cell with a number
 * @m: the machine
 * @id: any number
 *
 * CPUs of the root cell may call it without a lock: the list changes only while all of
 * them but one are suspended.
 *
 * Return: NULL if there is none.
 */
struct cell *cell_find(struct machine *m, u64 id);

/**
 * cell_create() - make a cell of a configuration
 * @self: the calling CPU
 * @config_gpa: where the root cell has the configuration
 *
 * Return: its id. -EAGAIN: the RAM that it got is being scrubbed. -EPERM: another cell has
 * locked the configuration. -EFAULT: the configuration is not in RAM of the root cell.
 * -ENOMEM. -ETIMEDOUT: a CPU did not react. -EBUSY: it wants the calling CPU.
 * And what config_check.h lists.
 */
int cell_create(struct cpu *self, u64 config_gpa);

/**
 * cell_start() - reset the CPUs of a cell
 * @self: the calling CPU
 * @id: of the cell
 * @timeout: not used: a running cell is left alone
 *
 * Takes the LOADABLE regions from the root cell again.
 *
 * Return: 0, also if it runs already. -ENOENT, -EINVAL (the root cell), -ENOMEM,
 * -ETIMEDOUT: a CPU did not react.
 */
int cell_start(struct cpu *self, u64 id, u32 timeout);

/**
 * cell_stop() - shut a cell down, and keep it
 * @self: the calling CPU
 * @id: of the cell
 * @timeout: milliseconds that it has to answer, or JAILHOUSE_TIMEOUT_KILL
 *
 * A failed cell stays failed.
 *
 * Return: 0, also if it does not run. -EINPROGRESS. -EPERM: the cell denied.
 * -ETIMEDOUT: no answer, or a CPU did not react. -ENOENT, -EINVAL (the root cell).
 */
int cell_stop(struct cpu *self, u64 id, u32 timeout);

/**
 * cells_stop() - shut all cells down, and keep them
 * @self: the calling CPU
 * @arg: 0
 * @timeout: milliseconds that they have to answer, or JAILHOUSE_TIMEOUT_KILL
 *
 * Cells that have locked the configuration are asked first, as they have said that they
 * care; then all others at once. When all have agreed, all are stopped. When one has not,
 * those that agreed are stopped as well, since they are on their way down, and the others
 * go on as if they had not been asked.
 *
 * With JAILHOUSE_TIMEOUT_KILL it does not matter what a cell is or says.
 *
 * Return: 0. -EINPROGRESS. -EPERM: one denied, which is named. -ETIMEDOUT: one did not
 * answer, or a CPU did not react; all cells whose CPUs did are stopped then. -EINVAL: @arg.
 */
int cells_stop(struct cpu *self, u64 arg, u32 timeout);

/**
 * cell_set_loadable() - shut a cell down and let the root cell write to it
 * @self: the calling CPU
 * @id: of the cell
 * @timeout: as in cell_stop()
 *
 * Return: as cell_stop(), and -ENOMEM.
 */
int cell_set_loadable(struct cpu *self, u64 id, u32 timeout);

/**
 * cell_destroy() - shut a cell down and give back all it had
 * @self: the calling CPU
 * @id: of the cell
 * @timeout: as in cell_stop()
 *
 * Return: as cell_stop(). -EPERM also when another cell has locked the configuration.
 * -EAGAIN: its RAM is being scrubbed.
 */
int cell_destroy(struct cpu *self, u64 id, u32 timeout);

/**
 * cell_drop_unfinished() - undo the creation that nobody goes on with
 * @self: the calling CPU
 *
 * Return: 0, also if there is none. -ETIMEDOUT: a CPU did not react; then the cell stays as
 * it is, and nobody can do anything with it but this.
 */
int cell_drop_unfinished(struct cpu *self);

/**
 * cells_withdraw() - no cell is asked to shut down any more
 * @m: the machine
 *
 * At the end of each operation, however it ended: no request outlives it.
 */
void cells_withdraw(struct machine *m);

/**
 * cell_refresh() - take note of what a cell says about its state
 * @cell: any cell
 *
 * If it says that it is down, its CPUs are parked. CPUs of the root cell may call it
 * without a lock.
 */
void cell_refresh(struct cell *cell);

/**
 * cell_fail() - a CPU did what its cell must not do
 * @cpu: the calling CPU
 * @fmt: what it did, one line without newline
 *
 * Marks CPU and cell failed and has all CPUs of the cell parked; of the root cell only
 * this one. Of a cell that says that it has shut down, the CPU is parked and that is all.
 * The caller has to call cpu_events_process() before it enters the guest again. Takes no
 * lock but the log's and that of PCI configuration space, waits for nobody, touches no other
 * cell.
 */
void __printf(2, 3) cell_fail(struct cpu *cpu, const char *fmt, ...);

#endif
