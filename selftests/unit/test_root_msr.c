// SPDX-License-Identifier: GPL-2.0-only
/* SOURCES: x86/root_msr.c */
/*
 * What the root cell may do to registers that make the CPU count, sample or trace: on a CPU
 * that has some of them, and remembers what was written.
 */
#include <errno.h>
#include <string.h>
#include "unit.h"
#include "registers.h"
#include "root_msr.h"

#define COUNTERS	0x38f
#define PEBS		0x3f1
#define TRACE		0x570
#define BUFFER		0x600

#define MAX_WRITES	16

/* Each of @exists has a value; bits in @reserved cannot be written. */
static struct fake_msr {
	u32 msr;
	bool exists;
	u64 value;
	u64 reserved;
} msrs[] = {
	{ COUNTERS }, { PEBS }, { TRACE }, { BUFFER }, { 0x1a0 }, { 0x1d9 }, { 0xda0 },
};

static struct {
	struct kept_msrs kept;
	u64 debugctl, counters;
	unsigned int num_writes;
	u32 written[MAX_WRITES];
} cpu;

static struct fake_msr *find(u32 msr)
{
	unsigned int n;

	for (n = 0; n < ARRAY_SIZE(msrs); n++)
		if (msrs[n].msr == msr && msrs[n].exists)
			return &msrs[n];
	return NULL;
}

static int fake_read(u32 msr, u64 *val)
{
	struct fake_msr *reg = find(msr);

	if (!reg)
		return -EIO;
	*val = reg->value;
	return 0;
}

static int fake_write(u32 msr, u64 val)
{
	struct fake_msr *reg = find(msr);

	if (!reg || val & reg->reserved)
		return -EIO;
	reg->value = val;
	cpu.written[cpu.num_writes++ % MAX_WRITES] = msr;
	return 0;
}

static void fake_debugctl(u64 val)
{
	cpu.debugctl = val;
}

static void fake_counters(u64 val)
{
	cpu.counters = val;
}

static const struct root_msr_io io = { fake_read, fake_write, fake_debugctl, fake_counters };

/* All registers are there, with a value of their own; nothing is kept yet. */
static void boot(void)
{
	unsigned int n;

	memset(&cpu, 0, sizeof(cpu));
	memset(&cpu.kept, 0xa5, sizeof(cpu.kept));
	for (n = 0; n < ARRAY_SIZE(msrs); n++) {
		msrs[n].exists = true;
		msrs[n].value = 0x10 + n;
		msrs[n].reserved = 0;
	}
}

static int get(u32 msr, u64 *val)
{
	return root_msr_read(&cpu.kept, &io, msr, val);
}

static int set(u32 msr, u64 val)
{
	return root_msr_write(&cpu.kept, &io, msr, val);
}

UNIT(whatever_writes_to_memory_is_off_under_the_hypervisor)
{
	static const u32 off[] = { COUNTERS, PEBS, TRACE, BUFFER };
	unsigned int n;
	u64 val;

	boot();
	kept_msrs_take(&cpu.kept, &io);
	for (n = 0; n < ARRAY_SIZE(off); n++) {
		unit_row("msr %#x", off[n]);
		CHECK_EQ(find(off[n])->value, 0);
		/* The buffer goes last. */
		CHECK_EQ(cpu.written[n], off[n]);
		CHECK_EQ(get(off[n], &val), 0);
		CHECK_EQ(val, 0x10 + n);
		CHECK_EQ(set(off[n], 0x4000 + n), 0);
		CHECK_EQ(find(off[n])->value, 0);
		CHECK_EQ(get(off[n], &val), 0);
		CHECK_EQ(val, 0x4000 + n);
	}
}

UNIT(linux_has_on_the_way_out_what_it_wrote_meanwhile)
{
	boot();
	kept_msrs_take(&cpu.kept, &io);
	set(BUFFER, 0x1000);
	set(PEBS, 3);
	cpu.num_writes = 0;
	kept_msrs_give_back(&cpu.kept, &io);
	CHECK_EQ(find(COUNTERS)->value, 0x10);
	CHECK_EQ(find(PEBS)->value, 3);
	CHECK_EQ(find(TRACE)->value, 0x12);
	CHECK_EQ(find(BUFFER)->value, 0x1000);
	/* PEBS has its buffer before it is on, and counters run at the very end. */
	CHECK_EQ(cpu.written[0], BUFFER);
	CHECK_EQ(cpu.written[3], COUNTERS);
}

