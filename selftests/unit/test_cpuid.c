// SPDX-License-Identifier: GPL-2.0-only
/* SOURCES: x86/cpuid.c */
#include "unit.h"

#include <stdio.h>
#include <string.h>

#include "cpuid.h"
#include "registers.h"

#define ALL	0xffffffffU

static const struct cpuid_view root = { .root = true };
static const struct cpuid_view cell = { .root = false };

static void ask(const struct cpuid_view *view, u32 leaf, u32 subleaf, u32 regs[4])
{
	memset(regs, 0xff, 16);
	cpuid_filter(view, leaf, subleaf, regs);
}

static void check_regs(const u32 regs[4], u32 eax, u32 ebx, u32 ecx, u32 edx)
{
	CHECK_EQ(regs[CPUID_EAX], eax);
	CHECK_EQ(regs[CPUID_EBX], ebx);
	CHECK_EQ(regs[CPUID_ECX], ecx);
	CHECK_EQ(regs[CPUID_EDX], edx);
}

/* Who is there, in three registers; @regs is the whole leaf. */
static void check_name(const struct cpuid_view *view, u32 leaf, const char *want, u32 regs[4])
{
	char name[13] = "";

	ask(view, leaf, 0, regs);
	memcpy(name, &regs[CPUID_EBX], 12);
	CHECK_STR(name, want);
}

UNIT(cells_see_who_the_hypervisor_is)
{
	const struct cpuid_view with_comm = { .has_comm = true, .comm_gpa = 0x129abcd000 };
	u32 regs[4];

	check_name(&cell, 0x40000000, "Jailhouse", regs);
	CHECK_EQ(regs[CPUID_EAX], 0x40000002);
	ask(&cell, 0x40000001, 0, regs);
	check_regs(regs, 0, 0, 0, 0);
	ask(&cell, 0x40000002, 0, regs);
	check_regs(regs, 0, 0, 0, 0);
	ask(&with_comm, 0x40000002, 5, regs);
	check_regs(regs, 1, 0x9abcd000, 0x12, 0);
	ask(&with_comm, 0x40000003, 0, regs);
	check_regs(regs, 0, 0, 0, 0);
	/* A hypervisor below us does not shine through. */
	ask(&cell, 0x40000100, 7, regs);
	check_regs(regs, 0, 0, 0, 0);
	ask(&cell, 0x4fffffff, 0, regs);
	check_regs(regs, 0, 0, 0, 0);
	memset(regs, 0, sizeof(regs));
	cpuid_filter(&cell, 1, 0, regs);
	CHECK_EQ(regs[CPUID_ECX], 1U << 31);
}

UNIT(cells_are_told_of_kvm_if_they_are_to_be)
{
	const struct cpuid_view told = { .kvm_leaf = true };
	u32 regs[4];

	check_name(&told, 0x40000100, "KVMKVMKVM", regs);
	CHECK_EQ(regs[CPUID_EDX], 0x4d);
	CHECK_EQ(regs[CPUID_EAX], 0x40000101);
	/* No features, no hints. */
	ask(&told, 0x40000101, 0, regs);
	check_regs(regs, 0, 0, 0, 0);
	ask(&told, 0x40000200, 0, regs);
	check_regs(regs, 0, 0, 0, 0);
	/* Who looks at the first place only finds who is there. */
	check_name(&told, 0x40000000, "Jailhouse", regs);
}

/* It would take itself for a cell, or rather a crash kernel would. */
UNIT(the_root_does_not_see_the_hypervisor)
{
	static const u32 leaves[] = { 1, 0x40000000, 0x40000001, 0x40000100, 0x4fffffff };
	u32 regs[4];
	size_t i;

	for (i = 0; i < ARRAY_SIZE(leaves); i++) {
		unit_row("leaf %#x", leaves[i]);
		memset(regs, 0, sizeof(regs));
		cpuid_filter(&root, leaves[i], 0, regs);
		check_regs(regs, 0, 0, 0, 0);
	}
}

