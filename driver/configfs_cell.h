/* SPDX-License-Identifier: GPL-2.0-only */
/* /sys/kernel/config/jailhouse/cells/NAME */
#ifndef _JH_CONFIGFS_CELL_H
#define _JH_CONFIGFS_CELL_H

struct jh_cell *jh_cell_new(const char *name);

#endif
