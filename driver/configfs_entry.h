/* SPDX-License-Identifier: GPL-2.0-only */
/* A directory in memory/, ports/, interrupts/, devices/ or links/ of a cell; its attributes. */
#ifndef _JH_CONFIGFS_ENTRY_H
#define _JH_CONFIGFS_ENTRY_H

#include <linux/configfs.h>

#include "directory.h"

struct jh_cell;

/**
 * struct entry_item - a directory that says something of a cell
 * @item: the directory
 * @directory: what it says
 * @kind: where it is
 * @cell: whose it is; the cell's directory cannot go before this one
 */
struct entry_item {
	struct config_item item;
	struct directory directory;
	enum directory_kind kind;
	struct jh_cell *cell;
};

/** to_entry() - what the directory says. */
static inline struct entry_item *to_entry(struct config_item *item)
{
	return container_of(item, struct entry_item, item);
}

extern const struct config_item_type jh_entry_types[DIRECTORY_KINDS];

#endif