UNIT(bits_that_mirror_cr4_are_the_guests)
{
	static const struct {
		u64 cr4;
		u32 leaf, subleaf;
		bool hw, want;
		u32 bit;
	} rows[] = {
		{ X86_CR4_OSXSAVE, 1, 0, false, true, 27 },
		{ X86_CR4_OSXSAVE, 1, 0, true, true, 27 },
		{ ~X86_CR4_OSXSAVE, 1, 0, true, false, 27 },
		{ ~X86_CR4_OSXSAVE, 1, 5, true, false, 27 },
		{ X86_CR4_PKE, 7, 0, false, true, 4 },
		{ ~X86_CR4_PKE, 7, 0, true, false, 4 },
	};
	size_t i;

	for (i = 0; i < ARRAY_SIZE(rows); i++) {
		struct cpuid_view view = { .cr4 = rows[i].cr4 };
		u32 regs[4];

		for (view.root = false; ; view.root = true) {
			unit_row("row %zu root %d", i, view.root);
			memset(regs, rows[i].hw ? 0xff : 0, sizeof(regs));
			cpuid_filter(&view, rows[i].leaf, rows[i].subleaf, regs);
			CHECK_EQ(regs[CPUID_ECX] >> rows[i].bit & 1, rows[i].want);
			if (view.root)
				break;
		}
		CHECK(cpuid_needs_cr4(rows[i].leaf));
	}
	CHECK(!cpuid_needs_cr4(0));
	CHECK(!cpuid_needs_cr4(0xd));
}

UNIT(an_apic_that_is_off_is_not_announced)
{
	struct cpuid_view view = { .no_apic = true };
	u32 regs[4];

	cpuid_filter(&view, 1, 0, memset(regs, 0xff, sizeof(regs)));
	CHECK(!(regs[CPUID_EDX] >> 9 & 1));
	CHECK(regs[CPUID_EDX] >> 8 & 1);
	view.no_apic = false;
	cpuid_filter(&view, 1, 0, memset(regs, 0xff, sizeof(regs)));
	CHECK(regs[CPUID_EDX] >> 9 & 1);
	cpuid_filter(&view, 1, 0, memset(regs, 0, sizeof(regs)));
	CHECK(!(regs[CPUID_EDX] >> 9 & 1));
}

UNIT(leaves_without_filtered_bits_stay)
{
	static const u32 leaves[] = {
		0, 1, 2, 3, 4, 5, 6, 7, 8, 0xa, 0xb, 0xd, 0x14, 0x1f, 64, 0x3fffffff, 0x40000000,
		0x40000001, 0x40000002, 0x4fffffff, 0x50000000, 0x80000000, 0x80000001, 0x80000008,
		0xc0000000, 0xffffffff,
	};
	size_t i, plain[2] = { 0 };

	for (i = 0; i < 2 * ARRAY_SIZE(leaves); i++) {
		bool root = i % 2;
		struct cpuid_view view = { .root = root };
		u32 leaf = leaves[i / 2], regs[4] = { 0x12345678, 0x9abcdef0, ~0U, 0x0f1e2d3c };

		if (leaf & cpuid_filtered_bits(root))
			continue;
		unit_row("leaf %#x root %d", leaf, root);
		cpuid_filter(&view, leaf, 0, regs);
		CHECK_EQ(regs[CPUID_EAX], 0x12345678);
		CHECK_EQ(regs[CPUID_EBX], 0x9abcdef0);
		CHECK_EQ(regs[CPUID_ECX], ~0U);
		CHECK_EQ(regs[CPUID_EDX], 0x0f1e2d3c);
		plain[root]++;
	}
	CHECK_EQ(plain[false], 1);
	CHECK(plain[true] > 8);
}

