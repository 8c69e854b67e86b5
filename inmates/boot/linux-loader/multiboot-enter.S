/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * multiboot_enter(entry, info): out of 64-bit mode (SDM 3A 9.8.5.4) into a program that expects
 * flat segments of 32 bits, no paging, EAX the magic number, and EBX where the information is.
 */

#define CR0_PG		0x80000000
#define CR4_PAE		0x00000020
#define MSR_EFER	0xc0000080
#define EFER_LME	0x00000100
#define MAGIC		0x2badb002

	.text
	.globl	multiboot_enter
multiboot_enter:
	cli
	cld
	movl	%edi, %ebp
	movl	%esi, %ebx
	lgdt	gdt_pointer
	pushq	$0x08
	pushq	$flat
	lretq

	.code32
flat:
	movl	$0x10, %eax
	movl	%eax, %ds
	movl	%eax, %es
	movl	%eax, %fs
	movl	%eax, %gs
	movl	%eax, %ss
	movl	%cr0, %eax
	andl	$~CR0_PG, %eax
	movl	%eax, %cr0
	movl	$MSR_EFER, %ecx
	rdmsr
	andl	$~EFER_LME, %eax
	wrmsr
	movl	%cr4, %eax
	andl	$~CR4_PAE, %eax
	movl	%eax, %cr4
	movl	$MAGIC, %eax
	jmp	*%ebp

	.section .rodata, "a"
	.balign 8
gdt:
	.quad	0, 0x00cf9b000000ffff, 0x00cf93000000ffff
gdt_pointer:
	.word	gdt_pointer - gdt - 1
	.quad	gdt

	.section .note.GNU-stack, "", @progbits
