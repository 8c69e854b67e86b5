// SPDX-License-Identifier: GPL-2.0-only
/* SOURCES: x86/msr.c x86/vmx/msr_bitmap.c */
#include "unit.h"

#include <string.h>

#include "cpuid.h"
#include "msr.h"
#include "registers.h"
#include "vmx/vendor_cpu.h"

static struct msr_table tables[MSR_NUM_VIEWS][2];
static u8 bitmaps[MSR_NUM_VIEWS][2][VENDOR_MSR_BITMAP_SIZE + 8];

static void build(void)
{
	int view, x2apic;

	for (view = 0; view < MSR_NUM_VIEWS; view++) {
		for (x2apic = 0; x2apic < 2; x2apic++) {
			memset(bitmaps[view][x2apic], 0xa5, sizeof(bitmaps[0][0]));
			memset(&tables[view][x2apic], 0xa5, sizeof(tables[0][0]));
			msr_table_build(&tables[view][x2apic], &vendor_msrs,
					(enum msr_view)view, x2apic);
			msr_bitmap_build(bitmaps[view][x2apic], &vendor_msrs,
					 (enum msr_view)view, x2apic);
		}
	}
}

/* As the CPU does it: SDM 3C 25.6.9. */
static bool exits(const u8 *bitmap, u32 msr, bool write)
{
	u32 base;

	if (msr <= 0x1fff)
		base = 0;
	else if (msr >= 0xc0000000 && msr <= 0xc0001fff)
		base = 1024;
	else
		return true;
	if (write)
		base += 2048;
	return bitmap[base + (msr & 0x1fff) / 8] >> (msr % 8) & 1;
}

UNIT(the_bitmap_lets_through_what_the_rules_pass)
{
	int view, x2apic;
	u32 i;

	build();
	for (view = 0; view < MSR_NUM_VIEWS; view++)
		for (x2apic = 0; x2apic < 2; x2apic++)
			for (i = 0; i < 0x4000; i++) {
				u32 msr = i < 0x2000 ? i : 0xc0000000 + i - 0x2000;
				const struct msr_rule *rule =
					msr_rule_find(&tables[view][x2apic], msr);
				const u8 *bitmap = bitmaps[view][x2apic];

				unit_row("view %d x2apic %d msr %#x", view, x2apic, msr);
				if (!CHECK_EQ(exits(bitmap, msr, false),
					      rule->read != MSR_PASS) ||
				    !CHECK_EQ(exits(bitmap, msr, true),
					      rule->write != MSR_PASS) ||
				    !CHECK(msr >= rule->first && msr <= rule->last))
					return;
			}
	/* Nothing is written behind it. */
	CHECK_EQ(bitmaps[MSR_NUM_VIEWS - 1][1][VENDOR_MSR_BITMAP_SIZE], 0xa5);
}

struct row {
	u32 first, last;
	enum msr_policy read, write;
	enum msr_kind kind;
};

static void check_rows(const struct row *rows, size_t count, enum msr_view view,
		       bool x2apic)
{
	size_t i;
	u32 msr;

	build();
	for (i = 0; i < count; i++) {
		for (msr = rows[i].first; ; msr++) {
			const struct msr_rule *rule =
				msr_rule_find(&tables[view][x2apic], msr);

			unit_row("msr %#x (%s)", msr, rule->name);
			CHECK_EQ(rule->read, rows[i].read);
			CHECK_EQ(rule->write, rows[i].write);
			CHECK_EQ(rule->kind, rows[i].kind);
			if (msr == rows[i].last)
				break;
		}
	}
}

