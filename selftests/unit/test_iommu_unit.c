// SPDX-License-Identifier: GPL-2.0-only
/* SOURCES: x86/iommu_unit.c */
/* Several units: all of them translate, or none does, also where one does not obey. */
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "iommu_unit.h"
#include "errno.h"
#include "unit.h"

#define UNITS	3U

static struct iommu_unit units[UNITS];
static struct iommu_unit *const list[UNITS] = { &units[0], &units[1], &units[2] };
static bool on[UNITS], fails[UNITS];
static char said[160];

void log_error(const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(said, sizeof(said), fmt, ap);
	va_end(ap);
}

static int start(struct iommu_unit *unit)
{
	const long n = unit - units;

	on[n] = !fails[n];
	return fails[n] ? -EIO : 0;
}

/* Which fails to goes on. */
static int stop(struct iommu_unit *unit)
{
	const long n = unit - units;

	on[n] = fails[n];
	return fails[n] ? -EIO : 0;
}

static const struct iommu_ops ops = { .start = start, .stop = stop };

static void begin(bool are_on)
{
	unsigned int n;

	said[0] = 0;
	for (n = 0; n < UNITS; n++) {
		units[n].base = 0xfed90000 + n * 0x1000;
		on[n] = are_on;
		fails[n] = false;
	}
}

static unsigned int which(void)
{
	return on[0] | (unsigned int)on[1] << 1 | (unsigned int)on[2] << 2;
}

/* A clock that jumps when it is looked at for the third time, and a register that changes later. */
static u64 time;
static unsigned int looks, changes_at;

static u64 now(void)
{
	time += looks == 3 ? 100000 : 1;
	return time;
}

static u32 read32(__maybe_unused void *regs, __maybe_unused u32 offset)
{
	return ++looks >= changes_at;
}

static void relax(void)
{
}

static bool wait_until(unsigned int look)
{
	static const struct iommu_hw hw = { .read32 = read32, .now = now, .relax = relax };

	units[0].hw = &hw;
	units[0].limit = 1000;
	looks = 0;
	time = 0;
	changes_at = look;
	return iommu_wait(&units[0], 0, 1, 1);
}

/* As where a hypervisor below has no processor for anybody. */
UNIT(time_in_which_nobody_looked_is_not_the_units)
{
	CHECK(wait_until(1));
	CHECK(wait_until(5));
	CHECK(wait_until(990));
	CHECK(!wait_until(1010));
	CHECK(looks < 1010);
	units[0].failed = false;
}

/* Once for all; but what answers at once is heard, and who is started anew has its time again. */
UNIT(a_unit_that_has_not_answered_is_not_waited_for_again)
{
	unsigned int n, all = 0;

	begin(false);
	for (n = 0; n < 100; n++) {
		CHECK(!wait_until(10000));
		all += looks;
	}
	CHECK(all > 900 && all < 4 * 1000);
	CHECK(wait_until(1));
	CHECK(wait_until(5));
	CHECK(!wait_until(990));
	CHECK_EQ(iommu_start_units(&ops, list, UNITS), 0);
	CHECK(wait_until(990));
	CHECK(!wait_until(10000));
	CHECK(!wait_until(990));
	CHECK_EQ(iommu_restart_units(&ops, list, UNITS), 0);
	CHECK(wait_until(990));
}

static int slow_stop(struct iommu_unit *unit)
{
	return unit == &units[0] && !wait_until(990) ? -EIO : 0;
}

/* It was slow once, and is not as fast as others: it would be on for ever. */
UNIT(nor_does_one_that_is_to_stop_have_less_time_for_that)
{
	static const struct iommu_ops slow = { .start = start, .stop = slow_stop };

	begin(true);
	CHECK(!wait_until(10000));
	CHECK(!wait_until(990));
	CHECK_EQ(iommu_stop_units(&slow, list, UNITS), 0);
	units[0].failed = false;
}

UNIT(all_start_or_none_does)
{
	unsigned int n;

	begin(false);
	CHECK_EQ(iommu_start_units(&ops, list, UNITS), 0);
	CHECK_EQ(which(), 7);
	for (n = 0; n < UNITS; n++) {
		unit_row("unit %u does not", n);
		begin(false);
		fails[n] = true;
		CHECK_EQ(iommu_start_units(&ops, list, UNITS), -EIO);
		CHECK_EQ(which(), 0);
	}
}

UNIT(all_stop_or_none_does)
{
	unsigned int n;

	begin(true);
	CHECK_EQ(iommu_stop_units(&ops, list, UNITS), 0);
	CHECK_EQ(which(), 0);
	for (n = 0; n < UNITS; n++) {
		unit_row("unit %u does not", n);
		begin(true);
		fails[n] = true;
		CHECK_EQ(iommu_stop_units(&ops, list, UNITS), -EIO);
		CHECK_EQ(which(), 7);
		CHECK_STR(said, "");
	}
}

UNIT(what_can_starts_again)
{
	unsigned int n;

	for (n = 0; n < UNITS; n++) {
		unit_row("unit %u cannot", n);
		begin(false);
		fails[n] = true;
		CHECK_EQ(iommu_restart_units(&ops, list, UNITS), -EIO);
		CHECK_EQ(which(), 7U & ~(1U << n));
		CHECK(strstr(said, "its devices reach all memory"));
		CHECK(strtoull(said + strlen("the IOMMU at "), NULL, 16) == units[n].base);
	}
	begin(false);
	CHECK_EQ(iommu_restart_units(&ops, list, UNITS), 0);
	CHECK_EQ(which(), 7);
}
