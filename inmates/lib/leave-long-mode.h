/* SPDX-License-Identifier: GPL-2.0-only */
/* Out of 64-bit mode, for assembly. */
#ifndef INMATE_LEAVE_LONG_MODE_H
#define INMATE_LEAVE_LONG_MODE_H

/*
 * In a 32-bit code segment, on memory that is mapped to the same addresses: no paging, and then no
 * long mode (SDM 3A 9.8.5.4). Changes EAX, ECX and EDX.
 */
	.macro leave_long_mode
	movl	%cr0, %eax
	andl	$~0x80000000, %eax		/* PG */
	movl	%eax, %cr0
	movl	$0xc0000080, %ecx		/* IA32_EFER */
	rdmsr
	andl	$~0x00000100, %eax		/* LME */
	wrmsr
	.endm

#endif
