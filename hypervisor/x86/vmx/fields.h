/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * VMCS fields and the bits in them (SDM 3D appendix B, SDM 3C chapter 25). A field is a
 * type of its own, so that a value cannot be passed where a field is meant, and there is one for
 * each width, so that access.h can take a field by the accessor of its width only.
 */
#ifndef _VMX_FIELDS_H
#define _VMX_FIELDS_H

#include "types.h"

struct vmcs_field16 {
	u16 encoding;
};

struct vmcs_field32 {
	u16 encoding;
};

struct vmcs_field64 {
	u16 encoding;
};

/* 64 bits wide on a CPU that has them (SDM 3C 25.11.2). */
struct vmcs_natural {
	u16 encoding;
};

/* Where fields of all widths meet: in tables, and in the instructions. */
union vmcs_any {
	struct vmcs_field16 w16;
	struct vmcs_field32 w32;
	struct vmcs_field64 w64;
	struct vmcs_natural natural;
	u16 encoding;
};

/*
 * Initializers of the above, of a @field of that width. A number would become the member of the
 * struct without a word, since its braces may be left out: it has no member to take the size of.
 */
#define VMCS_ONLY_FIELD(field)	__builtin_choose_expr(sizeof((field).encoding), (field), 0)
#define VMCS_ANY16(field)	{ .w16 = VMCS_ONLY_FIELD(field) }
#define VMCS_ANY32(field)	{ .w32 = VMCS_ONLY_FIELD(field) }
#define VMCS_ANY64(field)	{ .w64 = VMCS_ONLY_FIELD(field) }
#define VMCS_ANY_NATURAL(field)	{ .natural = VMCS_ONLY_FIELD(field) }

/*
 * @encoding, which has to be that of a field of this width, as bits 14:13 tell it, and of all
 * of the field: bit 0 would stand for the upper half (SDM 3D appendix B).
 */
#define VMCS_ENCODING(encoding, width)							\
	((encoding) + (int)sizeof(struct {						\
		static_assert(((encoding) & ~0x0ffeU) == (width) << 13, "width of a VMCS field"); \
	}))

#define VMCS_FIELD16(encoding)	((struct vmcs_field16){ VMCS_ENCODING(encoding, 0U) })
#define VMCS_FIELD64(encoding)	((struct vmcs_field64){ VMCS_ENCODING(encoding, 1U) })
#define VMCS_FIELD32(encoding)	((struct vmcs_field32){ VMCS_ENCODING(encoding, 2U) })
#define VMCS_NATURAL(encoding)	((struct vmcs_natural){ VMCS_ENCODING(encoding, 3U) })

/* The @n-th of the fields of a kind, of which @first is the first: encodings count up by 2. */
#define VMCS_NTH(first, n)	((typeof(first)){ (first).encoding + 2 * (n) })

#define VMCS_VPID			VMCS_FIELD16(0x0000)

#define VMCS_GUEST_ES_SELECTOR		VMCS_FIELD16(0x0800)
#define VMCS_GUEST_CS_SELECTOR		VMCS_FIELD16(0x0802)
#define VMCS_GUEST_SS_SELECTOR		VMCS_FIELD16(0x0804)
#define VMCS_GUEST_DS_SELECTOR		VMCS_FIELD16(0x0806)
#define VMCS_GUEST_FS_SELECTOR		VMCS_FIELD16(0x0808)
#define VMCS_GUEST_GS_SELECTOR		VMCS_FIELD16(0x080a)
#define VMCS_GUEST_LDTR_SELECTOR	VMCS_FIELD16(0x080c)

#define VMCS_HOST_ES_SELECTOR		VMCS_FIELD16(0x0c00)
#define VMCS_HOST_CS_SELECTOR		VMCS_FIELD16(0x0c02)
#define VMCS_HOST_SS_SELECTOR		VMCS_FIELD16(0x0c04)
#define VMCS_HOST_DS_SELECTOR		VMCS_FIELD16(0x0c06)
#define VMCS_HOST_FS_SELECTOR		VMCS_FIELD16(0x0c08)
#define VMCS_HOST_GS_SELECTOR		VMCS_FIELD16(0x0c0a)
#define VMCS_HOST_TR_SELECTOR		VMCS_FIELD16(0x0c0c)

