/* SPDX-License-Identifier: GPL-2.0-only */
/* Into the guest and out of it. */
#include "layout.h"

	.text

	.macro pop_guest_registers
	pop	%rax
	pop	%rcx
	pop	%rdx
	pop	%rbx
	add	$8, %rsp		/* RSP is in the VMCS */
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
	.endm

	/* The order is that of struct insn_regs, which is the SDM's numbering of registers. */
	.macro push_guest_registers
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
	push	%rax
	.endm

/*
 * VMCS host RIP. RSP is at the rip member of an otherwise empty struct insn_regs at
 * the top of the stack, percpu_regs, 16-byte aligned; all other registers are the guest's.
 * Interrupts are off (SDM 3C 28.5.3).
 */
	.balign 16
	.globl vmexit_entry
vmexit_entry:
	push_guest_registers
	call	vmexit_handle
resume:
	pop_guest_registers
	vmresume
	/*
	 * Only reached if VMRESUME failed (SDM 3C 31.2): RSP and all other registers are
	 * as they were for the guest.
	 */
	push_guest_registers
	call	vmx_resume_failed
	jmp	resume

/* void vendor_resume(struct insn_regs *regs): @regs is at the top of the stack. */
	.globl vendor_resume
vendor_resume:
	mov	%rdi, %rsp
	pop_guest_registers
	vmresume
	call	vmx_entry_failed

/*
 * bool vmx_launch_and_return(u64 host_rsp)
 *
 * The exit that this entry is followed by continues at vmx_trial_exit, on this stack. The
 * guest gets the registers as they are: it is not to execute an instruction, and if it does
 * all the same, we have our own back.
 */
	.globl vmx_launch_and_return, vmx_trial_exit
vmx_launch_and_return:
	push	%rbx
	push	%rbp
	push	%r12
	push	%r13
	push	%r14
	push	%r15
	vmwrite	%rsp, %rdi
	jbe	1f
	vmlaunch
1:	xor	%eax, %eax
	jmp	2f
vmx_trial_exit:
	mov	$1, %eax
2:	pop	%r15
	pop	%r14
	pop	%r13
	pop	%r12
	pop	%rbp
	pop	%rbx
	ret

	.section .note.GNU-stack, "", @progbits
