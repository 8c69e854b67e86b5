// SPDX-License-Identifier: GPL-2.0-only
/* Events for the guest, and the way past an instruction that was done for it. */
#include "vmx.h"

/*
 * DR6 (SDM 3B 18.2.3) has the bits of the exit qualification, but for two that are 0 if it
 * is 1 there.
 */
#define DR6_BREAKPOINTS		0x000fULL
#define DR6_BUS_LOCK		BIT_ULL(11)	/* inverted */
#define DR6_GD_BS		0x6000ULL
#define DR6_RTM			BIT_ULL(16)	/* inverted */

#define DR7_GD			BIT_ULL(13)

/* A fault finds RF in the flags that it saves, so that breakpoints are not hit twice. */
static bool is_fault(unsigned int vector)
{
	return vector != X86_EXC_DF && vector != X86_EXC_MC;
}

void vendor_inject_exception(unsigned int vector, bool has_error_code, u32 error_code)
{
	u64 info = INTR_INFO_VALID | INTR_TYPE_HW_EXCEPTION | vector;

	/* In real mode no exception pushes an error code (SDM 3C 27.2.1.3). */
	if (has_error_code && vmcs_read_natural(VMCS_GUEST_CR0) & X86_CR0_PE) {
		info |= INTR_INFO_ERROR_CODE;
		vmcs_write32(VMCS_ENTRY_ERROR_CODE, error_code);
	}
	/* The injection pushes RFLAGS as it finds them (SDM 3C 27.6.1.1, 3B 18.3.1.1). */
	if (is_fault(vector))
		vmcs_write_natural(VMCS_GUEST_RFLAGS,
				   vmcs_read_natural(VMCS_GUEST_RFLAGS) | X86_RFLAGS_RF);
	vmcs_write32(VMCS_ENTRY_INTR_INFO, info);
}

static void end_shadow(void)
{
	vmcs_write32(VMCS_GUEST_INTERRUPTIBILITY, vmcs_read32(VMCS_GUEST_INTERRUPTIBILITY) &
		     ~(u64)INTERRUPTIBILITY_SHADOW);
}

/* Those behind the instruction. What else is pending stays. */
static void trap_single_step(void)
{
	/* With BTF it is branches that trap, and none of those is done here. */
	if (vmcs_read64(VMCS_GUEST_DEBUGCTL) & DEBUGCTL_BTF)
		return;
	/* The instruction never ran, but has to trap as if it had (SDM 3C 27.7.3). */
	vmcs_write_natural(VMCS_GUEST_PENDING_DEBUG,
			   vmcs_read_natural(VMCS_GUEST_PENDING_DEBUG) | PENDING_DEBUG_BS);
}

void vmx_end_shadow_and_flags(void)
{
	u64 rflags = vmcs_read_natural(VMCS_GUEST_RFLAGS);

	end_shadow();
	vmcs_write_natural(VMCS_GUEST_RFLAGS, rflags & ~X86_RFLAGS_RF);
	if (rflags & X86_RFLAGS_TF)
		trap_single_step();
}

/*
 * The next instruction is at 0 after one that ends at 4 GiB, but in 64-bit code. VM entry
 * demands the upper half of RIP to be clear there (SDM 3C 27.3.1.4).
 */
void guest_skip_instruction(void)
{
	u64 rip = this_percpu()->exit_rip + vmcs_read32(VMCS_EXIT_INSTRUCTION_LENGTH);

	/* An instruction begins below 4 GiB then, and has at most 15 bytes. */
	if (rip >> 4 == BIT_ULL(32 - 4) && !guest_in_64bit_code())
		rip = (u32)rip;
	vmcs_write_natural(VMCS_GUEST_RIP, rip);
	guest_end_instruction();
}

static void update_dr6(u64 qualification)
{
	u64 dr6 = read_dr6();

	dr6 = (dr6 & ~DR6_BREAKPOINTS) | DR6_RTM | (qualification & (DR6_BREAKPOINTS | DR6_GD_BS));
	dr6 &= ~(qualification & (DR6_BUS_LOCK | DR6_RTM));
	write_dr6(dr6);
}

