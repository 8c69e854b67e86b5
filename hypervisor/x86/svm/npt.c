// SPDX-License-Identifier: GPL-2.0-only
/* Nested page tables: what core/ needs to know of them. */
#include "svm.h"
#include "arch.h"
#include "exits/guest_pages.h"
#include "npt.h"

static struct pgtable_format format;

void vendor_init(void)
{
	format = npt_format(read_cr4() & X86_CR4_LA57, svm_has.huge_1g);
}

const struct pgtable_format *arch_stage2_format(void)
{
	return &format;
}

u64 arch_stage2_attrs(u64 mem_flags)
{
	return npt_attrs(mem_flags);
}

void arch_flush_stage2(__maybe_unused struct cpu *cpu)
{
	exit_cache_flush();
	svm_flush_guest();
}
