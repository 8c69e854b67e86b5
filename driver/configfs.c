// SPDX-License-Identifier: GPL-2.0-only
/*
 * /sys/kernel/config/jailhouse: the top-level directory, cells/, and what all attributes
 * share. See Documentation/ABI/testing/configfs-jailhouse.
 */
#include "driver.h"

#include <linux/ctype.h>
#include <linux/err.h>
#include <linux/kstrtox.h>
#include <linux/slab.h>
#include <linux/sysfs.h>

struct blob jh_system_config;
static struct last_error jailhouse_error;

/*
 * The attribute `error`
 */

/** jh_error_init() - no operation has failed yet. */
void jh_error_init(struct last_error *error)
{
	spin_lock_init(&error->lock);
	error->text[0] = '\0';
}

/**
 * jh_error_set() - note how an operation ended
 * @error: of the item
 * @err: 0 if it succeeded
 * @why: the reason, if it failed
 * @fmt: printf format of what it was about: an attribute, or a directory
 */
void jh_error_set(struct last_error *error, int err, const struct reason *why,
		  const char *fmt, ...)
{
	va_list args;
	size_t length = 0;

	spin_lock(&error->lock);
	error->text[0] = '\0';
	if (err) {
		va_start(args, fmt);
		length = vscnprintf(error->text, sizeof(error->text), fmt, args);
		va_end(args);
		scnprintf(error->text + length, sizeof(error->text) - length, ": %s",
			  why->text);
	}
	spin_unlock(&error->lock);
}

/** jh_error_show() - the line of the attribute; empty if there is nothing to say. */
ssize_t jh_error_show(struct last_error *error, char *page)
{
	ssize_t length;

	spin_lock(&error->lock);
	length = error->text[0] ? sysfs_emit(page, "%s\n", error->text) : 0;
	spin_unlock(&error->lock);
	return length;
}

/*
 * What is written
 */

/**
 * jh_parse_number() - decimal, or hexadecimal with 0x
 * @page: text, possibly with a newline
 * @value: receives the number
 * @why: receives the reason
 *
 * Return: 0, -EINVAL, -ERANGE.
 */
int jh_parse_number(const char *page, u64 *value, struct reason *why)
{
	bool hex = page[0] == '0' && (page[1] | 0x20) == 'x';
	int err = kstrtou64(page, hex ? 16 : 10, value);

	return err ? jh_refuse(why, err, "not a number (decimal, or 0x...)") : 0;
}

/**
 * jh_check_name() - can a directory be called that?
 * @name: what mkdir was given
 * @why: receives the reason
 *
 * Return: 0, -EINVAL, -ENAMETOOLONG.
 */
int jh_check_name(const char *name, struct reason *why)
{
	const char *c;

	for (c = name; *c; c++)
		if (!(isascii(*c) && isalnum(*c)) && !strchr("._-", *c))
			return jh_refuse(why, -EINVAL, "a name consists of A-Z a-z 0-9 . _ -");
	if (c - name >= JAILHOUSE_CELL_NAME_SIZE)
		return jh_refuse(why, -ENAMETOOLONG, "a name has %u characters at most",
				 JAILHOUSE_CELL_NAME_SIZE - 1);
	return 0;
}

/*
 * Configurations. configfs drops the result of a binary attribute's write, which happens
 * at close: what is refused there is told to the next operation that needs it.
 */

/**
 * jh_blob_refuse() - keep what was there, but remember that something else was written
 * @blob: a configuration
 * @err: why it was refused
 * @why: the sentence
 */
void jh_blob_refuse(struct blob *blob, int err, const struct reason *why)
{
	blob->refused = err;
	blob->why = *why;
}

/**
 * jh_blob_set() - take what was written
 * @blob: a configuration
 * @data: kmalloc memory, or NULL to drop it
 * @size: bytes
 */
void jh_blob_set(struct blob *blob, void *data, size_t size)
{
	kfree(blob->data);
	blob->data = data;
	blob->size = size;
	blob->refused = 0;
}

/**
 * jh_blob_ready() - is there a configuration that can be used?
 * @blob: a configuration
 * @why: receives the reason
 *
 * A write that only came at the wrong time is told once: it cannot be made good while
 * the cell lives.
 *
 * Return: 0, the errno of the last write if it was refused, or -ENODATA.
 */
int jh_blob_ready(struct blob *blob, struct reason *why)
{
	int err = blob->refused;

	if (err) {
		*why = blob->why;
		if (err == -EBUSY)
			blob->refused = 0;
		return err;
	}
	return blob->data ? 0 : jh_refuse(why, -ENODATA, "no configuration was written");
}

/**
 * jh_blob_read() - what a binary attribute's read returns
 * @blob: a configuration
 * @buffer: NULL if only the size is wanted
 * @size: of the buffer
 *
 * Return: number of bytes, or -EAGAIN if there is another one now.
 */
ssize_t jh_blob_read(const struct blob *blob, void *buffer, size_t size)
{
	if (!buffer)
		return blob->size;
	if (size != blob->size)
		return -EAGAIN;
	memcpy(buffer, blob->data, size);
	return size;
}

static int take_system_config(const void *data, size_t size, struct reason *why)
{
	struct config_reason reason;
	void *copy;
	int err;

	if (jh_hypervisor_enabled())
		return jh_refuse(why, -EBUSY, "the hypervisor is enabled");
	err = config_check_system(data, size, &reason);
	if (err)
		return jh_refuse(why, err, "%s", reason.text);
	copy = kmemdup(data, size, GFP_KERNEL);
	if (!copy)
		return jh_refuse(why, -ENOMEM, "no memory for %zu bytes", size);
	jh_blob_set(&jh_system_config, copy, size);
	jh_crash_look(&((struct jailhouse_system *)copy)->hypervisor_memory);
	return 0;
}

