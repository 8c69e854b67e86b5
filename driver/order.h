/* SPDX-License-Identifier: GPL-2.0-only */
/* Orders to the hypervisor that are about cells, and what is told of them. */
#ifndef _JH_ORDER_H
#define _JH_ORDER_H

#include <linux/types.h>

struct jh_cell;
struct reason;

long jh_order(u32 code, u64 arg1, u64 arg2, struct reason *why);
long jh_order_asking(struct jh_cell *cell, u32 code, u32 timeout_ms, struct reason *why);
void jh_order_done(struct jh_cell *cell);
int jh_order_of(const struct jh_cell *cell, int err, struct reason *why);

#endif
