// SPDX-License-Identifier: GPL-2.0-only
/*
 * /sys/kernel/config/jailhouse: the top-level directory, and cells/. See
 * Documentation/ABI/testing/configfs-jailhouse.
 */
#include "configfs.h"
#include "blob.h"
#include "cell.h"
#include "checks.h"
#include "configfs_cell.h"
#include "crash.h"
#include "describe_machine.h"
#include "firmware.h"
#include "hardware.h"
#include "hypercall.h"
#include "hypervisor.h"
#include "operation.h"
#include "reason.h"
#include "taken.h"

#include <linux/configfs.h>
#include <linux/err.h>
#include <linux/list.h>
#include <linux/module.h>
#include <linux/mutex.h>
#include <linux/slab.h>
#include <linux/sysfs.h>

#include <jailhouse/console.h>
#include <jailhouse/cell_config.h>
#include <config_check.h>

static struct last_error jailhouse_error;

/*
 * The configuration
 */

/* The configuration that would be used if the hypervisor were enabled now. */
static struct blob preview;

/* Instead of a configuration: the machine is to describe itself. */
static bool is_auto(const void *data, size_t size)
{
	return (size == 4 || size == 5) && !memcmp(data, "auto\n", size);
}

static int take_system_config(const void *data, size_t size, struct reason *why)
{
	struct config_reason reason;
	void *copy;
	int err;

	if (jh_hypervisor_enabled())
		return jh_refuse(why, -EBUSY, "the hypervisor is enabled: disable it first");
	if (is_auto(data, size)) {
		jh_blob_set(&jh_system_config, NULL, 0);
		return 0;
	}
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

/* configfs asks for the size, and then for the bytes: they are of one moment. */
static ssize_t read_preview(void *data, size_t size, struct reason *why)
{
	int err = data ? 0 : jh_describe_machine(&preview, why);

	return err ?: jh_blob_read(&preview, data, size, why);
}

static ssize_t jailhouse_config_read(struct config_item *item, void *data, size_t size)
{
	struct reason why;
	ssize_t ret;

	mutex_lock(&jh_lock);
	ret = jh_blob_written(&jh_system_config) ?
	      jh_blob_read(&jh_system_config, data, size, &why) : read_preview(data, size, &why);
	if (ret < 0)
		jh_error_set(&jailhouse_error, ret, &why, "config");
	mutex_unlock(&jh_lock);
	return ret;
}

static struct configfs_bin_attribute jailhouse_attr_config = {
	.cb_attr = {
		.ca_name = "config",
		.ca_owner = THIS_MODULE,
		.ca_mode = 0600,
	},
	.cb_max_size = JH_CONFIG_WRITE_MAX,
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

	err = jh_check_text(page, count, &why) ?: jh_operation_begin_word(NULL, page, &why);
	if (!err) {
		err = set_enabled(page, &why);
		jh_operation_end();
	}
	jh_error_set(&jailhouse_error, err, &why, "enabled");
	return err ?: count;
}

CONFIGFS_ATTR(jailhouse_, enabled);

/*
 * What would be in the way
 */

static ssize_t list_complaints(char *page)
{
	struct blob undescribed = { .data = NULL };

	if (jh_hypervisor_enabled())
		return 0;
	if (jh_blob_written(&jh_system_config))
		return jh_check_list(&jh_system_config, page);
	undescribed.refused = jh_describe_machine(&preview, &undescribed.why);
	return jh_check_list(undescribed.refused ? &undescribed : &preview, page);
}

static ssize_t jailhouse_check_show(struct config_item *item, char *page)
{
	ssize_t length;

	mutex_lock(&jh_lock);
	length = list_complaints(page);
	mutex_unlock(&jh_lock);
	return length;
}

/* As `config`: all CPUs stand still for it, and it has addresses. */
static struct configfs_attribute jailhouse_attr_check = {
	.ca_name = "check",
	.ca_owner = THIS_MODULE,
	.ca_mode = 0400,
	.show = jailhouse_check_show,
};

/*
 * What the machine has, and what is known of it
 */

static ssize_t jailhouse_hardware_show(struct config_item *item, char *page)
{
	ssize_t length;

	mutex_lock(&jh_lock);
	length = jh_hypervisor_enabled() ? 0 : jh_hardware_list(&preview, page);
	mutex_unlock(&jh_lock);
	return length;
}

static struct configfs_attribute jailhouse_attr_hardware = {
	.ca_name = "hardware",
	.ca_owner = THIS_MODULE,
	.ca_mode = 0400,
	.show = jailhouse_hardware_show,
};

/* Of the moment when it was last asked for its size. */
static struct blob record;

static ssize_t read_record(void *data, size_t size, struct reason *why)
{
	int err = 0;

	if (jh_hypervisor_enabled())
		return jh_refuse(why, -EBUSY, "the hypervisor is enabled: disable it first");
	if (!data)
		err = jh_record_machine(&record, why);
	return err ?: jh_blob_read(&record, data, size, why);
}

static ssize_t jailhouse_record_read(struct config_item *item, void *data, size_t size)
{
	struct reason why;
	ssize_t ret;

	mutex_lock(&jh_lock);
	ret = read_record(data, size, &why);
	if (ret < 0)
		jh_error_set(&jailhouse_error, ret, &why, "record");
	mutex_unlock(&jh_lock);
	return ret;
}

static struct configfs_bin_attribute jailhouse_attr_record = {
	.cb_attr = {
		.ca_name = "record",
		.ca_owner = THIS_MODULE,
		.ca_mode = 0400,
	},
	.read = jailhouse_record_read,
};

/*
 * Memory that is taken from Linux
 */

static ssize_t jailhouse_memory_show(struct config_item *item, char *page)
{
	u64 size;

	mutex_lock(&jh_lock);
	size = jh_taken_size();
	mutex_unlock(&jh_lock);
	return sysfs_emit(page, "%llu\n", size);
}

static int set_memory(const char *page, struct reason *why)
{
	u64 size;
	int err = jh_parse_size(page, &size, why);

	if (err)
		return err;
	if (jh_hypervisor_enabled())
		return size == jh_taken_size() ? 0 :
			jh_refuse(why, -EBUSY, "the hypervisor is enabled: disable it first");
	if (size)
		return jh_taken_take(size, why);
	jh_taken_give_back();
	return 0;
}

static ssize_t jailhouse_memory_store(struct config_item *item, const char *page, size_t count)
{
	struct reason why;
	int err;

	err = jh_check_text(page, count, &why) ?: jh_operation_begin(NULL, &why);
	if (!err) {
		err = set_memory(page, &why);
		jh_operation_end();
	}
	jh_error_set(&jailhouse_error, err, &why, "memory");
	return err ?: count;
}

CONFIGFS_ATTR(jailhouse_, memory);

/*
 * Links of the root cell, if the machine describes itself
 */

static ssize_t jailhouse_links_show(struct config_item *item, char *page)
{
	return sysfs_emit(page, "%u\n", READ_ONCE(jh_describe_links));
}

static int set_links(const char *page, struct reason *why)
{
	u64 count;
	int err = jh_parse_number(page, &count, why);

	if (!err && count > CONFIG_MAX_LINKS)
		err = jh_refuse(why, -ERANGE, "%u is the largest", CONFIG_MAX_LINKS);
	if (!err && count != jh_describe_links && jh_hypervisor_enabled())
		err = jh_refuse(why, -EBUSY, "the hypervisor is enabled: disable it first");
	if (!err)
		WRITE_ONCE(jh_describe_links, count);
	return err;
}

static ssize_t jailhouse_links_store(struct config_item *item, const char *page, size_t count)
{
	struct reason why;
	int err;

	mutex_lock(&jh_lock);
	err = jh_check_text(page, count, &why) ?: set_links(page, &why);
	jh_error_set(&jailhouse_error, err, &why, "links");
	mutex_unlock(&jh_lock);
	return err ?: count;
}

CONFIGFS_ATTR(jailhouse_, links);

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
	&jailhouse_attr_memory,
	&jailhouse_attr_links,
	&jailhouse_attr_check,
	&jailhouse_attr_hardware,
	&jailhouse_attr_error,
	NULL,
};

static struct configfs_bin_attribute *jailhouse_bin_attrs[] = {
	&jailhouse_attr_config,
	&jailhouse_attr_record,
	NULL,
};

static const struct config_item_type jailhouse_type = {
	.ct_attrs = jailhouse_attrs,
	.ct_bin_attrs = jailhouse_bin_attrs,
	.ct_owner = THIS_MODULE,
};

static struct configfs_subsystem jh_subsys = {
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
	mutex_lock(&jh_lock);
	jh_blob_set(&jh_system_config, NULL, 0);
	jh_blob_set(&preview, NULL, 0);
	jh_blob_set(&record, NULL, 0);
	jh_taken_give_back();
	mutex_unlock(&jh_lock);
}
