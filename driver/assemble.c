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
#include "images.h"
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

/* All cells that there are directories of, or NULL; to be given to kvfree(). */
static struct directory_peer *list_peers(unsigned int *count)
{
	struct directory_peer *peers;
	struct jh_cell *cell;

	*count = 0;
	list_for_each_entry(cell, &jh_cells, node)
		(*count)++;
	peers = kvmalloc_array(*count, sizeof(*peers), GFP_KERNEL);
	if (!peers)
		return NULL;
	*count = 0;
	list_for_each_entry(cell, &jh_cells, node)
		peers[(*count)++] = (struct directory_peer){ jh_cell_name(cell), &cell->said };
	return peers;
}

static int assemble(struct jh_cell *cell, void *blob, const struct directory_machine *machine,
		    struct reason *why)
{
	size_t size;
	int err;

	err = jh_directories_assemble(jh_cell_name(cell), &cell->said, machine, blob, &size, why);
	return err ?: keep(cell, blob, size, why);
}

static int assemble_now(struct jh_cell *cell, struct reason *why)
{
	struct directory_machine machine = {
		.supply = &jh_supply, .system = jh_system_config.data,
	};
	void *blob;
	int err;

	if (!jh_hypervisor_enabled())
		return jh_refuse(why, -ENODEV,
				 "the hypervisor is not enabled, only then is it known what there is for cells");
	err = jh_directory_pci_look(&cell->said, why);
	if (err)
		return err;
	err = -ENOMEM;
	cell->said.image_entry = jh_images_entry(cell);
	machine.others = jh_cells_configs(&machine.num_others);
	machine.peers = list_peers(&machine.num_peers);
	blob = kvzalloc(jh_directories_room(&cell->said), GFP_KERNEL);
	if (machine.others && machine.peers && blob)
		err = assemble(cell, blob, &machine, why);
	else
		jh_refuse(why, err, "no memory");
	kvfree(blob);
	kvfree(machine.peers);
	kfree(machine.others);
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
 * Where a program in a file begins may have changed since it was looked at. A file that cannot be
 * read is named when it is to be loaded.
 *
 * Context: in an operation.
 *
 * Return: 0, the errno of the last write if it was refused, -ENODATA, those of jh_cell_assemble().
 */
int jh_cell_config_ready(struct jh_cell *cell, struct reason *why)
{
	int err = 0;

	if (!jh_cell_exists(cell))
		jh_images_look(cell, why);
	if (!cell->config.refused)
		err = jh_cell_assemble(cell, why);
	return err ?: jh_blob_ready(&cell->config, why);
}
