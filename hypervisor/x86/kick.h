/* SPDX-License-Identifier: GPL-2.0-only */
/* NMIs by which CPUs call each other into the hypervisor; they are sent by arch_kick_cpu(). */
#ifndef _X86_KICK_H
#define _X86_KICK_H

#include "percpu.h"

/**
 * kick_take() - an NMI has come: whose is it?
 * @percpu: the calling CPU
 *
 * Return: true if kicks account for it, false if it is the guest's.
 */
bool kick_take(struct percpu *percpu);

/**
 * kick_settle() - the CPU is about to take NMIs again
 * @percpu: the calling CPU
 * @since: TSC value since when it took none
 *
 * In between it may have been suspended for long. A kick that came meanwhile was held back, by
 * the hardware or as a remark that nobody looked at, and shows now: what was left of its time
 * then is left now.
 */
void kick_settle(struct percpu *percpu, u64 since);

#endif
