// SPDX-License-Identifier: GPL-2.0-only
/* BESIDE: cells.c */
/* Management operations: one at a time, given up, and about all cells at once. */
#include <string.h>
#include "cells.h"

/*
 * One operation at a time
 */

UNIT(an_operation_under_way_keeps_others_out)
{
	struct jailhouse_comm_region *b;

	boot_with_two();
	b = fake_comm(2);
	CHECK_EQ(call(STOP, 2, 1000), -EINPROGRESS);
	CHECK_EQ(call(STOP, 1, 1000), -EBUSY);
	CHECK(error_has("under way"));
	CHECK_EQ(call(DESTROY, 2, 1000), -EBUSY);
	CHECK_EQ(call(START, 1, 0), -EBUSY);
	CHECK_EQ(create("c", 1 << 1, C_RAM, 0x100, 0), -EBUSY);
	CHECK_EQ(fake_hypercall(1, STOP, 1, 1000), -EBUSY);
	CHECK_EQ(call(JAILHOUSE_HC_DISABLE, 2, 0), -EBUSY);
	/* Questions are always answered. */
	CHECK_EQ(state_of(2), UP);
	CHECK_EQ(call(JAILHOUSE_HC_HYPERVISOR_GET_INFO, JAILHOUSE_INFO_NUM_CELLS, 0), 3);
	CHECK_EQ(call(JAILHOUSE_HC_CPU_GET_INFO, 2, 0), JAILHOUSE_CPU_RUNNING);
	/* Any CPU can go on with it, and asking may turn to killing. */
	CHECK_EQ(fake_hypercall(1, STOP, 2, 1000), -EINPROGRESS);
	CHECK_EQ(fake_hypercall(1, STOP, 2, KILL), 0);
	CHECK_EQ(b->msg_to_cell, JAILHOUSE_MSG_NONE);
	CHECK_EQ(call(STOP, 1, KILL), 0);
	CHECK_SOUND();
}

/* However often it is asked for one. A cell that does not listen is not told. */
UNIT(a_cell_is_told_of_each_message)
{
	struct cell *a, *b;

	boot_with_two();
	a = cell_find(&machine, 1);
	b = cell_find(&machine, 2);
	b->arch.messages = 0;
	a->arch.messages = 0;
	CHECK_EQ(call(STOP, 2, 1000), -EINPROGRESS);
	CHECK_EQ(call(STOP, 2, 1000), -EINPROGRESS);
	CHECK_EQ(b->arch.messages, 1);
	answer(fake_comm(2), JAILHOUSE_MSG_RECEIVED);
	CHECK_EQ(call(STOP, 2, 1000), -EINPROGRESS);
	CHECK_EQ(b->arch.messages, 2);
	answer(fake_comm(2), YES);
	CHECK_EQ(call(STOP, 2, 1000), 0);
	CHECK_EQ(b->arch.messages, 2);
	CHECK_EQ(a->arch.messages, 0);
	/* What nobody listens to is not told again. */
	CHECK_EQ(call(START, 2, 0), 0);
	CHECK_EQ(create("c", 1 << 1, C_RAM, 0x100, 0), 3);
	CHECK_EQ(b->arch.messages, 3);
	CHECK_EQ(fake_comm(2)->msg_to_cell, JAILHOUSE_MSG_RECONFIG_COMPLETED);
	CHECK_EQ(fake_repeat(0, DESTROY, 3, KILL), 0);
	CHECK_EQ(b->arch.messages, 3);
}

