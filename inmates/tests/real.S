/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Before the library starts, in real mode: what the hypervisor answers with an exception
 * has to come without an error code there, and through the interrupt vector table.
 *
 * real_faults		bytes, the vector that each of the instructions raised, 0 for none
 */
#define IMAGE_BASE	0xf0000
#define IMAGE_SEGMENT	0xf000
#define AT(symbol)	%cs:symbol - IMAGE_BASE
#define STACK_TOP	0x8000
#define NO_HYPERCALL	0x7fffffff

#define MSR_NOT_GRANTED	0x1a2
#define CR4_VMXE	0x2000
#define PORT_DIAGNOSTIC	0x80

/* The ends of their names, "cAMD" and "uine". */
#define VENDOR_AMD	0x444d4163
#define VENDOR_HYGON	0x656e6975
#define VMCALL_LAST_BYTE	0xc1
#define VMMCALL_LAST_BYTE	0xd9

	/* Vector @vector leads to @handler. */
	.macro	vector number, handler
	movl	$(IMAGE_SEGMENT << 16), %eax
	movw	$\handler - IMAGE_BASE, %ax
	movl	%eax, %ds:4 * \number
	.endm

	/* One instruction, and the byte that tells what became of it. */
	.macro	probe instruction:vararg
	movw	$771f - IMAGE_BASE, %bp
	xorw	%di, %di
	\instruction
771:	movl	%edi, %eax
	movb	%al, AT(real_faults)(%si)
	incw	%si
	.endm

	.macro	hypercall
	.byte	0x0f, 0x01
hypercall_last_byte:
	.byte	VMCALL_LAST_BYTE
	.endm

	.section .boot, "ax"
	.code16
	.globl	inmate_reset
inmate_reset:
	/* The other CPUs of the cell may be here as well. */
	movl	$1, %eax
	lock xaddl %eax, AT(taken)
	testl	%eax, %eax
	jnz	start16
	xorl	%eax, %eax
	movw	%ax, %ds
	movw	%ax, %es
	movw	%ax, %ss
	movl	$STACK_TOP, %esp
	vector	6, raised_ud
	vector	13, raised_gp

	/* VMCALL becomes VMMCALL: they differ in their last byte. */
	xorl	%eax, %eax
	cpuid
	cmpl	$VENDOR_AMD, %ecx
	je	1f
	cmpl	$VENDOR_HYGON, %ecx
	jne	2f
1:	movb	$VMMCALL_LAST_BYTE, AT(hypercall_last_byte)
2:	xorl	%esi, %esi

	movl	$MSR_NOT_GRANTED, %ecx
	probe	rdmsr
	probe	wrmsr
	probe	vmxoff
	probe	.byte 0x0f, 0x37			/* GETSEC */
	movl	$CR4_VMXE, %eax
	probe	movl %eax, %cr4
	movl	$NO_HYPERCALL, %eax
	probe	hypercall
	probe	outb %al, $PORT_DIAGNOSTIC
	movl	$1, %eax
	xorl	%ecx, %ecx
	probe	cpuid
	probe	wbinvd
	movl	%esp, AT(real_stack)
	jmp	start16

raised_ud:
	movw	$6, %di
	jmp	1f
raised_gp:
	movw	$13, %di
1:	pushw	%bp
	movw	%sp, %bp
	popw	2(%bp)				/* go on at what was in BP */
	iretw

	.balign	4
	.globl	real_faults, real_stack
taken:
	.long	0
real_stack:
	.long	0
real_faults:
	.fill	16, 1, 0xff

	.section .note.GNU-stack, "", @progbits
