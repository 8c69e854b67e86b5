// SPDX-License-Identifier: GPL-2.0-only
/*
 * Somebody else uses VMX, or SVM, on one CPU. Each file in /sys/kernel/debug/jailhouse_faults
 * takes the number of a CPU, or -1 for none.
 *
 *	in_use_before		there, when the driver looks
 *	in_use_meanwhile	... from the moment on in which all CPUs have stopped
 */
#include "compat.h"
#include "faults.h"

#include <linux/debugfs.h>
#include <linux/kprobes.h>
#include <linux/smp.h>
#include <asm/msr.h>

static int cpu_before = -1, cpu_meanwhile = -1;

static void set_svme(bool on)
{
	u64 efer;

	rdmsrq(MSR_EFER, efer);
	wrmsrq(MSR_EFER, on ? efer | EFER_SVME : efer & ~EFER_SVME);
}

static void use(void *unused)
{
	if (boot_cpu_has(X86_FEATURE_VMX))
		compat_set_vmxe();
	else
		set_svme(true);
}

static void do_not_use(void *unused)
{
	if (boot_cpu_has(X86_FEATURE_VMX))
		compat_clear_vmxe();
	else
		set_svme(false);
}

static int set_before(void *data, u64 value)
{
	if (cpu_before >= 0)
		smp_call_function_single(cpu_before, do_not_use, NULL, 1);
	cpu_before = (int)value;
	return cpu_before < 0 ? 0 : smp_call_function_single(cpu_before, use, NULL, 1);
}

/* Called with interrupts off, by all CPUs at once. */
static int stopped(struct kprobe *probe, struct pt_regs *regs)
{
	if (smp_processor_id() == (unsigned int)cpu_meanwhile)
		use(NULL);
	return 0;
}

static struct kprobe stopped_probe = {
	.symbol_name = "jailhouse:enter_here",
	.pre_handler = stopped,
};

static int set_meanwhile(void *data, u64 value)
{
	if (cpu_meanwhile >= 0) {
		unregister_kprobe(&stopped_probe);
		smp_call_function_single(cpu_meanwhile, do_not_use, NULL, 1);
	}
	cpu_meanwhile = (int)value;
	return cpu_meanwhile < 0 ? 0 : faults_probe_again(&stopped_probe);
}

DEFINE_DEBUGFS_ATTRIBUTE_SIGNED(before_fops, NULL, set_before, "%lld\n");
DEFINE_DEBUGFS_ATTRIBUTE_SIGNED(meanwhile_fops, NULL, set_meanwhile, "%lld\n");

void in_use_faults_init(struct dentry *dir)
{
	debugfs_create_file("in_use_before", 0200, dir, NULL, &before_fops);
	debugfs_create_file("in_use_meanwhile", 0200, dir, NULL, &meanwhile_fops);
}

void in_use_faults_exit(void)
{
	set_before(NULL, -1);
	set_meanwhile(NULL, -1);
}
