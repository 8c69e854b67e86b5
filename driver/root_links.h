/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef _JAILHOUSE_DRIVER_ROOT_LINKS_H
#define _JAILHOUSE_DRIVER_ROOT_LINKS_H

struct jailhouse_cell_desc;
struct reason;

int jh_root_links_prepare(const struct jailhouse_cell_desc *root, struct reason *why);
void jh_root_links_forget(void);
void jh_root_links_add(void);
void jh_root_links_remove(void);

#endif
