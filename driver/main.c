// SPDX-License-Identifier: GPL-2.0-only
/*
 * Driver of the partitioning hypervisor: start and end of the module, and what the
 * kernel tells it in between.
 */
#define pr_fmt(fmt)	KBUILD_MODNAME ": " fmt

#include "configfs.h"
#include "cpus.h"
#include "crash.h"
#include "hypercall.h"
#include "hypervisor.h"
#include "operation.h"
#include "reason.h"
#include "sysfs.h"
#include "taken.h"
#include "virt.h"

#include <linux/kernel.h>
#include <linux/module.h>
#include <linux/memory.h>
#include <linux/notifier.h>
#include <linux/pfn.h>
#include <linux/printk.h>
#include <linux/reboot.h>
#include <linux/string.h>
#include <linux/suspend.h>

#include <jailhouse/version.h>

MODULE_DESCRIPTION("Partitioning hypervisor, managed through configfs");
MODULE_LICENSE("GPL");
MODULE_VERSION(JAILHOUSE_VERSION);
MODULE_FIRMWARE(JH_FIRMWARE_INTEL);
MODULE_FIRMWARE(JH_FIRMWARE_AMD);

/*
 * Neither the processor state of the hypervisor nor that of the cells would survive a
 * suspend. Tasks are not frozen yet: whoever asked gets the error; and who writes to
 * `enabled` before they are frozen is refused.
 */
static int pm_event(struct notifier_block *nb, unsigned long event, void *data)
{
	switch (event) {
	case PM_SUSPEND_PREPARE:
	case PM_HIBERNATION_PREPARE:
	case PM_RESTORE_PREPARE:
		return notifier_from_errno(jh_hypervisor_suspend());
	case PM_POST_SUSPEND:
	case PM_POST_HIBERNATION:
	case PM_POST_RESTORE:
		jh_hypervisor_resume();
		return NOTIFY_DONE;
	default:
		return NOTIFY_DONE;
	}
}

static struct notifier_block pm_notifier = {
	.notifier_call = pm_event,
};

/*
 * Whoever reboots, powers off or starts another kernel (kexec) does not ask the cells. The
 * firmware and the next kernel need CPUs that are no guests, and RAM that nobody uses.
 */
static int reboot_event(struct notifier_block *nb, unsigned long event, void *data)
{
	struct reason why;
	int err;

	err = jh_operation_seize(&why);
	if (!err) {
		jh_hypervisor_close();
		err = jh_hypervisor_disable(false, &why);
		jh_operation_end();
	}
	if (err)
		pr_err("the hypervisor stays: %s (%d)\n", why.text, err);
	return NOTIFY_DONE;
}

static struct notifier_block reboot_notifier = {
	.notifier_call = reboot_event,
};

/*
 * KVM would turn VMX or SVM on, where the hypervisor is already. Up to Linux 6.18 it learns that
 * from CR4, or EFER, and refuses by itself; later kernels keep a copy of CR4 that does not know
 * the bit (compat_set_vmxe()), and KVM would warn of a VMXON that has failed.
 */
static int module_event(struct notifier_block *nb, unsigned long event, void *data)
{
	const struct module *module = data;

	if (event != MODULE_STATE_COMING || !jh_hypervisor_enabled() ||
	    (strcmp(module->name, "kvm_intel") && strcmp(module->name, "kvm_amd")))
		return NOTIFY_DONE;
	pr_err("%s cannot be loaded while the hypervisor is enabled (disable it first)\n",
	       module->name);
	return notifier_from_errno(-EBUSY);
}

static struct notifier_block module_notifier = {
	.notifier_call = module_event,
};

/*
 * Memory that comes while the hypervisor is enabled is in no region of the root cell, unless it
 * was there before: Linux would read all ones where it has its data. What goes offline does no
 * harm; what was taken for cells does not go, since somebody has it.
 */
static int memory_event(struct notifier_block *nb, unsigned long event, void *data)
{
	const struct memory_notify *memory = data;

	if (event != MEM_GOING_ONLINE || !jh_hypervisor_holds_memory())
		return NOTIFY_DONE;
	pr_err("memory at 0x%llx cannot be onlined while the hypervisor is enabled (disable it first)\n",
	       (u64)PFN_PHYS(memory->start_pfn));
	return notifier_from_errno(-EBUSY);
}

static struct notifier_block memory_notifier = {
	.notifier_call = memory_event,
};

static int watch_suspend(void)
{
	return register_pm_notifier(&pm_notifier);
}

static void ignore_suspend(void)
{
	unregister_pm_notifier(&pm_notifier);
}

static int watch_reboot(void)
{
	return register_reboot_notifier(&reboot_notifier);
}

static void ignore_reboot(void)
{
	unregister_reboot_notifier(&reboot_notifier);
}

static int watch_modules(void)
{
	return register_module_notifier(&module_notifier);
}

static void ignore_modules(void)
{
	unregister_module_notifier(&module_notifier);
}

static int watch_memory(void)
{
	return register_memory_notifier(&memory_notifier);
}

static void ignore_memory(void)
{
	unregister_memory_notifier(&memory_notifier);
}

/* Users come last: configfs. */
static const struct {
	int (*init)(void);
	void (*exit)(void);
} module_parts[] = {
	{ jh_sysfs_init,	jh_sysfs_exit },
	{ jh_cpus_init,		jh_cpus_exit },
	{ watch_suspend,	ignore_suspend },
	{ watch_reboot,		ignore_reboot },
	{ watch_modules,	ignore_modules },
	{ watch_memory,		ignore_memory },
	{ jh_taken_init,	jh_taken_exit },
	{ jh_configfs_init,	jh_configfs_exit },
};

static void exit_parts(unsigned int initialized)
{
	while (initialized--)
		module_parts[initialized].exit();
}

static int __init jailhouse_init(void)
{
	unsigned int n;
	int err;

	for (n = 0; n < ARRAY_SIZE(module_parts); n++) {
		err = module_parts[n].init();
		if (err) {
			exit_parts(n);
			return err;
		}
	}
	pr_info("version " JAILHOUSE_VERSION "\n");
	return 0;
}

/* The hypervisor and each directory in cells/ hold a reference: none is left here. */
static void __exit jailhouse_exit(void)
{
	exit_parts(ARRAY_SIZE(module_parts));
	jh_crash_exit();
}

module_init(jailhouse_init);
module_exit(jailhouse_exit);
