/* SPDX-License-Identifier: GPL-2.0-only */
/* Counters of CPUs as a directory of sysfs. */
#ifndef _JH_SYSFS_STATISTICS_H
#define _JH_SYSFS_STATISTICS_H

#include <linux/kobject.h>

#include <jailhouse/console.h>
#include <jailhouse/cell_config.h>
#include <cpu_set.h>

/**
 * struct sysfs_statistics - a directory with counters
 * @kobj: the directory
 * @cpus: whose counters are added up
 */
struct sysfs_statistics {
	struct kobject kobj;
	struct cpu_set cpus;
};

struct sysfs_statistics *jh_sysfs_statistics_alloc(struct cpu_set cpus);
struct sysfs_statistics *jh_sysfs_statistics_add(struct kobject *parent, struct cpu_set cpus,
						 const char *name);
void jh_sysfs_statistics_remove(struct sysfs_statistics *statistics);

#endif
