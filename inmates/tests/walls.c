// SPDX-License-Identifier: GPL-2.0-only
/*
 * Only on the test build of the hypervisor, which has one hypercall more: it looks at its
 * own page tables, drains the APIC of every vector, or runs over the end of a stack.
 *
 *	kind=walk	on each CPU of the cell, while the cell is there; and drains
 *	kind=overflow	three CPUs, each over the end of another stack
 */
#include "report.h"

/* hypervisor/x86/test_build.h */
#define TEST_BUILD_CALL	0x7e57

enum test_call {
	TEST_WALK,
	TEST_OVERFLOW_EXIT,
	TEST_OVERFLOW_FATAL,
	TEST_OVERFLOW_NMI,
	TEST_DRAIN,
	TEST_NO_CALL,
};

/* Written by the other CPU. */
static volatile long walked;

static void walk(void)
{
	walked = vmcall(TEST_BUILD_CALL, TEST_WALK, 0);
}

static void overflow_fatal(void)
{
	vmcall(TEST_BUILD_CALL, TEST_OVERFLOW_FATAL, 0);
}

static void overflow_nmi(void)
{
	vmcall(TEST_BUILD_CALL, TEST_OVERFLOW_NMI, 0);
}

static void check_tables(void)
{
	unsigned int cpu, tries;
	long result = vmcall(TEST_BUILD_CALL, TEST_WALK, 0);

	report(!result, "tables of the first CPU: %ld", result);
	for (cpu = 1; cpu < smp_num_cpus(); cpu++) {
		walked = 1;
		report(smp_start_cpu(cpu, walk), "CPU %u starts", cpu);
		for (tries = 0; walked == 1 && tries < 1000; tries++)
			delay_ns(NS_PER_MS);
		report(!walked, "tables of CPU %u: %ld", cpu, walked);
	}
	result = vmcall(TEST_BUILD_CALL, TEST_DRAIN, 0);
	report(!result, "vectors of exceptions, and all others, go with the owner: %ld", result);
	result = vmcall(TEST_BUILD_CALL, TEST_NO_CALL, 0);
	report(result == -EINVAL, "no such call: %ld", result);
	report_done();
}

static void overflow(void)
{
	report(smp_start_cpu(1, overflow_fatal), "CPU 1 starts");
	report(smp_start_cpu(2, overflow_nmi), "CPU 2 starts");
	report_trying("the end of all stacks");
	vmcall(TEST_BUILD_CALL, TEST_OVERFLOW_EXIT, 0);
	report_survived();
}

void inmate_main(void)
{
	report_begin("walls");
	apic_init();
	if (cmdline_is("kind", "overflow"))
		overflow();
	check_tables();
}
