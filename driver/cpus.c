// SPDX-License-Identifier: GPL-2.0-only
/*
 * Who has which CPU: taking them from Linux, giving them back, and keeping Linux from
 * onlining those that are not its own.
 */
#define pr_fmt(fmt)	KBUILD_MODNAME ": " fmt

#include "cpus.h"
#include "cell.h"
#include "compare.h"
#include "hypercall.h"
#include "reason.h"
#include "virt.h"

#include <linux/bitmap.h>
#include <linux/cpu.h>
#include <linux/cpuhotplug.h>
#include <linux/cpumask.h>
#include <linux/list.h>
#include <linux/printk.h>
#include <linux/string.h>
#include <linux/topology.h>

#include <jailhouse/console.h>
#include <jailhouse/cell_config.h>
#include <cpu_set.h>

/* Ids below can be named by an I/O APIC or a message. */
#define DEVICE_APIC_ID_END	255

/*
 * jh_cpus_known - CPUs that the hypervisor runs on
 *
 * Those that were online when it was about to be enabled. The others are absent until it is
 * disabled: they stay in Linux's idle loop, the hypervisor never touches them.
 *
 * Changes under jh_lock, while the hypervisor is not active.
 */
struct cpu_set jh_cpus_known;

/* CPUs that Linux may not online; read without a lock, since hotplug holds its own. */
static DECLARE_BITMAP(withheld_cpus, JAILHOUSE_MAX_CPUS);
/* The lowest of the threads of each CPU's core, while all that are known are online. */
static unsigned int core_of[JAILHOUSE_MAX_CPUS];
static enum cpuhp_state online_state;
static enum cpuhp_state prepare_state;

static void withhold(const struct cpu_set *cpus)
{
	unsigned int cpu;

	for_each_cpu_in(cpu, cpus)
		set_bit(cpu, withheld_cpus);
}

static void allow(const struct cpu_set *cpus)
{
	unsigned int cpu;

	for_each_cpu_in(cpu, cpus)
		clear_bit(cpu, withheld_cpus);
}

static struct cpu_set absent_cpus(void)
{
	struct cpu_set all;

	memset(&all, 0xff, sizeof(all));
	return cpu_set_without(&all, &jh_cpus_known);
}

/**
 * jh_cpus_enlist() - the CPUs that are online now are those of the hypervisor
 *
 * No other one comes online before jh_cpus_dismiss(). Linux forgets which threads belong to
 * one core when they go offline, so that is noted, too.
 *
 * Context: jh_lock is held, the hypervisor is not active.
 */
void jh_cpus_enlist(void)
{
	struct cpu_set absent;
	unsigned int cpu;

	memset(&jh_cpus_known, 0, sizeof(jh_cpus_known));
	cpus_read_lock();
	for_each_online_cpu(cpu) {
		if (cpu >= JAILHOUSE_MAX_CPUS)
			continue;
		cpu_set_add(&jh_cpus_known, cpu);
		core_of[cpu] = cpumask_first(topology_sibling_cpumask(cpu));
	}
	absent = absent_cpus();
	withhold(&absent);
	cpus_read_unlock();
}

/** jh_cpus_dismiss() - undo jh_cpus_enlist(): absent CPUs may come online again. */
void jh_cpus_dismiss(void)
{
	struct cpu_set absent = absent_cpus();

	allow(&absent);
}

static int refuse_number(unsigned int cpu, struct reason *why)
{
	return jh_refuse(why, -E2BIG, "CPU %u: there may be %u CPUs at most (boot with maxcpus=)",
			 cpu, JAILHOUSE_MAX_CPUS);
}

/**
 * jh_cpus_online() - the CPUs that would be those of the hypervisor
 * @cpus: receives those that are online at this moment
 * @why: receives the reason
 *
 * Return: 0, -E2BIG for a CPU that the hypervisor has no number for: @cpus has the others.
 */
int jh_cpus_online(struct cpu_set *cpus, struct reason *why)
{
	unsigned int cpu;
	int err = 0;

	memset(cpus, 0, sizeof(*cpus));
	cpus_read_lock();
	for_each_online_cpu(cpu)
		if (cpu < JAILHOUSE_MAX_CPUS)
			cpu_set_add(cpus, cpu);
		else if (!err)
			err = refuse_number(cpu, why);
	cpus_read_unlock();
	return err;
}

/**
 * jh_cpus_check_enlisted() - are the CPUs that are online those that were enlisted?
 * @why: receives the reason
 *
 * May be called with interrupts off.
 *
 * Return: 0, -E2BIG for a CPU that the hypervisor has no number for, or -EBUSY.
 */
