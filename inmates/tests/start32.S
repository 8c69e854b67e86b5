/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Plays a loader that knows protected mode only: enters it with a table of its own, and
 * jumps to the 32-bit entry of the image.
 */
#define IMAGE_BASE	0xf0000
#define LOADER_CODE	0x20
#define LOADER_DATA	0x18

	.section .boot, "ax"
	.code16
	.globl	inmate_reset
inmate_reset:
	lgdtl	%cs:loader_gdt_pointer - IMAGE_BASE
	movl	%cr0, %eax
	orl	$1, %eax
	movl	%eax, %cr0
	ljmpl	$LOADER_CODE, $loader32

	.code32
loader32:
	movl	$LOADER_DATA, %eax
	movl	%eax, %ds
	movl	%eax, %es
	movl	%eax, %ss
	/* Nothing of this may matter. */
	movl	$0xdeadbeef, %ebp
	movl	$0xdeadbeef, %esp
	std
	movl	$IMAGE_BASE + 16, %eax
	jmp	*%eax

	.balign	8
loader_gdt:
	.quad	0, 0, 0
	.quad	0x00cf93000000ffff	/* LOADER_DATA */
	.quad	0x00cf9b000000ffff	/* LOADER_CODE */
loader_gdt_end:
loader_gdt_pointer:
	.word	loader_gdt_end - loader_gdt - 1
	.long	loader_gdt

	.section .note.GNU-stack, "", @progbits
