// SPDX-License-Identifier: GPL-2.0-only
/* A step that several CPUs take together, and whose result is the same on each. */
#include "rendezvous.h"
#include "arch.h"

/*
 * A barrier that is used again and again, and agrees on a result each time.
 *
 * Each CPU reads the number of the round, leaves its error if it has one, and counts itself
 * in. All but the last spin until the number changes; the last one takes the count back to
 * 0 and changes the number, which lets the others go. The number is read before the CPU is
 * counted: once all are counted it may change at any moment.
 *
 * The result is read after the round is over, and a CPU can be late in that: others may have
 * gone on to the next round, and one of them may have failed there. So the rounds take
 * turns with two places for an error. Two are enough, since no CPU can be two rounds
 * behind: a round ends only when all have come to it, and whoever has come has read the
 * result of the one before. For the same reason the last CPU of a round can clear the
 * other place for the round to come, before it lets anybody go there.
 *
 * The release of the number, and the acquire that sees it, make all that each CPU wrote
 * before the barrier visible to all behind it.
 */
int rendezvous(struct rendezvous *meeting, unsigned int num_cpus, int err)
{
	u32 round = __atomic_load_n(&meeting->round, __ATOMIC_ACQUIRE);
	int *error = &meeting->error[round & 1];
	int none = 0;

	if (err)
		__atomic_compare_exchange_n(error, &none, err, false, __ATOMIC_RELAXED,
					    __ATOMIC_RELAXED);
	if (__atomic_add_fetch(&meeting->arrived, 1, __ATOMIC_ACQ_REL) < num_cpus) {
		while (__atomic_load_n(&meeting->round, __ATOMIC_ACQUIRE) == round)
			arch_cpu_relax();
		return __atomic_load_n(error, __ATOMIC_RELAXED);
	}
	meeting->arrived = 0;
	meeting->error[~round & 1] = 0;
	err = __atomic_load_n(error, __ATOMIC_RELAXED);
	__atomic_store_n(&meeting->round, round + 1, __ATOMIC_RELEASE);
	return err;
}