UNIT(the_root_sees_the_hardware)
{
	static const u32 leaves[] = {
		0, 2, 3, 4, 5, 6, 8, 9, 0xa, 0xb, 0xd, 0xf, 0x12, 0x14, 0x23, 64, 0x3fffffff,
		0x50000000, 0x7fffffff, 0x80000000, 0x80000001, 0x80000007, 0x80000008,
		0x8000000a, 0xc0000000, ALL,
	};
	u32 regs[4];
	size_t i;

	for (i = 0; i < ARRAY_SIZE(leaves); i++) {
		unit_row("leaf %#x", leaves[i]);
		ask(&root, leaves[i], 1, regs);
		check_regs(regs, ALL, ALL, ALL, ALL);
	}
	ask(&root, 1, 0, regs);
	check_regs(regs, ALL, ALL, ALL & ~(1U << 27), ALL);
	ask(&root, 7, 0, regs);
	check_regs(regs, ALL, ALL, ALL & ~(1U << 4), ALL);
	ask(&root, 7, 1, regs);
	check_regs(regs, ALL, ALL, ALL, ALL);
}

UNIT(cells_get_what_they_can_use)
{
	static const struct {
		u32 leaf, subleaf, want[4];
	} rows[] = {
		{ 0, 0, { ALL, ALL, ALL, ALL } },
		{ 2, 0, { ALL, ALL, ALL, ALL } },
		{ 3, 0, { 0, 0, 0, 0 } },
		{ 4, 3, { ALL, ALL, ALL, ALL } },
		{ 5, 0, { 0, 0, 0, 0 } },
		{ 6, 0, { 4, 0, 0, 0 } },
		{ 7, 3, { 0, 0, 0, 0 } },
		{ 8, 0, { 0, 0, 0, 0 } },
		{ 0xa, 0, { 0, 0, 0, 0 } },
		{ 0xb, 1, { ALL, ALL, ALL, ALL } },
		{ 0xd, 0, { ALL, ALL, ALL, ALL } },
		{ 0xd, 1, { 0xf, ALL, 0, 0 } },
		{ 0xd, 2, { ALL, ALL, ALL, ALL } },
		{ 0xf, 0, { 0, 0, 0, 0 } },
		{ 0x10, 0, { 0, 0, 0, 0 } },
		{ 0x12, 0, { 0, 0, 0, 0 } },
		{ 0x14, 0, { 0, 0, 0, 0 } },
		{ 0x15, 0, { ALL, ALL, ALL, ALL } },
		{ 0x1f, 0, { ALL, ALL, ALL, ALL } },
		{ 0x23, 0, { 0, 0, 0, 0 } },
		{ 0x3f, 0, { 0, 0, 0, 0 } },
		{ 0x40, 0, { 0, 0, 0, 0 } },
		/* 64 + 1: must not be taken for leaf 1 by a shift that wraps */
		{ 0x41, 0, { 0, 0, 0, 0 } },
		{ 0x3fffffff, 0, { 0, 0, 0, 0 } },
		{ 0x7fffffff, 0, { 0, 0, 0, 0 } },
		{ 0x80000000, 0, { ALL, ALL, ALL, ALL } },
		{ 0x80000001, 0, { ALL, ALL, 0x2109e1, ALL } },
		{ 0x80000004, 0, { ALL, ALL, ALL, ALL } },
		{ 0x80000007, 0, { 0, 0, 0, 0x100 } },
		{ 0x80000008, 0, { ALL, 0, ALL, ALL } },
		{ 0x80000009, 0, { 0, 0, 0, 0 } },
		{ 0x8000000a, 0, { 0, 0, 0, 0 } },
		{ 0xc0000001, 0, { 0, 0, 0, 0 } },
		{ ALL, ALL, { 0, 0, 0, 0 } },
	};
	u32 regs[4];
	size_t i;

	for (i = 0; i < ARRAY_SIZE(rows); i++) {
		unit_row("leaf %#x.%#x", rows[i].leaf, rows[i].subleaf);
		ask(&cell, rows[i].leaf, rows[i].subleaf, regs);
		check_regs(regs, rows[i].want[0], rows[i].want[1], rows[i].want[2],
			   rows[i].want[3]);
	}
}

/* Names the bit where a comparison of masks would only show two numbers. */
static void check_bits(u32 reg, const char *name, const char *shown, const char *hidden)
{
	unsigned int bit;
	int n;

	for (; sscanf(shown, "%u%n", &bit, &n) == 1; shown += n) {
		unit_row("%s bit %u is shown", name, bit);
		CHECK(reg >> bit & 1);
	}
	for (; sscanf(hidden, "%u%n", &bit, &n) == 1; hidden += n) {
		unit_row("%s bit %u is hidden", name, bit);
		CHECK(!(reg >> bit & 1));
	}
}

