// SPDX-License-Identifier: GPL-2.0-only
/*
 * How a cell comes and goes: what Linux has to do around the hypercalls, and how it is undone
 * when one of the steps fails.
 */
#include "creation.h"
#include "assemble.h"
#include "blob.h"
#include "cell.h"
#include "claims.h"
#include "compare.h"
#include "cpus.h"
#include "directory_names.h"
#include "hypercall.h"
#include "iommu_reserved.h"
#include "order.h"
#include "pci.h"
#include "reason.h"
#include "sysfs_cell.h"
#include "trace.h"

#include <linux/configfs.h>
#include <linux/err.h>
#include <linux/io.h>
#include <linux/kernel.h>
#include <linux/list.h>
#include <linux/slab.h>

#include <jailhouse/console.h>
#include <jailhouse/cell_config.h>
#include <jailhouse/comm_region.h>
#include <jailhouse/hypercall.h>
#include <config_check.h>
#include <cpu_set.h>
#include <memory_map.h>

/*
 * Checks before a cell is created
 */

/**
 * jh_cell_check_active() - is there a hypervisor that cells can be made by?
 * @why: receives the reason
 *
 * Context: in an operation.
 *
 * Return: 0, or -ENODEV.
 */
int jh_cell_check_active(struct reason *why)
{
	if (jh_hypervisor_enabled())
		return 0;
	return jh_refuse(why, -ENODEV, "the hypervisor is not enabled");
}

/* The hypervisor would refuse as well, but only after CPUs were taken from Linux. */
static int check_unlocked(struct reason *why)
{
	const struct jh_cell *other;

	list_for_each_entry(other, &jh_cells, node)
		if (jh_cell_exists(other) &&
		    jh_hypercall_cell_state(other->id) == JAILHOUSE_CELL_RUNNING_LOCKED)
			return jh_refuse(why, -EPERM, "cell %s has locked the configuration",
					 jh_cell_name(other));
	return 0;
}

static int check_fits(const struct jh_cell *cell, struct reason *why)
{
	const struct jailhouse_system *system = jh_system_config.data;
	const struct jailhouse_cell_desc **others;
	static struct memory_map root_memory;
	struct config_reason reason;
	struct cpu_set root_cpus = jh_cpus_of_root();
	unsigned int num_others;
	int err;

	others = jh_cells_configs(&num_others);
	if (!others)
		return jh_refuse(why, -ENOMEM, "no memory");
	memory_map_init(&root_memory, &system->root_cell);
	err = config_check_cell_fits(cell->config.data, system, &root_memory, others,
				     num_others, &root_cpus, &reason);
	kfree(others);
	return err ? jh_refuse(why, err, "%s", reason.text) :
		jh_check_iommu_cell(system, cell->config.data, why);
}

static int check_others(const struct jh_cell *cell, struct reason *why)
{
	return check_unlocked(why);
}

static void list_refusals(const struct jh_cell *cell, const struct complaints *complaints)
{
	static int (*const checks[])(const struct jh_cell *cell, struct reason *why) = {
		check_others, check_fits, jh_cpus_check_taken,
	};
	struct reason why;
	unsigned int n;

	for (n = 0; n < ARRAY_SIZE(checks); n++)
		if (checks[n](cell, &why))
			complaints->tell(complaints->arg, why.text, true);
}

/**
 * jh_cell_list() - tell of all that is in the way of jh_cell_create()
 * @cell: a directory, whose cell does not exist
 * @complaints: who is told
 *
 * Without a hypervisor nothing else is known. Of what the configuration has in common with
 * those of other cells, or lacks in that of the root cell, it is the first thing.
 *
 * Context: jh_lock is held, may sleep.
 */
void jh_cell_list(const struct jh_cell *cell, const struct complaints *complaints)
{
	const struct blob *config = &cell->config;
	struct reason why;

	if (config->refused)
		complaints->tell(complaints->arg, config->why.text, true);
	else if (!config->data)
		complaints->tell(complaints->arg, "no configuration was written", true);
	if (jh_cell_check_active(&why)) {
		complaints->tell(complaints->arg, why.text, true);
		return;
	}
	if (config->refused || !config->data)
		return;
	list_refusals(cell, complaints);
	jh_pci_list(cell, complaints);
	jh_claims_list(cell, complaints);
	jh_cpus_list(cell, complaints);
}

/*
 * Creating and destroying
 */

/* While the hypervisor knows the cell, its directory cannot be removed. */
static int pin(struct jh_cell *cell, struct reason *why)
{
	int err = configfs_depend_item_unlocked(cell->group.cg_subsys,
						&cell->group.cg_item);

	return err ? jh_refuse(why, err, "the directory is being removed") : 0;
}

static void unpin(struct jh_cell *cell)
{
	configfs_undepend_item(&cell->group.cg_item);
}

/*
 * What Linux has to let go of before the hypervisor can give it to a cell. A PCI device that a
 * driver uses is named before the registers that this driver requested.
 */
static const struct {
	int (*take)(struct jh_cell *cell, struct reason *why);
	void (*give_back)(struct jh_cell *cell);
} cell_resources[] = {
	{ pin,			unpin },
	{ jh_pci_take,		jh_pci_give_back },
	{ jh_claims_make,	jh_claims_release },
	{ jh_cpus_take,		jh_cpus_give_back },
};

/* Gives the first @taken of them back, the last one first. */
static void give_back(struct jh_cell *cell, unsigned int taken)
{
	while (taken--)
		cell_resources[taken].give_back(cell);
}

static void give_all_back(struct jh_cell *cell)
{
	give_back(cell, ARRAY_SIZE(cell_resources));
}

