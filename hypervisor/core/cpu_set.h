/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Sets of CPUs: bit N of the bitmap stands for Linux's CPU N, as in a configuration.
 *
 * The words may be changed by another CPU while a set is read: whoever cares holds that
 * CPU, or takes a copy. Nothing here is atomic, but a look at one CPU reads one word.
 */
#ifndef _CORE_CPU_SET_H
#define _CORE_CPU_SET_H

#include "types.h"
#include <jailhouse/console.h>
#include <jailhouse/cell_config.h>

#define CPU_SET_WORDS	(JAILHOUSE_MAX_CPUS / 64)

static_assert(JAILHOUSE_MAX_CPUS % 64 == 0);

struct cpu_set {
	u64 words[CPU_SET_WORDS];
};

/** cpu_set_has() - is CPU @n in @set? There is none from JAILHOUSE_MAX_CPUS on. */
static inline bool cpu_set_has(const struct cpu_set *set, unsigned int n)
{
	return n < JAILHOUSE_MAX_CPUS && (set->words[n / 64] >> n % 64 & 1);
}

/** cpu_set_add() - put CPU @n, below JAILHOUSE_MAX_CPUS, into @set */
static inline void cpu_set_add(struct cpu_set *set, unsigned int n)
{
	set->words[n / 64] |= BIT_ULL(n % 64);
}

/** cpu_set_remove() - take CPU @n, below JAILHOUSE_MAX_CPUS, out of @set */
static inline void cpu_set_remove(struct cpu_set *set, unsigned int n)
{
	set->words[n / 64] &= ~BIT_ULL(n % 64);
}

/** cpu_set_of() - the set with only CPU @n in it, which is below JAILHOUSE_MAX_CPUS */
static inline struct cpu_set cpu_set_of(unsigned int n)
{
	struct cpu_set set = { { 0 } };

	cpu_set_add(&set, n);
	return set;
}

/** cpu_set_or() - CPUs that are in @a or in @b */
struct cpu_set cpu_set_or(const struct cpu_set *a, const struct cpu_set *b);

/** cpu_set_and() - CPUs that are in @a and in @b */
struct cpu_set cpu_set_and(const struct cpu_set *a, const struct cpu_set *b);

/** cpu_set_without() - CPUs that are in @a, but not in @b */
struct cpu_set cpu_set_without(const struct cpu_set *a, const struct cpu_set *b);

/** cpu_set_subset() - are all CPUs of @a in @b, too? */
bool cpu_set_subset(const struct cpu_set *a, const struct cpu_set *b);

/** cpu_set_equal() - do @a and @b have the same CPUs? */
static inline bool cpu_set_equal(const struct cpu_set *a, const struct cpu_set *b)
{
	return cpu_set_subset(a, b) && cpu_set_subset(b, a);
}

/** cpu_set_next() - the first CPU of @set from @n on, JAILHOUSE_MAX_CPUS if there is none */
unsigned int cpu_set_next(const struct cpu_set *set, unsigned int n);

/** cpu_set_first() - the lowest CPU of @set, JAILHOUSE_MAX_CPUS if there is none */
static inline unsigned int cpu_set_first(const struct cpu_set *set)
{
	return cpu_set_next(set, 0);
}

/** cpu_set_empty() - is there no CPU in @set? */
static inline bool cpu_set_empty(const struct cpu_set *set)
{
	return cpu_set_first(set) == JAILHOUSE_MAX_CPUS;
}

/* Iterates @n over the CPUs of @set, in ascending order. */
#define for_each_cpu_in(n, set)					\
	for ((n) = cpu_set_first(set); (n) < JAILHOUSE_MAX_CPUS;	\
	     (n) = cpu_set_next(set, (n) + 1))

/** cpu_set_weight() - number of CPUs in @set */
unsigned int cpu_set_weight(const struct cpu_set *set);

#endif
