/* SPDX-License-Identifier: GPL-2.0-only */
/* May this machine be partitioned? */
#ifndef _JH_CHECKS_H
#define _JH_CHECKS_H

struct reason;

int jh_check_machine(struct reason *why);

#endif
