// SPDX-License-Identifier: GPL-2.0-only
/* PORTABLE: the frequency of a cell's CPUs. */
#include "pstate.h"
#include "cpuid.h"
#include "registers.h"

#define CPUID_1_ECX_EIST	BIT_ULL(7)
#define CPUID_POWER		6
#define CPUID_6_EAX_HWP		BIT_ULL(7)

#define PM_ENABLE_HWP		1

static bool has_hwp(const struct pstate_hw *hw)
{
	u32 regs[4];
	u64 enabled;

	hw->cpuid(0, 0, regs);
	if (regs[CPUID_EAX] < CPUID_POWER)
		return false;
	hw->cpuid(CPUID_POWER, 0, regs);
	return regs[CPUID_EAX] & CPUID_6_EAX_HWP && hw->read(MSR_IA32_PM_ENABLE, &enabled) &&
	       enabled & PM_ENABLE_HWP;
}

/*
 * Minimum and maximum are the guaranteed performance; nothing is desired in between; an
 * energy preference of 0 is performance (SDM 3B 15.4.4).
 */
static bool hwp_request(const struct pstate_hw *hw, u64 *request)
{
	u64 capabilities, guaranteed;

	if (!hw->read(MSR_IA32_HWP_CAPABILITIES, &capabilities))
		return false;
	guaranteed = capabilities >> 8 & 0xff;
	*request = guaranteed << 8 | guaranteed;
	return guaranteed;
}

/* The ratio of bus to core clock above which turbo begins (SDM 4, MSR_PLATFORM_INFO). */
static bool fixed_ratio(const struct pstate_hw *hw, u64 *control)
{
	u32 regs[4];
	u64 platform;

	hw->cpuid(1, 0, regs);
	if (!(regs[CPUID_ECX] & CPUID_1_ECX_EIST) || !hw->read(MSR_PLATFORM_INFO, &platform))
		return false;
	*control = platform & 0xff00;
	return *control;
}

void pstate_fix(struct pstate *before, const struct pstate_hw *hw)
{
	const bool hwp = has_hwp(hw);
	const u32 msr = hwp ? MSR_IA32_HWP_REQUEST : MSR_IA32_PERF_CTL;
	u64 wanted, old;

	before->msr = 0;
	if (!(hwp ? hwp_request(hw, &wanted) : fixed_ratio(hw, &wanted)))
		return;
	if (!hw->read(msr, &old) || !hw->write(msr, wanted))
		return;
	before->msr = msr;
	before->value = old;
}

void pstate_restore(struct pstate *before, const struct pstate_hw *hw)
{
	if (before->msr)
		hw->write(before->msr, before->value);
	before->msr = 0;
}
