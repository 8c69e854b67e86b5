// SPDX-License-Identifier: GPL-2.0-only
/*
 * What `echo 1 > enabled` does, and `echo 0 > enabled`.
 */
#define pr_fmt(fmt)	KBUILD_MODNAME ": " fmt

#include "hypervisor.h"
#include "blob.h"
#include "checks.h"
#include "cpus.h"
#include "crash.h"
#include "crossing.h"
#include "describe_machine.h"
#include "firmware.h"
#include "hypercall.h"
#include "lifecycle.h"
#include "log.h"
#include "messages.h"
#include "operation.h"
#include "poll.h"
#include "reason.h"
#include "root_links.h"
#include "sysfs_cell.h"
#include "taken.h"
#include "trace.h"

#include <linux/cpumask.h>
#include <linux/io.h>
#include <linux/ioport.h>
#include <linux/module.h>
#include <linux/mutex.h>
#include <linux/printk.h>
#include <linux/string.h>
#include <asm/barrier.h>

#include <jailhouse/console.h>
#include <jailhouse/cell_config.h>
#include <jailhouse/image_header.h>

/* How often it is tried to end all cells unasked; each takes some 100 ms if it fails. */
#define KILL_TRIES	20

static struct hypervisor_memory memory;
static struct resource *memory_parent;
static bool closed;
static bool suspended;
/* The machine is, or was, looked at, and the hypervisor is not enabled yet. */
static bool enabling;

/**
 * jh_hypervisor_close() - from now on, it cannot be enabled any more
 *
 * Context: jh_lock is held.
 */
void jh_hypervisor_close(void)
{
	closed = true;
}

/**
 * jh_hypervisor_suspend() - the machine is about to be suspended
 *
 * Return: 0, then it cannot be enabled until jh_hypervisor_resume(); -EBUSY if it is enabled.
 */
int jh_hypervisor_suspend(void)
{
	mutex_lock(&jh_lock);
	suspended = !jh_hypervisor_active;
	mutex_unlock(&jh_lock);
	if (suspended)
		return 0;
	pr_err("no suspend while the hypervisor is enabled\n");
	return -EBUSY;
}

/** jh_hypervisor_resume() - undo jh_hypervisor_suspend(). */
void jh_hypervisor_resume(void)
{
	mutex_lock(&jh_lock);
	suspended = false;
	mutex_unlock(&jh_lock);
}

/*
 * The steps to it
 */

static const struct jailhouse_system *system_config(void)
{
	return jh_system_config.data;
}

/* The configuration in force is not one that was written. */
static bool described;

/* If nobody has written one, this machine describes itself, each time anew. */
static int find_config(struct reason *why)
{
	int err;

	if (jh_blob_written(&jh_system_config))
		return jh_blob_ready(&jh_system_config, why);
	err = jh_describe_machine(&jh_system_config, why);
	if (err)
		return err;
	described = true;
	jh_crash_look(&system_config()->hypervisor_memory);
	return 0;
}

static void forget_config(void)
{
	if (described)
		jh_blob_set(&jh_system_config, NULL, 0);
	described = false;
}

static int enlist_cpus(struct reason *why)
{
	jh_cpus_enlist();
	return 0;
}

static int take_memory(struct reason *why)
{
	u64 phys = system_config()->hypervisor_memory.phys_start;
	u64 size = system_config()->hypervisor_memory.size;

	memory_parent = jh_taken_parent(phys, &iomem_resource);
	if (!__request_region(memory_parent, phys, size, "Jailhouse hypervisor", 0))
		return jh_refuse(why, -EADDRINUSE,
				 "0x%llx-0x%llx is in use, or not in one piece of what was taken (see /proc/iomem)",
				 phys, phys + size);
	memory = (struct hypervisor_memory){ .phys = phys, .size = size };
	return 0;
}

static void give_memory_back(void)
{
	__release_region(memory_parent, memory.phys, memory.size);
}

static int map_memory(struct reason *why)
{
	memory.virt = memremap(memory.phys, memory.size, MEMREMAP_WB);
	return memory.virt ? 0 : jh_refuse(why, -ENOMEM, "hypervisor memory cannot be mapped");
}

/* Also once Linux has entered: from then on it maps nothing of the hypervisor. */
static void unmap_memory(void)
{
	if (memory.virt)
		memunmap(memory.virt);
	memory = (struct hypervisor_memory){ .phys = memory.phys, .size = memory.size };
}

static int place_firmware(struct reason *why)
{
	return jh_firmware_place(&memory, why);
}

static int open_log(struct reason *why)
{
	int err = jh_log_open(memory.phys + memory.header->log_offset);

	return err ? jh_refuse(why, err, "the hypervisor's log cannot be mapped") : 0;
}

static int show_root_cell(struct reason *why)
{
	int err = jh_sysfs_root_add(system_config()->root_cell.name);

	return err ? jh_refuse(why, err, "the root cell has no place in sysfs (%d)", err) : 0;
}

static int prepare_links(struct reason *why)
{
	return jh_root_links_prepare(&system_config()->root_cell, why);
}

static int enter(struct reason *why)
{
	return jh_crossing_enter(&memory, why);
}

