// SPDX-License-Identifier: GPL-2.0-only
/* Orders to the hypervisor that are about cells, and what is told of them. */
#include "order.h"
#include "cell.h"
#include "hypercall.h"
#include "poll.h"
#include "reason.h"
#include "sysfs_cell.h"

#include <linux/errno.h>

/**
 * jh_order() - a hypercall that changes something
 * @code: JAILHOUSE_HC_*
 * @arg1: its first argument
 * @arg2: its second argument
 * @why: receives the reason
 *
 * The hypervisor tells in its log what it does: nobody is to wait for the next poll.
 *
 * Context: in an operation.
 *
 * Return: as jh_hypercall().
 */
long jh_order(u32 code, u64 arg1, u64 arg2, struct reason *why)
{
	long ret = jh_hypercall(code, arg1, arg2, why);

	jh_poll_now();
	return ret;
}

/**
 * jh_order_asking() - one that asks the cell to shut down
 * @cell: the cell, which exists
 * @code: JAILHOUSE_HC_*, whose first argument is a cell and whose second is a timeout
 * @timeout_ms: what it gets to agree; JAILHOUSE_TIMEOUT_KILL: it is not asked
 * @why: receives the reason. One that does not answer may never do so: it then says, too, what
 *	else the user can do
 *
 * Context: in an operation.
 *
 * Return: as jh_hypercall(); -ETIMEDOUT if the cell does not answer.
 */
long jh_order_asking(struct jh_cell *cell, u32 code, u32 timeout_ms, struct reason *why)
{
	long ret = jh_order(code, cell->id, timeout_ms, why);
	struct reason own;

	if (ret == -ETIMEDOUT) {
		own = *why;
		jh_refuse(why, 0, "%s; 'jailhouse cell kill %s' does not ask it", own.text,
			  jh_cell_name(cell));
	}
	return ret;
}

/**
 * jh_order_done() - tell sysfs what an order has changed, without waiting for the next poll
 * @cell: the cell
 *
 * Context: in an operation.
 */
void jh_order_done(struct jh_cell *cell)
{
	if (cell->sysfs)
		jh_sysfs_cell_notify(cell->sysfs);
}

/**
 * jh_order_of() - the reason of one cell, told by another item
 * @cell: the cell
 * @err: its errno, or 0
 * @why: its reason, which then names it
 *
 * Context: any.
 *
 * Return: @err.
 */
int jh_order_of(const struct jh_cell *cell, int err, struct reason *why)
{
	struct reason own = *why;

	return err ? jh_refuse(why, err, "cells/%s: %s", jh_cell_name(cell), own.text) : 0;
}