static int take_resources(struct jh_cell *cell, struct reason *why)
{
	unsigned int n;
	int err;

	for (n = 0; n < ARRAY_SIZE(cell_resources); n++) {
		err = cell_resources[n].take(cell, why);
		if (err) {
			give_back(cell, n);
			return err;
		}
	}
	return 0;
}

static void forget(struct jh_cell *cell)
{
	WRITE_ONCE(cell->id, JH_NO_CELL);
	cell->to_be_destroyed = false;
	jh_sysfs_root_update();
	if (cell->sysfs)
		jh_sysfs_cell_remove(cell->sysfs);
	cell->sysfs = NULL;
}

/* From here on, what the cell has stays taken until the hypervisor has destroyed it. */
static int create(struct jh_cell *cell, struct reason *why)
{
	long id = jh_order(JAILHOUSE_HC_CELL_CREATE, virt_to_phys(cell->config.data), 0, why);

	trace_jailhouse_cell_create(jh_cell_name(cell), id);
	if (id < 0)
		return id;
	WRITE_ONCE(cell->id, id);
	jh_sysfs_root_update();
	jh_cpus_warn(cell);
	return 0;
}

static int add_to_sysfs(struct jh_cell *cell, struct reason *why)
{
	struct sysfs_cell *sysfs = jh_sysfs_cell_add(cell->id, jh_cell_name(cell), &cell->cpus,
						     cell->config.data);

	if (IS_ERR(sysfs))
		return jh_refuse(why, PTR_ERR(sysfs), "it has no place in sysfs (%ld)",
				 PTR_ERR(sysfs));
	cell->sysfs = sysfs;
	jh_order_done(cell);
	return 0;
}

/**
 * jh_cell_undo_create() - undo a creation, since something after it has failed
 * @cell: a directory whose cell exists
 * @err: the errno of what has failed
 * @why: its reason
 *
 * The hypervisor may refuse, too (another cell has locked the configuration just now): then the
 * next operation tries again, and @why says so.
 *
 * Context: in an operation.
 *
 * Return: @err.
 */
int jh_cell_undo_create(struct jh_cell *cell, int err, struct reason *why)
{
	struct reason first = *why, stays;

	if (!jh_cell_destroy(cell, JAILHOUSE_TIMEOUT_KILL, &stays))
		return err;
	cell->to_be_destroyed = true;
	return jh_refuse(why, err, "%s; and it cannot be destroyed yet: %s", first.text,
			 stays.text);
}

/* What could not be undone once is in the way of all that comes later. */
static int finish_undoing(struct reason *why)
{
	struct jh_cell *cell;
	int err;

	list_for_each_entry(cell, &jh_cells, node) {
		if (!cell->to_be_destroyed)
			continue;
		err = jh_cell_destroy(cell, JAILHOUSE_TIMEOUT_KILL, why);
		if (err)
			return jh_order_of(cell, err, why);
	}
	return 0;
}

/* Who has made directories knows them by their names. */
static int explain(const struct jh_cell *cell, int err, struct reason *why)
{
	if (cell->assembled)
		jh_directories_explain(&cell->said, why);
	return err;
}

/**
 * jh_cell_create() - have the hypervisor make a cell, which does not run yet
 * @cell: a directory
 * @why: receives the reason
 *
 * Context: in an operation. Does nothing if the cell exists.
 *
 * Return: 0, the errno with which its configuration was refused, -ENODATA if there was
 * none, -ENODEV if the hypervisor is not enabled, -EPERM while another cell has locked
 * the configuration, those of config_check_cell_fits(), jh_check_iommu_cell(), jh_pci_take(),
 * jh_claims_make() and jh_cpus_take(), -ENOENT if the directory is being removed, -ENOMEM, or the
 * hypervisor's: on any of them, everything is as it was, or the reason says that the cell is
 * still to be destroyed.
 */
int jh_cell_create(struct jh_cell *cell, struct reason *why)
{
	int err;

	err = finish_undoing(why);
	if (err || jh_cell_exists(cell))
		return err;
	err = jh_cell_config_ready(cell, why);
	if (!err)
		err = jh_cell_check_active(why);
	if (!err)
		err = check_unlocked(why);
	if (!err)
		err = check_fits(cell, why);
	if (!err)
		err = take_resources(cell, why);
	if (err)
		return explain(cell, err, why);
	err = create(cell, why);
	if (err) {
		give_all_back(cell);
		return explain(cell, err, why);
	}
	err = add_to_sysfs(cell, why);
	return err ? jh_cell_undo_create(cell, err, why) : 0;
}

/**
 * jh_cell_destroy() - give back all that a cell has
 * @cell: a directory
 * @timeout_ms: what it gets to agree, if it is running; JAILHOUSE_TIMEOUT_KILL: it is not
 *	asked
 * @why: receives the reason
 *
 * Context: in an operation. Does nothing if the cell does not exist.
 *
 * Return: 0, -EPERM if the cell does not agree or another one has locked the
 * configuration, -ETIMEDOUT if it does not answer, -EINTR after a signal.
 */
int jh_cell_destroy(struct jh_cell *cell, u32 timeout_ms, struct reason *why)
{
	long ret;

	if (!jh_cell_exists(cell))
		return 0;
	ret = jh_order_asking(cell, JAILHOUSE_HC_CELL_DESTROY, timeout_ms, why);
	trace_jailhouse_cell_destroy(jh_cell_name(cell), cell->id, ret);
	if (ret) {
		jh_order_done(cell);
		return ret;
	}
	forget(cell);
	give_all_back(cell);
	return 0;
}
