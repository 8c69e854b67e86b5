// SPDX-License-Identifier: GPL-2.0-only
/*
 * All CPUs cross at once, from Linux to the hypervisor and back.
 */
#include "crossing.h"
#include "cpus.h"
#include "firmware.h"
#include "handover.h"
#include "hypercall.h"
#include "log.h"
#include "reason.h"
#include "trace.h"
#include "transition.h"
#include "virt.h"

#include <linux/atomic.h>
#include <linux/cpumask.h>
#include <linux/rwsem.h>
#include <linux/stop_machine.h>
#include <asm/msr.h>
#include <asm/special_insns.h>

#include <jailhouse/console.h>
#include <jailhouse/cell_config.h>
#include <jailhouse/hypercall.h>
#include <jailhouse/image_header.h>

/**
 * struct handover - what the CPUs share meanwhile
 * @mem: hypervisor memory
 * @transition_cr3: physical address of the transition page table
 * @entry: address of the hypervisor's entry() in it
 * @arrived: number of CPUs that have made their checks
 * @err: why none of them enters
 * @why: the sentence
 * @result: of the CPUs, the first one that is not 0
 */
struct handover {
	struct hypervisor_memory *mem;
	u64 transition_cr3;
	u64 entry;
	atomic_t arrived;
	atomic_t err;
	struct reason why;
	atomic_t result;
};

/*
 * Entering
 */

/* Waits until all CPUs are here. They are in stop_machine(), with interrupts off. */
static void meet(atomic_t *arrived)
{
	atomic_inc_return(arrived);
	while (atomic_read_acquire(arrived) < num_online_cpus())
		cpu_relax();
}

/* The last look, where nothing can change any more. */
static void check_before_entry(struct handover *handover, unsigned int cpu)
{
	struct reason why;
	int err = 0;

	if (jh_virt->in_use())
		err = jh_refuse(&why, -EBUSY, "%s is in use on CPU %u", jh_virt->name, cpu);
	else if (cpu == cpumask_first(cpu_online_mask))
		err = jh_cpus_check_enlisted(&why);
	if (err && !atomic_cmpxchg(&handover->err, 0, err))
		handover->why = why;
}

static int enter_here(void *arg)
{
	struct handover *handover = arg;
	unsigned int cpu = smp_processor_id();
	u64 begin;
	int err;

	check_before_entry(handover, cpu);
	if (cpu == cpumask_first(cpu_online_mask))
		jh_transition_copy_kernel_half(handover->mem);
	meet(&handover->arrived);
	if (atomic_read(&handover->err))
		return 0;

	jh_virt->claim();
	handover->mem->boot->cpus[cpu].linux_cr3 = __read_cr3();
	begin = rdtsc();
	err = jh_handover_enter(handover->transition_cr3, handover->entry, cpu);
	trace_jailhouse_enter(err, rdtsc() - begin);
	if (err)
		jh_virt->release();
	else	/* here, where no CPU can come online: see cpu_came_online() */
		WRITE_ONCE(jh_hypervisor_active, true);
	atomic_cmpxchg(&handover->result, 0, err);
	return 0;
}

/**
 * jh_crossing_enter() - make this Linux a guest of the hypervisor
 * @mem: hypervisor memory, ready to be entered
 * @why: receives the reason
 *
 * Context: jh_lock is held, the hypervisor is not active.
 *
 * Return: 0, -EBUSY if somebody uses what it needs or a CPU has come or gone, or the
 * hypervisor's errno: no CPU is a guest then.
 */
int jh_crossing_enter(struct hypervisor_memory *mem, struct reason *why)
{
	struct handover handover = {
		.mem = mem,
		.transition_cr3 = mem->phys + mem->boot->transition_offset,
		.entry = mem->header->entry,
	};
	int err;

	down_write(&jh_hypervisor_sem);
	err = stop_machine(enter_here, &handover, cpu_online_mask);
	if (err) {
		jh_refuse(why, err, "the CPUs cannot be stopped (%d)", err);
		goto unlock;
	}
	err = atomic_read(&handover.err);
	if (err) {
		*why = handover.why;
		goto unlock;
	}
	err = atomic_read(&handover.result);
	if (err)
		jh_refuse(why, err, "%.*s", JAILHOUSE_BOOT_ERROR_SIZE, mem->boot->error);
unlock:
	up_write(&jh_hypervisor_sem);
	return err;
}

/*
 * Leaving
 */

static int leave_here(void *arg)
{
	struct handover *handover = arg;
	u64 begin = rdtsc();
	int err;

	err = jh_handover_leave(num_online_cpus());
	trace_jailhouse_hypercall(JAILHOUSE_HC_DISABLE, err, rdtsc() - begin);
	if (!err) {
		jh_virt->release();
		WRITE_ONCE(jh_hypervisor_active, false);
	}
	atomic_cmpxchg(&handover->result, 0, err);
	return 0;
}

/**
 * jh_crossing_leave() - make this Linux nobody's guest again
 * @why: receives the reason
 *
 * Context: jh_lock is held, the hypervisor is active, its log is open.
 *
 * Return: 0, or the hypervisor's errno: then all CPUs are its guests as before.
 */
int jh_crossing_leave(struct reason *why)
{
	struct handover handover = {};
	u32 seq = jh_log_error_seq();
	int err;

	down_write(&jh_hypervisor_sem);
	err = stop_machine(leave_here, &handover, cpu_online_mask);
	if (!err)
		err = atomic_read(&handover.result);
	up_write(&jh_hypervisor_sem);
	if (err && !jh_log_error_since(seq, why))
		jh_refuse(why, err, "the hypervisor refuses to go (%d)", err);
	return err;
}
