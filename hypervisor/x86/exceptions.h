/* SPDX-License-Identifier: GPL-2.0-only */
/* Descriptor tables and exceptions of the hypervisor itself. */
#ifndef _X86_EXCEPTIONS_H
#define _X86_EXCEPTIONS_H

#include "x86.h"

/** idt_init() - fill the IDT that all CPUs share; once, before idt_load(). */
void idt_init(void);

/**
 * exceptions_load() - IDT, GDT, TSS and segments of the hypervisor, in that order
 * @shared: tables of the calling CPU
 * @fatal_stack_top: stack for double faults
 *
 * The IDT comes before the GDT: Linux's NMI handler reads its GS base from the GDT
 * (by LSL on a segment limit), so it must not run on ours, while our handler runs on
 * Linux's, as both have 64-bit code at HV_CS and a stack at IST_NMI.
 */
void exceptions_load(struct cpu_shared *shared, void *fatal_stack_top);

/** exceptions_take_interrupt() - let one pending interrupt in, to be acknowledged. */
void exceptions_take_interrupt(void);

/** exceptions_idt_base() - address of the IDT */
u64 exceptions_idt_base(void);

#endif
