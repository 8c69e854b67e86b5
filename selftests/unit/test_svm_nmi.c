// SPDX-License-Identifier: GPL-2.0-only
/* HOST: vmcb */
/* BESIDE: vmcb/check.c vmcb/cpu.c vmcb/guest.c entry/guest_state.c entry/machine.c */
/*
 * When the guest gets an NMI, under SVM, where the CPU tells nothing of it: not in a shadow, not
 * before another event, not before the last one's IRET has been executed. It never sees what
 * is done for that.
 */
#include "unit.h"
#include "arch.h"
#include "kick.h"
#include "vmcb_cpu.h"

#define NMI		0x80000202ULL
#define GP		0x80000b0dULL
#define TF		0x100ULL
#define BS		0x4000ULL
#define IRET_RIP	0xffffffff81001000ULL

/* Was it kicked, by itself or another one? An NMI comes; if it is the guest's, it was not. */
static bool kicked(void)
{
	percpu_area.nmis_seen = 1;
	return !kick_take(&percpu_area);
}

static void boot(void)
{
	vmcb_boot(&vmcb_cpus[VMCB_CPU_BARE]);
	percpu_vmcb.exit_code = EXIT_CPUID;
	kicked();
}

/* The hypervisor has one for the guest, in an exit with @code. */
static void one_comes(u64 code)
{
	percpu_vmcb.exit_code = code;
	vendor_inject_nmi(&percpu_area);
}

/* The guest has run to the next exit, which is handled: one of those that do little else. */
static void next_exit(u64 code)
{
	percpu_vmcb.exit_code = code;
	percpu_vmcb.exit_int_info = 0;
	svm_exit();
}

UNIT(at_once_where_nothing_is_in_its_way)
{
	boot();
	one_comes(EXIT_CPUID);
	CHECK_EQ(percpu_vmcb.event_inj, NMI);
	CHECK_EQ(percpu_area.guest_nmis, 0);
	CHECK(!kicked());
	CHECK_STR(vmcb_check(), NULL);
}

UNIT(in_a_shadow_the_cpu_tells_by_an_nmi_of_its_own)
{
	boot();
	percpu_vmcb.int_shadow = INT_SHADOW;
	one_comes(EXIT_NPF);
	CHECK_EQ(percpu_vmcb.event_inj, 0);
	CHECK_EQ(percpu_vmcb.int_shadow, INT_SHADOW);
	CHECK(kicked());
	/* PUSHF, in the shadow, does not see it, nor does HLT hold it back. */
	CHECK_EQ(percpu_vmcb.rflags & TF, 0);
	CHECK_EQ(percpu_vmcb.intercept_exceptions, percpu_area.vendor.intercept_exceptions);
}

/* Behind the instruction, or in the shadow where the CPU takes one there. */
UNIT(at_that_nmi_the_guest_gets_its_own)
{
	unsigned int shadow;

	for (shadow = 0; shadow < 2; shadow++) {
		unit_row("shadow %u", shadow);
		boot();
		percpu_vmcb.int_shadow = INT_SHADOW;
		one_comes(EXIT_NPF);
		percpu_vmcb.int_shadow = shadow;
		next_exit(EXIT_NMI);
		CHECK_EQ(percpu_vmcb.event_inj, NMI);
		CHECK_EQ(percpu_vmcb.int_shadow, 0);
		CHECK_EQ(percpu_area.guest_nmis, 0);
		CHECK_STR(vmcb_check(), NULL);
	}
}

UNIT(another_event_comes_first)
{
	boot();
	percpu_vmcb.event_inj = GP;
	one_comes(EXIT_CPUID);
	CHECK_EQ(percpu_vmcb.event_inj, GP);
	CHECK(kicked());
	next_exit(EXIT_NMI);
	CHECK_EQ(percpu_vmcb.event_inj, NMI);
}

static void second_waits(void)
{
	boot();
	one_comes(EXIT_CPUID);
	next_exit(EXIT_INIT);
	one_comes(EXIT_INIT);
}

