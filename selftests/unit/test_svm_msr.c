// SPDX-License-Identifier: GPL-2.0-only
/* SOURCES: x86/msr.c x86/svm/msr_map.c */
/* The MSR permission map of SVM, and what AMD's registers get. */
#include "unit.h"

#include <string.h>

#include "msr.h"
#include "registers.h"
#include "svm/vendor_cpu.h"

static struct msr_table tables[MSR_NUM_VIEWS][2];
static u8 maps[MSR_NUM_VIEWS][2][VENDOR_MSR_BITMAP_SIZE + 8];

static void build(void)
{
	int view, x2apic;

	for (view = 0; view < MSR_NUM_VIEWS; view++) {
		for (x2apic = 0; x2apic < 2; x2apic++) {
			memset(maps[view][x2apic], 0xa5, sizeof(maps[0][0]));
			memset(&tables[view][x2apic], 0xa5, sizeof(tables[0][0]));
			msr_table_build(&tables[view][x2apic], &vendor_msrs, (enum msr_view)view,
					x2apic);
			msr_bitmap_build(maps[view][x2apic], &vendor_msrs, (enum msr_view)view,
					 x2apic);
		}
	}
}

/* As the CPU does it: APM 2 15.11. */
static bool exits(const u8 *map, u32 msr, bool write)
{
	u32 bit;

	if (msr <= 0x1fff)
		bit = 2 * msr;
	else if (msr >= 0xc0000000 && msr <= 0xc0001fff)
		bit = 0x800 * 8 + 2 * (msr - 0xc0000000);
	else if (msr >= 0xc0010000 && msr <= 0xc0011fff)
		bit = 0x1000 * 8 + 2 * (msr - 0xc0010000);
	else
		return true;
	bit += write;
	return map[bit / 8] >> bit % 8 & 1;
}

static const u32 ranges[] = { 0, 0xc0000000, 0xc0010000 };

UNIT(the_map_lets_through_what_the_rules_pass)
{
	unsigned int view, x2apic, range;
	u32 msr;

	build();
	for (view = 0; view < MSR_NUM_VIEWS; view++)
		for (x2apic = 0; x2apic < 2; x2apic++)
			for (range = 0; range < ARRAY_SIZE(ranges); range++)
				for (msr = ranges[range]; msr < ranges[range] + 0x2000; msr++) {
					const struct msr_rule *rule =
						msr_rule_find(&tables[view][x2apic], msr);
					const u8 *map = maps[view][x2apic];

					unit_row("view %u x2apic %u msr %#x", view, x2apic, msr);
					if (!CHECK_EQ(exits(map, msr, false),
						      rule->read != MSR_PASS) ||
					    !CHECK_EQ(exits(map, msr, true),
						      rule->write != MSR_PASS) ||
					    !CHECK(msr >= rule->first && msr <= rule->last))
						return;
				}
	/* Nothing is written behind it. */
	CHECK_EQ(maps[MSR_NUM_VIEWS - 1][1][VENDOR_MSR_BITMAP_SIZE], 0xa5);
}

UNIT(what_no_range_covers_is_unknown)
{
	static const u32 msrs[] = {
		0x2000, 0x40000000, 0x80000000, 0xbfffffff, 0xc0002000, 0xc000ffff, 0xc0012000,
		0xc0020000, 0xffffffff,
	};
	unsigned int view, n;

	build();
	for (view = 0; view < MSR_NUM_VIEWS; view++)
		for (n = 0; n < ARRAY_SIZE(msrs); n++)
			CHECK_EQ(msr_rule_find(&tables[view][0], msrs[n]), &msr_rule_unknown);
}

struct row {
	u32 first, last;
	enum msr_policy read, write;
};

static void check_rows(const struct row *rows, size_t count, enum msr_view view)
{
	const struct msr_rule *rule;
	size_t n;
	u32 msr;

	build();
	for (n = 0; n < count; n++)
		for (msr = rows[n].first; msr <= rows[n].last; msr++) {
			rule = msr_rule_find(&tables[view][0], msr);
			unit_row("msr %#x (%s)", msr, rule->name);
			CHECK_EQ(rule->read, rows[n].read);
			CHECK_EQ(rule->write, rows[n].write);
			CHECK_EQ(rule->kind, msr == MSR_EFER ? MSR_KIND_VENDOR : MSR_KIND_NONE);
		}
}

