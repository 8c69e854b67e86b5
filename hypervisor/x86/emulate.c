// SPDX-License-Identifier: GPL-2.0-only
/*
 * Executes a decoded instruction whose memory operand is an emulated device.
 *
 * Accesses come first, then registers, flags and RIP change together, so that
 * an access that fails leaves the guest as it was before the instruction.
 */
#include "emulate.h"

/* RFLAGS, SDM 1 3.4.3 */
#define FLAG_CF		0x001
#define FLAG_PF		0x004
#define FLAG_AF		0x010
#define FLAG_ZF		0x040
#define FLAG_SF		0x080
#define FLAG_DF		0x400
#define FLAG_OF		0x800
#define FLAG_RF		0x10000
#define FLAGS_STATUS	(FLAG_CF | FLAG_PF | FLAG_AF | FLAG_ZF | FLAG_SF | FLAG_OF)

/* SF, ZF and PF follow from the result alone: SDM 1 3.4.3.1 */
static u64 result_flags(unsigned int width, u64 result)
{
	u64 flags = 0;

	if (!result)
		flags |= FLAG_ZF;
	if (result & insn_sign(width))
		flags |= FLAG_SF;
	if (!__builtin_parity((u8)result))
		flags |= FLAG_PF;
	return flags;
}

/*
 * Flags of a sum or difference @result of @a and @b. @carries has a bit set for
 * each position that carried into (or borrowed from) the next one.
 */
static u64 arithmetic_flags(unsigned int width, u64 a, u64 b, u64 result,
			    u64 carries, u64 overflows)
{
	u64 flags = result_flags(width, result);

	if (carries & insn_sign(width))
		flags |= FLAG_CF;
	if (overflows & insn_sign(width))
		flags |= FLAG_OF;
	if ((a ^ b ^ result) & 0x10)
		flags |= FLAG_AF;
	return flags;
}

static u64 add(unsigned int width, u64 a, u64 b, u64 carry, u64 *flags)
{
	u64 result = (a + b + carry) & insn_mask(width);

	*flags = arithmetic_flags(width, a, b, result,
				  (a & b) | ((a | b) & ~result),
				  (a ^ result) & (b ^ result));
	return result;
}

static u64 subtract(unsigned int width, u64 a, u64 b, u64 borrow, u64 *flags)
{
	u64 result = (a - b - borrow) & insn_mask(width);

	*flags = arithmetic_flags(width, a, b, result,
				  (~a & b) | (~(a ^ b) & result),
				  (a ^ b) & (a ^ result));
	return result;
}

/* AF is undefined after these; CPUs clear it. */
static u64 logic(unsigned int width, u64 result, u64 *flags)
{
	*flags = result_flags(width, result);
	return result;
}

/* CF is the old bit; CPUs leave the flags that are undefined as they were. */
static u64 bit_test(const struct insn *insn, u64 value, u64 *flags)
{
	u64 bit = 1ULL << ((u32)insn->imm & (8U * insn->width - 1));

	*flags = (*flags & ~(u64)FLAG_CF) | (value & bit ? FLAG_CF : 0);
	switch (insn->op) {
	case INSN_BTS:
		return value | bit;
	case INSN_BTR:
		return value & ~bit;
	case INSN_BTC:
		return value ^ bit;
	}
	return value;
}

/* INC and DEC leave CF alone, so that they can count in multi-word loops. */
static u64 count(unsigned int width, bool up, u64 value, u64 *flags)
{
	u64 carry = *flags & FLAG_CF;
	u64 result = up ? add(width, value, 1, 0, flags)
			: subtract(width, value, 1, 0, flags);

	*flags = (*flags & ~(u64)FLAG_CF) | carry;
	return result;
}

/*
 * The result of an ALU instruction. @flags holds the status flags before, and
 * receives those after it. TEST is an AND, CMP a SUB, whose result is dropped.
 */