UNIT(the_root_has_a_deny_list)
{
	static const struct row rows[] = {
		{ 0x10, 0x10, MSR_PASS, MSR_PASS, 0 },
		{ 0x1b, 0x1b, MSR_PASS, MSR_HANDLE, MSR_KIND_APIC_BASE },
		{ 0x3a, 0x3a, MSR_PASS, MSR_GP, 0 },
		{ 0x3b, 0x3b, MSR_PASS, MSR_PASS, 0 },
		{ 0x79, 0x79, MSR_GP, MSR_IGNORE, 0 },
		{ 0x8b, 0x8b, MSR_PASS, MSR_PASS, 0 },
		{ 0x9b, 0x9b, MSR_PASS, MSR_GP, 0 },
		{ 0xfe, 0xfe, MSR_PASS, MSR_PASS, 0 },
		{ 0x1a0, 0x1a0, MSR_HANDLE, MSR_HANDLE, MSR_KIND_ROOT },
		{ 0x1d9, 0x1d9, MSR_PASS, MSR_HANDLE, MSR_KIND_ROOT },
		{ 0x1f2, 0x1f3, MSR_PASS, MSR_GP, 0 },
		{ 0x1f4, 0x1ff, MSR_PASS, MSR_PASS, 0 },
		{ 0x200, 0x21f, MSR_PASS, MSR_IGNORE, 0 },
		{ 0x220, 0x24f, MSR_PASS, MSR_PASS, 0 },
		{ 0x250, 0x250, MSR_PASS, MSR_IGNORE, 0 },
		{ 0x258, 0x259, MSR_PASS, MSR_IGNORE, 0 },
		{ 0x268, 0x26f, MSR_PASS, MSR_IGNORE, 0 },
		{ 0x277, 0x277, MSR_PASS, MSR_PASS, 0 },
		{ 0x2ff, 0x2ff, MSR_PASS, MSR_IGNORE, 0 },
		{ 0x38d, 0x38e, MSR_PASS, MSR_PASS, 0 },
		{ 0x38f, 0x38f, MSR_HANDLE, MSR_HANDLE, MSR_KIND_ROOT },
		{ 0x390, 0x391, MSR_PASS, MSR_PASS, 0 },
		{ 0x3f1, 0x3f1, MSR_HANDLE, MSR_HANDLE, MSR_KIND_ROOT },
		{ 0x3f4, 0x3f5, MSR_PASS, MSR_IGNORE, 0 },
		{ 0x480, 0x493, MSR_PASS, MSR_GP, 0 },
		{ 0x560, 0x56f, MSR_PASS, MSR_PASS, 0 },
		{ 0x570, 0x570, MSR_HANDLE, MSR_HANDLE, MSR_KIND_ROOT },
		{ 0x600, 0x600, MSR_HANDLE, MSR_HANDLE, MSR_KIND_ROOT },
		{ 0x6e0, 0x6e0, MSR_PASS, MSR_PASS, 0 },
		{ 0x800, 0x8ff, MSR_PASS, MSR_PASS, 0 },
		{ 0xda0, 0xda0, MSR_PASS, MSR_HANDLE, MSR_KIND_ROOT },
		{ 0x17d0, 0x17d0, MSR_PASS, MSR_IGNORE, 0 },
		{ 0x17d1, 0x17d2, MSR_PASS, MSR_PASS, 0 },
		{ 0x1fff, 0x1fff, MSR_PASS, MSR_PASS, 0 },
		{ 0x2000, 0x2000, MSR_GP, MSR_GP, 0 },
		{ 0x40000000, 0x40000010, MSR_GP, MSR_GP, 0 },
		{ 0x4b564d00, 0x4b564d05, MSR_GP, MSR_GP, 0 },
		/* Bits 31 and 30 differ, the rest would be in range. */
		{ 0x40000277, 0x40000277, MSR_GP, MSR_GP, 0 },
		{ 0x80000277, 0x80000277, MSR_GP, MSR_GP, 0 },
		{ 0xbfffffff, 0xbfffffff, MSR_GP, MSR_GP, 0 },
		{ 0xc0000000, 0xc0001fff, MSR_PASS, MSR_PASS, 0 },
		{ 0xc0002000, 0xc0002000, MSR_GP, MSR_GP, 0 },
		/* Covered by the bitmaps of another vendor. */
		{ 0xc0010000, 0xc0011fff, MSR_GP, MSR_GP, 0 },
		{ 0xffffffff, 0xffffffff, MSR_GP, MSR_GP, 0 },
	};

	check_rows(rows, ARRAY_SIZE(rows), MSR_VIEW_ROOT, false);
}

