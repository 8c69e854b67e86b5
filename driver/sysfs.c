// SPDX-License-Identifier: GPL-2.0-only
/*
 * /sys/devices/jailhouse: what is. See Documentation/ABI/testing/sysfs-jailhouse.
 */
#include "sysfs.h"
#include "compat.h"
#include "crash.h"
#include "hypercall.h"
#include "log.h"

#include <linux/device.h>
#include <linux/err.h>
#include <linux/kobject.h>
#include <linux/slab.h>
#include <linux/sysfs.h>

#include <jailhouse/console.h>
#include <jailhouse/cell_config.h>
#include <jailhouse/comm_region.h>
#include <jailhouse/hypercall.h>
#include <cpu_set.h>

struct device *jh_device;
struct kset *jh_sysfs_cells;

static ssize_t enabled_show(struct device *dev, struct device_attribute *attr, char *page)
{
	return sysfs_emit(page, "%d\n", jh_hypervisor_enabled());
}

static DEVICE_ATTR_RO(enabled);

/* Pages of the hypervisor's pools; none while there is no hypervisor. */
static ssize_t info_show(u32 info, char *page)
{
	long value = jh_hypercall_ask(JAILHOUSE_HC_HYPERVISOR_GET_INFO, info, 0);

	if (value == -ENODEV)
		value = 0;
	return value < 0 ? value : sysfs_emit(page, "%ld\n", value);
}

#define INFO_ATTR(_name, _info)							\
static ssize_t _name##_show(struct device *dev, struct device_attribute *attr,	\
			    char *page)						\
{										\
	return info_show(_info, page);						\
}										\
static DEVICE_ATTR_RO(_name)

INFO_ATTR(mem_pool_size, JAILHOUSE_INFO_MEM_POOL_SIZE);
INFO_ATTR(mem_pool_used, JAILHOUSE_INFO_MEM_POOL_USED);
INFO_ATTR(remap_pool_size, JAILHOUSE_INFO_REMAP_POOL_SIZE);
INFO_ATTR(remap_pool_used, JAILHOUSE_INFO_REMAP_POOL_USED);

static struct attribute *jailhouse_attrs[] = {
	&dev_attr_enabled.attr,
	&dev_attr_mem_pool_size.attr,
	&dev_attr_mem_pool_used.attr,
	&dev_attr_remap_pool_size.attr,
	&dev_attr_remap_pool_used.attr,
	NULL,
};

static ssize_t console_read(struct file *file, struct kobject *kobj,
			    compat_bin_attribute *attr, char *buffer, loff_t offset,
			    size_t count)
{
	return jh_log_read(file, buffer, offset, count);
}

/*
 * For the administrator: it shows addresses of the kernel, which dmesg keeps from others as
 * well (kernel.dmesg_restrict).
 */
static BIN_ATTR_ADMIN_RO(console, 0);

static ssize_t crash_read(struct file *file, struct kobject *kobj,
			  compat_bin_attribute *attr, char *buffer, loff_t offset,
			  size_t count)
{
	return jh_crash_text_read(buffer, offset, count);
}

static BIN_ATTR_ADMIN_RO(crash, 0);

static typeof(*((struct attribute_group *)NULL)->bin_attrs) jailhouse_bin_attrs[] = {
	&bin_attr_console,
	&bin_attr_crash,
	NULL,
};

static const struct attribute_group jailhouse_group = {
	.attrs = jailhouse_attrs,
	.bin_attrs = jailhouse_bin_attrs,
};

static const struct attribute_group *jailhouse_groups[] = {
	&jailhouse_group,
	NULL,
};

/**
 * jh_cell_state_name() - the word for it
 * @state: JAILHOUSE_CELL_* of comm_region.h
 */
const char *jh_cell_state_name(long state)
{
	switch (state) {
	case JAILHOUSE_CELL_RUNNING:
		return "running";
	case JAILHOUSE_CELL_RUNNING_LOCKED:
		return "running/locked";
	case JAILHOUSE_CELL_SHUT_DOWN:
		return "shut down";
	default:
		return "failed";
	}
}

/** jh_cpu_list_show() - CPUs as in "2-3,5", an empty line for none. */
ssize_t jh_cpu_list_show(const struct cpu_set *cpus, char *page)
{
	return sysfs_emit(page, "%*pbl\n", JAILHOUSE_MAX_CPUS, cpus->words);
}

static void release_device(struct device *dev)
{
	kfree(dev);
}

/* A device of no bus and no parent: its directory is in /sys/devices itself. */
static struct device *make_device(void)
{
	struct device *dev = kzalloc(sizeof(*dev), GFP_KERNEL);
	int err;

	if (!dev)
		return ERR_PTR(-ENOMEM);
	device_initialize(dev);
	dev->release = release_device;
	dev->groups = jailhouse_groups;
	err = dev_set_name(dev, KBUILD_MODNAME);
	if (!err)
		err = device_add(dev);
	if (!err)
		return dev;
	put_device(dev);
	return ERR_PTR(err);
}

/** jh_sysfs_init() - make the tree appear; when the module is loaded. */
int jh_sysfs_init(void)
{
	jh_device = make_device();
	if (IS_ERR(jh_device))
		return PTR_ERR(jh_device);
	jh_sysfs_cells = kset_create_and_add("cells", NULL, &jh_device->kobj);
	if (jh_sysfs_cells)
		return 0;
	device_unregister(jh_device);
	return -ENOMEM;
}

/** jh_sysfs_exit() - undo jh_sysfs_init(). */
void jh_sysfs_exit(void)
{
	kset_unregister(jh_sysfs_cells);
	device_unregister(jh_device);
}
