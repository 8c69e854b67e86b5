/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * All CPUs of a cell may come out of reset at once, and the library goes on with whichever is the
 * first. Linux has to start on the one that is marked as the bootstrap processor in its
 * IA32_APIC_BASE (SDM 3A 10.4.4): on another one, kernels from 6.9 on take themselves for a crash
 * kernel, and use no other CPU. So the others wait here until that one has come.
 */
#define IMAGE_BASE	0xf0000
#define AT(symbol)	%cs:symbol - IMAGE_BASE

#define MSR_IA32_APIC_BASE	0x1b
#define APIC_BASE_BSP		0x100

	.section .boot, "ax"
	.code16
	.globl	inmate_reset
inmate_reset:
	/* A restart is a jump to here, by whichever CPU: entered.S */
	cmpl	$0, AT(linux_entered)
	jne	start16
	movl	$MSR_IA32_APIC_BASE, %ecx
	rdmsr
	testl	$APIC_BASE_BSP, %eax
	jnz	start16
1:	pause
	cmpl	$0, AT(boot_cpus)
	je	1b
	jmp	start16

	.section .note.GNU-stack, "", @progbits
