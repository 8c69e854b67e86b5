// SPDX-License-Identifier: GPL-2.0-only
/*
 * /sys/devices/jailhouse/cells/ID/devices/FUNCTION: a PCI function that a cell has, and what was
 * counted of it. Named as in /sys/bus/pci/devices.
 *
 * Attributes are read without jh_lock, as those of the cell are.
 */
#include "sysfs_devices.h"
#include "hypercall.h"

#include <linux/kobject.h>
#include <linux/overflow.h>
#include <linux/pci.h>
#include <linux/slab.h>
#include <linux/sysfs.h>

#include <jailhouse/console.h>
#include <jailhouse/cell_config.h>
#include <jailhouse/hypercall.h>
#include <config_check.h>

/**
 * struct sysfs_device - the directory of a function
 * @kobj: the directory
 * @bdf: the function
 */
struct sysfs_device {
	struct kobject kobj;
	u16 bdf;
};

/**
 * struct sysfs_devices - the directory of a cell's functions
 * @dir: the directory
 * @count: how many functions have theirs
 * @devices: those
 */
struct sysfs_devices {
	struct kobject *dir;
	unsigned int count;
	struct sysfs_device *devices[];
};

static ssize_t dma_faults_show(struct kobject *kobj, struct kobj_attribute *attr, char *page)
{
	const struct sysfs_device *device = container_of(kobj, struct sysfs_device, kobj);
	long value = jh_hypercall_ask(JAILHOUSE_HC_HYPERVISOR_GET_INFO,
				      JAILHOUSE_INFO_DEVICE_FAULTS, device->bdf);

	return value < 0 ? value : sysfs_emit(page, "%ld\n", value);
}

static struct kobj_attribute dma_faults = __ATTR_RO(dma_faults);

static struct attribute *device_attrs[] = {
	&dma_faults.attr,
	NULL,
};
ATTRIBUTE_GROUPS(device);

static void release_device(struct kobject *kobj)
{
	kfree(container_of(kobj, struct sysfs_device, kobj));
}

static const struct kobj_type device_type = {
	.release = release_device,
	.sysfs_ops = &kobj_sysfs_ops,
	.default_groups = device_groups,
};

static int add_device(struct sysfs_devices *devices, const struct jailhouse_pci_device *config)
{
	struct sysfs_device *device = kzalloc(sizeof(*device), GFP_KERNEL);
	int err;

	if (!device)
		return -ENOMEM;
	device->bdf = config->bdf;
	err = kobject_init_and_add(&device->kobj, &device_type, devices->dir,
				   "%04x:%02x:%02x.%u", config_domain(config),
				   PCI_BUS_NUM(config->bdf), PCI_SLOT(config->bdf),
				   PCI_FUNC(config->bdf));
	if (err)
		kobject_put(&device->kobj);
	else
		devices->devices[devices->count++] = device;
	return err;
}

static int add_devices(struct sysfs_devices *devices, const struct jailhouse_cell_desc *desc)
{
	const struct jailhouse_pci_device *config = config_pci(desc);
	unsigned int n;
	int err = 0;

	for (n = 0; n < desc->num_pci_devices && !err; n++)
		err = add_device(devices, &config[n]);
	return err;
}

/**
 * jh_sysfs_devices_add() - make directories of a cell's PCI functions
 * @parent: the directory of the cell
 * @desc: its configuration
 * @devices: receives the directory in it, NULL if the cell has none
 *
 * Context: jh_lock is held, the hypervisor knows the cell.
 *
 * Return: 0, -ENOMEM, or what sysfs refuses with: then there is no directory.
 */
int jh_sysfs_devices_add(struct kobject *parent, const struct jailhouse_cell_desc *desc,
			 struct sysfs_devices **devices)
{
	struct sysfs_devices *new;
	int err = -ENOMEM;

	*devices = NULL;
	if (!desc->num_pci_devices)
		return 0;
	new = kzalloc(struct_size(new, devices, desc->num_pci_devices), GFP_KERNEL);
	if (!new)
		return -ENOMEM;
	new->dir = kobject_create_and_add("devices", parent);
	if (new->dir)
		err = add_devices(new, desc);
	if (err) {
		jh_sysfs_devices_remove(new);
		return err;
	}
	*devices = new;
	return 0;
}

/**
 * jh_sysfs_devices_remove() - undo jh_sysfs_devices_add()
 * @devices: the directory, may be NULL
 *
 * Waits until nobody reads.
 *
 * Context: jh_lock is held, jh_hypervisor_sem is not.
 */
void jh_sysfs_devices_remove(struct sysfs_devices *devices)
{
	if (!devices)
		return;
	while (devices->count--) {
		kobject_del(&devices->devices[devices->count]->kobj);
		kobject_put(&devices->devices[devices->count]->kobj);
	}
	if (devices->dir)
		kobject_del(devices->dir);
	kobject_put(devices->dir);
	kfree(devices);
}
