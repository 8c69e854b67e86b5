/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The vendor seam: what the neutral half of x86 asks of the half that knows VMX or SVM.
 *
 * An image contains one vendor, x86/vmx/ or x86/svm/, and the files that include this are
 * compiled once for each: the path of includes leads to the vendor's guest.h, whose
 * accessors are inline, and to its vendor_cpu.h. So an exit costs no detour. Outside of the
 * vendor's directory nothing else of it is included.
 *
 * All functions act on the calling CPU and the guest that it runs.
 */
#ifndef _X86_VENDOR_H
#define _X86_VENDOR_H

#include "types.h"
#include "emulate.h"
#include "percpu.h"
#include "pgtable.h"
#include "x86.h"

/*
 * On the way in and out
 */

/**
 * vendor_check_cpu() - does this CPU have everything that we need?
 * @first: note what is going to be used; else compare with what was
 * @why: receives the name of what is missing, or cannot be switched off
 * @why_size: bytes of @why
 *
 * Context: Linux's IDT is still there: nothing may fault.
 *
 * Return: 0 or -ENODEV.
 */
int vendor_check_cpu(bool first, char *why, size_t why_size);

/** vendor_init() - what all CPUs share; first CPU, after vendor_check_cpu() on all. */
void vendor_init(void);

/**
 * vendor_on() - switch virtualization on, with a guest that has no state yet
 *
 * Host state and controls are set; struct percpu.guest_loaded is. In CR4 and EFER the vendor
 * sets what it needs; whoever goes back to Linux restores them.
 *
 * Context: the CPU's own page table and descriptor tables.
 *
 * Return: 0 or -EIO, with virtualization off.
 */
int vendor_on(struct percpu *percpu);

/** vendor_off() - the opposite: nothing of the guest's state can be accessed from here on. */
void vendor_off(struct percpu *percpu);

/**
 * vendor_set_linux() - guest state: Linux right behind the driver's call of entry()
 * @state: what it had
 * @segments: its segment registers with their hidden parts
 * @cr3: its page table
 *
 * General-purpose registers are in this_regs().
 */
void vendor_set_linux(const struct linux_state *state,
		      const struct guest_segment segments[NUM_SEGMENTS], u64 cr3);

/** vendor_get_linux() - the opposite, with the guest's registers, to leave for Linux */
void vendor_get_linux(struct percpu *percpu, struct linux_state *state);

/** vendor_resume_counters() - what Linux counts goes on in the guest, after kept_msrs_take() */
void vendor_resume_counters(struct percpu *percpu);

/** vendor_set_cell() - translation, bitmaps and intercepts of percpu.cpu->cell, now percpu.cell */
void vendor_set_cell(struct percpu *percpu);

/**
 * vendor_trial_entry() - does the CPU accept the guest as it is?
 * @percpu: the calling CPU, whose guest state is complete, with no event to be injected
 * @why: receives what the CPU says of it
 * @why_size: bytes of @why
 *
 * Enters the guest and is out again before its first instruction.
 *
 * Return: 0 or -EIO.
 */
int vendor_trial_entry(struct percpu *percpu, char *why, size_t why_size);

/** vendor_resume() - enter the guest with @regs, which are this_regs(), for good. */
__noreturn void vendor_resume(struct insn_regs *regs);

/*
 * The guest as a whole
 */

/** vendor_reset() - guest state after INIT, to go on at @cs_base + @ip in real mode */
void vendor_reset(struct percpu *percpu, u64 cs_base, u16 ip);

/**
 * vendor_park() - the CPU waits, out of the cell's memory, until vendor_reset()
 * @percpu: the calling CPU
 * @memory: all the memory that it sees; it executes at 0, in real mode, with interrupts off
 *
 * See park.c.
 */
void vendor_park(struct percpu *percpu, const struct pgtable *memory);

