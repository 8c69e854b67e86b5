// SPDX-License-Identifier: GPL-2.0-only
/* BESIDE: guest_tables.c */
/* What page tables and the CPU allow, and the bits that an access leaves in the tables. */
#include <string.h>
#include "guest_tables.h"

UNIT(rights_of_all_levels_together)
{
	static const struct {
		u64 l4, l3, l2, l1;
		u32 flags;
	} rows[] = {
		{ 7, 7, 7, 7, RWX },
		{ 5, 7, 7, 7, GUEST_MAP_USER | GUEST_MAP_EXECUTE },
		{ 7, 7, 7, 5, GUEST_MAP_USER | GUEST_MAP_EXECUTE },
		{ 7, 3, 7, 7, GUEST_MAP_WRITE | GUEST_MAP_EXECUTE },
		{ 7, 7, NX | 7, 7, GUEST_MAP_WRITE | GUEST_MAP_USER },
		{ NX | 7, 3, 5, 7, 0 },
	};
	struct guest_paging paging = long_mode(false);
	struct guest_mapping mapping;
	u64 gva = L4(1) | L3(2) | L2(3) | L1(4);
	size_t i;

	for (i = 0; i < ARRAY_SIZE(rows); i++) {
		unit_row("row %zu", i);
		set64(0, 1, page(1) | rows[i].l4);
		set64(1, 2, page(2) | rows[i].l3);
		set64(2, 3, page(3) | rows[i].l2);
		set64(3, 4, page(8) | rows[i].l1);
		CHECK_EQ(guest_walk(&paging, &memory, gva, &mapping), 0);
		CHECK_EQ(mapping.flags, rows[i].flags);
	}
	/* Without EFER.NXE the bit is reserved. */
	paging.efer = X86_EFER_LMA;
	CHECK_EQ(guest_walk(&paging, &memory, gva, &mapping), -EINVAL);
}

#define P	GUEST_FAULT_PRESENT
#define WR	GUEST_FAULT_WRITE
#define US	GUEST_FAULT_USER
#define PK	GUEST_FAULT_KEY

/* What the CPU allows: SDM 3A 4.6. A mapping says what the tables do. */
UNIT(rights_of_an_access)
{
	static const struct {
		u32 map;
		bool user, write, ac;
		u64 cr0, cr4;
		u32 fault;
	} rows[] = {
		/* user mode, whatever CR0.WP says */
		{ GUEST_MAP_USER, true, false, false, 0, 0, 0 },
		{ GUEST_MAP_USER, true, true, false, 0, 0, P | WR | US },
		{ GUEST_MAP_USER, true, true, false, X86_CR0_WP, 0, P | WR | US },
		{ GUEST_MAP_USER | GUEST_MAP_WRITE, true, true, false, 0, 0, 0 },
		{ GUEST_MAP_WRITE, true, false, false, 0, 0, P | US },
		{ GUEST_MAP_WRITE, true, true, true, 0, 0, P | WR | US },
		{ 0, true, false, false, 0, 0, P | US },
		/* the kernel */
		{ 0, false, false, false, X86_CR0_WP, X86_CR4_SMAP, 0 },
		{ 0, false, true, false, X86_CR0_WP, 0, P | WR },
		{ 0, false, true, false, 0, X86_CR4_SMAP, 0 },
		{ GUEST_MAP_WRITE, false, true, false, X86_CR0_WP, X86_CR4_SMAP, 0 },
		/* and pages of user mode */
		{ GUEST_MAP_USER, false, false, false, X86_CR0_WP, 0, 0 },
		{ GUEST_MAP_USER, false, false, true, X86_CR0_WP, X86_CR4_SMAP, 0 },
		{ GUEST_MAP_USER, false, false, false, X86_CR0_WP, X86_CR4_SMAP, P },
		{ RWX, false, true, false, 0, X86_CR4_SMAP, P | WR },
		{ GUEST_MAP_USER, false, true, true, X86_CR0_WP, X86_CR4_SMAP, P | WR },
		{ RWX, false, true, true, X86_CR0_WP, X86_CR4_SMAP, 0 },
		{ RWX, true, true, false, X86_CR0_WP, X86_CR4_SMAP, 0 },
	};
	size_t i;

	for (i = 0; i < ARRAY_SIZE(rows); i++) {
		struct guest_paging paging = { .cr0 = rows[i].cr0 | PG, .cr4 = rows[i].cr4 };
		struct guest_mapping mapping = { .flags = rows[i].map, .levels = 1 };
		struct guest_access access = {
			.user = rows[i].user, .write = rows[i].write, .ac = rows[i].ac,
			.pkru = ~0U, .pkrs = ~0U,
		};

		unit_row("row %zu", i);
		CHECK_EQ(guest_check_access(&paging, &mapping, &access), rows[i].fault);
		/* Without paging, there are no rights. */
		paging.cr0 = rows[i].cr0;
		CHECK_EQ(guest_check_access(&paging, &mapping, &access), 0);
	}
}

