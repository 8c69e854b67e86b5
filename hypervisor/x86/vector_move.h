/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Decoder for moves between memory and a vector register, with which programs copy memory.
 *
 * No driver accesses a device by them, so they are apart from decode.h. It knows what SSE, SSE2,
 * SSE3 and SSE4.1 have, the same in the encoding of AVX (VEX), and of AVX-512 (EVEX) what moves
 * whole registers without a mask: with these the C library copies on a CPU that has them. It does
 * not know MMX, by which nothing copies that was built for this century. Portable, reentrant,
 * reads nothing but its arguments.
 */
#ifndef JAILHOUSE_X86_VECTOR_MOVE_H
#define JAILHOUSE_X86_VECTOR_MOVE_H

#include "decode.h"

/* Of a register as AVX-512 has it: ZMM */
#define VECTOR_SIZE	64

/**
 * enum vector_set - what a CPU must have for an instruction, and Linux have switched on
 * @VECTOR_SSE: 16 registers of 16 bytes (XMM)
 * @VECTOR_AVX: they have 32 (YMM), and a load clears what is above those that it fills
 * @VECTOR_AVX512: they have 64 (ZMM), and there are 32 of them
 */
enum vector_set { VECTOR_SSE, VECTOR_AVX, VECTOR_AVX512 };

/**
 * vector_move_decode() - decode one such move
 * @bytes: at least @n readable bytes
 * @n: how many; more than INSN_MAX_LENGTH are not looked at
 * @mode: what the guest's CS says, see enum insn_mode
 * @insn: receives it, an INSN_VECTOR; undefined unless the result is INSN_OK
 *
 * Any context. Meant for instructions that the CPU has decoded before: one that it would answer
 * #UD is INSN_UNSUPPORTED.
 *
 * Return: INSN_OK, INSN_UNSUPPORTED, or that bytes are missing or too many, as insn_decode().
 */
int vector_move_decode(const u8 *bytes, size_t n, enum insn_mode mode, struct insn *insn);

#endif /* JAILHOUSE_X86_VECTOR_MOVE_H */
