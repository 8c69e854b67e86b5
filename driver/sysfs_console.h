/* SPDX-License-Identifier: GPL-2.0-only */
/* /sys/devices/jailhouse/cells/ID/console */
#ifndef _JH_SYSFS_CONSOLE_H
#define _JH_SYSFS_CONSOLE_H

#include <linux/types.h>

ssize_t jh_console_read(int id, char *buffer, size_t count);
ssize_t jh_console_write(int id, const char *buffer, size_t count);

#endif
