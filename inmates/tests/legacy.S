/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Back from 64-bit mode to protected mode without paging, for what exists only there.
 *
 * legacy_task		jumps to a task: never returns
 * legacy_alignment	in ring 3, a misaligned stack makes the delivery of an alignment
 *			check raise the next alignment check: never returns
 * legacy_user		in ring 3, a hypercall: never returns, loops after #UD, else a triple fault
 */
#include "leave-long-mode.h"

#define CR0_AM		0x40000
#define EFLAGS_AC	0x40000

#define CODE		0x08
#define DATA		0x10
#define USER_CODE	0x1b
#define USER_DATA	0x23
#define TASK_1		0x28
#define TASK_2		0x30

#define STACK_TOP	0x9000

#define PUTC		8		/* a hypercall that any cell may make */

	.text
	.code64
	.globl	legacy_task, legacy_alignment, legacy_user, legacy_hypercall_last_byte
legacy_task:
	movl	$task, %ebx
	jmp	to_legacy
legacy_user:
	movl	$user_call, %ebx
	jmp	to_legacy
legacy_alignment:
	movl	$alignment, %ebx

to_legacy:
	cli
	lgdt	gdt_pointer(%rip)
	movl	$STACK_TOP, %esp
	pushq	$CODE
	leaq	1f(%rip), %rax
	pushq	%rax
	lretq
	.code32
1:	movl	$DATA, %eax
	movl	%eax, %ds
	movl	%eax, %es
	movl	%eax, %ss
	leave_long_mode
	jmp	*%ebx

	/* The descriptors' bases are filled in here: the linker cannot split them. */
task:
	movl	$gdt + TASK_1, %edi
	movl	$tss, %eax
	call	set_base
	movl	$gdt + TASK_2, %edi
	movl	$tss + 104, %eax
	call	set_base
	movl	$TASK_1, %eax
	ltr	%ax
	ljmp	$TASK_2, $0
	hlt

set_base:
	movw	%ax, 2(%edi)
	shrl	$16, %eax
	movb	%al, 4(%edi)
	movb	%ah, 7(%edi)
	ret

	/* The gate leads to ring 3, so the CPU stays on the stack. */
set_gate:
	movl	$handler, %eax
	movw	%ax, (%edi)
	movw	$USER_CODE, 2(%edi)
	movw	$0xee00, 4(%edi)
	shrl	$16, %eax
	movw	%ax, 6(%edi)
	lidt	idt_pointer
	ret

user_call:
	movl	$idt + 6 * 8, %edi
	call	set_gate
	pushl	$USER_DATA
	pushl	$STACK_TOP - 0x100
	pushl	$2
	pushl	$USER_CODE
	pushl	$1f
	iret
1:	movl	$PUTC, %eax
	movl	$'!', %edi
	/* VMCALL; the last byte is that of VMMCALL where that is the hypercall. */
	.byte	0x0f, 0x01
legacy_hypercall_last_byte:
	.byte	0xc1
	hlt

alignment:
	movl	$idt + 17 * 8, %edi
	call	set_gate
	movl	%cr0, %eax
	orl	$CR0_AM, %eax
	movl	%eax, %cr0
	pushl	$USER_DATA
	pushl	$STACK_TOP - 0x101
	pushl	$EFLAGS_AC | 2
	pushl	$USER_CODE
	pushl	$user
	iret
user:
	movl	(%esp), %eax
handler:
	jmp	handler

gdt_pointer:
	.word	gdt_end - gdt - 1
	.quad	gdt
idt_pointer:
	.word	18 * 8 - 1
	.long	idt

	.data
	.balign	8
gdt:
	.quad	0
	.quad	0x00cf9b000000ffff	/* CODE */
	.quad	0x00cf93000000ffff	/* DATA */
	.quad	0x00cffb000000ffff	/* USER_CODE */
	.quad	0x00cff3000000ffff	/* USER_DATA */
	.quad	0x0000890000000067	/* TASK_1 */
	.quad	0x0000890000000067	/* TASK_2 */
gdt_end:

	.bss
	.balign	8
idt:
	.skip	18 * 8
tss:
	.skip	2 * 104

	.section .note.GNU-stack, "", @progbits
