/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * From reset to C, as inmates of Jailhouse do it: in real mode at 0, and on with MTRRs before
 * there is an interrupt descriptor table. All CPUs come at once; the first goes on, the others
 * leave their APIC ids and wait for INIT, and for SIPI with vector 0. BITS is 32 or 64.
 */
#define CODE32		0x08
#define DATA		0x10
#define CODE64		0x18

#define MSR_DEF_TYPE	0x2ff
#define MTRR_ENABLE	0x800
#define MSR_EFER	0xc0000080
#define EFER_LME	0x100
#define CR4_PAE		0x20
#define CR0_PG		0x80000000
#define STACK_SIZE	4096

	.section .start, "ax"
	.code16
start:
	cmpl	$0, %cs:cpu_wanted
	jne	1f
	movl	$1, %eax
	cpuid
	shrl	$24, %ebx
	movl	$1, %esi
	lock xaddl %esi, %cs:cpus_present
	movb	%bl, %cs:apic_ids(%si)
	testl	%esi, %esi
	jz	1f
0:	hlt
	jmp	0b

1:	lgdtl	%cs:gdt_pointer
	movl	%cr0, %eax
	orb	$1, %al
	movl	%eax, %cr0
	ljmpl	$CODE32, $start32

	.code32
start32:
	movl	$DATA, %eax
	movl	%eax, %ds
	movl	%eax, %es
	movl	%eax, %ss

	/* No exception may come here. */
	movl	$MSR_DEF_TYPE, %ecx
	rdmsr
	orl	$MTRR_ENABLE, %eax
	wrmsr

#if BITS == 64
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
	orl	$CR0_PG, %eax
	movl	%eax, %cr0
	ljmp	$CODE64, $2f
	.code64
2:
#endif
	movl	$first_stack + STACK_SIZE, %esp
	cmpl	$0, cpu_wanted
	je	foreign_main
	movl	$second_stack + STACK_SIZE, %esp
	jmp	second_main

	/* The timer's, and the one that a CPU sends to itself. */
	.globl	interrupt_entry
interrupt_entry:
#if BITS == 64
	push	%rax
	push	%rcx
	push	%rdx
#else
	push	%eax
	push	%ecx
	push	%edx
#endif
	lock incl interrupts
	movl	$0x80b, %ecx
	xorl	%eax, %eax
	xorl	%edx, %edx
	wrmsr
#if BITS == 64
	pop	%rdx
	pop	%rcx
	pop	%rax
	iretq
#else
	pop	%edx
	pop	%ecx
	pop	%eax
	iretl
#endif

	.balign	8
gdt:
	.quad	0
	.quad	0x00cf9b000000ffff	/* CODE32 */
	.quad	0x00cf93000000ffff	/* DATA */
	.quad	0x00af9b000000ffff	/* CODE64 */
gdt_end:
gdt_pointer:
	.word	gdt_end - gdt - 1
	.long	gdt
	.balign	4
	.globl	cpu_wanted, cpus_present, apic_ids, interrupts
cpu_wanted:
	.long	0
cpus_present:
	.long	0
interrupts:
	.long	0
apic_ids:
	.fill	16, 1, 0xff

	/* What is loaded over it later has to win. */
	.section .parameters, "a"
	.fill	0x1000, 1, 'x'

	.data
	.balign	4096
#if BITS == 64
page_root:
	.quad	page_pointers + 3
	.fill	511, 8, 0
page_pointers:
	.quad	page_directory + 3
	.fill	511, 8, 0
page_directory:
	.set	at, 0
	.rept	512
	.quad	at + 0x83
	.set	at, at + 0x200000
	.endr
#endif
first_stack:
	.skip	STACK_SIZE
second_stack:
	.skip	STACK_SIZE

	.section .note.GNU-stack, "", @progbits
