// SPDX-License-Identifier: GPL-2.0-only
/* Events for the guest, and the way past an instruction that was done for it. */
#include "svm.h"
#include "arch.h"
#include "exits/exits.h"

#define DR6_BREAKPOINTS		0xfULL
#define DR6_BS			BIT_ULL(14)

/* A fault finds RF in the flags that it saves, so that breakpoints are not hit twice. */
static bool is_fault(unsigned int vector)
{
	return vector != X86_EXC_DB && vector != X86_EXC_DF && vector != X86_EXC_MC;
}

void vendor_inject_exception(unsigned int vector, bool has_error_code, u32 error_code)
{
	u64 event = EVENT_VALID | EVENT_TYPE_EXCEPTION | vector;

	/* In real mode no exception pushes an error code. */
	if (has_error_code && percpu_vmcb.cr0 & X86_CR0_PE)
		event |= EVENT_HAS_ERROR_CODE | (u64)error_code << EVENT_ERROR_CODE_SHIFT;
	if (is_fault(vector))
		percpu_vmcb.rflags |= X86_RFLAGS_RF;
	percpu_vmcb.event_inj = event;
}

/* The trap behind the instruction. With BTF it is branches that trap, and none is done here. */
static void trap_single_step(void)
{
	u64 debugctl = 0;

	rdmsr_safe(MSR_IA32_DEBUGCTL, &debugctl);
	if (debugctl & DEBUGCTL_BTF)
		return;
	percpu_vmcb.dr6 |= DR6_BS;
	vendor_inject_exception(X86_EXC_DB, false, 0);
}

void svm_end_shadow_and_flags(void)
{
	u64 rflags = percpu_vmcb.rflags;

	percpu_vmcb.int_shadow &= ~INT_SHADOW;
	percpu_vmcb.rflags = rflags & ~X86_RFLAGS_RF;
	if (rflags & X86_RFLAGS_TF)
		trap_single_step();
}

void guest_skip_instruction(void)
{
	percpu_vmcb.rip = this_percpu()->vendor.next_rip;
	guest_end_instruction();
}

/* Exceptions with an error code (APM 2 8.2). */
#define WITH_ERROR_CODE	(1U << X86_EXC_DF | 0x1fU << 10 | 1U << X86_EXC_AC | 1U << 21 |	\
			 1U << 29 | 1U << 30)

/* DR6 and DR7 are as a debug exception makes them; CR2 is not (APM 2 15.12). */
void svm_reflect(unsigned int vector)
{
	if (vector == X86_EXC_PF)
		percpu_vmcb.cr2 = percpu_vmcb.exit_info2;
	vendor_inject_exception(vector, WITH_ERROR_CODE >> vector & 1,
				(u32)percpu_vmcb.exit_info1);
}

/*
 * VMRUN injects an NMI whether the guest can take one or not, and there is no NMI window. What
 * keeps it from that is one of two things.
 *
 * An interrupt shadow: the CPU sends itself an NMI, which exits as soon as it takes one there. That
 * is behind the next instruction, or at once where shadows, or those of STI, do not hold NMIs. At
 * that exit the guest can take its own.
 *
 * Another NMI, until its handler executes IRET, which exits before it does anything. If one waits,
 * that IRET is executed with TF set, and each exception of it exits. IRET saves no flags: the guest
 * cannot see this.
 */
static void begin_step(struct percpu *percpu)
{
	struct vendor_cpu *vendor = &percpu->vendor;

	vendor->stepping = true;
	vendor->step_own_tf = percpu_vmcb.rflags & X86_RFLAGS_TF;
	vendor->step_dr6 = percpu_vmcb.dr6;
	percpu_vmcb.rflags |= X86_RFLAGS_TF;
	percpu_vmcb.intercept_exceptions = ~0U;
}

/* Once it is executed, the flags are those that it has loaded. */
static void take_tf_back(struct vendor_cpu *vendor, bool executed)
{
	if (!vendor->step_own_tf && !executed)
		percpu_vmcb.rflags &= ~X86_RFLAGS_TF;
}

bool svm_end_step(struct percpu *percpu)
{
	struct vendor_cpu *vendor = &percpu->vendor;
	bool executed = percpu_vmcb.exit_code == EXIT_EXCEPTION(X86_EXC_DB);

	vendor->stepping = false;
	percpu_vmcb.intercept_exceptions = vendor->intercept_exceptions;
	take_tf_back(vendor, executed);
	if (!executed || vendor->step_own_tf)
		return false;
	percpu_vmcb.dr6 &= ~DR6_BS | vendor->step_dr6;
	/* A breakpoint that it met, too, is the guest's. */
	return !(percpu_vmcb.dr6 & ~vendor->step_dr6 & DR6_BREAKPOINTS);
}

static bool in_service(struct vendor_cpu *vendor)
{
	if (vendor->guest_nmi == NMI_LEAVING && percpu_vmcb.rip != vendor->iret_rip)
		vendor->guest_nmi = NMI_NONE;
	return vendor->guest_nmi != NMI_NONE;
}

static bool in_shadow(void)
{
	return percpu_vmcb.int_shadow & INT_SHADOW && percpu_vmcb.exit_code != EXIT_NMI;
}

void svm_deliver_nmi(struct percpu *percpu)
{
	struct vendor_cpu *vendor = &percpu->vendor;

	if (vendor->stepping)
		return;
	/* Another event comes first, and an NMI exits as soon as that is delivered. */
	if (percpu_vmcb.event_inj & EVENT_VALID) {
		arch_kick_cpu(percpu->cpu);
		return;
	}
	if (in_service(vendor)) {
		if (vendor->guest_nmi == NMI_LEAVING)
			begin_step(percpu);
		return;
	}
	if (in_shadow()) {
		arch_kick_cpu(percpu->cpu);
		return;
	}
	percpu_vmcb.int_shadow &= ~INT_SHADOW;
	percpu_vmcb.event_inj = EVENT_VALID | EVENT_TYPE_NMI | X86_EXC_NMI;
	percpu_vmcb.intercept_misc1 |= INTERCEPT_IRET;
	vendor->guest_nmi = NMI_IN_SERVICE;
	percpu->guest_nmis--;
}

void svm_handle_iret(void)
{
	struct percpu *percpu = this_percpu();

	cpu_count(percpu->cpu, JAILHOUSE_CPU_STAT_VMEXITS_MANAGEMENT);
	percpu_vmcb.intercept_misc1 &= ~INTERCEPT_IRET;
	percpu->vendor.guest_nmi = NMI_LEAVING;
	percpu->vendor.iret_rip = percpu_vmcb.rip;
}

/* A CPU holds one while another one is in service (APM 2 8.2.3). */
void vendor_inject_nmi(struct percpu *percpu)
{
	u8 most = in_service(&percpu->vendor) ? 1 : 2;

	percpu->guest_nmis = MIN((u8)(percpu->guest_nmis + 1), most);
	svm_deliver_nmi(percpu);
}

/*
 * The last guest may have been in a handler of an NMI, which it never leaves. If the CPU holds the
 * next ones back for that (of one that was injected the manual does not say it), kicks are among
 * them. So here is an IRET in the guest's place.
 */
void svm_forget_nmis(struct percpu *percpu)
{
	unblock_nmis(HV_CS, HV_DS);
	percpu->vendor.guest_nmi = NMI_NONE;
	percpu->vendor.stepping = false;
	percpu_vmcb.intercept_misc1 &= ~INTERCEPT_IRET;
}
