// SPDX-License-Identifier: GPL-2.0-only
/* Which of VMX and SVM this machine has, and whether it can be had. */
#include "virt.h"
#include "reason.h"

#include <linux/kernel.h>
#include <linux/smp.h>

#define NO_CPU	(-1)

/**
 * struct virt_search - for a CPU
 * @virt: what the machine has
 * @cpu: one of those that were searched for, or NO_CPU
 */
struct virt_search {
	const struct virt *virt;
	atomic_t cpu;
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

static void search_use(void *arg)
{
	struct virt_search *search = arg;

	if (search->virt->in_use())
		atomic_cmpxchg(&search->cpu, NO_CPU, smp_processor_id());
}

static void search_barred(void *arg)
{
	struct virt_search *search = arg;

	if (search->virt->barred())
		atomic_cmpxchg(&search->cpu, NO_CPU, smp_processor_id());
}

static void search_switched_off(void *arg)
{
	struct virt_search *search = arg;

	if (!search->virt->permitted())
		atomic_cmpxchg(&search->cpu, NO_CPU, smp_processor_id());
}

/* Return: a CPU on which something was found, or NO_CPU. */
static int search_cpus(const struct virt *virt, void (*search_here)(void *arg))
{
	struct virt_search search = { .virt = virt, .cpu = ATOMIC_INIT(NO_CPU) };

	on_each_cpu(search_here, &search, 1);
	return atomic_read(&search.cpu);
}

/* @search_here finds CPUs on which it is switched off. */
static int check_switched_off(const struct virt *virt, void (*search_here)(void *arg),
			      struct reason *why)
{
	int cpu = search_cpus(virt, search_here);

	return cpu == NO_CPU ? 0 :
		jh_refuse(why, -EACCES, "the firmware has switched %s off on CPU %d (%s)",
			  virt->name, cpu, virt->switch_on);
}

/**
 * jh_virt_look() - does the machine have what the hypervisor needs, and does nobody use it?
 * @why: receives the reason
 *
 * Changes nothing: where the firmware has left open whether it is switched on, nobody decides
 * that here.
 *
 * Context: process context, jh_lock is held, the hypervisor is not active.
 *
 * Return: 0, -ENODEV if there is neither VMX nor SVM, -EBUSY if somebody uses it, -EACCES if the
 * firmware has switched it off for good, -EOPNOTSUPP if something else is in the way.
 */
int jh_virt_look(struct reason *why)
{
	const struct virt *virt = find();
	int cpu, err;

	if (!virt)
		return jh_refuse(why, -ENODEV, "this machine offers no VMX, and no SVM");
	cpu = search_cpus(virt, search_use);
	if (cpu != NO_CPU)
		return jh_refuse(why, -EBUSY,
				 "%s is in use on CPU %d (KVM, or another hypervisor: unload it)",
				 virt->name, cpu);
	err = check_switched_off(virt, search_barred, why);
	return err ?: virt->check(why);
}

/**
 * jh_virt_check() - can the hypervisor have what it needs of the CPUs?
 * @why: receives the reason
 *
 * Context: process context, jh_lock is held, the hypervisor is not active.
 *
 * Return: 0, those of jh_virt_look().
 */
int jh_virt_check(struct reason *why)
{
	int err = jh_virt_look(why);

	if (err)
		return err;
	jh_virt = find();
	return check_switched_off(jh_virt, search_switched_off, why);
}

/**
 * jh_virt_capable() - can the CPU do all that the hypervisor needs?
 * @why: receives the reason
 *
 * Only of this CPU, since the hypervisor asks each when it is entered. Where there is neither VMX
 * nor SVM, which jh_virt_look() says, nothing is missing of it.
 *
 * Context: as jh_virt_look().
 *
 * Return: 0, -ENODEV for what is missing.
 */
int jh_virt_capable(struct reason *why)
{
	const struct virt *virt = find();

	return virt ? virt->capable(why) : 0;
}

/** jh_virt_describe() - what VMX or SVM says of itself, into @text; return: its length. */
int jh_virt_describe(char *text, size_t size)
{
	const struct virt *virt = find();

	return virt ? virt->describe(text, size) : 0;
}
