// SPDX-License-Identifier: GPL-2.0-only
/*
 * float and double: what is computed stays right while a timer's handler computes something
 * else in the same registers, on each CPU of the cell.
 */
#include "interrupted.h"

static volatile double disturbed;
static volatile double zero;

/* More values than there are registers, so that all of them are used. */
static double polynomial(double x)
{
	double power = 1.0, sum = 0.0;
	int i;

	for (i = 1; i <= 24; i++) {
		power *= x;
		sum += power / (double)i;
	}
	return sum;
}

static void disturb(struct frame *frame)
{
	(void)frame;
	disturbed = polynomial(-0.75) * 3.0;
	fired++;
}

/* Whatever is computed here, it is the same each time, and with no interrupt. */
static void check_interrupted(void)
{
	double expected = polynomial(0.5), got;
	unsigned int wrong = 0, rounds = 0;

	begin_interrupts(disturb);
	while (fired < INTERRUPTS) {
		got = polynomial(0.5);
		if (got != expected)
			wrong++;
		rounds++;
	}
	end_interrupts();
	report(!wrong, "%u of %u results were disturbed by %u interrupts", wrong, rounds, fired);
}

/* ln 2 by its series to the 24th power, and what a step of it makes of a rounding mode. */
static void check_values(void)
{
	double third = 1.0;
	float narrow;

	third /= 3.0;
	narrow = (float)third;
	report(polynomial(0.5) > 0.69314717 && polynomial(0.5) < 0.69314719, "a series");
	report((u64)(third * 3e9) == 1000000000, "a third of 3e9 is %llu", (u64)(third * 3e9));
	report((double)narrow != third && (double)narrow - third < third / 1e6,
	       "float is narrower");
	report((s64)(-7.9) == -7, "to an integer, towards zero");
}

/* With no exception unmasked, as C has it. */
static void check_exceptions(void)
{
	double nothing = zero / zero;

	report(1.0 / zero > 1e308, "one divided by zero is infinite");
	report(!(nothing <= 0.0) && !(nothing > 0.0), "zero divided by zero is no number");
}

static double compute(void)
{
	return polynomial(0.5);
}

void inmate_main(void)
{
	report_begin("fpu");
	check_values();
	check_exceptions();
	check_interrupted();
	check_cpus(compute, polynomial(0.5));
	report_done();
}
