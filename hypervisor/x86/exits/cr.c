// SPDX-License-Identifier: GPL-2.0-only
/* Moves to CR0 and CR4 that change a bit which the hypervisor owns. */
#include "exits.h"
#include "cr_policy.h"
#include "errno.h"
#include "guest_memory.h"

#define CR0_RESERVED	(~0xe005003fULL)
#define CR3_PDPT	0xffffffe0ULL

static u64 cr4_allowed(bool root)
{
	u64 allowed = vendor_cr4_allowed();

	return root ? allowed : allowed & CR4_OF_CELLS;
}

static void get_state(struct percpu *percpu, struct cr_state *state)
{
	state->cr0 = guest_seen_cr0();
	state->cr3 = guest_cr3();
	state->cr4 = guest_seen_cr4();
	state->efer = guest_efer();
	state->cs_long = guest_in_64bit_code();
	state->tss16 = guest_has_16bit_tss();
	state->cr4_allowed = cr4_allowed(runs_root(percpu));
}

/*
 * The CPU loads the four page-directory-pointer entries of PAE paging only at moves that do
 * not exit (SDM 3C 27.3.1.6), or at each walk (APM 2 15.25.10).
 */
static int load_pdptes(u64 cr3)
{
	u64 pdpte[4];

	if (guest_read_pdpt(cr3 & CR3_PDPT, pdpte) || pdptes_check(pdpte, x86_addr_bits))
		return -EINVAL;
	vendor_set_pdptes(pdpte);
	return 0;
}

static int set_cr0(struct percpu *percpu, const struct cr_state *now, u64 val)
{
	u64 efer = cr0_efer(now, val);

	if (cr0_check(now, val) || (cr0_loads_pdptes(now, val) && load_pdptes(now->cr3)))
		return -EINVAL;
	val = (val & ~CR0_RESERVED) | X86_CR0_ET;
	if (efer != now->efer)
		vendor_set_efer(percpu, efer);
	vendor_set_cr0(percpu, val);
	if ((now->cr0 ^ val) & X86_CR0_PG)
		vendor_flush_linear(percpu->cell);
	return 0;
}

static int set_cr4(struct percpu *percpu, const struct cr_state *now, u64 val)
{
	if (runs_root(percpu))
		val |= vendor_cr4_forced();
	if (cr4_check(now, val) || (cr4_loads_pdptes(now, val) && load_pdptes(now->cr3)))
		return -EINVAL;
	vendor_set_cr4(percpu, val);
	vendor_flush_linear(percpu->cell);
	return 0;
}

static int move_to(struct percpu *percpu, unsigned int number, u64 val)
{
	struct cr_state now;

	get_state(percpu, &now);
	if (number == 0)
		return set_cr0(percpu, &now, val);
	return number == 4 ? set_cr4(percpu, &now, val) : -EINVAL;
}

void handle_cr_write(unsigned int number, u64 val)
{
	struct percpu *percpu = this_percpu();

	cpu_count(percpu->cpu, JAILHOUSE_CPU_STAT_VMEXITS_CR);
	if (!guest_in_64bit_code())
		val = (u32)val;
	if (!move_to(percpu, number, val)) {
		guest_skip_instruction();
		return;
	}
	exit_denied(percpu, "write of 0x%llx to CR%u", val, number);
	vendor_inject_gp();
}