UNIT(the_root_sends_x2apic_interrupts_under_control)
{
	static const struct row rows[] = {
		{ 0x800, 0x82f, MSR_PASS, MSR_PASS, 0 },
		{ 0x830, 0x830, MSR_PASS, MSR_HANDLE, MSR_KIND_X2APIC_ICR },
		{ 0x831, 0x8ff, MSR_PASS, MSR_PASS, 0 },
		{ 0x1b, 0x1b, MSR_PASS, MSR_HANDLE, MSR_KIND_APIC_BASE },
		{ 0x3a, 0x3a, MSR_PASS, MSR_GP, 0 },
	};

	check_rows(rows, ARRAY_SIZE(rows), MSR_VIEW_ROOT, true);
}

UNIT(cells_have_an_allow_list)
{
	static const struct row rows[] = {
		{ 0x0, 0xf, MSR_GP, MSR_GP, 0 },
		{ 0x10, 0x10, MSR_PASS, MSR_HANDLE, MSR_KIND_CELL },
		{ 0x11, 0x1a, MSR_GP, MSR_GP, 0 },
		{ 0x1b, 0x1b, MSR_HANDLE, MSR_HANDLE, MSR_KIND_APIC_BASE },
		{ 0x1c, 0x33, MSR_GP, MSR_GP, 0 },
		{ 0x34, 0x34, MSR_PASS, MSR_GP, 0 },
		{ 0x35, 0x47, MSR_GP, MSR_GP, 0 },
		{ 0x48, 0x49, MSR_PASS, MSR_PASS, 0 },
		{ 0x4a, 0x78, MSR_GP, MSR_GP, 0 },
		{ 0x79, 0x79, MSR_GP, MSR_IGNORE, 0 },
		{ 0x7a, 0x8a, MSR_GP, MSR_GP, 0 },
		{ 0x8b, 0x8b, MSR_PASS, MSR_IGNORE, 0 },
		{ 0x8c, 0x109, MSR_GP, MSR_GP, 0 },
		{ 0x10a, 0x10a, MSR_HANDLE, MSR_GP, MSR_KIND_CELL },
		{ 0x10b, 0x10b, MSR_PASS, MSR_PASS, 0 },
		{ 0x10c, 0x173, MSR_GP, MSR_GP, 0 },
		{ 0x174, 0x176, MSR_PASS, MSR_PASS, 0 },
		{ 0x177, 0x19f, MSR_GP, MSR_GP, 0 },
		{ 0x1a0, 0x1a0, MSR_HANDLE, MSR_IGNORE, MSR_KIND_CELL },
		{ 0x1a1, 0x276, MSR_GP, MSR_GP, 0 },
		{ 0x277, 0x277, MSR_HANDLE, MSR_HANDLE, MSR_KIND_CELL },
		{ 0x278, 0x2fe, MSR_GP, MSR_GP, 0 },
		{ 0x2ff, 0x2ff, MSR_HANDLE, MSR_HANDLE, MSR_KIND_CELL },
		{ 0x300, 0x6df, MSR_GP, MSR_GP, 0 },
		{ 0x6e0, 0x6e0, MSR_PASS, MSR_PASS, 0 },
		{ 0x6e1, 0x7ff, MSR_GP, MSR_GP, 0 },
		{ 0x800, 0x82f, MSR_HANDLE, MSR_HANDLE, MSR_KIND_X2APIC },
		{ 0x830, 0x830, MSR_HANDLE, MSR_HANDLE, MSR_KIND_X2APIC_ICR },
		{ 0x831, 0x8ff, MSR_HANDLE, MSR_HANDLE, MSR_KIND_X2APIC },
		{ 0x900, 0xd9f, MSR_GP, MSR_GP, 0 },
		{ 0xda0, 0xda0, MSR_ZERO, MSR_ZERO, 0 },
		{ 0xda1, 0x2000, MSR_GP, MSR_GP, 0 },
		{ 0x40000000, 0x40000010, MSR_GP, MSR_GP, 0 },
		{ 0x800000ff, 0x80000100, MSR_GP, MSR_GP, 0 },
		{ 0xc0000000, 0xc000007f, MSR_GP, MSR_GP, 0 },
		{ 0xc0000080, 0xc0000084, MSR_PASS, MSR_PASS, 0 },
		{ 0xc0000085, 0xc00000ff, MSR_GP, MSR_GP, 0 },
		{ 0xc0000100, 0xc0000103, MSR_PASS, MSR_PASS, 0 },
		{ 0xc0000104, 0xc0002000, MSR_GP, MSR_GP, 0 },
		{ 0xffffffff, 0xffffffff, MSR_GP, MSR_GP, 0 },
	};

	check_rows(rows, ARRAY_SIZE(rows), MSR_VIEW_CELL, false);
}

