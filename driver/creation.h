/* SPDX-License-Identifier: GPL-2.0-only */
/* How a cell comes and goes. */
#ifndef _JH_CREATION_H
#define _JH_CREATION_H

#include <linux/types.h>

struct complaints;
struct jh_cell;
struct reason;

int jh_cell_check_active(struct reason *why);
void jh_cell_list(const struct jh_cell *cell, const struct complaints *complaints);
int jh_cell_create(struct jh_cell *cell, struct reason *why);
int jh_cell_undo_create(struct jh_cell *cell, int err, struct reason *why);
int __must_check jh_cell_destroy(struct jh_cell *cell, u32 timeout_ms, struct reason *why);

#endif
