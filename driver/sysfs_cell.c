// SPDX-License-Identifier: GPL-2.0-only
/*
 * /sys/devices/jailhouse/cells/ID: a cell that the hypervisor knows, the root cell, too.
 *
 * Attributes are read without jh_lock: their removal, which happens under it,
 * waits for the reader. A set of CPUs may change meanwhile.
 */
#include "sysfs_cell.h"
#include "cell.h"
#include "compat.h"
#include "cpus.h"
#include "hypercall.h"
#include "sysfs.h"
#include "sysfs_console.h"
#include "sysfs_devices.h"
#include "sysfs_ivshmem.h"
#include "sysfs_shared.h"
#include "sysfs_statistics.h"

#include <linux/bits.h>
#include <linux/err.h>
#include <linux/kobject.h>
#include <linux/list.h>
#include <linux/slab.h>
#include <linux/sysfs.h>

#include <jailhouse/console.h>
#include <jailhouse/cell_config.h>
#include <jailhouse/hypercall.h>
#include <cpu_set.h>

/**
 * struct sysfs_cell - a cell's directory
 * @kobj: the directory
 * @id: the cell's number
 * @name: its name
 * @state: the state that was told last, -1 for none
 * @all: statistics/, which also knows the CPUs of the cell
 * @cpus: statistics/cpuN/, NULL where the cell does not own the CPU
 * @shared: shared/, NULL if there is none
 * @devices: devices/, likewise
 * @ivshmem: ivshmem/, likewise
 */
struct sysfs_cell {
	struct kobject kobj;
	int id;
	char name[JAILHOUSE_CELL_NAME_SIZE];
	long state;
	struct sysfs_statistics *all;
	struct sysfs_statistics *cpus[JAILHOUSE_MAX_CPUS];
	struct sysfs_shared *shared;
	struct sysfs_devices *devices;
	struct sysfs_ivshmem *ivshmem;
};

static struct sysfs_cell *to_sysfs_cell(struct kobject *kobj)
{
	return container_of(kobj, struct sysfs_cell, kobj);
}

static struct cpu_set assigned_cpus(struct kobject *kobj)
{
	return to_sysfs_cell(kobj)->all->cpus;
}

static struct cpu_set failed_cpus(struct kobject *kobj)
{
	struct cpu_set assigned = assigned_cpus(kobj), failed = {};
	unsigned int cpu;

	for_each_cpu_in(cpu, &assigned)
		if (jh_hypercall_ask(JAILHOUSE_HC_CPU_GET_INFO, cpu, JAILHOUSE_CPU_INFO_STATE) ==
		    JAILHOUSE_CPU_FAILED)
			cpu_set_add(&failed, cpu);
	return failed;
}

/* As many digits as CPUs, like Linux's own attributes. */
static ssize_t cpu_mask_show(struct cpu_set cpus, char *page)
{
	return sysfs_emit(page, "%*pb\n", min_t(int, nr_cpu_ids, JAILHOUSE_MAX_CPUS),
			  cpus.words);
}

static ssize_t cpu_list_of(struct cpu_set cpus, char *page)
{
	return jh_cpu_list_show(&cpus, page);
}

static ssize_t name_show(struct kobject *kobj, struct kobj_attribute *attr, char *page)
{
	return sysfs_emit(page, "%s\n", to_sysfs_cell(kobj)->name);
}

static ssize_t state_show(struct kobject *kobj, struct kobj_attribute *attr, char *page)
{
	long state = jh_hypercall_cell_state(to_sysfs_cell(kobj)->id);

	return state < 0 ? state : sysfs_emit(page, "%s\n", jh_cell_state_name(state));
}

static ssize_t cpus_assigned_show(struct kobject *kobj, struct kobj_attribute *attr,
				  char *page)
{
	return cpu_mask_show(assigned_cpus(kobj), page);
}

static ssize_t cpus_assigned_list_show(struct kobject *kobj, struct kobj_attribute *attr,
				       char *page)
{
	return cpu_list_of(assigned_cpus(kobj), page);
}

static ssize_t cpus_failed_show(struct kobject *kobj, struct kobj_attribute *attr,
				char *page)
{
	return cpu_mask_show(failed_cpus(kobj), page);
}

static ssize_t cpus_failed_list_show(struct kobject *kobj, struct kobj_attribute *attr,
				     char *page)
{
	return cpu_list_of(failed_cpus(kobj), page);
}

