// SPDX-License-Identifier: GPL-2.0-only
/*
 * The life of a cell: what Linux has to do around the hypercalls, and how it is undone
 * when one of the steps fails.
 */
#include "driver.h"
#include "trace.h"

#include <linux/err.h>
#include <linux/io.h>
#include <linux/minmax.h>
#include <linux/slab.h>

static bool is_running(long state)
{
	return state == JAILHOUSE_CELL_RUNNING || state == JAILHOUSE_CELL_RUNNING_LOCKED;
}

/** cell_ask_state() - JAILHOUSE_CELL_* of comm_region.h, or a negative errno. */
long cell_ask_state(int id)
{
	return hypercall_ask(JAILHOUSE_HC_CELL_GET_STATE, id, 0);
}

/** cell_has_failed() - does this state mean that it did what it may not do, or gave up? */
bool cell_has_failed(long state)
{
	return state == JAILHOUSE_CELL_FAILED || state == JAILHOUSE_CELL_FAILED_COMM_REV;
}

/* Tells sysfs what an operation has changed, without waiting for the next poll. */
static void publish(struct jailhouse_cell *cell)
{
	if (cell->sysfs)
		sysfs_cell_notify(cell->sysfs);
}

/**
 * cells_notify() - look at the states of all cells, and tell sysfs which have changed
 *
 * Context: jailhouse_lock is held.
 */
void cells_notify(void)
{
	struct jailhouse_cell *cell;

	list_for_each_entry(cell, &jailhouse_cells, node)
		publish(cell);
}

/* The reason of one cell, told by another item. */
static int name_cell(const struct jailhouse_cell *cell, int err, struct reason *why)
{
	struct reason own = *why;

	return err ? refuse(why, err, "cells/%s: %s", cell_name(cell), own.text) : 0;
}

/*
 * A hypercall that asks the cell to shut down. One that does not answer may never do so: a
 * user then needs to know what else there is.
 */
static long hypercall_asking(struct jailhouse_cell *cell, u32 code, u32 timeout_ms,
			     struct reason *why)
{
	long ret = hypercall(code, cell->id, timeout_ms, why);
	struct reason own;

	if (ret == -ETIMEDOUT) {
		own = *why;
		refuse(why, 0, "%s; 'jailhouse cell kill %s' does not ask it", own.text,
		       cell_name(cell));
	}
	return ret;
}

/*
 * Checks before a cell is created
 */

static int check_active(struct reason *why)
{
	if (hypervisor_enabled())
		return 0;
	return refuse(why, -ENODEV, "the hypervisor is not enabled");
}

/* The hypervisor would refuse as well, but only after CPUs were taken from Linux. */
static int check_unlocked(struct reason *why)
{
	const struct jailhouse_cell *other;

	list_for_each_entry(other, &jailhouse_cells, node)
		if (cell_exists(other) &&
		    cell_ask_state(other->id) == JAILHOUSE_CELL_RUNNING_LOCKED)
			return refuse(why, -EPERM, "cell %s has locked the configuration",
				      cell_name(other));
	return 0;
}

static int check_fits(const struct jailhouse_cell *cell, struct reason *why)
{
	const struct jailhouse_system *system = jailhouse_config.data;
	const struct jailhouse_cell_desc **others;
	static struct memory_map root_memory;
	struct config_reason reason;
	struct jailhouse_cell *other;
	struct cpu_set root_cpus = cpus_of_root();
	unsigned int num_others = 0;
	int err;

	list_for_each_entry(other, &jailhouse_cells, node)
		num_others += cell_exists(other);
	others = kmalloc_array(num_others, sizeof(*others), GFP_KERNEL);
	if (!others)
		return refuse(why, -ENOMEM, "no memory");
	num_others = 0;
	list_for_each_entry(other, &jailhouse_cells, node)
		if (cell_exists(other))
			others[num_others++] = other->config.data;
	memory_map_init(&root_memory, &system->root_cell);
	err = config_check_cell_fits(cell->config.data, system, &root_memory, others,
				     num_others, &root_cpus, &reason);
	kfree(others);
	return err ? refuse(why, err, "%s", reason.text) : 0;
}

