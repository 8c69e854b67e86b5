/* SPDX-License-Identifier: GPL-2.0-only */
/* Descriptor tables and exceptions of the hypervisor itself. */
#ifndef _X86_EXCEPTIONS_H
#define _X86_EXCEPTIONS_H

#include "x86.h"

#define NUM_EXCEPTIONS	32

/* What exception_common in entry.S leaves on the stack. */
struct exception_frame {
	u64 r11, r10, r9, r8, rdi, rsi, rdx, rcx, rax;
	u64 vector;
	u64 error_code;
	u64 rip;
	u64 cs;
	u64 rflags;
	u64 rsp;
	u64 ss;
};

/* An instruction that may fault, and where to go on then; see EX_TABLE(). */
struct ex_table_entry {
	u64 from;
	u64 to;
};

/* The linker script places these. */
extern const struct ex_table_entry __ex_table_start[], __ex_table_end[];

/* entry.S */
extern const u8 exception_stubs[NUM_EXCEPTIONS][16];
extern const u8 interrupt_stub[];
extern const u8 take_interrupt_end[];
void take_interrupt(void);

/** exception_handle() - called by exception_stubs */
void exception_handle(struct exception_frame *frame);

/** idt_init() - fill the IDT that all CPUs share; once, before idt_load(). */
void idt_init(void);

/**
 * exceptions_load() - IDT, GDT, TSS and segments of the hypervisor, in that order
 * @handover: tables of the calling CPU
 * @fatal_stack_top: stack for double faults
 *
 * The IDT comes before the GDT: Linux's NMI handler reads its GS base from the GDT
 * (by LSL on a segment limit), so it must not run on ours, while our handler runs on
 * Linux's, as both have 64-bit code at HV_CS and a stack at IST_NMI.
 */
void exceptions_load(struct cpu_handover *handover, void *fatal_stack_top);

/**
 * exceptions_leave_tss() - from here on TR is somebody else's: no interrupt stack is there
 *
 * The gates take the stack that is in use. Until exceptions_load(). A stack that runs over ends
 * in a shutdown then, since the double fault finds no other.
 */
void exceptions_leave_tss(void);

/**
 * exceptions_take_interrupt() - let one pending interrupt in, and acknowledge it
 *
 * None may be in service: that tells an interrupt with vector 18 from a machine check.
 */
void exceptions_take_interrupt(void);

#endif
