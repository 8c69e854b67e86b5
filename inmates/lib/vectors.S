/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * One entry for each of the 256 vectors, VECTOR_STUB_SIZE bytes apart. All leave the
 * same frame on the stack, struct frame of inmate.h, and call int_dispatch() with it;
 * the handler may change the frame.
 */

#include "inmate-asm.h"

#define VECTOR_STUB_SIZE	16

/* What FXSAVE writes, to a multiple of 16: x87 and SSE registers (SDM 1 10.5.1). */
#define FXSAVE_SIZE		512

/* What XSAVE writes of x87, SSE and AVX: the same, a header of 64 bytes, and 256 (SDM 1 13.4). */
#define XSAVE_SIZE		832
#define XSAVE_HEADER		512
#define XSAVE_ALL		7

/* Exceptions for which the CPU pushes an error code: 8, 10-14, 17, 21, 29, 30. */
#define HAS_ERROR_CODE		0x60227d00

	.text
	.globl	vector_stubs
	.balign	VECTOR_STUB_SIZE
vector_stubs:
	vector = 0
	.rept	256
	.balign	VECTOR_STUB_SIZE
	has_error_code = 0
	.if	vector < 32
	has_error_code = (HAS_ERROR_CODE >> vector) & 1
	.endif
	.if	!has_error_code
	pushq	$0
	.endif
	pushq	$vector
	jmp	common
	vector = vector + 1
	.endr

	/* The CPU aligned the stack to 16 and pushed 40 bytes; 136 follow. */
common:
	pushq	%rax
	pushq	%rbx
	pushq	%rcx
	pushq	%rdx
	pushq	%rsi
	pushq	%rdi
	pushq	%rbp
	pushq	%r8
	pushq	%r9
	pushq	%r10
	pushq	%r11
	pushq	%r12
	pushq	%r13
	pushq	%r14
	pushq	%r15
	cld
	movq	%rsp, %rdi
	cmpb	$0, inmate_fpu
	jne	with_fpu
	call	int_dispatch
restore:
	popq	%r15
	popq	%r14
	popq	%r13
	popq	%r12
	popq	%r11
	popq	%r10
	popq	%r9
	popq	%r8
	popq	%rbp
	popq	%rdi
	popq	%rsi
	popq	%rdx
	popq	%rcx
	popq	%rbx
	popq	%rax
	addq	$16, %rsp		/* vector and error code */
	iretq

	/* A handler may use the registers in which what it interrupted computes. */
with_fpu:
	cmpb	$INMATE_AVX, inmate_fpu
	je	with_avx
	subq	$FXSAVE_SIZE, %rsp
	fxsave64 (%rsp)
	call	int_dispatch
	fxrstor64 (%rsp)
	addq	$FXSAVE_SIZE, %rsp
	jmp	restore

	/* To a multiple of 64. What XSAVE leaves alone of the header must be 0 for XRSTOR. */
with_avx:
	movq	%rsp, %rbx
	subq	$XSAVE_SIZE, %rsp
	andq	$-64, %rsp
	xorl	%eax, %eax
	xorl	%edx, %edx
	offset = 0
	.rept	8
	movq	%rax, XSAVE_HEADER + offset(%rsp)
	offset = offset + 8
	.endr
	movl	$XSAVE_ALL, %eax
	xsave64	(%rsp)
	call	int_dispatch
	movl	$XSAVE_ALL, %eax
	xorl	%edx, %edx
	xrstor64 (%rsp)
	movq	%rbx, %rsp
	jmp	restore

	.section .note.GNU-stack, "", @progbits
