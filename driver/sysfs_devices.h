/* SPDX-License-Identifier: GPL-2.0-only */
/* /sys/devices/jailhouse/cells/ID/devices */
#ifndef _JH_SYSFS_DEVICES_H
#define _JH_SYSFS_DEVICES_H

struct jailhouse_cell_desc;
struct kobject;
struct sysfs_devices;

int jh_sysfs_devices_add(struct kobject *parent, const struct jailhouse_cell_desc *desc,
			 struct sysfs_devices **devices);
void jh_sysfs_devices_remove(struct sysfs_devices *devices);

#endif
