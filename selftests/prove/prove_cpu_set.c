// SPDX-License-Identifier: GPL-2.0-only
/* OPTIONS: --unwind 9 --no-standard-checks --bounds-check */
/* QUICK: 3 s */
/* FAULT: core/cpu_set.h s/n < JAILHOUSE_MAX_CPUS && (set/n <= JAILHOUSE_MAX_CPUS \&\& (set/ */
/* FAULT: core/cpu_set.c s/a->words\[i\] & ~b->words\[i\];/a->words[i] ^ b->words[i];/ */
/* FAULT: core/cpu_set.c s/~0ULL << n % 64/~1ULL << n % 64/ */
/* FAULT: core/cpu_set.c s/if (n >= JAILHOUSE_MAX_CPUS)/if (n > JAILHOUSE_MAX_CPUS)/ */
/* FAULT: core/cpu_set.c s/++i < CPU_SET_WORDS)/++i < CPU_SET_WORDS - 1)/ */
/* SOURCES: core/cpu_set.c */
/*
 * Any two sets of any CPUs, and any number: each operation makes of it what it makes of a
 * set, no word is touched beyond those there are, and the next CPU is one of the set with
 * none between.
 */
#include "prove.h"
#include "cpu_set.h"

static struct cpu_set any_set(void)
{
	struct cpu_set set;
	unsigned int i;

	for (i = 0; i < CPU_SET_WORDS; i++)
		set.words[i] = nondet_u64();
	return set;
}

/* @n is any CPU, or none: what holds for it holds for each. */
static void combine(const struct cpu_set *a, const struct cpu_set *b, unsigned int n)
{
	const bool in_a = cpu_set_has(a, n), in_b = cpu_set_has(b, n);
	const struct cpu_set both = cpu_set_and(a, b), any = cpu_set_or(a, b);
	const struct cpu_set less = cpu_set_without(a, b);

	REACHED();
	PROVE(!in_a || n < JAILHOUSE_MAX_CPUS, "no more CPUs than there are");
	PROVE(cpu_set_has(&both, n) == (in_a && in_b), "in both");
	PROVE(cpu_set_has(&any, n) == (in_a || in_b), "in any");
	PROVE(cpu_set_has(&less, n) == (in_a && !in_b), "in one, not in the other");
	PROVE(!cpu_set_subset(a, b) || !in_a || in_b, "all of a subset are in the set");
	PROVE(cpu_set_subset(&both, a) && cpu_set_subset(a, &any), "subsets are seen to be");
	PROVE(!cpu_set_equal(a, b) || in_a == in_b, "equal sets have the same");
	PROVE(!cpu_set_empty(a) || !in_a, "an empty one has none");
}

static void change(const struct cpu_set *a, unsigned int n, unsigned int changed)
{
	struct cpu_set more = *a, less = *a;
	const struct cpu_set only = cpu_set_of(changed);

	cpu_set_add(&more, changed);
	cpu_set_remove(&less, changed);
	PROVE(cpu_set_has(&more, n) == (cpu_set_has(a, n) || n == changed), "one is added");
	PROVE(cpu_set_has(&less, n) == (cpu_set_has(a, n) && n != changed), "one is removed");
	PROVE(cpu_set_has(&only, n) == (n == changed), "one alone");
}

static void go_through(const struct cpu_set *a, unsigned int from, unsigned int n)
{
	const unsigned int next = cpu_set_next(a, from);

	PROVE(next == JAILHOUSE_MAX_CPUS || (cpu_set_has(a, next) && next >= from),
	      "the next is one of the set");
	PROVE(!cpu_set_has(a, n) || n < from || n >= next, "none is left out");
}

int main(void)
{
	const struct cpu_set a = any_set(), b = any_set();
	const unsigned int n = nondet_u32();

	combine(&a, &b, n);
	change(&a, n, nondet_u32() % JAILHOUSE_MAX_CPUS);
	go_through(&a, nondet_u32(), n);
	return 0;
}