/* The two views of a cell differ in this, so one table can decide for both. */
UNIT(deadlines_exit_once_the_tsc_has_moved)
{
	static const struct row rows[] = {
		{ 0x10, 0x10, MSR_PASS, MSR_HANDLE, MSR_KIND_CELL },
		{ 0x6df, 0x6df, MSR_GP, MSR_GP, 0 },
		{ 0x6e0, 0x6e0, MSR_HANDLE, MSR_HANDLE, MSR_KIND_CELL },
		{ 0x6e1, 0x6e1, MSR_GP, MSR_GP, 0 },
	};
	int x2apic;
	u32 msr;

	check_rows(rows, ARRAY_SIZE(rows), MSR_VIEW_CELL_TSC, false);
	for (x2apic = 0; x2apic < 2; x2apic++)
		for (msr = 0; msr < 0x2000; msr++) {
			unit_row("x2apic %d msr %#x", x2apic, msr);
			if (msr == 0x6e0)
				continue;
			CHECK_EQ(msr_rule_find(&tables[MSR_VIEW_CELL][x2apic], msr),
				 msr_rule_find(&tables[MSR_VIEW_CELL_TSC][x2apic], msr));
		}
}

UNIT(cells_use_an_x2apic_directly_where_it_reaches_nobody_else)
{
	static const struct row rows[] = {
		{ 0x1b, 0x1b, MSR_HANDLE, MSR_HANDLE, MSR_KIND_APIC_BASE },
		{ 0x800, 0x801, MSR_GP, MSR_GP, 0 },
		{ 0x802, 0x803, MSR_PASS, MSR_GP, 0 },
		{ 0x804, 0x807, MSR_GP, MSR_GP, 0 },
		{ 0x808, 0x808, MSR_PASS, MSR_PASS, 0 },
		{ 0x809, 0x809, MSR_GP, MSR_GP, 0 },
		{ 0x80a, 0x80a, MSR_PASS, MSR_GP, 0 },
		{ 0x80b, 0x80b, MSR_GP, MSR_PASS, 0 },
		{ 0x80c, 0x80c, MSR_GP, MSR_GP, 0 },
		{ 0x80d, 0x80d, MSR_PASS, MSR_GP, 0 },
		{ 0x80e, 0x80e, MSR_GP, MSR_GP, 0 },
		{ 0x80f, 0x80f, MSR_PASS, MSR_HANDLE, MSR_KIND_X2APIC },
		{ 0x810, 0x827, MSR_PASS, MSR_GP, 0 },
		{ 0x828, 0x828, MSR_PASS, MSR_PASS, 0 },
		{ 0x829, 0x82e, MSR_GP, MSR_GP, 0 },
		{ 0x82f, 0x82f, MSR_PASS, MSR_HANDLE, MSR_KIND_X2APIC },
		{ 0x830, 0x830, MSR_PASS, MSR_HANDLE, MSR_KIND_X2APIC_ICR },
		{ 0x831, 0x831, MSR_GP, MSR_GP, 0 },
		{ 0x832, 0x837, MSR_PASS, MSR_HANDLE, MSR_KIND_X2APIC },
		{ 0x838, 0x838, MSR_PASS, MSR_PASS, 0 },
		{ 0x839, 0x839, MSR_PASS, MSR_GP, 0 },
		{ 0x83a, 0x83d, MSR_GP, MSR_GP, 0 },
		{ 0x83e, 0x83e, MSR_PASS, MSR_PASS, 0 },
		{ 0x83f, 0x83f, MSR_GP, MSR_HANDLE, MSR_KIND_X2APIC },
		{ 0x840, 0xd9f, MSR_GP, MSR_GP, 0 },
	};

	check_rows(rows, ARRAY_SIZE(rows), MSR_VIEW_CELL, true);
}