UNIT(a_second_one_waits_for_iret)
{
	second_waits();
	CHECK_EQ(percpu_vmcb.event_inj, 0);
	CHECK(percpu_vmcb.intercept_misc1 & INTERCEPT_IRET);
	CHECK_EQ(percpu_vmcb.rflags & TF, 0);
	/* A third one is lost, as the CPU loses it. */
	one_comes(EXIT_INIT);
	CHECK_EQ(percpu_area.guest_nmis, 1);
}

static void iret_is_stepped(void)
{
	second_waits();
	percpu_vmcb.rip = IRET_RIP;
	next_exit(EXIT_IRET);
	CHECK_EQ(percpu_vmcb.event_inj, 0);
	CHECK(percpu_vmcb.rflags & TF);
	CHECK_EQ(percpu_vmcb.intercept_exceptions, ~0U);
	CHECK(!(percpu_vmcb.intercept_misc1 & INTERCEPT_IRET));
}

/* The flags that IRET has loaded are the guest's, a single step of its own among them. */
UNIT(behind_iret_it_comes)
{
	u64 flags;

	for (flags = 2; flags <= (TF | 2); flags += TF) {
		unit_row("flags %#llx", flags);
		iret_is_stepped();
		percpu_vmcb.rip = 0x400000;
		percpu_vmcb.rflags = flags;
		percpu_vmcb.dr6 |= BS;
		next_exit(EXIT_EXCEPTION(X86_EXC_DB));
		CHECK_EQ(percpu_vmcb.event_inj, NMI);
		CHECK_EQ(percpu_vmcb.rflags, flags);
		CHECK_EQ(percpu_vmcb.dr6 & BS, 0);
		CHECK_EQ(percpu_vmcb.intercept_exceptions,
			 percpu_area.vendor.intercept_exceptions);
	}
}

/* The handler of that fault is where the next one comes. */
UNIT(iret_that_faults_ends_the_first_one_too)
{
	iret_is_stepped();
	percpu_vmcb.exit_info1 = 0;
	next_exit(EXIT_EXCEPTION(X86_EXC_GP));
	CHECK_EQ(percpu_vmcb.event_inj, GP);
	CHECK_EQ(percpu_vmcb.rflags & TF, 0);
	CHECK(kicked());
	percpu_vmcb.rip = 0xffffffff81002000;
	next_exit(EXIT_NMI);
	CHECK_EQ(percpu_vmcb.event_inj, NMI);
}

/* Something else exits before IRET is executed: it is stepped over once more. */
UNIT(iret_that_was_not_executed_is_stepped_again)
{
	iret_is_stepped();
	next_exit(EXIT_INIT);
	CHECK_EQ(percpu_vmcb.event_inj, 0);
	CHECK(percpu_vmcb.rflags & TF);
	CHECK_EQ(percpu_vmcb.intercept_exceptions, ~0U);
}

UNIT(a_reset_forgets_them)
{
	iret_is_stepped();
	vendor_reset(&percpu_area, 0x9a000, 0);
	percpu_vmcb.exit_code = EXIT_INIT;
	CHECK_EQ(percpu_area.guest_nmis, 0);
	CHECK_EQ(percpu_vmcb.rflags & TF, 0);
	one_comes(EXIT_INIT);
	CHECK_EQ(percpu_vmcb.event_inj, NMI);
}

/*
 * A debug exception whose delivery raises the next one, and so on: the guest never comes to where
 * the CPU looks for an NMI. What is asked of the CPU is found all the same, and the kick stays
 * held.
 */
UNIT(a_kick_comes_through_between_exceptions_without_end)
{
	boot();
	arch_kick_cpu(percpu_area.cpu);
	percpu_area.cpu->requests = CPU_REQ_FLUSH;
	vmcb_hidden.held = true;
	next_exit(EXIT_EXCEPTION(X86_EXC_DB));
	CHECK_EQ(percpu_area.cpu->requests, 0);
	CHECK(vmcb_hidden.held);
	CHECK(kicked());
	CHECK_STR(vmcb_check(), NULL);
}
