// SPDX-License-Identifier: GPL-2.0-only
/* Dispatch of VM exits, and what other CPUs want of this one. */
#include "vmx.h"
#include "apic.h"
#include "arch.h"
#include "cell.h"
#include "cpu_events.h"
#include "exceptions.h"
#include "format.h"
#include "log.h"
#include "ops.h"
#include "panic.h"
#include "string.h"
#include "test_build.h"
#include "x86.h"

/*
 * Kicks that were sent together may arrive one after the other; an NMI that comes so soon
 * after one that stood for several is taken for another of them.
 */
#define STRAY_KICK_US	100

void vmx_violation(struct percpu *percpu, const char *fmt, ...)
{
	char text[128];
	va_list ap;

	va_start(ap, fmt);
	fmt_vsnprintf(text, sizeof(text), fmt, ap);
	va_end(ap);
	vmx_count(percpu, JAILHOUSE_CPU_STAT_DENIED);
	cell_fail(percpu->cpu, "%s, rip 0x%llx", text, vmcs_read(VMCS_GUEST_RIP));
	vmx_process_events(percpu);
}

void vmx_log_denied(struct percpu *percpu, const char *fmt, ...)
{
	char text[128];
	va_list ap;

	if (!cell_log_begin(percpu->cpu, CELL_LINE_DENIED))
		return;
	va_start(ap, fmt);
	fmt_vsnprintf(text, sizeof(text), fmt, ap);
	va_end(ap);
	log_printf("Denied on CPU %u: %s, rip 0x%llx\n", percpu->cpu->id, text,
		   vmcs_read(VMCS_GUEST_RIP));
}

/* True if the NMI that came is accounted for by kicks, false if it is the guest's. */
static bool take_kick(struct percpu *percpu)
{
	u32 sent = __atomic_load_n(&kicks_sent[percpu->cpu->id], __ATOMIC_ACQUIRE);
	u32 taken = sent - percpu->kicks_seen;

	percpu->kicks_seen = sent;
	if (taken > 1)
		percpu->stray_until = rdtsc() + (u64)machine.tsc_khz * STRAY_KICK_US / 1000;
	return taken || rdtsc() < percpu->stray_until;
}

void arch_cpu_moved(struct cpu *cpu)
{
	struct percpu *percpu = this_percpu();

	memset(cpu->stats, 0, sizeof(cpu->stats));
	arch_clean_cpu(percpu);
	x86_set_frequency(percpu);
	vmx_set_cell(percpu);
	vmx_park(percpu);
}

static void do_action(struct percpu *percpu, enum cpu_action action)
{
	struct cpu *cpu = percpu->cpu;
	u64 reset_address;

	switch (action) {
	case CPU_CONTINUE:
		break;
	case CPU_PARK:
		apic_init_state(percpu);
		vmx_park(percpu);
		break;
	case CPU_RESET:
		arch_clean_cpu(percpu);
		reset_address = cpu->cell->desc->cpu_reset_address;
		vmx_reset(percpu, reset_address & ~0xffffULL, (u16)reset_address);
		break;
	case CPU_STARTUP:
		/* It may come together with the INIT before it. */
		apic_init_state(percpu);
		vmx_reset(percpu, (u64)cpu->sipi_vector << PAGE_SHIFT, 0);
		break;
	case CPU_LEAVE:
		arch_leave_offline(percpu);
	}
}

void vmx_process_events(struct percpu *percpu)
{
	struct cpu *cpu = percpu->cpu;
	unsigned int nmis = 0;

	vmcs_write(VMCS_PIN_CONTROLS, percpu->pin_controls);
	adverse_unpark(percpu);
	if (percpu->nmi_seen) {
		percpu->nmi_seen = false;
		adverse_take_kick(cpu);
		/* A counter overflow masks its own vector: then there was an NMI, too. */
		nmis = !take_kick(percpu) || apic_pmi_pending();
	}
	do
		do_action(percpu, cpu_events_process(cpu));
	while (cpu_events_left(cpu));
	for (nmis += cpu_take_nmis(cpu); nmis && !cpu->parked; nmis--)
		vmx_inject_nmi(percpu);
	/* Only the timer's exit has nothing else for the guest. */
	if (percpu->mc_seen)
		vmx_exit_at_once(percpu);
	if (cpu->parked)
		adverse_park(percpu);
}

