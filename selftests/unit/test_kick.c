// SPDX-License-Identifier: GPL-2.0-only
/* HOST: vmcs */
/* SOURCES: x86/kick.c */
/*
 * NMIs that may be kicks, or the guest's: senders that are slow between counting a kick and
 * sending its NMI, and kicks that arrive as two, one, or late.
 */
#include "unit.h"

#include "arch.h"
#include "kick.h"
#include "x86.h"

#define TSC_KHZ		1000000
#define LONG_TICKS	(TSC_KHZ * 200ULL / 1000)

struct machine machine = { .tsc_khz = TSC_KHZ };
struct host_cpu host_cpu;

static struct cpu cpu = { .id = 3, .apic_id = 7 };
static struct percpu target = { .cpu = &cpu };
static unsigned int nmis_sent;

/* What the CPU that is kicked does while the sender is about to send. */
static void (*meanwhile)(void);

void apic_send_nmi(u32 apic_id)
{
	void (*what)(void) = meanwhile;

	CHECK_EQ(apic_id, 7);
	meanwhile = NULL;
	if (what)
		what();
	nmis_sent++;
}

static void long_time(void)
{
	host_cpu.tsc += LONG_TICKS;
}

static void no_kick_is_left(void)
{
	long_time();
	CHECK(!kick_take(&target));
}

static void takes_a_kick(void)
{
	CHECK(kick_take(&target));
	long_time();
}

UNIT(an_nmi_that_nobody_sent_is_the_guests)
{
	no_kick_is_left();
	no_kick_is_left();
}

UNIT(each_kick_is_taken_once)
{
	nmis_sent = 0;
	arch_kick_cpu(&cpu);
	CHECK(kick_take(&target));
	CHECK(!kick_take(&target));
	arch_kick_cpu(&cpu);
	CHECK(kick_take(&target));
	no_kick_is_left();
	CHECK_EQ(nmis_sent, 2);
}

UNIT(two_kicks_arrive_as_one_or_one_after_the_other)
{
	arch_kick_cpu(&cpu);
	arch_kick_cpu(&cpu);
	CHECK(kick_take(&target));
	CHECK(kick_take(&target));
	no_kick_is_left();
}

/* The first kick's NMI comes when the second is counted; that of the second comes late. */
UNIT(a_kick_whose_sender_was_interrupted_is_none_of_the_guests)
{
	arch_kick_cpu(&cpu);
	meanwhile = takes_a_kick;
	arch_kick_cpu(&cpu);
	CHECK(kick_take(&target));
	no_kick_is_left();
}

/* Its NMI is there before its sender goes on. */
static void takes_it_in_time(void)
{
	takes_a_kick();
	CHECK(kick_take(&target));
	long_time();
}

UNIT(nor_is_it_before_its_sender_knows_that_it_was_sent)
{
	arch_kick_cpu(&cpu);
	meanwhile = takes_it_in_time;
	arch_kick_cpu(&cpu);
	no_kick_is_left();
}

/* What process_events() does, suspended for long between the two. */
static void held(void (*inside)(void))
{
	u64 since = host_cpu.tsc;

	long_time();
	if (inside)
		inside();
	long_time();
	kick_settle(&target, since);
}

UNIT(time_in_which_no_nmi_can_come_does_not_count)
{
	arch_kick_cpu(&cpu);
	arch_kick_cpu(&cpu);
	CHECK(kick_take(&target));
	held(NULL);
	CHECK(kick_take(&target));
	held(NULL);
	/* As long as there was before, and no longer. */
	host_cpu.tsc += LONG_TICKS / 2 - 100;
	held(NULL);
	CHECK(kick_take(&target));
	host_cpu.tsc += 100;
	CHECK(!kick_take(&target));
	held(NULL);
	CHECK(!kick_take(&target));
}

/* It is counted when the first one's NMI comes, and sent while the CPU is held. */
static void comes_round_and_is_held(void)
{
	CHECK(kick_take(&target));
	held(NULL);
	CHECK(kick_take(&target));
	held(NULL);
}

UNIT(a_kick_that_is_sent_meanwhile_has_its_time_afterwards)
{
	u64 since;

	arch_kick_cpu(&cpu);
	meanwhile = takes_a_kick;
	since = host_cpu.tsc;
	arch_kick_cpu(&cpu);
	long_time();
	kick_settle(&target, since);
	CHECK(kick_take(&target));
	no_kick_is_left();
	held(NULL);
	CHECK(!kick_take(&target));

	/* Still not sent when the CPU goes on. */
	arch_kick_cpu(&cpu);
	meanwhile = comes_round_and_is_held;
	arch_kick_cpu(&cpu);
	CHECK(kick_take(&target));
	no_kick_is_left();
}

UNIT(what_is_over_before_the_cpu_is_held_stays_over)
{
	arch_kick_cpu(&cpu);
	arch_kick_cpu(&cpu);
	CHECK(kick_take(&target));
	long_time();
	held(no_kick_is_left);
	CHECK(!kick_take(&target));
	arch_kick_cpu(&cpu);
	meanwhile = takes_a_kick;
	arch_kick_cpu(&cpu);
	long_time();
	held(NULL);
	CHECK(!kick_take(&target));
}
