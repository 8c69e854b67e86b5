/* SPDX-License-Identifier: GPL-2.0-only */
/* Dispatch of hypercalls; the ABI is in jailhouse/hypercall.h. */
#ifndef _CORE_HYPERCALL_H
#define _CORE_HYPERCALL_H

#include "machine.h"

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
long hypercall(struct cpu *cpu, u32 code, u64 arg1, u64 arg2);

#endif