#define VMCS_IO_BITMAP_A		VMCS_FIELD64(0x2000)
#define VMCS_IO_BITMAP_B		VMCS_FIELD64(0x2002)
#define VMCS_MSR_BITMAP			VMCS_FIELD64(0x2004)
#define VMCS_EXIT_MSR_LOAD_ADDRESS	VMCS_FIELD64(0x2008)
#define VMCS_ENTRY_MSR_LOAD_ADDRESS	VMCS_FIELD64(0x200a)
#define VMCS_TSC_OFFSET			VMCS_FIELD64(0x2010)
#define VMCS_EPT_POINTER		VMCS_FIELD64(0x201a)
#define VMCS_XSS_EXITING_BITMAP		VMCS_FIELD64(0x202c)
#define VMCS_GUEST_PHYSICAL_ADDRESS	VMCS_FIELD64(0x2400)

#define VMCS_LINK_POINTER		VMCS_FIELD64(0x2800)
#define VMCS_GUEST_DEBUGCTL		VMCS_FIELD64(0x2802)
#define VMCS_GUEST_PAT			VMCS_FIELD64(0x2804)
#define VMCS_GUEST_EFER			VMCS_FIELD64(0x2806)
#define VMCS_GUEST_PDPTE(n)		VMCS_NTH(VMCS_FIELD64(0x280a), n)
#define VMCS_HOST_PAT			VMCS_FIELD64(0x2c00)
#define VMCS_HOST_EFER			VMCS_FIELD64(0x2c02)

#define VMCS_PIN_CONTROLS		VMCS_FIELD32(0x4000)
#define VMCS_PRIMARY_CONTROLS		VMCS_FIELD32(0x4002)
#define VMCS_EXCEPTION_BITMAP		VMCS_FIELD32(0x4004)
#define VMCS_PF_ERROR_CODE_MASK		VMCS_FIELD32(0x4006)
#define VMCS_PF_ERROR_CODE_MATCH	VMCS_FIELD32(0x4008)
#define VMCS_CR3_TARGET_COUNT		VMCS_FIELD32(0x400a)
#define VMCS_EXIT_CONTROLS		VMCS_FIELD32(0x400c)
#define VMCS_EXIT_MSR_STORE_COUNT	VMCS_FIELD32(0x400e)
#define VMCS_EXIT_MSR_LOAD_COUNT	VMCS_FIELD32(0x4010)
#define VMCS_ENTRY_CONTROLS		VMCS_FIELD32(0x4012)
#define VMCS_ENTRY_MSR_LOAD_COUNT	VMCS_FIELD32(0x4014)
#define VMCS_ENTRY_INTR_INFO		VMCS_FIELD32(0x4016)
#define VMCS_ENTRY_ERROR_CODE		VMCS_FIELD32(0x4018)
#define VMCS_ENTRY_INSTRUCTION_LENGTH	VMCS_FIELD32(0x401a)
#define VMCS_SECONDARY_CONTROLS		VMCS_FIELD32(0x401e)

#define VMCS_INSTRUCTION_ERROR		VMCS_FIELD32(0x4400)
#define VMCS_EXIT_REASON		VMCS_FIELD32(0x4402)
#define VMCS_EXIT_INTR_INFO		VMCS_FIELD32(0x4404)
#define VMCS_EXIT_ERROR_CODE		VMCS_FIELD32(0x4406)
#define VMCS_IDT_VECTORING_INFO		VMCS_FIELD32(0x4408)
#define VMCS_EXIT_INSTRUCTION_LENGTH	VMCS_FIELD32(0x440c)
#define VMCS_INSTRUCTION_INFO		VMCS_FIELD32(0x440e)

#define VMCS_GUEST_ES_LIMIT		VMCS_FIELD32(0x4800)
#define VMCS_GUEST_GDTR_LIMIT		VMCS_FIELD32(0x4810)
#define VMCS_GUEST_IDTR_LIMIT		VMCS_FIELD32(0x4812)
#define VMCS_GUEST_ES_AR		VMCS_FIELD32(0x4814)
#define VMCS_GUEST_CS_AR		VMCS_FIELD32(0x4816)
#define VMCS_GUEST_SS_AR		VMCS_FIELD32(0x4818)
#define VMCS_GUEST_TR_AR		VMCS_FIELD32(0x4822)
#define VMCS_GUEST_INTERRUPTIBILITY	VMCS_FIELD32(0x4824)
#define VMCS_GUEST_ACTIVITY		VMCS_FIELD32(0x4826)
#define VMCS_GUEST_SYSENTER_CS		VMCS_FIELD32(0x482a)
#define VMCS_PREEMPTION_TIMER		VMCS_FIELD32(0x482e)
#define VMCS_HOST_SYSENTER_CS		VMCS_FIELD32(0x4c00)

