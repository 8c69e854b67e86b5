// SPDX-License-Identifier: GPL-2.0-only
/* Time: the ACPI PM timer (ACPI 4.8.3.3) as the reference, and the TSC. */
#include "inmate.h"

#define PM_TIMER_HZ	3579545
/* Counters have 24 or 32 bits: of both the lower 24 can be used. */
#define PM_TIMER_MASK	0xffffff
#define CALIBRATE_NS	(10 * NS_PER_MS)

static u64 tsc_rate;

/**
 * scale() - multiply and divide with 128 bits in between
 * @value: what to scale
 * @to: multiplier
 * @from: divider, not 0; the result has to fit into 64 bits
 *
 * Return: @value * @to / @from, rounded down.
 */
u64 scale(u64 value, u64 to, u64 from)
{
	u64 high;

	asm("mulq %2\n\tdivq %3" : "+a" (value), "=&d" (high)
	    : "r" (to), "r" (from) : "cc");
	return value;
}

static u32 pm_timer_ticks(void)
{
	if (!comm_region->pm_timer_address) {
		printf("There is no PM timer\n");
		stop(JAILHOUSE_CELL_FAILED);
	}
	return in32(comm_region->pm_timer_address) & PM_TIMER_MASK;
}

/**
 * pm_timer_ns() - time by the PM timer
 *
 * To be called on one CPU only, and at least once in 4 seconds: the counter wraps
 * after 4.68.
 *
 * Return: nanoseconds since the first call.
 */
u64 pm_timer_ns(void)
{
	static bool started;
	static u32 last;
	static u64 sum;
	u32 now = pm_timer_ticks();

	if (started)
		sum += (now - last) & PM_TIMER_MASK;
	started = true;
	last = now;
	return scale(sum, NS_PER_SEC, PM_TIMER_HZ);
}

/**
 * tsc_calibrate() - measure the TSC against the PM timer
 * @ns: how long to measure, below 4 seconds
 *
 * tsc_hz() gives the result from now on.
 *
 * Return: ticks a second.
 */
u64 tsc_calibrate(u64 ns)
{
	u64 start = pm_timer_ns(), ticks = rdtsc(), now;

	do
		now = pm_timer_ns();
	while (now - start < ns);
	ticks = rdtsc() - ticks;
	tsc_rate = scale(ticks, NS_PER_SEC, now - start);
	return tsc_rate;
}

/**
 * tsc_hz() - frequency of the TSC
 *
 * Return: ticks a second; from the comm region, measured where that has none.
 */
u64 tsc_hz(void)
{
	if (!tsc_rate)
		tsc_rate = comm_region->tsc_khz * 1000ULL;
	return tsc_rate ?: tsc_calibrate(CALIBRATE_NS);
}

/**
 * tsc_ns() - time by the TSC
 *
 * Return: nanoseconds since the TSC was 0.
 */
u64 tsc_ns(void)
{
	return scale(rdtsc(), NS_PER_SEC, tsc_hz());
}

/**
 * delay_ns() - wait
 * @ns: at least this many nanoseconds by the TSC
 */
void delay_ns(u64 ns)
{
	u64 start = rdtsc(), ticks = scale(ns, tsc_hz(), NS_PER_SEC);

	while (rdtsc() - start < ticks)
		cpu_relax();
}
