/* SPDX-License-Identifier: GPL-2.0-only */
/* Into the guest and out of it. */
#include "frames.h"
#include "layout.h"

/* Members of struct vmcb; vmcb.h checks them. */
#define VMCB_OWN_HPA	0x3e0
#define VMCB_RAX	0x5f8

	.text

/*
 * void vendor_resume(struct insn_regs *regs): @regs is at the top of the stack, percpu_regs.
 *
 * VMRUN exchanges RAX, RSP, RIP and RFLAGS, and #VMEXIT goes on behind it with those of the
 * hypervisor. All other registers are the guest's then.
 */
	.globl vendor_resume
vendor_resume:
	mov	%rdi, %rsp
enter:
	pop	%rax
	mov	%rax, percpu_vmcb + VMCB_RAX(%rip)
	pop_guest_but_rax
	mov	percpu_vmcb + VMCB_OWN_HPA(%rip), %rax
	vmrun	%rax
	push_guest_but_rax
	exit_counted
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
	push_preserved
	mov	%rdi, %rax
	vmrun	%rax
	pop_preserved
	ret

	.section .note.GNU-stack, "", @progbits
