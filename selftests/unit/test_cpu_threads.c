// SPDX-License-Identifier: GPL-2.0-only
/* BESIDE: cpus.c */
/* LIKE: cells.c */
/* LIBS: pthread */
/*
 * Requests between CPUs, and what all CPUs do together, with a thread as each CPU: orders come
 * as they may.
 */
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "cpus.h"

/* Until a kick comes, or now and then another reason for a VM exit. */
static void run_guest(unsigned int id, bool other_exit)
{
	unsigned int spin;

	__atomic_store_n(&state[id].in_guest, 1, __ATOMIC_SEQ_CST);
	for (spin = 0; spin < 50; spin++)
		if (flag(&state[id].kicked))
			break;
	if (!other_exit)
		wait_for_either(&state[id].kicked, &state[id].stop);
	__atomic_store_n(&state[id].in_guest, 0, __ATOMIC_SEQ_CST);
}

static void *cpu_thread(void *arg)
{
	struct cpu *cpu = arg;
	const unsigned int id = cpu->id;
	unsigned int exits = 0;

	this_cpu = id;
	while (!flag(&state[id].stop)) {
		run_guest(id, exits++ % 4 == 0);
		if (!__atomic_exchange_n(&state[id].kicked, 0, __ATOMIC_ACQUIRE) &&
		    !cpu_requested(cpu))
			continue;
		if (cpu_events_process(cpu) == CPU_LEAVE) {
			cpu_left(cpu);
			announce();
			break;
		}
		state[id].nmis += cpu_take_nmis(cpu);
		announce();
	}
	return NULL;
}

static void start_threads(pthread_t *threads, unsigned int first)
{
	unsigned int n;

	for (n = first; n < NUM_CPUS; n++)
		if (pthread_create(&threads[n], NULL, cpu_thread, &cpus[n]))
			abort();
}

static void stop_threads(const pthread_t *threads, unsigned int first)
{
	unsigned int n;

	for (n = first; n < NUM_CPUS; n++) {
		__atomic_store_n(&state[n].stop, 1, __ATOMIC_RELEASE);
		announce();
		pthread_join(threads[n], NULL);
	}
}

UNIT(suspended_cpus_stay_however_soon_they_are_suspended_again)
{
	pthread_t threads[NUM_CPUS];
	unsigned int round, n, look, in_guest = 0;

	boot(100);
	start_threads(threads, 1);
	for (round = 0; round < 3000; round++) {
		if (!CHECK_EQ(suspend(0xf), 0))
			break;
		for (look = 0; look < 5; look++)
			for (n = 1; n < NUM_CPUS; n++)
				in_guest += __atomic_load_n(&state[n].in_guest,
							    __ATOMIC_SEQ_CST);
		resume(0xf);
	}
	stop_threads(threads, 1);
	CHECK_EQ(in_guest, 0);
	for (n = 0; n < NUM_CPUS; n++)
		CHECK_EQ(cpus[n].requests, 0);
}

static u32 stopped;

/* Stay between the request that was taken and the guest, until the cell counts as stopped. */
static void start_slowly(struct cpu *cpu)
{
	while (!flag(&stopped) &&
	       !(__atomic_load_n(&cpu->requests, __ATOMIC_ACQUIRE) & CPU_REQ_SUSPEND))
		arch_cpu_relax();
}

/* One start, and no stay in the guest after the cell was stopped. */
static void *starting_thread(void *arg)
{
	struct cpu *cpu = arg;
	enum cpu_action action;
	u32 *ran_on = &state[cpu->id].in_guest;

	this_cpu = cpu->id;
	do {
		wait_for_either(&state[cpu->id].kicked, &state[cpu->id].stop);
		__atomic_store_n(&state[cpu->id].kicked, 0, __ATOMIC_RELEASE);
		action = cpu_events_process(cpu);
		announce();
		if (action != CPU_PARK && flag(&stopped))
			__atomic_store_n(ran_on, 1, __ATOMIC_RELEASE);
	} while (!flag(&state[cpu->id].stop));
	return NULL;
}

static u32 was_taken(void)
{
	return !(__atomic_load_n(&cpus[1].requests, __ATOMIC_ACQUIRE) & RESET);
}

