// SPDX-License-Identifier: GPL-2.0-only
/*
 * INIT, SIPI and NMI within a cell: every other CPU is started again and again, from its
 * wait and out of whatever it does; of two NMIs it gets two.
 *
 *	rounds=N	default 20
 *	cpus=N		default: all; the number has to be given on a bare machine
 */
#include "report.h"

/* Written by the other CPU: functions that wait make the compiler look again. */
static u64 visits, spins;
static u32 visitor;
static volatile u64 nmis;
static volatile bool hold_nmi;

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

static void count_nmi(struct frame *frame)
{
	(void)frame;
	nmis++;
	while (hold_nmi)
		cpu_relax();
}

/* So many that are sent one right after the other; how many have come? */
static u64 send_nmis(unsigned int cpu, unsigned int count, u64 expected)
{
	u64 before = nmis, start = rdtsc(), ticks = tsc_hz() / 100;

	while (count--)
		apic_send_ipi(smp_apic_id(cpu), APIC_ICR_NMI | APIC_ICR_ASSERT);
	while (nmis - before < expected && rdtsc() - start < ticks)
		cpu_relax();
	return nmis - before;
}

/* A CPU has one in service and holds another one; more become one (SDM 3A 6.7.1). */
static void check_nmis(unsigned int cpu, u64 rounds)
{
	u64 round, lost = 0, before;

	int_set_handler(X86_EXC_NMI, count_nmi);
	check_start(cpu, "spinning", visit_and_spin);
	for (round = 0; round < 20 * rounds; round++)
		lost += 2 - send_nmis(cpu, 2, 2);
	report(!lost, "CPU %u: %llu times two NMIs, %llu lost", cpu, round, lost);

	before = nmis;
	hold_nmi = true;
	send_nmis(cpu, 1, 1);
	send_nmis(cpu, 3, 0);
	delay_ns(NS_PER_MS);
	hold_nmi = false;
	delay_ns(NS_PER_MS);
	report(nmis - before == 2, "CPU %u: one of three waited while it was in one: %llu", cpu,
	       nmis - before);
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
		check_nmis(cpu, rounds);
		visits = 0;
	}
	report_done();
}
