/* SPDX-License-Identifier: GPL-2.0-only */
/* A step that several CPUs take together, and whose result is the same on each. */
#ifndef _CORE_RENDEZVOUS_H
#define _CORE_RENDEZVOUS_H

#include "types.h"

/**
 * struct rendezvous - where CPUs meet, as often as they like; begins as zeros
 * @round: rounds that are over
 * @arrived: CPUs that have come in this one
 * @error: the first error in a round, by whether the number of the round is odd
 */
struct rendezvous {
	u32 round;
	u32 arrived;
	int error[2];
};

/**
 * rendezvous() - wait for all, and agree on a result
 * @meeting: where they meet
 * @num_cpus: how many come; the same in each call
 * @err: the calling CPU's result of the step before: 0 or a negative errno
 *
 * Context: any CPU, each of them once a round.
 *
 * Return: 0 if all came with 0, else the error of the first that had one; in each round the
 * same on all CPUs.
 */
int rendezvous(struct rendezvous *meeting, unsigned int num_cpus, int err);

#endif
