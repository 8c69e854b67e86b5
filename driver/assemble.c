// SPDX-License-Identifier: GPL-2.0-only
/*
 * A cell's configuration, when it is needed: written as a blob, or made of what was said in
 * directories, as they are at that moment.
 */
#include "assemble.h"
#include "blob.h"
#include "cell.h"
#include "directory.h"
#include "directory_pci.h"
#include "hypercall.h"
#include "reason.h"
#include "supply.h"

#include <linux/mm.h>
#include <linux/slab.h>

#include <jailhouse/console.h>
#include <jailhouse/cell_config.h>
#include <config_check.h>

/* The hypervisor reads it from one piece of memory. */
static int keep(struct jh_cell *cell, const void *blob, size_t size, struct reason *why)
{
	void *copy = kmemdup(blob, size, GFP_KERNEL);

	if (!copy)
		return jh_refuse(why, -ENOMEM, "no memory for %zu bytes", size);
	jh_blob_set(&cell->config, copy, size);
	cell->assembled = true;
	config_cpu_set(copy, &cell->cpus);
	return 0;
}

static int assemble(struct jh_cell *cell, void *blob,
		    const struct jailhouse_cell_desc *const *others, unsigned int num_others,
		    struct reason *why)
{
	const struct directory_machine machine = {
		.supply = &jh_supply, .system = jh_system_config.data,
		.others = others, .num_others = num_others,
	};
	size_t size;
	int err;

	err = jh_directories_assemble(jh_cell_name(cell), &cell->said, &machine, blob, &size, why);
	return err ?: keep(cell, blob, size, why);
}

static int assemble_now(struct jh_cell *cell, struct reason *why)
{
	const struct jailhouse_cell_desc **others;
	unsigned int num_others;
	void *blob;
	int err;

	if (!jh_hypervisor_enabled())
		return jh_refuse(why, -ENODEV,
				 "the hypervisor is not enabled, only then is it known what there is for cells");
	err = jh_directory_pci_look(&cell->said, why);
	if (err)
		return err;
	err = -ENOMEM;
	others = jh_cells_configs(&num_others);
	blob = kvzalloc(jh_directories_room(&cell->said), GFP_KERNEL);
	if (others && blob)
		err = assemble(cell, blob, others, num_others, why);
	else
		jh_refuse(why, err, "no memory");
	kvfree(blob);
	kfree(others);
	return err;
}

/**
 * jh_cell_assemble() - make the configuration of what was said in directories
 * @cell: a directory
 * @why: receives the reason
 *
 * Does nothing if it was written as a blob. A cell that exists, or is about to, keeps the one that
 * it is created with.
 *
 * Context: jh_lock is held, may sleep.
 *
 * Return: 0, -ENODEV while the hypervisor is not enabled, -ENOMEM, those of
 * jh_directories_assemble(): then the cell keeps the configuration that it had.
 */
int jh_cell_assemble(struct jh_cell *cell, struct reason *why)
{
	if (jh_cell_exists(cell))
		return 0;
	if (jh_directories_used(&cell->said))
		return assemble_now(cell, why);
	if (cell->assembled) {
		jh_blob_set(&cell->config, NULL, 0);
		cell->assembled = false;
	}
	return 0;
}

/**
 * jh_cell_config_ready() - is there a configuration that can be used?
 * @cell: a directory
 * @why: receives the reason
 *
 * Context: in an operation.
 *
 * Return: 0, the errno of the last write if it was refused, -ENODATA, those of jh_cell_assemble().
 */
int jh_cell_config_ready(struct jh_cell *cell, struct reason *why)
{
	int err = cell->config.refused ? 0 : jh_cell_assemble(cell, why);

	return err ?: jh_blob_ready(&cell->config, why);
}
