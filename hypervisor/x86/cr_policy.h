/* SPDX-License-Identifier: GPL-2.0-only */
/* What may be moved to CR0 and CR4 where the hypervisor has to decide. SDM 3A 2.5, 4.1, 10.8.5. */
#ifndef _X86_CR_POLICY_H
#define _X86_CR_POLICY_H

#include "registers.h"
#include "types.h"

/*
 * What a cell may set of CR4: what CPUID shows it (cpuid.c). MCE is only what it sees. Of what
 * newer CPUs have, CET, PKS, UINTR and FRED keep state in MSRs that cells are not granted, and Key
 * Locker has a key that nothing clears: the CPU's next owner would have it.
 */
#define CR4_OF_CELLS	(0x0fff | X86_CR4_LA57 | X86_CR4_FSGSBASE | X86_CR4_PCIDE | \
			 X86_CR4_OSXSAVE | X86_CR4_SMEP | X86_CR4_SMAP | X86_CR4_PKE)

/**
 * struct cr_state - what a move to a control register is judged by
 * @cr0: as the guest sees it
 * @cr3: CR3
 * @cr4: as the guest sees it
 * @efer: IA32_EFER
 * @cs_long: 64-bit code
 * @tss16: TR holds a task of 16 bits
 * @cr4_allowed: bits of CR4 that this guest may set
 */
struct cr_state {
	u64 cr0;
	u64 cr3;
	u64 cr4;
	u64 efer;
	bool cs_long;
	bool tss16;
	u64 cr4_allowed;
};

/**
 * cr0_check() - may the guest set CR0 so?
 * @now: before
 * @val: all 64 bits of what it moves there
 *
 * Return: 0, or -EINVAL: #GP.
 */
int cr0_check(const struct cr_state *now, u64 val);

/**
 * cr4_check() - may the guest set CR4 so?
 * @now: before
 * @val: all 64 bits of what it moves there
 *
 * Return: 0, or -EINVAL: #GP.
 */
int cr4_check(const struct cr_state *now, u64 val);

/**
 * cr0_loads_pdptes() - are the entries that CR3 points to read anew? (SDM 3A 4.4.1)
 * @now: before
 * @val: what is moved
 */
bool cr0_loads_pdptes(const struct cr_state *now, u64 val);

/** cr4_loads_pdptes() - see cr0_loads_pdptes() */
bool cr4_loads_pdptes(const struct cr_state *now, u64 val);

/**
 * cr0_efer() - IA32_EFER behind a move to CR0: paging begins and ends long mode
 * @now: before
 * @val: what is moved
 */
u64 cr0_efer(const struct cr_state *now, u64 val);

/**
 * pdptes_check() - would the CPU take these page-directory-pointer entries?
 * @pdpte: four of them
 * @addr_bits: guest_addr_bits()
 *
 * Return: 0, or -EINVAL: #GP.
 */
int pdptes_check(const u64 pdpte[4], u64 addr_bits);

#endif
