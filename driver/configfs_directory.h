/* SPDX-License-Identifier: GPL-2.0-only */
/* memory/, ports/, interrupts/, devices/, links/ and ivshmem/ of a cell */
#ifndef _JH_CONFIGFS_DIRECTORY_H
#define _JH_CONFIGFS_DIRECTORY_H

struct jh_cell;
struct reason;

int jh_check_described(const struct jh_cell *cell, struct reason *why);
void jh_kind_groups_add(struct jh_cell *cell);

#endif
