/* SPDX-License-Identifier: GPL-2.0-only */
/* What a guest's CPU has that is the same with either vendor. Acts on the calling CPU. */
#ifndef _X86_GUEST_CPU_H
#define _X86_GUEST_CPU_H

#include "percpu.h"

/* Reset state of the debug registers (SDM 3A table 10-1, APM 2 14.1.3). */
#define DR6_RESET	0xffff0ff0ULL
#define DR7_RESET	0x400ULL

/** guest_cpu_set_cell() - percpu.cell and what follows from it, for vendor_set_cell() */
void guest_cpu_set_cell(struct percpu *percpu);

/** guest_cpu_reset() - registers that no vendor switches, as after INIT; for vendor_reset() */
void guest_cpu_reset(void);

#endif
