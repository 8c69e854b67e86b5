/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The virtual machine control block: layout and bits (APM 2 appendix B), exit codes (appendix
 * C). What is not used here keeps its place by the reserved members around it, and is 0.
 */
#ifndef _SVM_VMCB_H
#define _SVM_VMCB_H

#include "types.h"

/* intercept_cr: reads of CRn are bit n, writes are bit 16 + n. */
#define INTERCEPT_CR_READ(n)		(1U << (n))
#define INTERCEPT_CR_WRITE(n)		(1U << (16 + (n)))

/* intercept_misc1 */
#define INTERCEPT_INTR			(1U << 0)
#define INTERCEPT_NMI			(1U << 1)
#define INTERCEPT_INIT			(1U << 3)
#define INTERCEPT_VINTR			(1U << 4)
#define INTERCEPT_CR0_SELECTIVE		(1U << 5)
#define INTERCEPT_RDPMC			(1U << 15)
#define INTERCEPT_CPUID			(1U << 18)
#define INTERCEPT_IRET			(1U << 20)
#define INTERCEPT_INVD			(1U << 22)
#define INTERCEPT_HLT			(1U << 24)
#define INTERCEPT_INVLPGA		(1U << 26)
#define INTERCEPT_IOIO			(1U << 27)
#define INTERCEPT_MSR			(1U << 28)
#define INTERCEPT_TASK_SWITCH		(1U << 29)
#define INTERCEPT_SHUTDOWN		(1U << 31)

/* intercept_misc2 */
#define INTERCEPT_VMRUN			(1U << 0)
#define INTERCEPT_VMMCALL		(1U << 1)
#define INTERCEPT_VMLOAD		(1U << 2)
#define INTERCEPT_VMSAVE		(1U << 3)
#define INTERCEPT_STGI			(1U << 4)
#define INTERCEPT_CLGI			(1U << 5)
#define INTERCEPT_SKINIT		(1U << 6)
#define INTERCEPT_WBINVD		(1U << 9)
#define INTERCEPT_MONITOR		(1U << 10)
#define INTERCEPT_MWAIT			(1U << 11)
#define INTERCEPT_MWAIT_ARMED		(1U << 12)
#define INTERCEPT_XSETBV		(1U << 13)
#define INTERCEPT_RDPRU			(1U << 14)

/* tlb_control */
#define TLB_NO_FLUSH			0
#define TLB_FLUSH_ALL			1
#define TLB_FLUSH_ASID			3

/* int_ctl */
#define INT_CTL_V_IRQ			BIT_ULL(8)
#define INT_CTL_V_IGN_TPR		BIT_ULL(20)

/* int_shadow */
#define INT_SHADOW			BIT_ULL(0)

/* np_control */
#define NP_ENABLE			BIT_ULL(0)
#define NP_INVLPGB			BIT_ULL(7)

/* event_inj and exit_int_info (APM 2 15.20, 15.7.2) */
#define EVENT_TYPE_NMI			(2ULL << 8)
#define EVENT_TYPE_EXCEPTION		(3ULL << 8)
#define EVENT_HAS_ERROR_CODE		BIT_ULL(11)
#define EVENT_VALID			BIT_ULL(31)
#define EVENT_ERROR_CODE_SHIFT		32

/* Access rights of a segment: bits 7 to 0 and 15 to 12 of a descriptor's, side by side. */
#define SEG_ATTR_TYPE			15
#define SEG_TYPE_TSS_16			1
#define SEG_TYPE_BUSY			2
#define SEG_ATTR_PRESENT		(1U << 7)
#define SEG_ATTR_LONG			(1U << 9)
#define SEG_ATTR_DEFAULT_32		(1U << 10)

struct vmcb_segment {
	u16 selector;
	u16 attr;
	u32 limit;
	u64 base;
};

/**
 * struct vmcb - one CPU's guest, as VMRUN takes it and #VMEXIT leaves it
 *
 * FS, GS, TR, LDTR, KERNEL_GS_BASE, STAR and its like and SYSENTER are exchanged by VMLOAD and
 * VMSAVE alone: while a guest runs, and between its exits, they are in the CPU.
 */
struct vmcb {
	u32 intercept_cr;
	u32 intercept_dr;
	u32 intercept_exceptions;
	u32 intercept_misc1;
	u32 intercept_misc2;
	u32 intercept_misc3;
	u8 reserved1[0x3c - 0x18];
	u16 pause_filter_threshold;
	u16 pause_filter_count;
	u64 iopm_base;
	u64 msrpm_base;
	u64 tsc_offset;
	u32 asid;
	u32 tlb_control;
	u64 int_ctl;
	u64 int_shadow;
	u64 exit_code;
	u64 exit_info1;
	u64 exit_info2;
	u64 exit_int_info;
	u64 np_control;
	u64 avic_apic_bar;
	u64 ghcb;
	u64 event_inj;
	u64 n_cr3;
	u64 lbr_control;
	u32 clean;
	u32 reserved2;
	u64 next_rip;
	u8 fetched_bytes[16];
	u8 reserved3[0x3e0 - 0xe0];
	/* For whoever wrote the rest: its own physical address, see exit_entry.S. */
	u64 own_hpa;
	u8 reserved4[0x400 - 0x3e8];

