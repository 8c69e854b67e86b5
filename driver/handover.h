/* SPDX-License-Identifier: GPL-2.0-only */
/* The crossing between Linux and the hypervisor. */
#ifndef _JH_HANDOVER_H
#define _JH_HANDOVER_H

#include <linux/types.h>

int jh_handover_enter(u64 transition_cr3, u64 entry, unsigned int cpu);
int jh_handover_leave(u64 num_cpus);

void jh_restore_tr(void);

#endif
