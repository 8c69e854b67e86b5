/* SPDX-License-Identifier: GPL-2.0-only */
/* How fast is the APIC timer? */
#ifndef _JH_APIC_TIMER_H
#define _JH_APIC_TIMER_H

#include <linux/types.h>

u32 jh_apic_timer_khz(void);

/**
 * jh_apic_timer_rest() - what a timer counts down from that was borrowed from Linux
 * @initial: its initial count, 0 if it had been stopped
 * @current_count: how far it was when it was taken
 * @elapsed: counts that have gone by since, which are not the timer's periods
 * @periodic: it starts over by itself
 *
 * What went by meanwhile fires at once. So does a count that had come to its end when the timer
 * was taken, although its interrupt should be pending in the APIC by then, or be over: who
 * emulates a timer delivers its interrupt a while after the count reads 0, and never if the
 * count is written in between. Linux would wait for that for ever; one interrupt too many is
 * nothing to it. A timer that it has no use for, it masks and stops.
 *
 * Return: the initial count that it goes on with.
 */
static inline u32 jh_apic_timer_rest(u32 initial, u32 current_count, u32 elapsed, bool periodic)
{
	if (!initial || periodic)
		return initial;
	return current_count > elapsed ? current_count - elapsed : 1;
}

#endif
