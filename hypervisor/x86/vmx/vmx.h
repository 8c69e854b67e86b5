/* SPDX-License-Identifier: GPL-2.0-only */
/* What the rest of x86 asks of VMX. All functions act on the calling CPU. */
#ifndef _VMX_VMX_H
#define _VMX_VMX_H

#include "types.h"
#include "cell_log.h"
#include "controls.h"
#include "cpu_events.h"
#include <vmx/ops.h>
#include "percpu.h"
#include "x86.h"

extern struct vmx_controls vmx_controls;

/**
 * vmx_check_cpu() - does this CPU have everything that we need?
 * @first: fill in vmx_controls; else compare
 * @why: receives the name of what is missing, or cannot be switched off
 * @why_size: bytes of @why
 *
 * Return: 0 or -ENODEV.
 */
int vmx_check_cpu(bool first, char *why, size_t why_size);

/**
 * vmx_on() - enter VMX root operation with a fresh VMCS: host state and controls set
 *
 * Return: 0 or -EIO.
 */
int vmx_on(struct percpu *percpu);

/** vmx_off() - clear the VMCS and leave VMX root operation. */
void vmx_off(struct percpu *percpu);

/** vmx_set_linux() - guest state: Linux right behind the driver's call of entry() */
void vmx_set_linux(const struct linux_state *state,
		   const struct guest_segment segments[NUM_SEGMENTS], u64 cr3);

/** vmx_get_linux() - the opposite, with the guest's registers, to leave for Linux */
void vmx_get_linux(struct percpu *percpu, struct linux_state *state);

/** vmx_guest_cr3() - CR3 of the guest */
u64 vmx_guest_cr3(void);

/** vmx_set_cell() - translation, bitmaps and controls of the CPU's present cell */
void vmx_set_cell(struct percpu *percpu);

/** vmx_reset() - guest state after INIT, to go on at @cs_base + @ip in real mode */
void vmx_reset(struct percpu *percpu, u64 cs_base, u16 ip);

/* park.c */

/**
 * vmx_park_init() - make the place where CPUs are parked
 *
 * First CPU, after arch_init(), before any CPU is parked. Pages of the pool, which stay.
 *
 * Return: 0 or -ENOMEM.
 */
int vmx_park_init(void);

/** vmx_park() - the CPU waits, out of the cell's memory, until vmx_reset() */
void vmx_park(struct percpu *percpu);

/**
 * vmx_take_machine_checks() - whose machine checks are, after a reset of the guest
 * @ours: the hypervisor's: in a cell, and on a CPU that is parked. Else the guest's, which
 *	has them off.
 */
void vmx_take_machine_checks(bool ours);

/** vmx_set_long_mode() - EFER.LMA at VM entry */
void vmx_set_long_mode(struct percpu *percpu, bool on);

/** vmx_set_nmi_window() - exit as soon as the guest can take an NMI, or no more */
void vmx_set_nmi_window(struct percpu *percpu, bool on);

/* tracing.c */
extern const struct root_msr_io root_msr_io;

/** vmx_resume_counters() - what Linux counts goes on in the guest, after kept_msrs_take() */
void vmx_resume_counters(struct percpu *percpu);

/** vmx_cr4_mask() - bits of CR4 that exit when the guest changes them */
u64 vmx_cr4_mask(bool root);

/** vmx_exit_at_once() - leave the guest again right after the next VM entry */
void vmx_exit_at_once(struct percpu *percpu);

/* exit_entry.S, and what it calls when VMLAUNCH or VMRESUME fail */
extern const u8 vmexit_entry[];
__noreturn void vmx_entry_failed(void);
void vmx_resume_failed(void);

/** vmx_set_exit_entry() - exits come to vmexit_entry, on the CPU's own stack */
void vmx_set_exit_entry(void);

/** vmx_resume() - enter the guest with @regs, after vmx_trial_entry(). */
__noreturn void vmx_resume(struct insn_regs *regs);

/**
 * vmx_launch_and_return() - VMLAUNCH, and come back with the exit; only for vmx_trial_entry()
 * @host_rsp: encoding of that field; host RIP has to be vmx_trial_exit
 *
 * Return: false if the instruction failed.
 */
bool vmx_launch_and_return(u64 host_rsp);
extern const u8 vmx_trial_exit[];

