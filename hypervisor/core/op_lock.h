/* SPDX-License-Identifier: GPL-2.0-only */
/* Who manages at this moment: one CPU, or all that disable the hypervisor together. */
#ifndef _CORE_OP_LOCK_H
#define _CORE_OP_LOCK_H

#include "machine.h"

/* machine.op.busy */
enum op_lock {
	OP_FREE,
	OP_TAKEN,	/* by a management operation */
	OP_CHECKING,	/* a CPU looks whether the hypervisor may be disabled */
	OP_GATHERING,	/* it waits for the others */
};

/**
 * op_lock() - try to become who manages
 * @op: of the machine
 * @how: what for
 * @found: receives what keeps this CPU out
 *
 * Return: true if nobody else does.
 */
static inline bool op_lock(struct management_op *op, u32 how, u32 *found)
{
	*found = OP_FREE;
	return __atomic_compare_exchange_n(&op->busy, found, how, false,
					   __ATOMIC_ACQUIRE, __ATOMIC_ACQUIRE);
}

static inline void op_unlock(struct management_op *op)
{
	__atomic_store_n(&op->busy, OP_FREE, __ATOMIC_RELEASE);
}

#endif
