/* SPDX-License-Identifier: GPL-2.0-only */
/* /sys/devices/jailhouse/cells/ID/ivshmem */
#ifndef _JH_SYSFS_IVSHMEM_H
#define _JH_SYSFS_IVSHMEM_H

struct jailhouse_cell_desc;
struct kobject;
struct sysfs_ivshmem;

int jh_sysfs_ivshmem_add(struct kobject *parent, int id, const struct jailhouse_cell_desc *desc,
			 struct sysfs_ivshmem **ivshmem);
void jh_sysfs_ivshmem_remove(struct sysfs_ivshmem *ivshmem);

#endif
