/* SPDX-License-Identifier: GPL-2.0-only */
/* The life of a cell between its creation and its end, and the end of all of them. */
#ifndef _JH_LIFECYCLE_H
#define _JH_LIFECYCLE_H

#include <linux/types.h>

struct jh_cell;
struct reason;

int jh_cell_start(struct jh_cell *cell, struct reason *why);
int jh_cell_reload(struct jh_cell *cell, struct reason *why);
int __must_check jh_cell_stop(struct jh_cell *cell, u32 timeout_ms, struct reason *why);
int jh_cells_stop_all(bool ask, struct reason *why);
int jh_cells_destroy_all(struct reason *why);

#endif
