/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * For the model checker: values that may be anything, what is assumed of them, and what is
 * to be proved. A harness is main() over the product's own sources; all that it takes from
 * nondet_...() is decided for every value at once.
 *
 * Comments in a harness say how it is run (run.sh reads them):
 *
 *	SOURCES		files of hypervisor/ that are proved
 *	OPTIONS		of the model checker: loops are unwound as often as --unwind and
 *			--unwindset say, and a loop that could go on fails the proof
 *	RUN		instead of OPTIONS: it is compiled and run, and goes through all values
 *			itself, where these are few and the tables large
 *	QUICK		it takes seconds, and is in "make check", too
 *	FAULT		a file and a command of sed: with that change the proof must fail
 *
 * REACHED() stands where the assertions are: as an assertion it must fail, or what is assumed
 * contradicts itself and the proof says nothing.
 */
#ifndef SELFTESTS_PROVE_H
#define SELFTESTS_PROVE_H

#include "types.h"

#ifdef __CPROVER__

/* The model checker gives functions of such names any result. */
u8 nondet_u8(void);
u16 nondet_u16(void);
u32 nondet_u32(void);
u64 nondet_u64(void);
bool nondet_bool(void);

#define ASSUME(condition)	__CPROVER_assume(condition)
#define PROVE(condition, what)	__CPROVER_assert(condition, what)

#define REACHED()		__CPROVER_assert(0, "this place is reached")

#else /* it is run: what fails is said once, in the model checker's words */

#include <stdio.h>

#define PROVE(condition, what)						\
	do {								\
		static bool said;					\
									\
		if (!(condition) && !said) {				\
			said = true;					\
			printf("[%s] %s: FAILURE\n", __func__, what);	\
		}							\
	} while (0)
#define REACHED()		PROVE(0, "this place is reached")

#endif

#endif