static void handle_exception_or_nmi(void)
{
	struct percpu *percpu = this_percpu();
	u64 info = vmcs_read(VMCS_EXIT_INTR_INFO);

	if ((info & INTR_TYPE_MASK) == INTR_TYPE_NMI) {
		vmx_count(percpu, JAILHOUSE_CPU_STAT_VMEXITS_MANAGEMENT);
		percpu->nmi_seen = true;
		/* The exit leaves them blocked until the next IRET (SDM 3A 6.7.1). */
		unblock_nmis(HV_CS, HV_DS);
		vmx_process_events(percpu);
		return;
	}
	vmx_count(percpu, JAILHOUSE_CPU_STAT_VMEXITS_EXCEPTION);
	if ((info & 0xff) == X86_EXC_MC) {
		machine_check_in_guest(percpu);
		vmx_process_events(percpu);
		return;
	}
	vmx_reflect(info);
	/*
	 * Delivering it may raise the next one, before the preemption timer is looked at
	 * (SDM 3C 26.5.1): a guest that sees to that could not be kicked otherwise.
	 */
	if (percpu->nmi_seen)
		vmx_process_events(percpu);
}

static void handle_preemption_timer(void)
{
	struct percpu *percpu = this_percpu();

	vmx_count(percpu, JAILHOUSE_CPU_STAT_VMEXITS_MANAGEMENT);
	if (percpu->mc_seen) {
		percpu->mc_seen = false;
		machine_check_in_guest(percpu);
	}
	vmx_process_events(percpu);
}

static void handle_nmi_window(void)
{
	struct percpu *percpu = this_percpu();

	vmx_count(percpu, JAILHOUSE_CPU_STAT_VMEXITS_MANAGEMENT);
	vmx_nmi_window_open(percpu);
}

static void handle_skip(void)
{
	vmx_count(this_percpu(), JAILHOUSE_CPU_STAT_VMEXITS_EXCEPTION);
	vmx_skip_instruction();
}

static void handle_ud(void)
{
	struct percpu *percpu = this_percpu();

	vmx_count(percpu, JAILHOUSE_CPU_STAT_VMEXITS_EXCEPTION);
	vmx_count(percpu, JAILHOUSE_CPU_STAT_DENIED);
	vmx_inject_exception(X86_EXC_UD, false, 0);
}

static void handle_gp(void)
{
	struct percpu *percpu = this_percpu();

	vmx_count(percpu, JAILHOUSE_CPU_STAT_VMEXITS_EXCEPTION);
	vmx_count(percpu, JAILHOUSE_CPU_STAT_DENIED);
	vmx_inject_gp();
}

/* INIT and SIPI from outside: a CPU is only started through the hypervisor. */
static void handle_nothing(void)
{
	vmx_count(this_percpu(), JAILHOUSE_CPU_STAT_VMEXITS_MANAGEMENT);
}

static void handle_triple_fault(void)
{
	struct percpu *percpu = this_percpu();

	vmx_count(percpu, JAILHOUSE_CPU_STAT_VMEXITS_TOTAL);
	vmx_violation(percpu, "triple fault");
}

static void handle_task_switch(void)
{
	struct percpu *percpu = this_percpu();

	vmx_count(percpu, JAILHOUSE_CPU_STAT_VMEXITS_TOTAL);
	vmx_violation(percpu, "task switch");
}

/* Of a failed entry, there is not even the state that the guest would have gone on with. */
static void restore_last_exit(struct percpu *percpu)
{
	vmcs_write(VMCS_GUEST_RIP, percpu->exit_rip);
	vmcs_write(VMCS_GUEST_ACTIVITY, ACTIVITY_ACTIVE);
	vmcs_write(VMCS_GUEST_INTERRUPTIBILITY, vmcs_read(VMCS_GUEST_INTERRUPTIBILITY) &
		   INTERRUPTIBILITY_NMI);
	vmcs_write(VMCS_GUEST_PENDING_DEBUG, 0);
}

