// SPDX-License-Identifier: GPL-2.0-only
/* What other CPUs want of this one, and NMIs. */
#include "exits.h"
#include "apic.h"
#include "clean.h"
#include "kick.h"
#include "leave.h"
#include "park.h"
#include "test_build.h"

/* What the guest was doing before is over: from here on, this is where it was last. */
static void reset(struct percpu *percpu, u64 cs_base, u16 ip)
{
	vendor_reset(percpu, cs_base, ip);
	percpu->exit_rip = ip;
}

static void do_action(struct percpu *percpu, enum cpu_action action)
{
	struct cpu *cpu = percpu->cpu;
	u64 reset_address;

	switch (action) {
	case CPU_CONTINUE:
		break;
	case CPU_PARK:
		apic_init_state(percpu);
		park_cpu(percpu);
		break;
	case CPU_RESET:
		clean_cpu(percpu);
		reset_address = cpu->cell->desc->cpu_reset_address;
		reset(percpu, reset_address & ~0xffffULL, (u16)reset_address);
		break;
	case CPU_STARTUP:
		/* It may come together with the INIT before it. */
		apic_init_state(percpu);
		reset(percpu, (u64)cpu->sipi_vector << PAGE_SHIFT, 0);
		break;
	case CPU_LEAVE:
		leave_offline(percpu);
	}
}

/*
 * Whose is an NMI that has come? It has no sender. It may be a kick, by which another CPU wants
 * something of this one; or the guest's: of its watchdog, of a profiler, of a button. One that is
 * a kick and is given to the guest is a riddle in Linux's log ("Uhhuh. NMI received for unknown
 * reason"); one that is the guest's and is taken for a kick is lost, and with it the watchdog, or
 * a CPU that waits for another one's backtrace.
 *
 * So kicks are counted where they are sent (kick.c). An NMI is the guest's if no kick accounts
 * for it. If one does, there may still have been another: CPUs hold one NMI only while they
 * cannot take it, and two that come together are one. Of the source that has most of them, the
 * performance counters, it can be told: the local APIC masks their entry when it delivers one.
 *
 * NMIs that CPUs of the cell send each other never were NMIs: the APIC's command exits, and is
 * a request like any other (cpu_take_nmis()).
 */
void process_events(struct percpu *percpu)
{
	struct cpu *cpu = percpu->cpu;
	const u64 since = rdtsc();
	unsigned int nmis = 0;

	vendor_let_run(percpu);
	adverse_unpark(percpu);
	if (percpu->nmi_seen) {
		percpu->nmi_seen = false;
		adverse_take_kick(cpu);
		/* A counter overflow masks its own vector: then there was an NMI, too. */
		nmis = !kick_take(percpu) || apic_pmi_pending();
	}
	do
		do_action(percpu, cpu_events_process(cpu));
	while (cpu_events_left(cpu));
	kick_settle(percpu, since);
	for (nmis += cpu_take_nmis(cpu); nmis && !cpu->parked; nmis--)
		vendor_inject_nmi(percpu);
	/* Only the timer's exit has nothing else for the guest. */
	if (percpu->mc_seen)
		vendor_exit_at_once(percpu);
	if (cpu->parked)
		adverse_park(percpu);
}

/*
 * VMX: INIT is held back while the CPU is in the hypervisor (SDM 3C 24.8) and exits when it is in
 * the guest; SIPI is lost, as no guest of ours is in the state in which a CPU waits for it. SVM:
 * INIT is intercepted in the guest, and in the hypervisor becomes an exception once GIF is set
 * (VM_CR.R_INIT). Either way the CPU does not start over. Commands of guests never come here: they
 * exit where they are written, and become requests to the CPU that they are for. What does come
 * was sent by somebody else.
 */
void handle_start_signal(void)
{
	cpu_count(this_percpu()->cpu, JAILHOUSE_CPU_STAT_VMEXITS_MANAGEMENT);
}
