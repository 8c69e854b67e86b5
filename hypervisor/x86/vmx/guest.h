/* SPDX-License-Identifier: GPL-2.0-only */
/* The guest's state and exits, as the VMCS has them; vendor.h says what each stands for. */
#ifndef _GUEST_H
#define _GUEST_H

#include "errno.h"
#include "vendor.h"
#include "access.h"

static inline u64 guest_rip(void)
{
	return vmcs_read_natural(VMCS_GUEST_RIP);
}

static inline void guest_set_rip(u64 rip)
{
	vmcs_write_natural(VMCS_GUEST_RIP, rip);
}

static inline u64 guest_rflags(void)
{
	return vmcs_read_natural(VMCS_GUEST_RFLAGS);
}

static inline void guest_set_rflags(u64 rflags)
{
	vmcs_write_natural(VMCS_GUEST_RFLAGS, rflags);
}

static inline u64 guest_rsp(void)
{
	return vmcs_read_natural(VMCS_GUEST_RSP);
}

static inline void guest_set_rsp(u64 rsp)
{
	vmcs_write_natural(VMCS_GUEST_RSP, rsp);
}

static inline u64 guest_cr0(void)
{
	return vmcs_read_natural(VMCS_GUEST_CR0);
}

/* Bits that are not the guest's own are in the shadow. */
static inline u64 guest_seen_cr0(void)
{
	u64 owned = vmcs_read_natural(VMCS_CR0_MASK);

	return (vmcs_read_natural(VMCS_GUEST_CR0) & ~owned) |
	       (vmcs_read_natural(VMCS_CR0_SHADOW) & owned);
}

/* Guest and hypervisor share it. */
static inline void guest_set_cr2(u64 val)
{
	write_cr2(val);
}

static inline u64 guest_cr3(void)
{
	return vmcs_read_natural(VMCS_GUEST_CR3);
}

static inline u64 guest_cr4(void)
{
	return vmcs_read_natural(VMCS_GUEST_CR4);
}

static inline u64 guest_seen_cr4(void)
{
	u64 owned = vmcs_read_natural(VMCS_CR4_MASK);

	return (vmcs_read_natural(VMCS_GUEST_CR4) & ~owned) |
	       (vmcs_read_natural(VMCS_CR4_SHADOW) & owned);
}

static inline u64 guest_efer(void)
{
	return vmcs_read64(VMCS_GUEST_EFER);
}

/* VM entry lets no guest have CS.L outside of IA-32e mode (SDM 3C 27.3.1.2). */
static inline bool guest_in_64bit_code(void)
{
	return vmcs_read32(VMCS_GUEST_CS_AR) & AR_CODE_LONG;
}

static inline enum insn_mode guest_code_mode(void)
{
	u64 ar = vmcs_read32(VMCS_GUEST_CS_AR);

	if (ar & AR_CODE_LONG)
		return INSN_MODE_64;
	return ar & AR_CODE_DEFAULT_32 ? INSN_MODE_32 : INSN_MODE_16;
}

/* The DPL of SS is the CPL in all modes (SDM 3C 25.4.1). */
static inline unsigned int guest_cpl(void)
{
	return AR_DPL(vmcs_read32(VMCS_GUEST_SS_AR));
}

static inline bool guest_has_16bit_tss(void)
{
	return (vmcs_read32(VMCS_GUEST_TR_AR) & AR_TYPE) == AR_TYPE_TSS_BUSY_16;
}

static inline u64 guest_segment_base(enum insn_seg seg)
{
	return vmcs_read_natural(VMCS_GUEST_BASE(seg));
}

/** vmx_end_shadow_and_flags() - the rare part of guest_end_instruction() */
void vmx_end_shadow_and_flags(void);

