/* SPDX-License-Identifier: GPL-2.0-only */
/* NMIs by which CPUs call each other into the hypervisor; they are sent by arch_kick_cpu(). */
#ifndef _X86_KICK_H
#define _X86_KICK_H

#include "percpu.h"

/* More than this need not be known: a kick, one for the guest, and one that it holds meanwhile. */
#define MAX_NMIS_SEEN	3

/**
 * kick_note_nmi() - an NMI has come
 * @percpu: the calling CPU
 *
 * Context: NMIs are blocked.
 */
static inline void kick_note_nmi(struct percpu *percpu)
{
	if (percpu->nmis_seen < MAX_NMIS_SEEN)
		percpu->nmis_seen++;
}

/**
 * kick_take() - whose are the NMIs that have come?
 * @percpu: the calling CPU
 *
 * If any has come, the caller has to look afterwards at what is wanted of the CPU: it may have been
 * a kick, and until it is on its way no more, nobody sends another one.
 *
 * Return: how many of them are the guest's.
 */
u8 kick_take(struct percpu *percpu);

#endif
