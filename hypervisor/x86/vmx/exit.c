// SPDX-License-Identifier: GPL-2.0-only
/* Dispatch of VM exits, and those that only VMX has. */
#include "vmx.h"
#include "exits/exits.h"
#include "kick.h"

/* Exit qualification (SDM 3C table 28-3). */
#define CR_NUMBER(qualification)	((unsigned int)((qualification) & 15))
#define CR_ACCESS_TYPE(qualification)	((qualification) >> 4 & 3)
#define CR_GPR(qualification)		((qualification) >> 8 & 15)
#define CR_TYPE_MOV_TO			0

static void handle_exception_or_nmi(void)
{
	struct percpu *percpu = this_percpu();
	u64 info = vmcs_read32(VMCS_EXIT_INTR_INFO);

	if ((info & INTR_TYPE_MASK) == INTR_TYPE_NMI) {
		cpu_count(percpu->cpu, JAILHOUSE_CPU_STAT_VMEXITS_MANAGEMENT);
		kick_note_nmi(percpu);
		/* The exit leaves them blocked until the next IRET (SDM 3A 6.7.1). */
		unblock_nmis(HV_CS, HV_DS);
		process_events(percpu);
		return;
	}
	cpu_count(percpu->cpu, JAILHOUSE_CPU_STAT_VMEXITS_EXCEPTION);
	if ((info & 0xff) == X86_EXC_MC) {
		machine_check_in_guest(percpu);
		process_events(percpu);
		return;
	}
	vmx_reflect(info);
	/*
	 * Delivering it may raise the next one, before the preemption timer is looked at (SDM 3C
	 * 26.5.1): otherwise a guest that arranges for this could never be kicked.
	 */
	if (percpu->nmis_seen)
		process_events(percpu);
}

static void handle_preemption_timer(void)
{
	struct percpu *percpu = this_percpu();

	cpu_count(percpu->cpu, JAILHOUSE_CPU_STAT_VMEXITS_MANAGEMENT);
	process_late_events(percpu);
}

static void handle_nmi_window(void)
{
	struct percpu *percpu = this_percpu();

	cpu_count(percpu->cpu, JAILHOUSE_CPU_STAT_VMEXITS_MANAGEMENT);
	vmx_nmi_window_open(percpu);
}

static void handle_entry_failure(void)
{
	handle_no_way_on("VM entry failed", vmcs_read32(VMCS_EXIT_REASON),
			 vmcs_read_natural(VMCS_EXIT_QUALIFICATION));
}

/* No exit: the entry did not even begin. */
void vmx_resume_failed(void)
{
	struct percpu *percpu = this_percpu();

	percpu->stuck >>= 1;
	exit_no_way_on(percpu, "VMRESUME failed", vmcs_read32(VMCS_INSTRUCTION_ERROR),
		       vmcs_read32(VMCS_ENTRY_INTR_INFO));
}

/* The guest's state is not loaded yet. What it was to get first is lost (SDM 3C 27.9). */
static void handle_entry_machine_check(void)
{
	struct percpu *percpu = this_percpu();

	cpu_count(percpu->cpu, JAILHOUSE_CPU_STAT_VMEXITS_TOTAL);
	machine_check_in_guest(percpu);
	process_events(percpu);
}

static void handle_unexpected(void)
{
	handle_no_way_on("unexpected VM exit", vmcs_read32(VMCS_EXIT_REASON),
			 vmcs_read_natural(VMCS_EXIT_QUALIFICATION));
}

/* No bit that CLTS or LMSW could change is owned, and reads of a register never exit. */
static void handle_cr(void)
{
	u64 qualification = vmcs_read_natural(VMCS_EXIT_QUALIFICATION);
	unsigned int gpr = CR_GPR(qualification);
	bool mov_to = CR_ACCESS_TYPE(qualification) == CR_TYPE_MOV_TO;

	handle_cr_write(mov_to ? CR_NUMBER(qualification) : CR_NONE,
			gpr == INSN_RSP ? guest_rsp() : this_regs()->gpr[gpr]);
}

