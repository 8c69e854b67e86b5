// SPDX-License-Identifier: GPL-2.0-only
/*
 * Only on the test build of the hypervisor, which has one hypercall more: it looks at its
 * own page tables, drains the APIC of every vector, runs over the end of a stack, or enters the
 * cell with a state that no CPU can have.
 *
 *	kind=walk	on each CPU of the cell, while the cell is there; and drains
 *	kind=check	machine checks that are not the cell's, and CR4.MCE
 *	kind=check-own	one that is
 *	kind=check-end	one after which the CPU does not know where to go on
 *	kind=entry	one VM entry that fails: the cell does
 *	quirks=tcg	of check: on QEMU's own CPU a cell reads CR4.MCE as it is
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
	TEST_BAD_STATE,
	TEST_BAD_RFLAGS,
	TEST_BAD_INJECTION,
	TEST_EXIT_SLDT,
	TEST_NO_EXIT_SLDT,
	TEST_CR4,
	TEST_MACHINE_CHECK,
	TEST_MACHINE_CHECK_OWN,
	TEST_MACHINE_CHECK_END,
	TEST_NO_CALL,
};

/* Written by the other CPU. */
static volatile long walked;

static void walk(void)
{
	walked = hypercall(TEST_BUILD_CALL, TEST_WALK, 0);
}

static void overflow_fatal(void)
{
	hypercall(TEST_BUILD_CALL, TEST_OVERFLOW_FATAL, 0);
}

static void overflow_nmi(void)
{
	hypercall(TEST_BUILD_CALL, TEST_OVERFLOW_NMI, 0);
}

static void check_tables(void)
{
	unsigned int cpu, tries;
	long result = hypercall(TEST_BUILD_CALL, TEST_WALK, 0);

	report(!result, "tables of the first CPU: %ld", result);
	for (cpu = 1; cpu < smp_num_cpus(); cpu++) {
		walked = 1;
		report(smp_start_cpu(cpu, walk), "CPU %u starts", cpu);
		for (tries = 0; walked == 1 && tries < 1000; tries++)
			delay_ns(NS_PER_MS);
		report(!walked, "tables of CPU %u: %ld", cpu, walked);
	}
	result = hypercall(TEST_BUILD_CALL, TEST_DRAIN, 0);
	report(!result, "vectors of exceptions, and all others, go with the owner: %ld", result);
	result = hypercall(TEST_BUILD_CALL, TEST_NO_CALL, 0);
	report(result == -EINVAL, "no such call: %ld", result);
	report_done();
}

#define CR4_MCE		0x40

/* What the cell sees of the bit is its own affair, what the CPU has is not. */
static void check_machine_checks(void)
{
	bool quirks = cmdline_is("quirks", "tcg");
	unsigned int i;
	long real;

	for (i = 0; i < 3; i++) {
		real = hypercall(TEST_BUILD_CALL, TEST_CR4, 0);
		report(real & CR4_MCE, "CR4.MCE is set: 0x%lx", real);
		report(quirks || !(read_cr4() & CR4_MCE) == !(i & 1), "CR4 is read as 0x%llx",
		       read_cr4());
		hypercall(TEST_BUILD_CALL, TEST_MACHINE_CHECK, 0);
		write_cr4(read_cr4() ^ CR4_MCE);
	}
	report_done();
}

static void die_of(enum test_call kind)
{
	report_trying("call %u of the test build", kind);
	hypercall(TEST_BUILD_CALL, kind, 0);
	report_survived();
}

static void overflow(void)
{
	/*
	 * What all say at once cannot be read: Linux comes to an end of its own first, and one
	 * CPU after the other, each with time for its last words.
	 */
	delay_ns(1000 * NS_PER_MS);
	report(smp_start_cpu(1, overflow_fatal), "CPU 1 starts");
	delay_ns(100 * NS_PER_MS);
	report(smp_start_cpu(2, overflow_nmi), "CPU 2 starts");
	delay_ns(100 * NS_PER_MS);
	report_trying("the end of all stacks");
	hypercall(TEST_BUILD_CALL, TEST_OVERFLOW_EXIT, 0);
	report_survived();
}

void inmate_main(void)
{
	report_begin("walls");
	apic_init();
	if (cmdline_is("kind", "overflow"))
		overflow();
	if (cmdline_is("kind", "entry"))
		die_of(TEST_BAD_STATE);
	if (cmdline_is("kind", "check"))
		check_machine_checks();
	if (cmdline_is("kind", "check-own"))
		die_of(TEST_MACHINE_CHECK_OWN);
	if (cmdline_is("kind", "check-end"))
		die_of(TEST_MACHINE_CHECK_END);
	check_tables();
}
