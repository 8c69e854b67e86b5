// SPDX-License-Identifier: GPL-2.0-only
/*
 * NMIs by which CPUs call each other into the hypervisor.
 *
 * An NMI carries no sender, and the guest has NMIs of its own: from a watchdog, from another
 * of its CPUs, from a button. So those that were sent as kicks are counted, and one that
 * comes is the guest's if no kick is left for it to stand for. A CPU holds one NMI while
 * it cannot take it, and forgets all others: several kicks may arrive as one, or as two.
 */
#include "kick.h"
#include "apic.h"
#include "arch.h"
#include "test_build.h"
#include "x86.h"

/*
 * Kicks that were sent together may arrive one after the other; an NMI that comes so soon
 * after one that stood for several is taken for another of them.
 */
#define STRAY_KICK_US	100

/* Kicks sent to each CPU. */
static u32 kicks_sent[MAX_CPUS];

/* The count is there before the NMI is. */
void arch_kick_cpu(struct cpu *cpu)
{
	__atomic_fetch_add(&kicks_sent[cpu->id], 1, __ATOMIC_RELEASE);
	if (!adverse_kick(cpu))
		apic_send_nmi(cpu->apic_id);
}

bool kick_take(struct percpu *percpu)
{
	u32 sent = __atomic_load_n(&kicks_sent[percpu->cpu->id], __ATOMIC_ACQUIRE);
	u32 taken = sent - percpu->kicks_seen;

	percpu->kicks_seen = sent;
	if (taken > 1)
		percpu->stray_until = rdtsc() + (u64)machine.tsc_khz * STRAY_KICK_US / 1000;
	return taken || rdtsc() < percpu->stray_until;
}