UNIT(counters_run_in_the_guest_only)
{
	boot();
	kept_msrs_take(&cpu.kept, &io);
	CHECK_EQ(set(COUNTERS, 0x700000003), 0);
	CHECK_EQ(cpu.counters, 0x700000003);
	CHECK_EQ(find(COUNTERS)->value, 0);
	/* What the CPU does not take, an entry would not take either. */
	find(COUNTERS)->reserved = 1ULL << 40;
	CHECK_EQ(set(COUNTERS, 1ULL << 40), -EINVAL);
	CHECK_EQ(cpu.counters, 0x700000003);
	kept_msrs_reset(&cpu.kept, &io);
	CHECK_EQ(cpu.counters, 0);
	CHECK_EQ(cpu.kept.value[0], 0);
	CHECK_EQ(cpu.kept.value[3], 0);
}

UNIT(a_register_that_the_cpu_lacks_is_refused)
{
	unsigned int n;
	u64 val;

	for (n = 0; n < ARRAY_SIZE(msrs); n++) {
		unit_row("msr %#x", msrs[n].msr);
		boot();
		msrs[n].exists = false;
		kept_msrs_take(&cpu.kept, &io);
		if (msrs[n].msr != 0x1d9 && msrs[n].msr != 0xda0)
			CHECK_EQ(get(msrs[n].msr, &val), -EINVAL);
		CHECK_EQ(set(msrs[n].msr, 0), -EINVAL);
		cpu.num_writes = 0;
		kept_msrs_give_back(&cpu.kept, &io);
		CHECK_EQ(cpu.num_writes, msrs[n].msr == 0x1a0 || msrs[n].msr == 0x1d9 ||
			 msrs[n].msr == 0xda0 ? 4 : 3);
	}
}

UNIT(pebs_and_branch_records_are_said_to_be_unavailable)
{
	const u64 made_up = 1 << 11 | 1 << 12;
	u64 val;

	boot();
	find(0x1a0)->value = 1;
	CHECK_EQ(get(0x1a0, &val), 0);
	CHECK_EQ(val, 1 | made_up);
	/* Written back with a change elsewhere: the two read-only bits stay as they are. */
	CHECK_EQ(set(0x1a0, val | 1 << 16), 0);
	CHECK_EQ(find(0x1a0)->value, 1 | 1 << 16);
	find(0x1a0)->value = made_up;
	CHECK_EQ(set(0x1a0, 0), 0);
	CHECK_EQ(find(0x1a0)->value, made_up);
	find(0x1a0)->reserved = 1 << 30;
	CHECK_EQ(set(0x1a0, 1 << 30), -EINVAL);
}

UNIT(debugctl_stores_no_branches)
{
	boot();
	CHECK_EQ(set(0x1d9, 0x1c3), 0);
	CHECK_EQ(cpu.debugctl, 3);
	CHECK_EQ(find(0x1d9)->value, 0);
	find(0x1d9)->reserved = 1 << 20;
	CHECK_EQ(set(0x1d9, 1 << 20), -EINVAL);
	CHECK_EQ(cpu.debugctl, 3);
	CHECK_EQ(root_msr_debugctl(~0ULL), ~0x1c0ULL);
}

/* XRSTORS loads the registers of the components that it allows. */
UNIT(xss_does_not_lead_to_processor_trace)
{
	boot();
	CHECK_EQ(set(0xda0, 0x1800), 0);
	CHECK_EQ(find(0xda0)->value, 0x1800);
	CHECK_EQ(set(0xda0, 0x1900), -EINVAL);
	CHECK_EQ(find(0xda0)->value, 0x1800);
	find(0xda0)->reserved = 1 << 20;
	CHECK_EQ(set(0xda0, 1 << 20), -EINVAL);
}