	struct vmcb_segment es, cs, ss, ds, fs, gs, gdtr, ldtr, idtr, tr;
	u8 reserved5[0x4cb - 0x4a0];
	u8 cpl;
	u32 reserved6;
	u64 efer;
	u8 reserved7[0x548 - 0x4d8];
	u64 cr4;
	u64 cr3;
	u64 cr0;
	u64 dr7;
	u64 dr6;
	u64 rflags;
	u64 rip;
	u8 reserved8[0x5d8 - 0x580];
	u64 rsp;
	u64 s_cet;
	u64 ssp;
	u64 isst;
	u64 rax;
	u64 star;
	u64 lstar;
	u64 cstar;
	u64 sfmask;
	u64 kernel_gs_base;
	u64 sysenter_cs;
	u64 sysenter_esp;
	u64 sysenter_eip;
	u64 cr2;
	u8 reserved9[0x668 - 0x648];
	u64 pat;
	u64 debugctl;
	u8 reserved10[0x6e0 - 0x678];
	u64 spec_ctrl;
	u8 reserved11[0x1000 - 0x6e8];
};

#define VMCB_OFFSET(member, offset) \
	static_assert(offsetof(struct vmcb, member) == (offset))
VMCB_OFFSET(intercept_misc3, 0x014);
VMCB_OFFSET(pause_filter_count, 0x03e);
VMCB_OFFSET(iopm_base, 0x040);
VMCB_OFFSET(tsc_offset, 0x050);
VMCB_OFFSET(asid, 0x058);
VMCB_OFFSET(tlb_control, 0x05c);
VMCB_OFFSET(int_ctl, 0x060);
VMCB_OFFSET(int_shadow, 0x068);
VMCB_OFFSET(exit_code, 0x070);
VMCB_OFFSET(exit_int_info, 0x088);
VMCB_OFFSET(np_control, 0x090);
VMCB_OFFSET(event_inj, 0x0a8);
VMCB_OFFSET(n_cr3, 0x0b0);
VMCB_OFFSET(clean, 0x0c0);
VMCB_OFFSET(next_rip, 0x0c8);
VMCB_OFFSET(own_hpa, 0x3e0);
VMCB_OFFSET(es, 0x400);
VMCB_OFFSET(gdtr, 0x460);
VMCB_OFFSET(idtr, 0x480);
VMCB_OFFSET(tr, 0x490);
VMCB_OFFSET(cpl, 0x4cb);
VMCB_OFFSET(efer, 0x4d0);
VMCB_OFFSET(cr4, 0x548);
VMCB_OFFSET(cr0, 0x558);
VMCB_OFFSET(dr6, 0x568);
VMCB_OFFSET(rflags, 0x570);
VMCB_OFFSET(rip, 0x578);
VMCB_OFFSET(rsp, 0x5d8);
VMCB_OFFSET(s_cet, 0x5e0);
VMCB_OFFSET(rax, 0x5f8);
VMCB_OFFSET(star, 0x600);
VMCB_OFFSET(kernel_gs_base, 0x620);
VMCB_OFFSET(sysenter_eip, 0x638);
VMCB_OFFSET(cr2, 0x640);
VMCB_OFFSET(pat, 0x668);
VMCB_OFFSET(debugctl, 0x670);
VMCB_OFFSET(spec_ctrl, 0x6e0);
static_assert(sizeof(struct vmcb) == 0x1000);
#undef VMCB_OFFSET

/* Exit codes. */
#define EXIT_CR_READ(n)			(n)
#define EXIT_CR_WRITE(n)		(0x10 + (n))
#define EXIT_EXCEPTION(vector)		(0x40 + (vector))
#define EXIT_LAST_EXCEPTION		0x5f
#define EXIT_INTR			0x60
#define EXIT_NMI			0x61
#define EXIT_INIT			0x63
#define EXIT_VINTR			0x64
#define EXIT_CR0_SELECTIVE		0x65
#define EXIT_RDPMC			0x6f
#define EXIT_CPUID			0x72
#define EXIT_IRET			0x74
#define EXIT_INVD			0x76
#define EXIT_HLT			0x78
#define EXIT_INVLPGA			0x7a
#define EXIT_IOIO			0x7b
#define EXIT_MSR			0x7c
#define EXIT_TASK_SWITCH		0x7d
#define EXIT_SHUTDOWN			0x7f
#define EXIT_VMRUN			0x80
#define EXIT_VMMCALL			0x81
#define EXIT_VMLOAD			0x82
#define EXIT_VMSAVE			0x83
#define EXIT_STGI			0x84
#define EXIT_CLGI			0x85
#define EXIT_SKINIT			0x86
#define EXIT_WBINVD			0x89
#define EXIT_MONITOR			0x8a
#define EXIT_MWAIT			0x8b
#define EXIT_MWAIT_ARMED		0x8c
#define EXIT_XSETBV			0x8d
#define EXIT_RDPRU			0x8e
#define EXIT_NPF			0x400
#define EXIT_INVALID			(~0ULL)

/* exit_info1 of EXIT_MSR: WRMSR. */
#define MSR_INFO_WRITE			BIT_ULL(0)

/* exit_info1 of EXIT_IOIO (APM 2 15.10.2); exit_info2 is where the next instruction is. */
#define IO_INFO_IN			BIT_ULL(0)
#define IO_INFO_STRING			BIT_ULL(2)
#define IO_INFO_REP			BIT_ULL(3)
#define IO_INFO_WIDTH(info)		((unsigned int)((info) >> 4 & 7))
#define IO_INFO_ADDRESS_SIZE(info)	((unsigned int)((info) >> 7 & 7) * 2)
#define IO_INFO_PORT(info)		((u16)((info) >> 16))

/* exit_info1 of EXIT_NPF (APM 2 15.25.6); exit_info2 is the guest-physical address. */
#define NPF_WRITE			BIT_ULL(1)
#define NPF_FETCH			BIT_ULL(4)
#define NPF_FINAL			BIT_ULL(32)

#endif
