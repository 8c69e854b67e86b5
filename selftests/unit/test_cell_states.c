// SPDX-License-Identifier: GPL-2.0-only
/* BESIDE: cells.c */
/* States of cells, what they say of themselves in the comm region, and the lock. */
#include <string.h>
#include "cells.h"

/*
 * States: each management operation from each state, with each answer.
 */

enum start_state { NEW, RUNS, LOCKED, STOPPED, FAILED, SAYS_DOWN, SAYS_FAILED, PASSIVE };

static const u32 operations[] = { START, STOP, LOAD, DESTROY };

#define NOT_ASKED	(-1)

/*
 * Where each of them leads. A cell that runs is asked first, unless it is told to start, and stays
 * as it is if it refuses.
 */
static const struct start {
	enum start_state from;
	long stays_in;
	long leads_to[ARRAY_SIZE(operations)];
} starts[] = {
	{ NEW, NOT_ASKED, { UP, DOWN, DOWN, -ENOENT } },
	{ RUNS, UP, { UP, DOWN, DOWN, -ENOENT } },
	{ LOCKED, UPLOCK, { UPLOCK, DOWN, DOWN, -ENOENT } },
	{ STOPPED, NOT_ASKED, { UP, DOWN, DOWN, -ENOENT } },
	{ FAILED, NOT_ASKED, { UP, BROKEN, BROKEN, -ENOENT } },
	{ SAYS_DOWN, NOT_ASKED, { UP, DOWN, DOWN, -ENOENT } },
	{ SAYS_FAILED, NOT_ASKED, { UP, BROKEN, BROKEN, -ENOENT } },
	{ PASSIVE, NOT_ASKED, { UP, DOWN, DOWN, -ENOENT } },
};

static const struct answer {
	u32 timeout;
	u32 reply;
	long want;
} answers[] = {
	{ 50, YES, 0 },
	{ 50, NO, -EPERM },
	{ 50, WHAT, -EPERM },
	{ 50, 0, -EPERM },
	{ 50, 0x12345678, -EPERM },
	{ 50, NO_ANSWER, -ETIMEDOUT },
	{ 0, NO_ANSWER, -ETIMEDOUT },
	{ KILL, NO_ANSWER, 0 },
};

/* Cell a, with CPU 3. */
static struct jailhouse_comm_region *boot_in(enum start_state from)
{
	struct jailhouse_comm_region *comm;

	fake_boot(4);
	CHECK_EQ(create("a", 1 << 3, A_RAM, 0x3f8,
			from == PASSIVE ? JAILHOUSE_CELL_PASSIVE_COMMREG : 0), 1);
	comm = fake_comm(1);
	if (from != NEW)
		CHECK_EQ(call(START, 1, 0), 0);
	switch (from) {
	case LOCKED:
		comm->cell_state = UPLOCK;
		break;
	case STOPPED:
		CHECK_EQ(call(STOP, 1, KILL), 0);
		break;
	case FAILED:
		fake.current = 3;
		cell_fail(&machine.cpus[3], "test %d", 1);
		fake_settle();
		break;
	case SAYS_DOWN:
		comm->cell_state = DOWN;
		break;
	case SAYS_FAILED:
		comm->cell_state = BROKEN;
		break;
	default:
		break;
	}
	return comm;
}

/* To its end: the cell replies if it is asked, or time goes by. */
static long operate(struct jailhouse_comm_region *comm, u32 code, const struct answer *answered)
{
	long ret = call(code, 1, answered->timeout);

	if (ret == -EINPROGRESS && comm->msg_to_cell && answered->reply != NO_ANSWER)
		answer(comm, answered->reply);
	while (ret == -EINPROGRESS || ret == -EAGAIN) {
		fake.tsc += FAKE_TSC_KHZ;
		ret = call(code, 1, answered->timeout);
	}
	return ret;
}