static struct kobj_attribute name_attr = __ATTR_RO(name);
static struct kobj_attribute state_attr = __ATTR_RO(state);
static struct kobj_attribute cpus_assigned_attr = __ATTR_RO(cpus_assigned);
static struct kobj_attribute cpus_assigned_list_attr = __ATTR_RO(cpus_assigned_list);
static struct kobj_attribute cpus_failed_attr = __ATTR_RO(cpus_failed);
static struct kobj_attribute cpus_failed_list_attr = __ATTR_RO(cpus_failed_list);

static struct attribute *cell_attrs[] = {
	&name_attr.attr,
	&state_attr.attr,
	&cpus_assigned_attr.attr,
	&cpus_assigned_list_attr.attr,
	&cpus_failed_attr.attr,
	&cpus_failed_list_attr.attr,
	NULL,
};

/* It is a stream: where in the file it is read or written does not matter. */
static ssize_t console_read(struct file *file, struct kobject *kobj,
			    compat_bin_attribute *attr, char *buffer, loff_t offset,
			    size_t count)
{
	return jh_console_read(to_sysfs_cell(kobj)->id, buffer, count);
}

static ssize_t console_write(struct file *file, struct kobject *kobj,
			     compat_bin_attribute *attr, char *buffer, loff_t offset,
			     size_t count)
{
	return jh_console_write(to_sysfs_cell(kobj)->id, buffer, count);
}

static BIN_ATTR(console, 0600, console_read, console_write, 0);

static typeof(*((struct attribute_group *)NULL)->bin_attrs) cell_bin_attrs[] = {
	&bin_attr_console,
	NULL,
};

static const struct attribute_group cell_group = {
	.attrs = cell_attrs,
	.bin_attrs = cell_bin_attrs,
};
__ATTRIBUTE_GROUPS(cell);

static void release_cell(struct kobject *kobj)
{
	struct sysfs_cell *cell = to_sysfs_cell(kobj);

	if (cell->all)
		kobject_put(&cell->all->kobj);
	kfree(cell);
}

static const struct kobj_type cell_type = {
	.release = release_cell,
	.sysfs_ops = &kobj_sysfs_ops,
	.default_groups = cell_groups,
};

/**
 * jh_sysfs_cell_set_cpus() - the cell has other CPUs than before
 * @cell: the root cell, which gives and gets them
 * @cpus: those that it has now
 *
 * A directory of counters for which there is no memory is missing, nothing else.
 *
 * Context: jh_lock is held.
 */
void jh_sysfs_cell_set_cpus(struct sysfs_cell *cell, const struct cpu_set *cpus)
{
	unsigned int cpu;
	char name[8];

	cell->all->cpus = *cpus;
	for (cpu = 0; cpu < JAILHOUSE_MAX_CPUS; cpu++) {
		struct sysfs_statistics *old = cell->cpus[cpu];
		bool owned = cpu_set_has(cpus, cpu);

		if (old && !owned) {
			jh_sysfs_statistics_remove(old);
			cell->cpus[cpu] = NULL;
		} else if (!old && owned) {
			snprintf(name, sizeof(name), "cpu%u", cpu);
			cell->cpus[cpu] = jh_sysfs_statistics_add(&cell->all->kobj,
								  cpu_set_of(cpu), name);
		}
	}
}

/* The attributes read @all, so it is there before they are. */
static int add_statistics(struct sysfs_cell *cell, const struct cpu_set *cpus)
{
	int err;

	cell->all = jh_sysfs_statistics_alloc(*cpus);
	if (!cell->all)
		return -ENOMEM;
	err = kobject_add(&cell->kobj, NULL, "%d", cell->id);
	if (err)
		return err;
	err = kobject_add(&cell->all->kobj, &cell->kobj, "statistics");
	if (err)
		return err;
	jh_sysfs_cell_set_cpus(cell, cpus);
	return 0;
}

/**
 * jh_sysfs_cell_add() - make the directory of a cell
 * @id: its number
 * @name: its name
 * @cpus: its CPUs
 * @desc: its configuration, NULL for the root cell
 *
 * Context: jh_lock is held.
 *
 * Return: the directory, or an ERR_PTR.
 */