/**
 * struct step - a step on the way into the hypervisor
 * @take: does it, or refuses, and has changed nothing then
 * @undo: takes it back; NULL if there is nothing to take back
 */
struct step {
	int (*take)(struct reason *why);
	void (*undo)(void);
};

/*
 * The way in. All that can fail comes before the last step: after it, Linux is the root cell.
 * The way back begins with jh_crossing_leave(), which the hypervisor may refuse; all else is
 * undone as if that step had failed.
 */
static const struct step steps[] = {
	{ find_config,		forget_config },
	{ enlist_cpus,		jh_cpus_dismiss },
	{ jh_check_machine },
	{ jh_wake_senders,	jh_let_senders_sleep },
	{ take_memory,		give_memory_back },
	{ map_memory,		unmap_memory },
	{ place_firmware },
	{ open_log,		jh_log_close },
	{ show_root_cell,	jh_sysfs_root_remove },
	{ prepare_links,	jh_root_links_forget },
	{ enter },
};

/* Undoes the first @taken steps, the last one first. */
static void undo_steps(unsigned int taken)
{
	while (taken--)
		if (steps[taken].undo)
			steps[taken].undo();
}

static int take_steps(struct reason *why)
{
	unsigned int n;
	int err;

	for (n = 0; n < ARRAY_SIZE(steps); n++) {
		err = steps[n].take(why);
		if (err) {
			undo_steps(n);
			return err;
		}
	}
	return 0;
}

/**
 * jh_hypervisor_holds_memory() - does the machine have to keep the memory that it has?
 *
 * From before it is looked at, for the configuration or to compare it, until it is disabled. Who
 * asks before that has memory that is in Linux's list already, and is seen.
 *
 * Context: any.
 */
bool jh_hypervisor_holds_memory(void)
{
	/* Who sees that enabling is over sees how it ended. */
	return smp_load_acquire(&enabling) || jh_hypervisor_enabled();
}

/**
 * jh_hypervisor_enable() - make this Linux the root cell
 * @why: receives the reason
 *
 * Context: jh_lock is held. Does nothing if it is the root cell already.
 *
 * Return: 0, -ESHUTDOWN while the machine goes down, -EBUSY during a suspend, the errno with
 * which the system configuration was refused, those of jh_describe_machine() if there was none,
 * those of jh_check_machine(), jh_wake_senders() and jh_firmware_place(), -EADDRNOTAVAIL if
 * hypervisor memory is not reserved, -EADDRINUSE if somebody else uses it, -ENOMEM, or the
 * hypervisor's own: on any of them, everything is as it was.
 */
int jh_hypervisor_enable(struct reason *why)
{
	int err;

	if (jh_hypervisor_active)
		return 0;
	if (closed)
		return jh_refuse(why, -ESHUTDOWN, "the machine is going down");
	if (suspended)
		return jh_refuse(why, -EBUSY, "a suspend is under way (try again)");
	/* Memory is seen by the look at the machine, or sees this. */
	smp_store_mb(enabling, true);
	err = take_steps(why);
	/* Behind jh_hypervisor_active: jh_hypervisor_holds_memory() looks at both. */
	smp_store_release(&enabling, false);
	trace_jailhouse_enable(err);
	if (err)
		return err;
	/* While enabled, the module stays: who enables it holds a reference already. */
	__module_get(THIS_MODULE);
	unmap_memory();
	jh_let_senders_sleep();
	jh_root_links_add();
	jh_poll_start();
	pr_info("enabled on CPUs %*pbl\n", cpumask_pr_args(cpu_online_mask));
	return 0;
}

/*
 * The way back
 */

static int leave(struct reason *why)
{
	int err;

	jh_root_links_remove();
	err = jh_crossing_leave(why);
	if (err)
		jh_root_links_add();
	return err;
}

static int end(bool ask, struct reason *why)
{
	int err;

	err = jh_cells_stop_all(ask, why);
	if (!err)
		err = jh_cells_destroy_all(why);
	return err ?: leave(why);
}

/* Unasked, nobody has a say. What can go wrong is that a CPU is late: it gets another try. */
static int end_for_sure(bool ask, struct reason *why)
{
	unsigned int tries = ask ? 1 : KILL_TRIES;
	int err;

	do {
		err = end(ask, why);
	} while (err && --tries);
	return err;
}

/**
 * jh_hypervisor_disable() - make this Linux alone again, and give back what was taken from it
 * @ask: ask the running cells first; else they are destroyed unasked
 * @why: receives the reason
 *
 * Context: jh_lock is held. Does nothing if Linux is alone already.
 *
 * Return: 0; with @ask what jh_cells_stop_all() returns, then no cell is destroyed; or the
 * hypervisor's errno.
 */
int jh_hypervisor_disable(bool ask, struct reason *why)
{
	int err;

	if (!jh_hypervisor_active)
		return 0;
	err = end_for_sure(ask, why);
	trace_jailhouse_disable(err);
	if (err)
		return err;
	jh_poll_stop();
	undo_steps(ARRAY_SIZE(steps));
	jh_blob_forget_busy(&jh_system_config);
	jh_taken_give_back();
	pr_info("disabled\n");
	module_put(THIS_MODULE);
	return 0;
}
