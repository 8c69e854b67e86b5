// SPDX-License-Identifier: GPL-2.0-only
/* HOST: vmcs */
/* SOURCES: x86/kick.c */
/*
 * NMIs that may be kicks, or the guest's: in every order in which a few of them can be sent, come,
 * and be looked at. Each step takes long: nothing here may depend on when something happens.
 */
#include "unit.h"

#include <string.h>
#include "arch.h"
#include "kick.h"
#include "x86.h"

#define LONG_TICKS	200000000

struct machine machine = { .tsc_khz = 1000000 };
struct host_cpu host_cpu;

static struct cpu cpu = { .id = 3, .apic_id = 7 };
static struct percpu target = { .cpu = &cpu };

/*
 * The CPU, which holds one NMI and forgets all others (@forgotten), and who deals with it: @wanted
 * of it is something, its guest was to get @sent NMIs and has got @given. @meanwhile is what else
 * happens while a sender is about to send.
 */
static struct {
	bool held;
	bool wanted;
	bool pmi;
	unsigned int forgotten;
	unsigned int sent;
	unsigned int given;
	unsigned int kicks;
	void (*meanwhile)(void);
} is;

static void nmi_arrives(void)
{
	is.forgotten += is.held;
	is.held = true;
}

void apic_send_nmi(u32 apic_id)
{
	void (*what)(void) = is.meanwhile;

	CHECK_EQ(apic_id, 7);
	is.meanwhile = NULL;
	if (what)
		what();
	is.kicks++;
	nmi_arrives();
}

bool apic_pmi_pending(void)
{
	return is.pmi;
}

static void begin(void)
{
	target.nmis_seen = 1;
	kick_take(&target);
	target.nmis_seen = 0;
	memset(&is, 0, sizeof(is));
}

static void kicks_it(void)
{
	is.wanted = true;
	arch_kick_cpu(&cpu);
}

static void guest_has_one(void)
{
	is.sent++;
	nmi_arrives();
}

/* The hypervisor's handler. */
static void takes(void)
{
	if (!is.held)
		return;
	is.held = false;
	is.forgotten += target.nmis_seen == MAX_NMIS_SEEN;
	kick_note_nmi(&target);
}

/* What process_events() does. */
static void looks(void)
{
	bool seen = target.nmis_seen;

	is.given += kick_take(&target);
	if (seen)
		is.wanted = false;
}

static void takes_and_looks(void)
{
	takes();
	looks();
}

UNIT(an_nmi_that_nobody_sent_is_the_guests)
{
	begin();
	guest_has_one();
	takes_and_looks();
	CHECK_EQ(is.given, 1);
	looks();
	CHECK_EQ(is.given, 1);
}

UNIT(each_kick_is_taken_once)
{
	unsigned int n;

	begin();
	for (n = 1; n < 4; n++) {
		kicks_it();
		CHECK_EQ(is.kicks, n);
		takes_and_looks();
		CHECK(!is.wanted);
	}
	CHECK_EQ(is.given, 0);
}

/* So that no second one can come late. */
UNIT(while_one_is_on_its_way_no_other_is_sent)
{
	begin();
	kicks_it();
	kicks_it();
	takes();
	kicks_it();
	CHECK_EQ(is.kicks, 1);
	looks();
	CHECK(!is.wanted);
	kicks_it();
	CHECK_EQ(is.kicks, 2);
}

/* What it is about was seen long before, for another reason. */
UNIT(a_kick_that_comes_late_is_a_kick)
{
	begin();
	kicks_it();
	host_cpu.tsc += LONG_TICKS;
	looks();
	host_cpu.tsc += LONG_TICKS;
	takes_and_looks();
	CHECK_EQ(is.given, 0);
}

UNIT(so_is_one_whose_sender_was_interrupted)
{
	begin();
	is.meanwhile = takes_and_looks;
	kicks_it();
	takes_and_looks();
	CHECK_EQ(is.given, 0);
}

UNIT(one_beside_a_kick_is_the_guests)
{
	begin();
	kicks_it();
	takes();
	guest_has_one();
	takes();
	looks();
	CHECK_EQ(is.given, 1);
}

UNIT(a_counter_that_overflowed_had_one)
{
	begin();
	is.pmi = true;
	looks();
	CHECK_EQ(is.given, 0);
	kicks_it();
	guest_has_one();
	takes_and_looks();
	CHECK_EQ(is.forgotten, 1);
	CHECK_EQ(is.given, 1);
	/* It is not one more. */
	guest_has_one();
	takes_and_looks();
	CHECK_EQ(is.given, 2);
}

UNIT(of_many_it_has_those_that_it_could_hold)
{
	unsigned int n;

	begin();
	for (n = 0; n < 300; n++) {
		guest_has_one();
		takes();
	}
	looks();
	CHECK_EQ(is.given, MAX_NMIS_SEEN);
	CHECK_EQ(is.sent - is.forgotten, MAX_NMIS_SEEN);
}

/*
 * Every order of some steps
 */

#define NUM_STEPS	8
#define IN_BETWEEN	3

static const char *next_step;

static void do_step(void);

static void some_steps(void)
{
	unsigned int n;

	for (n = 0; n < IN_BETWEEN; n++)
		do_step();
}

static void interrupted_sender(void)
{
	is.meanwhile = some_steps;
	kicks_it();
	/* Nothing was sent. */
	is.meanwhile = NULL;
}

static const struct step {
	char name;
	void (*done)(void);
} steps[] = {
	{ 'k', kicks_it }, { 'i', interrupted_sender }, { 'g', guest_has_one }, { 't', takes },
	{ 'l', looks },
};

static void do_step(void)
{
	unsigned int n;

	host_cpu.tsc += LONG_TICKS;
	for (n = 0; n < ARRAY_SIZE(steps); n++) {
		if (steps[n].name == *next_step) {
			next_step++;
			steps[n].done();
			return;
		}
	}
}

/* As many as the CPU did not forget, and whatever was wanted was looked for. */
static bool comes_right(const char *order)
{
	begin();
	next_step = order;
	while (*next_step)
		do_step();
	while (is.held)
		takes_and_looks();
	looks();
	return is.given == is.sent - is.forgotten && !is.wanted;
}

static bool next_order(char *order, unsigned int *digits)
{
	unsigned int n;

	for (n = 0; n < NUM_STEPS; n++) {
		digits[n] = (digits[n] + 1) % ARRAY_SIZE(steps);
		order[n] = steps[digits[n]].name;
		if (digits[n])
			return true;
	}
	return false;
}

UNIT(in_every_order_the_guest_has_its_own_and_no_kick_is_lost)
{
	unsigned int digits[NUM_STEPS] = { 0 }, wrong = 0, orders = 0;
	char order[] = "kkkkkkkk";

	do {
		orders++;
		if (!comes_right(order) && !wrong++)
			unit_row("%s: %u of %u, %u forgotten", order, is.given, is.sent,
				 is.forgotten);
	} while (next_order(order, digits));
	CHECK_EQ(orders, 390625);
	CHECK_EQ(wrong, 0);
}