UNIT(a_kill_of_one_cell_leaves_the_question_to_another)
{
	static const u32 questions[] = { STOP, DESTROY, LOAD };
	struct jailhouse_comm_region *b;
	unsigned int n;

	for (n = 0; n < ARRAY_SIZE(questions); n++) {
		boot_with_two();
		unit_row("hypercall %u", questions[n]);
		b = fake_comm(2);
		CHECK_EQ(call(questions[n], 2, 1000), -EINPROGRESS);
		CHECK_EQ(call(STOP, 1, KILL), 0);
		CHECK_EQ(b->msg_to_cell, JAILHOUSE_MSG_SHUTDOWN_REQUEST);
		CHECK_EQ(call(questions[n], 2, 1000), -EINPROGRESS);
		CHECK_EQ(call(LOAD, 1, KILL), 0);
		/* In several calls, and the question goes on between them. */
		fake.tsc_step = 20000;
		CHECK_EQ(call(DESTROY, 1, KILL), -EAGAIN);
		CHECK_EQ(call(questions[n], 2, 1000), -EINPROGRESS);
		CHECK_EQ(fake_repeat(0, DESTROY, 1, KILL), 0);
		CHECK_EQ(b->msg_to_cell, JAILHOUSE_MSG_SHUTDOWN_REQUEST);
		CHECK_EQ(state_of(2), UP);
		/* The very answer counts. */
		answer(b, YES);
		CHECK_EQ(fake_repeat(0, questions[n], 2, 1000), 0);
		CHECK_SOUND();
	}
}

UNIT(what_does_not_come_between_questions)
{
	boot_with_two();
	CHECK_EQ(call(STOP, 2, 1000), -EINPROGRESS);
	/* Of the same cell, of all of them, what is no kill. */
	CHECK_EQ(call(DESTROY, 2, KILL), -EBUSY);
	CHECK_EQ(call(STOP_ALL, 0, KILL), -EBUSY);
	CHECK_EQ(call(START, 1, KILL), -EBUSY);
	CHECK_EQ(call(LOAD, 1, 0), -EBUSY);
	CHECK_EQ(call(STOP, 3, KILL), -ENOENT);
	CHECK_EQ(call(STOP, 0, KILL), -EINVAL);
	CHECK_EQ(call(STOP, 2, 1000), -EINPROGRESS);
	CHECK_EQ(call(STOP, 2, 0), -ETIMEDOUT);
	/* While a cell is made, or scrubbed. */
	fake.tsc_step = 20000;
	CHECK_EQ(call(DESTROY, 2, KILL), -EAGAIN);
	CHECK_EQ(call(STOP, 1, KILL), -EBUSY);
	CHECK_EQ(fake_repeat(0, DESTROY, 2, KILL), 0);
	CHECK_SOUND();
}

UNIT(two_cpus_do_not_manage_at_once)
{
	boot_with_a();
	machine.op.busy = 1;
	CHECK_EQ(call(STOP, 1, KILL), -EBUSY);
	CHECK(error_has("another CPU is busy"));
	CHECK_EQ(call(JAILHOUSE_HC_DISABLE, 3, 0), -EBUSY);
	CHECK_EQ(state_of(1), UP);
	machine.op.busy = 0;
	CHECK_EQ(call(STOP, 1, KILL), 0);
	CHECK_SOUND();
}

UNIT(an_operation_that_nobody_repeats_is_given_up)
{
	boot_with_two();
	/* At the deadline of the answer. */
	CHECK_EQ(call(STOP, 2, 100), -EINPROGRESS);
	fake.tsc += 99ULL * FAKE_TSC_KHZ;
	CHECK_EQ(call(STOP, 1, 1000), -EBUSY);
	fake.tsc += 2ULL * FAKE_TSC_KHZ;
	CHECK_EQ(call(STOP, 1, KILL), 0);
	CHECK_EQ(fake_comm(2)->msg_to_cell, JAILHOUSE_MSG_NONE);
	/* Or earlier, if that is too far. */
	CHECK_EQ(call(STOP, 2, 0xfffffffe), -EINPROGRESS);
	fake.tsc += 1000ULL * FAKE_TSC_KHZ;
	CHECK_EQ(call(STOP, 2, 0xfffffffe), -EINPROGRESS);
	fake.tsc += 1999ULL * FAKE_TSC_KHZ;
	CHECK_EQ(call(START, 1, 0), -EBUSY);
	fake.tsc += 2ULL * FAKE_TSC_KHZ;
	CHECK_EQ(call(START, 1, 0), 0);
	CHECK_EQ(fake_comm(2)->msg_to_cell, JAILHOUSE_MSG_NONE);
	CHECK_SOUND();
}