struct sysfs_cell *jh_sysfs_cell_add(int id, const char *name, const struct cpu_set *cpus,
				     const struct jailhouse_cell_desc *desc)
{
	struct sysfs_cell *cell = kzalloc(sizeof(*cell), GFP_KERNEL);
	int err;

	if (!cell)
		return ERR_PTR(-ENOMEM);
	cell->id = id;
	cell->state = -1;
	strscpy(cell->name, name, sizeof(cell->name));
	kobject_init(&cell->kobj, &cell_type);
	cell->kobj.kset = jh_sysfs_cells;
	err = add_statistics(cell, cpus);
	if (err) {
		kobject_put(&cell->kobj);
		return ERR_PTR(err);
	}
	if (desc)
		err = jh_sysfs_shared_add(&cell->kobj, desc, &cell->shared) ?:
		      jh_sysfs_devices_add(&cell->kobj, desc, &cell->devices) ?:
		      jh_sysfs_ivshmem_add(&cell->kobj, id, desc, &cell->ivshmem);
	if (err) {
		jh_sysfs_cell_remove(cell);
		return ERR_PTR(err);
	}
	kobject_uevent(&cell->kobj, KOBJ_ADD);
	return cell;
}

/**
 * jh_sysfs_cell_remove() - remove the directory of a cell
 * @cell: the directory
 *
 * Waits until nobody reads it any more, and takes away what of it is mapped.
 *
 * Context: jh_lock is held, jh_hypervisor_sem is not.
 */
void jh_sysfs_cell_remove(struct sysfs_cell *cell)
{
	unsigned int cpu;

	jh_sysfs_ivshmem_remove(cell->ivshmem);
	jh_sysfs_devices_remove(cell->devices);
	jh_sysfs_shared_remove(cell->shared);
	for (cpu = 0; cpu < JAILHOUSE_MAX_CPUS; cpu++)
		if (cell->cpus[cpu])
			jh_sysfs_statistics_remove(cell->cpus[cpu]);
	kobject_del(&cell->all->kobj);
	kobject_del(&cell->kobj);
	kobject_put(&cell->kobj);
}

/**
 * jh_sysfs_cell_notify() - tell those who wait if the state is another than before
 * @cell: the directory
 *
 * Context: jh_lock is held.
 */
void jh_sysfs_cell_notify(struct sysfs_cell *cell)
{
	long state = jh_hypercall_cell_state(cell->id);
	char name_env[JAILHOUSE_CELL_NAME_SIZE + 16], state_env[32];
	char *env[3] = {};

	if (state < 0 || state == cell->state)
		return;
	cell->state = state;
	sysfs_notify(&cell->kobj, NULL, "state");
	snprintf(name_env, sizeof(name_env), "JAILHOUSE_CELL=%s", cell->name);
	snprintf(state_env, sizeof(state_env), "JAILHOUSE_STATE=%s", jh_cell_state_name(state));
	env[0] = name_env;
	env[1] = state_env;
	kobject_uevent_env(&cell->kobj, KOBJ_CHANGE, env);
}

/**
 * jh_sysfs_cells_notify() - the same for each cell that the user has made
 *
 * Context: jh_lock is held.
 */
void jh_sysfs_cells_notify(void)
{
	struct jh_cell *cell;

	list_for_each_entry(cell, &jh_cells, node)
		if (cell->sysfs)
			jh_sysfs_cell_notify(cell->sysfs);
}

/*
 * The root cell
 */

static struct sysfs_cell *root_cell;

/**
 * jh_sysfs_root_add() - make the directory of the root cell, which has all CPUs
 * @name: its name
 *
 * Context: jh_lock is held.
 *
 * Return: 0 or -ENOMEM.
 */
int jh_sysfs_root_add(const char *name)
{
	struct sysfs_cell *cell = jh_sysfs_cell_add(0, name, &jh_cpus_known, NULL);

	if (IS_ERR(cell))
		return PTR_ERR(cell);
	root_cell = cell;
	return 0;
}

/** jh_sysfs_root_remove() - undo jh_sysfs_root_add(). */
void jh_sysfs_root_remove(void)
{
	jh_sysfs_cell_remove(root_cell);
	root_cell = NULL;
}

/**
 * jh_sysfs_root_update() - CPUs have left the root cell, or come back
 *
 * Context: jh_lock is held, the hypervisor is active.
 */
void jh_sysfs_root_update(void)
{
	struct cpu_set cpus = jh_cpus_of_root();

	jh_sysfs_cell_set_cpus(root_cell, &cpus);
}
