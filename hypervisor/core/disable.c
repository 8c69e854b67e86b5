// SPDX-License-Identifier: GPL-2.0-only
/*
 * Disable: all CPUs that Linux uses call at once. The first one becomes the leader of a
 * session (struct disable_session); the others join it and return what it decides. None may
 * be left behind: a CPU that went on in its guest while the hypervisor's memory is given
 * back to Linux would execute whatever Linux puts there. So either all of them come within
 * a second, and all go, or nobody goes.
 *
 * The leader holds the lock of management operations all the time, and leaves the session
 * last: what the others still have to read stays until they have.
 */
#include "disable.h"
#include "arch.h"
#include "cell.h"
#include "cpu_events.h"
#include "op_lock.h"
#include "patience.h"

/* Milliseconds that all CPUs have to come, and one has to leave. */
#define DISABLE_LIMIT	1000
#define LEAVE_LIMIT	100

static int allowed(const struct machine *m)
{
	const struct cell *other = m->root->next;

	if (!other)
		return 0;
	log_error("cell %s is still there", other->desc->name);
	return -EBUSY;
}

static struct cpu_set who_has_come(const struct disable_session *session)
{
	struct cpu_set come;
	unsigned int i;

	for (i = 0; i < CPU_SET_WORDS; i++)
		come.words[i] = __atomic_load_n(&session->come.words[i], __ATOMIC_ACQUIRE);
	return come;
}

static void note_coming(struct disable_session *session, const struct cpu *self)
{
	__atomic_fetch_or(&session->come.words[self->id / 64], BIT_ULL(self->id % 64),
			  __ATOMIC_RELEASE);
}

/* Of those that run. */
static unsigned int first_missing(const struct machine *m, const struct cpu_set *come)
{
	struct cpu_set missing = cpu_set_without(&m->root->cpus, come);
	unsigned int n;

	for_each_cpu_in(n, &missing)
		if (!m->cpus[n].parked)
			return n;
	return cpu_set_first(&missing);
}

static int gather(const struct machine *m, u64 count, struct cpu_set *come)
{
	struct patience patience = patience_begin(m, DISABLE_LIMIT);

	do {
		*come = who_has_come(&m->disable);
		if (cpu_set_weight(come) >= count)
			return 0;
	} while (patience_lasts(&patience));
	log_error("%u of %llu CPUs came to disable the hypervisor, CPU %u did not",
		  cpu_set_weight(come), count, first_missing(m, come));
	return -ETIMEDOUT;
}

static bool has_left(const struct cpu *cpu, struct patience *patience)
{
	while (__atomic_load_n(&cpu->present, __ATOMIC_ACQUIRE))
		if (!patience_lasts(patience))
			return false;
	return true;
}

/* Also of those that an earlier attempt told to leave, and that were late. */
static void forget_those_that_left(struct machine *m)
{
	struct cpu_set cpus = m->root->cpus;
	unsigned int n;

	for_each_cpu_in(n, &cpus)
		if (!__atomic_load_n(&m->cpus[n].present, __ATOMIC_ACQUIRE))
			cpu_set_remove(&m->root->cpus, n);
}

/*
 * CPUs that Linux has offline, or that failed, are pulled out. If one of them does not even
 * react, none is. If all do, all are told to go at the same time, and from then on there is
 * no way back for them. One that stays nevertheless (only a broken processor would) keeps
 * the hypervisor in memory, which it uses. The others are gone then, and Linux cannot start
 * them before another attempt to disable has succeeded.
 */
static int expel(struct cpu *self, const struct cpu_set *cpus)
{
	struct machine *m = self->machine;
	struct patience patience;
	unsigned int n;
	int err = cpu_suspend(self, cpus);

	if (err)
		return err;
	for_each_cpu_in(n, cpus)
		cpu_post(&m->cpus[n], CPU_REQ_LEAVE);
	cpu_resume(self, cpus);

	patience = patience_begin(m, LEAVE_LIMIT);
	for_each_cpu_in(n, cpus) {
		if (has_left(&m->cpus[n], &patience))
			continue;
		log_error("CPU %u does not leave the hypervisor", n);
		err = -ETIMEDOUT;
	}
	forget_those_that_left(m);
	return err;
}

