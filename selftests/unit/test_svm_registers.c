// SPDX-License-Identifier: GPL-2.0-only
/* SOURCES: x86/svm/register_bits.c */
/* Which bits of CR4 and EFER there are, and what may be written to EFER. */
#include <string.h>
#include "unit.h"
#include "cpuid.h"
#include "errno.h"
#include "registers.h"
#include "svm/register_bits.h"

/* A CPU that has one feature only, or all. */
static struct {
	bool all;
	u32 max_basic, max_extended;
	u32 leaf, reg, bit;
} fake;

static void fake_cpuid(u32 leaf, u32 subleaf, u32 regs[4])
{
	CHECK_EQ(subleaf, 0);
	memset(regs, fake.all ? 0xff : 0, 16);
	if (leaf == fake.leaf)
		regs[fake.reg] |= 1U << fake.bit;
	if (leaf == 0)
		regs[CPUID_EAX] = fake.max_basic;
	if (leaf == 0x80000000)
		regs[CPUID_EAX] = fake.max_extended;
}

static void one_feature(u32 leaf, u32 reg, u32 bit)
{
	memset(&fake, 0, sizeof(fake));
	fake.max_basic = 0x10;
	fake.max_extended = 0x80000028;
	fake.leaf = leaf;
	fake.reg = reg;
	fake.bit = bit;
}

static u64 cr4_with(u32 leaf, u32 reg, u32 bit)
{
	one_feature(leaf, reg, bit);
	return svm_cr4_bits(fake_cpuid);
}

static u64 efer_with(u32 leaf, u32 reg, u32 bit)
{
	one_feature(leaf, reg, bit);
	return svm_efer_bits(fake_cpuid);
}

UNIT(a_bit_of_cr4_comes_with_its_feature)
{
	CHECK_EQ(cr4_with(1, CPUID_EDX, 6), X86_CR4_PAE);
	CHECK_EQ(cr4_with(1, CPUID_EDX, 7), X86_CR4_MCE);
	CHECK_EQ(cr4_with(1, CPUID_EDX, 3), X86_CR4_PSE);
	CHECK_EQ(cr4_with(1, CPUID_EDX, 13), X86_CR4_PGE);
	CHECK_EQ(cr4_with(1, CPUID_ECX, 17), X86_CR4_PCIDE);
	CHECK_EQ(cr4_with(1, CPUID_ECX, 26), X86_CR4_OSXSAVE);
	CHECK_EQ(cr4_with(7, CPUID_EBX, 7), X86_CR4_SMEP);
	CHECK_EQ(cr4_with(7, CPUID_EBX, 20), X86_CR4_SMAP);
	CHECK_EQ(cr4_with(7, CPUID_EBX, 0), BIT_ULL(16));
	CHECK_EQ(cr4_with(7, CPUID_ECX, 2), BIT_ULL(11));
	CHECK_EQ(cr4_with(7, CPUID_ECX, 3), X86_CR4_PKE);
	CHECK_EQ(cr4_with(7, CPUID_ECX, 16), X86_CR4_LA57);
	CHECK_EQ(cr4_with(7, CPUID_ECX, 7), X86_CR4_CET);
	CHECK_EQ(cr4_with(1, CPUID_EDX, 1), 3);
	CHECK_EQ(cr4_with(1, CPUID_EDX, 4), BIT_ULL(2));
	CHECK_EQ(cr4_with(1, CPUID_EDX, 2), BIT_ULL(3));
	CHECK_EQ(cr4_with(1, CPUID_EDX, 5), BIT_ULL(8));
	CHECK_EQ(cr4_with(1, CPUID_EDX, 24), BIT_ULL(9));
	CHECK_EQ(cr4_with(1, CPUID_EDX, 25), BIT_ULL(10));
	/* VMX does not exist there, nor does what nobody knows. */
	CHECK_EQ(cr4_with(1, CPUID_ECX, 5), 0);
	memset(&fake, 0, sizeof(fake));
	fake.all = true;
	fake.max_basic = 0x10;
	fake.max_extended = 0x80000028;
	CHECK_EQ(svm_cr4_bits(fake_cpuid), 0x00f71fff);
	/* A leaf that is not there says nothing. */
	fake.max_basic = 1;
	CHECK_EQ(svm_cr4_bits(fake_cpuid), 0x000607ff);
}

UNIT(so_does_one_of_efer)
{
	memset(&fake, 0, sizeof(fake));
	fake.all = true;
	fake.max_extended = 0x80000028;
	CHECK_EQ(svm_efer_bits(fake_cpuid), 0x34cd01);
	fake.max_extended = 0x80000008;
	CHECK_EQ(svm_efer_bits(fake_cpuid), 0x04cd01);
	fake.max_extended = 0x80000021;
	CHECK_EQ(svm_efer_bits(fake_cpuid), 0x34cd01);
	CHECK_EQ(efer_with(0x80000001, CPUID_EDX, 11), X86_EFER_SCE);
	CHECK_EQ(efer_with(0x80000001, CPUID_EDX, 20), X86_EFER_NXE);
	CHECK_EQ(efer_with(0x80000001, CPUID_EDX, 25), BIT_ULL(14));
	CHECK_EQ(efer_with(0x80000001, CPUID_EDX, 29), X86_EFER_LME | X86_EFER_LMA);
	CHECK_EQ(efer_with(0x80000001, CPUID_ECX, 17), BIT_ULL(15));
	CHECK_EQ(efer_with(0x80000008, CPUID_EBX, 13), BIT_ULL(18));
	CHECK_EQ(efer_with(0x80000021, CPUID_EAX, 7), BIT_ULL(20));
	CHECK_EQ(efer_with(0x80000021, CPUID_EAX, 8), BIT_ULL(21));
}

UNIT(efer_is_checked_as_the_cpu_would)
{
	static const u64 has = 0xd01;
	static const struct {
		u64 cr0, now, allowed, val;
		u64 result;		/* 0: #GP */
	} rows[] = {
		{ 0x11, 0, has, 0x900, 0x900 },
		{ 0x11, 0, has, 0xd01, 0x901 },
		/* LMA stays, whatever is written. */
		{ 0x80000011, 0xd01, has, 0x901, 0xd01 },
		{ 0x80000011, 0xd01, has, 0xd01, 0xd01 },
		/* LME while paging is on */
		{ 0x80000011, 0xd01, has, 0xc01, 0 },
		{ 0x80000011, 0x001, has, 0x101, 0 },
		{ 0x80000011, 0x001, has, 0x801, 0x801 },
		/* What the CPU does not have */
		{ 0x11, 0, has, 0x4001, 0 },
		{ 0x11, 0, has, 0x02, 0 },
		{ 0x11, 0, has, 0x8000000000000001, 0 },
		/* SVME: the root writes back what it reads, for a cell it does not exist */
		{ 0x80000011, 0xd01, has | 0x1000, 0x1d01, 0xd01 },
		{ 0x80000011, 0xd01, has, 0x1d01, 0 },
	};
	unsigned int n;

	for (n = 0; n < ARRAY_SIZE(rows); n++) {
		u64 val = rows[n].val;
		int err = svm_efer_check(rows[n].cr0, rows[n].now, rows[n].allowed, &val);

		unit_row("%u", n);
		CHECK_EQ(err, rows[n].result ? 0 : -EINVAL);
		if (!err)
			CHECK_EQ(val, rows[n].result);
	}
}
