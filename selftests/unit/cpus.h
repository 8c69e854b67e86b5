/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * CPUs that do nothing but what others ask of them: test_cpu_events.c, and, with a thread as each,
 * test_cpu_threads.c.
 */
#ifndef SELFTESTS_CPUS_H
#define SELFTESTS_CPUS_H

#include "unit.h"
#include "arch.h"
#include "cell.h"
#include "cell_state.h"
#include "cpu_events.h"
#include "low_cpus.h"

#define NUM_CPUS	4

#define FLUSH	CPU_REQ_FLUSH
#define PARK	CPU_REQ_PARK
#define RESET	CPU_REQ_RESET
#define INIT	CPU_REQ_INIT
#define SIPI	CPU_REQ_SIPI
#define NMI	CPU_REQ_NMI
#define LEAVE	CPU_REQ_LEAVE

extern struct machine machine;
extern struct cpu cpus[NUM_CPUS];
extern struct cell root, other;
extern struct jailhouse_log log_pages;

/* Which CPU the calling thread is. */
extern __thread unsigned int this_cpu;

/* What each CPU did, and where it is. */
struct cpu_state {
	u32 kicked;
	u32 in_guest;
	u32 flushed;
	u32 stop;
	u32 nmis;
	u32 kicks;
};

extern struct cpu_state state[NUM_CPUS];

/* What a flush has to see. */
extern u32 version;

/* What the console has taken: while it is slow, nothing but what is urgent. */
extern size_t console_taken;
extern bool console_slow;

/* Nanoseconds for which a CPU has been held when it looks at the clock the next times. */
extern u64 held;
extern u32 held_looks;

/* Called by the next flush. */
extern void (*in_flush)(struct cpu *cpu);

/** announce() - something was done that another CPU may wait for */
void announce(void);

/** forget_news() - announcements are counted from here on; wait_for_news(): for so many */
void forget_news(void);
void wait_for_news(unsigned int count);

/** flag() - is *@word set? */
bool flag(const u32 *word);

/** wait_for_either() - until one of them is set */
void wait_for_either(const u32 *word, const u32 *other_word);

/** boot() - limits are @slow times as long as they should be: the host has other things to do. */
void boot(unsigned int slow);

/** suspend() - CPU 0 suspends those of @low; resume() */
int suspend(u64 low);
void resume(u64 low);

#endif