/* All of @count are there, or none goes. */
static int leave_together(struct cpu *self, u64 count)
{
	struct machine *m = self->machine;
	struct cpu_set come, idle;
	int err = gather(m, count, &come);

	if (err)
		return err;
	/* Their tables lie in memory that Linux gets back. */
	err = arch_dma_switch(false);
	if (err)
		return err;
	forget_those_that_left(m);
	idle = cpu_set_without(&m->root->cpus, &come);
	if (!cpu_set_empty(&idle))
		err = expel(self, &idle);
	if (err)
		arch_dma_switch(true);
	/*
	 * A CPU that was wanted while it printed has left the rest to whoever prints the next
	 * line. There is none after this.
	 */
	if (!err)
		log_flush();
	return err;
}

/* Return: 0 with the lock of management operations, so that no cell can come. */
static int begin(struct machine *m)
{
	int err = op_lock(&m->op);

	if (err)
		return err;
	err = allowed(m);
	if (err)
		op_unlock(&m->op);
	return err;
}

static void set_state(struct disable_session *session, enum disable_state state)
{
	__atomic_store_n(&session->state, state, __ATOMIC_RELEASE);
}

/* From DISABLE_OPENING to DISABLE_NONE again. */
static int lead(struct cpu *self, u64 count)
{
	struct machine *m = self->machine;
	struct disable_session *session = &m->disable;
	u32 only_self;
	int err = begin(m);

	if (err) {
		set_state(session, DISABLE_NONE);
		return err;
	}
	session->count = count;
	session->come = cpu_set_of(self->id);
	__atomic_store_n(&session->inside, 1, __ATOMIC_RELEASE);
	set_state(session, DISABLE_GATHERING);

	err = leave_together(self, count);
	session->result = err;
	set_state(session, DISABLE_DECIDED);

	/* Until the last of the others is out, and no other can come in. */
	do {
		arch_cpu_relax();
		only_self = 1;
	} while (!__atomic_compare_exchange_n(&session->inside, &only_self, 0, false,
					      __ATOMIC_ACQ_REL, __ATOMIC_RELAXED));
	op_unlock(&m->op);
	set_state(session, DISABLE_NONE);
	return err;
}

/* Return: false if the session was closed before this CPU was in it. */
static bool join(struct cpu *self, u64 count, int *err)
{
	struct disable_session *session = &self->machine->disable;
	u32 inside = __atomic_load_n(&session->inside, __ATOMIC_ACQUIRE);

	do {
		if (!inside)
			return false;
		if (session->count != count) {
			log_error("CPU %u wants to disable with %llu CPUs, others with %llu",
				  self->id, count, session->count);
			*err = -EINVAL;
			return true;
		}
	} while (!__atomic_compare_exchange_n(&session->inside, &inside, inside + 1, false,
					      __ATOMIC_ACQ_REL, __ATOMIC_ACQUIRE));
	note_coming(session, self);

	while (__atomic_load_n(&session->state, __ATOMIC_ACQUIRE) != DISABLE_DECIDED)
		arch_cpu_relax();
	*err = session->result;
	__atomic_fetch_sub(&session->inside, 1, __ATOMIC_RELEASE);
	return true;
}

int machine_disable(struct cpu *self, u64 count)
{
	struct machine *m = self->machine;
	const unsigned int all = cpu_set_weight(&m->root->cpus);
	u32 state;
	int err;

	if (!count || count > all) {
		log_error("%llu CPUs cannot disable the hypervisor, the root cell has %u",
			  count, all);
		return -EINVAL;
	}
	for (;;) {
		state = DISABLE_NONE;
		if (__atomic_compare_exchange_n(&m->disable.state, &state, DISABLE_OPENING,
						false, __ATOMIC_ACQUIRE, __ATOMIC_ACQUIRE))
			return lead(self, count);
		if (state != DISABLE_OPENING && join(self, count, &err))
			return err;
		arch_cpu_relax();
	}
}
