/* SPDX-License-Identifier: GPL-2.0-only */
/* What CPUID says to the root cell and to the other cells. */
#ifndef _X86_CPUID_H
#define _X86_CPUID_H

#include "types.h"
#include <jailhouse/hypercall.h>

enum cpuid_reg { CPUID_EAX, CPUID_EBX, CPUID_ECX, CPUID_EDX };

/**
 * struct cpuid_view - who asks
 * @root: the root cell: it sees the hardware
 * @no_apic: it has switched its local APIC off
 * @cr4: CR4 of the guest; looked at only if cpuid_needs_cr4() says so
 * @has_comm: the cell has a comm region
 * @comm_gpa: its guest-physical address
 * @kvm_leaf: it is told of KVM as well
 */
struct cpuid_view {
	bool root;
	bool no_apic;
	u64 cr4;
	bool has_comm;
	u64 comm_gpa;
	bool kvm_leaf;
};

/**
 * cpuid_needs_cr4() - does the answer depend on the guest's CR4?
 * @leaf: EAX before CPUID
 *
 * Spares the caller the read of the guest's CR4 for all other leaves.
 */
static inline bool cpuid_needs_cr4(u32 leaf)
{
	return leaf == 1 || leaf == 7;
}

/**
 * cpuid_filtered_bits() - which leaves need cpuid_filter()?
 * @root: the root cell asks
 *
 * Return: bits of EAX. A leaf with none of them gives what the hardware says: in the root
 * cell all but the odd ones, of which 1 and 7 depend on CR4; in another cell leaf 0.
 */
static inline u32 cpuid_filtered_bits(bool root)
{
	return root ? 1 : 0xffffffff;
}

/**
 * cpuid_finds_kvm() - does Linux find KVM below itself?
 * @ask: executes CPUID
 *
 * Then it makes KVM's hypercalls, which are VMCALLs like Jailhouse's, with numbers that
 * mean something else here.
 */
bool cpuid_finds_kvm(void (*ask)(u32 regs[4]));

/**
 * cpuid_filter() - turn the hardware's answer into what the guest gets
 * @view: who asks
 * @leaf: EAX before CPUID
 * @subleaf: ECX before CPUID
 * @regs: EAX, EBX, ECX, EDX as the hardware returned them in the hypervisor, on the CPU
 *	that asks; changed in place
 *
 * Any CPU, touches nothing but its arguments. Takes few instructions for a leaf that
 * stays as it is: CPUID always exits (SDM 3C 26.1.2).
 */
void cpuid_filter(const struct cpuid_view *view, u32 leaf, u32 subleaf, u32 regs[4]);

#endif
