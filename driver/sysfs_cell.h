/* SPDX-License-Identifier: GPL-2.0-only */
/* /sys/devices/jailhouse/cells/ID */
#ifndef _JH_SYSFS_CELL_H
#define _JH_SYSFS_CELL_H

struct cpu_set;
struct jailhouse_cell_desc;
struct sysfs_cell;

struct sysfs_cell *jh_sysfs_cell_add(int id, const char *name, const struct cpu_set *cpus,
				     const struct jailhouse_cell_desc *desc);
void jh_sysfs_cell_remove(struct sysfs_cell *cell);
void jh_sysfs_cell_set_cpus(struct sysfs_cell *cell, const struct cpu_set *cpus);
void jh_sysfs_cell_notify(struct sysfs_cell *cell);
void jh_sysfs_cells_notify(void);
int jh_sysfs_root_add(const char *name);
void jh_sysfs_root_remove(void);
void jh_sysfs_root_update(void);

#endif
