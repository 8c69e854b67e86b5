// SPDX-License-Identifier: GPL-2.0-only
/*
 * Disable: all CPUs that Linux uses call at once. One of them checks and opens a session
 * (struct disable_session), the others join it and wait for its result. The leader closes it
 * after all others have read the result and are out of it.
 */
#include "arch.h"
#include "cell.h"
#include "cpu_events.h"
#include "op_lock.h"

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
	const u64 until = arch_read_tsc() + (u64)m->tsc_khz * DISABLE_LIMIT;

	for (;;) {
		*come = who_has_come(&m->disable);
		if (cpu_set_weight(come) >= count)
			return 0;
		if (arch_read_tsc() >= until)
			break;
		arch_cpu_relax();
	}
	log_error("%u of %llu CPUs came to disable the hypervisor, CPU %u did not",
		  cpu_set_weight(come), count, first_missing(m, come));
	return -ETIMEDOUT;
}

static bool has_left(const struct cpu *cpu, u64 until)
{
	while (__atomic_load_n(&cpu->present, __ATOMIC_ACQUIRE)) {
		if (arch_read_tsc() >= until)
			return false;
		arch_cpu_relax();
	}
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
 * CPUs that Linux has offline, or that failed, are pulled out. If one does not react, none
 * is. All that do are told to go at the same time, and from then on there is no way back for
 * them: should one stay all the same, which takes a processor that is broken, the hypervisor
 * stays, too, since its memory is in use; the others are gone, and Linux cannot start them
 * before another attempt has succeeded.
 */
static int expel(struct cpu *self, const struct cpu_set *cpus)
{
	struct machine *m = self->machine;
	unsigned int n;
	u64 until;
	int err = cpu_suspend(self, cpus);

	if (err)
		return err;
	for_each_cpu_in(n, cpus)
		cpu_post(&m->cpus[n], CPU_REQ_LEAVE);
	cpu_resume(self, cpus);

	until = arch_read_tsc() + (u64)m->tsc_khz * LEAVE_LIMIT;
	for_each_cpu_in(n, cpus) {
		if (has_left(&m->cpus[n], until))
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
	forget_those_that_left(m);
	idle = cpu_set_without(&m->root->cpus, &come);
	return expel(self, &idle);
}

static int lead(struct cpu *self, u64 count)
{
	struct machine *m = self->machine;
	struct disable_session *session = &m->disable;
	u32 only_self;
	int err = allowed(m);

	if (err) {
		op_unlock(&m->op);
		return err;
	}
	session->count = count;
	session->result = 0;
	session->come = cpu_set_of(self->id);
	__atomic_store_n(&session->inside, 1, __ATOMIC_RELEASE);
	__atomic_store_n(&m->op.busy, OP_GATHERING, __ATOMIC_RELEASE);

	err = leave_together(self, count);
	__atomic_store_n(&session->result, (u32)(1 - err), __ATOMIC_RELEASE);

	do {
		arch_cpu_relax();
		only_self = 1;
	} while (!__atomic_compare_exchange_n(&session->inside, &only_self, 0, false,
					      __ATOMIC_ACQ_REL, __ATOMIC_RELAXED));
	op_unlock(&m->op);
	return err;
}

/* Return: false if there is no session any more; then start over. */
static bool join(struct cpu *self, u64 count, int *err)
{
	struct disable_session *session = &self->machine->disable;
	u32 inside = __atomic_load_n(&session->inside, __ATOMIC_ACQUIRE), result;

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

	while (!(result = __atomic_load_n(&session->result, __ATOMIC_ACQUIRE)))
		arch_cpu_relax();
	*err = 1 - (int)result;
	__atomic_fetch_sub(&session->inside, 1, __ATOMIC_RELEASE);
	return true;
}

int machine_disable(struct cpu *self, u64 count)
{
	struct machine *m = self->machine;
	const unsigned int all = cpu_set_weight(&m->root->cpus);
	u32 found;
	int err;

	if (!count || count > all) {
		log_error("%llu CPUs cannot disable the hypervisor, the root cell has %u",
			  count, all);
		return -EINVAL;
	}
	for (;;) {
		if (op_lock(&m->op, OP_CHECKING, &found))
			return lead(self, count);
		if (found == OP_TAKEN) {
			log_error("another CPU is busy with a management operation");
			return -EBUSY;
		}
		if (found == OP_GATHERING && join(self, count, &err))
			return err;
		arch_cpu_relax();
	}
}
