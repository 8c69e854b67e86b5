/* SPDX-License-Identifier: GPL-2.0-only */
/* A directory in one of a cell's, as memory/ or links/; its attributes. */
#ifndef _JH_CONFIGFS_ENTRY_H
#define _JH_CONFIGFS_ENTRY_H

#include <linux/configfs.h>

#include "directory.h"

struct jh_cell;
struct reason;

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

/* configfs_peers.c */
extern struct configfs_attribute *jh_link_attrs[];
extern struct configfs_attribute *jh_ivshmem_attrs[];

ssize_t jh_entry_store(struct config_item *item, const char *attribute,
		       int (*set)(struct directory *directory, const char *page,
				  struct reason *why),
		       const char *page, size_t count);
int jh_entry_check_pages(u64 value, u64 end, struct reason *why);
int jh_entry_set_size(u64 *to, const char *page, struct reason *why);

/* An attribute that has name_show() and set_name(). */
#define ENTRY_ATTR(kind, name)							\
	static ssize_t kind##_##name##_store(struct config_item *item,		\
					     const char *page, size_t count)	\
	{									\
		return jh_entry_store(item, #name, set_##kind##_##name, page,	\
				      count);					\
	}									\
	CONFIGFS_ATTR(kind##_, name)

#endif
