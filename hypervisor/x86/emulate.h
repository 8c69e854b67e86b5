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

/*
 * A move is what nearly all accesses to devices are: inline, so that the functions of
 * struct insn_ops become part of it.
 */

/** insn_mask() - the bits of an operand of @width bytes */
static inline u64 insn_mask(unsigned int width)
{
	static const u64 masks[] = {
		[1] = 0xff, [2] = 0xffff, [4] = 0xffffffff, [8] = ~0ULL,
	};

	return masks[width];
}

/** insn_sign() - the sign bit of an operand of @width bytes */
static inline u64 insn_sign(unsigned int width)
{
	return 1ULL << (8 * width - 1);
}

/** insn_read_gpr() - the lowest @width bytes of a register; @high_byte: AH, CH, DH or BH */
static inline u64 insn_read_gpr(const struct insn_regs *regs, u8 number, bool high_byte,
				unsigned int width)
{
	u64 value = regs->gpr[number];

	if (high_byte)
		value >>= 8;
	return value & insn_mask(width);
}

/*
 * 32-bit results clear the upper half, smaller ones leave it: SDM 1 3.4.1.1. @value has no
 * bits above @width.
 */
static inline void insn_write_gpr(struct insn_regs *regs, u8 number, bool high_byte,
				  unsigned int width, u64 value)
{
	unsigned int shift = high_byte ? 8 : 0;

	if (width < 4)
		value = (regs->gpr[number] & ~(insn_mask(width) << shift)) | value << shift;
	regs->gpr[number] = value;
}

/** insn_write_reg() - the operand that is a register becomes @value */
static inline void insn_write_reg(const struct insn *insn, struct insn_regs *regs, u64 value)
{
	insn_write_gpr(regs, insn->reg, insn->high_byte, insn->reg_width, value);
}

/** insn_source() - the operand that is not the memory operand */
static inline u64 insn_source(const struct insn *insn, const struct insn_regs *regs)
{
	if (insn->has_imm)
		return (u64)insn->imm & insn_mask(insn->width);
	if (insn->reg == INSN_NO_GPR)
		return 0;
	return insn_read_gpr(regs, insn->reg, insn->high_byte, insn->width);
}

/** insn_mmio_read() - read the memory operand; bits above its width are cleared */
static inline int insn_mmio_read(const struct insn *insn, u64 gpa, const struct insn_ops *ops,
				 void *ctx, u64 *val)
{
	int ret = ops->mmio_read(ctx, gpa, insn->width, val);

	*val &= insn_mask(insn->width);
	return ret;
}

/**
 * insn_is_move() - is insn_move() all there is to it, but for RIP and RF?
 * @insn: decoded instruction
 */
static inline bool insn_is_move(const struct insn *insn)
{
	return insn->op >= INSN_MOV && insn->op < INSN_STOS;
}

/** insn_move() - one access, no flags: MOV, MOVZX, MOVSX, and what STOS and LODS repeat */
static inline int insn_move(const struct insn *insn, u64 gpa, struct insn_regs *regs,
			    const struct insn_ops *ops, void *ctx)
{
	u64 val = 0;
	int ret;

	if (!insn->to_reg)
		return ops->mmio_write(ctx, gpa, insn->width, insn_source(insn, regs));

	ret = insn_mmio_read(insn, gpa, ops, ctx, &val);
	if (ret)
		return ret;
	if (insn->op == INSN_MOVSX)
		val = ((val ^ insn_sign(insn->width)) - insn_sign(insn->width)) &
		      insn_mask(insn->reg_width);
	insn_write_reg(insn, regs, val);
	return 0;
}

/** insn_next_rip() - offset of the instruction behind @insn, which is at @rip */
static inline u64 insn_next_rip(const struct insn *insn, u64 rip)
{
	rip += insn->length;
	return insn->mode == INSN_MODE_64 ? rip : (u32)rip;
}

/**
 * insn_execute() - execute one instruction, or one iteration of a REP
 * @insn: decoded instruction; for MOVS see insn_select_operand()
 * @mmio_gpa: where the memory operand is. Compared with the instruction by the caller, see
 *	insn_linear_address()
 * @regs: the guest's registers; updated on success only
 * @ops: how to reach memory
 * @ctx: passed to @ops
 *
 * Registers, flags and RIP change as on a CPU. After an iteration of REP that
 * was not the last one, RIP stays at the instruction. EIP wraps at 4 GiB also
 * in 16-bit code: there it is the fetch beyond the limit that faults.
 *
 * LOCK is not obeyed: the device's handler serializes accesses of other CPUs.
 * Neither limit nor access right of a segment is checked, nor is a debug trap
 * made pending for RFLAGS.TF.
 *
 * Any context that @ops permit.
 *
 * Return: 0, or the negative result of an access, or -EINVAL if no operand of
 * MOVS was selected. Unless 0, @regs are unchanged.
 */
int insn_execute(const struct insn *insn, u64 mmio_gpa, struct insn_regs *regs,
		 const struct insn_ops *ops, void *ctx);

/**
 * insn_offset() - effective address of the memory operand within its segment
 * @insn: decoded instruction
 * @regs: registers before the instruction
 *
 * For MOVS of the destination if that was selected, else of the source.
 *
 * Return: the offset, cut to the address width (SDM 1 3.7.5).
 */
u64 insn_offset(const struct insn *insn, const struct insn_regs *regs);

/**
 * insn_linear_address() - linear address of the memory operand
 * @insn: decoded instruction
 * @regs: registers before the instruction
 * @ops: only seg_base is used
 * @ctx: passed to it
 *
 * What a fault's guest-linear address must be for the decoded bytes to be those
 * of the instruction that faulted. For MOVS as insn_offset() says.
 *
 * Return: the address.
 */
u64 insn_linear_address(const struct insn *insn, const struct insn_regs *regs,
			const struct insn_ops *ops, void *ctx);

#endif /* JAILHOUSE_X86_EMULATE_H */
