// SPDX-License-Identifier: GPL-2.0-only
/*
 * One CPU with VMX that the hypervisor cannot have. Each file in
 * /sys/kernel/debug/jailhouse_faults takes the number of a CPU, or -1 for none. There are
 * none on a machine with SVM: switching it on cannot fail, and whatever Linux lives with
 * VMRUN takes.
 *
 *	vmx_on		somebody uses VMX there when the hypervisor executes VMXON
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

static int cpu_on = -1, cpu_entry = -1;
static u32 *vmxon_region;

/* All of these are called with interrupts off, by all CPUs at once. */
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

DEFINE_DEBUGFS_ATTRIBUTE_SIGNED(on_fops, NULL, set_on, "%lld\n");
DEFINE_DEBUGFS_ATTRIBUTE_SIGNED(entry_fops, NULL, set_entry, "%lld\n");

int vmx_faults_init(struct dentry *dir)
{
	u64 basic;

	if (!boot_cpu_has(X86_FEATURE_VMX))
		return 0;
	if (rdmsrq_safe(MSR_IA32_VMX_BASIC, &basic))
		return -ENODEV;
	vmxon_region = (u32 *)get_zeroed_page(GFP_KERNEL);
	if (!vmxon_region)
		return -ENOMEM;
	*vmxon_region = basic & 0x7fffffff;
	debugfs_create_file("vmx_on", 0200, dir, NULL, &on_fops);
	debugfs_create_file("vmx_entry", 0200, dir, NULL, &entry_fops);
	return 0;
}

void vmx_faults_exit(void)
{
	set_on(NULL, -1);
	set_entry(NULL, -1);
	free_page((unsigned long)vmxon_region);
}
