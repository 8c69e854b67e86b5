/* SPDX-License-Identifier: GPL-2.0-only */
/* One CPU at a time manages. Nobody waits for this lock: whoever finds it taken is refused. */
#ifndef _CORE_OP_LOCK_H
#define _CORE_OP_LOCK_H

#include "errno.h"
#include "machine.h"

/**
 * op_lock() - become the CPU that manages
 * @op: of the machine
 *
 * Return: 0, or -EBUSY after a log_error(): another CPU does.
 */
static inline int op_lock(struct management_op *op)
{
	if (!__atomic_exchange_n(&op->busy, 1, __ATOMIC_ACQUIRE))
		return 0;
	log_error("another CPU is busy with a management operation");
	return -EBUSY;
}

/** op_unlock() - others may manage; by the CPU that op_lock() was 0 for */
static inline void op_unlock(struct management_op *op)
{
	__atomic_store_n(&op->busy, 0, __ATOMIC_RELEASE);
}

#endif
