// SPDX-License-Identifier: GPL-2.0-only
/* SOURCES: core/rendezvous.c */
/* LIBS: pthread */
/*
 * CPUs that agree on a result, with a thread as each of them. What a CPU does while it
 * waits is the test's, so that each order of events is arranged and none is hoped for.
 */
#include <errno.h>
#include <pthread.h>
#include <sched.h>
#include <semaphore.h>
#include "unit.h"
#include "arch.h"
#include "rendezvous.h"

/* How a waiting thread passes its time. */
static __thread void (*while_waiting)(void);

void arch_cpu_relax(void)
{
	if (while_waiting)
		while_waiting();
	else
		sched_yield();
}

UNIT(a_cpu_that_is_alone_never_waits)
{
	struct rendezvous meeting = {};

	CHECK_EQ(rendezvous(&meeting, 1, 0), 0);
	CHECK_EQ(rendezvous(&meeting, 1, -EIO), -EIO);
}

UNIT(an_error_ends_with_its_round)
{
	static const int errors[] = { 0, -EIO, 0, 0, -ENOMEM, -EBUSY, 0, -EIO, -EIO, 0 };
	struct rendezvous meeting = {};
	unsigned int n;

	for (n = 0; n < ARRAY_SIZE(errors); n++)
		CHECK_EQ(rendezvous(&meeting, 1, errors[n]), errors[n]);
}

/*
 * The slow CPU comes first to a round in which nothing fails. Before it looks whether the
 * others are there, they have left, and one of them has failed in the next round.
 */
static struct {
	struct rendezvous meeting;
	sem_t slow_waits, fast_has_failed, slow_has_left;
	int slow[2];
} race;

static void slow_cpu_sleeps(void)
{
	sem_post(&race.slow_waits);
	sem_wait(&race.fast_has_failed);
}

/* The first time it has arrived already, with its error. */
static void fast_cpu_waits(void)
{
	sem_post(&race.fast_has_failed);
	sem_wait(&race.slow_has_left);
}

static void *slow_cpu(__maybe_unused void *unused)
{
	while_waiting = slow_cpu_sleeps;
	race.slow[0] = rendezvous(&race.meeting, 2, 0);
	race.slow[1] = rendezvous(&race.meeting, 2, 0);
	sem_post(&race.slow_has_left);
	return NULL;
}

UNIT(a_cpu_slow_in_leaving_does_not_see_the_next_rounds_error)
{
	pthread_t thread;

	sem_init(&race.slow_waits, 0, 0);
	sem_init(&race.fast_has_failed, 0, 0);
	sem_init(&race.slow_has_left, 0, 0);
	pthread_create(&thread, NULL, slow_cpu, NULL);
	sem_wait(&race.slow_waits);
	while_waiting = fast_cpu_waits;
	CHECK_EQ(rendezvous(&race.meeting, 2, 0), 0);
	CHECK_EQ(rendezvous(&race.meeting, 2, -EIO), -EIO);
	while_waiting = NULL;
	pthread_join(thread, NULL);
	CHECK_EQ(race.slow[0], 0);
	CHECK_EQ(race.slow[1], -EIO);
}

#define NUM_CPUS	4
#define NUM_ROUNDS	200

/* One of them fails in each round whose number is a multiple of @fails_every. */
static struct member {
	pthread_t thread;
	int error;
	unsigned int fails_every;
	unsigned int wrong_results;
} members[NUM_CPUS] = {
	{ .error = -1, .fails_every = 2 }, { .error = -2, .fails_every = 3 },
	{ .error = -3, .fails_every = 5 }, { .error = -4, .fails_every = 7 },
};

static struct rendezvous crowd;

static int result_of(const struct member *member, unsigned int round)
{
	return round % member->fails_every ? 0 : member->error;
}

/* Is it the error of somebody who failed, or 0 and nobody did? */
static bool possible(unsigned int round, int result)
{
	const struct member *member;
	bool failed = false;

	for (member = members; member < members + NUM_CPUS; member++) {
		if (result && result_of(member, round) == result)
			return true;
		failed |= result_of(member, round) != 0;
	}
	return !result && !failed;
}

static void *one_of_the_crowd(void *arg)
{
	struct member *member = arg;
	unsigned int round;

	for (round = 1; round <= NUM_ROUNDS; round++)
		if (!possible(round, rendezvous(&crowd, NUM_CPUS, result_of(member, round))))
			member->wrong_results++;
	return NULL;
}

UNIT(each_round_has_its_own_result_on_all_cpus)
{
	struct member *member;

	for (member = members; member < members + NUM_CPUS; member++)
		pthread_create(&member->thread, NULL, one_of_the_crowd, member);
	for (member = members; member < members + NUM_CPUS; member++) {
		pthread_join(member->thread, NULL);
		CHECK_EQ(member->wrong_results, 0);
	}
	CHECK_EQ(crowd.round, NUM_ROUNDS);
}
