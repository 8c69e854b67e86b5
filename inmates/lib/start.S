/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * From reset to 64-bit C code. Three ways in:
 *
 * inmate_reset	16 bit, CS base 0xf0000: the reset vector jumps here. All CPUs of a
 *		cell may come at once: the first goes on, the others note their APIC
 *		id and wait for INIT and SIPI.
 * image + 0	16 bit, CS base 0xf0000, IP 0: SIPI with vector 0xf0. Calls smp_main()
 *		on smp_stack.
 * image + 16	32 bit, flat segments, paging off, interrupts off: for a loader that
 *		enters in protected mode. Goes on like the first CPU.
 *
 * SDM 3A 9.9.2 (protected mode), 9.8.5 (64-bit mode).
 */

#include "inmate-asm.h"

#define CR0_PE		0x00000001
#define CR0_NW_CD	0x60000000
#define CR0_PG		0x80000000
#define CR4_PAE		0x00000020
#define MSR_EFER	0xc0000080
#define EFER_LME	0x00000100

#define CODE32		0x08
#define DATA		0x10
#define CODE64		0x18

#define PAGE_PRESENT	0x001
#define PAGE_WRITE	0x002
#define PAGE_UNCACHED	0x018
#define PAGE_LARGE	0x080

#define OFFSET(symbol)	((symbol) - image_start)

	.section .reset, "ax"
	.code16
	ljmpw	$0xf000, $reset_offset

	.section .boot, "ax"
	.code16
image_start:
	cli
	movl	$1, %ebp		/* not the first CPU */
	jmp	enter32

	.org	image_start + 0x10
	.code32
entry32:
	cli
	xorl	%ebp, %ebp
	jmp	start32

	.code16
	/* An inmate may bring its own; it ends with a jump to start16. */
	.weak	inmate_reset
	.globl	start16
inmate_reset:
start16:
	cli
	cld
	movl	$1, %eax
	cpuid
	shrl	$24, %ebx		/* APIC id */
	/*
	 * These are in the image, which every load writes anew, and not in .bss,
	 * which is zeroed later. In a real ROM the count stays 0, but there only
	 * one CPU comes out of reset.
	 */
	movl	$1, %esi
	lock xaddl %esi, %cs:OFFSET(boot_cpus)
	cmpl	$MAX_REPORTED, %esi
	jae	park
	movb	%bl, %cs:OFFSET(boot_apic_ids)(%si)
	movl	%esi, %ebp
	testl	%esi, %esi
	jz	enter32
park:
	hlt
	jmp	park

enter32:
	lgdtl	%cs:OFFSET(gdt_pointer)
	movl	%cr0, %eax
	andl	$~CR0_NW_CD, %eax
	orl	$CR0_PE, %eax
	movl	%eax, %cr0
	ljmpl	$CODE32, $start32

	/* EBP: 0 on the first CPU */
	.code32
start32:
	/* CS is flat here, DS may still be what it was in real mode. */
	lgdtl	%cs:gdt_pointer
	ljmp	$CODE32, $1f
1:	movl	$DATA, %eax
	movl	%eax, %ds
	movl	%eax, %es
	movl	%eax, %ss
	movl	%eax, %fs
	movl	%eax, %gs
	testl	%ebp, %ebp
	jnz	enter64

	cld
	movl	$data_load, %esi
	movl	$data_start, %edi
	movl	$data_size, %ecx
	rep movsb
	movl	$bss_start, %edi
	movl	$bss_size, %ecx
	shrl	$2, %ecx
	xorl	%eax, %eax
	rep stosl

	/* Four directories of 2 MiB pages map 4 GiB to themselves. */
	movl	$page_directories, %edi
	movl	$(PAGE_PRESENT | PAGE_WRITE | PAGE_LARGE), %eax
2:	cmpl	$0xc0000000, %eax	/* from 3 GiB on: device registers */
	jb	3f
	orl	$PAGE_UNCACHED, %eax
3:	movl	%eax, (%edi)
	addl	$8, %edi
	addl	$0x200000, %eax
	jnc	2b

	movl	$page_directories + (PAGE_PRESENT | PAGE_WRITE), %eax
	xorl	%ecx, %ecx
4:	movl	%eax, page_pointers(, %ecx, 8)
	addl	$0x1000, %eax
	incl	%ecx
	cmpl	$4, %ecx
	jb	4b
	movl	$page_pointers + (PAGE_PRESENT | PAGE_WRITE), page_root

enter64:
	movl	%cr4, %eax
	orl	$CR4_PAE, %eax
	movl	%eax, %cr4
	movl	$page_root, %eax
	movl	%eax, %cr3
	movl	$MSR_EFER, %ecx
	rdmsr
	orl	$EFER_LME, %eax
	wrmsr
	movl	%cr0, %eax
	andl	$~CR0_NW_CD, %eax
	orl	$CR0_PG, %eax
	movl	%eax, %cr0
	ljmp	$CODE64, $start64

	.code64
start64:
	xorl	%eax, %eax
	movl	%eax, %ds
	movl	%eax, %es
	movl	%eax, %ss
	movl	%eax, %fs
	movl	%eax, %gs
	testl	%ebp, %ebp
	jnz	5f
	movl	$first_stack + STACK_SIZE, %esp
	call	first_main
5:	movq	smp_stack, %rsp
	call	smp_main

	.balign 8
	/* Accessed bits are set: in a ROM the CPU could not set them. */
gdt:
	.quad	0
	.quad	0x00cf9b000000ffff	/* CODE32 */
	.quad	0x00cf93000000ffff	/* DATA */
	.quad	0x00af9b000000ffff	/* CODE64 */
gdt_end:
gdt_pointer:
	.word	gdt_end - gdt - 1
	.long	gdt

	.balign 4
	.globl	boot_cpus, boot_apic_ids
boot_cpus:
	.long	0
boot_apic_ids:
	.fill	MAX_REPORTED, 1, NO_APIC_ID

	.bss
	.balign 4096
	.globl	page_root, page_pointers
page_root:
	.skip	4096
page_pointers:
	.skip	4096
page_directories:
	.skip	4 * 4096
	.balign 16
first_stack:
	.skip	STACK_SIZE

	.section .note.GNU-stack, "", @progbits