UNIT(a_creation_that_nobody_repeats_is_undone)
{
	static struct fake_snapshot before;
	struct fake_config config;

	fake_boot(4);
	fake_snapshot(&before);
	fake.tsc_step = 20000;
	config_of(&config, "a", 1 << 3, A_RAM, 0x3f8, 0);
	fake_config_place(&config, FAKE_CONFIG_GPA);
	CHECK_EQ(call(JAILHOUSE_HC_CELL_CREATE, FAKE_CONFIG_GPA, 0), -EAGAIN);
	CHECK_SOUND();
	CHECK_EQ(call(START, 1, 0), -EBUSY);
	fake.tsc += 2001ULL * FAKE_TSC_KHZ;
	CHECK_EQ(call(START, 1, 0), -ENOENT);
	CHECK_STR(fake_changed(&before), NULL);
	CHECK_SOUND();

	/* A new driver has another configuration at the same place. */
	CHECK_EQ(call(JAILHOUSE_HC_CELL_CREATE, FAKE_CONFIG_GPA, 0), -EAGAIN);
	config_of(&config, "b", 1 << 2, B_RAM, 0x2f8, 0);
	fake_config_place(&config, FAKE_CONFIG_GPA);
	CHECK_EQ(fake_repeat(0, JAILHOUSE_HC_CELL_CREATE, FAKE_CONFIG_GPA, 0), 1);
	CHECK_STR(cell_find(&machine, 1)->desc->name, "b");
	CHECK(!machine.root->next->next);
	CHECK_SOUND();
}

UNIT(a_destruction_that_nobody_repeats_leaves_a_stopped_cell)
{
	boot_with_a();
	fake.tsc_step = 20000;
	CHECK_EQ(call(DESTROY, 1, KILL), -EAGAIN);
	CHECK_EQ(state_of(1), DOWN);
	fake.tsc += 2001ULL * FAKE_TSC_KHZ;
	CHECK_EQ(call(START, 1, 0), 0);
	CHECK_EQ(state_of(1), UP);
	CHECK_SOUND();
	CHECK_EQ(fake_repeat(0, DESTROY, 1, KILL), 0);
	CHECK_SOUND();
}

UNIT(a_question_is_withdrawn_when_it_is_repeated_without_time)
{
	fake_boot(4);
	CHECK_EQ(create_a(), 1);
	CHECK_EQ(call(JAILHOUSE_HC_CELL_START, 1, 0), 0);
	CHECK_EQ(call(STOP, 1, 60000), -EINPROGRESS);
	CHECK_EQ(call(STOP, 1, 60000), -EINPROGRESS);
	CHECK_EQ(call(STOP, 1, 0), -ETIMEDOUT);
	CHECK_EQ(fake_comm(1)->msg_to_cell, JAILHOUSE_MSG_NONE);
	CHECK_EQ(state_of(1), JAILHOUSE_CELL_RUNNING);
	CHECK_SOUND();
}

UNIT(giving_up_a_creation_can_fail_and_is_tried_again)
{
	struct fake_config config;

	fake_boot(4);
	fake.tsc_step = 20000;
	config_of(&config, "a", 1 << 3, A_RAM, 0x3f8, 0);
	fake_config_place(&config, FAKE_CONFIG_GPA);
	CHECK_EQ(call(JAILHOUSE_HC_CELL_CREATE, FAKE_CONFIG_GPA, 0), -EAGAIN);
	fake.tsc += 2001ULL * FAKE_TSC_KHZ;
	fake.cpu[2].hung = true;
	CHECK_EQ(call(STOP, 1, 0), -ETIMEDOUT);
	CHECK_EQ(machine.op.code, JAILHOUSE_HC_CELL_CREATE);
	fake.cpu[2].hung = false;
	CHECK_EQ(call(STOP, 1, 0), -ENOENT);
	CHECK_SOUND();
}

