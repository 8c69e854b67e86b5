// SPDX-License-Identifier: GPL-2.0-only
/* SOURCES: core/cell.c core/cell_config.c core/cell_events.c core/cell_list.c */
/* SOURCES: core/cell_log.c core/cell_state.c core/cell_steps.c */
/* SOURCES: core/cell_stop.c core/comm.c core/cpu_events.c core/hypercall.c core/disable.c */
/* SOURCES: core/config_check.c core/config_fields.c core/config_fits.c */
/* SOURCES: core/config_owned.c core/config_refuse.c core/format.c core/log.c core/memory_map.c core/mmio.c */
/* SOURCES: core/page_pool.c core/pgtable.c core/pio.c core/region.c */
/* LIBS: pthread */
/*
 * Requests between CPUs, and what all CPUs do together: first what each order of requests
 * leads to, then with a thread as each CPU, where orders come as they may.
 */
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include "unit.h"
#include "arch.h"
#include "cell.h"
#include "cell_state.h"
#include "cpu_events.h"
#include "low_cpus.h"

#define NUM_CPUS	4

static struct machine machine;
static struct cpu cpus[NUM_CPUS];
static struct cell root, other;
static struct jailhouse_cell_desc desc = { .name = "test" };
static struct jailhouse_log log_pages;

static __thread unsigned int this_cpu;

/* What each CPU did, and where it is. */
static struct {
	u32 kicked;
	u32 in_guest;
	u32 flushed;
	u32 stop;
	u32 nmis;
	u32 kicks;
} state[NUM_CPUS];

/* What a flush has to see. */
static u32 version;

/* Called by the next flush. */
static void (*in_flush)(struct cpu *cpu);

/*
 * Threads wait for each other instead of spinning, as the host has other things to do than
 * to run all of them at once: who did something that another one may wait for announces it.
 */
static struct {
	pthread_mutex_t lock;
	pthread_cond_t changed;
	unsigned int count;
} news = { PTHREAD_MUTEX_INITIALIZER, PTHREAD_COND_INITIALIZER, 0 };

/* This thread waits for others, and has said so. */
static __thread bool waiting;

static void announce(void)
{
	waiting = false;
	pthread_mutex_lock(&news.lock);
	news.count++;
	pthread_cond_broadcast(&news.changed);
	pthread_mutex_unlock(&news.lock);
}

static bool flag(const u32 *word)
{
	return __atomic_load_n(word, __ATOMIC_ACQUIRE);
}

static void wait_for_either(const u32 *word, const u32 *other)
{
	pthread_mutex_lock(&news.lock);
	while (!flag(word) && !flag(other))
		pthread_cond_wait(&news.changed, &news.lock);
	pthread_mutex_unlock(&news.lock);
}

/*
 * The seam
 */

u64 arch_read_tsc(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return (u64)now.tv_sec * 1000000000U + (u64)now.tv_nsec;
}

unsigned int arch_cpu_id(void)
{
	return this_cpu;
}

/* A millisecond at most: to resume a CPU is nothing that can be seen from here. */
static void await_news(unsigned int seen)
{
	struct timespec until;

	clock_gettime(CLOCK_REALTIME, &until);
	until.tv_nsec += 1000000;
	until.tv_sec += until.tv_nsec / 1000000000;
	until.tv_nsec %= 1000000000;
	if (news.count == seen)
		pthread_cond_timedwait(&news.changed, &news.lock, &until);
}

/* The first time returns at once: what was awaited may have come before it was looked for. */
void arch_cpu_relax(void)
{
	static __thread unsigned int seen;

	if (!waiting) {
		announce();
		waiting = true;
		seen = __atomic_load_n(&news.count, __ATOMIC_ACQUIRE);
		return;
	}
	pthread_mutex_lock(&news.lock);
	await_news(seen);
	seen = news.count;
	pthread_mutex_unlock(&news.lock);
}

void arch_kick_cpu(struct cpu *cpu)
{
	__atomic_fetch_add(&state[cpu->id].kicks, 1, __ATOMIC_RELAXED);
	__atomic_store_n(&state[cpu->id].kicked, 1, __ATOMIC_RELEASE);
	announce();
}

