/* SPDX-License-Identifier: GPL-2.0-only */
/* What is said of a cell as a whole: attributes of its directory. */
#ifndef _JH_CONFIGFS_SAID_H
#define _JH_CONFIGFS_SAID_H

#include <linux/configfs.h>

extern struct configfs_attribute jh_said_attr_cpus;
extern struct configfs_attribute jh_said_attr_console;
extern struct configfs_attribute jh_said_attr_flags;
extern struct configfs_attribute jh_said_attr_start;

#endif
