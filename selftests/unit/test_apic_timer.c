// SPDX-License-Identifier: GPL-2.0-only
/* HOST: kernel */
/*
 * Linux's own use of the APIC timer goes on after the driver has measured with it: no interrupt
 * that Linux waits for is lost, and none comes that it has not asked for.
 */
#include "unit.h"
#include "../../driver/apic_timer.h"

#define PERIOD	250000
#define ELAPSED	2000

UNIT(a_count_goes_on_where_it_would_be)
{
	CHECK_EQ(jh_apic_timer_rest(PERIOD, PERIOD, ELAPSED, false), PERIOD - ELAPSED);
	CHECK_EQ(jh_apic_timer_rest(PERIOD, ELAPSED + 1, ELAPSED, false), 1);
	CHECK_EQ(jh_apic_timer_rest(~0U, ~0U, ELAPSED, false), ~0U - ELAPSED);
}

UNIT(a_count_that_went_by_meanwhile_fires)
{
	CHECK_EQ(jh_apic_timer_rest(PERIOD, ELAPSED, ELAPSED, false), 1);
	CHECK_EQ(jh_apic_timer_rest(PERIOD, 1, ELAPSED, false), 1);
	CHECK_EQ(jh_apic_timer_rest(PERIOD, 1, ~0U, false), 1);
}

/* Whether its interrupt has come cannot be seen: QEMU's comes when its main loop gets to it. */
UNIT(a_count_that_has_just_ended_fires_once_more)
{
	CHECK_EQ(jh_apic_timer_rest(PERIOD, 0, ELAPSED, false), 1);
	CHECK_EQ(jh_apic_timer_rest(1, 0, 0, false), 1);
}

UNIT(a_timer_that_was_stopped_stays_so)
{
	CHECK_EQ(jh_apic_timer_rest(0, 0, ELAPSED, false), 0);
	CHECK_EQ(jh_apic_timer_rest(0, 0, ELAPSED, true), 0);
}

UNIT(a_period_stays_what_it_was)
{
	CHECK_EQ(jh_apic_timer_rest(PERIOD, 0, ELAPSED, true), PERIOD);
	CHECK_EQ(jh_apic_timer_rest(PERIOD, ELAPSED, ELAPSED, true), PERIOD);
}
