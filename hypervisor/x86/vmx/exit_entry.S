/* SPDX-License-Identifier: GPL-2.0-only */
/* Into the guest and out of it. */
#include "frames.h"
#include "layout.h"

	.text

	.macro push_guest
	push_guest_but_rax
	push	%rax
	.endm

	.macro pop_guest
	pop	%rax
	pop_guest_but_rax
	.endm

/*
 * VMCS host RIP. RSP is at the rip member of an otherwise empty struct insn_regs at
 * the top of the stack, percpu_regs, 16-byte aligned; all other registers are the guest's.
 * Interrupts are off (SDM 3C 28.5.3).
 */
	.balign 16
	.globl vmexit_entry
vmexit_entry:
	push_guest
	exit_counted
	call	vmexit_handle
resume:
	pop_guest
	vmresume
	/*
	 * Only reached if VMRESUME failed (SDM 3C 31.2): RSP and all other registers are
	 * as they were for the guest.
	 */
	push_guest
	call	vmx_resume_failed
	jmp	resume

/* void vendor_resume(struct insn_regs *regs): @regs is at the top of the stack. */
	.globl vendor_resume
vendor_resume:
	mov	%rdi, %rsp
	pop_guest
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
	push_preserved
	vmwrite	%rsp, %rdi
	jbe	1f
	vmlaunch
1:	xor	%eax, %eax
	jmp	2f
vmx_trial_exit:
	mov	$1, %eax
2:	pop_preserved
	ret

	.section .note.GNU-stack, "", @progbits