/*
 * Creating and destroying
 */

/* While the hypervisor knows the cell, its directory cannot be removed. */
static int pin(struct jailhouse_cell *cell, struct reason *why)
{
	int err = configfs_depend_item_unlocked(&jailhouse_subsys, &cell->group.cg_item);

	return err ? refuse(why, err, "the directory is being removed") : 0;
}

static void unpin(struct jailhouse_cell *cell)
{
	configfs_undepend_item(&cell->group.cg_item);
}

static void release_resources(struct jailhouse_cell *cell)
{
	cpus_give_back(cell);
	claims_release(cell);
	pci_give_back(cell);
	unpin(cell);
}

/* A PCI device that a driver uses is named before the registers that this driver requested. */
static int take_resources(struct jailhouse_cell *cell, struct reason *why)
{
	int err;

	err = pin(cell, why);
	if (err)
		return err;
	err = pci_take(cell, why);
	if (err)
		goto unpin;
	err = claims_make(cell, why);
	if (err)
		goto give_pci_back;
	err = cpus_take(cell, why);
	if (err)
		goto release_claims;
	return 0;

release_claims:
	claims_release(cell);
give_pci_back:
	pci_give_back(cell);
unpin:
	unpin(cell);
	return err;
}

static void forget(struct jailhouse_cell *cell)
{
	WRITE_ONCE(cell->id, JAILHOUSE_NO_CELL);
	cell->to_be_destroyed = false;
	hypervisor_root_changed();
	if (cell->sysfs)
		sysfs_cell_remove(cell->sysfs);
	cell->sysfs = NULL;
}

/* From here on, what the cell has stays taken until the hypervisor has destroyed it. */
static int create(struct jailhouse_cell *cell, struct reason *why)
{
	long id = hypercall(JAILHOUSE_HC_CELL_CREATE, virt_to_phys(cell->config.data), 0, why);

	trace_jailhouse_cell_create(cell_name(cell), id);
	if (id < 0)
		return id;
	WRITE_ONCE(cell->id, id);
	hypervisor_root_changed();
	cpus_warn_of_siblings(cell);
	return 0;
}

static int add_to_sysfs(struct jailhouse_cell *cell, struct reason *why)
{
	struct sysfs_cell *sysfs = sysfs_cell_add(cell->id, cell_name(cell), &cell->cpus);

	if (IS_ERR(sysfs))
		return refuse(why, PTR_ERR(sysfs), "it has no place in sysfs (%ld)",
			      PTR_ERR(sysfs));
	cell->sysfs = sysfs;
	publish(cell);
	return 0;
}

/*
 * Undoes the creation, whose user gets @err and @why. The hypervisor may refuse, too (another
 * cell has locked the configuration just now): then the next operation tries again.
 */
static int undo_create(struct jailhouse_cell *cell, int err, struct reason *why)
{
	struct reason first = *why, stays;

	if (!cell_destroy(cell, JAILHOUSE_TIMEOUT_KILL, &stays))
		return err;
	cell->to_be_destroyed = true;
	return refuse(why, err, "%s; and it cannot be destroyed yet: %s", first.text, stays.text);
}

/* What could not be undone once is in the way of all that comes later. */
static int finish_undoing(struct reason *why)
{
	struct jailhouse_cell *cell;
	int err;

	list_for_each_entry(cell, &jailhouse_cells, node) {
		if (!cell->to_be_destroyed)
			continue;
		err = cell_destroy(cell, JAILHOUSE_TIMEOUT_KILL, why);
		if (err)
			return name_cell(cell, err, why);
	}
	return 0;
}

