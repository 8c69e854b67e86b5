/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * In place of a vendor's guest.h: a guest, and an exit, that are a struct. x86/vendor.h says
 * what each function stands for.
 */
#ifndef _GUEST_H
#define _GUEST_H

#include "vendor.h"

/**
 * struct fake_guest - what the hardware would know
 * @rip: RIP; likewise the other registers
 * @seg_base: by enum insn_seg
 * @mode: of the code segment
 * @cpl: privilege level
 * @tss16: TR holds a 16-bit TSS
 * @length: bytes of the instruction that exited
 * @in_delivery: the exit came while an event was delivered
 * @detail: what guest_exit_detail() gives
 * @io: the exit, if IN, OUT, INS or OUTS was executed
 * @string: the operand of INS or OUTS
 * @string_error: what guest_io_string() returns
 * @fault: the exit, if stage 2 allowed an access not
 * @fault_linear: where, and that is the operand's address if it is 0
 */
struct fake_guest {
	u64 rip, rflags, rsp, cr0, cr2, cr3, cr4, efer;
	u64 seg_base[8];
	enum insn_mode mode;
	unsigned int cpl;
	bool tss16;
	unsigned int length;
	bool in_delivery;
	u64 detail;
	struct io_exit io;
	struct io_string string;
	int string_error;
	struct memory_fault fault;
	u64 fault_linear;
};

extern struct fake_guest guest;

/* host.h */
void host_did(const char *fmt, ...) __printf(1, 2);

static inline u64 guest_rip(void)
{
	return guest.rip;
}

static inline void guest_set_rip(u64 rip)
{
	guest.rip = rip;
}

static inline u64 guest_rflags(void)
{
	return guest.rflags;
}

static inline void guest_set_rflags(u64 rflags)
{
	guest.rflags = rflags;
}

static inline u64 guest_rsp(void)
{
	return guest.rsp;
}

static inline void guest_set_rsp(u64 rsp)
{
	guest.rsp = rsp;
}

static inline u64 guest_cr0(void)
{
	return guest.cr0;
}

static inline u64 guest_seen_cr0(void)
{
	return guest.cr0;
}

static inline void guest_set_cr2(u64 val)
{
	guest.cr2 = val;
}

static inline u64 guest_cr3(void)
{
	return guest.cr3;
}

static inline u64 guest_cr4(void)
{
	return guest.cr4;
}

static inline u64 guest_seen_cr4(void)
{
	return guest.cr4;
}

static inline u64 guest_efer(void)
{
	return guest.efer;
}

static inline bool guest_in_64bit_code(void)
{
	return guest.mode == INSN_MODE_64;
}

static inline enum insn_mode guest_code_mode(void)
{
	return guest.mode;
}

static inline unsigned int guest_cpl(void)
{
	return guest.cpl;
}

static inline bool guest_has_16bit_tss(void)
{
	return guest.tss16;
}

static inline u64 guest_segment_base(enum insn_seg seg)
{
	return guest.seg_base[seg];
}

static inline void guest_end_instruction(void)
{
	host_did("end");
}

static inline bool guest_in_delivery(void)
{
	return guest.in_delivery;
}

static inline void guest_io_exit(struct io_exit *io)
{
	*io = guest.io;
}

static inline int guest_io_string(__maybe_unused const struct io_exit *io,
				  struct io_string *string)
{
	*string = guest.string;
	return guest.string_error;
}

static inline void guest_memory_fault(struct memory_fault *fault)
{
	*fault = guest.fault;
}

static inline u64 guest_exit_detail(void)
{
	return guest.detail;
}

static inline u64 guest_fault_linear(__maybe_unused const struct memory_fault *fault, u64 linear,
				     __maybe_unused unsigned int width)
{
	return guest.fault_linear ? guest.fault_linear : linear;
}

static inline int vendor_msr_read(__maybe_unused struct percpu *percpu, u32 msr, u64 *val)
{
	host_did("vendor-read 0x%x", msr);
	*val = guest.efer;
	return 0;
}

static inline int vendor_msr_write(__maybe_unused struct percpu *percpu, u32 msr, u64 val)
{
	host_did("vendor-write 0x%x 0x%llx", msr, val);
	return 0;
}

static inline void vendor_open_events(void)
{
}

static inline void vendor_close_events(void)
{
}

#endif
