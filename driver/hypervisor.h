/* SPDX-License-Identifier: GPL-2.0-only */
/* Enter the hypervisor with all CPUs, and leave it. */
#ifndef _JH_HYPERVISOR_H
#define _JH_HYPERVISOR_H

#include <linux/types.h>

struct reason;

int jh_hypervisor_enable(struct reason *why);
int jh_hypervisor_disable(bool ask, struct reason *why);
bool jh_hypervisor_holds_memory(void);
void jh_hypervisor_close(void);
int jh_hypervisor_suspend(void);
void jh_hypervisor_resume(void);

#endif