/* A CPU that answers CPUID with what a case wants, and remembers what is written. */
static struct {
	u32 max_basic, max_extended;
	bool fill;
	u32 pmu_eax, pmu_edx;
	u32 only_leaf, only_subleaf, only_reg, only;
	unsigned int count;
	u32 msr[128];
	u64 value[128];
} fake;

static void fake_cpuid(u32 leaf, u32 subleaf, u32 regs[4])
{
	memset(regs, fake.fill ? 0xff : 0, 16);
	if (leaf == 0)
		regs[CPUID_EAX] = fake.max_basic;
	if (leaf == 0x80000000)
		regs[CPUID_EAX] = fake.max_extended;
	if (leaf == 0xa) {
		regs[CPUID_EAX] = fake.pmu_eax;
		regs[CPUID_EDX] = fake.pmu_edx;
	}
	if (fake.only && leaf == fake.only_leaf && subleaf == fake.only_subleaf)
		regs[fake.only_reg] = fake.only;
	CHECK(subleaf <= 1);
}

static void fake_write(u32 msr, u64 value)
{
	if (!CHECK(fake.count < ARRAY_SIZE(fake.msr)))
		return;
	fake.msr[fake.count] = msr;
	fake.value[fake.count++] = value;
}

static const struct msr_hw fake_hw = { fake_cpuid, fake_write };

static bool written(u32 msr)
{
	unsigned int i;

	for (i = 0; i < fake.count; i++)
		if (fake.msr[i] == msr)
			return true;
	return false;
}

UNIT(a_cpu_that_has_nothing_is_not_touched)
{
	memset(&fake, 0, sizeof(fake));
	/* All leaves answer with all bits, but none is said to exist. */
	fake.fill = true;
	fake.pmu_eax = 0xffffffff;
	fake.max_extended = 0x80000000;
	msr_reset(&fake_hw);
	CHECK_EQ(fake.count, 0);

	/* The leaves exist, and say that there is nothing. */
	memset(&fake, 0, sizeof(fake));
	fake.max_basic = 0x20;
	fake.max_extended = 0x80000008;
	msr_reset(&fake_hw);
	CHECK_EQ(fake.count, 0);
}

UNIT(reset_reaches_everything_that_exists)
{
	static const u32 want[] = {
		0x48, 0x1c4, 0x1c5, 0xda0, 0x6e0, 0x38f, 0x38d, 0x186, 0x187, 0x188, 0x189,
		0xc1, 0xc2, 0xc3, 0xc4, 0x309, 0x30a, 0x30b, 0xc0000081, 0xc0000082,
		0xc0000083, 0xc0000084, 0xc0000102, 0xc0000103, 0x3f1, 0x570, 0x600, 0x14ce,
		0x33, 0x140, 0xe1, 0x6e1, 0xd93, 0x1cc, 0x1cd, 0x1ce, 0x1cf, 0x1d0, 0x1d1,
		0x1d2, 0x1d3, 0x1d4, 0x6a0, 0x6a2, 0x6a4, 0x6a5, 0x6a6, 0x6a7, 0x6a8, 0x49, 0x10b,
		0xc000010f, 0xc0000301, 0xc0010000, 0xc0010007, 0xc0010200, 0xc001020b, 0xc0011030,
		0xc0011033, 0x985, 0x98a,
	};
	/* CET's two come for either half of it; SPEC_CTRL, PRED_CMD for Intel's bits and AMD's. */
	const unsigned int twice = 2 + 2 + 1;
	/* And of three runs of registers what is between the first and the last. */
	const unsigned int between = 6 + 10 + 4;
	unsigned int i;

	memset(&fake, 0, sizeof(fake));
	fake.fill = true;
	fake.max_basic = 0x20;
	fake.max_extended = 0x80000022;
	fake.pmu_eax = 0x07300402;
	fake.pmu_edx = 0x603;
	msr_reset(&fake_hw);
	for (i = 0; i < ARRAY_SIZE(want); i++) {
		unit_row("msr %#x", want[i]);
		CHECK(written(want[i]));
	}
	CHECK_EQ(fake.count, ARRAY_SIZE(want) + twice + between);
	for (i = 0; i < fake.count; i++)
		CHECK_EQ(fake.value[i], fake.msr[i] == 0x49 || fake.msr[i] == 0x10b);
	/* Counters stop before they are cleared. */
	CHECK_EQ(fake.msr[0], 0x38f);
}

