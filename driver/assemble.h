/* SPDX-License-Identifier: GPL-2.0-only */
/* A cell's configuration, when it is needed. */
#ifndef _JH_ASSEMBLE_H
#define _JH_ASSEMBLE_H

struct jh_cell;
struct reason;

int jh_cell_assemble(struct jh_cell *cell, struct reason *why);
int jh_cell_config_ready(struct jh_cell *cell, struct reason *why);

#endif
