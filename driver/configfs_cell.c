// SPDX-License-Identifier: GPL-2.0-only
/*
 * /sys/kernel/config/jailhouse/cells/NAME: a cell.
 */
#include "configfs_cell.h"
#include "assemble.h"
#include "blob.h"
#include "cell.h"
#include "compare.h"
#include "configfs_directory.h"
#include "configfs_image.h"
#include "configfs_said.h"
#include "creation.h"
#include "hypercall.h"
#include "images.h"
#include "lifecycle.h"
#include "listing.h"
#include "log.h"
#include "operation.h"
#include "reason.h"
#include "sysfs.h"

#include <linux/configfs.h>
#include <linux/err.h>
#include <linux/list.h>
#include <linux/module.h>
#include <linux/mutex.h>
#include <linux/slab.h>
#include <linux/sysfs.h>

#include <jailhouse/console.h>
#include <jailhouse/cell_config.h>
#include <jailhouse/hypercall.h>
#include <config_check.h>

#define TIMEOUT_DEFAULT_MS	1000
#define TIMEOUT_MAX_MS	600000

/*
 * The configuration
 */

static int check_writable(const struct jh_cell *cell, struct reason *why)
{
	if (jh_cell_exists(cell) || jh_operation_concerns(cell))
		return jh_refuse(why, -EBUSY, "the configuration is in use until enabled is 0");
	if (jh_directories_used(&cell->said))
		return jh_refuse(why, -EBUSY,
				 "the cell is described by files and directories beside config: it is the one or the other (rmdir the cell to begin anew)");
	return 0;
}

static int check_name(const struct jh_cell *cell,
		      const struct jailhouse_cell_desc *desc, struct reason *why)
{
	if (!strncmp(desc->name, jh_cell_name(cell), sizeof(desc->name)))
		return 0;
	return jh_refuse(why, -EINVAL, "the configuration is that of a cell %.*s",
			 (int)sizeof(desc->name), desc->name);
}

static int take_config(struct jh_cell *cell, const void *data, size_t size,
		       struct reason *why)
{
	struct config_reason reason;
	void *copy;
	int err;

	err = check_writable(cell, why);
	if (err)
		return err;
	err = config_check_cell(data, size, &reason);
	if (err)
		return jh_refuse(why, err, "%s", reason.text);
	err = check_name(cell, data, why);
	if (err)
		return err;
	copy = kmemdup(data, size, GFP_KERNEL);
	if (!copy)
		return jh_refuse(why, -ENOMEM, "no memory for %zu bytes", size);
	jh_blob_set(&cell->config, copy, size);
	cell->assembled = false;
	config_cpu_set(copy, &cell->cpus);
	return 0;
}

static ssize_t cell_config_write(struct config_item *item, const void *data, size_t size)
{
	struct jh_cell *cell = to_jh_cell(item);
	struct reason why;
	int err;

	mutex_lock(&jh_lock);
	err = take_config(cell, data, size, &why);
	if (err)
		jh_blob_refuse(&cell->config, err, &why);
	jh_cell_error_set(cell, NULL, err, &why);
	mutex_unlock(&jh_lock);
	return err ?: size;
}

/* configfs asks for the size, and then for the bytes: they are of one moment. */
static ssize_t read_config(struct jh_cell *cell, void *data, size_t size, struct reason *why)
{
	int err = data || jh_operation_concerns(cell) ? 0 : jh_cell_assemble(cell, why);

	return err ?: jh_blob_read(&cell->config, data, size, why);
}

static ssize_t cell_config_read(struct config_item *item, void *data, size_t size)
{
	struct jh_cell *cell = to_jh_cell(item);
	struct reason why;
	ssize_t ret;

	mutex_lock(&jh_lock);
	ret = read_config(cell, data, size, &why);
	if (ret < 0)
		jh_cell_error_set(cell, NULL, ret, &why);
	mutex_unlock(&jh_lock);
	return ret;
}

static struct configfs_bin_attribute cell_attr_config = {
	.cb_attr = {
		.ca_name = "config",
		.ca_owner = THIS_MODULE,
		.ca_mode = 0600,
	},
	.cb_max_size = JH_CONFIG_WRITE_MAX,
	.read = cell_config_read,
	.write = cell_config_write,
};

/*
 * The image: see configfs_image.c
 */

static ssize_t cell_image_write(struct config_item *item, const void *data, size_t size)
{
	struct jh_cell *cell = to_jh_cell(item);

	return jh_image_data_write(cell, &cell->image, data, size);
}

static struct configfs_bin_attribute cell_attr_image = {
	.cb_attr = {
		.ca_name = "image",
		.ca_owner = THIS_MODULE,
		.ca_mode = 0200,
	},
	.cb_max_size = JH_IMAGE_WRITE_MAX,
	.write = cell_image_write,
};