int jh_cpus_check_enlisted(struct reason *why)
{
	unsigned int cpu;

	for_each_online_cpu(cpu) {
		if (cpu >= JAILHOUSE_MAX_CPUS)
			return refuse_number(cpu, why);
		if (!cpu_set_has(&jh_cpus_known, cpu))
			return jh_refuse(why, -EBUSY, "CPU %u came online meanwhile: try again",
					 cpu);
	}
	for_each_cpu_in(cpu, &jh_cpus_known)
		if (!cpu_online(cpu))
			return jh_refuse(why, -EBUSY, "CPU %u went offline meanwhile: try again",
					 cpu);
	return 0;
}

/**
 * jh_cpus_of_root() - CPUs that belong to the root cell, online or not
 *
 * Context: jh_lock is held.
 */
struct cpu_set jh_cpus_of_root(void)
{
	const struct jh_cell *cell;
	struct cpu_set cpus = jh_cpus_known;

	list_for_each_entry(cell, &jh_cells, node)
		if (jh_cell_exists(cell))
			cpus = cpu_set_without(&cpus, &cell->cpus);
	return cpus;
}

/** jh_cpus_in_cells() - have cells other than the root cell any CPU? Any context. */
bool jh_cpus_in_cells(void)
{
	unsigned int cpu;

	for_each_cpu_in(cpu, &jh_cpus_known)
		if (test_bit(cpu, withheld_cpus))
			return true;
	return false;
}

/*
 * Called for each CPU that is to come online. One that a cell owns would never answer; one
 * that was offline when the hypervisor was enabled, or came into the machine later, is
 * unknown to it.
 */
static int prepare_cpu(unsigned int cpu)
{
	bool numbered = cpu < JAILHOUSE_MAX_CPUS;

	if (numbered ? !test_bit(cpu, withheld_cpus) : !jh_hypervisor_enabled())
		return 0;
	pr_err("CPU %u cannot come online: %s\n", cpu,
	       numbered && cpu_set_has(&jh_cpus_known, cpu) ?
	       "it is a cell's (destroy that first)" :
	       "it was not when the hypervisor was enabled (disable that first)");
	return -EBUSY;
}

/* A CPU comes up with the CR4 that Linux wants: see enter_here(). */
static int cpu_came_online(unsigned int cpu)
{
	unsigned long flags;

	local_irq_save(flags);
	if (jh_hypervisor_enabled())
		jh_virt->claim();
	local_irq_restore(flags);
	return 0;
}

/* Threads of a core share caches, buffers and execution units: nothing separates them. */
static void list_siblings(const struct jh_cell *cell, unsigned int cpu,
			  const struct complaints *complaints)
{
	struct cpu_set foreign = cpu_set_without(&jh_cpus_known, &cell->cpus);
	unsigned int other;
	struct reason why;

	for_each_cpu_in(other, &foreign) {
		if (core_of[cpu] != core_of[other])
			continue;
		jh_refuse(&why, 0,
			  "CPU %u shares a core with CPU %u, which it does not have: each can slow down and observe the other",
			  cpu, other);
		complaints->tell(complaints->arg, why.text, false);
	}
}

static bool has_interrupts(const struct jailhouse_cell_desc *desc)
{
	return desc->num_irqchips || desc->num_pci_devices || desc->num_links ||
	       desc->num_ivshmem ||
	       desc->flags & (JAILHOUSE_CELL_MESSAGE_PIN | JAILHOUSE_CELL_CONSOLE_PIN);
}

/*
 * A pin or a message names 8 bits of an APIC id, and all ones are a broadcast. That is so of
 * virtual ones as well, which those who drive them take for what they know.
 */
static void list_unreached(const struct jh_cell *cell, unsigned int cpu,
			   const struct complaints *complaints)
{
	struct reason why;

	if (!has_interrupts(cell->config.data) || cpu_physical_id(cpu) < DEVICE_APIC_ID_END)
		return;
	jh_refuse(&why, 0,
		  "CPU %u has the APIC id %u: no pin, link, ivshmem or PCI device interrupts one above %u",
		  cpu, cpu_physical_id(cpu), DEVICE_APIC_ID_END - 1);
	complaints->tell(complaints->arg, why.text, false);
}

/**
 * jh_cpus_list() - tell of CPUs that will not be what one may expect
 * @cell: has a configuration
 * @complaints: who is told, as of what is no reason to refuse it
 *
 * Of cores that a cell has only partly, and of CPUs that nothing but IPIs can interrupt.
 *
 * Context: jh_lock is held.
 */
