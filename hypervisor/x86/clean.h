/* SPDX-License-Identifier: GPL-2.0-only */
/* What a CPU's former owner left in it. */
#ifndef _X86_CLEAN_H
#define _X86_CLEAN_H

struct percpu;

/** clean_cpu() - nothing of the former owner stays in the calling CPU's registers. */
void clean_cpu(struct percpu *percpu);

#endif
