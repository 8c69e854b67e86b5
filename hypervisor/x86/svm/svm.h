/* SPDX-License-Identifier: GPL-2.0-only */
/* The files of svm/, to each other. All functions act on the calling CPU. */
#ifndef _SVM_SVM_H
#define _SVM_SVM_H

#include "caps.h"
#include "vendor.h"
#include <svm/ops.h>

#define MSR_VM_CR		0xc0010114
#define MSR_VM_HSAVE_PA		0xc0010117

/* What is used of SVM, the same on all CPUs. */
extern struct svm_use svm_has;

/* vmcb.c */

/** svm_flush_guest() - forget translations of the guest, linear and physical, at its next entry */
void svm_flush_guest(void);

/** svm_set_exception_intercepts() - exceptions that exit, unless all do for a step */
void svm_set_exception_intercepts(struct percpu *percpu, u32 exceptions);

/* cr.c */

/** svm_handle_cr0_write() - a move to CR0, or LMSW, that changes more than TS and MP */
void svm_handle_cr0_write(void);

/** svm_handle_cr_read() - a move from CR0 or CR4, or SMSW, where the guest is to see other bits */
void svm_handle_cr_read(void);

/** svm_handle_cr4_write() - a cell's move to CR4 */
void svm_handle_cr4_write(void);

/** svm_update_cr_intercepts() - which moves exit, after a change of what the guest is to see */
void svm_update_cr_intercepts(struct percpu *percpu);

/* fetch.c */

struct svm_insn;

/**
 * svm_decode_exit() - decode the instruction that has exited, and fill in vendor_cpu.next_rip
 * @percpu: the calling CPU
 * @code: exit code, of an instruction
 * @insn: receives it
 *
 * Return: false if the bytes are no longer those of that instruction: the CPU is to look again,
 * or the guest cannot go on.
 */
bool svm_decode_exit(struct percpu *percpu, u64 code, struct svm_insn *insn);

/** svm_set_next_rip() - the instruction that has exited ends before @rip, which may have to wrap */
void svm_set_next_rip(struct percpu *percpu, u64 rip);

/** svm_find_next_rip() - fill in vendor_cpu.next_rip; see svm_decode_exit() */
bool svm_find_next_rip(struct percpu *percpu, u64 code);

/* inject.c */

/**
 * svm_reflect() - an exception of the guest exited: it gets it after all
 * @vector: its vector
 */
void svm_reflect(unsigned int vector);

/** svm_deliver_nmi() - one of percpu.guest_nmis, which are not 0, once the guest can take it */
void svm_deliver_nmi(struct percpu *percpu);

/** svm_handle_iret() - the guest's NMI handler is about to return */
void svm_handle_iret(void);

/**
 * svm_end_step() - the IRET that was stepped over is over, or another exit came first
 * @percpu: vendor.stepping is set
 *
 * Return: true if the exit was for that only.
 */
bool svm_end_step(struct percpu *percpu);

/** svm_forget_nmis() - after a reset: none is in service, or waits */
void svm_forget_nmis(struct percpu *percpu);

/* exit.c */
void svm_exit(void);

/* exit_entry.S */

/** svm_run_once() - VMRUN, and come back with the exit; the guest must not execute anything */
void svm_run_once(u64 vmcb_hpa);

#endif