#define VMCS_CR0_MASK			VMCS_NATURAL(0x6000)
#define VMCS_CR4_MASK			VMCS_NATURAL(0x6002)
#define VMCS_CR0_SHADOW			VMCS_NATURAL(0x6004)
#define VMCS_CR4_SHADOW			VMCS_NATURAL(0x6006)
#define VMCS_EXIT_QUALIFICATION		VMCS_NATURAL(0x6400)
#define VMCS_GUEST_LINEAR_ADDRESS	VMCS_NATURAL(0x640a)

#define VMCS_GUEST_CR0			VMCS_NATURAL(0x6800)
#define VMCS_GUEST_CR3			VMCS_NATURAL(0x6802)
#define VMCS_GUEST_CR4			VMCS_NATURAL(0x6804)
#define VMCS_GUEST_ES_BASE		VMCS_NATURAL(0x6806)
#define VMCS_GUEST_CS_BASE		VMCS_NATURAL(0x6808)
#define VMCS_GUEST_FS_BASE		VMCS_NATURAL(0x680e)
#define VMCS_GUEST_GS_BASE		VMCS_NATURAL(0x6810)
#define VMCS_GUEST_GDTR_BASE		VMCS_NATURAL(0x6816)
#define VMCS_GUEST_IDTR_BASE		VMCS_NATURAL(0x6818)
#define VMCS_GUEST_DR7			VMCS_NATURAL(0x681a)
#define VMCS_GUEST_RSP			VMCS_NATURAL(0x681c)
#define VMCS_GUEST_RIP			VMCS_NATURAL(0x681e)
#define VMCS_GUEST_RFLAGS		VMCS_NATURAL(0x6820)
#define VMCS_GUEST_PENDING_DEBUG	VMCS_NATURAL(0x6822)
#define VMCS_GUEST_SYSENTER_ESP		VMCS_NATURAL(0x6824)
#define VMCS_GUEST_SYSENTER_EIP		VMCS_NATURAL(0x6826)

#define VMCS_HOST_CR0			VMCS_NATURAL(0x6c00)
#define VMCS_HOST_CR3			VMCS_NATURAL(0x6c02)
#define VMCS_HOST_CR4			VMCS_NATURAL(0x6c04)
#define VMCS_HOST_FS_BASE		VMCS_NATURAL(0x6c06)
#define VMCS_HOST_GS_BASE		VMCS_NATURAL(0x6c08)
#define VMCS_HOST_TR_BASE		VMCS_NATURAL(0x6c0a)
#define VMCS_HOST_GDTR_BASE		VMCS_NATURAL(0x6c0c)
#define VMCS_HOST_IDTR_BASE		VMCS_NATURAL(0x6c0e)
#define VMCS_HOST_SYSENTER_ESP		VMCS_NATURAL(0x6c10)
#define VMCS_HOST_SYSENTER_EIP		VMCS_NATURAL(0x6c12)
#define VMCS_HOST_RSP			VMCS_NATURAL(0x6c14)
#define VMCS_HOST_RIP			VMCS_NATURAL(0x6c16)

/* Of a segment register, in the order of enum insn_seg and enum segment_index. */
#define VMCS_GUEST_SELECTOR(index)	VMCS_NTH(VMCS_GUEST_ES_SELECTOR, index)
#define VMCS_GUEST_LIMIT(index)		VMCS_NTH(VMCS_GUEST_ES_LIMIT, index)
#define VMCS_GUEST_AR(index)		VMCS_NTH(VMCS_GUEST_ES_AR, index)
#define VMCS_GUEST_BASE(index)		VMCS_NTH(VMCS_GUEST_ES_BASE, index)

/* Pin-based controls (SDM 3C 25.6.1) */
#define PIN_NMI_EXITING			(1U << 3)
#define PIN_VIRTUAL_NMIS		(1U << 5)
#define PIN_PREEMPTION_TIMER		(1U << 6)

/* Primary processor-based controls (SDM 3C 25.6.2) */
#define CPU_NMI_WINDOW_EXITING		(1U << 22)
#define CPU_TSC_OFFSETTING		(1U << 3)
#define CPU_MWAIT_EXITING		(1U << 10)
#define CPU_RDPMC_EXITING		(1U << 11)
#define CPU_IO_BITMAPS			(1U << 25)
#define CPU_MSR_BITMAPS			(1U << 28)
#define CPU_MONITOR_EXITING		(1U << 29)
#define CPU_SECONDARY_CONTROLS		(1U << 31)

