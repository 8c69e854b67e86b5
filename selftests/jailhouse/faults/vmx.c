// SPDX-License-Identifier: GPL-2.0-only
/*
 * One CPU that the hypervisor cannot have. Each file in /sys/kernel/debug/jailhouse_faults
 * takes the number of a CPU, or -1 for none.
 *
 *	vmx_before	somebody uses VMX there when the driver looks
 *	vmx_meanwhile	... from the moment on in which all CPUs have stopped
 *	vmx_on		... when the hypervisor executes VMXON
 *	vmx_entry	Linux has a state there that no VM entry accepts
 */
#include "compat.h"
#include "faults.h"

#include <linux/debugfs.h>
#include <linux/gfp.h>
#include <linux/io.h>
#include <linux/kprobes.h>
#include <linux/module.h>
#include <linux/smp.h>
#include <asm/desc.h>

static int cpu_before = -1, cpu_meanwhile = -1, cpu_on = -1, cpu_entry = -1;
static u32 *vmxon_region;

static void set_vmxe(void *unused)
{
	compat_set_vmxe();
}

static void clear_vmxe(void *unused)
{
	compat_clear_vmxe();
}

static int set_before(void *data, u64 value)
{
	if (cpu_before >= 0)
		smp_call_function_single(cpu_before, clear_vmxe, NULL, 1);
	cpu_before = (int)value;
	return cpu_before < 0 ? 0 : smp_call_function_single(cpu_before, set_vmxe, NULL, 1);
}

/* All of these are called with interrupts off, by all CPUs at once. */
static int stopped(struct kprobe *probe, struct pt_regs *regs)
{
	if (smp_processor_id() == (unsigned int)cpu_meanwhile)
		set_vmxe(NULL);
	return 0;
}

static int entering(struct kprobe *probe, struct pt_regs *regs)
{
	u64 region = virt_to_phys(vmxon_region);

	if (smp_processor_id() == (unsigned int)cpu_on)
		asm volatile("vmxon %0" : : "m" (region) : "cc", "memory");
	return 0;
}

/* The driver is to find the CPU as it would be had VMXON failed for another reason. */
static int returning(struct kprobe *probe, struct pt_regs *regs)
{
	if (smp_processor_id() == (unsigned int)cpu_on)
		asm volatile("vmxoff" : : : "cc", "memory");
	return 0;
}

/*
 * The descriptor of the task register says that it is not in use. The driver, which loads
 * TR again on its way out, has to write that itself.
 */
static int entering_idle_task(struct kprobe *probe, struct pt_regs *regs)
{
	struct desc_struct *gdt = get_cpu_gdt_rw(smp_processor_id());

	if (smp_processor_id() == (unsigned int)cpu_entry)
		((tss_desc *)&gdt[GDT_ENTRY_TSS])->type = DESC_TSS;
	return 0;
}

static struct kprobe stopped_probe = {
	.symbol_name = "jailhouse:enter_here",
	.pre_handler = stopped,
};

static struct kprobe entering_probe = {
	.symbol_name = "jailhouse:jh_handover_enter",
	.pre_handler = entering,
};

static struct kprobe returning_probe = {
	.symbol_name = "jailhouse:jh_restore_tr",
	.pre_handler = returning,
};

static struct kprobe entry_probe = {
	.symbol_name = "jailhouse:jh_handover_enter",
	.pre_handler = entering_idle_task,
};

/* A probe that was used is used again. */
int faults_probe_again(struct kprobe *probe)
{
	probe->addr = NULL;
	probe->flags = 0;
	return register_kprobe(probe);
}

static int set_meanwhile(void *data, u64 value)
{
	if (cpu_meanwhile >= 0) {
		unregister_kprobe(&stopped_probe);
		smp_call_function_single(cpu_meanwhile, clear_vmxe, NULL, 1);
	}
	cpu_meanwhile = (int)value;
	return cpu_meanwhile < 0 ? 0 : faults_probe_again(&stopped_probe);
}

static int set_on(void *data, u64 value)
{
	int err;

	if (cpu_on >= 0) {
		unregister_kprobe(&entering_probe);
		unregister_kprobe(&returning_probe);
	}
	cpu_on = (int)value;
	if (cpu_on < 0)
		return 0;
	err = faults_probe_again(&returning_probe);
	if (err)
		return err;
	err = faults_probe_again(&entering_probe);
	if (err)
		unregister_kprobe(&returning_probe);
	return err;
}

static int set_entry(void *data, u64 value)
{
	if (cpu_entry >= 0)
		unregister_kprobe(&entry_probe);
	cpu_entry = (int)value;
	return cpu_entry < 0 ? 0 : faults_probe_again(&entry_probe);
}

DEFINE_DEBUGFS_ATTRIBUTE_SIGNED(before_fops, NULL, set_before, "%lld\n");
DEFINE_DEBUGFS_ATTRIBUTE_SIGNED(meanwhile_fops, NULL, set_meanwhile, "%lld\n");
DEFINE_DEBUGFS_ATTRIBUTE_SIGNED(on_fops, NULL, set_on, "%lld\n");
DEFINE_DEBUGFS_ATTRIBUTE_SIGNED(entry_fops, NULL, set_entry, "%lld\n");

int vmx_faults_init(struct dentry *dir)
{
	u64 basic;

	if (rdmsrq_safe(MSR_IA32_VMX_BASIC, &basic))
		return -ENODEV;
	vmxon_region = (u32 *)get_zeroed_page(GFP_KERNEL);
	if (!vmxon_region)
		return -ENOMEM;
	*vmxon_region = basic & 0x7fffffff;
	debugfs_create_file("vmx_before", 0200, dir, NULL, &before_fops);
	debugfs_create_file("vmx_meanwhile", 0200, dir, NULL, &meanwhile_fops);
	debugfs_create_file("vmx_on", 0200, dir, NULL, &on_fops);
	debugfs_create_file("vmx_entry", 0200, dir, NULL, &entry_fops);
	return 0;
}

void vmx_faults_exit(void)
{
	set_before(NULL, -1);
	set_meanwhile(NULL, -1);
	set_on(NULL, -1);
	set_entry(NULL, -1);
	free_page((unsigned long)vmxon_region);
}
