// SPDX-License-Identifier: GPL-2.0-only
/* Events for the guest, and the way past an instruction that was done for it. */
#include "vmx.h"
#include "ops.h"

#define PENDING_DEBUG_BS	BIT_ULL(14)

void vmx_inject_exception(unsigned int vector, bool has_error_code, u32 error_code)
{
	u64 info = INTR_INFO_VALID | INTR_TYPE_HW_EXCEPTION | vector;

	/* In real mode no exception pushes an error code (SDM 3C 27.2.1.3). */
	if (has_error_code && vmcs_read(VMCS_GUEST_CR0) & X86_CR0_PE) {
		info |= INTR_INFO_ERROR_CODE;
		vmcs_write(VMCS_ENTRY_ERROR_CODE, error_code);
	}
	vmcs_write(VMCS_ENTRY_INTR_INFO, info);
}

void vmx_deliver_nmi(struct percpu *percpu)
{
	u64 blocked = vmcs_read(VMCS_GUEST_INTERRUPTIBILITY) &
		      (INTERRUPTIBILITY_NMI | INTERRUPTIBILITY_STI | INTERRUPTIBILITY_MOV_SS);

	if (!blocked && !(vmcs_read(VMCS_ENTRY_INTR_INFO) & INTR_INFO_VALID)) {
		vmcs_write(VMCS_GUEST_ACTIVITY, ACTIVITY_ACTIVE);
		vmcs_write(VMCS_ENTRY_INTR_INFO,
			   INTR_INFO_VALID | INTR_TYPE_NMI | X86_EXC_NMI);
		percpu->guest_nmis--;
	}
	vmx_set_nmi_window(percpu, percpu->guest_nmis);
}

/* The guest is in the handler of an NMI, or is about to enter it. */
static bool nmi_in_service(void)
{
	static const u64 nmi = INTR_INFO_VALID | INTR_TYPE_NMI;

	return vmcs_read(VMCS_GUEST_INTERRUPTIBILITY) & INTERRUPTIBILITY_NMI ||
	       (vmcs_read(VMCS_ENTRY_INTR_INFO) & (INTR_INFO_VALID | INTR_TYPE_MASK)) == nmi;
}

void vmx_inject_nmi(struct percpu *percpu)
{
	/* A CPU holds one while another one is in service (SDM 3A 6.7.1). */
	u8 most = nmi_in_service() ? 1 : 2;

	percpu->guest_nmis = MIN((u8)(percpu->guest_nmis + 1), most);
	vmx_deliver_nmi(percpu);
}

void vmx_trap_single_step(void)
{
	/* The instruction never ran, but has to trap as if it had (SDM 3C 27.7.3). */
	vmcs_write(VMCS_GUEST_PENDING_DEBUG, PENDING_DEBUG_BS);
}

void vmx_end_shadow_and_step(void)
{
	vmcs_write(VMCS_GUEST_INTERRUPTIBILITY, vmcs_read(VMCS_GUEST_INTERRUPTIBILITY) &
		   ~(u64)(INTERRUPTIBILITY_STI | INTERRUPTIBILITY_MOV_SS));
	if (vmcs_read(VMCS_GUEST_RFLAGS) & X86_RFLAGS_TF)
		vmx_trap_single_step();
}
