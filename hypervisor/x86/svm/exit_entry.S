/* SPDX-License-Identifier: GPL-2.0-only */
/* Into the guest and out of it. */
#include "layout.h"

/* Members of struct vmcb; vmcb.h checks them. */
#define VMCB_OWN_HPA	0x3e0
#define VMCB_RAX	0x5f8

	.text

/*
 * void vendor_resume(struct insn_regs *regs): @regs is at the top of the stack, percpu_regs.
 *
 * VMRUN exchanges RAX, RSP, RIP and RFLAGS, and #VMEXIT goes on behind it with those of the
 * hypervisor. All other registers are the guest's then. They are saved in the order of struct
 * insn_regs, which is the manuals' numbering of registers.
 */
	.globl vendor_resume
vendor_resume:
	mov	%rdi, %rsp
enter:
	pop	%rax
	mov	%rax, percpu_vmcb + VMCB_RAX(%rip)
	pop	%rcx
	pop	%rdx
	pop	%rbx
	add	$8, %rsp		/* RSP is in the VMCB */
	pop	%rbp
	pop	%rsi
	pop	%rdi
	pop	%r8
	pop	%r9
	pop	%r10
	pop	%r11
	pop	%r12
	pop	%r13
	pop	%r14
	pop	%r15
	mov	percpu_vmcb + VMCB_OWN_HPA(%rip), %rax
	vmrun	%rax
	push	%r15
	push	%r14
	push	%r13
	push	%r12
	push	%r11
	push	%r10
	push	%r9
	push	%r8
	push	%rdi
	push	%rsi
	push	%rbp
	push	%rsp
	push	%rbx
	push	%rdx
	push	%rcx
	push	percpu_vmcb + VMCB_RAX(%rip)
	call	svm_exit
	jmp	enter

/*
 * void svm_run_once(u64 vmcb_hpa)
 *
 * The guest gets the registers as they are: it is not to execute an instruction, and if it
 * does all the same, we have our own back.
 */
	.globl svm_run_once
svm_run_once:
	push	%rbx
	push	%rbp
	push	%r12
	push	%r13
	push	%r14
	push	%r15
	mov	%rdi, %rax
	vmrun	%rax
	pop	%r15
	pop	%r14
	pop	%r13
	pop	%r12
	pop	%rbp
	pop	%rbx
	ret

	.section .note.GNU-stack, "", @progbits
