/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Registers of the root cell that cannot be left to it as they are: those that let the CPU
 * count, sample or trace by itself, also while it is in the hypervisor.
 */
#ifndef _X86_ROOT_MSR_H
#define _X86_ROOT_MSR_H

#include "types.h"

/* Performance counters, PEBS, processor trace, the debug store's buffer. */
#define NUM_KEPT_MSRS	4

/**
 * struct kept_msrs - what the root cell has written, and the hardware does not have
 * @value: of each register; what the hardware gets when Linux leaves
 * @present: bit for each register that the CPU has
 *
 * In the hardware all of them are 0 in VMX operation, except that a guest's counters run
 * while it does.
 */
struct kept_msrs {
	u64 value[NUM_KEPT_MSRS];
	u32 present;
};

/**
 * struct root_msr_io - how this file reaches the CPU that it runs on
 * @read: RDMSR: 0, or a negative errno after #GP
 * @write: WRMSR: likewise
 * @guest_debugctl: set IA32_DEBUGCTL for the guest
 * @guest_counters: set IA32_PERF_GLOBAL_CTRL for the guest
 */
struct root_msr_io {
	int (*read)(u32 msr, u64 *val);
	int (*write)(u32 msr, u64 val);
	void (*guest_debugctl)(u64 val);
	void (*guest_counters)(u64 val);
};

/** kept_msrs_take() - on the way in: note what Linux has, and switch it off. */
void kept_msrs_take(struct kept_msrs *kept, const struct root_msr_io *io);

/** kept_msrs_give_back() - on the way out: the hardware gets what Linux wants. */
void kept_msrs_give_back(const struct kept_msrs *kept, const struct root_msr_io *io);

/** kept_msrs_reset() - the CPU changes owner: all of it is as after a reset. */
void kept_msrs_reset(struct kept_msrs *kept, const struct root_msr_io *io);

/**
 * root_msr_read() - RDMSR by the root cell
 * @kept: of the calling CPU
 * @io: how to reach it
 * @msr: a register with MSR_KIND_ROOT
 * @val: receives its value
 *
 * Return: 0, or -EINVAL for #GP.
 */
int root_msr_read(const struct kept_msrs *kept, const struct root_msr_io *io, u32 msr,
		  u64 *val);

/** root_msr_write() - WRMSR by the root cell; as root_msr_read() */
int root_msr_write(struct kept_msrs *kept, const struct root_msr_io *io, u32 msr, u64 val);

/** root_msr_debugctl() - IA32_DEBUGCTL without what would write to memory */
u64 root_msr_debugctl(u64 val);

#endif
