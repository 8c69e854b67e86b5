// SPDX-License-Identifier: GPL-2.0-only
/*
 * /sys/kernel/config/jailhouse/cells/NAME/{memory,ports,interrupts,devices,links,ivshmem}:
 * directories that say what a cell is to have.
 *
 * configfs cannot refuse rmdir, or a write, for what it means to a cell that runs: the
 * configuration that the cell was created with is a copy, and what is changed counts when it is
 * created the next time.
 */
#include "configfs_directory.h"
#include "blob.h"
#include "cell.h"
#include "configfs_entry.h"
#include "directory.h"
#include "operation.h"
#include "reason.h"
#include "words.h"

#include <linux/configfs.h>
#include <linux/err.h>
#include <linux/kernel.h>
#include <linux/module.h>
#include <linux/mutex.h>
#include <linux/slab.h>
#include <linux/string.h>

/**
 * jh_check_described() - may a cell be described by files and directories?
 * @cell: the cell
 * @why: receives the reason
 *
 * Context: jh_lock is held.
 *
 * Return: 0, or -EBUSY if its configuration was written as a blob.
 */
int jh_check_described(const struct jh_cell *cell, struct reason *why)
{
	if (jh_directories_used(&cell->said) || !jh_cell_has_blob(cell))
		return 0;
	return jh_refuse(why, -EBUSY,
			 "a config was written, which says all of the cell: it is the one or the other (rmdir the cell to begin anew)");
}

static int check_entry_name(enum directory_kind kind, const char *name,
			    struct directory *directory, struct reason *why)
{
	if (kind != DIRECTORY_DEVICES)
		return jh_check_name(name, why);
	return jh_parse_function(name, &directory->device.domain, &directory->device.bdf, why);
}

static int new_entry(struct jh_cell *cell, enum directory_kind kind, const char *name,
		     struct entry_item **entry, struct reason *why)
{
	struct entry_item *self;
	int err;

	err = jh_check_described(cell, why);
	if (err)
		return err;
	self = kzalloc(sizeof(*self), GFP_KERNEL);
	if (!self)
		return jh_refuse(why, -ENOMEM, "no memory");
	err = check_entry_name(kind, name, &self->directory, why);
	if (err) {
		kfree(self);
		return err;
	}
	strscpy(self->directory.name, name, sizeof(self->directory.name));
	self->kind = kind;
	self->cell = cell;
	jh_directories_add(&cell->said, kind, &self->directory);
	config_item_init_type_name(&self->item, name, &jh_entry_types[kind]);
	*entry = self;
	return 0;
}

static struct config_item *make_entry(struct config_group *group, const char *name)
{
	struct jh_cell *cell = to_jh_cell(group->cg_item.ci_parent);
	enum directory_kind kind = group - cell->kind_groups;
	struct entry_item *self = NULL;
	struct reason why;
	int err;

	mutex_lock(&jh_lock);
	err = new_entry(cell, kind, name, &self, &why);
	jh_cell_error_set(cell, jh_directory_kinds[kind], err, &why);
	mutex_unlock(&jh_lock);
	return err ? ERR_PTR(err) : &self->item;
}

static void drop_entry(struct config_group *group, struct config_item *item)
{
	struct entry_item *self = to_entry(item);

	mutex_lock(&jh_lock);
	jh_directories_remove(&self->cell->said, self->kind, &self->directory);
	mutex_unlock(&jh_lock);
	config_item_put(item);
}

static struct configfs_group_operations kind_ops = {
	.make_item = make_entry,
	.drop_item = drop_entry,
};

static const struct config_item_type kind_type = {
	.ct_group_ops = &kind_ops,
	.ct_owner = THIS_MODULE,
};

/**
 * jh_kind_groups_add() - give a cell's directory those for what it is to have
 * @cell: its directory is being made
 */
void jh_kind_groups_add(struct jh_cell *cell)
{
	unsigned int kind;

	for (kind = 0; kind < DIRECTORY_KINDS; kind++) {
		config_group_init_type_name(&cell->kind_groups[kind], jh_directory_kinds[kind],
					    &kind_type);
		configfs_add_default_group(&cell->kind_groups[kind], &cell->group);
	}
}