UNIT(a_creation_that_could_not_be_undone_is_no_cell)
{
	static struct fake_snapshot before;
	struct fake_config a, b;

	fake_boot(4);
	fake_snapshot(&before);
	fake.tsc_step = 20000;
	config_of(&a, "a", 1 << 3, A_RAM, 0x3f8, 0);
	config_of(&b, "b", 1 << 2, B_RAM, 0x2f8, 0);
	fake_config_place(&a, FAKE_CONFIG_GPA);
	CHECK_EQ(call(JAILHOUSE_HC_CELL_CREATE, FAKE_CONFIG_GPA, 0), -EAGAIN);
	CHECK(dirty(A_RAM, 2 * LOAD_SIZE));
	/* A new driver creates another cell, but the first one cannot be undone. */
	fake_config_place(&b, FAKE_CONFIG_GPA);
	fake.cpu[2].hung = true;
	CHECK_EQ(call(JAILHOUSE_HC_CELL_CREATE, FAKE_CONFIG_GPA, 0), -ETIMEDOUT);
	CHECK_EQ(call(START, 1, 0), -ETIMEDOUT);
	CHECK_EQ(call(LOAD, 1, 0), -ETIMEDOUT);
	CHECK_EQ(fake.cpu[3].state, FAKE_IDLE);
	CHECK_EQ(cell_start(&machine.cpus[0], 1, 0), -ENOENT);
	CHECK_EQ(cell_set_loadable(&machine.cpus[0], 1, 0), -ENOENT);
	/* As soon as it can, it is; or it is made in full. */
	fake.cpu[2].hung = false;
	fake_settle();
	fake_config_place(&a, FAKE_CONFIG_GPA);
	CHECK_EQ(fake_repeat(0, JAILHOUSE_HC_CELL_CREATE, FAKE_CONFIG_GPA, 0), 1);
	CHECK_EQ(dirty(A_RAM, 2 * LOAD_SIZE), 0);
	CHECK_EQ(fake_repeat(0, DESTROY, 1, KILL), 0);
	memset(fake.ram + A_RAM, 0x5a, 2 * LOAD_SIZE);
	CHECK_EQ(call(JAILHOUSE_HC_CELL_CREATE, FAKE_CONFIG_GPA, 0), -EAGAIN);
	fake.cpu[2].hung = true;
	fake_config_place(&b, FAKE_CONFIG_GPA);
	CHECK_EQ(call(JAILHOUSE_HC_CELL_CREATE, FAKE_CONFIG_GPA, 0), -ETIMEDOUT);
	fake.cpu[2].hung = false;
	fake_settle();
	CHECK_EQ(call(START, 1, 0), -ENOENT);
	CHECK_STR(fake_changed(&before), NULL);
	CHECK_SOUND();
}

UNIT(a_destruction_that_failed_goes_on_or_begins_anew)
{
	boot_with_a();
	memset(fake.ram + A_RAM, 0x5a, 2 * LOAD_SIZE);
	/* The RAM is clean, but the root cell cannot get it. */
	CHECK_EQ(call(STOP, 1, KILL), 0);
	fake.cpu[2].hung = true;
	CHECK_EQ(fake_repeat(0, DESTROY, 1, KILL), -ETIMEDOUT);
	CHECK_EQ(dirty(A_RAM, 2 * LOAD_SIZE), 0);
	fake.cpu[2].hung = false;
	fake_settle();
	/* Loaded again, and stopped again, there is something to scrub. */
	CHECK_EQ(call(LOAD, 1, KILL), 0);
	memset(fake.ram + A_RAM, 0x5a, 2 * LOAD_SIZE);
	CHECK_EQ(fake_repeat(0, DESTROY, 1, KILL), 0);
	CHECK_EQ(dirty(A_RAM, 2 * LOAD_SIZE), 0);
	CHECK_SOUND();
}

