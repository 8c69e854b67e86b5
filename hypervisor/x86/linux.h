/* SPDX-License-Identifier: GPL-2.0-only */
/* What Linux has in its registers. */
#ifndef _X86_LINUX_H
#define _X86_LINUX_H

#include "percpu.h"

/**
 * linux_save() - note what Linux has on the calling CPU
 * @percpu: of the calling CPU; fills in linux_state and segments
 * @rsp: stack pointer after what entry() in entry.S has pushed
 *
 * Context: nothing of Linux's was changed yet, but CR3.
 */
void linux_save(struct percpu *percpu, u64 rsp);

/**
 * linux_return() - registers and page tables of Linux, and go on there
 * @percpu: of the calling CPU, with linux_state
 *
 * Context: the CPU's own page table; virtualization is off.
 */
__noreturn void linux_return(struct percpu *percpu);

#endif