static u64 compute(const struct insn *insn, u64 dest, u64 src, u64 *flags)
{
	unsigned int width = insn->width;

	switch (insn->op) {
	case INSN_XCHG:
		return src;
	case INSN_ADD:
	case INSN_XADD:
		return add(width, dest, src, 0, flags);
	case INSN_ADC:
		return add(width, dest, src, *flags & FLAG_CF, flags);
	case INSN_SUB:
	case INSN_CMP:
		return subtract(width, dest, src, 0, flags);
	case INSN_SBB:
		return subtract(width, dest, src, *flags & FLAG_CF, flags);
	case INSN_NEG:
		return subtract(width, 0, dest, 0, flags);
	case INSN_AND:
	case INSN_TEST:
		return logic(width, dest & src, flags);
	case INSN_OR:
		return logic(width, dest | src, flags);
	case INSN_XOR:
		return logic(width, dest ^ src, flags);
	case INSN_NOT:
		return ~dest & insn_mask(width);
	case INSN_INC:
	case INSN_DEC:
		return count(width, insn->op == INSN_INC, dest, flags);
	default:
		/* BT, BTS, BTR and BTC */
		return bit_test(insn, dest, flags);
	}
}

u64 insn_offset(const struct insn *insn, const struct insn_regs *regs)
{
	u64 offset = insn->disp;

	if (insn->op == INSN_MOVS && insn->access == INSN_WRITE)
		return regs->gpr[INSN_RDI] & insn_mask(insn->addr_width);

	if (insn->base != INSN_NO_GPR)
		offset += regs->gpr[insn->base];
	if (insn->index != INSN_NO_GPR)
		offset += regs->gpr[insn->index] << insn->scale;
	if (insn->rip_relative)
		offset += regs->rip + insn->length;
	return offset & insn_mask(insn->addr_width);
}

static u64 linear(const struct insn *insn, enum insn_seg seg, u64 offset,
		  const struct insn_ops *ops, void *ctx)
{
	/* In 64-bit code the others' bases do not count: SDM 1 3.4.2.1 */
	if (ops->seg_base && (insn->mode != INSN_MODE_64 || seg >= INSN_FS))
		offset += ops->seg_base(ctx, seg);
	return insn->mode == INSN_MODE_64 ? offset : (u32)offset;
}

u64 insn_linear_address(const struct insn *insn, const struct insn_regs *regs,
			const struct insn_ops *ops, void *ctx)
{
	enum insn_seg seg = insn->seg;

	if (insn->op == INSN_MOVS && insn->access == INSN_WRITE)
		seg = INSN_ES;
	return linear(insn, seg, insn_offset(insn, regs), ops, ctx);
}

/* On to the next instruction, which is no longer shielded by RF. */
static int complete(const struct insn *insn, struct insn_regs *regs)
{
	regs->rflags &= ~(u64)FLAG_RF;
	regs->rip = insn_next_rip(insn, regs->rip);
	return 0;
}

static void set_flags(struct insn_regs *regs, u64 flags)
{
	regs->rflags = (regs->rflags & ~(u64)FLAGS_STATUS) | flags;
}

/* If equal to the accumulator, memory := source, else accumulator := memory */
static int execute_cmpxchg(const struct insn *insn, u64 gpa, struct insn_regs *regs,
			   const struct insn_ops *ops, void *ctx)
{
	u64 accumulator = insn_read_gpr(regs, INSN_RAX, false, insn->width);
	u64 mem = 0, flags;
	bool equal;
	int ret;

	ret = insn_mmio_read(insn, gpa, ops, ctx, &mem);
	if (ret)
		return ret;
	equal = !subtract(insn->width, accumulator, mem, 0, &flags);

	/* The CPU writes in any case: SDM 2A 3.2 CMPXCHG */
	ret = ops->mmio_write(ctx, gpa, insn->width,
			      equal ? insn_source(insn, regs) : mem);
	if (ret)
		return ret;
	if (!equal)
		insn_write_gpr(regs, INSN_RAX, false, insn->width, mem);
	set_flags(regs, flags);
	return complete(insn, regs);
}

