// SPDX-License-Identifier: GPL-2.0-only
/* SOURCES: core/cpu_set.c x86/apic_policy.c */
/* Which registers of an APIC a guest may read and write, and with which values. */
#include "unit.h"
#include "apic_policy.h"

UNIT(local_vector_table)
{
	static const struct {
		u32 value, want;
		bool ok;
	} rows[] = {
		{ 0x00041, 0x00041, true },
		{ 0x200ef, 0x200ef, true },
		{ 0x00400, 0x00400, true },
		{ 0x00200, 0x10200, false },
		{ 0x00500, 0x10500, false },
		{ 0x00700, 0x10700, false },
		{ 0x00100, 0x10100, false },
		{ 0x08700, 0x10700, false },
		{ 0x08041, 0x00041, true },
		{ 0x18041, 0x10041, true },
		{ 0x00010, 0x10010, false },
		{ 0x2001f, 0x3001f, false },
		{ 0x10012, 0x10012, true },
		{ 0x00412, 0x00412, true },
		{ 0x00020, 0x00020, true },
		{ 0x0000f, 0x1000f, false },
		{ 0x20000, 0x30000, false },
		{ 0x10700, 0x10700, true },
		{ 0x10200, 0x10200, true },
	};
	size_t i;

	for (i = 0; i < ARRAY_SIZE(rows); i++) {
		u32 value = rows[i].value;

		unit_row("%#x", rows[i].value);
		CHECK_EQ(apic_lvt_check(&value), rows[i].ok);
		CHECK_EQ(value, rows[i].want);
	}
}

/*
 * What a write may set, bit by bit: the vector, the delivery mode, the polarity, the trigger mode
 * and the mask of an entry where it has them (SDM 3A 11.5.1), and read-only bits that software
 * writes back as it has read them.
 */
UNIT(bits_of_registers_of_x2apic_mode)
{
	enum {
		VECTOR = 0xff, MODE = 7 << 8, STATUS = 1 << 12, PIN = 1 << 13 | 1 << 14 | 1 << 15,
		MASK = 1 << 16, TIMER_MODE = 3 << 17,
	};
	static const struct {
		u32 msr;
		u64 bits;
	} rows[] = {
		{ 0x808, 0xff }, { 0x80b, 0 }, { 0x80f, VECTOR | 1 << 8 }, { 0x828, 0 },
		{ 0x82f, VECTOR | MODE | STATUS | MASK },
		{ 0x830, 0xffffffffULL << 32 | 3 << 18 | 1 << 15 | 1 << 14 | 0xfff },
		{ 0x832, VECTOR | STATUS | MASK | TIMER_MODE },
		{ 0x833, VECTOR | MODE | STATUS | MASK },
		{ 0x834, VECTOR | MODE | STATUS | MASK },
		{ 0x835, VECTOR | MODE | STATUS | PIN | MASK },
		{ 0x836, VECTOR | MODE | STATUS | PIN | MASK },
		{ 0x837, VECTOR | STATUS | MASK },
		{ 0x838, 0xffffffff }, { 0x83e, 0xb }, { 0x83f, 0xff },
	};
	unsigned int n, bit;

	for (n = 0; n < ARRAY_SIZE(rows); n++)
		for (bit = 0; bit < 64; bit++) {
			unit_row("msr %#x bit %u", rows[n].msr, bit);
			CHECK_EQ(apic_x2apic_write_ok(rows[n].msr, 1ULL << bit),
				 rows[n].bits >> bit & 1);
		}
}

