// SPDX-License-Identifier: GPL-2.0-only
/*
 * Requests between CPUs.
 *
 * All that is asked of a CPU is in one word, because the CPU has to decide about all of it
 * at once. It reads the word, works out what becomes of itself, and takes the requests by a
 * compare-and-exchange; if the word has changed meanwhile, it decides anew. With two words
 * there would be moments in which a CPU has seen the RESET, but not the PARK that was sent
 * behind it and cancels it.
 *
 * Suspension is a wish (CPU_REQ_SUSPEND) and an answer (CPU_SUSPENDED) in that word. The CPU
 * sets the answer only by an exchange that fails if the wish was withdrawn in the meantime,
 * and leaves only by one that fails if there is a wish again. So whoever sees the answer
 * knows that the CPU stays, however often it was resumed just before. Whoever resumes takes
 * both bits away and need not wait: a CPU that has not noticed yet, and finds a new wish,
 * answers it like the first.
 *
 * The kick that follows a request is an NMI, which forces the CPU out of its guest. It
 * carries nothing: it may be late, early, or stand for several requests, as the word is what
 * counts. Only the architecture has to tell kicks from the guest's own NMIs.
 */
#include "cpu_events.h"
#include "arch.h"
#include "cell.h"
#include "cell_log.h"
#include "patience.h"

/* Milliseconds that a CPU has to react to a kick. */
#define REACTION_LIMIT	100

/* A new start or end makes these meaningless. */
#define CANCELLED	(CPU_REQ_PARK | CPU_REQ_RESET | CPU_REQ_INIT | CPU_REQ_SIPI | \
			 CPU_REQ_NMIS)

#define SUSPENSION	(CPU_REQ_SUSPEND | CPU_SUSPENDED)

static u32 requests_of(const struct cpu *cpu)
{
	return __atomic_load_n(&cpu->requests, __ATOMIC_ACQUIRE);
}

/* From @old, which is updated if the word has changed. */
static bool requests_change(struct cpu *cpu, u32 *old, u32 new)
{
	return __atomic_compare_exchange_n(&cpu->requests, old, new, false,
					   __ATOMIC_SEQ_CST, __ATOMIC_ACQUIRE);
}

static bool wait_suspended(const struct cpu *cpu, struct patience *patience)
{
	while (!(requests_of(cpu) & CPU_SUSPENDED))
		if (!patience_lasts(patience))
			return false;
	return true;
}

int cpu_suspend(struct cpu *self, const struct cpu_set *cpus)
{
	struct machine *m = self->machine;
	struct patience patience;
	unsigned int n;

	for_each_cpu_in(n, cpus) {
		if (n == self->id)
			continue;
		__atomic_fetch_or(&m->cpus[n].requests, CPU_REQ_SUSPEND, __ATOMIC_SEQ_CST);
		arch_kick_cpu(&m->cpus[n]);
	}

	patience = patience_begin(m, REACTION_LIMIT);
	for_each_cpu_in(n, cpus) {
		if (n == self->id || wait_suspended(&m->cpus[n], &patience))
			continue;
		cpu_resume(self, cpus);
		log_error("CPU %u of cell %s does not react", n,
			  m->cpus[n].cell->desc->name);
		return -ETIMEDOUT;
	}
	return 0;
}

void cpu_resume(struct cpu *self, const struct cpu_set *cpus)
{
	struct machine *m = self->machine;
	unsigned int n;

	for_each_cpu_in(n, cpus)
		if (n != self->id)
			__atomic_fetch_and(&m->cpus[n].requests, ~(u32)SUSPENSION,
					   __ATOMIC_SEQ_CST);
}

/*
 * How many NMIs a CPU owes its guest is counted as the hardware would count them. A CPU that
 * handles an NMI holds one more, and drops what comes beyond that (SDM 3A 6.7.1). So the
 * guest of a CPU that is slow to look gets both of two NMIs, and gets two of three. One bit
 * would lose the second; a counter without a limit would let a guest owe itself NMIs without
 * end.
 */
static u32 add_requests(u32 old, u32 requests)
{
	const u32 cancelled = requests & (CPU_REQ_PARK | CPU_REQ_RESET) ? CANCELLED : 0;

	old &= ~cancelled;
	if (old & requests & CPU_REQ_NMI)
		requests |= CPU_REQ_NMI_2;
	return old | requests;
}

void cpu_post(struct cpu *target, u32 requests)
{
	u32 old = requests_of(target);

	while (!requests_change(target, &old, add_requests(old, requests)))
		;
	if (!(old & CPU_SUSPENDED) && target->id != arch_cpu_id())
		arch_kick_cpu(target);
}

/* Whether a CPU is idle, and what starts it. */
struct idle {
	bool parked;
	bool wait_for_sipi;
};