UNIT(a_cpu_that_is_just_starting_is_not_taken_for_parked)
{
	static const u32 starts[] = { RESET | FLUSH, INIT | SIPI | FLUSH };
	struct cpu *cpu = &cpus[1];
	pthread_t thread;
	unsigned int n;

	for (n = 0; n < ARRAY_SIZE(starts); n++) {
		unit_row("start by 0x%x", starts[n]);
		boot(100);
		stopped = 0;
		root.next = &other;
		other.cpus = low_cpus(2);
		cpu_assign(cpu, &other, n == 1);
		in_flush = start_slowly;
		if (pthread_create(&thread, NULL, starting_thread, cpu))
			abort();
		cpu_post(cpu, starts[n]);
		while (!was_taken() || in_flush)
			arch_cpu_relax();
		/* As if another CPU of the cell had said that the cell is down. */
		cell_state_init(&other, CELL_SHUT_DOWN);
		cpu_post(cpu, PARK);
		CHECK_EQ(cell_stop(&cpus[0], 1, 0), 0);
		__atomic_store_n(&stopped, 1, __ATOMIC_RELEASE);
		__atomic_store_n(&state[1].stop, 1, __ATOMIC_RELEASE);
		announce();
		pthread_join(thread, NULL);
		CHECK(!state[1].in_guest);
		CHECK(cpu->parked);
	}
}

static u32 poster_stop;

static void *poster_thread(__maybe_unused void *arg)
{
	static const u32 posts[] = { NMI, INIT, SIPI, NMI, FLUSH };
	unsigned int n;

	this_cpu = 1;
	for (n = 0; !__atomic_load_n(&poster_stop, __ATOMIC_ACQUIRE); n++) {
		cpu_post(&cpus[2 + n % 2], posts[n % ARRAY_SIZE(posts)]);
		if (n % 16 == 0)
			arch_cpu_relax();
	}
	return NULL;
}

UNIT(no_request_is_lost_in_a_storm_of_them)
{
	pthread_t threads[NUM_CPUS], poster;
	unsigned int round, in_guest = 0;
	u64 until;

	boot(100);
	poster_stop = 0;
	start_threads(threads, 2);
	if (pthread_create(&poster, NULL, poster_thread, NULL))
		abort();
	for (round = 1; round < 1000; round++) {
		if (round % 2 && !CHECK_EQ(suspend(0xc), 0))
			break;
		__atomic_store_n(&version, round, __ATOMIC_RELEASE);
		cpu_post(&cpus[2], FLUSH);
		cpu_post(&cpus[3], FLUSH | RESET);
		if (round % 2) {
			in_guest += __atomic_load_n(&state[2].in_guest, __ATOMIC_SEQ_CST);
			in_guest += __atomic_load_n(&state[3].in_guest, __ATOMIC_SEQ_CST);
			resume(0xc);
		}
		until = arch_read_tsc() + 10000000000ULL;
		while ((__atomic_load_n(&state[2].flushed, __ATOMIC_ACQUIRE) < round ||
			__atomic_load_n(&state[3].flushed, __ATOMIC_ACQUIRE) < round) &&
		       arch_read_tsc() < until)
			arch_cpu_relax();
		if (!CHECK(arch_read_tsc() < until))
			break;
	}
	__atomic_store_n(&poster_stop, 1, __ATOMIC_RELEASE);
	pthread_join(poster, NULL);
	stop_threads(threads, 2);
	CHECK_EQ(in_guest, 0);
	CHECK(state[2].nmis && state[3].nmis);
}

/*
 * Disable
 */

static u64 disable_count[NUM_CPUS];
static int disable_result[NUM_CPUS];

static void *disable_thread(void *arg)
{
	struct cpu *cpu = arg;

	this_cpu = cpu->id;
	disable_result[cpu->id] = machine_disable(cpu, disable_count[cpu->id]);
	return NULL;
}

/* CPUs in @low call with @count. */
static void disable_on(u64 low, u64 count)
{
	const struct cpu_set set = low_cpus(low);
	pthread_t threads[NUM_CPUS];
	unsigned int n;

	for_each_cpu_in(n, &set) {
		disable_count[n] = count;
		disable_result[n] = 1;
		if (pthread_create(&threads[n], NULL, disable_thread, &cpus[n]))
			abort();
	}
	for_each_cpu_in(n, &set)
		pthread_join(threads[n], NULL);
}

UNIT(all_cpus_together_disable)
{
	unsigned int n, round;

	boot(100);
	for (round = 0; round < 200; round++) {
		disable_on(0xf, 4);
		for (n = 0; n < NUM_CPUS; n++)
			CHECK_EQ(disable_result[n], 0);
		CHECK_EQ(machine.op.busy, 0);
		CHECK_EQ(machine.disable.inside, 0);
	}
}

/* By an SMI, or by a hypervisor below: one that waits says nothing of the one that is awaited. */
UNIT(time_in_which_a_cpu_was_held_does_not_count)
{
	pthread_t threads[NUM_CPUS];
	unsigned int round;

	boot(100);
	held = 10000000000000ULL;
	start_threads(threads, 2);
	for (round = 0; round < 20; round++) {
		held_looks = 3;
		CHECK_EQ(suspend(0xc), 0);
		resume(0xc);
	}
	held_looks = 10;
	disable_on(3, 2);
	CHECK_EQ(disable_result[0], 0);
	CHECK_EQ(disable_result[1], 0);
	CHECK_EQ(low_word(&root.cpus), 3);
	stop_threads(threads, 2);
}

