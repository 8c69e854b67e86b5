/* SPDX-License-Identifier: GPL-2.0-only */
/* Dispatch of hypercalls; the ABI is in jailhouse/hypercall.h. */
#ifndef _CORE_HYPERCALL_H
#define _CORE_HYPERCALL_H

#include "machine.h"
#include "cell.h"
#include "cpu_events.h"

typedef long (*hypercall_fn)(struct cpu *cpu, u64 arg1, u64 arg2);

enum hypercall_caller {
	ANY_CELL,
	ROOT_CELL,
	MANAGEMENT,	/* root cell, one at a time */
};

/**
 * struct hypercall - what a code stands for
 * @handler: does it
 * @caller: who may ask for it
 */
struct hypercall {
	hypercall_fn handler;
	enum hypercall_caller caller;
};

extern const struct hypercall hypercalls[JAILHOUSE_NUM_HYPERCALLS];

/** hypercall_manage() - hypercall() for a management operation */
long hypercall_manage(struct cpu *cpu, u32 code, u64 arg1, u64 arg2);

/**
 * hypercall() - do what a guest asks for
 * @cpu: the calling CPU
 * @code: EAX
 * @arg1: RDI
 * @arg2: RSI
 *
 * All are hostile. The caller has to call cpu_events_process() before it enters the
 * guest again if cpu_requested(), and must not let an NMI or a VM exit of this CPU in
 * between reach another hypercall().
 *
 * After JAILHOUSE_HC_DISABLE returned 0 the CPU leaves VMX operation.
 *
 * Return: for EAX: 0 or a value on success, a negative errno otherwise. -ENOSYS: no such
 * code. -EPERM: not for this cell. Else see jailhouse/hypercall.h.
 */
static inline long hypercall(struct cpu *cpu, u32 code, u64 arg1, u64 arg2)
{
	const struct hypercall *call;

	if (code >= JAILHOUSE_NUM_HYPERCALLS)
		return -ENOSYS;
	call = &hypercalls[code];
	if (!cell_is_root(cpu->cell) && call->caller != ANY_CELL) {
		cpu_count(cpu, JAILHOUSE_CPU_STAT_DENIED);
		return -EPERM;
	}
	if (call->caller == MANAGEMENT)
		return hypercall_manage(cpu, code, arg1, arg2);
	return call->handler(cpu, arg1, arg2);
}

#endif