static void set_idle(struct cpu *cpu, bool parked, bool wait_for_sipi)
{
	__atomic_store_n(&cpu->wait_for_sipi, wait_for_sipi, __ATOMIC_RELAXED);
	__atomic_store_n(&cpu->parked, parked, __ATOMIC_RELEASE);
}

/*
 * That the owner has changed stays in the word until the CPU has seen it. To compare owners
 * would not do: before it comes round to that, a slow CPU may have gone back to the root
 * cell and on to a new cell, which lies where the old one lay.
 */
void cpu_assign(struct cpu *cpu, struct cell *cell, bool wait_for_sipi)
{
	const u32 moved = cpu->cell != cell ? CPU_REQ_MOVED : 0;
	u32 old = requests_of(cpu);

	if (moved)
		cell_log_forget(cpu);
	cpu->cell = cell;
	cpu->failed = false;
	cpu->line_length = 0;
	set_idle(cpu, true, wait_for_sipi);
	while (!requests_change(cpu, &old, (old & (SUSPENSION | CPU_REQ_MOVED)) |
				CPU_REQ_FLUSH | moved))
		;
}

/*
 * A CPU that a management operation or a failure parked is not woken by other CPUs of
 * its cell. Linux may start any CPU of its own again.
 */
static bool accepts_init(const struct cpu *cpu, const struct idle *now)
{
	return !now->parked || now->wait_for_sipi || cell_is_root(cpu->cell);
}

/* What @requests make of a CPU; @idle is what it is now, and receives what it becomes. */
static enum cpu_action decide(const struct cpu *cpu, u32 requests, struct idle *idle)
{
	enum cpu_action action;

	if (requests & CPU_REQ_LEAVE)
		return CPU_LEAVE;
	if (requests & CPU_REQ_PARK)
		*idle = (struct idle) { .parked = true };
	action = idle->parked ? CPU_PARK : CPU_CONTINUE;
	/* What comes behind a reset finds a CPU that was reset: see take(). */
	if (requests & CPU_REQ_RESET) {
		*idle = (struct idle) { .parked = false };
		return CPU_RESET;
	}
	if (requests & CPU_REQ_INIT && accepts_init(cpu, idle)) {
		*idle = (struct idle) { .parked = true, .wait_for_sipi = true };
		action = CPU_PARK;
	}
	if (requests & CPU_REQ_SIPI && idle->wait_for_sipi) {
		*idle = (struct idle) { .parked = false };
		action = CPU_STARTUP;
	}
	return action;
}

/*
 * Takes everything but pending NMIs and what follows a reset, unless the word has changed. A
 * CPU that will run is noted as such first: a request to park it that comes now finds a CPU
 * that is not parked.
 */
static bool take(struct cpu *cpu, u32 *requests, enum cpu_action *action)
{
	struct idle idle = { cpu->parked, cpu->wait_for_sipi };
	u32 left = CPU_REQ_NMIS;

	*action = decide(cpu, *requests, &idle);
	if (!idle.parked)
		__atomic_store_n(&cpu->parked, false, __ATOMIC_SEQ_CST);
	if (*action == CPU_RESET)
		left |= CPU_REQ_INIT | CPU_REQ_SIPI;
	if (!requests_change(cpu, requests, *requests & left))
		return false;
	set_idle(cpu, idle.parked, idle.wait_for_sipi);
	return true;
}

/* Stay while suspended, then take what is asked. */
static u32 take_requests(struct cpu *cpu, enum cpu_action *action)
{
	u32 requests = requests_of(cpu), taken;

	for (;;) {
		if (!(requests & CPU_REQ_SUSPEND)) {
			taken = requests;
			if (take(cpu, &requests, action))
				return taken;
		} else if (requests & CPU_SUSPENDED) {
			arch_cpu_relax();
			requests = requests_of(cpu);
		} else if (requests_change(cpu, &requests, requests | CPU_SUSPENDED)) {
			requests |= CPU_SUSPENDED;
		}
	}
}

enum cpu_action cpu_events_process(struct cpu *cpu)
{
	enum cpu_action action;
	const u32 requests = take_requests(cpu, &action);

	if (requests & CPU_REQ_MOVED)
		arch_cpu_moved(cpu);
	if (requests & CPU_REQ_FLUSH)
		arch_flush_stage2(cpu);
	if (action == CPU_STARTUP)
		cpu->failed = false;
	return action;
}

unsigned int cpu_take_nmis(struct cpu *cpu)
{
	u32 old = __atomic_fetch_and(&cpu->requests, ~(u32)CPU_REQ_NMIS, __ATOMIC_SEQ_CST);

	return (old & CPU_REQ_NMI ? 1U : 0U) + (old & CPU_REQ_NMI_2 ? 1U : 0U);
}

void cpu_left(struct cpu *cpu)
{
	__atomic_store_n(&cpu->present, false, __ATOMIC_RELEASE);
}
