// SPDX-License-Identifier: GPL-2.0-only
/* Control registers of the guest: what of them is the hypervisor's, and what the guest sees. */
#include "vmx.h"
#include "cr_policy.h"

u64 vendor_cr4_allowed(void)
{
	return rdmsr(MSR_IA32_VMX_CR4_FIXED1) & ~X86_CR4_SMXE;
}

/* Linux reads VMXE as set, which keeps KVM away. */
u64 vendor_cr4_forced(void)
{
	return X86_CR4_VMXE;
}

u64 vmx_cr4_mask(bool root)
{
	u64 allowed = rdmsr(MSR_IA32_VMX_CR4_FIXED1);
	u64 mask = ~allowed | X86_CR4_VMXE | X86_CR4_SMXE;

	return root ? mask : mask | ~CR4_OF_CELLS | X86_CR4_MCE;
}

/* Caches stay on: CD in one guest would slow all CPUs of the package down. */
void vendor_set_cr0(__maybe_unused struct percpu *percpu, u64 val)
{
	vmcs_write_natural(VMCS_GUEST_CR0, (val | X86_CR0_NE) & ~(X86_CR0_CD | X86_CR0_NW));
	vmcs_write_natural(VMCS_CR0_SHADOW, val);
}

/* VMXE and, in a cell, MCE are set whatever the guest sees. */
void vendor_set_cr4(struct percpu *percpu, u64 val)
{
	u64 owned = X86_CR4_VMXE | (runs_root(percpu) ? 0 : X86_CR4_MCE);

	vmcs_write_natural(VMCS_GUEST_CR4, val | owned);
	vmcs_write_natural(VMCS_CR4_SHADOW, val);
}

void vmx_set_long_mode(struct percpu *percpu, bool on)
{
	if (on)
		percpu->vendor.entry_controls |= ENTRY_GUEST_64BIT;
	else
		percpu->vendor.entry_controls &= ~ENTRY_GUEST_64BIT;
	vmcs_write32(VMCS_ENTRY_CONTROLS, percpu->vendor.entry_controls);
}

void vendor_set_efer(struct percpu *percpu, u64 val)
{
	vmcs_write64(VMCS_GUEST_EFER, val);
	vmx_set_long_mode(percpu, val & X86_EFER_LMA);
}

/*
 * With EPT, the four page-directory-pointer entries of PAE paging are in the VMCS, and
 * the CPU reads them only for moves that do not exit (SDM 3C 27.3.1.6).
 */
void vendor_set_pdptes(const u64 pdpte[4])
{
	unsigned int n;

	for (n = 0; n < 4; n++)
		vmcs_write64(VMCS_GUEST_PDPTE(n), pdpte[n]);
}

void vendor_get_pdptes(u64 pdpte[4])
{
	unsigned int n;

	for (n = 0; n < 4; n++)
		pdpte[n] = vmcs_read64(VMCS_GUEST_PDPTE(n));
}
