/* SPDX-License-Identifier: GPL-2.0-only */
/* Looks at what the hypervisor has logged, and at the states of cells. */
#ifndef _JH_POLL_H
#define _JH_POLL_H

void jh_poll_start(void);
void jh_poll_now(void);
void jh_poll_stop(void);

#endif
