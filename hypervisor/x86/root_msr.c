// SPDX-License-Identifier: GPL-2.0-only
/*
 * Registers of the root cell that cannot be left to it as they are.
 *
 * PEBS writes records to a linear address, some time after the event: it may be the
 * hypervisor's address space by then. Processor trace writes to physical addresses. So
 * neither is ever on under the hypervisor: the root's writes are remembered, for the time
 * when it leaves. The counters themselves only count; they stand still in the hypervisor
 * (SDM 3B 20, 3C 26.5, 28.5).
 */
#include "root_msr.h"
#include "errno.h"
#include "registers.h"

enum kept { KEPT_COUNTERS, KEPT_PEBS, KEPT_TRACE, KEPT_BUFFER };

/* In this order they are switched off: the buffer last. */
static const u32 kept_msrs[NUM_KEPT_MSRS] = {
	[KEPT_COUNTERS] = MSR_IA32_PERF_GLOBAL_CTRL,
	[KEPT_PEBS] = MSR_IA32_PEBS_ENABLE,
	[KEPT_TRACE] = MSR_IA32_RTIT_CTL,
	[KEPT_BUFFER] = MSR_IA32_DS_AREA,
};

/* Linux does not ask for what is said to be unavailable (SDM 4, IA32_MISC_ENABLE). */
#define MISC_ENABLE_NO_BTS	BIT_ULL(11)
#define MISC_ENABLE_NO_PEBS	BIT_ULL(12)
#define MISC_ENABLE_MADE_UP	(MISC_ENABLE_NO_BTS | MISC_ENABLE_NO_PEBS)

/* TR, BTS, BTINT: branch records for a buffer that is not there. */
#define DEBUGCTL_STORE		(BIT_ULL(6) | BIT_ULL(7) | BIT_ULL(8))

/* XRSTORS would load processor trace's registers. */
#define XSS_TRACE		BIT_ULL(8)

void kept_msrs_take(struct kept_msrs *kept, const struct root_msr_io *io)
{
	unsigned int n;

	kept->present = 0;
	for (n = 0; n < NUM_KEPT_MSRS; n++) {
		kept->value[n] = 0;
		if (io->read(kept_msrs[n], &kept->value[n]))
			continue;
		kept->present |= 1U << n;
		io->write(kept_msrs[n], 0);
	}
}

void kept_msrs_give_back(const struct kept_msrs *kept, const struct root_msr_io *io)
{
	unsigned int n;

	for (n = NUM_KEPT_MSRS; n-- > 0; )
		if (kept->present >> n & 1)
			io->write(kept_msrs[n], kept->value[n]);
}

void kept_msrs_reset(struct kept_msrs *kept, const struct root_msr_io *io)
{
	unsigned int n;

	for (n = 0; n < NUM_KEPT_MSRS; n++)
		kept->value[n] = 0;
	io->guest_counters(0);
}

/* NUM_KEPT_MSRS if it is none of them, or one that the CPU does not have. */
static unsigned int find_kept(const struct kept_msrs *kept, u32 msr)
{
	unsigned int n;

	for (n = 0; n < NUM_KEPT_MSRS; n++)
		if (kept_msrs[n] == msr && kept->present >> n & 1)
			break;
	return n;
}

int root_msr_read(const struct kept_msrs *kept, const struct root_msr_io *io, u32 msr,
		  u64 *val)
{
	unsigned int n;

	if (msr == MSR_IA32_MISC_ENABLE) {
		if (io->read(msr, val))
			return -EINVAL;
		*val |= MISC_ENABLE_MADE_UP;
		return 0;
	}
	n = find_kept(kept, msr);
	if (n == NUM_KEPT_MSRS)
		return -EINVAL;
	*val = kept->value[n];
	return 0;
}

/* The bits are read-only; a hypervisor below may refuse to see them changed. */
static int write_misc_enable(const struct root_msr_io *io, u64 val)
{
	u64 old;

	if (io->read(MSR_IA32_MISC_ENABLE, &old))
		return -EINVAL;
	val = (val & ~MISC_ENABLE_MADE_UP) | (old & MISC_ENABLE_MADE_UP);
	return io->write(MSR_IA32_MISC_ENABLE, val) ? -EINVAL : 0;
}

/* Whether it can have this value is the CPU's to say; it gets it in the guest only. */
static int try_value(const struct root_msr_io *io, u32 msr, u64 val)
{
	if (io->write(msr, val))
		return -EINVAL;
	io->write(msr, 0);
	return 0;
}

static int write_debugctl(const struct root_msr_io *io, u64 val)
{
	val = root_msr_debugctl(val);
	if (try_value(io, MSR_IA32_DEBUGCTL, val))
		return -EINVAL;
	io->guest_debugctl(val);
	return 0;
}

static int write_kept(struct kept_msrs *kept, const struct root_msr_io *io, u32 msr, u64 val)
{
	unsigned int n = find_kept(kept, msr);

	if (n == NUM_KEPT_MSRS)
		return -EINVAL;
	if (n == KEPT_COUNTERS) {
		if (try_value(io, msr, val))
			return -EINVAL;
		io->guest_counters(val);
	}
	kept->value[n] = val;
	return 0;
}

int root_msr_write(struct kept_msrs *kept, const struct root_msr_io *io, u32 msr, u64 val)
{
	switch (msr) {
	case MSR_IA32_MISC_ENABLE:
		return write_misc_enable(io, val);
	case MSR_IA32_DEBUGCTL:
		return write_debugctl(io, val);
	case MSR_IA32_XSS:
		return val & XSS_TRACE || io->write(msr, val) ? -EINVAL : 0;
	default:
		return write_kept(kept, io, msr, val);
	}
}

u64 root_msr_debugctl(u64 val)
{
	return val & ~DEBUGCTL_STORE;
}
