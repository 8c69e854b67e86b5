// SPDX-License-Identifier: GPL-2.0-only
/* Which of VMX and SVM this machine has, and whether it can be had. */
#include "virt.h"
#include "reason.h"

#include <linux/kernel.h>
#include <linux/smp.h>

#define NO_CPU	(-1)

/**
 * struct virt_status - what was found on the CPUs
 * @switched_off: one of the CPUs on which the firmware has switched it off, or NO_CPU
 * @in_use: one of those on which somebody uses it, or NO_CPU
 */
struct virt_status {
	atomic_t switched_off;
	atomic_t in_use;
};

/*
 * jh_virt - what this machine has
 *
 * Valid once jh_virt_check() has succeeded. Only then can the CPU be asked: while the hypervisor
 * is there, it does not say so.
 */
const struct virt *jh_virt;

static const struct virt *find(void)
{
	static const struct virt *const all[] = { &jh_virt_vmx, &jh_virt_svm };
	unsigned int n;

	for (n = 0; n < ARRAY_SIZE(all); n++)
		if (all[n]->offered())
			return all[n];
	return NULL;
}

static void check_here(void *arg)
{
	struct virt_status *status = arg;
	int self = smp_processor_id();

	if (!jh_virt->permitted())
		atomic_cmpxchg(&status->switched_off, NO_CPU, self);
	if (jh_virt->in_use())
		atomic_cmpxchg(&status->in_use, NO_CPU, self);
}

/**
 * jh_virt_check() - can the hypervisor have what it needs of the CPUs?
 * @why: receives the reason
 *
 * Context: process context, jh_lock is held, the hypervisor is not active.
 *
 * Return: 0, -ENODEV if there is neither VMX nor SVM, -EBUSY if somebody uses it, -EACCES if
 * the firmware has switched it off, -EOPNOTSUPP if something else is in the way.
 */
int jh_virt_check(struct reason *why)
{
	struct virt_status status = {
		.switched_off = ATOMIC_INIT(NO_CPU),
		.in_use = ATOMIC_INIT(NO_CPU),
	};
	int cpu;

	jh_virt = find();
	if (!jh_virt)
		return jh_refuse(why, -ENODEV, "this machine offers no VMX, and no SVM");
	on_each_cpu(check_here, &status, 1);
	cpu = atomic_read(&status.in_use);
	if (cpu != NO_CPU)
		return jh_refuse(why, -EBUSY,
				 "%s is in use on CPU %d (KVM, or another hypervisor: unload it)",
				 jh_virt->name, cpu);
	cpu = atomic_read(&status.switched_off);
	if (cpu != NO_CPU)
		return jh_refuse(why, -EACCES, "the firmware has switched %s off on CPU %d (%s)",
				 jh_virt->name, cpu, jh_virt->switch_on);
	return jh_virt->check(why);
}