static void check_operation(const struct start *start, unsigned int operation,
			    const struct answer *answered)
{
	struct jailhouse_comm_region *comm = boot_in(start->from);
	const u32 code = operations[operation];
	const long want = start->stays_in != NOT_ASKED && code != START ? answered->want : 0;
	const long state = want ? start->stays_in : start->leads_to[operation];

	CHECK_EQ(operate(comm, code, answered), want);
	if (want)
		CHECK(error_has("cell a"));
	CHECK_EQ(state_of(1), state);
	if (state == UP || state == UPLOCK) {
		CHECK_EQ(comm->msg_to_cell, 0);
		CHECK_EQ(fake.cpu[3].state, FAKE_GUEST);
		CHECK_EQ(comm->cell_state, state);
	} else {
		CHECK_EQ(fake.cpu[3].state, FAKE_IDLE);
	}
	CHECK_SOUND();
}

UNIT(management_operations_by_state_and_answer)
{
	unsigned int n, operation, a;

	for (n = 0; n < ARRAY_SIZE(starts); n++)
		for (operation = 0; operation < ARRAY_SIZE(operations); operation++)
			for (a = 0; a < ARRAY_SIZE(answers); a++) {
				unit_row("from %u, hypercall %u, limit %u, reply %u",
					 starts[n].from, operations[operation],
					 answers[a].timeout, answers[a].reply);
				check_operation(&starts[n], operation, &answers[a]);
			}
}

/* Linux that restarts ends with a triple fault, if nothing else does. */
UNIT(who_has_shut_down_does_not_fail_any_more)
{
	fake_boot(4);
	CHECK_EQ(create("a", 1 << 3, A_RAM, 0x3f8, 0), 1);
	CHECK_EQ(call(START, 1, 0), 0);
	fake_comm(1)->cell_state = DOWN;
	fake.current = 3;
	cell_fail(&machine.cpus[3], "triple fault");
	fake_settle();
	CHECK_EQ(state_of(1), DOWN);
	CHECK(!machine.cpus[3].failed);
	CHECK(logged("Cell a has shut down, CPU 3: triple fault"));
	CHECK_EQ(fake.cpu[3].state, FAKE_IDLE);
	/* Who gives up has failed already, and that is told as before. */
	CHECK_EQ(call(START, 1, 0), 0);
	fake_comm(1)->cell_state = BROKEN;
	cell_fail(&machine.cpus[3], "triple fault");
	fake_settle();
	CHECK_EQ(state_of(1), BROKEN);
	CHECK(logged("triple fault"));
	CHECK_SOUND();
}

UNIT(the_cell_has_its_time_to_answer)
{
	struct jailhouse_comm_region *comm = boot_with_a();
	u64 begin = fake.tsc;

	while (call(STOP, 1, 700) == -EINPROGRESS)
		fake.tsc += FAKE_TSC_KHZ;
	CHECK(fake.tsc - begin >= 700ULL * FAKE_TSC_KHZ);
	CHECK(fake.tsc - begin < 705ULL * FAKE_TSC_KHZ);
	CHECK(error_has("did not answer"));
	CHECK_EQ(comm->msg_to_cell, JAILHOUSE_MSG_NONE);
	/* An answer that comes too late is not one to the next request. */
	comm->msg_from_cell = YES;
	CHECK_EQ(call(STOP, 1, 700), -EINPROGRESS);
	CHECK_EQ(comm->msg_to_cell, JAILHOUSE_MSG_SHUTDOWN_REQUEST);
	CHECK_EQ(comm->msg_from_cell, 0);
	CHECK_EQ(call(STOP, 1, 700), -EINPROGRESS);
	answer(comm, YES);
	CHECK_EQ(call(STOP, 1, 700), 0);
	CHECK_SOUND();
}

