// SPDX-License-Identifier: GPL-2.0-only
/* Moves to CR0 and CR4 that change a bit which the hypervisor owns. */
#include "vmx.h"
#include "cr_policy.h"
#include "errno.h"
#include "ops.h"
#include "x86.h"

/* Exit qualification (SDM 3C table 28-3). */
#define CR_NUMBER(qualification)	((qualification) & 15)
#define CR_ACCESS_TYPE(qualification)	((qualification) >> 4 & 3)
#define CR_GPR(qualification)		((qualification) >> 8 & 15)
#define CR_TYPE_MOV_TO			0

#define CR0_RESERVED	(~0xe005003fULL)
#define CR3_PDPT	0xffffffe0ULL

#define AR_TSS_BUSY_16	3

/* As the guest sees it: bits that are not its own are in the shadow. */
static u64 guest_view(struct vmcs_field reg, struct vmcs_field mask, struct vmcs_field shadow)
{
	u64 owned = vmcs_read(mask);

	return (vmcs_read(reg) & ~owned) | (vmcs_read(shadow) & owned);
}

/*
 * What it may set: the root cell reads VMXE as set, which keeps KVM away. For the others VMX
 * does not exist, and control-flow enforcement keeps state in MSRs that they are not granted.
 */
static u64 cr4_allowed(bool root)
{
	u64 allowed = rdmsr(MSR_IA32_VMX_CR4_FIXED1) & ~X86_CR4_SMXE;

	return root ? allowed : allowed & ~(X86_CR4_VMXE | X86_CR4_CET);
}

static void get_state(struct percpu *percpu, struct cr_state *state)
{
	state->cr0 = guest_view(VMCS_GUEST_CR0, VMCS_CR0_MASK, VMCS_CR0_SHADOW);
	state->cr3 = vmcs_read(VMCS_GUEST_CR3);
	state->cr4 = guest_view(VMCS_GUEST_CR4, VMCS_CR4_MASK, VMCS_CR4_SHADOW);
	state->efer = vmcs_read(VMCS_GUEST_EFER);
	state->cs_long = vmcs_read(VMCS_GUEST_CS_AR) & AR_CODE_LONG;
	state->tss16 = (vmcs_read(VMCS_GUEST_TR_AR) & 15) == AR_TSS_BUSY_16;
	state->cr4_allowed = cr4_allowed(vmx_is_root(percpu));
}

/*
 * With EPT, the four page-directory-pointer entries of PAE paging are in the VMCS, and
 * the CPU reads them only for moves that do not exit (SDM 3C 27.3.1.6).
 */
static int load_pdptes(u64 cr3)
{
	u64 pdpte[4];
	unsigned int n;

	if (vmx_read_gpa(cr3 & CR3_PDPT, pdpte, sizeof(pdpte)) ||
	    pdptes_check(pdpte, x86_addr_bits))
		return -EINVAL;
	for (n = 0; n < 4; n++)
		vmcs_write(VMCS_GUEST_PDPTE(n), pdpte[n]);
	return 0;
}

static int set_cr0(struct percpu *percpu, const struct cr_state *now, u64 val)
{
	u64 efer = cr0_efer(now, val);

	if (cr0_check(now, val) || (cr0_loads_pdptes(now, val) && load_pdptes(now->cr3)))
		return -EINVAL;
	val = (val & ~CR0_RESERVED) | X86_CR0_ET;
	if (efer != now->efer) {
		vmcs_write(VMCS_GUEST_EFER, efer);
		vmx_set_long_mode(percpu, efer & X86_EFER_LMA);
	}
	/* Caches stay on: CD in one guest would slow all CPUs of the package down. */
	vmcs_write(VMCS_GUEST_CR0, (val | X86_CR0_NE) & ~(X86_CR0_CD | X86_CR0_NW));
	vmcs_write(VMCS_CR0_SHADOW, val);
	if ((now->cr0 ^ val) & X86_CR0_PG)
		vmx_flush_linear(percpu->cell);
	return 0;
}

/* VMXE and, in a cell, MCE are set whatever the guest sees. */
static int set_cr4(struct percpu *percpu, const struct cr_state *now, u64 val)
{
	bool root = vmx_is_root(percpu);

	if (root)
		val |= X86_CR4_VMXE;
	if (cr4_check(now, val) || (cr4_loads_pdptes(now, val) && load_pdptes(now->cr3)))
		return -EINVAL;
	vmcs_write(VMCS_GUEST_CR4, val | X86_CR4_VMXE | (root ? 0 : X86_CR4_MCE));
	vmcs_write(VMCS_CR4_SHADOW, val);
	vmx_flush_linear(percpu->cell);
	return 0;
}

static int move_to(struct percpu *percpu, u64 number, u64 val)
{
	struct cr_state now;

	get_state(percpu, &now);
	if (number == 0)
		return set_cr0(percpu, &now, val);
	return number == 4 ? set_cr4(percpu, &now, val) : -EINVAL;
}

void handle_cr(void)
{
	struct percpu *percpu = this_percpu();
	u64 qualification = vmcs_read(VMCS_EXIT_QUALIFICATION);
	unsigned int gpr = CR_GPR(qualification);
	u64 val = gpr == INSN_RSP ? vmcs_read(VMCS_GUEST_RSP) : this_regs()->gpr[gpr];
	int err = -EINVAL;

	vmx_count(percpu, JAILHOUSE_CPU_STAT_VMEXITS_CR);
	if (!(vmcs_read(VMCS_GUEST_CS_AR) & AR_CODE_LONG))
		val = (u32)val;
	if (CR_ACCESS_TYPE(qualification) == CR_TYPE_MOV_TO)
		err = move_to(percpu, CR_NUMBER(qualification), val);
	if (!err) {
		vmx_skip_instruction();
		return;
	}
	vmx_denied(percpu, "write of 0x%llx to CR%llu", val, CR_NUMBER(qualification));
	vmx_inject_gp();
}
