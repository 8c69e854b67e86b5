// SPDX-License-Identifier: GPL-2.0-only
/*
 * May this machine be partitioned? What the hypervisor cannot find out by itself, or
 * what is better refused before anything is changed.
 */
#include "driver.h"

#include <linux/security.h>
#include <linux/smp.h>
#include <asm/cpufeature.h>
#include <asm/processor.h>
#include <asm/special_insns.h>

#define CPUID_1_ECX_VMX		BIT(5)

/* One of the CPUs on which something is in the way, or NO_CPU. */
struct vmx_status {
	atomic_t locked_off;
	atomic_t in_use;
};

#define NO_CPU	(-1)

/*
 * The firmware may leave the decision to the operating system: then it is made here,
 * for VMX, and cannot be unmade until the next reset (SDM 3C 23.7).
 */
static bool vmx_permitted(void)
{
	u64 control;

	if (rdmsrq_safe(MSR_IA32_FEAT_CTL, &control))
		return false;
	if (control & FEAT_CTL_LOCKED)
		return control & FEAT_CTL_VMX_ENABLED_OUTSIDE_SMX;
	control |= FEAT_CTL_LOCKED | FEAT_CTL_VMX_ENABLED_OUTSIDE_SMX;
	return !wrmsrq_safe(MSR_IA32_FEAT_CTL, control);
}

static void check_vmx_here(void *arg)
{
	struct vmx_status *status = arg;
	int self = smp_processor_id();

	if (!vmx_permitted())
		atomic_cmpxchg(&status->locked_off, NO_CPU, self);
	/* The register itself: not everybody who sets it tells the kernel. */
	if (__read_cr4() & X86_CR4_VMXE)
		atomic_cmpxchg(&status->in_use, NO_CPU, self);
}

static int check_vmx(struct reason *why)
{
	struct vmx_status status = { ATOMIC_INIT(NO_CPU), ATOMIC_INIT(NO_CPU) };
	int cpu;

	if (!(cpuid_ecx(1) & CPUID_1_ECX_VMX))
		return jh_refuse(why, -ENODEV, "this machine offers no VMX");
	on_each_cpu(check_vmx_here, &status, 1);
	cpu = atomic_read(&status.in_use);
	if (cpu != NO_CPU)
		return jh_refuse(why, -EBUSY,
				 "VMX is in use on CPU %d (KVM, or another hypervisor: unload it)",
				 cpu);
	cpu = atomic_read(&status.locked_off);
	if (cpu != NO_CPU)
		return jh_refuse(why, -EACCES,
				 "the firmware has locked VMX off on CPU %d (see its setup)",
				 cpu);
	return 0;
}

/* Each CPU that the hypervisor runs on is the root cell's at first. */
static int check_cpus(struct reason *why)
{
	const struct jailhouse_system *system = jh_system_config.data;
	struct cpu_set root, foreign;

	config_cpu_set(&system->root_cell, &root);
	foreign = cpu_set_without(&jh_cpus_known, &root);
	if (!cpu_set_empty(&foreign))
		return jh_refuse(why, -EINVAL,
				 "CPU %u is online, but not in the root cell's configuration",
				 cpu_set_first(&foreign));
	return jh_cpus_check_enlisted(why);
}

/**
 * jh_check_machine() - can the hypervisor be enabled on this machine?
 * @why: receives the reason
 *
 * There is a valid system configuration, and the CPUs are enlisted. Changes nothing but a
 * feature-control register that the firmware left unlocked.
 *
 * Return: 0, -EPERM if the kernel is locked down, -EINVAL for a CPU that the system
 * configuration keeps from the root cell, those of jh_cpus_check_enlisted(), -ENODEV if the CPU
 * has no VMX, -EACCES if the firmware disabled it, -EBUSY if somebody uses it, -EOPNOTSUPP
 * without no-execute pages or with an IOMMU that is active, those of jh_compare_with_machine().
 */
int jh_check_machine(struct reason *why)
{
	int err;

	/* Like a kexec: code that nobody signed gets all of the machine. */
	if (security_locked_down(LOCKDOWN_KEXEC))
		return jh_refuse(why, -EPERM, "the kernel is locked down");
	err = check_cpus(why);
	if (err)
		return err;
	if (!boot_cpu_has(X86_FEATURE_NX))
		return jh_refuse(why, -EOPNOTSUPP, "no-execute pages are off");
	err = jh_check_iommu(why);
	if (err)
		return err;
	err = jh_compare_with_machine(why);
	if (err)
		return err;
	/* Last: it may lock VMX on, which cannot be undone. */
	return check_vmx(why);
}