UNIT(counters_are_bounded_by_the_table)
{
	memset(&fake, 0, sizeof(fake));
	fake.max_basic = 0xa;
	fake.pmu_eax = 0xffffff01;
	msr_reset(&fake_hw);
	/* Version 1 has no global control; 255 counters would run into other MSRs. */
	CHECK(!written(0x38f));
	CHECK(!written(0x38d));
	CHECK(written(0x18d));
	CHECK(!written(0x18e));
	CHECK_EQ(fake.count, 16);
}

/* Each bit of CPUID alone, and what is written because of it: nothing else. */
UNIT(a_register_is_reset_if_its_own_bit_is_set)
{
	static const struct {
		u32 leaf, subleaf, reg, value, msrs[12];
	} rows[] = {
		{ 1, 0, CPUID_EAX, 0x600, { 0x140 } },
		{ 1, 0, CPUID_EAX, 0x500, { 0 } },
		{ 1, 0, CPUID_ECX, BIT_ULL(24), { 0x6e0 } },
		{ 1, 0, CPUID_EDX, BIT_ULL(21), { 0x3f1, 0x600 } },
		{ 7, 0, CPUID_EBX, BIT_ULL(25), { 0x570 } },
		{ 7, 0, CPUID_ECX, BIT_ULL(5), { 0xe1 } },
		{ 7, 0, CPUID_ECX, BIT_ULL(7),
		  { 0x6a0, 0x6a2, 0x6a4, 0x6a5, 0x6a6, 0x6a7, 0x6a8 } },
		{ 7, 0, CPUID_ECX, BIT_ULL(29), { 0xd93 } },
		{ 7, 0, CPUID_ECX, BIT_ULL(31), { 0x6e1 } },
		{ 7, 0, CPUID_EDX, BIT_ULL(5), { 0x985, 0x986, 0x987, 0x988, 0x989, 0x98a } },
		{ 7, 0, CPUID_EDX, BIT_ULL(19), { 0x14ce } },
		{ 7, 0, CPUID_EDX, BIT_ULL(20), { 0x6a0, 0x6a2 } },
		{ 7, 0, CPUID_EDX, BIT_ULL(26), { 0x48, 0x49 } },
		{ 7, 0, CPUID_EDX, BIT_ULL(28), { 0x10b } },
		{ 7, 0, CPUID_EDX, BIT_ULL(30), { 0x33 } },
		{ 7, 1, CPUID_EAX, BIT_ULL(17),
		  { 0x1cc, 0x1cd, 0x1ce, 0x1cf, 0x1d0, 0x1d1, 0x1d2, 0x1d3, 0x1d4 } },
		{ 0xd, 1, CPUID_EAX, BIT_ULL(3), { 0xda0 } },
		{ 0xd, 1, CPUID_EAX, BIT_ULL(4), { 0x1c4, 0x1c5 } },
		{ 0x80000001, 0, CPUID_EDX, BIT_ULL(27), { 0xc0000103 } },
		{ 0x80000001, 0, CPUID_EDX, BIT_ULL(29),
		  { 0xc0000081, 0xc0000082, 0xc0000083, 0xc0000084, 0xc0000102 } },
		/* AMD's: SVM, IBS, more counters; IBPB, IBRS, STIBP, SSBD, PSFD; newer ones */
		{ 0x80000001, 0, CPUID_ECX, BIT_ULL(2),
		  { 0xc0010000, 0xc0010001, 0xc0010002, 0xc0010003, 0xc0010004, 0xc0010005,
		    0xc0010006, 0xc0010007 } },
		{ 0x80000001, 0, CPUID_ECX, BIT_ULL(10), { 0xc0011030, 0xc0011033 } },
		{ 0x80000001, 0, CPUID_ECX, BIT_ULL(23),
		  { 0xc0010200, 0xc0010201, 0xc0010202, 0xc0010203, 0xc0010204, 0xc0010205,
		    0xc0010206, 0xc0010207, 0xc0010208, 0xc0010209, 0xc001020a, 0xc001020b } },
		{ 0x80000008, 0, CPUID_EBX, BIT_ULL(12), { 0x49 } },
		{ 0x80000008, 0, CPUID_EBX, BIT_ULL(14), { 0x48 } },
		{ 0x80000008, 0, CPUID_EBX, BIT_ULL(15), { 0x48 } },
		{ 0x80000008, 0, CPUID_EBX, BIT_ULL(24), { 0x48 } },
		{ 0x80000008, 0, CPUID_EBX, BIT_ULL(28), { 0x48 } },
		{ 0x80000008, 0, CPUID_EBX, BIT_ULL(13) | BIT_ULL(16) | BIT_ULL(26), { 0 } },
		{ 0x80000022, 0, CPUID_EAX, BIT_ULL(0), { 0xc0000301 } },
		{ 0x80000022, 0, CPUID_EAX, BIT_ULL(1), { 0xc000010f } },
	};
	unsigned int i, n;

	for (i = 0; i < ARRAY_SIZE(rows); i++) {
		unit_row("leaf %#x.%u register %u value %#x", rows[i].leaf, rows[i].subleaf,
			 rows[i].reg, rows[i].value);
		memset(&fake, 0, sizeof(fake));
		fake.max_basic = 0x20;
		fake.max_extended = 0x80000022;
		fake.only_leaf = rows[i].leaf;
		fake.only_subleaf = rows[i].subleaf;
		fake.only_reg = rows[i].reg;
		fake.only = rows[i].value;
		msr_reset(&fake_hw);
		for (n = 0; n < ARRAY_SIZE(rows[i].msrs) && rows[i].msrs[n]; n++)
			CHECK(written(rows[i].msrs[n]));
		CHECK_EQ(fake.count, n);
	}
}

