/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * A CPU with SVM, whose VMCB the hypervisor's own code writes: it is held against the checks
 * that VMRUN makes. test_vmcb.c and fuzz_vmcb.c use it.
 */
#ifndef SELFTESTS_VMCB_CPU_H
#define SELFTESTS_VMCB_CPU_H

#include "entry.h"
#include "svm/svm.h"

/**
 * struct vmcb_cpu - what VMRUN checks against
 * @name: for messages
 * @svm_edx: CPUID 0x8000000a EDX
 * @cr4: bits of CR4 that there are
 * @efer: bits of EFER that there are
 * @asids: how many address spaces there are
 * @invlpgb: a guest can be given INVLPGB
 */
struct vmcb_cpu {
	const char *name;
	u32 svm_edx;
	u64 cr4, efer;
	u32 asids;
	bool invlpgb;
};

/* One with all that is used where it is there, and one with no more than is needed. */
enum { VMCB_CPU_FULL, VMCB_CPU_BARE, NUM_VMCB_CPUS };
extern const struct vmcb_cpu vmcb_cpus[NUM_VMCB_CPUS];

/* Of vmcb_boot(). */
extern const struct vmcb_cpu *vmcb_cpu;

/**
 * struct vmcb_hidden - what VMLOAD and VMSAVE exchange: it is in the CPU
 * @segments: FS, GS, LDTR, TR
 * @msrs: KERNEL_GS_BASE, STAR, LSTAR, CSTAR, SFMASK, SYSENTER_CS, _ESP, _EIP
 * @gif: the global interrupt flag
 * @held: an NMI or INIT waits for it
 */
struct vmcb_hidden {
	struct vmcb_segment segments[4];
	u64 msrs[8];
	bool gif, held;
};

extern struct vmcb_hidden vmcb_hidden;

/**
 * vmcb_check() - would vmcb_cpu enter its guest, and keep from it what is not the guest's?
 *
 * Return: NULL, or the check that fails: one of APM 2 15.5.1, 15.20 and 15.25.3, or of those
 * that VMRUN leaves to the hypervisor.
 */
const char *vmcb_check(void);

/** vmcb_boot() - Linux on @cpu, as a guest, right behind the handover. */
void vmcb_boot(const struct vmcb_cpu *cpu);

/**
 * vmcb_exit() - the guest runs for a while, then there is a #VMEXIT, and it is handled
 * @input: what the guest does, and what happens beside it
 *
 * Return: the exit code.
 */
u64 vmcb_exit(struct random_input *input);

#endif
