/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * A lock that is granted in the order of asking.
 *
 * For hardware that several cells share through an index and a data register (I/O APIC, PCI
 * configuration ports): two accesses that must not be torn apart. The holder does nothing
 * else, so a cell that hammers on the device delays another one by at most one such pair
 * for each CPU of the machine. And for what CPUs of one cell share.
 */
#ifndef _X86_TICKET_H
#define _X86_TICKET_H

#include "types.h"

struct ticket_lock {
	u32 next;
	u32 serving;
};

/** ticket_lock() - wait for one's turn; not from NMI context. */
static inline void ticket_lock(struct ticket_lock *lock)
{
	u32 mine = __atomic_fetch_add(&lock->next, 1, __ATOMIC_RELAXED);

	while (__atomic_load_n(&lock->serving, __ATOMIC_ACQUIRE) != mine)
		__builtin_ia32_pause();
}

/** ticket_unlock() - let the next one go on. */
static inline void ticket_unlock(struct ticket_lock *lock)
{
	__atomic_store_n(&lock->serving, lock->serving + 1, __ATOMIC_RELEASE);
}

#endif
