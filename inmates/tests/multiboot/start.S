/* SPDX-License-Identifier: GPL-2.0-only */
/* The header that a loader looks for, and the entry: EAX and EBX are the loader's. */
#define MAGIC	0x1badb002
#define FLAGS	3	/* modules in pages of their own, and amounts of memory */

	.section .header, "a"
	.balign 4
	.long	MAGIC, FLAGS, -(MAGIC + FLAGS)

	.text
	.globl	start
start:
	movl	$stack_end, %esp
	pushl	%ebx
	pushl	%eax
	call	multiboot_main
0:	cli
	hlt
	jmp	0b

	.bss
	.balign 16
	.skip	4096
stack_end:

	.section .note.GNU-stack, "", @progbits
