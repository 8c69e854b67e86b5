/* SPDX-License-Identifier: GPL-2.0-only */
/* RAM that was taken from Linux at run time, or kept free by it, for the hypervisor and cells. */
#ifndef _JH_TAKEN_H
#define _JH_TAKEN_H

#include <linux/types.h>

struct reason;
struct resource;

int jh_taken_init(void);
void jh_taken_exit(void);
int jh_taken_take(u64 size, struct reason *why);
void jh_taken_give_back(void);
u64 jh_taken_size(void);
bool jh_taken_is(const struct resource *res);
struct resource *jh_taken_parent(u64 start, struct resource *root);

#endif