/**
 * cell_create() - have the hypervisor make a cell, which does not run yet
 * @cell: a directory
 * @why: receives the reason
 *
 * Context: in an operation. Does nothing if the cell exists.
 *
 * Return: 0, the errno with which its configuration was refused, -ENODATA if there was
 * none, -ENODEV if the hypervisor is not enabled, -EPERM while another cell has locked
 * the configuration, those of config_check_cell_fits(), those of pci_take(),
 * claims_make() and cpus_take(), -ENOENT if the directory is being removed, -ENOMEM, or the
 * hypervisor's: on any of them, everything is as it was, or the reason says that the cell is
 * still to be destroyed.
 */
int cell_create(struct jailhouse_cell *cell, struct reason *why)
{
	int err;

	err = finish_undoing(why);
	if (err || cell_exists(cell))
		return err;
	err = blob_ready(&cell->config, why);
	if (!err)
		err = check_active(why);
	if (!err)
		err = check_unlocked(why);
	if (!err)
		err = check_fits(cell, why);
	if (!err)
		err = take_resources(cell, why);
	if (err)
		return err;
	err = create(cell, why);
	if (err) {
		release_resources(cell);
		return err;
	}
	err = add_to_sysfs(cell, why);
	return err ? undo_create(cell, err, why) : 0;
}

/**
 * cell_destroy() - give back all that a cell has
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
int cell_destroy(struct jailhouse_cell *cell, u32 timeout_ms, struct reason *why)
{
	long ret;

	if (!cell_exists(cell))
		return 0;
	ret = hypercall_asking(cell, JAILHOUSE_HC_CELL_DESTROY, timeout_ms, why);
	trace_jailhouse_cell_destroy(cell_name(cell), cell->id, ret);
	if (ret) {
		publish(cell);
		return ret;
	}
	forget(cell);
	release_resources(cell);
	return 0;
}

/*
 * Starting and stopping
 */

/* Stops the cell, if it runs and agrees, and copies what is staged to its memory. */
static int load(struct jailhouse_cell *cell, struct reason *why)
{
	long ret;

	ret = hypercall_asking(cell, JAILHOUSE_HC_CELL_SET_LOADABLE, READ_ONCE(cell->timeout_ms),
			       why);
	publish(cell);
	return ret ?: images_place(cell, why);
}

static int start(struct jailhouse_cell *cell, struct reason *why)
{
	long ret;

	cell->just_started = true;
	WRITE_ONCE(cell->failure_told, false);
	ret = hypercall(JAILHOUSE_HC_CELL_START, cell->id, READ_ONCE(cell->timeout_ms), why);
	trace_jailhouse_cell_start(cell_name(cell), cell->id, ret);
	publish(cell);
	return ret;
}

static int load_and_start(struct jailhouse_cell *cell, struct reason *why)
{
	int err = 0;

	if (images_staged(cell))
		err = load(cell, why);
	return err ?: start(cell, why);
}

/**
 * cell_start() - create the cell if need be, load what is staged, let it run
 * @cell: a directory
 * @why: receives the reason
 *
 * Context: in an operation. Does nothing if the cell runs.
 *
 * Return: 0, those of cell_create(), images_check() and images_place(), or the
 * hypervisor's. A cell that did not exist before does not exist after an error, or the reason
 * says that it is still to be destroyed.
 */
int cell_start(struct jailhouse_cell *cell, struct reason *why)
{
	bool existed = cell_exists(cell) && !cell->to_be_destroyed;
	int err;

	if (existed && is_running(cell_ask_state(cell->id)))
		return 0;
	err = blob_ready(&cell->config, why);
	if (!err)
		err = check_active(why);
	if (!err)
		err = images_check(cell, why);
	if (!err)
		err = cell_create(cell, why);
	if (err)
		return err;
	err = load_and_start(cell, why);
	return err && !existed ? undo_create(cell, err, why) : err;
}

/**
 * cell_reload() - stop the cell if it runs and agrees, load what is staged, let it run
 * @cell: a directory
 * @why: receives the reason
 *
 * Context: jailhouse_lock is held.
 *
 * Return: 0, the errno with which its configuration was refused, -EINVAL if the cell does
 * not exist, -ENODATA if there is no configuration or nothing is staged, those of
 * images_check(), images_place() and cell_stop(), or the hypervisor's.
 */