/**
 * vmx_trial_entry() - does the CPU accept the VMCS as it is?
 * @percpu: the calling CPU, whose guest state is complete, with no event to be injected
 * @why: receives exit reason and qualification, or the VM-instruction error
 * @why_size: bytes of @why
 *
 * Enters the guest and is out again before its first instruction. The VMCS is launched then.
 *
 * Return: 0 or -EIO.
 */
int vmx_trial_entry(struct percpu *percpu, char *why, size_t why_size);

/* inject.c */

/**
 * vmx_inject_exception() - the guest gets an exception, at the instruction that it is at
 * @vector: not X86_EXC_DB, which has its own registers
 * @has_error_code: with one, where the guest's mode has any
 * @error_code: it
 */
void vmx_inject_exception(unsigned int vector, bool has_error_code, u32 error_code);
static inline void vmx_inject_gp(void)
{
	vmx_inject_exception(X86_EXC_GP, true, 0);
}

/**
 * vmx_reflect() - an exception of the guest exited: it gets it after all
 * @info: VMCS_EXIT_INTR_INFO
 *
 * Without what its delivery does on a CPU, the injection not: DR6, DR7 and DEBUGCTL of a
 * debug exception, the end of a shadow by INT1 (SDM 3C 28.1, 27.6.1.1).
 */
void vmx_reflect(u64 info);

/** vmx_inject_nmi() - an NMI for the guest, as soon as it can take one */
void vmx_inject_nmi(struct percpu *percpu);

/** vmx_deliver_nmi() - one of percpu.guest_nmis, which are not 0, if the guest can take it */
void vmx_deliver_nmi(struct percpu *percpu);

/** vmx_nmi_window_open() - the guest can take an NMI, says the CPU: it gets one */
void vmx_nmi_window_open(struct percpu *percpu);

/** vmx_end_shadow_and_flags() - see vmx_end_instruction() */
void vmx_end_shadow_and_flags(void);

/**
 * vmx_end_instruction() - what an instruction does that was done for the guest
 *
 * It ends the interrupt shadow of STI or MOV SS before it, and RF, and makes the trap
 * pending if the guest single-steps. Best the last thing that a handler does: then there is
 * nothing to be saved for after the call.
 */
static inline void vmx_end_instruction(void)
{
	if (likely(!(vmcs_read(VMCS_GUEST_INTERRUPTIBILITY) & INTERRUPTIBILITY_SHADOW) &&
		   !(vmcs_read(VMCS_GUEST_RFLAGS) & (X86_RFLAGS_TF | X86_RFLAGS_RF))))
		return;
	vmx_end_shadow_and_flags();
}

/** vmx_set_rip() - go on at @rip, 4 GiB being 0 but in 64-bit code (SDM 3C 27.3.1.4) */
static inline void vmx_set_rip(u64 rip)
{
	/* An instruction begins below 4 GiB then, and has at most 15 bytes. */
	if (unlikely(rip >> 4 == BIT_ULL(32 - 4)) &&
	    !(vmcs_read(VMCS_GUEST_CS_AR) & AR_CODE_LONG))
		rip = (u32)rip;
	vmcs_write(VMCS_GUEST_RIP, rip);
}

/** vmx_skip_instruction() - past the instruction that exited (SDM 3C 28.2.5) */
static inline void vmx_skip_instruction(void)
{
	vmx_set_rip(vmcs_read(VMCS_GUEST_RIP) + vmcs_read(VMCS_EXIT_INSTRUCTION_LENGTH));
	vmx_end_instruction();
}

/* mem_access.c: memory of the guest that runs on this CPU. */

/**
 * vmx_read_gva() - read the instruction that the CPU has fetched
 * @gva: linear address
 * @buf: receives the bytes
 * @size: how many at most
 *
 * Rights are not checked: the CPU has done that.
 *
 * Return: how many bytes there are, or a negative errno if there is none.
 */
int vmx_read_gva(u64 gva, void *buf, unsigned int size);

/** vmx_read_gpa() - read from one guest-physical page; -EFAULT if it is not the guest's. */
int vmx_read_gpa(u64 gpa, void *buf, size_t size);

/**
 * vmx_read_operand() - read an operand in memory as the guest itself would
 * @gva: linear address
 * @buf: receives it
 * @size: up to 4096 bytes
 *
 * With the rights of the code that runs: CPL, SMAP, protection keys. Accessed and dirty bits
 * are set. All of it is translated before a byte is accessed.
 *
 * Return: 0. -EFAULT: the guest's CPU would raise an exception, see
 * vmx_inject_operand_fault(). -EAGAIN: its tables changed meanwhile. -EPERM: not its memory.
 */
