// SPDX-License-Identifier: GPL-2.0-only
/*
 * How fast is the APIC timer? Inmates want to know, and Linux does not tell: so it is
 * measured against the TSC, between two interrupts of Linux's own use of the timer.
 */
#include "apic_timer.h"
#include "compat.h"

#include <linux/irqflags.h>
#include <linux/math64.h>
#include <asm/apic.h>
#include <asm/barrier.h>
#include <asm/tsc.h>

#define MEASURE_US	2000

/* What Linux had programmed (SDM 3A 11.5.4). */
struct timer_state {
	u32 lvt;
	u32 divider;
	u32 initial;
	u32 current_count;
	u64 deadline;
};

/* Linux's accessors are not exported everywhere. */
static u32 timer_read(u32 reg)
{
	u64 value;

	if (!x2apic_mode)
		return native_apic_mem_read(reg);
	rdmsrq(APIC_BASE_MSR + (reg >> 4), value);
	return value;
}

static void timer_write(u32 reg, u32 value)
{
	if (x2apic_mode)
		wrmsrq(APIC_BASE_MSR + (reg >> 4), value);
	else
		native_apic_mem_write(reg, value);
}

static bool in_deadline_mode(const struct timer_state *state)
{
	return (state->lvt & APIC_LVT_TIMER_TSCDEADLINE) == APIC_LVT_TIMER_TSCDEADLINE;
}

static void timer_save(struct timer_state *state)
{
	state->lvt = timer_read(APIC_LVTT);
	state->divider = timer_read(APIC_TDCR);
	state->initial = timer_read(APIC_TMICT);
	state->current_count = timer_read(APIC_TMCCT);
	state->deadline = 0;
	if (in_deadline_mode(state))
		rdmsrq(MSR_IA32_TSC_DEADLINE, state->deadline);
}

/* A deadline that went by meanwhile fires at once. */
static void timer_restore(const struct timer_state *state, u32 elapsed)
{
	bool periodic = state->lvt & APIC_LVT_TIMER_PERIODIC;

	timer_write(APIC_LVTT, state->lvt);
	timer_write(APIC_TDCR, state->divider);
	if (in_deadline_mode(state)) {
		/* The change of mode comes before the deadline (SDM 3A 11.5.4.1). */
		mb();
		if (state->deadline)
			wrmsrq(MSR_IA32_TSC_DEADLINE, state->deadline);
		return;
	}
	timer_write(APIC_TMICT, jh_apic_timer_rest(state->initial, state->current_count, elapsed,
						   periodic));
}

/* Counts of the running timer, at a moment that is known as exactly as can be. */
static u32 timer_sample(u64 *tsc)
{
	u64 shortest = U64_MAX;
	u32 count = 0;
	int i;

	/* Something (an SMI, a host) may come between: the quickest attempt counts. */
	for (i = 0; i < 8; i++) {
		u64 before = rdtsc_ordered();
		u32 now = timer_read(APIC_TMCCT);
		u64 after = rdtsc_ordered();

		if (after - before >= shortest)
			continue;
		shortest = after - before;
		*tsc = before + shortest / 2;
		count = now;
	}
	return count;
}

/* The shift that a value of the divide configuration register stands for. */
static unsigned int divider_shift(u32 divider)
{
	return (((divider & 3) | (divider >> 1 & 4)) + 1) & 7;
}

/**
 * jh_apic_timer_khz() - frequency of the APIC timer, before its divider
 *
 * Takes MEASURE_US on the calling CPU, with interrupts off. Linux's own use of the
 * timer goes on afterwards.
 *
 * Return: kHz, or 0 if it is not known.
 */
u32 jh_apic_timer_khz(void)
{
	u64 start, end, ticks = div_u64((u64)tsc_khz * MEASURE_US, 1000);
	struct timer_state state;
	unsigned long flags;
	u32 first, last, elapsed;

	if (!boot_cpu_has(X86_FEATURE_APIC) || !tsc_khz)
		return 0;
	local_irq_save(flags);
	timer_save(&state);
	timer_write(APIC_LVTT, (state.lvt & APIC_VECTOR_MASK) | APIC_LVT_MASKED);
	timer_write(APIC_TDCR, APIC_TDR_DIV_1);
	timer_write(APIC_TMICT, U32_MAX);
	first = timer_sample(&start);
	while (rdtsc_ordered() - start < ticks)
		cpu_relax();
	last = timer_sample(&end);
	timer_write(APIC_TMICT, 0);
	elapsed = U32_MAX - last;
	timer_restore(&state, elapsed >> divider_shift(state.divider));
	local_irq_restore(flags);

	if (!last || last >= first || end <= start)
		return 0;
	return mul_u64_u64_div_u64(first - last, tsc_khz, end - start);
}
