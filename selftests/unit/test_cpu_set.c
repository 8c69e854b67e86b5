// SPDX-License-Identifier: GPL-2.0-only
/* SOURCES: core/cpu_set.c */
/* Sets of CPUs, against an array of flags. */
#include <string.h>
#include "unit.h"
#include "cpu_set.h"

static const unsigned int some[] = { 0, 1, 63, 64, 65, 127, 128, 300, 447, 448, 510, 511 };

static struct cpu_set set_of(const unsigned int *cpus, size_t count)
{
	struct cpu_set set = { { 0 } };

	while (count--)
		cpu_set_add(&set, cpus[count]);
	return set;
}

UNIT(each_cpu_alone)
{
	unsigned int n, other, seen;
	struct cpu_set set;

	for (n = 0; n < JAILHOUSE_MAX_CPUS; n++) {
		unit_row("CPU %u", n);
		set = cpu_set_of(n);
		for (other = 0; other < JAILHOUSE_MAX_CPUS; other++)
			CHECK_EQ(cpu_set_has(&set, other), other == n);
		CHECK_EQ(cpu_set_first(&set), n);
		CHECK_EQ(cpu_set_weight(&set), 1);
		CHECK_EQ(cpu_set_next(&set, n), n);
		CHECK_EQ(cpu_set_next(&set, n + 1), JAILHOUSE_MAX_CPUS);
		for_each_cpu_in(seen, &set)
			CHECK_EQ(seen, n);
		CHECK(!cpu_set_empty(&set));
		cpu_set_remove(&set, n);
		CHECK(cpu_set_empty(&set));
	}
}

UNIT(numbers_beyond_the_last_one)
{
	struct cpu_set all;

	memset(&all, 0xff, sizeof(all));
	CHECK_EQ(cpu_set_weight(&all), JAILHOUSE_MAX_CPUS);
	CHECK(cpu_set_has(&all, JAILHOUSE_MAX_CPUS - 1));
	CHECK(!cpu_set_has(&all, JAILHOUSE_MAX_CPUS));
	CHECK(!cpu_set_has(&all, ~0U));
	CHECK_EQ(cpu_set_next(&all, JAILHOUSE_MAX_CPUS), JAILHOUSE_MAX_CPUS);
	CHECK_EQ(cpu_set_next(&all, ~0U), JAILHOUSE_MAX_CPUS);
}

UNIT(the_empty_set)
{
	const struct cpu_set none = { { 0 } };
	unsigned int n;

	CHECK(cpu_set_empty(&none));
	CHECK_EQ(cpu_set_weight(&none), 0);
	CHECK_EQ(cpu_set_first(&none), JAILHOUSE_MAX_CPUS);
	for_each_cpu_in(n, &none)
		CHECK(false);
}

UNIT(cpus_come_in_their_order)
{
	const struct cpu_set set = set_of(some, ARRAY_SIZE(some));
	unsigned int n, count = 0;

	for_each_cpu_in(n, &set)
		if (CHECK(count < ARRAY_SIZE(some)))
			CHECK_EQ(n, some[count++]);
	CHECK_EQ(count, ARRAY_SIZE(some));
	CHECK_EQ(cpu_set_weight(&set), ARRAY_SIZE(some));
}

/* Each pair of the first @a and the last @b of some. */
UNIT(two_sets)
{
	const size_t count = ARRAY_SIZE(some);
	struct cpu_set x, y, either, both, rest;
	size_t a, b, i;

	for (a = 0; a <= count; a++) {
		for (b = 0; b <= count; b++) {
			unit_row("first %zu, last %zu", a, b);
			x = set_of(some, a);
			y = set_of(some + count - b, b);
			either = cpu_set_or(&x, &y);
			both = cpu_set_and(&x, &y);
			rest = cpu_set_without(&x, &y);
			for (i = 0; i < count; i++) {
				CHECK_EQ(cpu_set_has(&either, some[i]), i < a || i >= count - b);
				CHECK_EQ(cpu_set_has(&both, some[i]), i < a && i >= count - b);
				CHECK_EQ(cpu_set_has(&rest, some[i]), i < a && i < count - b);
			}
			CHECK_EQ(cpu_set_weight(&either) + cpu_set_weight(&both), a + b);
			CHECK_EQ(cpu_set_weight(&rest) + cpu_set_weight(&both), a);
			CHECK_EQ(cpu_set_subset(&x, &y), !a || b == count);
			CHECK_EQ(cpu_set_equal(&x, &y),
				 (!a && !b) || (a == count && b == count));
		}
	}
}
