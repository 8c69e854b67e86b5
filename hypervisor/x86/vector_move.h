/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Decoder for moves between memory and a vector register, with which programs copy memory.
 *
 * No driver accesses a device by them, so they are apart from decode.h. It knows what SSE, SSE2,
 * SSE3 and SSE4.1 have, and the same in the encoding of AVX (VEX); not MMX, and not AVX-512
 * (EVEX). Portable, reentrant, reads nothing but its arguments.
 */
#ifndef JAILHOUSE_X86_VECTOR_MOVE_H
#define JAILHOUSE_X86_VECTOR_MOVE_H

#include "decode.h"

/* Of a register as AVX has it: YMM */
#define VECTOR_SIZE	32

/**
 * struct vector_move - a decoded move
 * @operand: a MOV that has the same operand in memory, but for its width. @operand.reg is the
 *	number of the vector register, @operand.length that of the whole instruction
 * @width: bytes of the memory operand: 4, 8, 16 or 32
 * @at: where in the register they are: 8 for what moves the upper half of 16 bytes, else 0
 * @load: from memory into the register
 * @half: the other half of 16 bytes stays as it is; else a load clears what it does not fill
 * @vex: in the encoding of AVX, so that a load also clears all above 16 bytes
 */
struct vector_move {
	struct insn operand;
	u8 width;
	u8 at;
	bool load;
	bool half;
	bool vex;
};

/**
 * vector_move_decode() - decode one such move
 * @bytes: at least @n readable bytes
 * @n: how many; more than INSN_MAX_LENGTH are not looked at
 * @mode: what the guest's CS says, see enum insn_mode
 * @move: receives the move; undefined unless the result is INSN_OK
 *
 * Any context. Meant for instructions that the CPU has decoded before: one that it would answer
 * #UD is INSN_UNSUPPORTED.
 *
 * Return: INSN_OK, INSN_UNSUPPORTED, or that bytes are missing or too many, as insn_decode().
 */
int vector_move_decode(const u8 *bytes, size_t n, enum insn_mode mode, struct vector_move *move);

/**
 * vector_move_load() - what a load makes of a register
 * @move: the move
 * @reg: the register, VECTOR_SIZE bytes
 * @memory: its operand, @move->width bytes
 *
 * Any context. Whoever writes the register back has to leave alone what is above 16 bytes unless
 * @move->vex.
 */
void vector_move_load(const struct vector_move *move, u8 *reg, const u8 *memory);

#endif /* JAILHOUSE_X86_VECTOR_MOVE_H */