void arch_cpu_moved(__maybe_unused struct cpu *cpu)
{
}

void arch_flush_stage2(struct cpu *cpu)
{
	void (*hook)(struct cpu *cpu) = in_flush;

	in_flush = NULL;
	if (hook)
		hook(cpu);
	__atomic_store_n(&state[cpu->id].flushed,
			 __atomic_load_n(&version, __ATOMIC_ACQUIRE), __ATOMIC_RELEASE);
}

const struct pgtable_format *arch_stage2_format(void)
{
	return NULL;
}

u64 arch_stage2_attrs(__maybe_unused u64 mem_flags)
{
	return 0;
}

int arch_cell_create(__maybe_unused struct cell *cell)
{
	return 0;
}

void arch_cell_destroy(__maybe_unused struct cell *cell)
{
}

unsigned int arch_remap_pages(__maybe_unused bool used)
{
	return 0;
}

void arch_root_cpus_changed(__maybe_unused struct machine *m)
{
}

void arch_cell_run(__maybe_unused struct cell *cell, __maybe_unused bool runs)
{
}

void arch_cell_moved(__maybe_unused struct cell *cell, __maybe_unused bool to_root)
{
}

void *arch_window(__maybe_unused u64 hpa)
{
	return NULL;
}

void arch_window_close(void)
{
}

size_t arch_console_write(__maybe_unused const char *text, size_t length,
			  __maybe_unused bool urgent,
			  __maybe_unused const char **remark)
{
	return length;
}

void arch_halt(void)
{
	abort();
}

/* Limits are @slow times as long as they should be: the host has other things to do. */
static void boot(unsigned int slow)
{
	unsigned int n;

	memset(&machine, 0, sizeof(machine));
	memset(cpus, 0, sizeof(cpus));
	machine.cpus = cpus;
	memset(&root, 0, sizeof(root));
	memset(&other, 0, sizeof(other));
	memset(state, 0, sizeof(state));
	memset(&log_pages, 0, sizeof(log_pages));
	log_init(&log_pages);
	version = 0;
	machine.log = &log_pages;
	machine.tsc_khz = 1000000 * slow;
	machine.num_cpus = NUM_CPUS;
	machine.root = &root;
	root.machine = &machine;
	root.desc = &desc;
	root.cpus = low_cpus((1 << NUM_CPUS) - 1);
	other.machine = &machine;
	other.desc = &desc;
	other.id = 1;
	for (n = 0; n < NUM_CPUS; n++) {
		cpus[n].id = n;
		cpus[n].machine = &machine;
		cpus[n].cell = &root;
		cpus[n].present = true;
	}
	this_cpu = 0;
}

/* CPU 0 does it. */
static int suspend(u64 low)
{
	const struct cpu_set set = low_cpus(low);

	return cpu_suspend(&cpus[0], &set);
}

static void resume(u64 low)
{
	const struct cpu_set set = low_cpus(low);

	cpu_resume(&cpus[0], &set);
}

/*
 * One CPU
 */