/* The others: all of them read the memory operand, most write it back. */
static int execute_alu(const struct insn *insn, u64 gpa, struct insn_regs *regs,
		       const struct insn_ops *ops, void *ctx)
{
	u64 flags = regs->rflags & FLAGS_STATUS;
	u64 src = insn_source(insn, regs);
	u64 mem = 0, result;
	int ret;

	ret = insn_mmio_read(insn, gpa, ops, ctx, &mem);
	if (ret)
		return ret;
	result = insn->to_reg ? compute(insn, src, mem, &flags)
			      : compute(insn, mem, src, &flags);
	if (insn->access & INSN_WRITE) {
		ret = ops->mmio_write(ctx, gpa, insn->width, result);
		if (ret)
			return ret;
	}

	if (insn->op == INSN_XCHG || insn->op == INSN_XADD)
		insn_write_reg(insn, regs, mem);
	else if (insn->to_reg && insn->op != INSN_CMP)
		insn_write_reg(insn, regs, result);
	set_flags(regs, flags);
	return complete(insn, regs);
}

/* Move one element of a string instruction, without stepping any register. */
static int move_element(const struct insn *insn, u64 gpa, struct insn_regs *regs,
			const struct insn_ops *ops, void *ctx)
{
	u64 mask = insn_mask(insn->addr_width);
	u64 val = 0, other;
	int ret;

	if (insn->op != INSN_MOVS)
		return insn_move(insn, gpa, regs, ops, ctx);

	if (insn->access == INSN_READ) {
		ret = insn_mmio_read(insn, gpa, ops, ctx, &val);
		if (ret)
			return ret;
		other = linear(insn, INSN_ES, regs->gpr[INSN_RDI] & mask, ops, ctx);
		return ops->mem_write(ctx, other, insn->width, val);
	}
	other = linear(insn, insn->seg, regs->gpr[INSN_RSI] & mask, ops, ctx);
	ret = ops->mem_read(ctx, other, insn->width, &val);
	if (ret)
		return ret;
	return ops->mmio_write(ctx, gpa, insn->width, val & insn_mask(insn->width));
}

static void step_index(const struct insn *insn, struct insn_regs *regs,
		       u8 index)
{
	u64 step = regs->rflags & FLAG_DF ? 0ULL - insn->width : insn->width;

	insn_write_gpr(regs, index, false, insn->addr_width,
		       (regs->gpr[index] + step) & insn_mask(insn->addr_width));
}

/* One iteration of STOS, LODS and MOVS */
static int execute_string(const struct insn *insn, u64 gpa, struct insn_regs *regs,
			  const struct insn_ops *ops, void *ctx)
{
	u64 count = 1;
	int ret;

	if (insn->op == INSN_MOVS && insn->access == INSN_RMW)
		return -EINVAL;
	if (insn->rep)
		count = insn_read_gpr(regs, INSN_RCX, false, insn->addr_width);
	if (!count)
		return complete(insn, regs);

	ret = move_element(insn, gpa, regs, ops, ctx);
	if (ret)
		return ret;
	if (insn->op != INSN_STOS)
		step_index(insn, regs, INSN_RSI);
	if (insn->op != INSN_LODS)
		step_index(insn, regs, INSN_RDI);
	if (insn->rep)
		insn_write_gpr(regs, INSN_RCX, false, insn->addr_width, count - 1);
	return count > 1 ? 0 : complete(insn, regs);
}

int insn_execute(const struct insn *insn, u64 mmio_gpa, struct insn_regs *regs,
		 const struct insn_ops *ops, void *ctx)
{
	int ret;

	if (insn->op >= INSN_STOS)
		return execute_string(insn, mmio_gpa, regs, ops, ctx);
	if (insn->op == INSN_CMPXCHG)
		return execute_cmpxchg(insn, mmio_gpa, regs, ops, ctx);
	if (insn->op < INSN_MOV)
		return execute_alu(insn, mmio_gpa, regs, ops, ctx);

	ret = insn_move(insn, mmio_gpa, regs, ops, ctx);
	return ret ? ret : complete(insn, regs);
}
