/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * For fuzz harnesses. Each fuzz_NAME.c is a program that libFuzzer or AFL++
 * drives, built like the unit tests:
 *
 *	(comment) SOURCES: core/region.c
 *	(comment) OPTIONS: -max_len=256
 *
 * alone on their lines name the files under hypervisor/ that it needs, and
 * options of libFuzzer; BESIDE and HOST are those of the unit tests (unit.h). Seeds stand
 * in corpus/NAME/. What the sanitizers do not
 * see of themselves is said with REQUIRE().
 */
#ifndef SELFTESTS_FUZZ_H
#define SELFTESTS_FUZZ_H

#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "types.h"

/**
 * REQUIRE() - a property that holds for every input
 * @cond: the property; if it is false the input is reported as a crash
 */
#define REQUIRE(cond)							\
	do {								\
		if (!(cond)) {						\
			fprintf(stderr, "%s:%d: %s is false\n",		\
				__FILE__, __LINE__, #cond);		\
			abort();					\
		}							\
	} while (0)

/**
 * struct fuzz_input - what of the input is not yet used
 * @next: the next byte
 * @left: how many there are
 */
struct fuzz_input {
	const u8 *next;
	size_t left;
};

/**
 * fuzz_take() - take a value of any type from the input
 * @input: the input
 * @value: receives it; what the input lacks is zero
 * @size: of the value
 */
static inline void fuzz_take(struct fuzz_input *input, void *value, size_t size)
{
	size_t n = size < input->left ? size : input->left;

	memset(value, 0, size);
	memcpy(value, input->next, n);
	input->next += n;
	input->left -= n;
}

int LLVMFuzzerTestOneInput(const u8 *data, size_t size);

#endif /* SELFTESTS_FUZZ_H */
