// SPDX-License-Identifier: GPL-2.0-only
/* SOURCES: x86/pstate.c */
#include "unit.h"

#include <string.h>

#include "cpuid.h"
#include "pstate.h"

#define EIST		0x80
#define HWP		0x80

/* A CPU, and what was done to it. A register of which @missing has a bit is not there. */
static struct {
	u32 max_leaf, ecx1, eax6;
	u64 perf_ctl, platform_info, pm_enable, capabilities, request;
	u32 missing[2];
	u32 read_only;
	unsigned int writes;
} fake;

static void fake_cpuid(u32 leaf, u32 subleaf, u32 regs[4])
{
	/* Beyond the last leaf, a CPU answers with something. */
	memset(regs, leaf > fake.max_leaf ? 0xff : 0, 16);
	CHECK_EQ(subleaf, 0);
	if (leaf == 0)
		regs[CPUID_EAX] = fake.max_leaf;
	if (leaf == 1)
		regs[CPUID_ECX] = fake.ecx1;
	if (leaf == 6 && leaf <= fake.max_leaf)
		regs[CPUID_EAX] = fake.eax6;
}

static u64 *find(u32 msr)
{
	if (msr == fake.missing[0] || msr == fake.missing[1])
		return NULL;
	switch (msr) {
	case 0xce:
		return &fake.platform_info;
	case 0x199:
		return &fake.perf_ctl;
	case 0x770:
		return &fake.pm_enable;
	case 0x771:
		return &fake.capabilities;
	case 0x774:
		return &fake.request;
	default:
		CHECK(false);
		return NULL;
	}
}

static bool fake_read(u32 msr, u64 *value)
{
	u64 *reg = find(msr);

	if (reg)
		*value = *reg;
	return reg;
}

static bool fake_write(u32 msr, u64 value)
{
	u64 *reg = find(msr);

	if (!reg || msr == fake.read_only)
		return false;
	CHECK(reg == &fake.perf_ctl || reg == &fake.request);
	*reg = value;
	fake.writes++;
	return true;
}

static const struct pstate_hw hw = { fake_cpuid, fake_read, fake_write };

/* Linux has set both ways to the minimum, as for a CPU that goes offline. */
static void reset(void)
{
	memset(&fake, 0, sizeof(fake));
	fake.max_leaf = 0x16;
	fake.ecx1 = EIST;
	fake.eax6 = HWP;
	fake.pm_enable = 1;
	fake.capabilities = 0x01081c2a;
	fake.request = 0x8000ff000408;
	fake.platform_info = 0x80838f3011800;
	fake.perf_ctl = 0x800;
}

static void check_round(u64 request, u64 perf_ctl)
{
	const u64 old_request = fake.request, old_perf_ctl = fake.perf_ctl;
	struct pstate before = { 0x774, 0x1234 };

	pstate_fix(&before, &hw);
	CHECK_EQ(fake.request, request);
	CHECK_EQ(fake.perf_ctl, perf_ctl);
	pstate_restore(&before, &hw);
	CHECK_EQ(fake.request, old_request);
	CHECK_EQ(fake.perf_ctl, old_perf_ctl);
	CHECK_EQ(before.msr, 0);
}

static void check_untouched(void)
{
	check_round(fake.request, fake.perf_ctl);
	CHECK_EQ(fake.writes, 0);
}

UNIT(hwp_runs_at_guaranteed_performance)
{
	reset();
	check_round(0x1c1c, 0x800);
	CHECK_EQ(fake.writes, 2);
}

UNIT(without_hwp_the_ratio_is_the_highest_without_turbo)
{
	reset();
	fake.eax6 = ~(u32)HWP;
	check_round(fake.request, 0x1800);

	/* It is there, but Linux has not enabled it: requests have no effect. */
	reset();
	fake.pm_enable = 0;
	check_round(fake.request, 0x1800);

	/* The leaf is not there, whatever its bits say. */
	reset();
	fake.max_leaf = 5;
	check_round(fake.request, 0x1800);

	reset();
	fake.missing[0] = 0x770;
	check_round(fake.request, 0x1800);
}

UNIT(what_the_cpu_does_not_say_is_not_set)
{
	reset();
	fake.capabilities &= ~0xff00ULL;
	check_untouched();

	reset();
	fake.missing[0] = 0x771;
	check_untouched();

	reset();
	fake.missing[0] = 0x774;
	check_untouched();

	reset();
	fake.pm_enable = 0;
	fake.ecx1 = ~(u32)EIST;
	check_untouched();

	reset();
	fake.pm_enable = 0;
	fake.platform_info = 0x80838f3010000;
	check_untouched();

	reset();
	fake.pm_enable = 0;
	fake.missing[0] = 0xce;
	check_untouched();

	reset();
	fake.pm_enable = 0;
	fake.missing[0] = 0x199;
	check_untouched();
}

/* Nothing is restored that was not changed. */
UNIT(a_register_that_refuses_stays)
{
	reset();
	fake.read_only = 0x774;
	check_untouched();

	reset();
	fake.pm_enable = 0;
	fake.read_only = 0x199;
	check_untouched();
}
