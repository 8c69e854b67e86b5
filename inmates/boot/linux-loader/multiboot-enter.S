/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * multiboot_enter(entry, info): out of 64-bit mode into a program that expects
 * flat segments of 32 bits, no paging, EAX the magic number, and EBX where the information is.
 */

#include "leave-long-mode.h"

#define CR4_PAE		0x00000020
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
	leave_long_mode
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