/* Key 5 is in bits 62:59 of the last entry, its rights in bits 11:10 of the register. */
UNIT(protection_keys)
{
	static const struct {
		u32 map;
		bool user, write, wp;
		u64 cr4, efer;
		u32 pkru, pkrs;
		u32 fault;
	} rows[] = {
		{ RWX, true, false, true, X86_CR4_PKE, LONG_MODE, 1 << 10, 0, P | US | PK },
		{ RWX, true, true, true, X86_CR4_PKE, LONG_MODE, 1 << 10, 0, P | US | WR | PK },
		{ RWX, true, false, true, X86_CR4_PKE, LONG_MODE, 2 << 10, 0, 0 },
		{ RWX, true, true, true, X86_CR4_PKE, LONG_MODE, 2 << 10, 0, P | US | WR | PK },
		{ RWX, true, true, false, X86_CR4_PKE, LONG_MODE, 2 << 10, 0, P | US | WR | PK },
		{ RWX, false, true, false, X86_CR4_PKE, LONG_MODE, 2 << 10, 0, 0 },
		{ RWX, false, true, true, X86_CR4_PKE, LONG_MODE, 2 << 10, 0, P | WR | PK },
		{ RWX, true, true, true, X86_CR4_PKE, LONG_MODE, ~(3U << 10), ~0U, 0 },
		{ RWX, true, true, true, X86_CR4_PKS, LONG_MODE, ~0U, ~0U, 0 },
		{ RWX, true, true, true, X86_CR4_PKE, X86_EFER_NXE, ~0U, ~0U, 0 },
		/* supervisor pages have another register */
		{ 1, false, false, true, X86_CR4_PKS, LONG_MODE, 0, 1 << 10, P | PK },
		{ 1, false, true, true, X86_CR4_PKS, LONG_MODE, 0, 2 << 10, P | WR | PK },
		{ 1, false, true, false, X86_CR4_PKS, LONG_MODE, 0, 2 << 10, 0 },
		{ 1, false, true, true, X86_CR4_PKE, LONG_MODE, ~0U, ~0U, 0 },
		{ 1, false, true, true, X86_CR4_PKS, LONG_MODE, ~0U, ~(3U << 10), 0 },
	};
	size_t i;

	for (i = 0; i < ARRAY_SIZE(rows); i++) {
		struct guest_paging paging = {
			.cr0 = PG | (rows[i].wp ? X86_CR0_WP : 0), .cr4 = rows[i].cr4,
			.efer = rows[i].efer,
		};
		struct guest_mapping mapping = {
			.flags = rows[i].map, .levels = 2, .entry = { ~0ULL, 7 | 5ULL << 59 },
		};
		struct guest_access access = {
			.user = rows[i].user, .write = rows[i].write,
			.pkru = rows[i].pkru, .pkrs = rows[i].pkrs,
		};

		unit_row("row %zu", i);
		CHECK_EQ(guest_check_access(&paging, &mapping, &access), rows[i].fault);
	}
}

UNIT(error_codes_of_page_faults)
{
	const struct guest_access kernel_read = { 0 };
	const struct guest_access user_write = { .write = true, .user = true };

	CHECK_EQ(guest_fault(&kernel_read, -EFAULT), 0);
	CHECK_EQ(guest_fault(&kernel_read, -EINVAL), P | GUEST_FAULT_RESERVED);
	CHECK_EQ(guest_fault(&user_write, -EFAULT), WR | US);
	CHECK_EQ(guest_fault(&user_write, -EINVAL), P | WR | US | GUEST_FAULT_RESERVED);
}

#define A	0x20ULL
#define D	0x40ULL

