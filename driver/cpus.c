// SPDX-License-Identifier: GPL-2.0-only
/*
 * Who has which CPU: taking them from Linux, giving them back, and keeping Linux from
 * onlining those that are not its own.
 */
#include "driver.h"

#include <linux/atomic.h>
#include <linux/cpu.h>
#include <linux/cpuhotplug.h>
#include <linux/cpumask.h>
#include <linux/topology.h>

/* CPUs that Linux may not online; read without a lock, since hotplug holds its own. */
static atomic64_t forbidden_cpus;
/* The threads of each CPU's core, itself included, while all are online. */
static u64 siblings[JAILHOUSE_MAX_CPUS];
static enum cpuhp_state online_state;
static enum cpuhp_state prepare_state;

static u64 to_u64(const struct cpumask *mask)
{
	unsigned int cpu;
	u64 result = 0;

	for_each_cpu(cpu, mask)
		if (cpu < JAILHOUSE_MAX_CPUS)
			result |= BIT_ULL(cpu);
	return result;
}

/** cpus_present() - CPUs that the machine has. */
u64 cpus_present(void)
{
	return to_u64(cpu_present_mask);
}

/** cpus_online() - CPUs that Linux runs on. */
u64 cpus_online(void)
{
	return to_u64(cpu_online_mask);
}

/**
 * cpus_of_root() - CPUs that belong to the root cell, online or not
 *
 * Context: jailhouse_lock is held.
 */
u64 cpus_of_root(void)
{
	const struct jailhouse_cell *cell;
	u64 cpus = cpus_present();

	list_for_each_entry(cell, &jailhouse_cells, node)
		if (cell_exists(cell))
			cpus &= ~cell->cpus;
	return cpus;
}

/** cpus_of_cells() - CPUs that cells other than the root cell have; any context. */
u64 cpus_of_cells(void)
{
	return atomic64_read(&forbidden_cpus) & cpus_present();
}

/** cpus_forbid() - Linux may not online the CPUs in @mask any more. */
void cpus_forbid(u64 mask)
{
	atomic64_or(mask, &forbidden_cpus);
}

/** cpus_allow() - undo cpus_forbid(). */
void cpus_allow(u64 mask)
{
	atomic64_andnot(mask, &forbidden_cpus);
}

/*
 * Called for each CPU that is to come online. One that a cell owns would never answer;
 * one that came into the machine later is unknown to the hypervisor.
 */
static int prepare_cpu(unsigned int cpu)
{
	if (cpu >= JAILHOUSE_MAX_CPUS)
		return hypervisor_enabled() ? -EBUSY : 0;
	return atomic64_read(&forbidden_cpus) & BIT_ULL(cpu) ? -EBUSY : 0;
}

/* A CPU comes up with the CR4 that Linux wants: see enter_here(). */
static int cpu_came_online(unsigned int cpu)
{
	unsigned long flags;

	local_irq_save(flags);
	if (hypervisor_enabled())
		compat_set_vmxe();
	local_irq_restore(flags);
	return 0;
}

/**
 * cpus_note_siblings() - remember which CPUs are threads of one core
 *
 * Linux forgets it of CPUs that go offline.
 *
 * Context: jailhouse_lock is held, all CPUs are online.
 */
void cpus_note_siblings(void)
{
	unsigned int cpu;

	for_each_online_cpu(cpu)
		if (cpu < JAILHOUSE_MAX_CPUS)
			siblings[cpu] = to_u64(topology_sibling_cpumask(cpu));
}

/**
 * cpus_warn_of_siblings() - tell of cores that a cell has only partly
 * @cell: a cell that was created
 *
 * Threads of a core share caches, buffers and execution units: nothing separates them.
 *
 * Context: jailhouse_lock is held.
 */
void cpus_warn_of_siblings(const struct jailhouse_cell *cell)
{
	unsigned int cpu, other;
	u64 foreign;

	for (cpu = 0; cpu < JAILHOUSE_MAX_CPUS; cpu++) {
		foreign = cell->cpus & BIT_ULL(cpu) ? siblings[cpu] & ~cell->cpus : 0;
		for (other = 0; other < JAILHOUSE_MAX_CPUS; other++)
			if (foreign & BIT_ULL(other))
				pr_warn("cell %s: CPU %u shares a core with CPU %u, which it does not have: each can slow down and observe the other\n",
					cell_name(cell), cpu, other);
	}
}

/**
 * cpus_give_back() - a cell does not use its CPUs any more
 * @cell: a cell that the hypervisor does not know, or not any more
 *
 * Those that Linux had online when they were taken come online again.
 *
 * Context: jailhouse_lock is held.
 */
void cpus_give_back(struct jailhouse_cell *cell)
{
	unsigned int cpu;
	int err;

	cpus_allow(cell->cpus);
	for (cpu = 0; cpu < JAILHOUSE_MAX_CPUS; cpu++) {
		if (!(cell->taken_cpus & BIT_ULL(cpu)))
			continue;
		err = add_cpu(cpu);
		if (err < 0)
			pr_err("CPU %u does not come back online (%d)\n", cpu, err);
	}
	cell->taken_cpus = 0;
}

/**
 * cpus_take() - take the CPUs of a cell from Linux
 * @cell: its configuration fits
 * @why: receives the reason
 *
 * Context: jailhouse_lock is held.
 *
 * Return: 0, -EINVAL for CPU 0, which Linux cannot go without, or what Linux returned for
 * a CPU that did not go offline. Then all are as they were.
 */
int cpus_take(struct jailhouse_cell *cell, struct reason *why)
{
	unsigned int cpu;
	int err;

	if (cell->cpus & 1)
		return refuse(why, -EINVAL, "CPU 0 cannot leave the root cell");
	cpus_forbid(cell->cpus);
	for (cpu = 0; cpu < JAILHOUSE_MAX_CPUS; cpu++) {
		if (!(cell->cpus & BIT_ULL(cpu)))
			continue;
		/* 1: it was offline, and remains so when the cell is gone. */
		err = remove_cpu(cpu);
		if (!err)
			cell->taken_cpus |= BIT_ULL(cpu);
		if (err < 0)
			goto undo;
	}
	return 0;

undo:
	cpus_give_back(cell);
	return refuse(why, err, "CPU %u does not go offline (%d)", cpu, err);
}

/** cpus_init() - watch CPUs come and go; when the module is loaded. */
int cpus_init(void)
{
	int ret;

	ret = cpuhp_setup_state_nocalls(CPUHP_BP_PREPARE_DYN, "jailhouse:prepare",
					prepare_cpu, NULL);
	if (ret < 0)
		return ret;
	prepare_state = ret;
	ret = cpuhp_setup_state_nocalls(CPUHP_AP_ONLINE_DYN, "jailhouse:online",
					cpu_came_online, NULL);
	if (ret < 0) {
		cpuhp_remove_state_nocalls(prepare_state);
		return ret;
	}
	online_state = ret;
	return 0;
}

/** cpus_exit() - undo cpus_init(). */
void cpus_exit(void)
{
	cpuhp_remove_state_nocalls(online_state);
	cpuhp_remove_state_nocalls(prepare_state);
}
