/* SPDX-License-Identifier: GPL-2.0-only */
/* Only in the test build: an exit that is executed step by step, see exit_count.c. */
#include "frames.h"

#define RFLAGS_TF	0x100

	.text

/*
 * Called at the beginning of an exit, when the guest's registers are saved. The first step is
 * the instruction behind the call of this.
 */
	.globl exit_count_enter
exit_count_enter:
	call	exit_count_wanted
	test	%al, %al
	jz	1f
	pushfq
	orl	$RFLAGS_TF, (%rsp)
	popfq
1:	ret

/* The gate of #DB, which has no error code: leaves struct step_frame. */
	.balign 16
	.globl exit_count_stub
exit_count_stub:
	push_guest_but_rax
	push	%rax
	mov	%rsp, %rdi
	cld
	call	exit_count_step
	pop	%rax
	pop_guest_but_rax
	iretq

	.section .note.GNU-stack, "", @progbits
