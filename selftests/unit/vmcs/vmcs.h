/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * A CPU whose VMCS is an array: what the hypervisor's own code writes there is held against the
 * checks that VM entry makes. test_vmcs.c and fuzz_vmcs.c use it.
 */
#ifndef SELFTESTS_VMCS_H
#define SELFTESTS_VMCS_H

#include "entry.h"
#include "vmx/vmx.h"

/**
 * struct vmcs_cpu - what VM entry checks against
 * @caps: see struct vmx_caps
 * @cr0_fixed0: IA32_VMX_CR0_FIXED0: bits that are 1; likewise the next three
 * @cr0_fixed1: bits that may be 1
 * @cr4_fixed0: of CR4
 * @cr4_fixed1: of CR4
 * @addr_bits: bits of a physical address
 */
struct vmcs_cpu {
	struct vmx_caps caps;
	u64 cr0_fixed0, cr0_fixed1, cr4_fixed0, cr4_fixed1;
	unsigned int addr_bits;
};

extern const struct vmcs_cpu vmcs_cpu;

/* Bits that CR4 has besides, on a CPU of a later time. */
extern u64 vmcs_newer_cr4;

/**
 * vmcs_check() - would this CPU enter its guest?
 * @cpu: the CPU
 *
 * Return: NULL, or the check that fails: one of SDM 3C 27.2 and 27.3.
 */
const char *vmcs_check(const struct vmcs_cpu *cpu);

/** vmcs_boot() - Linux right behind the handover, as a guest. */
void vmcs_boot(void);

/**
 * vmcs_exit() - the guest runs for a while, then there is an exit, and it is handled
 * @input: what the guest does, and what happens beside it
 *
 * Return: the number of the exit reason.
 */
u64 vmcs_exit(struct random_input *input);

#endif
