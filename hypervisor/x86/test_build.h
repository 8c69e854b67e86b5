/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What only the test build of the image has (make TEST=1): a look at the tables that the
 * hypervisor runs on, ways to run over the end of a stack, VM entries and exits that the
 * product never makes, and an adverse machine. The product gets nothing of it.
 */
#ifndef _X86_TEST_BUILD_H
#define _X86_TEST_BUILD_H

#include "mmio.h"
#include "percpu.h"

/*
 * Hypercall of the test build, for any cell and for its programs, too; the argument is an
 * enum test_call.
 */
#define TEST_BUILD_CALL		0x7e57

/*
 * Other arguments: each exit of the CPU is counted from now on; what was counted at the exit before
 * this one, or at all since then, by enum exit_count. selftests/bench/module/bench.c and
 * inmates/tests/bench.c have these numbers, too.
 */
#define TEST_COUNT		0x100
#define TEST_COUNTED		0x200
#define TEST_COUNTED_SUM	0x300

/*
 * inmates/tests/walls.c and selftests/jailhouse/stray.c have these numbers, too.
 *
 * TEST_MACHINE_CHECK: one that the guest survives, while the CPU is in the hypervisor.
 * TEST_MACHINE_CHECK_OWN: the same, in memory of the cell's own. TEST_MACHINE_CHECK_END: one that
 * the guest does not survive, while it executes.
 * TEST_BAD_STATE: the next VM entry fails, and would go on elsewhere. TEST_BAD_RFLAGS: all
 * fail, until the guest is reset. TEST_BAD_INJECTION: the next VMRESUME fails.
 * TEST_EXIT_SLDT: an instruction exits that the product lets execute; TEST_NO_EXIT_SLDT: no
 * more. TEST_CR4: what the guest's CR4 really is.
 */
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
};

/* What real machines do to those who do not expect it; see adverse.c. */
enum adverse_switch {
	ADVERSE_LATE	= 1 << 0,	/* a kick is answered late */
	ADVERSE_WAKE	= 1 << 1,	/* CPUs that are parked wake up */
	/* And what tests have to notice when the hypervisor leaves it out: */
	OMIT_DMA_FLUSH	= 1 << 8,	/* units forget what devices have reached before */
	OMIT_QUIET	= 1 << 9,	/* who is a bus master may be none any more */
	OMIT_MESSAGES	= 1 << 10,	/* messages in MSI-X tables are looked at */
	OMIT_CONFIG	= 1 << 11,	/* so is what cells do in the MMCONFIG area */
	OMIT_DMA	= 1 << 12,	/* units translate */
};

#ifdef JAILHOUSE_TEST_BUILD

/** adverse_switches() - what the image was told to do, enum adverse_switch */
u32 adverse_switches(void);

/** adverse_omits() - was the image told to leave this out, an OMIT_*? */
bool adverse_omits(u32 what);

/**
 * adverse_passes() - if the image was told to leave @what out, what it would have refused is done
 * @what: an OMIT_*
 * @hpa: what is accessed
 * @access: how
 */
bool adverse_passes(u32 what, u64 hpa, struct mmio_access *access);

/** adverse_be_late() - the calling CPU is about to act upon NMIs that have come, if any */
void adverse_be_late(const struct percpu *percpu);

/** adverse_park() - the calling CPU is parked, and about to go on being so */
void adverse_park(struct percpu *percpu);

/** adverse_unpark() - the calling CPU looks what is wanted of it, parked or not */
void adverse_unpark(struct percpu *percpu);

/**
 * test_build_walk() - look at everything that the calling CPU's page table maps
 * @why: receives what is wrong
 * @why_size: bytes there
 *
 * Text is executable and read-only, all else is not executable, constants are read-only.
 * Nothing but hypervisor memory and device registers is mapped: no memory of Linux or of a
 * cell, no private area of another CPU, no guard page. The result is logged.
 *
 * Context: on the CPU's own page table, no window open.
 *
 * Return: 0, or -EIO if anything is not so.
 */
int test_build_walk(char *why, size_t why_size);

/**
 * test_build_call() - carry out a hypercall that only the test build has
 * @percpu: the calling CPU
 * @code: number of the hypercall
 * @arg: its argument
 *
 * Return: false if it is an ordinary one.
 */
bool test_build_call(struct percpu *percpu, u32 code, u64 arg);

/**
 * test_build_msr() - registers of a machine check that is none
 * @msr: number
 * @val: receives its value
 *
 * Return: false if it is the hardware that knows.
 */
bool test_build_msr(u32 msr, u64 *val);

/**
 * adverse_plant_check() - what test_build_msr() has to tell
 * @mcg_status: IA32_MCG_STATUS
 * @addr: IA32_MC0_ADDR
 */
void adverse_plant_check(u64 mcg_status, u64 addr);

/**
 * vendor_test_spoil() - make the next VM entry fail, or another exit happen
 * @arg: TEST_BAD_STATE to TEST_CR4
 *
 * Return: -EINVAL for anything else; of TEST_CR4 what was asked for; 0.
 */
u64 vendor_test_spoil(u64 arg);

/** vendor_test_wake() - the guest exits after a while, whatever it does; or no more. */
void vendor_test_wake(struct percpu *percpu, bool on);

#else

static inline bool adverse_omits(__maybe_unused u32 what)
{
	return false;
}

static inline bool adverse_passes(__maybe_unused u32 what, __maybe_unused u64 hpa,
				  __maybe_unused struct mmio_access *access)
{
	return false;
}

static inline void adverse_be_late(__maybe_unused const struct percpu *percpu)
{
}

static inline void adverse_park(__maybe_unused struct percpu *percpu)
{
}

static inline void adverse_unpark(__maybe_unused struct percpu *percpu)
{
}

static inline int test_build_walk(__maybe_unused char *why, __maybe_unused size_t why_size)
{
	return 0;
}

static inline bool test_build_call(__maybe_unused struct percpu *percpu,
				   __maybe_unused u32 code, __maybe_unused u64 arg)
{
	return false;
}

static inline bool test_build_msr(__maybe_unused u32 msr, __maybe_unused u64 *val)
{
	return false;
}

#endif
#endif