static void reflect_debug(u64 info)
{
	update_dr6(vmcs_read_natural(VMCS_EXIT_QUALIFICATION));
	vmcs_write_natural(VMCS_GUEST_DR7, vmcs_read_natural(VMCS_GUEST_DR7) & ~DR7_GD);
	vmcs_write64(VMCS_GUEST_DEBUGCTL, vmcs_read64(VMCS_GUEST_DEBUGCTL) &
		     ~(DEBUGCTL_LBR | DEBUGCTL_BTF));

	if ((info & INTR_TYPE_MASK) == INTR_TYPE_PRIV_SW_EXCEPTION) {
		/* INT1 is over, and so are the shadow before it and what that held back. */
		end_shadow();
		vmcs_write_natural(VMCS_GUEST_PENDING_DEBUG, 0);
		return;
	}
	/* In a shadow, single-stepping has to be pending for the entry (27.3.1.5). */
	if (vmcs_read_natural(VMCS_GUEST_RFLAGS) & X86_RFLAGS_TF &&
	    vmcs_read32(VMCS_GUEST_INTERRUPTIBILITY) & INTERRUPTIBILITY_SHADOW)
		trap_single_step();
}

void vmx_reflect(u64 info)
{
	if ((info & 0xff) == X86_EXC_DB)
		reflect_debug(info);
	if (info & INTR_INFO_ERROR_CODE)
		vmcs_write32(VMCS_ENTRY_ERROR_CODE, vmcs_read32(VMCS_EXIT_ERROR_CODE));
	/* INT1 and its like go on behind the instruction, so they take its length. */
	vmcs_write32(VMCS_ENTRY_INSTRUCTION_LENGTH, vmcs_read32(VMCS_EXIT_INSTRUCTION_LENGTH));
	vmcs_write32(VMCS_ENTRY_INTR_INFO, info & ~(u64)INTR_INFO_NMI_UNBLOCKED);
}

/* One of percpu.guest_nmis, which are not 0, if the guest can take it. */
static void deliver_nmi(struct percpu *percpu)
{
	u64 blocked = vmcs_read32(VMCS_GUEST_INTERRUPTIBILITY) &
		      (INTERRUPTIBILITY_NMI | INTERRUPTIBILITY_SHADOW);

	if (!blocked && !(vmcs_read32(VMCS_ENTRY_INTR_INFO) & INTR_INFO_VALID)) {
		vmcs_write32(VMCS_GUEST_ACTIVITY, ACTIVITY_ACTIVE);
		vmcs_write32(VMCS_ENTRY_INTR_INFO,
			     INTR_INFO_VALID | INTR_TYPE_NMI | X86_EXC_NMI);
		percpu->guest_nmis--;
	}
	vmx_set_nmi_window(percpu, percpu->guest_nmis);
}

/* The guest is in the handler of an NMI, or is about to enter it. */
static bool nmi_in_service(void)
{
	static const u64 nmi = INTR_INFO_VALID | INTR_TYPE_NMI;

	return vmcs_read32(VMCS_GUEST_INTERRUPTIBILITY) & INTERRUPTIBILITY_NMI ||
	       (vmcs_read32(VMCS_ENTRY_INTR_INFO) & (INTR_INFO_VALID | INTR_TYPE_MASK)) == nmi;
}

void vendor_inject_nmi(struct percpu *percpu)
{
	/* A CPU holds one while another one is in service (SDM 3A 6.7.1). */
	u8 most = nmi_in_service() ? 1 : 2;

	percpu->guest_nmis = MIN((u8)(percpu->guest_nmis + 1), most);
	deliver_nmi(percpu);
}

/*
 * To some CPUs the shadow of STI does not close the NMI window, but rules out the injection all
 * the same (SDM 3C 25.3, 27.3.1.5): to wait for another NMI window would be to wait for ever.
 * An NMI that comes without a hypervisor ends the shadow, too.
 */
void vmx_nmi_window_open(struct percpu *percpu)
{
	vmcs_write32(VMCS_GUEST_INTERRUPTIBILITY, vmcs_read32(VMCS_GUEST_INTERRUPTIBILITY) &
		     ~(u64)INTERRUPTIBILITY_STI);
	deliver_nmi(percpu);
}