/* Secondary processor-based controls */
#define CPU2_EPT			(1U << 1)
#define CPU2_DESCRIPTOR_EXITING		(1U << 2)
#define CPU2_RDTSCP			(1U << 3)
#define CPU2_VPID			(1U << 5)
#define CPU2_WBINVD_EXITING		(1U << 6)
#define CPU2_UNRESTRICTED_GUEST		(1U << 7)
#define CPU2_INVPCID			(1U << 12)
#define CPU2_XSAVES			(1U << 20)
#define CPU2_USER_WAIT			(1U << 26)

/* VM-exit controls (SDM 3C 25.7.1) */
#define EXIT_SAVE_DEBUG			(1U << 2)
#define EXIT_HOST_64BIT			(1U << 9)
#define EXIT_SAVE_PAT			(1U << 18)
#define EXIT_LOAD_PAT			(1U << 19)
#define EXIT_SAVE_EFER			(1U << 20)
#define EXIT_LOAD_EFER			(1U << 21)

/* VM-entry controls (SDM 3C 25.8.1) */
#define ENTRY_LOAD_DEBUG		(1U << 2)
#define ENTRY_GUEST_64BIT		(1U << 9)
#define ENTRY_LOAD_PAT			(1U << 14)
#define ENTRY_LOAD_EFER			(1U << 15)

/* Guest interruptibility and activity (SDM 3C 25.4.2) */
#define INTERRUPTIBILITY_STI		(1U << 0)
#define INTERRUPTIBILITY_MOV_SS		(1U << 1)
#define INTERRUPTIBILITY_NMI		(1U << 3)
#define INTERRUPTIBILITY_SHADOW		(INTERRUPTIBILITY_STI | INTERRUPTIBILITY_MOV_SS)
#define ACTIVITY_ACTIVE			0
#define ACTIVITY_HLT			1

/* Pending debug exceptions (SDM 3C 25.4.2) */
#define PENDING_DEBUG_BS		(1U << 14)

/* Event injection and interruption information (SDM 3C 25.8.3) */
#define INTR_INFO_VALID			(1U << 31)
#define INTR_INFO_ERROR_CODE		(1U << 11)
#define INTR_INFO_NMI_UNBLOCKED		(1U << 12)
#define INTR_TYPE_MASK			(7U << 8)
#define INTR_TYPE_NMI			(2U << 8)
#define INTR_TYPE_HW_EXCEPTION		(3U << 8)
#define INTR_TYPE_PRIV_SW_EXCEPTION	(5U << 8)

/* Segment access rights (SDM 3C 25.4.1) */
#define AR_DPL(ar)			((ar) >> 5 & 3)
#define AR_CODE_DEFAULT_32		(1U << 14)
#define AR_CODE_LONG			(1U << 13)
#define AR_TYPE				15U
#define AR_TYPE_TSS_BUSY_16		3U
#define AR_REAL_CODE			0x9b
#define AR_REAL_DATA			0x93
#define AR_LDT				0x82
#define AR_TSS_BUSY			0x8b

/* Basic exit reasons (SDM 3D appendix C) */
enum exit_reason {
	EXIT_EXCEPTION_NMI	= 0,
	EXIT_TRIPLE_FAULT	= 2,
	EXIT_INIT_SIGNAL	= 3,
	EXIT_SIPI		= 4,
	EXIT_NMI_WINDOW		= 8,
	EXIT_TASK_SWITCH	= 9,
	EXIT_CPUID		= 10,
	EXIT_GETSEC		= 11,
	EXIT_INVD		= 13,
	EXIT_RDPMC		= 15,
	EXIT_VMCALL		= 18,
	EXIT_VMCLEAR		= 19,
	EXIT_VMXON		= 27,
	EXIT_CR_ACCESS		= 28,
	EXIT_IO			= 30,
	EXIT_RDMSR		= 31,
	EXIT_WRMSR		= 32,
	EXIT_INVALID_GUEST_STATE = 33,
	EXIT_INVALID_MSR_LOAD	= 34,
	EXIT_MWAIT		= 36,
	EXIT_MONITOR		= 39,
	EXIT_ENTRY_MACHINE_CHECK = 41,
	EXIT_EPT_VIOLATION	= 48,
	EXIT_EPT_MISCONFIG	= 49,
	EXIT_INVEPT		= 50,
	EXIT_PREEMPTION_TIMER	= 52,
	EXIT_INVVPID		= 53,
	EXIT_WBINVD		= 54,
	EXIT_XSETBV		= 55,
	NUM_EXIT_REASONS	= 70,
};

#define EXIT_REASON_ENTRY_FAILED	(1U << 31)

#endif