void jh_cpus_list(const struct jh_cell *cell, const struct complaints *complaints)
{
	struct cpu_set cpus = cpu_set_and(&cell->cpus, &jh_cpus_known);
	unsigned int cpu;

	for_each_cpu_in(cpu, &cpus) {
		list_siblings(cell, cpu, complaints);
		list_unreached(cell, cpu, complaints);
	}
}

static void warn(void *arg, const char *text, bool fatal)
{
	pr_warn("cell %s: %s\n", jh_cell_name(arg), text);
}

/** jh_cpus_warn() - the same, into the kernel log, of a cell that was created. */
void jh_cpus_warn(struct jh_cell *cell)
{
	const struct complaints complaints = { .tell = warn, .arg = cell };

	jh_cpus_list(cell, &complaints);
}

/*
 * A CPU of a virtual machine can be pulled out of it while it is offline. Linux has no device for
 * it then, and those who take CPUs offline and online do not look.
 */
static bool is_pulled_out(unsigned int cpu)
{
	return !get_cpu_device(cpu);
}

/**
 * jh_cpus_give_back() - a cell does not use its CPUs any more
 * @cell: a cell that the hypervisor does not know, or not any more
 *
 * Those that Linux had online when they were taken come online again.
 *
 * Context: jh_lock is held.
 */
void jh_cpus_give_back(struct jh_cell *cell)
{
	unsigned int cpu;
	int err;

	allow(&cell->cpus);
	for_each_cpu_in(cpu, &cell->taken_cpus) {
		err = is_pulled_out(cpu) ? -ENODEV : add_cpu(cpu);
		if (err < 0)
			pr_err("CPU %u does not come back online (%d)\n", cpu, err);
	}
	memset(&cell->taken_cpus, 0, sizeof(cell->taken_cpus));
}

/**
 * jh_cpus_check_taken() - can Linux go without a cell's CPUs, and does it have them?
 * @cell: its configuration fits
 * @why: receives the reason
 *
 * Return: 0, -EINVAL for CPU 0, -ENODEV for one that the machine has no more.
 */
int jh_cpus_check_taken(const struct jh_cell *cell, struct reason *why)
{
	unsigned int cpu;

	if (cpu_set_has(&cell->cpus, 0))
		return jh_refuse(why, -EINVAL, "CPU 0 cannot leave the root cell");
	for_each_cpu_in(cpu, &cell->cpus)
		if (cpu_set_has(&jh_cpus_known, cpu) && is_pulled_out(cpu))
			return jh_refuse(why, -ENODEV,
					 "CPU %u was pulled out of the machine after it was enabled",
					 cpu);
	return 0;
}

/*
 * Return: 0, 1: it was offline, or an errno.
 *
 * remove_cpu() looks for the device once more, and does not expect that there is none. Whoever
 * pulls a CPU out takes it offline first, and its device away a while later: so what is offline is
 * left alone. Who begins with it behind this look is not seen: remove_cpu()'s lock is Linux's own.
 */
static int take_offline(unsigned int cpu)
{
	bool online;

	cpus_read_lock();
	online = cpu_online(cpu);
	cpus_read_unlock();
	if (is_pulled_out(cpu))
		return -ENODEV;
	return online ? remove_cpu(cpu) : 1;
}

/**
 * jh_cpus_take() - take the CPUs of a cell from Linux
 * @cell: its configuration fits
 * @why: receives the reason
 *
 * Context: jh_lock is held.
 *
 * Return: 0, those of jh_cpus_check_taken(), or what Linux returned for a CPU that did not go
 * offline. Then all are as they were.
 */
int jh_cpus_take(struct jh_cell *cell, struct reason *why)
{
	unsigned int cpu;
	int err;

	err = jh_cpus_check_taken(cell, why);
	if (err)
		return err;
	withhold(&cell->cpus);
	for_each_cpu_in(cpu, &cell->cpus) {
		/* 1: it was offline, and remains so when the cell is gone. */
		err = take_offline(cpu);
		if (!err)
			cpu_set_add(&cell->taken_cpus, cpu);
		if (err < 0)
			goto undo;
	}
	return 0;

undo:
	jh_cpus_give_back(cell);
	return jh_refuse(why, err, "CPU %u does not go offline (%d)", cpu, err);
}

/** jh_cpus_init() - watch CPUs come and go; when the module is loaded. */
int jh_cpus_init(void)
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

/** jh_cpus_exit() - undo jh_cpus_init(). */
void jh_cpus_exit(void)
{
	cpuhp_remove_state_nocalls(online_state);
	cpuhp_remove_state_nocalls(prepare_state);
}
