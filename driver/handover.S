/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The crossing between Linux and the hypervisor. Linux maps nothing of the hypervisor
 * as executable; the hypervisor maps nothing of Linux at all. Both meet on the
 * transition page table, whose kernel half is Linux's (so stack, IDT, GS and this text
 * stay where they are), and whose lower half holds the hypervisor.
 *
 * With CR4.LASS, supervisor mode cannot use the lower half at all, and with CR4.CET it finds
 * no ENDBR64 there: both are off from before the first step into the lower half until after
 * the last one out of it. The rest of CR4 is not touched: with CR4.PCIDE, the transition
 * table has PCID 0, which Linux does not use for itself while PCIDs are on. Loading CR3 flushes
 * what the TLB holds for the PCID that is loaded; the hypervisor's entries are not global.
 */
#include <linux/linkage.h>
#include <asm/alternative.h>
#include <asm/asm.h>
#include <asm/cpufeatures.h>
#include <asm/frame.h>
#include <asm/nospec-branch.h>

#define CR4_CET_BIT	23
#define CR4_LASS_BIT	27

	.text

/* CR4 as it was stays in \saved. Clobbers RAX. */
.macro open_lower_half saved:req
	movq	%cr4, \saved
	movq	\saved, %rax
	btrq	$CR4_CET_BIT, %rax
	btrq	$CR4_LASS_BIT, %rax
	movq	%rax, %cr4
.endm

/*
 * int jh_handover_enter(u64 transition_cr3, u64 entry, unsigned int cpu)
 *
 * Calls entry(cpu) on the transition table and returns its result. When that is 0, the
 * CPU comes out of the call as a guest of the hypervisor. Interrupts are off.
 */
SYM_FUNC_START(jh_handover_enter)
	pushq	%rbp
	movq	%rsp, %rbp
	pushq	%rbx
	pushq	%r12
	pushq	%r13
	/* The kernel keeps stacks aligned to 8 bytes only; the hypervisor need not. */
	andq	$-16, %rsp
	open_lower_half %r13
	movq	%cr3, %rbx
	movq	%rdi, %cr3
	movl	%edx, %edi
	ANNOTATE_RETPOLINE_SAFE
	call	*%rsi
	testl	%eax, %eax
	jz	.Lentered
	/* A late failure leaves the hypervisor's TSS in TR, as leaving does. */
	movl	%eax, %r12d
	call	jh_restore_tr
	movl	%r12d, %eax
.Lentered:
	/* Loads the same value again if we are a guest now: harmless. */
	movq	%rbx, %cr3
	movq	%r13, %cr4
	leaq	-24(%rbp), %rsp
	popq	%r13
	popq	%r12
	popq	%rbx
	popq	%rbp
	RET
SYM_FUNC_END(jh_handover_enter)

/*
 * int jh_handover_leave(u64 num_cpus)
 *
 * Hypercall JAILHOUSE_HC_DISABLE (0). A CPU for which it succeeds continues behind
 * the call on the transition table, as a guest of nobody, with the hypervisor's TSS. TR
 * has to be set right before that table goes: an NMI takes its stack from the TSS.
 * Interrupts are off.
 */
SYM_FUNC_START(jh_handover_leave)
	FRAME_BEGIN
	pushq	%rbx
	pushq	%r12
	open_lower_half %r12
	movq	%cr3, %rbx
	xorl	%eax, %eax
	xorl	%esi, %esi
	ALTERNATIVE "vmcall", "vmmcall", X86_FEATURE_VMMCALL
	testl	%eax, %eax
	jnz	.Lstay
	call	jh_restore_tr
	movq	%rbx, %cr3
	xorl	%eax, %eax
.Lstay:
	movq	%r12, %cr4
	popq	%r12
	popq	%rbx
	FRAME_END
	RET
SYM_FUNC_END(jh_handover_leave)
