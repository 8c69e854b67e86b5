/* SPDX-License-Identifier: GPL-2.0-only */
/* What CPUID says to the root cell and to the other cells. */
#ifndef _X86_CPUID_H
#define _X86_CPUID_H

#include "types.h"

enum cpuid_reg { CPUID_EAX, CPUID_EBX, CPUID_ECX, CPUID_EDX };

/**
 * struct cpuid_view - who asks
 * @root: the root cell: it sees the hardware, and that there is a hypervisor
 * @cr4: CR4 of the guest; looked at only if cpuid_needs_cr4() says so
 */
struct cpuid_view {
	bool root;
	u64 cr4;
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
 * cpuid_is_plain() - does the root cell get what the hardware says?
 * @leaf: EAX before CPUID
 *
 * If so, cpuid_filter() need not be called for it.
 */
static inline bool cpuid_is_plain(u32 leaf)
{
	return !cpuid_needs_cr4(leaf) && leaf >> 28 != 4;
}

void cpuid_filter(const struct cpuid_view *view, u32 leaf, u32 subleaf, u32 regs[4]);

#endif
