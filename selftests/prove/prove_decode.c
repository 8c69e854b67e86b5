// SPDX-License-Identifier: GPL-2.0-only
/* SOURCES: x86/decode.c */
/* OPTIONS: --unwind 17 --no-standard-checks --bounds-check --pointer-check */
/* QUICK: 5 s */
/* FAULT: x86/decode.c s/if ((size_t)(end - next) < width)/if (0)/ */
/* FAULT: x86/decode.c s/for (; next != end; next++)/for (;; next++)/ */
/* FAULT: x86/decode.c s/>= TWO_BYTE_FIRST +/> TWO_BYTE_FIRST +/ */
/* FAULT: x86/decode.c s/(u8)(next - bytes)/(u8)(next - bytes + 1)/ */
/*
 * Any bytes, up to 15, in any mode: the decoder reads none beyond those that it was given,
 * nor beyond its tables, and what it accepts is no longer than they are.
 */
#include "prove.h"
#include "decode.h"

int main(void)
{
	u8 bytes[INSN_MAX_LENGTH];
	const size_t n = nondet_u8();
	struct insn insn;

	/* The last byte that is given is the last one that there is. */
	ASSUME(n <= INSN_MAX_LENGTH);
	if (insn_decode(bytes + INSN_MAX_LENGTH - n, n, nondet_u8() % 3, &insn) != INSN_OK)
		return 0;
	REACHED();
	PROVE(insn.length && insn.length <= n, "no longer than what is there");
	PROVE(insn.width == 1 || insn.width == 2 || insn.width == 4 || insn.width == 8,
	      "as wide as an operand can be");
	PROVE(insn.reg == INSN_NO_GPR || insn.reg < 16, "a register that there is");
	return 0;
}