static inline void guest_end_instruction(void)
{
	if (!(vmcs_read32(VMCS_GUEST_INTERRUPTIBILITY) & INTERRUPTIBILITY_SHADOW) &&
	    !(vmcs_read_natural(VMCS_GUEST_RFLAGS) & (X86_RFLAGS_TF | X86_RFLAGS_RF)))
		return;
	vmx_end_shadow_and_flags();
}

static inline bool guest_in_delivery(void)
{
	return vmcs_read32(VMCS_IDT_VECTORING_INFO) & INTR_INFO_VALID;
}

/* Exit qualification of an I/O instruction (SDM 3C table 28-5). */
#define IO_QUAL_WIDTH		7ULL
#define IO_QUAL_IN		BIT_ULL(3)
#define IO_QUAL_STRING		BIT_ULL(4)
#define IO_QUAL_REP		BIT_ULL(5)
#define IO_QUAL_PORT_SHIFT	16

static inline void guest_io_exit(struct io_exit *io)
{
	u64 qualification = vmcs_read_natural(VMCS_EXIT_QUALIFICATION);

	*io = (struct io_exit){
		.port = (u16)(qualification >> IO_QUAL_PORT_SHIFT),
		.width = (u8)((qualification & IO_QUAL_WIDTH) + 1),
		.in = qualification & IO_QUAL_IN,
		.string = qualification & IO_QUAL_STRING,
		.rep = qualification & IO_QUAL_REP,
	};
}

/* Address size in the VM-exit instruction information (SDM 3C table 28-8). */
#define INFO_ADDRESS_SIZE(info)	((info) >> 7 & 7)

static inline int guest_io_string(__maybe_unused const struct io_exit *io,
				  struct io_string *string)
{
	static const u64 masks[] = { 0xffff, 0xffffffff, ~0ULL };
	u64 size = INFO_ADDRESS_SIZE(vmcs_read32(VMCS_INSTRUCTION_INFO));

	string->gva = vmcs_read_natural(VMCS_GUEST_LINEAR_ADDRESS);
	string->mask = masks[size < 3 ? size : 2];
	return 0;
}

/*
 * Exit qualification of an EPT violation (SDM 3C table 28-7). The last two say that the
 * guest-linear address is one, and that it was the access to it that failed, not one to the
 * guest's own page tables.
 */
#define EPT_QUAL_WRITE		BIT_ULL(1)
#define EPT_QUAL_FETCH		BIT_ULL(2)
#define EPT_QUAL_OPERAND	(BIT_ULL(7) | BIT_ULL(8))

static inline void guest_memory_fault(struct memory_fault *fault)
{
	u64 qualification = vmcs_read_natural(VMCS_EXIT_QUALIFICATION);

	*fault = (struct memory_fault){
		.gpa = vmcs_read64(VMCS_GUEST_PHYSICAL_ADDRESS),
		.write = qualification & EPT_QUAL_WRITE,
		.fetch = qualification & EPT_QUAL_FETCH,
		.operand = (qualification & (EPT_QUAL_OPERAND | EPT_QUAL_FETCH)) ==
			   EPT_QUAL_OPERAND,
	};
}

static inline u64 guest_exit_detail(void)
{
	return vmcs_read_natural(VMCS_EXIT_QUALIFICATION);
}

/* The CPU says it. */
static inline u64 guest_fault_linear(__maybe_unused const struct memory_fault *fault,
				     __maybe_unused u64 linear,
				     __maybe_unused unsigned int width)
{
	return vmcs_read_natural(VMCS_GUEST_LINEAR_ADDRESS);
}

/* There is none. */
static inline int vendor_msr_read(__maybe_unused struct percpu *percpu, __maybe_unused u32 msr,
				  __maybe_unused u64 *val)
{
	return -EPERM;
}

static inline int vendor_msr_write(__maybe_unused struct percpu *percpu, __maybe_unused u32 msr,
				   __maybe_unused u64 val)
{
	return -EPERM;
}

/* Nothing is held back. */
static inline void vendor_open_events(void)
{
}

static inline void vendor_close_events(void)
{
}

#endif