int vmx_read_operand(u64 gva, void *buf, size_t size);

/** vmx_write_operand() - write one, see vmx_read_operand() */
int vmx_write_operand(u64 gva, const void *buf, size_t size);

/** vmx_inject_operand_fault() - after one of the two was -EFAULT */
void vmx_inject_operand_fault(struct percpu *percpu);

/*
 * cell_msr.c: registers that a cell's CPU has only in appearance (msr_cell.h). 0, or a
 * negative errno for #GP. vmx_cell_msr_reset() at a start, and when the owner changes.
 */
int vmx_cell_msr_read(struct percpu *percpu, u32 msr, u64 *val);
int vmx_cell_msr_write(struct percpu *percpu, u32 msr, u64 val);
void vmx_cell_msr_reset(struct percpu *percpu);

/* ept.c */
u64 ept_pointer(const struct pgtable *table);

/** vmx_flush_linear() - drop what the CPU cached of the cell's linear addresses */
void vmx_flush_linear(const struct cell *cell);
void ept_init(void);

/* mmio_exit.c */
void handle_ept_violation(void);

/* exit.c */
void vmexit_handle(void);

/** vmx_process_events() - do what other CPUs asked for, after a kick or a violation */
void vmx_process_events(struct percpu *percpu);

/**
 * vmx_process_own_events() - after what the guest may have asked of its own CPU
 *
 * The last thing that a handler does: the guest may be reset here.
 */
static inline void vmx_process_own_events(struct percpu *percpu)
{
	if (unlikely(cpu_requested(percpu->cpu)))
		vmx_process_events(percpu);
}

/**
 * vmx_no_way_on() - the guest cannot be entered again as it is
 * @percpu: of the calling CPU
 * @what: what has failed
 * @reason: and why, as the CPU says
 * @detail: more of it
 *
 * The reason is more likely the hypervisor's fault than the guest's. A CPU of Linux is not
 * given up for that: what Linux did when it last left the guest is a fault, which kills a
 * program, or at worst what the kernel was doing. Only if that does not get it anywhere either,
 * the CPU is parked. Other cells fail. A parked CPU that cannot be entered panics.
 *
 * The last thing that a handler does.
 */
void vmx_no_way_on(struct percpu *percpu, const char *what, u64 reason, u64 detail);

/** vmx_violation() - the cell did what it must not: it fails, the CPU is parked */
void vmx_violation(struct percpu *percpu, const char *fmt, ...) __printf(2, 3);

/**
 * vmx_count() - count an exit, or a refusal
 *
 * Each exit counts once under JAILHOUSE_CPU_STAT_VMEXITS_*; what none of the others stands
 * for counts under VMEXITS_TOTAL, whose reader gets the sum (core/hypercall.c).
 */
static inline void vmx_count(struct percpu *percpu, unsigned int stat)
{
	percpu->cpu->stats[stat]++;
}

/** vmx_is_root() - is it the root cell that this CPU runs? */
static inline bool vmx_is_root(const struct percpu *percpu)
{
	return percpu->cell == machine.root;
}

/** vmx_log_denied() - see vmx_denied() */
void vmx_log_denied(struct percpu *percpu, const char *fmt, ...) __printf(2, 3);

/* Logs, at a limited rate, what a guest is refused. */
#define vmx_log_refusal(percpu, ...)					\
	do {								\
		struct cpu *cpu_ = (percpu)->cpu;			\
									\
		/* Only if it is due, arguments are worth being put together. */ \
		if (unlikely(cell_log_due(cpu_, CELL_LINE_DENIED, rdtsc()))) \
			vmx_log_denied(percpu, __VA_ARGS__);		\
		else							\
			cell_log_skip(cpu_, CELL_LINE_DENIED);		\
	} while (0)

/* Counts it, too. */
#define vmx_denied(percpu, ...)						\
	do {								\
		vmx_count(percpu, JAILHOUSE_CPU_STAT_DENIED);		\
		vmx_log_refusal(percpu, __VA_ARGS__);			\
	} while (0)

/* handlers.c, cr.c, io.c */
void handle_cpuid(void);
void handle_vmcall(void);
void handle_rdmsr(void);
void handle_wrmsr(void);
void handle_io(void);
void handle_cr(void);
void handle_xsetbv(void);

#endif