/**
 * vendor_back_to_exit() - after a failed entry: as at the last exit
 * @percpu: the calling CPU; percpu.exit_rip says where that was
 *
 * With nothing that was pending or blocked, but NMIs.
 */
void vendor_back_to_exit(struct percpu *percpu);

/** vendor_flush_linear() - drop what the CPU cached of the cell's linear addresses */
void vendor_flush_linear(const struct cell *cell);

/** vendor_describe() - the guest's state for the crash record; guest_loaded is set. */
void vendor_describe(void (*print)(const char *fmt, ...));

/*
 * The instruction that exited, and events
 */

/**
 * guest_skip_instruction() - past the instruction that exited, and guest_end_instruction()
 *
 * Best the last thing that a handler does: then there is nothing to be saved for after the call.
 */
void guest_skip_instruction(void);

/**
 * vendor_inject_exception() - the guest gets an exception, at the instruction that it is at
 * @vector: not X86_EXC_DB, which has its own registers
 * @has_error_code: with one, where the guest's mode has any
 * @error_code: it
 */
void vendor_inject_exception(unsigned int vector, bool has_error_code, u32 error_code);

/** vendor_inject_gp() - #GP(0), at the instruction that the guest is at */
static inline void vendor_inject_gp(void)
{
	vendor_inject_exception(X86_EXC_GP, true, 0);
}

/** vendor_inject_nmi() - an NMI for the guest, as soon as it can take one */
void vendor_inject_nmi(struct percpu *percpu);

/** vendor_exit_at_once() - leave the guest again right after the next entry; any context. */
void vendor_exit_at_once(struct percpu *percpu);

/** vendor_let_run() - take vendor_exit_at_once() back */
void vendor_let_run(struct percpu *percpu);

/*
 * Registers
 */

/** vendor_cr4_allowed() - bits of CR4 that this CPU lets a guest set */
u64 vendor_cr4_allowed(void);

/** vendor_cr4_forced() - those that the root cell finds set, whatever it writes */
u64 vendor_cr4_forced(void);

/** vendor_set_cr0() - the guest is to find @val in CR0; the hardware keeps caches on. */
void vendor_set_cr0(struct percpu *percpu, u64 val);

/** vendor_set_cr4() - the guest is to find @val in CR4 */
void vendor_set_cr4(struct percpu *percpu, u64 val);

/** vendor_set_efer() - the guest's EFER becomes @val, with what follows from its LMA */
void vendor_set_efer(struct percpu *percpu, u64 val);

/** vendor_set_pdptes() - entries of PAE paging, as a move to CR0 or CR4 loads them */
void vendor_set_pdptes(const u64 pdpte[4]);

/** vendor_get_pdptes() - those in use */
void vendor_get_pdptes(u64 pdpte[4]);

/** vendor_set_pat() - the guest's PAT becomes @val, also for what is in the TLB */
void vendor_set_pat(struct percpu *percpu, u64 val);

/** vendor_has_tsc_offset() - can the guest's TSC differ from the machine's? */
bool vendor_has_tsc_offset(void);

/** vendor_set_tsc_offset() - the guest's TSC is the machine's plus @offset */
void vendor_set_tsc_offset(u64 offset);

/** vendor_set_msr_bitmap() - the one in use from the next entry on */
void vendor_set_msr_bitmap(const u8 *bitmap);

/* How root_msr.c reaches the CPU. */
extern const struct root_msr_io root_msr_io;

/*
 * What guest.h defines: the guest's state, and what an exit says
 */

/** guest_rip() - the instruction that exited, or that comes next */
static inline u64 guest_rip(void);
static inline void guest_set_rip(u64 rip);
static inline u64 guest_rflags(void);
static inline void guest_set_rflags(u64 rflags);

/** guest_rsp() - RSP, which is not in this_regs() during an exit */
static inline u64 guest_rsp(void);
static inline void guest_set_rsp(u64 rsp);

