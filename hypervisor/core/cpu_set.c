// SPDX-License-Identifier: GPL-2.0-only
/* Sets of CPUs: what goes through all words of one. */
#include "cpu_set.h"

struct cpu_set cpu_set_or(const struct cpu_set *a, const struct cpu_set *b)
{
	struct cpu_set set;
	unsigned int i;

	for (i = 0; i < CPU_SET_WORDS; i++)
		set.words[i] = a->words[i] | b->words[i];
	return set;
}

struct cpu_set cpu_set_without(const struct cpu_set *a, const struct cpu_set *b)
{
	struct cpu_set set;
	unsigned int i;

	for (i = 0; i < CPU_SET_WORDS; i++)
		set.words[i] = a->words[i] & ~b->words[i];
	return set;
}

struct cpu_set cpu_set_and(const struct cpu_set *a, const struct cpu_set *b)
{
	struct cpu_set set;
	unsigned int i;

	for (i = 0; i < CPU_SET_WORDS; i++)
		set.words[i] = a->words[i] & b->words[i];
	return set;
}

bool cpu_set_subset(const struct cpu_set *a, const struct cpu_set *b)
{
	const struct cpu_set missing = cpu_set_without(a, b);

	return cpu_set_empty(&missing);
}

unsigned int cpu_set_next(const struct cpu_set *set, unsigned int n)
{
	unsigned int i = n / 64;
	u64 bits;

	if (n >= JAILHOUSE_MAX_CPUS)
		return JAILHOUSE_MAX_CPUS;
	bits = set->words[i] & ~0ULL << n % 64;
	while (!bits && ++i < CPU_SET_WORDS)
		bits = set->words[i];
	return bits ? i * 64 + (unsigned int)__builtin_ctzll(bits) : JAILHOUSE_MAX_CPUS;
}

unsigned int cpu_set_weight(const struct cpu_set *set)
{
	unsigned int i, weight = 0;
	u64 bits;

	for (i = 0; i < CPU_SET_WORDS; i++)
		for (bits = set->words[i]; bits; bits &= bits - 1)
			weight++;
	return weight;
}
