/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What CPUs ask of each other: stop for a moment, park, start, flush.
 *
 * All of it is in one word per CPU, cpu.requests, which changes by atomic operations
 * only. Whoever asks sets bits and then kicks; the CPU looks at the word after each kick
 * and before it enters its guest for the first time. A kick that comes too early, too
 * late or twice does no harm.
 */
#ifndef _CORE_CPU_EVENTS_H
#define _CORE_CPU_EVENTS_H

#include "machine.h"

/** cpu_count() - count an event of the calling CPU, JAILHOUSE_CPU_STAT_* @stat. */
static inline void cpu_count(struct cpu *cpu, unsigned int stat)
{
	cpu->stats[stat]++;
}

/**
 * cpu_requested() - is there anything for cpu_events_process() to do?
 * @cpu: the calling CPU
 *
 * A pending NMI counts as well.
 */
static inline bool cpu_requested(const struct cpu *cpu)
{
	return __atomic_load_n(&cpu->requests, __ATOMIC_RELAXED) != 0;
}

/**
 * cpu_suspend() - hold CPUs in the hypervisor
 * @self: the calling CPU; it may be in @cpus and is left out
 * @cpus: which; all are under control of the hypervisor
 *
 * Returns when all of them are in cpu_events_process() and stay there, so that their
 * page tables, bitmaps and struct cpu may be changed. Only for the management operation
 * that is under way: two CPUs that suspend each other would wait for ever.
 *
 * Return: 0, or -ETIMEDOUT after a log_error() that names the CPU, when one does not
 * come within 100 ms. None is suspended then.
 */
int cpu_suspend(struct cpu *self, const struct cpu_set *cpus);

/**
 * cpu_resume() - let suspended CPUs go on
 * @self: the calling CPU; it may be in @cpus and is left out
 * @cpus: which
 *
 * Does not wait: they may be suspended again at once.
 */
void cpu_resume(struct cpu *self, const struct cpu_set *cpus);

/**
 * cpu_post() - ask something of a CPU
 * @target: the CPU, also the calling one
 * @requests: CPU_REQ_* except CPU_REQ_SUSPEND
 *
 * A second NMI that comes before the first was taken is a second one; see cpu_take_nmis().
 *
 * CPU_REQ_PARK and CPU_REQ_RESET cancel what came before and was not looked at yet:
 * the last one counts. No kick is sent to the calling CPU (it has to call
 * cpu_events_process() before it enters its guest again) nor to a suspended one, which
 * looks at its requests when it is resumed.
 *
 * May be called on any CPU in any context; takes no lock and waits for nobody.
 */
void cpu_post(struct cpu *target, u32 requests);

/**
 * cpu_assign() - give a CPU to a cell, idle
 * @cpu: a suspended CPU
 * @cell: its new owner
 * @wait_for_sipi: SIPI starts it, not only a reset
 *
 * What was asked of it under its former owner is forgotten, except a wish to suspend it.
 * Before it executes another instruction it leaves that owner, see arch_cpu_moved().
 */
void cpu_assign(struct cpu *cpu, struct cell *cell, bool wait_for_sipi);

/**
 * cpu_events_process() - do what others asked of this CPU
 * @cpu: the calling CPU
 *
 * Blocks for as long as the CPU is suspended. Afterwards its cell may be another one
 * than before, and its requests are done in this order: LEAVE, PARK, RESET, INIT, SIPI.
 * What comes behind a RESET is left, so that the CPU can be reset first: call again while
 * cpu_events_left().
 * A new owner calls arch_cpu_moved(), then FLUSH arch_flush_stage2(), both with the new cell
 * in cpu->cell and before any of these. INIT does not reach
 * a CPU of a stopped cell. NMIs stay pending, see cpu_take_nmis().
 *
 * Return: what the CPU has to do now. CPU_PARK is returned by each call for as long as
 * the CPU is parked, also when it is idle already.
 */
enum cpu_action cpu_events_process(struct cpu *cpu);

/** cpu_events_left() - is there more to do than NMIs? */
static inline bool cpu_events_left(const struct cpu *cpu)
{
	return __atomic_load_n(&cpu->requests, __ATOMIC_RELAXED) & ~(u32)CPU_REQ_NMIS;
}

/**
 * cpu_take_nmis() - how many NMIs were asked for?
 * @cpu: the calling CPU
 *
 * Return: 0, 1, or 2 for two and more. They are forgotten.
 */
unsigned int cpu_take_nmis(struct cpu *cpu);

/**
 * cpu_left() - this CPU is out of the hypervisor's reach
 * @cpu: the calling CPU
 *
 * The last thing that the architecture calls after CPU_LEAVE, out of VMX operation and
 * away from all tables that go away: machine_disable() waits for it.
 */
void cpu_left(struct cpu *cpu);

#endif
