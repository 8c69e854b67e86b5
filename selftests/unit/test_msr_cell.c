// SPDX-License-Identifier: GPL-2.0-only
/* SOURCES: x86/msr_cell.c */
#include "unit.h"

#include "errno.h"
#include "msr_cell.h"
#include "registers.h"

static struct msr_cell msrs;

static u64 value_of(u32 msr)
{
	u64 value = 0xdeadbeef;

	CHECK_EQ(msr_cell_read(&msrs, msr, &value), 0);
	return value;
}

UNIT(a_cell_starts_with_cached_memory_and_the_machines_time)
{
	msr_cell_reset(&msrs);
	CHECK_EQ(value_of(0x1a0), 0x1801);
	CHECK_EQ(value_of(0x277), 0x0007040600070406);
	CHECK_EQ(value_of(0x2ff), 0x806);
	CHECK_EQ(msr_cell_pat(&msrs), 0x0007040600070406);
	CHECK_EQ(msrs.tsc_offset, 0);
}

/* TSX_CTRL (bit 7), FB_CLEAR_CTRL (18) and the like say that there is another register. */
UNIT(capabilities_without_a_register_are_shown)
{
	CHECK_EQ(msr_cell_arch_capabilities(~0ULL), 0x1d1ae17f);
	CHECK_EQ(msr_cell_arch_capabilities(1 << 7 | 1 << 18 | 1 << 5), 1 << 5);
	CHECK_EQ(msr_cell_arch_capabilities(0), 0);
}

UNIT(mtrrs_switch_caching_off_and_on)
{
	static const struct {
		u64 value;
		bool valid, cached;
	} rows[] = {
		{ 0x806, true, true }, { 0x006, true, false }, { 0x000, true, false },
		{ 0x800, true, true }, { 0xc06, true, true }, { 0x400, true, false },
		{ 0x801, true, true }, { 0x804, true, true }, { 0x805, true, true },
		{ 0x802, false, 0 }, { 0x803, false, 0 }, { 0x807, false, 0 },
		{ 0x808, false, 0 }, { 0x8ff, false, 0 }, { 0x906, false, 0 },
		{ 0xa06, false, 0 }, { 0x1806, false, 0 }, { 0x80000806, false, 0 },
		{ 0x100000806, false, 0 }, { 0x8000000000000806, false, 0 },
	};
	size_t i;

	for (i = 0; i < ARRAY_SIZE(rows); i++) {
		unit_row("value %#llx", (unsigned long long)rows[i].value);
		msr_cell_reset(&msrs);
		CHECK_EQ(msr_cell_write(&msrs, 0x277, 0x0606060606060606), 0);
		CHECK_EQ(msr_cell_write(&msrs, 0x2ff, rows[i].value), rows[i].valid ? 0 : -EINVAL);
		CHECK_EQ(value_of(0x2ff), rows[i].valid ? rows[i].value : 0x806);
		CHECK_EQ(msr_cell_pat(&msrs),
			 rows[i].cached || !rows[i].valid ? 0x0606060606060606 : 0);
	}
}

UNIT(the_pat_is_kept_while_memory_is_uncached)
{
	msr_cell_reset(&msrs);
	CHECK_EQ(msr_cell_write(&msrs, 0x2ff, 0), 0);
	CHECK_EQ(msr_cell_pat(&msrs), 0);
	CHECK_EQ(msr_cell_write(&msrs, 0x277, 0x0001040506070004), 0);
	CHECK_EQ(value_of(0x277), 0x0001040506070004);
	CHECK_EQ(msr_cell_pat(&msrs), 0);
	CHECK_EQ(msr_cell_write(&msrs, 0x2ff, 0x800), 0);
	CHECK_EQ(msr_cell_pat(&msrs), 0x0001040506070004);
}

UNIT(reserved_memory_types_fault)
{
	unsigned int byte, type;

	msr_cell_reset(&msrs);
	for (byte = 0; byte < 8; byte++)
		for (type = 0; type < 256; type++) {
			bool valid = type < 8 && type != 2 && type != 3;
			u64 value = (0x0606060606060606 & ~(0xffULL << 8 * byte)) |
				    (u64)type << 8 * byte;

			unit_row("byte %u type %u", byte, type);
			CHECK_EQ(msr_cell_write(&msrs, 0x277, value), valid ? 0 : -EINVAL);
		}
}

UNIT(what_is_not_emulated_faults)
{
	u64 value;

	msr_cell_reset(&msrs);
	CHECK_EQ(msr_cell_read(&msrs, 0x10, &value), -EINVAL);
	CHECK_EQ(msr_cell_read(&msrs, 0xfe, &value), -EINVAL);
	CHECK_EQ(msr_cell_write(&msrs, 0x1a0, 0x1801), -EINVAL);
	CHECK_EQ(msr_cell_write(&msrs, 0x200, 6), -EINVAL);
}

UNIT(deadlines_are_in_the_cells_time)
{
	static const struct {
		u64 offset, cell, machine;
	} rows[] = {
		{ 0, 0, 0 }, { 0, 1000, 1000 },
		{ 500, 1000, 500 }, { 500, 0, 0 }, { -500ULL, 1000, 1500 },
		/* longer ago than the machine is on, and for ever */
		{ 1000, 500, -500ULL }, { 1, ~0ULL, ~0ULL - 1 },
		/* 0 would switch the timer off */
		{ 1000, 1000, 1 },
	};
	size_t i;

	for (i = 0; i < ARRAY_SIZE(rows); i++) {
		unit_row("row %zu", i);
		msr_cell_reset(&msrs);
		msrs.tsc_offset = rows[i].offset;
		CHECK_EQ(msr_deadline_to_machine(&msrs, rows[i].cell), rows[i].machine);
		if (rows[i].machine != 1)
			CHECK_EQ(msr_deadline_to_cell(&msrs, rows[i].machine), rows[i].cell);
	}
	msrs.tsc_offset = -7ULL;
	CHECK_EQ(msr_deadline_to_cell(&msrs, 7), 1);
}
