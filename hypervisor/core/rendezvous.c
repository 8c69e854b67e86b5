// SPDX-License-Identifier: GPL-2.0-only
/* A step that several CPUs take together, and whose result is the same on each. */
#include "rendezvous.h"
#include "arch.h"

/*
 * A CPU may be slow in leaving a round while the others are in the next one already, and may
 * have failed there: the error belongs to its round. Two of them are enough. Whoever is last
 * in a round knows that all have left the one before, whose place he clears for the next.
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
