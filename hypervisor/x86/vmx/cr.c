// SPDX-License-Identifier: GPL-2.0-only
/* Moves to CR0 and CR4 that change a bit which the hypervisor owns. */
#include "vmx.h"
#include "errno.h"
#include "ops.h"
#include "x86.h"

/* Exit qualification (SDM 3C table 28-3). */
#define CR_NUMBER(qualification)	((qualification) & 15)
#define CR_ACCESS_TYPE(qualification)	((qualification) >> 4 & 3)
#define CR_GPR(qualification)		((qualification) >> 8 & 15)
#define CR_TYPE_MOV_TO			0

#define CR0_OWNED	(X86_CR0_NE | X86_CR0_CD | X86_CR0_NW)
#define CR0_RESERVED	(~0xe005003fULL)
#define CR3_PDPT	0xffffffe0ULL

/*
 * With EPT, the four page-directory-pointer entries of PAE paging are in the VMCS, and
 * the CPU reads them only for moves that do not exit (SDM 3C 27.3.1.6).
 */
static int load_pdptes(u64 cr3)
{
	u64 pdpte[4];
	unsigned int n;

	if (vmx_read_gpa(cr3 & CR3_PDPT, pdpte, sizeof(pdpte)))
		return -EINVAL;
	for (n = 0; n < 4; n++)
		if ((pdpte[n] & 1) && (pdpte[n] & 0x1e6))
			return -EINVAL;
	for (n = 0; n < 4; n++)
		vmcs_write(VMCS_GUEST_PDPTE(n), pdpte[n]);
	return 0;
}

static bool uses_pae(u64 cr0, u64 cr4, u64 efer)
{
	return (cr0 & X86_CR0_PG) && (cr4 & X86_CR4_PAE) && !(efer & X86_EFER_LMA);
}

/* Switching paging on or off switches long mode (SDM 3A 10.8.5). */
static int switch_paging(struct percpu *percpu, u64 cr0)
{
	u64 efer = vmcs_read(VMCS_GUEST_EFER);
	u64 cr4 = vmcs_read(VMCS_GUEST_CR4);
	bool long_mode = (cr0 & X86_CR0_PG) && (efer & X86_EFER_LME);

	if (long_mode && (!(cr4 & X86_CR4_PAE) ||
			  vmcs_read(VMCS_GUEST_CS_AR) & AR_CODE_LONG))
		return -EINVAL;
	if (!(cr0 & X86_CR0_PG) && ((vmcs_read(VMCS_GUEST_CS_AR) & AR_CODE_LONG) ||
				    (cr4 & X86_CR4_PCIDE)))
		return -EINVAL;

	efer = long_mode ? efer | X86_EFER_LMA : efer & ~X86_EFER_LMA;
	if (uses_pae(cr0, cr4, efer) && load_pdptes(vmcs_read(VMCS_GUEST_CR3)))
		return -EINVAL;
	vmcs_write(VMCS_GUEST_EFER, efer);
	vmx_set_long_mode(percpu, long_mode);
	return 0;
}

static int set_cr0(struct percpu *percpu, u64 val)
{
	u64 old = vmcs_read(VMCS_GUEST_CR0);

	if ((val & CR0_RESERVED & ~0xffffffffULL) ||
	    ((val & X86_CR0_PG) && !(val & X86_CR0_PE)) ||
	    ((val & X86_CR0_NW) && !(val & X86_CR0_CD)))
		return -EINVAL;
	val = (val & ~CR0_RESERVED) | X86_CR0_ET;
	if (((old ^ val) & X86_CR0_PG) && switch_paging(percpu, val))
		return -EINVAL;

	/* Caches stay on: CD in one guest would slow all CPUs of the package down. */
	vmcs_write(VMCS_GUEST_CR0, (val | X86_CR0_NE) & ~(X86_CR0_CD | X86_CR0_NW));
	vmcs_write(VMCS_CR0_SHADOW, val);
	if ((old ^ val) & X86_CR0_PG)
		invvpid(INVVPID_SINGLE, (u16)(percpu->cell->id + 1));
	return 0;
}

static int check_cr4(u64 old, u64 val)
{
	u64 efer = vmcs_read(VMCS_GUEST_EFER);
	u64 cr3 = vmcs_read(VMCS_GUEST_CR3);
	bool long_mode = efer & X86_EFER_LMA;

	if (val & vmx_cr4_mask(true) & ~X86_CR4_VMXE)
		return -EINVAL;
	if (long_mode && (!(val & X86_CR4_PAE) || ((old ^ val) & X86_CR4_LA57)))
		return -EINVAL;
	if ((val & ~old & X86_CR4_PCIDE) && (!long_mode || cr3 & 0xfff))
		return -EINVAL;
	if ((val & X86_CR4_CET) && !(vmcs_read(VMCS_GUEST_CR0) & X86_CR0_WP))
		return -EINVAL;
	if (uses_pae(vmcs_read(VMCS_GUEST_CR0), val, efer))
		return load_pdptes(cr3);
	return 0;
}

/*
 * The root cell reads VMXE as set, which keeps KVM away, and cannot change it. For the
 * others VMX does not exist.
 */
static int set_cr4(struct percpu *percpu, u64 val)
{
	u64 old = vmcs_read(VMCS_GUEST_CR4);
	bool root = percpu->cell == machine.root;

	if (!root && val & (X86_CR4_VMXE | X86_CR4_CET))
		return -EINVAL;
	if (check_cr4(old & ~X86_CR4_VMXE, val & ~X86_CR4_VMXE))
		return -EINVAL;
	val |= X86_CR4_VMXE;
	vmcs_write(VMCS_GUEST_CR4, val);
	vmcs_write(VMCS_CR4_SHADOW, root ? val : val & ~X86_CR4_VMXE);
	invvpid(INVVPID_SINGLE, (u16)(percpu->cell->id + 1));
	return 0;
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
	if (CR_ACCESS_TYPE(qualification) == CR_TYPE_MOV_TO) {
		if (CR_NUMBER(qualification) == 0)
			err = set_cr0(percpu, val);
		else if (CR_NUMBER(qualification) == 4)
			err = set_cr4(percpu, val);
	}
	if (!err) {
		vmx_skip_instruction();
		return;
	}
	vmx_denied(percpu, "write of 0x%llx to CR%llu", val, CR_NUMBER(qualification));
	vmx_inject_gp();
}