UNIT(the_root_does_not_get_at_svm_and_the_memory_map)
{
	static const struct row rows[] = {
		{ 0x48, 0x49, MSR_PASS, MSR_PASS },
		{ 0x200, 0x20f, MSR_PASS, MSR_IGNORE },
		{ 0xc0000080, 0xc0000080, MSR_PASS, MSR_HANDLE },
		{ 0xc0000081, 0xc0000084, MSR_PASS, MSR_PASS },
		{ 0xc0000100, 0xc0000103, MSR_PASS, MSR_PASS },
		{ 0xc0000104, 0xc0000104, MSR_PASS, MSR_GP },
		{ 0xc0000105, 0xc0001fff, MSR_PASS, MSR_PASS },
		{ 0xc0010000, 0xc001000f, MSR_PASS, MSR_PASS },
		{ 0xc0010010, 0xc0010010, MSR_PASS, MSR_IGNORE },
		{ 0xc0010011, 0xc0010014, MSR_PASS, MSR_PASS },
		{ 0xc0010015, 0xc0010015, MSR_PASS, MSR_IGNORE },
		{ 0xc0010016, 0xc001001a, MSR_PASS, MSR_GP },
		{ 0xc001001b, 0xc001001c, MSR_PASS, MSR_PASS },
		{ 0xc001001d, 0xc001001d, MSR_PASS, MSR_GP },
		{ 0xc001001e, 0xc001001f, MSR_PASS, MSR_PASS },
		{ 0xc0010020, 0xc0010020, MSR_GP, MSR_IGNORE },
		{ 0xc0010021, 0xc0010057, MSR_PASS, MSR_PASS },
		{ 0xc0010058, 0xc0010058, MSR_PASS, MSR_GP },
		{ 0xc0010059, 0xc0010110, MSR_PASS, MSR_PASS },
		{ 0xc0010111, 0xc0010117, MSR_PASS, MSR_GP },
		{ 0xc0010118, 0xc0010119, MSR_GP, MSR_GP },
		{ 0xc001011a, 0xc001011a, MSR_PASS, MSR_PASS },
		{ 0xc001011b, 0xc001011b, MSR_GP, MSR_GP },
		{ 0xc001011c, 0xc001011d, MSR_PASS, MSR_PASS },
		{ 0xc001011e, 0xc001011e, MSR_GP, MSR_GP },
		{ 0xc001011f, 0xc001012f, MSR_PASS, MSR_PASS },
		{ 0xc0010130, 0xc0010133, MSR_PASS, MSR_GP },
		{ 0xc0010134, 0xc0011fff, MSR_PASS, MSR_PASS },
	};

	check_rows(rows, ARRAY_SIZE(rows), MSR_VIEW_ROOT);
}

UNIT(cells_get_next_to_nothing_of_it)
{
	static const struct row rows[] = {
		{ 0x48, 0x49, MSR_PASS, MSR_PASS },
		{ 0xc0000080, 0xc0000080, MSR_HANDLE, MSR_HANDLE },
		{ 0xc0000081, 0xc0000084, MSR_PASS, MSR_PASS },
		{ 0xc0000085, 0xc00000ff, MSR_GP, MSR_GP },
		{ 0xc0000100, 0xc0000103, MSR_PASS, MSR_PASS },
		{ 0xc0000104, 0xc0001fff, MSR_GP, MSR_GP },
		{ 0xc0010000, 0xc001001e, MSR_GP, MSR_GP },
		{ 0xc001001f, 0xc001001f, MSR_ZERO, MSR_IGNORE },
		{ 0xc0010020, 0xc0011027, MSR_GP, MSR_GP },
		{ 0xc0011028, 0xc0011029, MSR_PASS, MSR_GP },
		{ 0xc001102a, 0xc0011fff, MSR_GP, MSR_GP },
	};

	check_rows(rows, ARRAY_SIZE(rows), MSR_VIEW_CELL);
	check_rows(rows, ARRAY_SIZE(rows), MSR_VIEW_CELL_TSC);
}