UNIT(a_request_does_not_outlive_its_operation)
{
	struct jailhouse_comm_region *b;

	boot_with_two();
	b = fake_comm(2);
	CHECK_EQ(call(DESTROY, 2, 1000), -EINPROGRESS);
	fake_comm(1)->cell_state = UPLOCK;
	CHECK_EQ(call(DESTROY, 2, 1000), -EPERM);
	CHECK_EQ(b->msg_to_cell, JAILHOUSE_MSG_NONE);
	/* What b says to that request now is not one to the next. */
	answer(b, YES);
	CHECK_EQ(call(STOP, 2, 1000), -EINPROGRESS);
	CHECK_EQ(b->msg_to_cell, JAILHOUSE_MSG_SHUTDOWN_REQUEST);
	answer(b, NO);
	CHECK_EQ(call(STOP, 2, 1000), -EPERM);
	CHECK_EQ(state_of(2), UP);
	CHECK_SOUND();
}

/*
 * All cells at once
 */

UNIT(unasked_all_stop_whatever_they_are_or_say)
{
	static const u32 says[] = { UP, UPLOCK, DOWN, BROKEN, 5, 0xffffffff };
	unsigned int a, b;

	for (a = 0; a < ARRAY_SIZE(says); a++) {
		for (b = 0; b < ARRAY_SIZE(says); b++) {
			unit_row("a says %u, b says %u", says[a], says[b]);
			boot_with_two();
			CHECK_EQ(create("c", 1 << 1, C_RAM, 0x100, 0), 3);
			fake_comm(1)->cell_state = says[a];
			fake_comm(2)->cell_state = says[b];
			CHECK_EQ(call(STOP_ALL, 0, KILL), 0);
			CHECK_EQ(fake.cpu[3].state, FAKE_IDLE);
			CHECK_EQ(fake.cpu[2].state, FAKE_IDLE);
			CHECK(!cell_state_running(cell_state(cell_find(&machine, 1))));
			CHECK(!cell_state_running(cell_state(cell_find(&machine, 2))));
			/* And what they say then keeps nobody from destroying them. */
			fake_comm(1)->cell_state = UPLOCK;
			fake_comm(2)->cell_state = UPLOCK;
			CHECK_EQ(fake_repeat(0, DESTROY, 2, KILL), 0);
			CHECK_EQ(fake_repeat(0, DESTROY, 1, KILL), 0);
			CHECK_EQ(fake_repeat(0, DESTROY, 3, KILL), 0);
			CHECK_SOUND();
		}
	}
	CHECK_EQ(call(STOP_ALL, 0, KILL), 0);
	CHECK_EQ(call(STOP_ALL, 1, KILL), -EINVAL);
	CHECK(error_has("takes no cell id"));
	CHECK_SOUND();
}

UNIT(unasked_all_stop_that_can_and_the_rest_is_tried_again)
{
	boot_with_two();
	fake.cpu[3].hung = true;
	CHECK_EQ(call(STOP_ALL, 0, KILL), -ETIMEDOUT);
	CHECK(error_has("CPU 3 of cell a does not react"));
	CHECK_EQ(fake.cpu[2].state, FAKE_IDLE);
	fake.cpu[3].hung = false;
	fake_settle();
	CHECK_EQ(call(STOP_ALL, 0, KILL), 0);
	CHECK_EQ(fake.cpu[3].state, FAKE_IDLE);
	CHECK_SOUND();
}