UNIT(what_requests_lead_to)
{
	static const struct {
		bool parked, wait_for_sipi, in_root;
		u32 posts[4];
		enum cpu_action want;
		bool now_parked, now_waits;
		bool reset_first;
	} rows[] = {
#define FLUSH	CPU_REQ_FLUSH
#define PARK	CPU_REQ_PARK
#define RESET	CPU_REQ_RESET
#define INIT	CPU_REQ_INIT
#define SIPI	CPU_REQ_SIPI
#define NMI	CPU_REQ_NMI
#define LEAVE	CPU_REQ_LEAVE
		/* A CPU that runs. */
		{ 0, 0, 0, { 0 }, CPU_CONTINUE, 0, 0 },
		{ 0, 0, 0, { FLUSH }, CPU_CONTINUE, 0, 0 },
		{ 0, 0, 0, { NMI }, CPU_CONTINUE, 0, 0 },
		/* One in service, one that waits: as many as a CPU takes. */
		{ 0, 0, 0, { NMI, NMI }, CPU_CONTINUE, 0, 0 },
		{ 0, 0, 0, { NMI, NMI, NMI }, CPU_CONTINUE, 0, 0 },
		{ 0, 0, 0, { NMI, FLUSH, NMI }, CPU_CONTINUE, 0, 0 },
		{ 0, 0, 0, { PARK }, CPU_PARK, 1, 0 },
		{ 0, 0, 0, { RESET }, CPU_RESET, 0, 0 },
		{ 0, 0, 0, { INIT }, CPU_PARK, 1, 1 },
		{ 0, 0, 0, { SIPI }, CPU_CONTINUE, 0, 0 },
		{ 0, 0, 0, { INIT, SIPI }, CPU_STARTUP, 0, 0 },
		{ 0, 0, 0, { LEAVE }, CPU_LEAVE, 0, 0 },
		{ 0, 0, 0, { LEAVE, PARK, FLUSH }, CPU_LEAVE, 0, 0 },
		/* The last one of start and end counts. */
		{ 0, 0, 0, { RESET, PARK }, CPU_PARK, 1, 0 },
		{ 0, 0, 0, { PARK, RESET }, CPU_RESET, 0, 0 },
		{ 0, 0, 0, { INIT, SIPI, PARK }, CPU_PARK, 1, 0 },
		{ 0, 0, 0, { INIT, SIPI, RESET }, CPU_RESET, 0, 0 },
		{ 0, 0, 0, { PARK, INIT, SIPI }, CPU_PARK, 1, 0 },
		/* What comes behind a reset finds a CPU that was reset. */
		{ 0, 0, 0, { RESET, INIT }, CPU_PARK, 1, 1, true },
		{ 0, 0, 0, { RESET, INIT, SIPI }, CPU_STARTUP, 0, 0, true },
		{ 1, 0, 0, { RESET, INIT, SIPI }, CPU_STARTUP, 0, 0, true },
		{ 1, 1, 0, { RESET, SIPI, NMI }, CPU_CONTINUE, 0, 0, true },
		/* Parked by management: only a reset helps. */
		{ 1, 0, 0, { 0 }, CPU_PARK, 1, 0 },
		{ 1, 0, 0, { FLUSH }, CPU_PARK, 1, 0 },
		{ 1, 0, 0, { INIT }, CPU_PARK, 1, 0 },
		{ 1, 0, 0, { SIPI }, CPU_PARK, 1, 0 },
		{ 1, 0, 0, { INIT, SIPI }, CPU_PARK, 1, 0 },
		{ 1, 0, 0, { RESET }, CPU_RESET, 0, 0 },
		/* Waiting for a SIPI. */
		{ 1, 1, 0, { 0 }, CPU_PARK, 1, 1 },
		{ 1, 1, 0, { SIPI }, CPU_STARTUP, 0, 0 },
		{ 1, 1, 0, { INIT }, CPU_PARK, 1, 1 },
		{ 1, 1, 0, { INIT, SIPI }, CPU_STARTUP, 0, 0 },
		{ 1, 1, 0, { PARK }, CPU_PARK, 1, 0 },
		{ 1, 1, 0, { PARK, SIPI }, CPU_PARK, 1, 0 },
		{ 1, 1, 0, { RESET }, CPU_RESET, 0, 0 },
		/* Linux may start its CPUs whatever happened to them. */
		{ 1, 0, 1, { SIPI }, CPU_PARK, 1, 0 },
		{ 1, 0, 1, { INIT }, CPU_PARK, 1, 1 },
		{ 1, 0, 1, { INIT, SIPI }, CPU_STARTUP, 0, 0 },
		{ 0, 0, 1, { PARK }, CPU_PARK, 1, 0 },
	};
	struct cpu *cpu = &cpus[0];
	unsigned int n, post;
	unsigned int nmis;

	for (n = 0; n < ARRAY_SIZE(rows); n++) {
		unit_row("row %u", n);
		boot(1);
		cpu->cell = rows[n].in_root ? &root : &other;
		cpu->parked = rows[n].parked;
		cpu->wait_for_sipi = rows[n].wait_for_sipi;
		nmis = 0;
		for (post = 0; post < 4; post++) {
			cpu_post(cpu, rows[n].posts[post]);
			nmis += rows[n].posts[post] == NMI;
		}
		if (rows[n].reset_first) {
			CHECK_EQ(cpu_events_process(cpu), CPU_RESET);
			CHECK(!cpu->parked);
			CHECK(cpu_events_left(cpu));
		}
		CHECK_EQ(cpu_events_process(cpu), rows[n].want);
		CHECK(!cpu_events_left(cpu));
		CHECK_EQ(cpu->parked, rows[n].now_parked);
		CHECK_EQ(cpu->wait_for_sipi, rows[n].now_waits);
		CHECK_EQ(cpu_take_nmis(cpu), MIN(nmis, 2U));
		CHECK_EQ(cpu_take_nmis(cpu), 0);
		CHECK_EQ(cpu->requests, 0);
		CHECK_EQ(state[0].kicks, 0);
	}
}