UNIT(cells_do_not_see_what_their_msrs_deny)
{
	u32 regs[4];

	ask(&cell, 1, 0, regs);
	CHECK_EQ(regs[CPUID_EAX], ALL);
	CHECK_EQ(regs[CPUID_EBX], ALL);
	/* SSE3, x2APIC, TSC-deadline, XSAVE, AVX; DTES64 ... DCA */
	check_bits(regs[CPUID_ECX], "1.ECX", "0 1 9 12 13 17 21 24 26 28 30 31",
		   "2 3 4 5 6 7 8 10 11 14 15 18 27");
	/* APIC, PAT; MCE, MTRR, MCA ... */
	check_bits(regs[CPUID_EDX], "1.EDX", "0 4 5 9 11 16 24 25 26 28",
		   "7 12 14 18 21 22 29 31");
	ask(&cell, 7, 0, regs);
	CHECK_EQ(regs[CPUID_EAX], ALL);
	check_bits(regs[CPUID_EBX], "7.EBX", "0 3 5 7 8 9 10 16 20 29", "1 2 12 14 15 25");
	check_bits(regs[CPUID_ECX], "7.ECX", "2 3 16 22", "4 5 7 13 23 24 26 29 30 31");
	check_bits(regs[CPUID_EDX], "7.EDX", "4 10 26 27 28 29 31",
		   "0 1 5 6 7 9 13 18 19 20 30");
	ask(&cell, 7, 1, regs);
	CHECK_EQ(regs[CPUID_EBX] | regs[CPUID_ECX], 0);
	/* LASS, FRED, LKGS, HRESET, LAM */
	check_bits(regs[CPUID_EAX], "7.1.EAX", "4 5", "6 17 18 22 26");
	ask(&cell, 7, 2, regs);
	check_regs(regs, 0, 0, 0, 0x3f);
}

static u32 fake_ecx, fake_leaf, fake_name[3], asked;

static void fake_cpuid(u32 regs[4])
{
	u32 leaf = regs[CPUID_EAX];

	asked++;
	memset(regs, 0, 16);
	if (leaf == 1)
		regs[CPUID_ECX] = fake_ecx;
	if (leaf == fake_leaf)
		memcpy(&regs[CPUID_EBX], fake_name, sizeof(fake_name));
}

UNIT(kvm_is_found_where_linux_finds_it)
{
	static const struct {
		u32 ecx, leaf;
		const char *name;
		bool found;
	} rows[] = {
		{ 1U << 31, 0x40000000, "KVMKVMKVM\0\0", true },
		{ 1U << 31, 0x40000100, "KVMKVMKVM\0\0", true },
		{ 1U << 31, 0x4000ff00, "KVMKVMKVM\0\0", true },
		{ 1U << 31, 0x40010000, "KVMKVMKVM\0\0", false },
		{ 1U << 31, 0x40000080, "KVMKVMKVM\0\0", false },
		{ 1U << 31, 0x40000000, "KVMKVMKVM!\0", false },
		{ 1U << 31, 0x40000000, "KVMKVMKV\0\0\0", false },
		{ 1U << 31, 0x40000000, "KVMJVMKVM\0\0", false },
		{ 1U << 31, 0x40000000, "JVMKVMKVM\0\0", false },
		{ 1U << 31, 0x40000000, "Microsoft Hv", false },
		{ ~(1U << 31), 0x40000000, "KVMKVMKVM\0\0", false },
	};
	size_t i;

	for (i = 0; i < ARRAY_SIZE(rows); i++) {
		unit_row("row %zu", i);
		fake_ecx = rows[i].ecx;
		fake_leaf = rows[i].leaf;
		memcpy(fake_name, rows[i].name, sizeof(fake_name));
		asked = 0;
		CHECK_EQ(cpuid_finds_kvm(fake_cpuid), rows[i].found);
		CHECK(asked <= 257);
	}
}
