/* SPDX-License-Identifier: GPL-2.0-only */
/* The crossing between Linux and the hypervisor, and the hypervisor's vectors. */
#include "frames.h"
#include "layout.h"

	.text

/*
 * int entry(unsigned int cpu)
 *
 * Called by the driver on the transition page table. setup_cpu() comes back only if
 * it failed with everything of Linux still in place; otherwise Linux goes on behind
 * the driver's call, as a guest with EAX = 0 or, after a late failure, without a
 * hypervisor and with an errno.
 *
 * The driver has switched CET and LASS off.
 */
	.globl entry
entry:
	pushfq
	push_preserved
	mov	%rsp, %rsi
	mov	%rsp, %rbp
	and	$~15, %rsp
	call	setup_cpu
	mov	%rbp, %rsp
	pop_preserved
	popfq
	ret

/*
 * void switch_stack(void *stack_top, u64 cr3, void (*func)(void))
 *
 * Goes on at func() on a page table and a stack that come to be there together: GDT,
 * IDT and TSS are the hypervisor's already, so an NMI in between uses its IST stack.
 */
	.globl switch_stack
switch_stack:
	mov	%rsi, %cr3
	mov	%rdi, %rsp
	xor	%ebp, %ebp
	call	*%rdx
	ud2

/*
 * void linux_restore(const struct linux_state *state, u64 transition_cr3)
 *
 * Back to Linux; VMX is off, and so are interrupts. Only the transition table maps
 * @state, so CR3 comes first. The GDT comes before the IDT, so that an NMI never finds
 * Linux's handler on a foreign GDT, which it reads GS from.
 */
	.globl linux_restore
linux_restore:
	mov	%rsi, %cr3
	lgdt	LINUX_GDTR(%rdi)
	mov	LINUX_SS(%rdi), %ss
	mov	LINUX_DS(%rdi), %ds
	mov	LINUX_ES(%rdi), %es
	mov	LINUX_FS(%rdi), %fs
	mov	LINUX_GS(%rdi), %gs
	lldt	LINUX_LDTR(%rdi)

	mov	$0xc0000100, %ecx		/* IA32_FS_BASE */
	mov	LINUX_FS_BASE(%rdi), %eax
	mov	LINUX_FS_BASE + 4(%rdi), %edx
	wrmsr
	inc	%ecx				/* IA32_GS_BASE */
	mov	LINUX_GS_BASE(%rdi), %eax
	mov	LINUX_GS_BASE + 4(%rdi), %edx
	wrmsr

	mov	LINUX_CR0(%rdi), %rax
	mov	%rax, %cr0
	mov	LINUX_CR4(%rdi), %rax
	mov	%rax, %cr4
	mov	LINUX_RSP(%rdi), %rsp
	lidt	LINUX_IDTR(%rdi)

	/* An NMI that came since the hypervisor's IDT was loaded is Linux's. */
	cmpb	$0, LINUX_NMI(%rdi)
	je	1f
	int	$2
1:	push	LINUX_RIP(%rdi)
	push	LINUX_RFLAGS(%rdi)
	mov	LINUX_GPR + 0 * 8(%rdi), %rax
	mov	LINUX_GPR + 1 * 8(%rdi), %rcx
	mov	LINUX_GPR + 2 * 8(%rdi), %rdx
	mov	LINUX_GPR + 3 * 8(%rdi), %rbx
	mov	LINUX_GPR + 5 * 8(%rdi), %rbp
	mov	LINUX_GPR + 6 * 8(%rdi), %rsi
	mov	LINUX_GPR + 8 * 8(%rdi), %r8
	mov	LINUX_GPR + 9 * 8(%rdi), %r9
	mov	LINUX_GPR + 10 * 8(%rdi), %r10
	mov	LINUX_GPR + 11 * 8(%rdi), %r11
	mov	LINUX_GPR + 12 * 8(%rdi), %r12
	mov	LINUX_GPR + 13 * 8(%rdi), %r13
	mov	LINUX_GPR + 14 * 8(%rdi), %r14
	mov	LINUX_GPR + 15 * 8(%rdi), %r15
	mov	LINUX_GPR + 7 * 8(%rdi), %rdi
	popfq
	ret

/*
 * Exceptions of the hypervisor itself: one stub of 16 bytes a vector, which leaves
 * struct exception_frame on the stack. Vectors with an error code: SDM 3A table 6-1.
 */
#define HAS_ERROR_CODE(v) \
	((v) == 8 || ((v) >= 10 && (v) <= 14) || (v) == 17 || (v) == 21 || \
	 (v) == 29 || (v) == 30)

	.balign 16
	.globl exception_stubs
exception_stubs:
	.set	vector, 0
	.rept	32
	.balign	16
	.if	!(HAS_ERROR_CODE(vector))
	push	$0
	.endif
	push	$vector
	jmp	exception_common
	.set	vector, vector + 1
	.endr

exception_common:
	push_volatile
	mov	%rsp, %rdi
	cld
	call	exception_handle
	pop_volatile
	add	$16, %rsp
	iretq

/*
 * void take_interrupt(void): lets one pending interrupt in. STI takes effect behind the
 * instruction that follows it.
 */
	.globl take_interrupt, take_interrupt_end
take_interrupt:
	sti
	nop
	nop
	cli
	ret
take_interrupt_end:

/*
 * Any interrupt. The hypervisor takes them only while it drains the local APIC of a
 * CPU that changes its owner: acknowledged and forgotten.
 */
	.balign 16
	.globl interrupt_stub
interrupt_stub:
	push_volatile
	cld
	call	apic_eoi
	pop_volatile
	iretq

	.section .note.GNU-stack, "", @progbits