UNIT(accessed_and_dirty_bits)
{
	struct guest_paging paging = long_mode(false);
	u64 gva = L4(1) | L3(2) | L2(3) | L1(4);
	struct guest_mapping mapping;

	set64(3, 4, page(8) | 7);
	CHECK_EQ(guest_walk(&paging, &memory, gva, &mapping), 0);
	CHECK_EQ(mapping.levels, 4);
	CHECK_EQ(mapping.entry_gpa[3], page(3) + 4 * 8);
	CHECK_EQ(guest_set_accessed(&paging, &memory, &mapping, false), 0);
	CHECK_EQ(get64(0, 1), page(1) | 7 | A);
	CHECK_EQ(get64(1, 2), page(2) | 7 | A);
	CHECK_EQ(get64(2, 3), page(3) | 7 | A);
	CHECK_EQ(get64(3, 4), page(8) | 7 | A);

	/* They have changed, and so the walk has to be repeated. */
	CHECK_EQ(guest_set_accessed(&paging, &memory, &mapping, true), -EAGAIN);
	CHECK_EQ(guest_walk(&paging, &memory, gva, &mapping), 0);
	CHECK_EQ(guest_set_accessed(&paging, &memory, &mapping, true), 0);
	CHECK_EQ(get64(2, 3), page(3) | 7 | A);
	CHECK_EQ(get64(3, 4), page(8) | 7 | A | D);

	/* Nothing to do: nothing is written, nor looked at. */
	CHECK_EQ(guest_walk(&paging, &memory, gva, &mapping), 0);
	maps = 0;
	CHECK_EQ(guest_set_accessed(&paging, &memory, &mapping, true), 0);
	CHECK_EQ(maps, 0);

	/* A page that is gone is not touched. */
	set64(3, 4, page(8) | 7);
	CHECK_EQ(guest_walk(&paging, &memory, gva, &mapping), 0);
	set64(3, 4, 0);
	CHECK_EQ(guest_set_accessed(&paging, &memory, &mapping, true), -EAGAIN);
	CHECK_EQ(get64(3, 4), 0);
}

UNIT(accessed_bits_of_large_pages_and_read_only_tables)
{
	struct guest_paging paging = long_mode(true);
	struct guest_mapping mapping;
	u64 gva = 5ULL << 48 | L4(1) | L3(3);

	CHECK_EQ(guest_walk(&paging, &memory, gva, &mapping), 0);
	CHECK_EQ(mapping.levels, 3);
	CHECK_EQ(guest_set_accessed(&paging, &memory, &mapping, true), 0);
	CHECK_EQ(get64(4, 5), page(0) | 7 | A);
	CHECK_EQ(get64(1, 3), 0x80000000ULL | 0x1087 | A | D);

	/* The table moves to where the guest may not write. */
	memcpy(ram[PAGES - 1], ram[1], 4096);
	set64(0, 1, page(PAGES - 1) | 7);
	CHECK_EQ(guest_walk(&paging, &memory, gva, &mapping), 0);
	CHECK_EQ(guest_set_accessed(&paging, &memory, &mapping, true), 0);
	set64(PAGES - 1, 3, 0x80000000ULL | 0x1087);
	CHECK_EQ(guest_walk(&paging, &memory, gva, &mapping), 0);
	CHECK_EQ(guest_set_accessed(&paging, &memory, &mapping, false), -EPERM);
}

/* Entries of four bytes: the neighbour stays as it is. */
UNIT(accessed_bits_of_32_bit_tables)
{
	struct guest_paging paging = {
		.cr0 = PG, .cr3 = page(0), .addr_bits = guest_addr_bits(39),
	};
	struct guest_mapping mapping;

	memset(ram, 0, sizeof(ram));
	set32(0, 3, page(1) | 7);
	set32(0, 4, 0x12345678);
	set32(1, 5, page(8) | 7);
	set32(1, 6, 0x87654321);
	CHECK_EQ(guest_walk(&paging, &memory, 0x00c05123, &mapping), 0);
	CHECK_EQ(mapping.levels, 2);
	CHECK_EQ(guest_set_accessed(&paging, &memory, &mapping, true), 0);
	CHECK_EQ(get64(0, 3 / 2) >> 32, page(1) | 7 | A);
	CHECK_EQ(get64(0, 4 / 2), 0x12345678);
	CHECK_EQ(get64(1, 5 / 2) >> 32, page(8) | 7 | A | D);
	CHECK_EQ(get64(1, 6 / 2), 0x87654321);
	CHECK_EQ(guest_set_accessed(&paging, &memory, &mapping, true), -EAGAIN);

	paging.cr0 = 0;
	CHECK_EQ(guest_walk(&paging, &memory, 0x00c05123, &mapping), 0);
	CHECK_EQ(mapping.levels, 0);
	CHECK_EQ(guest_set_accessed(&paging, &memory, &mapping, true), 0);
}
