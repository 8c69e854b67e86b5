/* SPDX-License-Identifier: GPL-2.0-only */
/* /sys/kernel/config/jailhouse */
#ifndef _JH_CONFIGFS_H
#define _JH_CONFIGFS_H

int jh_configfs_init(void);
void jh_configfs_exit(void);

#endif
