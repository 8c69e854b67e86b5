/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * A decoder for the instructions that exit for themselves, and not for their operand: how long
 * they are, where #VMEXIT does not say it, and what a move to or from a control register names.
 */
#ifndef _SVM_INSTRUCTION_H
#define _SVM_INSTRUCTION_H

#include "decode.h"

/* modrm of an instruction that has none. */
#define SVM_NO_MODRM	0xffff

/**
 * struct svm_insn - an instruction of the opcode map that begins with 0x0f
 * @length: in bytes, with prefixes
 * @opcode: the byte behind 0x0f
 * @modrm: the byte behind that, or SVM_NO_MODRM
 * @reg: register number in the middle of @modrm, extended by REX.R
 * @rm: in its lower part, extended by REX.B; a general-purpose register if @modrm says so
 * @operand_width: bytes of a general-purpose operand: 2, 4 or 8
 */
struct svm_insn {
	u8 length;
	u8 opcode;
	u16 modrm;
	u8 reg;
	u8 rm;
	u8 operand_width;
};

/** svm_insn_rm_is_register() - has it no operand in memory? */
static inline bool svm_insn_rm_is_register(const struct svm_insn *insn)
{
	return (insn->modrm & 0xc0) == 0xc0;
}

/**
 * svm_insn_decode() - one instruction of the opcode map that begins with 0x0f
 * @bytes: at least @n readable bytes
 * @n: how many; at most 15 are looked at
 * @mode: what the guest's CS says, see enum insn_mode
 * @insn: receives it
 *
 * CPUID, RDMSR, WRMSR, RDPMC, INVD, WBINVD, moves to and from control registers, and the group
 * 0x0f 0x01, in which SVM's own instructions, XSETBV, MONITOR, LMSW and SMSW are.
 *
 * Return: 0, -ENODATA if there are too few bytes, -EOPNOTSUPP if it is another instruction.
 */
int svm_insn_decode(const u8 *bytes, size_t n, enum insn_mode mode, struct svm_insn *insn);

/**
 * svm_string_prefixes() - which segment OUTS reads from
 * @bytes: at least @n readable bytes
 * @n: how many; at most 15 are looked at
 * @mode: what the guest's CS says
 * @seg: receives it
 *
 * Return: 0, -ENODATA if there are too few bytes, -EOPNOTSUPP if it is not OUTS.
 */
int svm_string_prefixes(const u8 *bytes, size_t n, enum insn_mode mode, enum insn_seg *seg);

#endif
