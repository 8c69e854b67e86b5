// SPDX-License-Identifier: GPL-2.0-only
/* CPUs that do nothing but what others ask of them. */
#include <pthread.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include "cpus.h"

struct machine machine;
struct cpu cpus[NUM_CPUS];
struct cell root, other;
static struct jailhouse_cell_desc desc = { .name = "test" };
struct jailhouse_log log_pages;

__thread unsigned int this_cpu;

struct cpu_state state[NUM_CPUS];

u32 version;

size_t console_taken;
bool console_slow;

void (*in_flush)(struct cpu *cpu);

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

void announce(void)
{
	waiting = false;
	pthread_mutex_lock(&news.lock);
	news.count++;
	pthread_cond_broadcast(&news.changed);
	pthread_mutex_unlock(&news.lock);
}

void forget_news(void)
{
	news.count = 0;
}

void wait_for_news(unsigned int count)
{
	pthread_mutex_lock(&news.lock);
	while (news.count < count)
		pthread_cond_wait(&news.changed, &news.lock);
	pthread_mutex_unlock(&news.lock);
}

bool flag(const u32 *word)
{
	return __atomic_load_n(word, __ATOMIC_ACQUIRE);
}

void wait_for_either(const u32 *word, const u32 *other_word)
{
	pthread_mutex_lock(&news.lock);
	while (!flag(word) && !flag(other_word))
		pthread_cond_wait(&news.changed, &news.lock);
	pthread_mutex_unlock(&news.lock);
}

/*
 * The seam
 */

u64 held;
u32 held_looks;

u64 arch_read_tsc(void)
{
	static __thread u64 held_for;
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	if (flag(&held_looks)) {
		__atomic_fetch_sub(&held_looks, 1, __ATOMIC_RELAXED);
		held_for += held;
	}
	return (u64)now.tv_sec * 1000000000U + (u64)now.tv_nsec + held_for;
}

unsigned int arch_cpu_id(void)
{
	return this_cpu;
}

/* A tenth of a millisecond at most: to resume a CPU is nothing that can be seen from here. */
static void await_news(unsigned int seen)
{
	struct timespec until;

	clock_gettime(CLOCK_REALTIME, &until);
	until.tv_nsec += 100000;
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

const struct pgtable_format *arch_dma_format(void)
{
	return NULL;
}

u64 arch_dma_attrs(__maybe_unused u64 mem_flags)
{
	return 0;
}

int arch_dma_flush(__maybe_unused const struct cell *cell, __maybe_unused bool attach)
{
	return 0;
}

int arch_dma_switch(__maybe_unused bool on)
{
	return 0;
}

long arch_dma_faults(__maybe_unused u32 device)
{
	return -ENODEV;
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

void arch_cell_message(__maybe_unused struct cell *cell, __maybe_unused bool console)
{
}

bool arch_cell_settled(__maybe_unused struct cell *cell)
{
	return true;
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

void *arch_link_window(__maybe_unused unsigned int n, __maybe_unused u64 hpa)
{
	return NULL;
}

void arch_link_windows_close(void)
{
}

void arch_link_interrupt(__maybe_unused struct link_end *end)
{
}

size_t arch_console_write(__maybe_unused const char *text, size_t length, bool urgent,
			  __maybe_unused const char **remark)
{
	if (console_slow && !urgent)
		return 0;
	console_taken += length;
	return length;
}

void arch_halt(void)
{
	abort();
}

void boot(unsigned int slow)
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
	console_taken = 0;
	console_slow = false;
	held_looks = 0;
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

int suspend(u64 low)
{
	const struct cpu_set set = low_cpus(low);

	return cpu_suspend(&cpus[0], &set);
}

void resume(u64 low)
{
	const struct cpu_set set = low_cpus(low);

	cpu_resume(&cpus[0], &set);
}
