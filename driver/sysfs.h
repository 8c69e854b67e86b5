/* SPDX-License-Identifier: GPL-2.0-only */
/* /sys/devices/jailhouse */
#ifndef _JH_SYSFS_H
#define _JH_SYSFS_H

#include <linux/types.h>

struct cpu_set;
struct device;
struct kset;

extern struct device *jh_device;
extern struct kset *jh_sysfs_cells;
int jh_sysfs_init(void);
void jh_sysfs_exit(void);
const char *jh_cell_state_name(long state);
ssize_t jh_cpu_list_show(const struct cpu_set *cpus, char *page);

#endif
