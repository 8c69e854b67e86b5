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

/* Return: true if the guest goes on as it was. */
static bool do_action(struct percpu *percpu, enum cpu_action action)
{
	struct cpu *cpu = percpu->cpu;
	u64 reset_address;

	switch (action) {
	case CPU_CONTINUE:
		return true;
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
	return false;
}

/*
 * NMIs that have come are kicks, by which other CPUs want something of this one, or the guest's:
 * of its watchdog, of a profiler, of a button (kick_take()). The guest's are for what it was when
 * they came: a CPU that waits to be started takes none, and one that starts over has forgotten
 * them. Nor could it take one there: Linux's first instructions have no table of interrupts.
 *
 * NMIs that CPUs of the cell send each other never were NMIs: the APIC's command exits, and is
 * a request like any other (cpu_take_nmis()).
 */
void process_events(struct percpu *percpu)
{
	struct cpu *cpu = percpu->cpu;
	unsigned int nmis;

	vendor_let_run(percpu);
	adverse_unpark(percpu);
	adverse_be_late(percpu);
	nmis = kick_take(percpu);
	do {
		if (!do_action(percpu, cpu_events_process(cpu)))
			nmis = 0;
	} while (cpu_events_left(cpu));
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
