// SPDX-License-Identifier: GPL-2.0-only
/*
 * What happens to the driver at moments that no test could hit. In
 * /sys/kernel/debug/jailhouse_faults:
 *
 *	hypercalls	bit N: the driver's hypercall N is refused with -EBUSY
 *	suspend		1: somebody enables the hypervisor when a suspend has begun, and tasks
 *			are not frozen yet; then the suspend is given up, with -ECANCELED.
 *			Reads the exit status of who enabled it.
 *	pulled_out	N: CPU N is not in the machine any more, as Linux's list of devices has it;
 *			0 ends that
 */
#include "faults.h"

#include <linux/bits.h>
#include <linux/debugfs.h>
#include <linux/kprobes.h>
#include <linux/notifier.h>
#include <linux/string.h>
#include <linux/suspend.h>
#include <linux/umh.h>

static u64 refused_calls;
static bool suspend_watched;
static int enable_status;

/*
 * Hypercalls
 */

/* long jh_hypercall(u32 code, u64 arg1, u64 arg2, struct reason *why) */
static int calling(struct kprobe *probe, struct pt_regs *regs)
{
	if (regs->di >= 64 || !(refused_calls & BIT_ULL(regs->di)))
		return 0;
	strscpy((char *)regs->cx, "not now, says a test", 32);
	regs->ax = (unsigned long)-EBUSY;
	regs->ip = (unsigned long)faults_return;
	return 1;
}

NOKPROBE_SYMBOL(calling);

/* As in alloc.c: IP may change only where the probe is not optimized. */
static void called(struct kprobe *probe, struct pt_regs *regs, unsigned long flags)
{
}

NOKPROBE_SYMBOL(called);

static struct kprobe calling_probe = {
	.symbol_name = "jailhouse:jh_hypercall",
	.pre_handler = calling,
	.post_handler = called,
};

static int set_hypercalls(void *data, u64 value)
{
	if (refused_calls)
		unregister_kprobe(&calling_probe);
	refused_calls = value;
	return value ? faults_probe_again(&calling_probe) : 0;
}

DEFINE_DEBUGFS_ATTRIBUTE(hypercalls_fops, NULL, set_hypercalls, "%lld\n");

/*
 * Suspend
 */

static int suspending(struct notifier_block *nb, unsigned long event, void *data)
{
	char *argv[] = {
		"/bin/sh", "-c", "echo 1 >/sys/kernel/config/jailhouse/enabled", NULL
	};
	char *envp[] = { NULL };

	if (event != PM_SUSPEND_PREPARE)
		return NOTIFY_DONE;
	enable_status = call_usermodehelper(argv[0], argv, envp, UMH_WAIT_PROC);
	return notifier_from_errno(-ECANCELED);
}

/* After the driver's own. */
static struct notifier_block suspend_notifier = {
	.notifier_call = suspending,
	.priority = -1,
};

static int set_suspend(void *data, u64 value)
{
	if (suspend_watched)
		unregister_pm_notifier(&suspend_notifier);
	suspend_watched = value;
	return value ? register_pm_notifier(&suspend_notifier) : 0;
}

static int get_suspend(void *data, u64 *value)
{
	*value = enable_status;
	return 0;
}

DEFINE_DEBUGFS_ATTRIBUTE(suspend_fops, get_suspend, set_suspend, "%lld\n");

/*
 * A CPU that is gone
 */

static u32 pulled_out;

/* struct device *get_cpu_device(unsigned int cpu) */
static int looking_for(struct kprobe *probe, struct pt_regs *regs)
{
	if ((u32)regs->di != pulled_out)
		return 0;
	regs->ax = 0;
	regs->ip = (unsigned long)faults_return;
	return 1;
}

NOKPROBE_SYMBOL(looking_for);

static struct kprobe looking_probe = {
	.symbol_name = "get_cpu_device",
	.pre_handler = looking_for,
	.post_handler = called,
};

static int set_pulled_out(void *data, u64 value)
{
	if (pulled_out)
		unregister_kprobe(&looking_probe);
	pulled_out = value;
	return value ? faults_probe_again(&looking_probe) : 0;
}

DEFINE_DEBUGFS_ATTRIBUTE(pulled_out_fops, NULL, set_pulled_out, "%lld\n");

void driver_faults_init(struct dentry *dir)
{
	debugfs_create_file("hypercalls", 0200, dir, NULL, &hypercalls_fops);
	debugfs_create_file("suspend", 0600, dir, NULL, &suspend_fops);
	debugfs_create_file("pulled_out", 0200, dir, NULL, &pulled_out_fops);
}

void driver_faults_exit(void)
{
	set_hypercalls(NULL, 0);
	set_suspend(NULL, 0);
	set_pulled_out(NULL, 0);
}
