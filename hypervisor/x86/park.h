/* SPDX-License-Identifier: GPL-2.0-only */
/* Where a CPU waits that nobody uses. */
#ifndef _X86_PARK_H
#define _X86_PARK_H

struct percpu;

/**
 * park_init() - make the place where CPUs are parked
 *
 * First CPU, before any CPU is parked. Pages of the pool, which stay.
 *
 * Return: 0 or -ENOMEM.
 */
int park_init(void);

/** park_cpu() - the calling CPU waits, out of the cell's memory, until vendor_reset() */
void park_cpu(struct percpu *percpu);

#endif