static ssize_t cell_image_address_show(struct config_item *item, char *page)
{
	struct jh_cell *cell = to_jh_cell(item);

	mutex_lock(&jh_lock);
	jh_image_settle(cell);
	mutex_unlock(&jh_lock);
	return jh_image_address_show(&cell->image, page);
}

static ssize_t cell_image_address_store(struct config_item *item, const char *page,
					size_t count)
{
	struct jh_cell *cell = to_jh_cell(item);

	return jh_image_address_store(cell, &cell->image, "image_address", page, count);
}

CONFIGFS_ATTR(cell_, image_address);

static ssize_t cell_image_size_show(struct config_item *item, char *page)
{
	return jh_image_size_show(&to_jh_cell(item)->image, page);
}

static ssize_t cell_image_size_store(struct config_item *item, const char *page,
				     size_t count)
{
	struct jh_cell *cell = to_jh_cell(item);

	return jh_image_size_store(cell, &cell->image, "image_size", page, count);
}

CONFIGFS_ATTR(cell_, image_size);

/*
 * What it does
 */

static ssize_t operate(struct config_item *item, const char *attribute,
		       int (*operation)(struct jh_cell *cell, const char *page,
					struct reason *why),
		       const char *page, size_t count)
{
	struct jh_cell *cell = to_jh_cell(item);
	struct reason why;
	int err;

	err = jh_check_text(page, count, &why);
	if (err) {
		jh_cell_error_set(cell, attribute, err, &why);
		return err;
	}
	err = jh_operation_begin_word(cell, page, &why);
	if (!err) {
		err = operation(cell, page, &why);
		jh_operation_end();
	}
	jh_cell_error_set(cell, NULL, err, &why);
	return err ?: count;
}

static int set_timeout(struct jh_cell *cell, const char *page, struct reason *why)
{
	u64 value;
	int err;

	err = jh_parse_number(page, &value, why);
	if (err)
		return err;
	if (!value || value > TIMEOUT_MAX_MS)
		return jh_refuse(why, -ERANGE, "takes 1 to %u", TIMEOUT_MAX_MS);
	WRITE_ONCE(cell->timeout_ms, value);
	return 0;
}

static ssize_t cell_timeout_ms_show(struct config_item *item, char *page)
{
	return sysfs_emit(page, "%u\n", READ_ONCE(to_jh_cell(item)->timeout_ms));
}

static ssize_t cell_timeout_ms_store(struct config_item *item, const char *page,
				     size_t count)
{
	struct jh_cell *cell = to_jh_cell(item);
	struct reason why;
	int err;

	err = jh_check_text(page, count, &why) ?: set_timeout(cell, page, &why);
	jh_cell_error_set(cell, "timeout_ms", err, &why);
	return err ?: count;
}

CONFIGFS_ATTR(cell_, timeout_ms);

static int set_enabled(struct jh_cell *cell, const char *page, struct reason *why)
{
	if (sysfs_streq(page, "1"))
		return jh_cell_start(cell, why);
	if (sysfs_streq(page, "0"))
		return jh_cell_destroy(cell, READ_ONCE(cell->timeout_ms), why);
	if (sysfs_streq(page, "kill"))
		return jh_cell_destroy(cell, JAILHOUSE_TIMEOUT_KILL, why);
	return jh_refuse(why, -EINVAL, "enabled takes 0, 1 or kill");
}

static ssize_t cell_enabled_show(struct config_item *item, char *page)
{
	return sysfs_emit(page, "%d\n", jh_cell_exists(to_jh_cell(item)));
}

static ssize_t cell_enabled_store(struct config_item *item, const char *page, size_t count)
{
	return operate(item, "enabled", set_enabled, page, count);
}

CONFIGFS_ATTR(cell_, enabled);

static int set_state(struct jh_cell *cell, const char *page, struct reason *why)
{
	if (sysfs_streq(page, "create"))
		return jh_cell_create(cell, why);
	if (sysfs_streq(page, "start"))
		return jh_cell_start(cell, why);
	if (sysfs_streq(page, "stop"))
		return jh_cell_stop(cell, READ_ONCE(cell->timeout_ms), why);
	if (sysfs_streq(page, "reload"))
		return jh_cell_reload(cell, why);
	if (sysfs_streq(page, "kill"))
		return jh_cell_stop(cell, JAILHOUSE_TIMEOUT_KILL, why);
	return jh_refuse(why, -EINVAL, "state takes create, start, stop, reload or kill");
}

static bool is_configured(const struct jh_cell *cell)
{
	return jh_directories_used(&cell->said) ||
	       (READ_ONCE(cell->config.data) && !READ_ONCE(cell->assembled));
}

