/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Virtual addresses of the running hypervisor, all within 2 GiB of its text, so that
 * one instruction reaches any of it:
 *
 *	HV_BASE			hypervisor memory, linear, without the per-CPU areas
 *	HV_PERCPU_BASE		what is private to the CPU: its data, its stacks, a window
 *				to any page, and pages of the cells that a link connects
 *	HV_REMAP_BASE		device registers
 *	HV_SCREEN_BASE		the screen, if it is the debug console
 *
 * Also read by the assembler and the linker.
 */
#ifndef _X86_LAYOUT_H
#define _X86_LAYOUT_H

#define HV_BASE			0x8000000000
#define HV_MAX_SIZE		0x40000000
#define HV_PERCPU_BASE		0x8040000000
#define HV_REMAP_BASE		0x8080000000
#define HV_REMAP_PAGES		64
#define HV_SCREEN_BASE		0x80a0000000

/* Physical pages of a CPU's private area, and where they are mapped. */
#define PERCPU_PAGE_VENDOR	0	/* and 1, see vendor_cpu.h */
#define PERCPU_PAGE_DATA	2
#define PERCPU_PAGE_STACK	3
#define PERCPU_PAGE_HANDOVER	4
#define PERCPU_PAGES		5
#define PERCPU_SIZE		(PERCPU_PAGES * 0x1000)

/*
 * An unmapped page lies below each page that a stack begins in, and between the others.
 * What is needed during the handover, too, has an address of its own for each CPU, where
 * the transition table has it as well.
 */
#define PERCPU_VA_DATA		0x1000
#define PERCPU_VA_STACK		0x3000
#define PERCPU_VA_STACK_TOP	0x4000
#define PERCPU_VA_WINDOW	0x5000
#define PERCPU_VA_VENDOR	0x7000	/* if the vendor wants one of its pages mapped */
#define PERCPU_VA_KEPT		0x9000	/* see exits/guest_pages.h */
#define PERCPU_KEPT_PAGES	12
#define PERCPU_VA_LINK		0x15000	/* ARCH_LINK_WINDOWS pages */
#define PERCPU_VA_HANDOVER	0x25000
#define PERCPU_HANDOVER_STEP	0x2000

/* struct insn_regs, at the top of the stack during an exit; percpu.h checks it. */
#define GUEST_REGS_SIZE		144

/* Selectors. The code selector has to be Linux's __KERNEL_CS (see exceptions.c). */
#define HV_CS			0x10
#define HV_DS			0x18
#define HV_TSS			0x40

/* struct linux_state, for the assembler; percpu.h checks it. */
#define LINUX_CR0		0
#define LINUX_CR4		8
#define LINUX_TRANSITION_CR3	16
#define LINUX_FS_BASE		24
#define LINUX_GS_BASE		32
#define LINUX_RIP		40
#define LINUX_RSP		48
#define LINUX_RFLAGS		56
#define LINUX_GPR		64
#define LINUX_GDTR		192
#define LINUX_IDTR		202
#define LINUX_LDTR		212
#define LINUX_DS		214
#define LINUX_ES		216
#define LINUX_FS		218
#define LINUX_GS		220
#define LINUX_SS		222
#define LINUX_NMI		224

#endif