UNIT(a_new_start_or_end_forgets_a_pending_nmi)
{
	struct cpu *cpu = &cpus[1];

	boot(1);
	cpu_post(cpu, NMI);
	cpu_post(cpu, NMI);
	CHECK_EQ(state[1].kicks, 2);
	cpu_post(cpu, PARK);
	CHECK(!cpu_take_nmis(cpu));
	CHECK_EQ(cpu_events_process(cpu), CPU_PARK);
	cpu_post(cpu, NMI);
	cpu_post(cpu, RESET);
	CHECK(!cpu_take_nmis(cpu));
	cpu_post(cpu, NMI);
	cpu_assign(cpu, &other, false);
	CHECK(!cpu_take_nmis(cpu));
	CHECK_EQ(cpu->requests, FLUSH | CPU_REQ_MOVED);
	/* It has to hear of it however often it moves before it looks. */
	cpu_assign(cpu, &root, true);
	cpu_assign(cpu, &root, false);
	CHECK_EQ(cpu->requests, FLUSH | CPU_REQ_MOVED);
	CHECK_EQ(cpu_events_process(cpu), CPU_PARK);
	cpu_assign(cpu, &root, false);
	CHECK_EQ(cpu->requests, FLUSH);
}

UNIT(a_suspended_cpu_is_not_kicked_and_finds_its_requests)
{
	struct cpu *cpu = &cpus[1];

	boot(1);
	cpu->requests = CPU_REQ_SUSPEND | CPU_SUSPENDED;
	cpu_post(cpu, FLUSH);
	cpu_post(cpu, PARK);
	CHECK_EQ(state[1].kicks, 0);
	resume(3);
	CHECK_EQ(cpu->requests, FLUSH | PARK);
	version = 5;
	CHECK_EQ(cpu_events_process(cpu), CPU_PARK);
	CHECK_EQ(state[1].flushed, 5);
}

/* Another CPU may want to suspend the one that resumes others: that is not its to undo. */
UNIT(only_those_who_were_suspended_are_resumed)
{
	boot(1);
	cpus[0].requests = CPU_REQ_SUSPEND;
	cpus[1].requests = CPU_REQ_SUSPEND | CPU_SUSPENDED | FLUSH;
	cpus[2].requests = CPU_REQ_SUSPEND | CPU_SUSPENDED;
	resume(3);
	CHECK_EQ(cpus[0].requests, CPU_REQ_SUSPEND);
	CHECK_EQ(cpus[1].requests, FLUSH);
	CHECK_EQ(cpus[2].requests, CPU_REQ_SUSPEND | CPU_SUSPENDED);
}

/*
 * Threads
 */

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
	news.count = 0;
	for (n = 0; n < NUM_CPUS; n++) {
		disable_count[n] = NUM_CPUS;
		disable_result[n] = 1;
		if (pthread_create(&threads[n], NULL, disable_thread, &cpus[n]))
			abort();
	}
	/* Each says once that it waits. */
	pthread_mutex_lock(&news.lock);
	while (news.count < NUM_CPUS)
		pthread_cond_wait(&news.changed, &news.lock);
	pthread_mutex_unlock(&news.lock);
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
