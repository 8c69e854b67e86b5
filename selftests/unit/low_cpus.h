/* SPDX-License-Identifier: GPL-2.0-only */
/* Sets of CPUs in the rows of tests, most of which get by with the lowest 64. */
#ifndef SELFTESTS_UNIT_LOW_CPUS_H
#define SELFTESTS_UNIT_LOW_CPUS_H

#include <stdlib.h>
#include "cpu_set.h"

/* The set of which @low has bit N set for CPU N. */
static inline struct cpu_set low_cpus(u64 low)
{
	return (struct cpu_set) { { low } };
}

/* The other way round; there must be no others in it. */
static inline u64 low_word(const struct cpu_set *set)
{
	const struct cpu_set low = low_cpus(set->words[0]);

	if (!cpu_set_equal(set, &low))
		abort();
	return set->words[0];
}

#endif