int cell_reload(struct jailhouse_cell *cell, struct reason *why)
{
	int err;

	err = blob_ready(&cell->config, why);
	if (err)
		return err;
	if (!cell_exists(cell) || cell->to_be_destroyed)
		return refuse(why, -EINVAL, "it was not created yet, there is nothing to reload");
	if (!images_staged(cell))
		return refuse(why, -ENODATA, "no image was written");
	err = images_check(cell, why);
	return err ?: load_and_start(cell, why);
}

/**
 * cell_stop() - shut a cell down, but keep what it has
 * @cell: a directory
 * @timeout_ms: what it gets to agree; JAILHOUSE_TIMEOUT_KILL: it is not asked
 * @why: receives the reason
 *
 * Context: in an operation. Does nothing if the cell does not run.
 *
 * Return: 0, -EPERM if it does not agree, -ETIMEDOUT if it does not answer, -EINTR after a
 * signal.
 */
int cell_stop(struct jailhouse_cell *cell, u32 timeout_ms, struct reason *why)
{
	long ret;

	if (!cell_exists(cell) || !is_running(cell_ask_state(cell->id)))
		return 0;
	ret = hypercall_asking(cell, JAILHOUSE_HC_CELL_STOP, timeout_ms, why);
	trace_jailhouse_cell_stop(cell_name(cell), cell->id, ret);
	publish(cell);
	return ret;
}

/*
 * All of them
 */

/* They are asked at the same time: the one that may take longest decides. */
static u32 longest_timeout(void)
{
	const struct jailhouse_cell *cell;
	u32 timeout_ms = 0;

	list_for_each_entry(cell, &jailhouse_cells, node)
		if (cell_exists(cell))
			timeout_ms = max(timeout_ms, READ_ONCE(cell->timeout_ms));
	return timeout_ms;
}

/**
 * cells_stop_all() - shut all cells down, but keep what they have
 * @ask: ask them first
 * @why: receives the reason
 *
 * The hypervisor does it for all of them in one go: between two looks at a cell, which is
 * all that can be had from here, it can change its state. If one refuses, those that agreed
 * before are shut down all the same, and keep their CPUs and RAM.
 *
 * Context: jailhouse_lock is held, the hypervisor is active.
 *
 * Return: 0, -EPERM or -ETIMEDOUT with the name of a cell in @why, -EINTR after a signal.
 */
int cells_stop_all(bool ask, struct reason *why)
{
	u32 timeout_ms = ask ? longest_timeout() : JAILHOUSE_TIMEOUT_KILL;
	struct jailhouse_cell *cell;
	struct reason own;
	long ret;

	ret = hypercall(JAILHOUSE_HC_CELLS_STOP, 0, timeout_ms, why);
	if (ret == -ETIMEDOUT) {
		own = *why;
		refuse(why, 0, "%s; 'jailhouse disable --kill' does not ask", own.text);
	}
	list_for_each_entry(cell, &jailhouse_cells, node)
		if (cell_exists(cell))
			trace_jailhouse_cell_stop(cell_name(cell), cell->id, ret);
	cells_notify();
	return ret;
}

/**
 * cells_destroy_all() - destroy all cells, without asking
 * @why: receives the reason
 *
 * One that cannot be destroyed does not keep the others.
 *
 * Context: jailhouse_lock is held.
 *
 * Return: 0, or the hypervisor's errno for the last that could not be destroyed.
 */
int cells_destroy_all(struct reason *why)
{
	struct jailhouse_cell *cell;
	int err = 0, ret;

	list_for_each_entry(cell, &jailhouse_cells, node) {
		ret = cell_destroy(cell, JAILHOUSE_TIMEOUT_KILL, why);
		if (ret)
			err = name_cell(cell, ret, why);
	}
	return err;
}
