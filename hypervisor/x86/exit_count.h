/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Only in the test build: what an exit executes of the instructions that cost tens or hundreds of
 * cycles each on silicon, whatever an emulator makes of them.
 */
#ifndef _X86_EXIT_COUNT_H
#define _X86_EXIT_COUNT_H

#include "types.h"

/*
 * selftests/bench/module/bench.c and inmates/tests/bench.c print them in this order.
 *
 * COUNT_INSNS: all instructions, a REP iteration as one; from behind the saving of the guest's
 * registers to the entry, without it.
 * COUNT_VMCS: VMREADs and VMWRITEs. COUNT_VMCB_LINES: lines of 64 bytes of the VMCB that are
 * accessed. COUNT_INVLPG: INVLPGs. COUNT_FLUSHES: INVEPT, INVVPID, INVPCID, INVLPGA.
 * COUNT_SERIALIZING: others that wait for all before them (SDM 3A 9.3).
 * COUNT_SWITCHES: VMLOAD, VMSAVE, STGI, CLGI.
 * COUNT_LOCKED: locked operations. COUNT_LOCKED_SHARED: those of them that are not on data of the
 * CPU's own.
 * COUNT_DEVICE: accesses to device registers, and to ports.
 */
enum exit_count {
	COUNT_INSNS,
	COUNT_VMCS,
	COUNT_VMCB_LINES,
	COUNT_INVLPG,
	COUNT_FLUSHES,
	COUNT_SERIALIZING,
	COUNT_SWITCHES,
	COUNT_LOCKED,
	COUNT_LOCKED_SHARED,
	COUNT_DEVICE,
	NUM_EXIT_COUNTS,
	COUNT_NOTHING = NUM_EXIT_COUNTS,
};

/**
 * struct counted_insn - an instruction of the hypervisor's, as far as it counts
 * @what: what it counts as, besides as an instruction; COUNT_NOTHING
 * @accesses: it has an operand in memory, not counting pushes and pops
 * @locked: and a locked one
 * @rip_relative: @address is an offset from the next instruction
 * @address: of the operand
 * @enters: it is VMRESUME, VMLAUNCH or VMRUN
 */
struct counted_insn {
	enum exit_count what;
	bool accesses, locked, rip_relative, enters;
	u64 address;
};

/**
 * exit_count_insn() - look at an instruction, of those that a compiler makes of our C
 * @code: its bytes
 * @gpr: registers before it, by their numbers
 * @insn: receives what it is
 */
void exit_count_insn(const u8 *code, const u64 *gpr, struct counted_insn *insn);

/* What exit_count_entry.S leaves on the stack. */
struct step_frame {
	u64 gpr[16];
	u64 rip;
	u64 cs;
	u64 rflags;
	u64 rsp;
	u64 ss;
};

/** exit_count_begin() - from now on each exit of the calling CPU is counted for itself */
void exit_count_begin(void);

/**
 * exit_count_last() - of the exit before the present one
 * @what: enum exit_count
 *
 * Ends the counting.
 *
 * Return: how many, or -EINVAL.
 */
u64 exit_count_last(u64 what);

/** exit_count_sum() - of all exits since exit_count_begin(); otherwise as exit_count_last() */
u64 exit_count_sum(u64 what);

/** exit_count_wanted() - called first at each exit. Return: true to have it counted. */
bool exit_count_wanted(void);

/** exit_count_step() - the hypervisor is about to execute the instruction at @frame->rip */
void exit_count_step(struct step_frame *frame);

/* exit_count_entry.S */
extern const u8 exit_count_stub[];

#endif
