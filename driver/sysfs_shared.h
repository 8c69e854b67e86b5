/* SPDX-License-Identifier: GPL-2.0-only */
/* /sys/devices/jailhouse/cells/ID/shared */
#ifndef _JH_SYSFS_SHARED_H
#define _JH_SYSFS_SHARED_H

struct jailhouse_cell_desc;
struct kobject;
struct sysfs_shared;

int jh_sysfs_shared_add(struct kobject *parent, const struct jailhouse_cell_desc *desc,
			struct sysfs_shared **shared);
void jh_sysfs_shared_remove(struct sysfs_shared *shared);

#endif
