/* SPDX-License-Identifier: GPL-2.0-only */
/* Machine checks. */
#ifndef _X86_MACHINE_CHECK_H
#define _X86_MACHINE_CHECK_H

#include "percpu.h"

/**
 * machine_check_survived() - what the calling CPU's banks say is noted and judged
 * @percpu: of the calling CPU
 *
 * The CPU can take the next one then.
 *
 * Return: false if the guest that it runs cannot go on.
 */
bool machine_check_survived(struct percpu *percpu);

/**
 * machine_check_in_hypervisor() - one came while the CPU was not in its guest
 * @percpu: of the calling CPU
 * @rip: where it was
 *
 * Context: the exception's handler, on the CPU's own page table. It is taken for the guest's
 * as soon as that is left again, which will be at once. Does not return if the CPU does not
 * know where to go on.
 */
void machine_check_in_hypervisor(struct percpu *percpu, u64 rip);

#endif
