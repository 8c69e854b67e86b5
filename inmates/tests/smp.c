// SPDX-License-Identifier: GPL-2.0-only
/*
 * INIT and SIPI within a cell: every other CPU is started again and again, from its wait
 * and out of whatever it does.
 *
 *	rounds=N	default 20
 *	cpus=N		default: all; the number has to be given on a bare machine
 */
#include "report.h"

/* Written by the other CPU: functions that wait make the compiler look again. */
static u64 visits, spins;
static u32 visitor;

static void visit_and_halt(void)
{
	visitor = apic_id();
	visits++;
}

static void visit_and_spin(void)
{
	visitor = apic_id();
	visits++;
	for (;;) {
		spins++;
		cpu_relax();
	}
}

static void visit_and_enable(void)
{
	visitor = apic_id();
	visits++;
	for (;;)
		irq_enable_and_halt();
}

static void check_start(unsigned int cpu, const char *what, void (*function)(void))
{
	u64 before = visits, start = rdtsc(), ticks;
	bool ok = smp_start_cpu(cpu, function);

	ticks = rdtsc() - start;
	while (ok && visits == before && rdtsc() - start < 10 * ticks)
		cpu_relax();
	if (!ok || visits != before + 1 || visitor != smp_apic_id(cpu))
		report(false, "CPU %u, %s: %llu visits by APIC id %u", cpu, what,
		       visits - before, visitor);
}

/* A SIPI to a CPU that does not wait for one has no effect. */
static void check_stray_sipi(unsigned int cpu)
{
	u64 before;

	check_start(cpu, "spinning", visit_and_spin);
	before = visits;
	apic_send_ipi(smp_apic_id(cpu), APIC_ICR_STARTUP | APIC_ICR_ASSERT | 0xf0);
	apic_send_ipi(smp_apic_id(cpu), APIC_ICR_STARTUP | APIC_ICR_ASSERT);
	delay_ns(NS_PER_MS);
	report(visits == before, "CPU %u: SIPI without INIT has no effect", cpu);
	before = spins;
	delay_ns(NS_PER_MS);
	report(spins != before, "CPU %u still spins", cpu);
}

/* INIT takes it away from what it does. */
static void check_init(unsigned int cpu)
{
	u64 before;

	check_start(cpu, "spinning", visit_and_spin);
	apic_send_ipi(smp_apic_id(cpu), APIC_ICR_INIT | APIC_ICR_ASSERT);
	delay_ns(NS_PER_MS);
	before = spins;
	delay_ns(NS_PER_MS);
	report(spins == before, "CPU %u stopped at INIT", cpu);
}

void inmate_main(void)
{
	u64 rounds = cmdline_u64("rounds", 20), round;
	unsigned int cpu, cpus = (unsigned int)cmdline_u64("cpus", smp_num_cpus());

	report_begin("smp");
	apic_init();
	report(cpus > 1, "%u CPUs", cpus);
	for (cpu = 1; cpu < cpus; cpu++) {
		for (round = 0; round < rounds; round++) {
			check_start(cpu, "halting", visit_and_halt);
			check_start(cpu, "spinning", visit_and_spin);
			check_start(cpu, "waiting", visit_and_enable);
		}
		report(visits == 3 * rounds, "CPU %u: %llu starts", cpu, visits);
		check_stray_sipi(cpu);
		check_init(cpu);
		visits = 0;
	}
	report_done();
}
