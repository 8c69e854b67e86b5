/* SPDX-License-Identifier: GPL-2.0-only */
/* Of runtime power management: devices that are kept awake. */
#ifndef UNIT_KERNEL_PM_RUNTIME_H
#define UNIT_KERNEL_PM_RUNTIME_H

struct device;

int pm_runtime_get_sync(struct device *dev);
int pm_runtime_put(struct device *dev);

#endif
