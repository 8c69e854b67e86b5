/* SPDX-License-Identifier: GPL-2.0-only */
/* The guest's state and exits, as the VMCB has them; vendor.h says what each stands for. */
#ifndef _GUEST_H
#define _GUEST_H

#include "vendor.h"
#include <svm/ops.h>

static inline u64 guest_rip(void)
{
	return percpu_vmcb.rip;
}

static inline void guest_set_rip(u64 rip)
{
	percpu_vmcb.rip = rip;
}

static inline u64 guest_rflags(void)
{
	return percpu_vmcb.rflags;
}

static inline void guest_set_rflags(u64 rflags)
{
	percpu_vmcb.rflags = rflags;
}

static inline u64 guest_rsp(void)
{
	return percpu_vmcb.rsp;
}

static inline void guest_set_rsp(u64 rsp)
{
	percpu_vmcb.rsp = rsp;
}

static inline u64 guest_cr0(void)
{
	return percpu_vmcb.cr0;
}

static inline u64 guest_seen_cr0(void)
{
	return percpu_vmcb.cr0 | this_percpu()->vendor.seen_cr0;
}

/* It is not exchanged at #VMEXIT: nothing here may fault on a page meanwhile. */
static inline void guest_set_cr2(u64 val)
{
	percpu_vmcb.cr2 = val;
}

static inline u64 guest_cr3(void)
{
	return percpu_vmcb.cr3;
}

static inline u64 guest_cr4(void)
{
	return percpu_vmcb.cr4;
}

static inline u64 guest_seen_cr4(void)
{
	if (runs_root(this_percpu()))
		return percpu_vmcb.cr4;
	return (percpu_vmcb.cr4 & ~X86_CR4_MCE) | this_percpu()->vendor.seen_cr4;
}

/* That SVM is on, which VMRUN demands of a guest, too, Linux may see: it keeps KVM away. */
static inline u64 guest_efer(void)
{
	return percpu_vmcb.efer & ~X86_EFER_SVME;
}

static inline bool guest_in_64bit_code(void)
{
	return percpu_vmcb.cs.attr & SEG_ATTR_LONG && percpu_vmcb.efer & X86_EFER_LMA;
}

static inline enum insn_mode guest_code_mode(void)
{
	if (guest_in_64bit_code())
		return INSN_MODE_64;
	return percpu_vmcb.cs.attr & SEG_ATTR_DEFAULT_32 ? INSN_MODE_32 : INSN_MODE_16;
}

static inline unsigned int guest_cpl(void)
{
	return percpu_vmcb.cpl;
}

/** svm_save_hidden() - bring up to date what only VMSAVE saves */
static inline void svm_save_hidden(void)
{
	vmsave(percpu_vmcb.own_hpa);
}

static inline bool guest_has_16bit_tss(void)
{
	svm_save_hidden();
	return (percpu_vmcb.tr.attr & SEG_ATTR_TYPE & ~SEG_TYPE_BUSY) == SEG_TYPE_TSS_16;
}

/* FS and GS are in the CPU. */
static inline u64 guest_segment_base(enum insn_seg seg)
{
	if (seg >= INSN_FS)
		return rdmsr(seg == INSN_FS ? MSR_FS_BASE : MSR_GS_BASE);
	return (&percpu_vmcb.es)[seg].base;
}

/** svm_end_shadow_and_flags() - the rare part of guest_end_instruction() */
void svm_end_shadow_and_flags(void);

static inline void guest_end_instruction(void)
{
	if (!(percpu_vmcb.int_shadow & INT_SHADOW) &&
	    !(percpu_vmcb.rflags & (X86_RFLAGS_TF | X86_RFLAGS_RF)))
		return;
	svm_end_shadow_and_flags();
}

static inline bool guest_in_delivery(void)
{
	return percpu_vmcb.exit_int_info & EVENT_VALID;
}

static inline void guest_io_exit(struct io_exit *io)
{
	u64 info = percpu_vmcb.exit_info1;

	*io = (struct io_exit){
		.port = IO_INFO_PORT(info),
		.width = (u8)IO_INFO_WIDTH(info),
		.in = info & IO_INFO_IN,
		.string = info & IO_INFO_STRING,
		.rep = info & IO_INFO_REP,
	};
}

/** svm_io_string() - see guest_io_string() */
int svm_io_string(const struct io_exit *io, struct io_string *string);

static inline int guest_io_string(const struct io_exit *io, struct io_string *string)
{
	return svm_io_string(io, string);
}

static inline void guest_memory_fault(struct memory_fault *fault)
{
	u64 info = percpu_vmcb.exit_info1;

	*fault = (struct memory_fault){
		.gpa = percpu_vmcb.exit_info2,
		.write = info & NPF_WRITE,
		.fetch = info & NPF_FETCH,
		.operand = (info & (NPF_FINAL | NPF_FETCH)) == NPF_FINAL,
	};
}

static inline u64 guest_exit_detail(void)
{
	return percpu_vmcb.exit_info1;
}

/** svm_fault_linear() - see guest_fault_linear() */
u64 svm_fault_linear(const struct memory_fault *fault, u64 linear, unsigned int width);

static inline u64 guest_fault_linear(const struct memory_fault *fault, u64 linear,
				     unsigned int width)
{
	return svm_fault_linear(fault, linear, width);
}

/** svm_write_efer() - the guest writes EFER. Return: 0, or -EINVAL for #GP. */
int svm_write_efer(struct percpu *percpu, u64 val);

/* EFER alone. */
static inline int vendor_msr_read(__maybe_unused struct percpu *percpu, __maybe_unused u32 msr,
				  u64 *val)
{
	*val = guest_efer();
	return 0;
}

static inline int vendor_msr_write(struct percpu *percpu, __maybe_unused u32 msr, u64 val)
{
	return svm_write_efer(percpu, val);
}

/*
 * From #VMEXIT to VMRUN the global interrupt flag (GIF) is clear, and all that could interrupt
 * waits: interrupts, NMIs, INIT, machine checks (APM 2 15.17). Much is simpler for it
 * than with VMX, where an NMI may come at any instruction between VM exit and VM entry.
 *
 * But what waits stays pending. An NMI that came in the guest is the reason for the exit and has
 * not been taken: entered again, the guest would exit again, for ever. So whoever handles
 * that exit, or drains the local APIC, sets GIF for a moment, in which what waits is taken by the
 * hypervisor's own handlers, on the stack that is in use.
 */
static inline void vendor_open_events(void)
{
	stgi();
}

static inline void vendor_close_events(void)
{
	clgi();
}

#endif