static void handle_unknown_instruction(void)
{
	handle_unknown(vmcs_read32(VMCS_EXIT_REASON));
}

/*
 * A power of two, for a look-up without comparison. The reason of a failed entry has a
 * bit above all reasons, but its low bits are none of an exit either (SDM 3D C).
 * Which of the exits that are not listed are instructions is said there, too.
 */
#define EXIT_TABLE_SIZE		128

static_assert(EXIT_TABLE_SIZE >= NUM_EXIT_REASONS);

#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Woverride-init"

static void (*const exit_handlers[EXIT_TABLE_SIZE])(void) = {
	[0 ... EXIT_TABLE_SIZE - 1] = handle_unexpected,
	[12] = handle_unknown_instruction,		/* HLT */
	[14] = handle_unknown_instruction,		/* INVLPG */
	[16 ... 17] = handle_unknown_instruction,	/* RDTSC, RSM */
	[29] = handle_unknown_instruction,		/* MOV DR */
	[40] = handle_unknown_instruction,		/* PAUSE */
	[46 ... 47] = handle_unknown_instruction,	/* descriptor tables */
	[51] = handle_unknown_instruction,		/* RDTSCP */
	[57 ... 61] = handle_unknown_instruction,	/* RDRAND to RDSEED */
	[63 ... 65] = handle_unknown_instruction,	/* XSAVES, XRSTORS, PCONFIG */
	[67 ... 70] = handle_unknown_instruction,	/* UMWAIT to ENCLV */
	[72 ... 73] = handle_unknown_instruction,	/* ENQCMD, ENQCMDS */
	[76 ... 81] = handle_unknown_instruction,	/* SEAMCALL to UWRMSR */
	[EXIT_EXCEPTION_NMI] = handle_exception_or_nmi,
	[EXIT_TRIPLE_FAULT] = handle_triple_fault,
	[EXIT_INIT_SIGNAL] = handle_start_signal,
	[EXIT_SIPI] = handle_start_signal,
	[EXIT_NMI_WINDOW] = handle_nmi_window,
	[EXIT_TASK_SWITCH] = handle_task_switch,
	[EXIT_CPUID] = handle_cpuid,
	[EXIT_GETSEC] = handle_ud,
	[EXIT_INVD] = handle_skip,
	[EXIT_RDPMC] = handle_gp,
	[EXIT_VMCALL] = handle_hypercall,
	[EXIT_VMCLEAR ... EXIT_VMXON] = handle_ud,
	[EXIT_CR_ACCESS] = handle_cr,
	[EXIT_IO] = handle_io,
	[EXIT_RDMSR] = handle_rdmsr,
	[EXIT_WRMSR] = handle_wrmsr,
	[EXIT_INVALID_GUEST_STATE] = handle_entry_failure,
	[EXIT_INVALID_MSR_LOAD] = handle_entry_failure,
	[EXIT_MWAIT] = handle_ud,
	[EXIT_MONITOR] = handle_ud,
	[EXIT_ENTRY_MACHINE_CHECK] = handle_entry_machine_check,
	[EXIT_EPT_VIOLATION] = handle_memory_fault,
	[EXIT_INVEPT] = handle_ud,
	[EXIT_PREEMPTION_TIMER] = handle_preemption_timer,
	[EXIT_INVVPID] = handle_ud,
	[EXIT_WBINVD] = handle_skip,
	[EXIT_XSETBV] = handle_xsetbv,
};

#pragma GCC diagnostic pop

void vmexit_handle(void)
{
	const u64 reason = vmcs_read32(VMCS_EXIT_REASON);

	exit_begin(this_percpu(), reason, reason & EXIT_REASON_ENTRY_FAILED);
	exit_handlers[reason % EXIT_TABLE_SIZE]();
}
