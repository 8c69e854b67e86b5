/* SPDX-License-Identifier: GPL-2.0-only */
/* What the driver knows of a cell. */
#ifndef _JH_CELL_H
#define _JH_CELL_H

#include <linux/configfs.h>
#include <linux/list.h>
#include <linux/types.h>

#include <cpu_set.h>

#include "blob.h"
#include "directory.h"
#include "failure_note.h"
#include "images.h"
#include "reason.h"

#define JH_NO_CELL	(-1)

struct pci_claim;
struct sysfs_cell;

/**
 * struct jh_cell - a directory in cells/
 * @node: in jh_cells, in the order in which they were made
 * @group: the directory
 * @images_group: images/ in it
 * @kind_groups: memory/, ports/, interrupts/, devices/, links/ and ivshmem/ in it
 * @said: its configuration, as far as it was said in directories
 * @config: its configuration, made of @said or written as a blob; does not change while the
 *	hypervisor knows the cell
 * @assembled: @config was made of @said
 * @id: its number while the hypervisor knows it, else JH_NO_CELL; read without
 *	a lock
 * @to_be_destroyed: it was not created as a whole, and that could not be undone yet
 * @cpus: CPUs in its configuration; read without a lock, may be half replaced then
 * @taken_cpus: those that the driver took offline for it
 * @timeout_ms: how long it may take to answer
 * @claim_name: what /proc/iomem and /proc/ioports call what it has
 * @claims: what was requested from Linux for it
 * @image: what the attribute `image` staged
 * @images: all that is staged, @image first
 * @pci: what keeps Linux's drivers from its PCI functions, if it has any
 * @sysfs: its directory in sysfs while the hypervisor knows it
 * @error: what the attribute `error` shows
 * @failure: has the user been told that it failed?
 */
struct jh_cell {
	struct list_head node;
	struct config_group group;
	struct config_group images_group;
	struct config_group kind_groups[DIRECTORY_KINDS];
	struct directories said;
	struct blob config;
	bool assembled;
	int id;
	bool to_be_destroyed;
	struct cpu_set cpus;
	struct cpu_set taken_cpus;
	u32 timeout_ms;
	char claim_name[JAILHOUSE_CELL_NAME_SIZE + 16];
	struct list_head claims;
	struct staged_image image;
	struct list_head images;
	struct pci_claim *pci;
	struct sysfs_cell *sysfs;
	struct last_error error;
	struct failure_note failure;
};

/** to_jh_cell() - the cell whose directory this is. */
static inline struct jh_cell *to_jh_cell(struct config_item *item)
{
	return container_of(to_config_group(item), struct jh_cell, group);
}

/** jh_cell_name() - the name of its directory. */
static inline const char *jh_cell_name(const struct jh_cell *cell)
{
	return cell->group.cg_item.ci_name;
}

/** jh_cell_exists() - does the hypervisor know @cell? Any context. */
static inline bool jh_cell_exists(const struct jh_cell *cell)
{
	return READ_ONCE(cell->id) != JH_NO_CELL;
}

/**
 * jh_cell_has_blob() - was its configuration written, good or bad, as a blob?
 *
 * One that came at the wrong time has left everything as it was.
 */
static inline bool jh_cell_has_blob(const struct jh_cell *cell)
{
	if (cell->config.refused && cell->config.refused != -EBUSY)
		return true;
	return cell->config.data && !cell->assembled;
}

extern struct list_head jh_cells;
const struct jailhouse_cell_desc **jh_cells_configs(unsigned int *count);
bool jh_cell_has_failed(const struct jh_cell *cell);
void jh_cell_error_set(struct jh_cell *cell, const char *attribute, int err,
		       const struct reason *why);

#endif
