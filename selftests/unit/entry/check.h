/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What the checks of VM entry and of VMRUN have in common, for check.c of vmcs/ or vmcb/. As
 * these, it has nothing of the code that is checked.
 */
#ifndef SELFTESTS_ENTRY_CHECK_H
#define SELFTESTS_ENTRY_CHECK_H

#include "types.h"

/* The first that does not hold. */
static const char *broken;

static inline void must(bool holds, const char *what)
{
	if (!holds && !broken)
		broken = what;
}

static inline bool bit(u64 value, unsigned int number)
{
	return value >> number & 1;
}

static inline bool canonical(u64 address)
{
	return (u64)((s64)(address << 16) >> 16) == address;
}

/* Each of the eight types: SDM 3A 12.12.2. */
static inline bool pat_valid(u64 pat)
{
	unsigned int n;

	for (n = 0; n < 64; n += 8)
		if ((pat >> n & 0xff) > 7 || (pat >> n & 0xff) == 2 || (pat >> n & 0xff) == 3)
			return false;
	return true;
}

#endif