/* The version of performance monitoring, and the numbers of counters, each for itself. */
UNIT(counters_are_reset_if_there_are_any)
{
	static const struct {
		u32 eax, edx;
		u32 msrs[4];
	} rows[] = {
		{ 0x001, 0, { 0 } },
		{ 0x002, 0, { 0x38f, 0x38d } },
		{ 0x100, 0, { 0x186, 0xc1 } },
		{ 0x200, 0, { 0x186, 0x187, 0xc1, 0xc2 } },
		{ 0x000, 1, { 0x309 } },
		{ 0x000, 3, { 0x309, 0x30a, 0x30b } },
		{ 0x000, 0x20, { 0 } },
	};
	unsigned int i, n;

	for (i = 0; i < ARRAY_SIZE(rows); i++) {
		unit_row("eax %#x edx %#x", rows[i].eax, rows[i].edx);
		memset(&fake, 0, sizeof(fake));
		fake.max_basic = 0xa;
		fake.pmu_eax = rows[i].eax;
		fake.pmu_edx = rows[i].edx;
		msr_reset(&fake_hw);
		for (n = 0; n < ARRAY_SIZE(rows[i].msrs) && rows[i].msrs[n]; n++)
			CHECK(written(rows[i].msrs[n]));
		CHECK_EQ(fake.count, n);
	}
}