static ssize_t jailhouse_config_write(struct config_item *item, const void *data,
				      size_t size)
{
	struct reason why;
	int err;

	mutex_lock(&jh_lock);
	err = take_system_config(data, size, &why);
	if (err)
		jh_blob_refuse(&jh_system_config, err, &why);
	jh_error_set(&jailhouse_error, err, &why, "config");
	mutex_unlock(&jh_lock);
	return err ?: size;
}

static ssize_t jailhouse_config_read(struct config_item *item, void *data, size_t size)
{
	ssize_t ret;

	mutex_lock(&jh_lock);
	ret = jh_blob_read(&jh_system_config, data, size);
	mutex_unlock(&jh_lock);
	return ret;
}

static struct configfs_bin_attribute jailhouse_attr_config = {
	.cb_attr = {
		.ca_name = "config",
		.ca_owner = THIS_MODULE,
		.ca_mode = 0600,
	},
	.cb_max_size = CONFIG_WRITE_MAX,
	.read = jailhouse_config_read,
	.write = jailhouse_config_write,
};

/*
 * Enable and disable
 */

static ssize_t jailhouse_enabled_show(struct config_item *item, char *page)
{
	return sysfs_emit(page, "%d\n", jh_hypervisor_enabled());
}

/**
 * jh_write_begin() - begin the operation that a written word stands for
 * @cell: what it is about, NULL for the hypervisor
 * @page: the word; kill waits for nobody
 * @why: receives the reason
 *
 * Return: 0, -EBUSY, -EINTR: as jh_operation_begin().
 */
int jh_write_begin(const struct jh_cell *cell, const char *page, struct reason *why)
{
	return sysfs_streq(page, "kill") ? jh_operation_begin_urgent(cell, why) :
					   jh_operation_begin(cell, why);
}

static int set_enabled(const char *page, struct reason *why)
{
	if (sysfs_streq(page, "1"))
		return jh_hypervisor_enable(why);
	if (sysfs_streq(page, "0"))
		return jh_hypervisor_disable(true, why);
	if (sysfs_streq(page, "kill"))
		return jh_hypervisor_disable(false, why);
	return jh_refuse(why, -EINVAL, "takes 0, 1 or kill");
}

static ssize_t jailhouse_enabled_store(struct config_item *item, const char *page,
				       size_t count)
{
	struct reason why;
	int err;

	err = jh_write_begin(NULL, page, &why);
	if (!err) {
		err = set_enabled(page, &why);
		jh_operation_end();
	}
	jh_error_set(&jailhouse_error, err, &why, "enabled");
	return err ?: count;
}

CONFIGFS_ATTR(jailhouse_, enabled);

static ssize_t jailhouse_error_show(struct config_item *item, char *page)
{
	return jh_error_show(&jailhouse_error, page);
}

CONFIGFS_ATTR_RO(jailhouse_, error);

/*
 * Directories
 */

static struct config_group *make_cell(struct config_group *group, const char *name)
{
	struct jh_cell *cell = NULL;
	struct reason why;
	int err;

	mutex_lock(&jh_lock);
	err = jh_check_name(name, &why);
	if (!err) {
		cell = jh_cell_new(name);
		if (!cell)
			err = jh_refuse(&why, -ENOMEM, "no memory");
	}
	jh_error_set(&jailhouse_error, err, &why, "cells/%*pE", (int)strnlen(name, NAME_MAX), name);
	mutex_unlock(&jh_lock);
	return err ? ERR_PTR(err) : &cell->group;
}

/* The item may live on as long as one of its files is open. */
static void drop_cell(struct config_group *group, struct config_item *item)
{
	mutex_lock(&jh_lock);
	list_del_init(&to_jh_cell(item)->node);
	mutex_unlock(&jh_lock);
	config_item_put(item);
}

static struct configfs_group_operations cells_ops = {
	.make_group = make_cell,
	.drop_item = drop_cell,
};

static const struct config_item_type cells_type = {
	.ct_group_ops = &cells_ops,
	.ct_owner = THIS_MODULE,
};

static struct config_group cells_group;

static struct configfs_attribute *jailhouse_attrs[] = {
	&jailhouse_attr_enabled,
	&jailhouse_attr_error,
	NULL,
};

static struct configfs_bin_attribute *jailhouse_bin_attrs[] = {
	&jailhouse_attr_config,
	NULL,
};

static const struct config_item_type jailhouse_type = {
	.ct_attrs = jailhouse_attrs,
	.ct_bin_attrs = jailhouse_bin_attrs,
	.ct_owner = THIS_MODULE,
};

struct configfs_subsystem jh_subsys = {
	.su_group = {
		.cg_item = {
			.ci_namebuf = "jailhouse",
			.ci_type = &jailhouse_type,
		},
	},
	.su_mutex = __MUTEX_INITIALIZER(jh_subsys.su_mutex),
};

/** jh_configfs_init() - make the tree appear; when the module is loaded. */
int jh_configfs_init(void)
{
	jh_error_init(&jailhouse_error);
	config_group_init(&jh_subsys.su_group);
	config_group_init_type_name(&cells_group, "cells", &cells_type);
	configfs_add_default_group(&cells_group, &jh_subsys.su_group);
	return configfs_register_subsystem(&jh_subsys);
}

/** jh_configfs_exit() - undo jh_configfs_init(); nobody uses it any more. */
void jh_configfs_exit(void)
{
	configfs_unregister_subsystem(&jh_subsys);
	jh_blob_set(&jh_system_config, NULL, 0);
}
