// SPDX-License-Identifier: GPL-2.0-only
/* The life of a cell between its creation and its end, and the end of all of them. */
#include "lifecycle.h"
#include "assemble.h"
#include "cell.h"
#include "creation.h"
#include "hypercall.h"
#include "images.h"
#include "order.h"
#include "reason.h"
#include "sysfs_cell.h"
#include "trace.h"

#include <linux/errno.h>
#include <linux/list.h>
#include <linux/minmax.h>
#include <linux/sched.h>

#include <jailhouse/comm_region.h>
#include <jailhouse/hypercall.h>

static bool is_running(long state)
{
	return state == JAILHOUSE_CELL_RUNNING || state == JAILHOUSE_CELL_RUNNING_LOCKED;
}

/*
 * Starting and stopping
 */

/* Stops the cell, if it runs and agrees, and copies what is staged to its memory. */
static int load(struct jh_cell *cell, struct reason *why)
{
	long ret;

	ret = jh_order_asking(cell, JAILHOUSE_HC_CELL_SET_LOADABLE, READ_ONCE(cell->timeout_ms),
			      why);
	jh_order_done(cell);
	return ret ?: jh_images_place(cell, why);
}

static int start(struct jh_cell *cell, struct reason *why)
{
	long ret;

	jh_failure_started(&cell->failure, current);
	ret = jh_order(JAILHOUSE_HC_CELL_START, cell->id, READ_ONCE(cell->timeout_ms), why);
	trace_jailhouse_cell_start(jh_cell_name(cell), cell->id, ret);
	jh_order_done(cell);
	return ret;
}

static int load_and_start(struct jh_cell *cell, struct reason *why)
{
	int err = 0;

	if (jh_images_staged(cell))
		err = load(cell, why);
	return err ?: start(cell, why);
}

/**
 * jh_cell_start() - create the cell if need be, load what is staged, let it run
 * @cell: a directory
 * @why: receives the reason
 *
 * Context: in an operation. Does nothing if the cell runs.
 *
 * Return: 0, those of jh_cell_create(), jh_images_check() and jh_images_place(), or the
 * hypervisor's. A cell that did not exist before does not exist after an error, or the reason
 * says that it is still to be destroyed.
 */
int jh_cell_start(struct jh_cell *cell, struct reason *why)
{
	bool existed = jh_cell_exists(cell) && !cell->to_be_destroyed;
	int err;

	if (existed && is_running(jh_hypercall_cell_state(cell->id)))
		return 0;
	err = jh_cell_config_ready(cell, why);
	if (!err)
		err = jh_cell_check_active(why);
	if (!err)
		err = jh_images_check(cell, why);
	if (!err)
		err = jh_cell_create(cell, why);
	if (err)
		return err;
	err = load_and_start(cell, why);
	return err && !existed ? jh_cell_undo_create(cell, err, why) : err;
}

/**
 * jh_cell_reload() - stop the cell if it runs and agrees, load what is staged, let it run
 * @cell: a directory
 * @why: receives the reason
 *
 * Context: jh_lock is held.
 *
 * Return: 0, the errno with which its configuration was refused, -EINVAL if the cell does
 * not exist, -ENODATA if there is no configuration or nothing is staged, those of
 * jh_images_check(), jh_images_place() and jh_cell_stop(), or the hypervisor's.
 */
int jh_cell_reload(struct jh_cell *cell, struct reason *why)
{
	int err;

	err = jh_cell_config_ready(cell, why);
	if (err)
		return err;
	if (!jh_cell_exists(cell) || cell->to_be_destroyed)
		return jh_refuse(why, -EINVAL,
				 "it was not created yet, there is nothing to reload");
	if (!jh_images_staged(cell))
		return jh_refuse(why, -ENODATA, "no image was written");
	err = jh_images_check(cell, why);
	return err ?: load_and_start(cell, why);
}

/**
 * jh_cell_stop() - shut a cell down, but keep what it has
 * @cell: a directory
 * @timeout_ms: what it gets to agree; JAILHOUSE_TIMEOUT_KILL: it is not asked
 * @why: receives the reason
 *
 * Context: in an operation. Does nothing if the cell does not run.
 *
 * Return: 0, -EPERM if it does not agree, -ETIMEDOUT if it does not answer, -EINTR after a
 * signal.
 */
int jh_cell_stop(struct jh_cell *cell, u32 timeout_ms, struct reason *why)
{
	long ret;

	if (!jh_cell_exists(cell) || !is_running(jh_hypercall_cell_state(cell->id)))
		return 0;
	ret = jh_order_asking(cell, JAILHOUSE_HC_CELL_STOP, timeout_ms, why);
	trace_jailhouse_cell_stop(jh_cell_name(cell), cell->id, ret);
	jh_order_done(cell);
	return ret;
}

/*
 * All of them
 */

/* They are asked at the same time: the one that may take longest decides. */
static u32 longest_timeout(void)
{
	const struct jh_cell *cell;
	u32 timeout_ms = 0;

	list_for_each_entry(cell, &jh_cells, node)
		if (jh_cell_exists(cell))
			timeout_ms = max(timeout_ms, READ_ONCE(cell->timeout_ms));
	return timeout_ms;
}

/**
 * jh_cells_stop_all() - shut all cells down, but keep what they have
 * @ask: ask them first
 * @why: receives the reason
 *
 * The hypervisor does it for all of them in one go: between two looks at a cell, which is
 * all that can be had from here, it can change its state. If one refuses, those that agreed
 * before are shut down all the same, and keep their CPUs and RAM.
 *
 * Context: jh_lock is held, the hypervisor is active.
 *
 * Return: 0, -EPERM or -ETIMEDOUT with the name of a cell in @why, -EINTR after a signal.
 */
int jh_cells_stop_all(bool ask, struct reason *why)
{
	u32 timeout_ms = ask ? longest_timeout() : JAILHOUSE_TIMEOUT_KILL;
	struct jh_cell *cell;
	struct reason own;
	long ret;

	ret = jh_order(JAILHOUSE_HC_CELLS_STOP, 0, timeout_ms, why);
	if (ret == -ETIMEDOUT) {
		own = *why;
		jh_refuse(why, 0, "%s; 'jailhouse disable --kill' does not ask", own.text);
	}
	list_for_each_entry(cell, &jh_cells, node)
		if (jh_cell_exists(cell))
			trace_jailhouse_cell_stop(jh_cell_name(cell), cell->id, ret);
	jh_sysfs_cells_notify();
	return ret;
}

/**
 * jh_cells_destroy_all() - destroy all cells, without asking
 * @why: receives the reason
 *
 * One that cannot be destroyed does not keep the others.
 *
 * Context: jh_lock is held.
 *
 * Return: 0, or the hypervisor's errno for the last that could not be destroyed.
 */
int jh_cells_destroy_all(struct reason *why)
{
	struct jh_cell *cell;
	int err = 0, ret;

	list_for_each_entry(cell, &jh_cells, node) {
		ret = jh_cell_destroy(cell, JAILHOUSE_TIMEOUT_KILL, why);
		if (ret)
			err = jh_order_of(cell, ret, why);
	}
	return err;
}
