// SPDX-License-Identifier: GPL-2.0-only
/*
 * Calls into the hypervisor. What they mean is in <jailhouse/hypercall.h>.
 */
#include "hypercall.h"
#include "log.h"
#include "operation.h"
#include "reason.h"
#include "trace.h"

#include <linux/err.h>
#include <linux/irqflags.h>
#include <linux/minmax.h>
#include <linux/rwsem.h>
#include <asm/alternative.h>
#include <asm/cpufeatures.h>
#include <asm/msr.h>

#include <jailhouse/hypercall.h>

/* How long to pause while the hypervisor waits for a cell. */
#define POLL_MIN_US	100
#define POLL_MAX_US	1000

DECLARE_RWSEM(jh_hypervisor_sem);
/* Written with jh_hypervisor_sem held for writing: there is somebody to answer hypercalls. */
bool jh_hypervisor_active;

/* Statistics use all 32 bits: only the last page of values is errors. */
static long to_result(u32 value)
{
	if (value >= (u32)-MAX_ERRNO)
		return (s32)value;
	return value;
}

/*
 * An interrupt that comes while the hypervisor works is taken right behind the call: not
 * where the hypervisor's ticks are counted.
 */
static long call(u32 code, u64 arg1, u64 arg2)
{
	unsigned long flags;
	u64 begin, ticks;
	u32 result;

	local_irq_save(flags);
	begin = rdtsc();
	asm volatile(ALTERNATIVE("vmcall", "vmmcall", X86_FEATURE_VMMCALL)
		     : "=a" (result) : "a" (code), "D" (arg1), "S" (arg2) : "memory");
	ticks = rdtsc() - begin;
	local_irq_restore(flags);
	trace_jailhouse_hypercall(code, to_result(result), ticks);
	return to_result(result);
}

/**
 * jh_hypercall() - have the hypervisor change something
 * @code: JAILHOUSE_HC_*
 * @arg1: first argument
 * @arg2: second argument; the time limit in calls that have one
 * @why: receives the reason, if it is refused
 *
 * Repeats the call while a cell's answer is outstanding, or while there is RAM to scrub.
 * Whoever has a reason not to wait (jh_operation_give_up()) shortens the time limit to nothing:
 * a cell that has not answered by now goes on as if it had not been asked.
 *
 * Context: process context, in an operation, the hypervisor is active. jh_lock is held,
 * but not while a cell, or the scrubbing, is waited for.
 *
 * Return: 0 or a value, those of jh_operation_give_up(), or the hypervisor's errno.
 */
long jh_hypercall(u32 code, u64 arg1, u64 arg2, struct reason *why)
{
	u32 seq = jh_log_error_seq(), pause = POLL_MIN_US;
	struct reason given_up_for;
	int given_up = 0;
	u64 limit = arg2;
	long ret;

	while ((ret = call(code, arg1, limit)) == -EINPROGRESS || ret == -EAGAIN) {
		if (ret == -EAGAIN) {
			jh_operation_pause(0);
			continue;
		}
		if (!given_up)
			given_up = jh_operation_give_up(&given_up_for);
		if (given_up && limit != JAILHOUSE_TIMEOUT_KILL)
			limit = 0;
		jh_operation_pause(pause);
		pause = min(2 * pause, (u32)POLL_MAX_US);
	}
	if (ret >= 0)
		return ret;
	if (given_up && ret == -ETIMEDOUT) {
		*why = given_up_for;
		return given_up;
	}
	if (!jh_log_error_since(seq, why))
		jh_refuse(why, ret, "the hypervisor refuses call %u (%ld)", code, ret);
	return ret;
}

/**
 * jh_hypercall_ask() - have the hypervisor tell something
 * @code: JAILHOUSE_HC_HYPERVISOR_GET_INFO, _CELL_GET_STATE, _CPU_GET_INFO, _CONSOLE_TAKE,
 *	_CONSOLE_TYPE
 * @arg1: first argument
 * @arg2: second argument
 *
 * Context: process context, jh_hypervisor_sem is not held.
 *
 * Return: a value, -ENODEV while there is no hypervisor, or its errno.
 */
long jh_hypercall_ask(u32 code, u64 arg1, u64 arg2)
{
	long ret = -ENODEV;

	down_read(&jh_hypervisor_sem);
	if (jh_hypervisor_active)
		ret = call(code, arg1, arg2);
	up_read(&jh_hypervisor_sem);
	return ret;
}

/**
 * jh_hypercall_register() - write to a register of Linux' end of a cell's device
 * @id: number of the cell
 * @address: of the register, see JAILHOUSE_HC_CELL_REGISTER
 * @val: what is written
 *
 * Context: any. While this CPU takes no interrupts the hypervisor neither comes nor goes: that
 * takes all CPUs (stop_machine()).
 *
 * Return: 0, -ENODEV while there is no hypervisor, -ENOENT if there is no such register, or cell.
 */
long jh_hypercall_register(int id, u32 address, u32 val)
{
	unsigned long flags;
	long ret = -ENODEV;

	local_irq_save(flags);
	if (READ_ONCE(jh_hypervisor_active))
		ret = call(JAILHOUSE_HC_CELL_REGISTER, JAILHOUSE_REGISTER(id, address, 1), val);
	local_irq_restore(flags);
	return ret;
}

/**
 * jh_hypervisor_enabled() - is this Linux the root cell?
 *
 * Any context. The answer may be old unless jh_lock is held.
 */
bool jh_hypervisor_enabled(void)
{
	return READ_ONCE(jh_hypervisor_active);
}

/** jh_hypercall_cell_state() - JAILHOUSE_CELL_* of comm_region.h, or a negative errno. */
long jh_hypercall_cell_state(int id)
{
	return jh_hypercall_ask(JAILHOUSE_HC_CELL_GET_STATE, id, 0);
}
