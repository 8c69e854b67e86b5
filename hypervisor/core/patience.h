/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * How long a CPU waits for what another one does, in the guest or in the hypervisor.
 *
 * Only time in which the other one could do it counts. Whoever waits looks at the clock over
 * and over; if much time has passed between two looks, something has held it: an SMI, which holds
 * all CPUs, or a hypervisor below, which had no processor for it, and most likely for the other
 * one neither. So a millisecond counts at most for each look.
 */
#ifndef _CORE_PATIENCE_H
#define _CORE_PATIENCE_H

#include "arch.h"
#include "machine.h"

/**
 * struct patience - how much of it is left
 * @left: TSC ticks
 * @look: the last look at the clock
 * @most: TSC ticks that count for one
 */
struct patience {
	u64 left;
	u64 look;
	u64 most;
};

/** patience_begin() - to wait for at most @limit milliseconds from now on */
static inline struct patience patience_begin(const struct machine *m, unsigned int limit)
{
	return (struct patience) {
		.left = (u64)m->tsc_khz * limit,
		.look = arch_read_tsc(),
		.most = m->tsc_khz,
	};
}

/** patience_lasts() - after a look in vain. Return: false if there has to be an end. */
static inline bool patience_lasts(struct patience *patience)
{
	const u64 now = arch_read_tsc();
	const u64 passed = MIN(now - patience->look, patience->most);

	if (passed >= patience->left)
		return false;
	patience->left -= passed;
	patience->look = now;
	arch_cpu_relax();
	return true;
}

#endif
