/* SPDX-License-Identifier: GPL-2.0-only */
/* Does the system configuration describe this machine? */
#ifndef _JH_COMPARE_H
#define _JH_COMPARE_H

struct reason;

int jh_compare_with_machine(struct reason *why);

#endif
