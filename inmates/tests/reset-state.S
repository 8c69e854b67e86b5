/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Stores what the first CPU has in its registers at reset, before the library changes
 * them: in the image, because CS is the only segment that is known.
 */
#define IMAGE_BASE	0xf0000
#define AT(symbol)	%cs:symbol - IMAGE_BASE

	.section .boot, "ax"
	.code16
	.globl	inmate_reset
inmate_reset:
	movl	%eax, AT(reset_gprs)
	/* The other CPUs of the cell may be here as well. */
	movl	$1, %eax
	lock xaddl %eax, AT(taken)
	testl	%eax, %eax
	jnz	start16
	movl	%ebx, AT(reset_gprs) + 4
	movl	%ecx, AT(reset_gprs) + 8
	movl	%edx, AT(reset_gprs) + 12
	movl	%esi, AT(reset_gprs) + 16
	movl	%edi, AT(reset_gprs) + 20
	movl	%ebp, AT(reset_gprs) + 24
	movl	%esp, AT(reset_gprs) + 28
	movl	%cr0, %eax
	movl	%eax, AT(reset_crs)
	movl	%cr2, %eax
	movl	%eax, AT(reset_crs) + 4
	movl	%cr3, %eax
	movl	%eax, AT(reset_crs) + 8
	movl	%cr4, %eax
	movl	%eax, AT(reset_crs) + 12
	movw	%cs, AT(reset_segments)
	movw	%ds, AT(reset_segments) + 2
	movw	%es, AT(reset_segments) + 4
	movw	%ss, AT(reset_segments) + 6
	movw	%fs, AT(reset_segments) + 8
	movw	%gs, AT(reset_segments) + 10
	sgdtl	AT(reset_gdtr)
	sidtl	AT(reset_idtr)
	/* Now a stack: SS has base 0 from here on, whatever it had. */
	xorl	%eax, %eax
	movl	%eax, %ss
	movl	$0x8000, %esp
	pushfl
	popl	AT(reset_flags)
	jmp	start16

	.balign	4
	.globl	reset_gprs, reset_crs, reset_segments, reset_gdtr, reset_idtr, reset_flags
taken:
	.long	0
reset_gprs:
	.skip	8 * 4
reset_crs:
	.skip	4 * 4
reset_segments:
	.skip	6 * 2
reset_gdtr:
	.skip	8
reset_idtr:
	.skip	8
reset_flags:
	.skip	4

	.section .note.GNU-stack, "", @progbits