/* Nobody prints a line behind the last one, with which the rest would come. */
UNIT(all_that_was_logged_is_printed_before_they_leave)
{
	boot(100);
	console_slow = true;
	log_printf("A line\n");
	CHECK_EQ(console_taken, 0);
	disable_on(0xf, 4);
	CHECK_EQ(disable_result[0], 0);
	CHECK_EQ(console_taken, log_pages.tail);
	console_slow = false;
}

UNIT(nobody_disables_while_one_is_missing)
{
	unsigned int missing, n;
	char text[20];

	for (missing = 0; missing < NUM_CPUS; missing++) {
		boot(1);
		machine.tsc_khz = 50000;	/* the limit is 50 ms */
		disable_on(0xf & ~(1U << missing), 4);
		for (n = 0; n < NUM_CPUS; n++)
			if (n != missing)
				CHECK_EQ(disable_result[n], -ETIMEDOUT);
		unit_row("CPU %u is missing: %s", missing, log_pages.error);
		CHECK(strstr(log_pages.error, "3 of 4 CPUs came to disable"));
		snprintf(text, sizeof(text), "CPU %u did not", missing);
		CHECK(strstr(log_pages.error, text));
		CHECK_EQ(machine.op.busy, 0);
		/* And everything goes on. */
		machine.tsc_khz = 100000000;
		disable_on(0xf, 4);
		CHECK_EQ(disable_result[0], 0);
	}
}

/* It has failed: that is known, and another one has to be named if there is any. */
UNIT(a_parked_cpu_is_missing_last)
{
	static const struct {
		u64 parked;
		const char *missing;
	} rows[] = {
		{ 0x4, "CPU 3 did not" },
		{ 0x8, "CPU 2 did not" },
		{ 0xc, "CPU 2 did not" },
	};
	unsigned int n, cpu;

	for (n = 0; n < ARRAY_SIZE(rows); n++) {
		boot(1);
		machine.tsc_khz = 50000;
		for (cpu = 2; cpu < NUM_CPUS; cpu++)
			cpus[cpu].parked = rows[n].parked >> cpu & 1;
		disable_on(3, 3);
		unit_row("parked are 0x%llx: %s", rows[n].parked, log_pages.error);
		CHECK_EQ(disable_result[0], -ETIMEDOUT);
		CHECK(strstr(log_pages.error, rows[n].missing));
	}
}

/* The last ones have gone, and the one that led them is about to say so. */
UNIT(who_comes_when_all_is_over_begins_anew)
{
	pthread_t threads[NUM_CPUS];
	unsigned int n;

	boot(100);
	machine.disable.state = DISABLE_DECIDED;
	forget_news();
	for (n = 0; n < NUM_CPUS; n++) {
		disable_count[n] = NUM_CPUS;
		disable_result[n] = 1;
		if (pthread_create(&threads[n], NULL, disable_thread, &cpus[n]))
			abort();
	}
	/* Each says once that it waits. */
	wait_for_news(NUM_CPUS);
	__atomic_store_n(&machine.disable.state, DISABLE_NONE, __ATOMIC_RELEASE);
	announce();
	for (n = 0; n < NUM_CPUS; n++) {
		pthread_join(threads[n], NULL);
		CHECK_EQ(disable_result[n], 0);
	}
	CHECK_EQ(machine.op.busy, 0);
}

UNIT(nobody_disables_while_there_is_a_cell)
{
	unsigned int n;

	boot(100);
	root.next = &other;
	disable_on(0xf, 4);
	for (n = 0; n < NUM_CPUS; n++)
		CHECK_EQ(disable_result[n], -EBUSY);
	CHECK(strstr(log_pages.error, "cell test is still there"));
	CHECK_EQ(machine.op.busy, 0);
	root.next = NULL;
	machine.op.busy = 1;
	disable_on(0xf, 4);
	for (n = 0; n < NUM_CPUS; n++)
		CHECK_EQ(disable_result[n], -EBUSY);
}

UNIT(wrong_numbers_of_cpus_are_refused)
{
	static const u64 rows[] = { 0, 5, 64, 1ULL << 32, (1ULL << 32) + 1, ~0ULL };
	unsigned int n;

	boot(1);
	for (n = 0; n < ARRAY_SIZE(rows); n++) {
		unit_row("%llu CPUs", rows[n]);
		disable_on(1, rows[n]);
		CHECK_EQ(disable_result[0], -EINVAL);
		CHECK(strstr(log_pages.error, "CPUs cannot disable"));
	}
	CHECK_EQ(machine.op.busy, 0);
}

