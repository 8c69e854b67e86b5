// SPDX-License-Identifier: GPL-2.0-only
/* Dispatch of #VMEXITs, and those that only SVM has. */
#include "svm.h"
#include "exceptions.h"
#include "exits/exits.h"
#include "instruction.h"

/*
 * The exit left the NMI pending, and it would be the next exit again. It is taken here, by
 * the hypervisor's own handler, which notes it; whose it was is found out after that.
 */
static void take_what_is_held(void)
{
	stgi();
	asm volatile("nop");
	clgi();
}

static void handle_nmi(void)
{
	struct percpu *percpu = this_percpu();

	cpu_count(percpu->cpu, JAILHOUSE_CPU_STAT_VMEXITS_MANAGEMENT);
	take_what_is_held();
	process_events(percpu);
}

static void handle_init(void)
{
	take_what_is_held();
	handle_start_signal();
}

/* Of a parked CPU, in the test build alone: see vendor_test_wake(). */
static void handle_hlt(void)
{
	struct percpu *percpu = this_percpu();

	cpu_count(percpu->cpu, JAILHOUSE_CPU_STAT_VMEXITS_MANAGEMENT);
	process_events(percpu);
}

static void handle_exception(unsigned int vector)
{
	struct percpu *percpu = this_percpu();

	cpu_count(percpu->cpu, JAILHOUSE_CPU_STAT_VMEXITS_EXCEPTION);
	if (vector == X86_EXC_MC) {
		machine_check_in_guest(percpu);
		process_events(percpu);
		return;
	}
	svm_reflect(vector);
	/*
	 * Delivering it may raise the next one, before the CPU looks whether an NMI is held (APM 2
	 * 8.5): a guest that arranges for this would never take a kick. So what a kick is about is
	 * looked at here; the kick itself stays on its way, and may come when it can.
	 */
	if (cpu_events_left(percpu->cpu))
		process_events(percpu);
}

static void handle_msr(void)
{
	if (percpu_vmcb.exit_info1 & MSR_INFO_WRITE)
		handle_wrmsr();
	else
		handle_rdmsr();
}

/* Where the next instruction is, this exit has always told. */
static void handle_ioio(void)
{
	svm_set_next_rip(this_percpu(), percpu_vmcb.exit_info2);
	handle_io();
}

/* NULL: nobody has asked for it. */
static void (*const handlers[])(void) = {
	[EXIT_CR_READ(0)] = svm_handle_cr_read,
	[EXIT_CR_READ(4)] = svm_handle_cr_read,
	[EXIT_CR_WRITE(4)] = svm_handle_cr4_write,
	[EXIT_NMI] = handle_nmi,
	[EXIT_INIT] = handle_init,
	[EXIT_CR0_SELECTIVE] = svm_handle_cr0_write,
	[EXIT_RDPMC] = handle_gp,
	[EXIT_CPUID] = handle_cpuid,
	[EXIT_IRET] = svm_handle_iret,
	[EXIT_INVD] = handle_skip,
	[EXIT_HLT] = handle_hlt,
	[EXIT_INVLPGA] = handle_ud,
	[EXIT_IOIO] = handle_ioio,
	[EXIT_MSR] = handle_msr,
	[EXIT_TASK_SWITCH] = handle_task_switch,
	[EXIT_SHUTDOWN] = handle_triple_fault,
	[EXIT_VMRUN] = handle_ud,
	[EXIT_VMMCALL] = handle_hypercall,
	[EXIT_VMLOAD] = handle_ud,
	[EXIT_VMSAVE] = handle_ud,
	[EXIT_STGI] = handle_ud,
	[EXIT_CLGI] = handle_ud,
	[EXIT_SKINIT] = handle_ud,
	[EXIT_WBINVD] = handle_skip,
	[EXIT_MONITOR] = handle_ud,
	[EXIT_MWAIT] = handle_ud,
	[EXIT_MWAIT_ARMED] = handle_ud,
	[EXIT_XSETBV] = handle_xsetbv,
	[EXIT_RDPRU] = handle_ud,
};

/* From here on to the last of the table, exits are instructions (APM 2 appendix C). */
#define FIRST_INSTRUCTION	0x65

/* Its handler may want to know where the next instruction is. */
static bool may_be_skipped(u64 code)
{
	switch (code) {
	case EXIT_CPUID:
	case EXIT_INVD:
	case EXIT_MSR:
	case EXIT_VMMCALL:
	case EXIT_WBINVD:
	case EXIT_XSETBV:
		return true;
	default:
		return false;
	}
}

static void dispatch(struct percpu *percpu, u64 code)
{
	if (code == EXIT_NPF)
		handle_memory_fault();
	else if (code == EXIT_INVALID)
		handle_no_way_on("VMRUN failed", code, percpu_vmcb.exit_info1);
	else if (code >= EXIT_EXCEPTION(0) && code <= EXIT_LAST_EXCEPTION)
		handle_exception((unsigned int)(code - EXIT_EXCEPTION(0)));
	else if (code >= ARRAY_SIZE(handlers) || (!handlers[code] && code < FIRST_INSTRUCTION))
		handle_no_way_on("unexpected #VMEXIT", code, percpu_vmcb.exit_info1);
	else if (!handlers[code])
		handle_unknown(code);
	else if (!may_be_skipped(code) || svm_find_next_rip(percpu, code))
		handlers[code]();
}

/* What came while this exit was handled, and events were let in. */
static void take_late_events(struct percpu *percpu)
{
	percpu->vendor.again = false;
	process_late_events(percpu);
}

/*
 * Neither an event that was injected, nor a flush, is to be repeated by the next VMRUN: what the
 * CPU leaves in the VMCB it leaves there (APM 2 15.20, 15.16.1). A VMRUN that fails its checks
 * flushes nothing, though: what was asked for is still to be done.
 */
void svm_exit(void)
{
	struct percpu *percpu = this_percpu();
	const u64 code = percpu_vmcb.exit_code;

	percpu_vmcb.event_inj = 0;
	if (code != EXIT_INVALID)
		percpu_vmcb.tlb_control = TLB_NO_FLUSH;
	exit_begin(percpu, code, code == EXIT_INVALID);
	if (!percpu->vendor.stepping || !svm_end_step(percpu))
		dispatch(percpu, code);
	while (percpu->vendor.again)
		take_late_events(percpu);
	if (percpu->guest_nmis)
		svm_deliver_nmi(percpu);
}

void vendor_exit_at_once(struct percpu *percpu)
{
	percpu->vendor.again = true;
}

void vendor_let_run(struct percpu *percpu)
{
	percpu->vendor.again = false;
}
