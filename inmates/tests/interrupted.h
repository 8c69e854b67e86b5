/* SPDX-License-Identifier: GPL-2.0-only */
/* Registers that stay what they are while a timer's handler uses them, on each CPU of a cell. */
#ifndef INMATE_INTERRUPTED_H
#define INMATE_INTERRUPTED_H

#include "inmate.h"
#include "report.h"

#define VECTOR		0x40
#define PERIOD_NS	(NS_PER_MS / 2)
#define INTERRUPTS	20

/* How often the handler has run: it counts. */
static volatile unsigned int fired;

static void begin_interrupts(void (*handler)(struct frame *frame))
{
	apic_init();
	int_set_handler(VECTOR, handler);
	apic_timer_init(VECTOR, APIC_TIMER_PERIODIC);
	apic_timer_set(PERIOD_NS);
	irq_enable();
}

static void end_interrupts(void)
{
	irq_disable();
	apic_write(APIC_REG_LVT_TIMER, APIC_LVT_MASKED);
}

static volatile bool visited;
static volatile double visitor_result;
static double (*visitor)(void);

static void visit(void)
{
	visitor_result = visitor();
	visited = true;
}

/* Each of the other CPUs computes the same. */
static void check_cpus(double (*compute)(void), double result)
{
	unsigned int cpu;

	visitor = compute;
	for (cpu = 1; cpu < smp_num_cpus(); cpu++) {
		visited = false;
		smp_start_cpu(cpu, visit);
		delay_ns(NS_PER_MS);
		report(visited && visitor_result == result, "CPU %u computes, too", cpu);
	}
}

#endif