UNIT(who_wants_another_number_is_refused)
{
	pthread_t threads[2];

	boot(1);
	machine.tsc_khz = 200000;
	disable_count[0] = 2;
	disable_count[1] = 3;
	if (pthread_create(&threads[0], NULL, disable_thread, &cpus[0]))
		abort();
	while (__atomic_load_n(&machine.disable.state, __ATOMIC_ACQUIRE) != DISABLE_GATHERING)
		arch_cpu_relax();
	if (pthread_create(&threads[1], NULL, disable_thread, &cpus[1]))
		abort();
	pthread_join(threads[0], NULL);
	pthread_join(threads[1], NULL);
	CHECK_EQ(disable_result[0], -ETIMEDOUT);
	CHECK_EQ(disable_result[1], -EINVAL);
	CHECK_EQ(machine.op.busy, 0);
}

UNIT(cpus_that_linux_has_offline_are_pulled_out)
{
	pthread_t threads[NUM_CPUS];

	boot(100);
	start_threads(threads, 2);
	disable_on(3, 2);
	CHECK_EQ(disable_result[0], 0);
	CHECK_EQ(disable_result[1], 0);
	CHECK(!cpus[2].present);
	CHECK(!cpus[3].present);
	CHECK_EQ(low_word(&root.cpus), 3);
	stop_threads(threads, 2);
}

UNIT(if_one_cannot_be_pulled_out_none_is)
{
	pthread_t thread;

	boot(1);
	machine.tsc_khz = 500000;
	if (pthread_create(&thread, NULL, cpu_thread, &cpus[3]))
		abort();
	disable_on(3, 2);
	CHECK_EQ(disable_result[0], -ETIMEDOUT);
	CHECK_EQ(disable_result[1], -ETIMEDOUT);
	CHECK(strstr(log_pages.error, "CPU 2 of cell test does not react"));
	CHECK(cpus[3].present);
	CHECK_EQ(low_word(&root.cpus), 0xf);
	CHECK_EQ(machine.op.busy, 0);
	__atomic_store_n(&state[3].stop, 1, __ATOMIC_RELEASE);
	announce();
	pthread_join(thread, NULL);
}

static void *stuck_thread(void *arg)
{
	struct cpu *cpu = arg;

	this_cpu = cpu->id;
	while (!flag(&state[cpu->id].stop)) {
		cpu_events_process(cpu);
		arch_cpu_relax();
	}
	return NULL;
}

UNIT(a_cpu_that_reacts_but_stays_is_named)
{
	pthread_t threads[NUM_CPUS];

	boot(1);
	machine.tsc_khz = 500000;
	if (pthread_create(&threads[2], NULL, stuck_thread, &cpus[2]))
		abort();
	start_threads(threads, 3);
	disable_on(3, 2);
	CHECK_EQ(disable_result[0], -ETIMEDOUT);
	CHECK_EQ(disable_result[1], -ETIMEDOUT);
	CHECK(strstr(log_pages.error, "CPU 2 does not leave"));
	CHECK_EQ(low_word(&root.cpus), 7);
	CHECK_EQ(machine.op.busy, 0);
	stop_threads(threads, 2);
}

static u32 may_leave;

/* Takes the request to leave, and is out of VMX operation much later. */
static void *late_thread(void *arg)
{
	struct cpu *cpu = arg;

	this_cpu = cpu->id;
	while (cpu_events_process(cpu) != CPU_LEAVE)
		arch_cpu_relax();
	wait_for_either(&may_leave, &may_leave);
	cpu_left(cpu);
	announce();
	return NULL;
}

UNIT(a_cpu_that_leaves_too_late_is_not_asked_again)
{
	pthread_t thread;

	boot(1);
	may_leave = 0;
	machine.tsc_khz = 500000;
	cpus[3].present = false;
	cpu_set_remove(&root.cpus, 3);
	if (pthread_create(&thread, NULL, late_thread, &cpus[2]))
		abort();
	disable_on(3, 2);
	CHECK_EQ(disable_result[0], -ETIMEDOUT);
	CHECK(strstr(log_pages.error, "CPU 2 does not leave"));
	CHECK_EQ(low_word(&root.cpus), 7);
	__atomic_store_n(&may_leave, 1, __ATOMIC_RELEASE);
	announce();
	pthread_join(thread, NULL);
	/* It would not react any more. */
	disable_on(3, 2);
	CHECK_EQ(disable_result[0], 0);
	CHECK_EQ(disable_result[1], 0);
	CHECK_EQ(low_word(&root.cpus), 3);
}
