/* SPDX-License-Identifier: GPL-2.0-only */
/* Registers on the stack, for the assembler. */

	/* What a function has to leave as it was. */
	.macro push_preserved
	push	%rbp
	push	%rbx
	push	%r12
	push	%r13
	push	%r14
	push	%r15
	.endm

	.macro pop_preserved
	pop	%r15
	pop	%r14
	pop	%r13
	pop	%r12
	pop	%rbx
	pop	%rbp
	.endm

	/* What a function may change. */
	.macro push_volatile
	push	%rax
	push	%rcx
	push	%rdx
	push	%rsi
	push	%rdi
	push	%r8
	push	%r9
	push	%r10
	push	%r11
	.endm

	.macro pop_volatile
	pop	%r11
	pop	%r10
	pop	%r9
	pop	%r8
	pop	%rdi
	pop	%rsi
	pop	%rdx
	pop	%rcx
	pop	%rax
	.endm

/*
 * A guest's, during an exit: struct insn_regs, whose order is the manuals' numbering of
 * registers. RAX is not among them: one vendor leaves it in the register, the other in memory.
 * In RSP's place is the hypervisor's, since the guest's is in the VMCS or the VMCB.
 */
	.macro push_guest_but_rax
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
	.endm

	.macro pop_guest_but_rax
	pop	%rcx
	pop	%rdx
	pop	%rbx
	add	$8, %rsp
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

	/* In the test build, an exit may be counted: exit_count.c. Destroys what is saved. */
	.macro exit_counted
#ifdef JAILHOUSE_TEST_BUILD
	call	exit_count_enter
#endif
	.endm