static ssize_t cell_state_show(struct config_item *item, char *page)
{
	struct jh_cell *cell = to_jh_cell(item);
	int id = READ_ONCE(cell->id);
	long state = -ENOENT;

	if (id != JH_NO_CELL)
		state = jh_hypercall_cell_state(id);
	/* It may have been destroyed just now. */
	if (state >= 0)
		return sysfs_emit(page, "%s\n", jh_cell_state_name(state));
	return sysfs_emit(page, "%s\n", is_configured(cell) ? "configured" : "empty");
}

static ssize_t cell_state_store(struct config_item *item, const char *page, size_t count)
{
	return operate(item, "state", set_state, page, count);
}

CONFIGFS_ATTR(cell_, state);

static ssize_t cell_id_show(struct config_item *item, char *page)
{
	int id = READ_ONCE(to_jh_cell(item)->id);

	return id == JH_NO_CELL ? 0 : sysfs_emit(page, "%d\n", id);
}

CONFIGFS_ATTR_RO(cell_, id);

/* What makes no configuration is the one thing that can be said. */
static void list_complaints(struct jh_cell *cell, struct listing *listing)
{
	const struct complaints complaints = { .tell = jh_list_complaint, .arg = listing };
	struct reason why;

	if (!cell->config.refused && jh_cell_assemble(cell, &why))
		jh_list_complaint(listing, why.text, true);
	else
		jh_cell_list(cell, &complaints);
}

static ssize_t cell_check_show(struct config_item *item, char *page)
{
	struct jh_cell *cell = to_jh_cell(item);
	struct listing listing = { .page = page };

	mutex_lock(&jh_lock);
	if (!jh_cell_exists(cell) && !jh_operation_concerns(cell))
		list_complaints(cell, &listing);
	mutex_unlock(&jh_lock);
	return jh_list_end(&listing);
}

/* All CPUs stand still for it, and it has addresses. */
static struct configfs_attribute cell_attr_check = {
	.ca_name = "check",
	.ca_owner = THIS_MODULE,
	.ca_mode = 0400,
	.show = cell_check_show,
};

/* That a cell failed after a start that succeeded is told until the next operation. */
static ssize_t cell_error_show(struct config_item *item, char *page)
{
	struct jh_cell *cell = to_jh_cell(item);
	ssize_t length = jh_error_show(&cell->error, page);
	struct reason why;

	if (length || READ_ONCE(cell->failure.told) || !jh_cell_has_failed(cell))
		return length;
	jh_log_failure(READ_ONCE(cell->id), &why);
	return sysfs_emit(page, "cells/%s: failed: %s\n", jh_cell_name(cell), why.text);
}

CONFIGFS_ATTR_RO(cell_, error);

/*
 * The directory
 */

static void release_cell(struct config_item *item)
{
	struct jh_cell *cell = to_jh_cell(item);

	jh_image_drop(&cell->image);
	jh_blob_set(&cell->config, NULL, 0);
	kfree(cell);
}

static struct configfs_item_operations cell_ops = {
	.release = release_cell,
};

static struct configfs_attribute *cell_attrs[] = {
	&cell_attr_image_address,
	&cell_attr_image_size,
	&cell_attr_timeout_ms,
	&cell_attr_enabled,
	&cell_attr_state,
	&cell_attr_id,
	&cell_attr_check,
	&jh_said_attr_cpus,
	&jh_said_attr_console,
	&jh_said_attr_flags,
	&jh_said_attr_start,
	&cell_attr_error,
	NULL,
};

static struct configfs_bin_attribute *cell_bin_attrs[] = {
	&cell_attr_config,
	&cell_attr_image,
	NULL,
};

static const struct config_item_type cell_type = {
	.ct_item_ops = &cell_ops,
	.ct_attrs = cell_attrs,
	.ct_bin_attrs = cell_bin_attrs,
	.ct_owner = THIS_MODULE,
};

/**
 * jh_cell_new() - make the directory of a cell
 * @name: checked name
 *
 * Context: jh_lock is held.
 *
 * Return: the cell, which is in the list of cells, or NULL.
 */
struct jh_cell *jh_cell_new(const char *name)
{
	struct jh_cell *cell = kzalloc(sizeof(*cell), GFP_KERNEL);

	if (!cell)
		return NULL;
	cell->id = JH_NO_CELL;
	cell->timeout_ms = TIMEOUT_DEFAULT_MS;
	jh_error_init(&cell->error);
	jh_directories_init(&cell->said);
	jh_image_init(&cell->image, "image", &cell->group.cg_item);
	INIT_LIST_HEAD(&cell->claims);
	INIT_LIST_HEAD(&cell->images);
	list_add(&cell->image.node, &cell->images);
	config_group_init_type_name(&cell->group, name, &cell_type);
	config_group_init_type_name(&cell->images_group, "images", &jh_images_type);
	configfs_add_default_group(&cell->images_group, &cell->group);
	jh_kind_groups_add(cell);
	list_add_tail(&cell->node, &jh_cells);
	return cell;
}
