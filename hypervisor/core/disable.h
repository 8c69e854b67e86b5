/* SPDX-License-Identifier: GPL-2.0-only */
/* How all CPUs of the root cell leave the hypervisor together, for good. */
#ifndef _CORE_DISABLE_H
#define _CORE_DISABLE_H

#include "types.h"
#include "cpu_set.h"

struct cpu;

/* How far the attempt to disable has got. The CPU that opens it is the leader. */
enum disable_state {
	DISABLE_NONE,		/* there is none */
	DISABLE_OPENING,	/* the leader looks whether it may be: wait for what it finds */
	DISABLE_GATHERING,	/* the leader waits for the others: join */
	DISABLE_DECIDED,	/* the result is there, for those who joined */
};

/**
 * struct disable_session - CPUs that disable the hypervisor together; begins as zeros
 * @state: enum disable_state, atomic; only the leader changes it, but for the first step,
 *	which makes a CPU the leader
 * @inside: CPUs that use the session, the leader included: it is not closed before the last
 *	of the others has read the result. 0: nobody can join. Atomic
 * @count: how many CPUs are to come; valid while @inside is not 0
 * @come: who has come, atomic
 * @result: what all of them return, from DISABLE_DECIDED on
 */
struct disable_session {
	u32 state;
	u32 inside;
	u64 count;
	struct cpu_set come;
	int result;
};

/**
 * machine_disable() - all CPUs agree to leave the hypervisor
 * @self: the calling CPU, of the root cell
 * @count: how many call this, at the same time
 *
 * CPUs of the root cell that are not among them are made to leave at once
 * (CPU_REQ_LEAVE, cpu_left()) and are not the root cell's any more.
 *
 * Return: the same on all CPUs. 0: leave VMX operation now. -EBUSY: there is another
 * cell than the root cell, or a management operation is under way. -EINVAL: the root cell
 * does not have so many CPUs, or other callers give another number. -ETIMEDOUT: not all
 * of them called within a second, or another CPU did not leave. The reason went to
 * log_error().
 */
int machine_disable(struct cpu *self, u64 count);

#endif
