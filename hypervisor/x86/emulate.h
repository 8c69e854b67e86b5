/* SPDX-License-Identifier: GPL-2.0-only */
/* Executes a decoded instruction on emulated device memory. */
#ifndef JAILHOUSE_X86_EMULATE_H
#define JAILHOUSE_X86_EMULATE_H

#include "decode.h"

/**
 * struct insn_regs - the registers that an instruction may use or change
 * @gpr: general purpose registers by enum insn_gpr
 * @rip: offset of the instruction in its code segment
 * @rflags: RFLAGS
 */
struct insn_regs {
	u64 gpr[INSN_NUM_GPRS];
	u64 rip;
	u64 rflags;
};

/**
 * struct insn_ops - how the instruction reaches memory
 * @mmio_read: read @width bytes of the device at guest-physical @gpa. Bits
 *	above the width are ignored
 * @mmio_write: write @width bytes; bits above the width are clear
 * @mem_read: read @width bytes at linear address @gva as the guest would,
 *	through its page tables. For the other operand of MOVS only
 * @mem_write: write @width bytes there
 * @seg_base: base address of a segment. For MOVS only and, in 64-bit code, for
 *	FS and GS only. NULL: all are 0
 *
 * The accesses return 0, or a negative value with which insn_execute() ends.
 * They must not have had an effect then. @ctx is the caller's.
 */
struct insn_ops {
	int (*mmio_read)(void *ctx, u64 gpa, unsigned int width, u64 *val);
	int (*mmio_write)(void *ctx, u64 gpa, unsigned int width, u64 val);
	int (*mem_read)(void *ctx, u64 gva, unsigned int width, u64 *val);
	int (*mem_write)(void *ctx, u64 gva, unsigned int width, u64 val);
	u64 (*seg_base)(void *ctx, enum insn_seg seg);
};

int insn_execute(const struct insn *insn, u64 mmio_gpa, struct insn_regs *regs,
		 const struct insn_ops *ops, void *ctx);
u64 insn_offset(const struct insn *insn, const struct insn_regs *regs);
u64 insn_linear_address(const struct insn *insn, const struct insn_regs *regs,
			const struct insn_ops *ops, void *ctx);

#endif /* JAILHOUSE_X86_EMULATE_H */
