// SPDX-License-Identifier: GPL-2.0-only
/*
 * What may be moved to CR0 and CR4 where the hypervisor has to decide: where the CPU would
 * raise #GP, the guest gets it.
 */
#include "cr_policy.h"
#include "errno.h"
#include "guest_walk.h"

/* Bits 8 to 5, 2 and 1 of a page-directory-pointer entry: SDM 3A 4.4.1. */
#define PDPTE_RESERVED	0x1e6ULL

#define CR3_PCID	0xfffULL

static bool long_mode_active(const struct cr_state *now)
{
	return now->efer & X86_EFER_LMA;
}

/* Paging goes on: with EFER.LME, that begins long mode. */
static bool may_start_paging(const struct cr_state *now)
{
	return !(now->efer & X86_EFER_LME) ||
	       ((now->cr4 & X86_CR4_PAE) && !now->cs_long && !now->tss16);
}

static bool may_stop_paging(const struct cr_state *now)
{
	return !now->cs_long && !(now->cr4 & X86_CR4_PCIDE);
}

int cr0_check(const struct cr_state *now, u64 val)
{
	bool starts = val & ~now->cr0 & X86_CR0_PG, stops = now->cr0 & ~val & X86_CR0_PG;

	if (val >> 32 || ((val & X86_CR0_PG) && !(val & X86_CR0_PE)) ||
	    ((val & X86_CR0_NW) && !(val & X86_CR0_CD)) ||
	    (!(val & X86_CR0_WP) && (now->cr4 & X86_CR4_CET)))
		return -EINVAL;
	return (starts && !may_start_paging(now)) || (stops && !may_stop_paging(now)) ?
	       -EINVAL : 0;
}

int cr4_check(const struct cr_state *now, u64 val)
{
	u64 changed = now->cr4 ^ val;

	if (val & ~now->cr4_allowed)
		return -EINVAL;
	if (long_mode_active(now) && (!(val & X86_CR4_PAE) || (changed & X86_CR4_LA57)))
		return -EINVAL;
	if ((val & changed & X86_CR4_PCIDE) && (!long_mode_active(now) || now->cr3 & CR3_PCID))
		return -EINVAL;
	return (val & X86_CR4_CET) && !(now->cr0 & X86_CR0_WP) ? -EINVAL : 0;
}

static bool uses_pae(u64 cr0, u64 cr4, u64 efer)
{
	return (cr0 & X86_CR0_PG) && (cr4 & X86_CR4_PAE) && !(efer & X86_EFER_LMA);
}

u64 cr0_efer(const struct cr_state *now, u64 val)
{
	return (val & X86_CR0_PG) && (now->efer & X86_EFER_LME) ?
	       now->efer | X86_EFER_LMA : now->efer & ~X86_EFER_LMA;
}

bool cr0_loads_pdptes(const struct cr_state *now, u64 val)
{
	return uses_pae(val, now->cr4, cr0_efer(now, val)) &&
	       ((now->cr0 ^ val) & (X86_CR0_PG | X86_CR0_CD | X86_CR0_NW));
}

/** cr4_loads_pdptes() - the same for a move to CR4 */
bool cr4_loads_pdptes(const struct cr_state *now, u64 val)
{
	return uses_pae(now->cr0, val, now->efer) &&
	       ((now->cr4 ^ val) & (X86_CR4_PAE | X86_CR4_PSE | X86_CR4_PGE | X86_CR4_SMEP));
}

int pdptes_check(const u64 pdpte[4], u64 addr_bits)
{
	unsigned int n;

	for (n = 0; n < 4; n++)
		if ((pdpte[n] & GUEST_PTE_PRESENT) &&
		    (pdpte[n] & (PDPTE_RESERVED | ~(addr_bits | 0xfff))))
			return -EINVAL;
	return 0;
}
