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
 * after one that stood for several is taken for another of them. The same holds from when
 * one was sent that had been counted, and not yet sent, when its count was taken: between
 * the two a sender may lose its CPU for long, to an SMI or to a hypervisor below. Time in
 * which the CPU that is kicked holds NMIs back does not count (kick_settle()).
 */
#define STRAY_KICK_US	100

static struct {
	u32 counted;
	u32 sent;
	u64 last_sent;	/* TSC value */
} kicks[MAX_CPUS];

static u64 stray_ticks(void)
{
	return (u64)machine.tsc_khz * STRAY_KICK_US / 1000;
}

/* The count is there before the NMI is. */
void arch_kick_cpu(struct cpu *cpu)
{
	__atomic_fetch_add(&kicks[cpu->id].counted, 1, __ATOMIC_SEQ_CST);
	if (!adverse_kick(cpu))
		apic_send_nmi(cpu->apic_id);
	__atomic_store_n(&kicks[cpu->id].last_sent, rdtsc(), __ATOMIC_RELAXED);
	__atomic_fetch_add(&kicks[cpu->id].sent, 1, __ATOMIC_RELEASE);
}

/*
 * TSC value until which an NMI that no count is left for may be a kick all the same. While
 * one is being sent there is no limit.
 */
static u64 strays_until(const struct percpu *percpu, bool being_sent)
{
	u64 until = percpu->stray_until, sent_until;

	if (!percpu->kick_awaited)
		return until;
	if (being_sent)
		return ~0ULL;
	sent_until = __atomic_load_n(&kicks[percpu->cpu->id].last_sent, __ATOMIC_RELAXED) +
		     stray_ticks();
	return MAX(until, sent_until);
}

bool kick_take(struct percpu *percpu)
{
	u32 sent = __atomic_load_n(&kicks[percpu->cpu->id].sent, __ATOMIC_ACQUIRE);
	u32 counted = __atomic_load_n(&kicks[percpu->cpu->id].counted, __ATOMIC_SEQ_CST);
	u32 taken = counted - percpu->kicks_seen;
	bool is_kick = taken || rdtsc() < strays_until(percpu, counted != sent);

	percpu->kicks_seen = counted;
	percpu->kick_awaited = counted != sent;
	if (taken > 1)
		percpu->stray_until = rdtsc() + stray_ticks();
	return is_kick;
}

void kick_settle(struct percpu *percpu, u64 since)
{
	u32 sent = __atomic_load_n(&kicks[percpu->cpu->id].sent, __ATOMIC_ACQUIRE);
	u32 counted = __atomic_load_n(&kicks[percpu->cpu->id].counted, __ATOMIC_SEQ_CST);
	u64 until;

	/* Whoever still sends sets a limit of its own, which begins later. */
	if (percpu->kick_awaited && counted != sent)
		return;
	until = strays_until(percpu, false);
	percpu->kick_awaited = false;
	if (until > since)
		percpu->stray_until = rdtsc() + MIN(until - since, stray_ticks());
}
