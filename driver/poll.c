// SPDX-License-Identifier: GPL-2.0-only
/*
 * The hypervisor interrupts Linux for nothing: what it has logged, and whether the state of a
 * cell has changed, is polled, in a page that can be read without a VM exit.
 */
#include "poll.h"
#include "blob.h"
#include "cpus.h"
#include "hypercall.h"
#include "log.h"
#include "operation.h"
#include "sysfs_cell.h"
#include "trace.h"

#include <linux/jiffies.h>
#include <linux/mutex.h>
#include <linux/string.h>
#include <linux/timer.h>
#include <linux/workqueue.h>

#include <jailhouse/console.h>
#include <jailhouse/cell_config.h>
#include <jailhouse/hypercall.h>
#include <cpu_set.h>

#define POLL_MS			100
/* With the root cell alone there is less to be told, and less reason to wake up. */
#define POLL_ALONE_MS		1000

static u32 events_seen;
static u32 denied_seen[JAILHOUSE_MAX_CPUS];
/* The counters have moved at the last look. */
static bool denied_moves;

/*
 * The counters cost a VM exit each: they are read only if somebody wants to know, and
 * while there is something to be known. The first of several denied accesses is logged.
 */
static void trace_denied(bool logged)
{
	unsigned int cpu;
	long denied;

	if (!trace_jailhouse_denied_enabled() || !(logged || denied_moves))
		return;
	denied_moves = false;
	for_each_cpu_in(cpu, &jh_cpus_known) {
		denied = jh_hypercall_ask(JAILHOUSE_HC_CPU_GET_INFO, cpu,
					  JAILHOUSE_CPU_INFO_STAT_BASE +
					  JAILHOUSE_CPU_STAT_DENIED);
		if (denied < 0 || denied == denied_seen[cpu])
			continue;
		trace_jailhouse_denied(cpu, denied - denied_seen[cpu]);
		denied_seen[cpu] = denied;
		denied_moves = true;
	}
}

/* Units keep a few records only, and log nothing by themselves. */
static void look_at_iommus(void)
{
	const struct jailhouse_system *system = jh_system_config.data;

	if (system->platform_info.iommu_type)
		jh_hypercall_ask(JAILHOUSE_HC_HYPERVISOR_GET_INFO, JAILHOUSE_INFO_DMA_FAULTS, 0);
}

/* While an operation is under way, who does it tells what it changed. */
static void look_at_cells(void)
{
	u32 events = jh_log_events();

	if (events == events_seen || !mutex_trylock(&jh_lock))
		return;
	events_seen = events;
	jh_sysfs_cells_notify();
	mutex_unlock(&jh_lock);
}

static void poll(struct work_struct *work)
{
	unsigned long pause;

	look_at_iommus();
	trace_denied(jh_log_drain());
	look_at_cells();
	pause = msecs_to_jiffies(POLL_MS);
	/* Together with what else wakes up this CPU once a second. */
	if (!jh_cpus_in_cells())
		pause = round_jiffies_relative(msecs_to_jiffies(POLL_ALONE_MS));
	queue_delayed_work(system_power_efficient_wq, to_delayed_work(work), pause);
}

static DECLARE_DELAYED_WORK(poll_work, poll);

/** jh_poll_now() - look at once, and as often as there is need now. */
void jh_poll_now(void)
{
	mod_delayed_work(system_power_efficient_wq, &poll_work, 0);
}

/**
 * jh_poll_start() - look from now on
 *
 * Context: jh_lock is held, the hypervisor was entered just now, its log is open.
 */
void jh_poll_start(void)
{
	events_seen = 0;
	denied_moves = false;
	memset(denied_seen, 0, sizeof(denied_seen));
	jh_poll_now();
}

/** jh_poll_stop() - undo jh_poll_start(); the hypervisor was left, its log is open. */
void jh_poll_stop(void)
{
	cancel_delayed_work_sync(&poll_work);
}