UNIT(an_answer_to_another_message_is_not_taken)
{
	struct jailhouse_comm_region *comm = boot_with_a();

	/* Cell b came: cell a is told, and has not answered when it is to shut down. */
	CHECK_EQ(create_b(), 2);
	CHECK_EQ(comm->msg_to_cell, JAILHOUSE_MSG_RECONFIG_COMPLETED);
	CHECK_EQ(call(STOP, 1, 1000), -EINPROGRESS);
	CHECK_EQ(comm->msg_to_cell, JAILHOUSE_MSG_SHUTDOWN_REQUEST);
	answer(comm, WHAT);
	CHECK_EQ(call(STOP, 1, 1000), -EINPROGRESS);
	CHECK_EQ(comm->msg_to_cell, JAILHOUSE_MSG_SHUTDOWN_REQUEST);
	answer(comm, JAILHOUSE_MSG_RECEIVED);
	CHECK_EQ(call(STOP, 1, 1000), -EINPROGRESS);
	CHECK_EQ(comm->msg_to_cell, JAILHOUSE_MSG_SHUTDOWN_REQUEST);
	answer(comm, WHAT);
	CHECK_EQ(call(STOP, 1, 1000), -EPERM);
	CHECK(error_has("does not know"));
	/* It can say "received" for as long as its time lasts. */
	do {
		answer(comm, JAILHOUSE_MSG_RECEIVED);
		fake.tsc += FAKE_TSC_KHZ;
	} while (call(STOP, 1, 50) == -EINPROGRESS);
	CHECK(error_has("did not answer"));
	CHECK_SOUND();
}

UNIT(other_cells_hear_of_changes_if_they_listen)
{
	struct jailhouse_comm_region *a, *c;

	fake_boot(4);
	CHECK_EQ(create_a(), 1);
	CHECK_EQ(call(START, 1, 0), 0);
	CHECK_EQ(create("c", 1 << 1, C_RAM, 0x100, JAILHOUSE_CELL_PASSIVE_COMMREG), 2);
	CHECK_EQ(call(START, 2, 0), 0);
	a = fake_comm(1);
	c = fake_comm(2);
	answer(a, JAILHOUSE_MSG_RECEIVED);
	CHECK_EQ(create_b(), 3);
	CHECK_EQ(a->msg_to_cell, JAILHOUSE_MSG_RECONFIG_COMPLETED);
	CHECK_EQ(c->msg_to_cell, JAILHOUSE_MSG_NONE);
	CHECK_EQ(fake_comm(3)->msg_to_cell, JAILHOUSE_MSG_NONE);
	answer(a, JAILHOUSE_MSG_RECEIVED);
	CHECK_EQ(fake_repeat(0, DESTROY, 3, 0), 0);
	CHECK_EQ(a->msg_to_cell, JAILHOUSE_MSG_RECONFIG_COMPLETED);
	/* One that does not run is told nothing. */
	answer(a, JAILHOUSE_MSG_RECEIVED);
	CHECK_EQ(call(STOP, 1, KILL), 0);
	CHECK_EQ(create_b(), 3);
	CHECK_EQ(a->msg_to_cell, JAILHOUSE_MSG_NONE);
	CHECK_EQ(fake_repeat(0, DESTROY, 3, 0), 0);
	CHECK_EQ(call(START, 1, 0), 0);
	/* A message that is there already stays. */
	a->msg_to_cell = 0x77;
	CHECK_EQ(create_b(), 3);
	CHECK_EQ(a->msg_to_cell, 0x77);
}

UNIT(each_event_in_each_state)
{
	/* In the order of enum cell_event. */
	static const u32 want[4][CELL_NUM_EVENTS] = {
		[UP]		= { UP, UPLOCK, DOWN, BROKEN, UP, DOWN, BROKEN },
		[UPLOCK]	= { UP, UPLOCK, DOWN, BROKEN, UPLOCK, DOWN, BROKEN },
		[DOWN]		= { DOWN, DOWN, DOWN, DOWN, UP, DOWN, DOWN },
		[BROKEN]	= { BROKEN, BROKEN, BROKEN, BROKEN, UP, BROKEN, BROKEN },
	};
	struct cell *cell;
	u32 from, event, events;

	fake_boot(4);
	CHECK_EQ(create_a(), 1);
	cell = cell_find(&machine, 1);
	for (from = 0; from < 4; from++) {
		for (event = 0; event < CELL_NUM_EVENTS; event++) {
			unit_row("from %u, event %u", from, event);
			cell_state_init(cell, from);
			cell->comm->cell_state = 99;
			events = machine.log->events;
			CHECK_EQ(cell_state_event(cell, event), want[from][event] != from);
			CHECK_EQ(cell_state(cell), want[from][event]);
			CHECK_EQ(machine.log->events - events, want[from][event] != from);
			/* What the cell did not say itself is shown to it. */
			if (want[from][event] != from && event > CELL_EVENT_GIVES_UP)
				CHECK_EQ(cell->comm->cell_state, want[from][event]);
			else
				CHECK_EQ(cell->comm->cell_state, 99);
		}
	}
	CHECK_STR(cell_state_name(CELL_RUNNING_LOCKED), "running/locked");
}

