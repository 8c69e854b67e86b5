/* SPDX-License-Identifier: GPL-2.0-only */
/* May this machine be partitioned? */
#ifndef _JH_CHECKS_H
#define _JH_CHECKS_H

#include <linux/types.h>

struct blob;
struct reason;

int jh_check_lockdown(struct reason *why);
int jh_check_no_execute(struct reason *why);
int jh_check_machine(struct reason *why);
ssize_t jh_check_list(const struct blob *config, char *page);

#endif