UNIT(registers_of_x2apic_mode)
{
	static const struct {
		u32 msr;
		bool read;
		bool writable;
		u64 good, bad;
	} rows[] = {
		{ 0x800, false, false, 0, 0 },
		{ 0x802, true, false, 0, 0 },
		{ 0x803, true, false, 0, 0 },
		{ 0x808, true, true, 0xff, 0x100 },
		{ 0x809, false, false, 0, 0 },
		{ 0x80a, true, false, 0, 0 },
		{ 0x80b, false, true, 0, 1 },
		{ 0x80d, true, false, 0, 0 },
		{ 0x80e, false, false, 0, 0 },
		{ 0x80f, true, true, 0x1ff, 0x1000 },
		{ 0x810, true, false, 0, 0 },
		{ 0x827, true, false, 0, 0 },
		{ 0x828, true, true, 0, 1 },
		{ 0x829, false, false, 0, 0 },
		{ 0x82f, true, true, 0x107ff, 0x20000 },
		{ 0x830, true, true, 0xffffffff000ccfffULL, 0x1000 },
		{ 0x831, false, false, 0, 0 },
		{ 0x832, true, true, 0x700ff, 0x80000 },
		{ 0x834, true, true, 0x10400, 0x2000 },
		{ 0x835, true, true, 0x1a7ff, 0x800 },
		{ 0x837, true, true, 0x100ff, 0x100 },
		{ 0x838, true, true, 0xffffffff, 0x100000000 },
		{ 0x839, true, false, 0, 0 },
		{ 0x83a, false, false, 0, 0 },
		{ 0x83e, true, true, 0xb, 0x4 },
		{ 0x83f, false, true, 0xff, 0x100 },
		{ 0x840, false, false, 0, 0 },
		{ 0x842, false, false, 0, 0 },
		{ 0x848, false, false, 0, 0 },
		{ 0x870, false, false, 0, 0 },
		{ 0x8bf, false, false, 0, 0 },
		{ 0x8ff, false, false, 0, 0 },
	};
	size_t i;

	for (i = 0; i < ARRAY_SIZE(rows); i++) {
		unit_row("msr %#x", rows[i].msr);
		CHECK_EQ(apic_x2apic_read_ok(rows[i].msr), rows[i].read);
		CHECK_EQ(apic_x2apic_write_ok(rows[i].msr, rows[i].good), rows[i].writable);
		if (rows[i].writable)
			CHECK(!apic_x2apic_write_ok(rows[i].msr, rows[i].bad));
	}
	CHECK(!apic_x2apic_write_ok(0x832, 0x10000000fULL));
}

UNIT(entries_of_the_vector_table_that_an_apic_lacks)
{
	unsigned int reg, there[3] = { 0 };

	/* The last entry of a Pentium Pro's, of one with thermal interrupts, and with CMCI. */
	for (reg = 0; reg < 0x40; reg++) {
		there[0] += apic_lvt_needed(reg) <= 4;
		there[1] += apic_lvt_needed(reg) <= 5;
		there[2] += apic_lvt_needed(reg) <= 6;
	}
	CHECK_EQ(there[0], 0x40 - 2);
	CHECK_EQ(there[1], 0x40 - 1);
	CHECK_EQ(there[2], 0x40);
	CHECK_EQ(apic_lvt_needed(0x2f), 6);
	CHECK_EQ(apic_lvt_needed(0x33), 5);
	CHECK_EQ(apic_lvt_needed(0x34), 4);
}

UNIT(the_page_on_top_of_x2apic_hardware)
{
	static const struct {
		u32 reg, value, fits;
		bool writable;
	} rows[] = {
		{ 0x02, 1, 0, false },
		{ 0x08, 0xffffffff, 0xff, true },
		{ 0x09, 1, 0, false },
		{ 0x0b, 0xffffffff, 0, true },
		{ 0x0d, 1, 0, false },
		{ 0x0f, 0xffffffff, 0x1ff, true },
		{ 0x20, 1, 0, false },
		{ 0x28, 1, 0, true },
		{ 0x32, 0xffffffff, 0x710ff, true },
		{ 0x38, 0xffffffff, 0xffffffff, true },
		{ 0x39, 1, 0, false },
		{ 0x3e, 0xffffffff, 0xb, true },
	};
	size_t i;

	for (i = 0; i < ARRAY_SIZE(rows); i++) {
		u32 value = rows[i].value;

		unit_row("register %#x", rows[i].reg);
		CHECK_EQ(apic_x2apic_fit(0x800 + rows[i].reg, &value), rows[i].writable);
		if (!rows[i].writable)
			continue;
		CHECK_EQ(value, rows[i].fits);
		CHECK(apic_x2apic_write_ok(0x800 + rows[i].reg, value));
	}
}