UNIT(asked_all_stop_if_all_agree)
{
	static const struct {
		u32 a, b;
		long want;
		long state_a, state_b;
	} rows[] = {
		{ YES, YES, 0, DOWN, DOWN },
		{ YES, NO, -EPERM, DOWN, UP },
		{ NO, YES, -EPERM, UP, DOWN },
		{ NO, NO, -EPERM, UP, UP },
		{ NO_ANSWER, NO, -EPERM, UP, UP },
		{ YES, NO_ANSWER, -ETIMEDOUT, DOWN, UP },
		{ NO_ANSWER, YES, -ETIMEDOUT, UP, DOWN },
		{ YES, WHAT, -EPERM, DOWN, UP },
	};
	struct jailhouse_comm_region *comm[2];
	unsigned int n;
	long ret;

	for (n = 0; n < ARRAY_SIZE(rows); n++) {
		unit_row("a says %u, b says %u", rows[n].a, rows[n].b);
		boot_with_two();
		comm[0] = fake_comm(1);
		comm[1] = fake_comm(2);
		answer(comm[0], JAILHOUSE_MSG_RECEIVED);
		CHECK_EQ(call(STOP_ALL, 0, 50), -EINPROGRESS);
		CHECK_EQ(comm[0]->msg_to_cell, JAILHOUSE_MSG_SHUTDOWN_REQUEST);
		CHECK_EQ(comm[1]->msg_to_cell, JAILHOUSE_MSG_SHUTDOWN_REQUEST);
		/* In this order: the one that agrees is not forgotten. */
		if (rows[n].b != NO_ANSWER && rows[n].b != NO)
			answer(comm[1], rows[n].b);
		CHECK_EQ(call(STOP_ALL, 0, 50), rows[n].b == WHAT ? -EPERM : -EINPROGRESS);
		if (rows[n].a == YES)
			answer(comm[0], YES);
		ret = rows[n].b == WHAT ? -EPERM : call(STOP_ALL, 0, 50);
		if (rows[n].a == NO)
			answer(comm[0], NO);
		if (rows[n].b == NO)
			answer(comm[1], NO);
		while (ret == -EINPROGRESS) {
			fake.tsc += FAKE_TSC_KHZ;
			ret = call(STOP_ALL, 0, 50);
		}
		CHECK_EQ(ret, rows[n].want);
		if (ret)
			CHECK(error_has("cell "));
		if (rows[n].b != WHAT)
			CHECK_EQ(state_of(1), rows[n].state_a);
		CHECK_EQ(state_of(2), rows[n].state_b);
		CHECK_EQ(comm[0]->msg_to_cell, JAILHOUSE_MSG_NONE);
		CHECK_EQ(comm[1]->msg_to_cell, JAILHOUSE_MSG_NONE);
		CHECK_SOUND();
	}
}

UNIT(who_has_locked_is_asked_before_others)
{
	struct jailhouse_comm_region *a, *b;

	boot_with_two();
	a = fake_comm(1);
	b = fake_comm(2);
	answer(a, JAILHOUSE_MSG_RECEIVED);
	b->cell_state = UPLOCK;
	CHECK_EQ(call(STOP_ALL, 0, 1000), -EINPROGRESS);
	CHECK_EQ(a->msg_to_cell, JAILHOUSE_MSG_NONE);
	answer(b, NO);
	CHECK_EQ(call(STOP_ALL, 0, 1000), -EPERM);
	CHECK(error_has("cell b denied"));
	CHECK_EQ(a->msg_to_cell, JAILHOUSE_MSG_NONE);
	/* One that unlocks meanwhile is waited for, one that locks is asked once. */
	CHECK_EQ(call(STOP_ALL, 0, 1000), -EINPROGRESS);
	b->cell_state = UP;
	CHECK_EQ(call(STOP_ALL, 0, 1000), -EINPROGRESS);
	CHECK_EQ(a->msg_to_cell, JAILHOUSE_MSG_NONE);
	answer(b, YES);
	CHECK_EQ(call(STOP_ALL, 0, 1000), -EINPROGRESS);
	CHECK_EQ(a->msg_to_cell, JAILHOUSE_MSG_SHUTDOWN_REQUEST);
	a->cell_state = UPLOCK;
	b->cell_state = UPLOCK;
	answer(a, YES);
	CHECK_EQ(call(STOP_ALL, 0, 1000), 0);
	CHECK_EQ(state_of(1), DOWN);
	CHECK_EQ(state_of(2), DOWN);
	CHECK_SOUND();
}
