// SPDX-License-Identifier: GPL-2.0-only
/* What all attributes of a cell's directories have in common when they are written. */
#include "configfs_entry.h"
#include "blob.h"
#include "cell.h"
#include "directory.h"
#include "operation.h"
#include "reason.h"

#include <linux/kernel.h>
#include <linux/mm.h>
#include <linux/mutex.h>

#include <config_check.h>

/**
 * jh_entry_store() - a value was written
 * @item: whose attribute it is
 * @attribute: which one
 * @set: takes it, with jh_lock held, or says why not
 * @page: the value
 * @count: of bytes
 *
 * Return: @count, or what @set returned, with the reason in the cell's error.
 */
ssize_t jh_entry_store(struct config_item *item, const char *attribute,
		       int (*set)(struct directory *directory, const char *page,
				  struct reason *why),
		       const char *page, size_t count)
{
	struct entry_item *entry = to_entry(item);
	char path[JAILHOUSE_CELL_NAME_SIZE + 32];
	struct reason why;
	int err;

	snprintf(path, sizeof(path), "%s/%s/%s", jh_directory_kinds[entry->kind],
		 entry->directory.name, attribute);
	mutex_lock(&jh_lock);
	err = jh_check_text(page, count, &why) ?: set(&entry->directory, page, &why);
	jh_cell_error_set(entry->cell, path, err, &why);
	mutex_unlock(&jh_lock);
	return err ?: count;
}

/**
 * jh_entry_check_pages() - whole pages, below an end
 * @value: what was written
 * @end: the first that is too large
 * @why: receives the reason
 *
 * Return: 0, -EINVAL or -ERANGE.
 */
int jh_entry_check_pages(u64 value, u64 end, struct reason *why)
{
	if (value >= end)
		return jh_refuse(why, -ERANGE, "0x%llx is the largest", end - PAGE_SIZE);
	return value % PAGE_SIZE ?
	       jh_refuse(why, -EINVAL, "no multiple of %lu bytes", PAGE_SIZE) : 0;
}

/**
 * jh_entry_set_size() - a number of bytes, whole pages
 * @to: receives it
 * @page: what was written
 * @why: receives the reason
 *
 * Return: 0, -EINVAL or -ERANGE.
 */
int jh_entry_set_size(u64 *to, const char *page, struct reason *why)
{
	u64 size;
	int err;

	err = jh_parse_size(page, &size, why);
	if (!err && !size)
		err = jh_refuse(why, -EINVAL, "no memory has 0 bytes");
	if (!err)
		err = jh_entry_check_pages(size, CONFIG_GUEST_PHYS_END, why);
	if (!err)
		WRITE_ONCE(*to, size);
	return err;
}