/*
 * What cells say about themselves
 */

UNIT(a_cell_locks_and_unlocks)
{
	struct jailhouse_comm_region *comm = boot_with_a();
	u32 events = machine.log->events;

	comm->cell_state = UPLOCK;
	CHECK_EQ(state_of(1), UPLOCK);
	CHECK_EQ(machine.log->events, events + 1);
	CHECK_EQ(state_of(1), UPLOCK);
	CHECK_EQ(machine.log->events, events + 1);
	comm->cell_state = UP;
	CHECK_EQ(state_of(1), UP);
	CHECK_EQ(machine.log->events, events + 2);
	CHECK_SOUND();
}

UNIT(a_cell_that_says_it_is_down_is_parked)
{
	static const struct {
		u32 says;
		long state;
	} rows[] = {
		{ JAILHOUSE_CELL_SHUT_DOWN, DOWN },
		{ JAILHOUSE_CELL_FAILED, BROKEN },
		{ JAILHOUSE_CELL_FAILED_COMM_REV, BROKEN },
	};
	struct jailhouse_comm_region *comm;
	unsigned int n;
	u32 back;

	for (n = 0; n < ARRAY_SIZE(rows); n++) {
		unit_row("says %u", rows[n].says);
		comm = boot_with_a();
		comm->cell_state = rows[n].says;
		CHECK_EQ(state_of(1), rows[n].state);
		CHECK_EQ(fake.cpu[3].state, FAKE_IDLE);
		CHECK_SOUND();
		/* What it says from then on does not count. */
		for (back = 0; back < 6; back++) {
			comm->cell_state = back;
			CHECK_EQ(state_of(1), rows[n].state);
			CHECK_EQ(comm->cell_state, back);
		}
		CHECK_EQ(call(START, 1, 0), 0);
		CHECK_EQ(state_of(1), UP);
		CHECK_SOUND();
	}
	CHECK(logged("revision 2"));
}

UNIT(nonsense_in_the_comm_region_is_replaced)
{
	static const u32 rows[] = { 5, 0x80000000, 0xffffffff, 0x10001 };
	struct jailhouse_comm_region *comm = boot_with_a();
	unsigned int n;

	for (n = 0; n < ARRAY_SIZE(rows); n++) {
		comm->cell_state = rows[n];
		CHECK_EQ(state_of(1), UP);
		CHECK_EQ(comm->cell_state, UP);
	}
	CHECK(logged("there is no state 0x5"));
	CHECK(logged("there is no state 0x80000000"));
	/* Everything else in the page is its own business. */
	memset((u8 *)comm + 20, 0xff, 4096 - 20);
	memset(comm, 0xff, 8);
	CHECK_EQ(state_of(1), UP);
	CHECK_EQ(call(STOP, 1, KILL), 0);
	CHECK_SOUND();
}

UNIT(reading_the_state_does_not_pace_the_log)
{
	struct jailhouse_comm_region *a, *b;
	unsigned int n, locked;

	boot_with_two();
	a = fake_comm(1);
	b = fake_comm(2);
	for (n = 0; n < 1000; n++) {
		a->cell_state = n % 3 == 2 ? 7 : n % 3;
		state_of(1);
	}
	CHECK(times_logged("Cell a: ") <= 11);
	CHECK(times_logged("Cell a: ") >= 5);
	/* Another cell has its own lines, */
	b->cell_state = UPLOCK;
	CHECK_EQ(state_of(2), UPLOCK);
	CHECK(logged("Cell b: running/locked"));
	/* this one has one more after a second, */
	fake.tsc += 1000ULL * FAKE_TSC_KHZ;
	a->cell_state = 0x1234;
	CHECK_EQ(state_of(1), UP);
	CHECK(logged("there is no state 0x1234"));
	CHECK(logged("more like the next one suppressed"));
	a->cell_state = 0x1235;
	state_of(1);
	CHECK(!logged("0x1235"));
	/* and all of them again in its next life. */
	locked = times_logged("Cell a: running/locked");
	CHECK_EQ(call(STOP, 1, KILL), 0);
	CHECK_EQ(call(START, 1, 0), 0);
	a->cell_state = UPLOCK;
	CHECK_EQ(state_of(1), UPLOCK);
	CHECK_EQ(times_logged("Cell a: running/locked"), locked + 1);
}

