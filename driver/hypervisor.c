// SPDX-License-Identifier: GPL-2.0-only
/*
 * Enter the hypervisor with all CPUs, and leave it.
 */
#define pr_fmt(fmt)	KBUILD_MODNAME ": " fmt

#include "hypervisor.h"
#include "blob.h"
#include "checks.h"
#include "cpus.h"
#include "firmware.h"
#include "handover.h"
#include "hypercall.h"
#include "lifecycle.h"
#include "log.h"
#include "operation.h"
#include "poll.h"
#include "reason.h"
#include "sysfs_cell.h"
#include "trace.h"
#include "transition.h"
#include "virt.h"

#include <linux/atomic.h>
#include <linux/cpumask.h>
#include <linux/err.h>
#include <linux/io.h>
#include <linux/ioport.h>
#include <linux/module.h>
#include <linux/mutex.h>
#include <linux/printk.h>
#include <linux/rwsem.h>
#include <linux/stop_machine.h>
#include <asm/desc.h>
#include <asm/msr.h>
#include <asm/special_insns.h>

#include <jailhouse/console.h>
#include <jailhouse/cell_config.h>
#include <jailhouse/hypercall.h>
#include <jailhouse/image_header.h>

/* How often it is tried to end all cells unasked; each takes some 100 ms if it fails. */
#define KILL_TRIES	20

/**
 * struct handover - all CPUs cross at once
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

static struct hypervisor_memory hypervisor_memory;
static bool forbidden;
static bool suspended;

/**
 * jh_hypervisor_forbid() - from now on, it cannot be enabled any more
 *
 * Context: jh_lock is held.
 */
void jh_hypervisor_forbid(void)
{
	forbidden = true;
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

static int enter(struct hypervisor_memory *mem, struct reason *why)
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

/**
 * jh_restore_tr() - use Linux's TSS again
 *
 * Its descriptor is marked busy, which LTR does not accept, and the GDT in use is a
 * read-only alias, where LTR cannot mark it again: so the GDT is changed for a moment.
 *
 * Context: called by jh_handover_leave(), on the transition page table.
 */
void jh_restore_tr(void)
{
	struct desc_struct *gdt = get_cpu_gdt_rw(smp_processor_id());
	const struct desc_ptr writable = {
		.size = GDT_SIZE - 1,
		.address = (unsigned long)gdt,
	};
	tss_desc *tss = (tss_desc *)&gdt[GDT_ENTRY_TSS];
	struct desc_ptr alias;

	native_store_gdt(&alias);
	tss->type = DESC_TSS;
	native_load_gdt(&writable);
	asm volatile("ltr %w0" : : "q" (GDT_ENTRY_TSS * 8) : "memory");
	native_load_gdt(&alias);
}

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

static int leave(struct reason *why)
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

/*
 * Around it
 */

static int claim_memory(struct hypervisor_memory *mem, struct reason *why)
{
	const struct jailhouse_system *system = jh_system_config.data;

	memset(mem, 0, sizeof(*mem));
	mem->phys = system->hypervisor_memory.phys_start;
	mem->size = system->hypervisor_memory.size;
	if (!request_mem_region(mem->phys, mem->size, "Jailhouse hypervisor"))
		return jh_refuse(why, -EADDRINUSE, "0x%llx-0x%llx is in use (see /proc/iomem)",
				 mem->phys, mem->phys + mem->size);
	mem->virt = memremap(mem->phys, mem->size, MEMREMAP_WB);
	if (!mem->virt) {
		release_mem_region(mem->phys, mem->size);
		return jh_refuse(why, -ENOMEM, "hypervisor memory cannot be mapped");
	}
	return 0;
}

static void unmap_memory(struct hypervisor_memory *mem)
{
	memunmap(mem->virt);
	mem->virt = NULL;
	mem->header = NULL;
	mem->boot = NULL;
	mem->transition = NULL;
}

/* What could fail after the CPUs have entered, and has to be there before. */
static int make_views(const struct hypervisor_memory *mem, struct reason *why)
{
	const struct jailhouse_system *system = jh_system_config.data;
	int err;

	err = jh_log_open(mem->phys + mem->header->log_offset);
	if (err)
		return jh_refuse(why, err, "the hypervisor's log cannot be mapped");
	err = jh_sysfs_root_add(system->root_cell.name);
	if (!err)
		return 0;
	jh_log_close();
	return jh_refuse(why, err, "the root cell has no place in sysfs (%d)", err);
}

static void remove_views(void)
{
	jh_sysfs_root_remove();
	jh_log_close();
}

static int enable(struct reason *why)
{
	struct hypervisor_memory *mem = &hypervisor_memory;
	int err;

	err = claim_memory(mem, why);
	if (err)
		return err;
	err = jh_firmware_place(mem, why);
	if (err)
		goto release;
	err = make_views(mem, why);
	if (err)
		goto release;
	/* While enabled, the module stays: it holds one reference already. */
	__module_get(THIS_MODULE);
	err = enter(mem, why);
	if (err)
		goto stay_out;
	unmap_memory(mem);
	jh_poll_start();
	return 0;

stay_out:
	module_put(THIS_MODULE);
	remove_views();
release:
	unmap_memory(mem);
	release_mem_region(mem->phys, mem->size);
	return err;
}

static int enlist_and_enable(struct reason *why)
{
	int err;

	jh_cpus_enlist();
	err = jh_check_machine(why);
	if (!err)
		err = enable(why);
	if (err)
		jh_cpus_dismiss();
	return err;
}

/**
 * jh_hypervisor_enable() - make this Linux the root cell
 * @why: receives the reason
 *
 * Context: jh_lock is held. Does nothing if it is the root cell already.
 *
 * Return: 0, -ESHUTDOWN while the machine goes down, -EBUSY during a suspend, the errno with
 * which the system configuration was refused, -ENODATA if there was none, those of
 * jh_check_machine() and jh_firmware_place(), -EADDRNOTAVAIL if hypervisor memory is not reserved,
 * -EADDRINUSE if somebody else uses it, -ENOMEM, or the hypervisor's own: on any of them,
 * everything is as it was.
 */
int jh_hypervisor_enable(struct reason *why)
{
	int err;

	if (jh_hypervisor_active)
		return 0;
	if (forbidden)
		return jh_refuse(why, -ESHUTDOWN, "the machine is going down");
	if (suspended)
		return jh_refuse(why, -EBUSY, "a suspend is under way (try again)");
	err = jh_blob_ready(&jh_system_config, why);
	if (!err)
		err = enlist_and_enable(why);
	trace_jailhouse_enable(err);
	if (!err)
		pr_info("enabled on CPUs %*pbl\n", cpumask_pr_args(cpu_online_mask));
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
 * jh_hypervisor_disable() - make this Linux alone again
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
	struct hypervisor_memory *mem = &hypervisor_memory;
	int err;

	if (!jh_hypervisor_active)
		return 0;
	err = end_for_sure(ask, why);
	trace_jailhouse_disable(err);
	if (err)
		return err;
	jh_cpus_dismiss();
	jh_poll_stop();
	remove_views();
	release_mem_region(mem->phys, mem->size);
	module_put(THIS_MODULE);
	pr_info("disabled\n");
	return 0;
}
