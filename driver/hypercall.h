/* SPDX-License-Identifier: GPL-2.0-only */
/* Calls into the hypervisor. */
#ifndef _JH_HYPERCALL_H
#define _JH_HYPERCALL_H

#include <linux/rwsem.h>
#include <linux/types.h>

struct reason;

extern struct rw_semaphore jh_hypervisor_sem;
extern bool jh_hypervisor_active;
long __must_check jh_hypercall(u32 code, u64 arg1, u64 arg2, struct reason *why);
long jh_hypercall_cell_state(int id);
long jh_hypercall_ask(u32 code, u64 arg1, u64 arg2);
long jh_hypercall_register(int id, u32 address, u32 val);
bool jh_hypervisor_enabled(void);

#endif
