// SPDX-License-Identifier: GPL-2.0-only
/*
 * statistics/ of a cell, and cpuN/ in it: what CPUs have counted.
 *
 * Attributes are read without jh_lock, see sysfs_cell.c. A set of CPUs may change meanwhile.
 */
#include "sysfs_statistics.h"
#include "hypercall.h"

#include <linux/slab.h>
#include <linux/sysfs.h>

#include <jailhouse/hypercall.h>

static struct sysfs_statistics *to_statistics(struct kobject *kobj)
{
	return container_of(kobj, struct sysfs_statistics, kobj);
}

struct counter {
	struct kobj_attribute attr;
	unsigned int number;
};

static ssize_t counter_show(struct kobject *kobj, struct kobj_attribute *attr, char *page)
{
	struct counter *counter = container_of(attr, struct counter, attr);
	struct cpu_set cpus = to_statistics(kobj)->cpus;
	unsigned int cpu;
	u64 sum = 0;
	long value;

	for_each_cpu_in(cpu, &cpus) {
		value = jh_hypercall_ask(JAILHOUSE_HC_CPU_GET_INFO, cpu,
					 JAILHOUSE_CPU_INFO_STAT_BASE + counter->number);
		if (value < 0)
			return value;
		sum += value;
	}
	return sysfs_emit(page, "%llu\n", sum);
}

#define COUNTER(_name, _number)							\
static struct counter counter_##_name = {					\
	.attr = __ATTR(_name, 0444, counter_show, NULL),			\
	.number = _number,							\
}

COUNTER(vmexits_total, JAILHOUSE_CPU_STAT_VMEXITS_TOTAL);
COUNTER(vmexits_mmio, JAILHOUSE_CPU_STAT_VMEXITS_MMIO);
COUNTER(vmexits_management, JAILHOUSE_CPU_STAT_VMEXITS_MANAGEMENT);
COUNTER(vmexits_hypercall, JAILHOUSE_CPU_STAT_VMEXITS_HYPERCALL);
COUNTER(vmexits_pio, JAILHOUSE_CPU_STAT_VMEXITS_PIO);
COUNTER(vmexits_xapic, JAILHOUSE_CPU_STAT_VMEXITS_XAPIC);
COUNTER(vmexits_cr, JAILHOUSE_CPU_STAT_VMEXITS_CR);
COUNTER(vmexits_cpuid, JAILHOUSE_CPU_STAT_VMEXITS_CPUID);
COUNTER(vmexits_xsetbv, JAILHOUSE_CPU_STAT_VMEXITS_XSETBV);
COUNTER(vmexits_exception, JAILHOUSE_CPU_STAT_VMEXITS_EXCEPTION);
COUNTER(vmexits_msr_other, JAILHOUSE_CPU_STAT_VMEXITS_MSR_OTHER);
COUNTER(vmexits_msr_x2apic_icr, JAILHOUSE_CPU_STAT_VMEXITS_MSR_X2APIC_ICR);
COUNTER(denied, JAILHOUSE_CPU_STAT_DENIED);
COUNTER(dma_faults, JAILHOUSE_CPU_STAT_DMA_FAULTS);

static struct attribute *statistics_attrs[] = {
	&counter_vmexits_total.attr.attr,
	&counter_vmexits_mmio.attr.attr,
	&counter_vmexits_management.attr.attr,
	&counter_vmexits_hypercall.attr.attr,
	&counter_vmexits_pio.attr.attr,
	&counter_vmexits_xapic.attr.attr,
	&counter_vmexits_cr.attr.attr,
	&counter_vmexits_cpuid.attr.attr,
	&counter_vmexits_xsetbv.attr.attr,
	&counter_vmexits_exception.attr.attr,
	&counter_vmexits_msr_other.attr.attr,
	&counter_vmexits_msr_x2apic_icr.attr.attr,
	&counter_denied.attr.attr,
	&counter_dma_faults.attr.attr,
	NULL,
};
ATTRIBUTE_GROUPS(statistics);

static void release_statistics(struct kobject *kobj)
{
	kfree(to_statistics(kobj));
}

static const struct kobj_type statistics_type = {
	.release = release_statistics,
	.sysfs_ops = &kobj_sysfs_ops,
	.default_groups = statistics_groups,
};

/**
 * jh_sysfs_statistics_alloc() - a directory that is in no other one yet
 * @cpus: whose counters are added up
 *
 * Return: NULL without memory. It goes with the last kobject_put().
 */
struct sysfs_statistics *jh_sysfs_statistics_alloc(struct cpu_set cpus)
{
	struct sysfs_statistics *statistics = kzalloc(sizeof(*statistics), GFP_KERNEL);

	if (statistics) {
		statistics->cpus = cpus;
		kobject_init(&statistics->kobj, &statistics_type);
	}
	return statistics;
}

/**
 * jh_sysfs_statistics_add() - make a directory
 * @parent: which one it is in
 * @cpus: whose counters are added up
 * @name: its name
 *
 * Return: NULL if it cannot be made.
 */
struct sysfs_statistics *jh_sysfs_statistics_add(struct kobject *parent, struct cpu_set cpus,
						 const char *name)
{
	struct sysfs_statistics *statistics = jh_sysfs_statistics_alloc(cpus);

	if (!statistics || !kobject_add(&statistics->kobj, parent, "%s", name))
		return statistics;
	kobject_put(&statistics->kobj);
	return NULL;
}

/** jh_sysfs_statistics_remove() - undo jh_sysfs_statistics_add(); waits for readers. */
void jh_sysfs_statistics_remove(struct sysfs_statistics *statistics)
{
	kobject_del(&statistics->kobj);
	kobject_put(&statistics->kobj);
}