/*
 * The configuration lock
 */

UNIT(locked_configuration_refuses_create_and_destroy_of_others)
{
	struct jailhouse_comm_region *a, *b;
	static struct fake_snapshot before;

	boot_with_two();
	a = fake_comm(1);
	b = fake_comm(2);
	fake_snapshot(&before);
	a->cell_state = UPLOCK;
	CHECK_EQ(create("c", 1 << 1, C_RAM, 0x100, 0), -EPERM);
	CHECK(error_has("cell a has locked"));
	CHECK_EQ(call(DESTROY, 2, 1000), -EPERM);
	CHECK(error_has("cell a has locked"));
	CHECK_EQ(call(DESTROY, 2, KILL), -EPERM);
	CHECK_EQ(b->msg_to_cell, JAILHOUSE_MSG_NONE);
	CHECK_STR(fake_changed(&before), NULL);

	/* Stop, load and start of any cell, with its consent. */
	CHECK_EQ(call(STOP, 2, 1000), -EINPROGRESS);
	answer(b, YES);
	CHECK_EQ(call(STOP, 2, 1000), 0);
	CHECK_EQ(call(LOAD, 2, 1000), 0);
	CHECK_EQ(call(START, 2, 0), 0);
	CHECK_SOUND();

	/* The locker itself may go, if it agrees. */
	CHECK_EQ(call(DESTROY, 1, 1000), -EINPROGRESS);
	answer(a, NO);
	CHECK_EQ(call(DESTROY, 1, 1000), -EPERM);
	CHECK_EQ(call(DESTROY, 1, 1000), -EINPROGRESS);
	answer(a, YES);
	CHECK_EQ(fake_repeat(0, DESTROY, 1, 1000), 0);
	CHECK_SOUND();
	CHECK_EQ(create("c", 1 << 1, C_RAM, 0x100, 0), 1);
}

UNIT(lock_goes_with_the_locker)
{
	boot_with_two();
	fake_comm(1)->cell_state = UPLOCK;
	CHECK_EQ(state_of(1), UPLOCK);
	fake.current = 3;
	cell_fail(&machine.cpus[3], "test");
	fake_settle();
	CHECK_EQ(fake_repeat(0, DESTROY, 2, KILL), 0);
	/* A cell that locks while another one is being asked. */
	boot_with_two();
	CHECK_EQ(call(DESTROY, 2, 1000), -EINPROGRESS);
	fake_comm(1)->cell_state = UPLOCK;
	CHECK_EQ(call(DESTROY, 2, 1000), -EPERM);
	CHECK(error_has("cell a has locked"));
	CHECK_SOUND();
}

UNIT(two_lockers_lock_each_other)
{
	boot_with_two();
	fake_comm(1)->cell_state = UPLOCK;
	fake_comm(2)->cell_state = UPLOCK;
	CHECK_EQ(call(DESTROY, 1, KILL), -EPERM);
	CHECK(error_has("cell b has locked"));
	CHECK_EQ(call(DESTROY, 2, KILL), -EPERM);
	CHECK(error_has("cell a has locked"));
	CHECK_EQ(call(STOP, 1, KILL), 0);
	CHECK_EQ(fake_repeat(0, DESTROY, 2, KILL), 0);
	CHECK_EQ(fake_repeat(0, DESTROY, 1, KILL), 0);
	CHECK_SOUND();
}
