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

#endif