void vmx_no_way_on(struct percpu *percpu, const char *what, u64 reason, u64 detail)
{
	/* See vmexit_handle(): this is the next exit after a fault that was given here. */
	bool again = percpu->stuck;

	if (percpu->cpu->parked)
		panic("%s, reason 0x%llx, detail 0x%llx, on a parked CPU", what, reason, detail);
	if (!vmx_is_root(percpu) || again) {
		vmx_violation(percpu, "%s%s, reason 0x%llx, detail 0x%llx", what,
			      again ? " twice" : "", reason, detail);
		return;
	}
	restore_last_exit(percpu);
	vmx_denied(percpu, "%s, reason 0x%llx, detail 0x%llx", what, reason, detail);
	percpu->stuck = 2;
	vmx_inject_gp();
}

static void handle_entry_failure(void)
{
	struct percpu *percpu = this_percpu();

	vmx_count(percpu, JAILHOUSE_CPU_STAT_VMEXITS_TOTAL);
	vmx_no_way_on(percpu, "VM entry failed", vmcs_read(VMCS_EXIT_REASON),
		      vmcs_read(VMCS_EXIT_QUALIFICATION));
}

/* No exit: the entry did not even begin. */
void vmx_resume_failed(void)
{
	struct percpu *percpu = this_percpu();

	percpu->stuck >>= 1;
	vmx_no_way_on(percpu, "VMRESUME failed", vmcs_read(VMCS_INSTRUCTION_ERROR),
		      vmcs_read(VMCS_ENTRY_INTR_INFO));
}

/* The guest's state is not loaded yet. What it was to get first is lost (SDM 3C 27.9). */
static void handle_entry_machine_check(void)
{
	struct percpu *percpu = this_percpu();

	vmx_count(percpu, JAILHOUSE_CPU_STAT_VMEXITS_TOTAL);
	machine_check_in_guest(percpu);
	vmx_process_events(percpu);
}

static void handle_unexpected(void)
{
	struct percpu *percpu = this_percpu();

	vmx_count(percpu, JAILHOUSE_CPU_STAT_VMEXITS_TOTAL);
	vmx_no_way_on(percpu, "unexpected VM exit", vmcs_read(VMCS_EXIT_REASON),
		      vmcs_read(VMCS_EXIT_QUALIFICATION));
}

/*
 * An instruction that nobody asked to exit: the CPU insists on it, or is newer than this
 * code. It does not exist, then.
 */
static void handle_unknown_instruction(void)
{
	struct percpu *percpu = this_percpu();

	vmx_count(percpu, JAILHOUSE_CPU_STAT_VMEXITS_EXCEPTION);
	vmx_denied(percpu, "instruction that exits with reason 0x%llx",
		   vmcs_read(VMCS_EXIT_REASON));
	vmx_inject_exception(X86_EXC_UD, false, 0);
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
	[EXIT_INIT_SIGNAL] = handle_nothing,
	[EXIT_SIPI] = handle_nothing,
	[EXIT_NMI_WINDOW] = handle_nmi_window,
	[EXIT_TASK_SWITCH] = handle_task_switch,
	[EXIT_CPUID] = handle_cpuid,
	[EXIT_GETSEC] = handle_ud,
	[EXIT_INVD] = handle_skip,
	[EXIT_RDPMC] = handle_gp,
	[EXIT_VMCALL] = handle_vmcall,
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
	[EXIT_EPT_VIOLATION] = handle_ept_violation,
	[EXIT_INVEPT] = handle_ud,
	[EXIT_PREEMPTION_TIMER] = handle_preemption_timer,
	[EXIT_INVVPID] = handle_ud,
	[EXIT_WBINVD] = handle_skip,
	[EXIT_XSETBV] = handle_xsetbv,
};

#pragma GCC diagnostic pop

static void remember(u64 reason)
{
	struct past_exits *past = &this_percpu()->past;
	const u32 n = past->count++ % NUM_PAST_EXITS;

	past->exits[n].reason = (u32)reason;
	past->exits[n].rip = vmcs_read(VMCS_GUEST_RIP);
}

void vmexit_handle(void)
{
	struct percpu *percpu = this_percpu();
	const u64 reason = vmcs_read(VMCS_EXIT_REASON);

	remember(reason);
	/* A fault that was given to the guest instead has this exit to show that it helped. */
	if (unlikely(percpu->stuck))
		percpu->stuck >>= 1;
	if (likely(!(reason & EXIT_REASON_ENTRY_FAILED)))
		percpu->exit_rip = vmcs_read(VMCS_GUEST_RIP);
	exit_handlers[reason % EXIT_TABLE_SIZE]();
}