/** guest_cr0() - what is in force; guest_seen_cr0() is what the guest reads. */
static inline u64 guest_cr0(void);
static inline u64 guest_seen_cr0(void);
static inline void guest_set_cr2(u64 val);
static inline u64 guest_cr3(void);
static inline u64 guest_cr4(void);
static inline u64 guest_seen_cr4(void);
static inline u64 guest_efer(void);

/** guest_in_64bit_code() - 64-bit mode, with CS.L set */
static inline bool guest_in_64bit_code(void);

/** guest_code_mode() - for the decoder */
static inline enum insn_mode guest_code_mode(void);
static inline unsigned int guest_cpl(void);

/** guest_has_16bit_tss() - TR holds one */
static inline bool guest_has_16bit_tss(void);
static inline u64 guest_segment_base(enum insn_seg seg);

/**
 * guest_end_instruction() - what an instruction does that was done for the guest
 *
 * It ends the interrupt shadow of STI or MOV SS before it, and RF, and makes the trap
 * pending if the guest single-steps.
 */
static inline void guest_end_instruction(void);

/** guest_in_delivery() - did the exit come while an event was delivered to the guest? */
static inline bool guest_in_delivery(void);

/**
 * struct io_exit - IN, OUT, INS or OUTS
 * @port: first port
 * @width: bytes
 * @in: IN or INS
 * @string: INS or OUTS
 * @rep: with a REP prefix
 */
struct io_exit {
	u16 port;
	u8 width;
	bool in;
	bool string;
	bool rep;
};

static inline void guest_io_exit(struct io_exit *io);

/**
 * struct io_string - what INS or OUTS has in memory
 * @gva: linear address of the element
 * @mask: bits of RCX, RSI and RDI that the address size takes part with
 */
struct io_string {
	u64 gva;
	u64 mask;
};

/**
 * guest_io_string() - operand of an INS or OUTS
 * @io: of guest_io_exit()
 * @string: receives it
 *
 * Return: 0, or a negative errno if it cannot be found out.
 */
static inline int guest_io_string(const struct io_exit *io, struct io_string *string);

/**
 * struct memory_fault - an access to memory that stage 2 does not allow
 * @gpa: guest-physical address
 * @write: it was to be written
 * @fetch: it was to be executed
 * @operand: an instruction's operand at a linear address: neither a fetch, nor an access of
 *	the CPU's to the guest's page tables
 */
struct memory_fault {
	u64 gpa;
	bool write;
	bool fetch;
	bool operand;
};

static inline void guest_memory_fault(struct memory_fault *fault);

/** guest_exit_detail() - what the CPU says of the exit beside its reason, for the log */
static inline u64 guest_exit_detail(void);

/**
 * guest_fault_linear() - the linear address where the CPU failed
 * @fault: of guest_memory_fault(), with @operand set
 * @linear: the operand's, as the instruction has it
 * @width: bytes of the operand
 *
 * Return: at the operand or, if it crosses a page, also where its second page begins;
 * anything else if the fault is not that of such an operand. Bits that are a tag mean
 * nothing.
 */
static inline u64 guest_fault_linear(const struct memory_fault *fault, u64 linear,
				     unsigned int width);

/**
 * vendor_msr_read() - a register with MSR_KIND_VENDOR
 *
 * Return: 0, or a negative errno for #GP.
 */
static inline int vendor_msr_read(struct percpu *percpu, u32 msr, u64 *val);

/** vendor_msr_write() - see vendor_msr_read() */
static inline int vendor_msr_write(struct percpu *percpu, u32 msr, u64 val);

/**
 * vendor_open_events() - what the vendor holds back while the CPU is not in its guest comes in
 *
 * NMIs and machine checks; interrupts, if RFLAGS.IF is set.
 */
static inline void vendor_open_events(void);

/** vendor_close_events() - and no more */
static inline void vendor_close_events(void);

#include <guest.h>

#endif
