// SPDX-License-Identifier: GPL-2.0-only
/* SOURCES: x86/guest_walk.c */
#include "unit.h"

#include <string.h>

#include "guest_walk.h"
#include "registers.h"

/* Guest memory: 16 pages, the rest is not the guest's. */
#define BASE	0x100000ULL
#define PAGES	16

static u8 ram[PAGES][4096] __aligned(4096);
/* Some tests have it elsewhere. */
static u64 ram_base = BASE;
static unsigned int maps;

static const void *map(void *ctx, u64 gpa)
{
	CHECK(ctx == ram);
	CHECK_EQ(gpa & 0xfff, 0);
	maps++;
	if (gpa < ram_base || gpa - ram_base >= sizeof(ram))
		return NULL;
	return ram[(gpa - ram_base) / 4096];
}

/* The last page is read-only. */
static void *map_write(void *ctx, u64 gpa)
{
	return gpa == ram_base + (PAGES - 1) * 4096ULL ? NULL : (void *)map(ctx, gpa);
}

static const struct guest_memory memory = { map, map_write, ram };

static u64 page(unsigned int n)
{
	return ram_base + n * 4096ULL;
}

static void set64(unsigned int n, unsigned int index, u64 entry)
{
	memcpy(&ram[n][index * 8], &entry, 8);
}

static void set32(unsigned int n, unsigned int index, u64 entry)
{
	u32 low = (u32)entry;

	memcpy(&ram[n][index * 4], &low, 4);
}

#define PG		(X86_CR0_PG | X86_CR0_PE)
#define LONG_MODE	(X86_EFER_LMA | X86_EFER_NXE)
#define NX		BIT_ULL(63)
#define RWX		(GUEST_MAP_WRITE | GUEST_MAP_USER | GUEST_MAP_EXECUTE)

/*
 * Indices 1, 2, 3, 4 (and 5) of pages 0, 1, 2, 3 lead to page 8; neighbours of them are
 * large pages.
 */
static struct guest_paging long_mode(bool la57)
{
	struct guest_paging paging = {
		.cr0 = PG, .cr3 = page(0) | 0x1f, .cr4 = X86_CR4_PAE, .efer = LONG_MODE,
		.addr_bits = guest_addr_bits(40),
	};

	memset(ram, 0, sizeof(ram));
	set64(0, 1, page(1) | 7);
	set64(1, 2, page(2) | 7);
	set64(1, 3, 0x80000000ULL | 0x1087);	/* 1G; bit 12 is the PAT bit */
	set64(2, 3, page(3) | 7);
	set64(2, 4, 0x40200000ULL | 0x1087);	/* 2M */
	set64(3, 4, page(8) | 0xe7);
	if (la57) {
		paging.cr4 |= X86_CR4_LA57;
		paging.cr3 = page(4) | 0x1f;
		set64(4, 5, page(0) | 7);
	}
	return paging;
}

#define L4(n)	((u64)(n) << 39)
#define L3(n)	((u64)(n) << 30)
#define L2(n)	((u64)(n) << 21)
#define L1(n)	((u64)(n) << 12)

UNIT(no_paging)
{
	struct guest_paging paging = {
		.cr0 = X86_CR0_PE, .cr4 = ~0ULL, .addr_bits = guest_addr_bits(40),
	};
	struct guest_mapping mapping;

	CHECK_EQ(guest_walk(&paging, &memory, 0x12345678, &mapping), 0);
	CHECK_EQ(mapping.gpa, 0x12345678);
	CHECK_EQ(mapping.span, 4096);
	CHECK_EQ(mapping.flags, RWX);
	CHECK_EQ(guest_walk(&paging, &memory, 0xfffffff012345678ULL, &mapping), 0);
	CHECK_EQ(mapping.gpa, 0x12345678);
}

struct row {
	u64 gva;
	int err;
	u64 gpa;
	u64 span;
};

static void check_rows(const struct guest_paging *paging, const struct row *rows, size_t n)
{
	size_t i;

	for (i = 0; i < n; i++) {
		struct guest_mapping mapping;

		unit_row("row %zu gva %#llx", i, rows[i].gva);
		maps = 0;
		if (!CHECK_EQ(guest_walk(paging, &memory, rows[i].gva, &mapping), rows[i].err) ||
		    rows[i].err)
			continue;
		CHECK_EQ(mapping.gpa, rows[i].gpa);
		CHECK_EQ(mapping.span, rows[i].span);
		CHECK(maps <= 5);
	}
}

UNIT(four_levels)
{
	static const struct row rows[] = {
		{ L4(1) | L3(2) | L2(3) | L1(4) | 0x567, 0, BASE + 0x8567, 0x1000 },
		{ L4(1) | L3(2) | L2(4) | 0x123456, 0, 0x40323456, 0x200000 },
		{ L4(1) | L3(3) | 0x3abcdef0, 0, 0xbabcdef0, 0x40000000 },
		{ L4(0), -EFAULT, 0, 0 },
		{ L4(1) | L3(1), -EFAULT, 0, 0 },
		{ L4(1) | L3(2) | L2(2), -EFAULT, 0, 0 },
		{ L4(1) | L3(2) | L2(3) | L1(5), -EFAULT, 0, 0 },
		{ 0x0000800000000000, -ERANGE, 0, 0 },
		{ 0xffff7fffffffffff, -ERANGE, 0, 0 },
		{ 0xffff800000000000, -EFAULT, 0, 0 },
		{ 0xffffffffffffffff, -EFAULT, 0, 0 },
		{ 1ULL << 56 | L4(1) | L3(3), -ERANGE, 0, 0 },
	};
	struct guest_paging paging = long_mode(false);

	check_rows(&paging, rows, ARRAY_SIZE(rows));
	/* PCID and LAM bits of CR3 are no part of the address. */
	paging.cr3 |= 3ULL << 61 | 0xfff;
	check_rows(&paging, rows, ARRAY_SIZE(rows));
}

UNIT(five_levels)
{
	static const struct row rows[] = {
		{ 5ULL << 48 | L4(1) | L3(2) | L2(3) | L1(4) | 1, 0, BASE + 0x8001, 0x1000 },
		{ 5ULL << 48 | L4(1) | L3(3) | 5, 0, 0x80000005, 0x40000000 },
		{ 4ULL << 48, -EFAULT, 0, 0 },
		{ 0x00ffffffffffffff, -EFAULT, 0, 0 },
		{ 0x0100000000000000, -ERANGE, 0, 0 },
		{ 0xff00000000000000, -EFAULT, 0, 0 },
		{ 0xfeffffffffffffff, -ERANGE, 0, 0 },
	};
	struct guest_paging paging = long_mode(true);

	check_rows(&paging, rows, ARRAY_SIZE(rows));
}

UNIT(reserved_bits_of_long_mode)
{
	static const struct {
		unsigned int page, index;
		u64 set;
		int err;
	} rows[] = {
		{ 0, 1, 1ULL << 7, -EINVAL },		/* PS in the top level */
		{ 4, 5, 1ULL << 7, -EINVAL },
		{ 0, 1, 1ULL << 40, -EINVAL },
		{ 1, 2, 1ULL << 51, -EINVAL },
		{ 2, 3, 1ULL << 40, -EINVAL },
		{ 3, 4, 1ULL << 45, -EINVAL },
		{ 3, 4, 0x7ffULL << 52, 0 },		/* ignored, protection key */
		{ 3, 4, 1ULL << 7, 0 },			/* PAT of a small page */
	};
	struct guest_mapping mapping;
	size_t i;

	for (i = 0; i < ARRAY_SIZE(rows); i++) {
		struct guest_paging paging = long_mode(true);
		u64 entry;

		unit_row("row %zu", i);
		memcpy(&entry, &ram[rows[i].page][rows[i].index * 8], 8);
		set64(rows[i].page, rows[i].index, entry | rows[i].set);
		CHECK_EQ(guest_walk(&paging, &memory,
				    5ULL << 48 | L4(1) | L3(2) | L2(3) | L1(4), &mapping),
			 rows[i].err);
	}
}

UNIT(no_page_is_larger_than_1g)
{
	struct guest_paging paging = long_mode(true);
	struct guest_mapping mapping;

	set64(0, 1, 0x87);
	CHECK_EQ(guest_walk(&paging, &memory, 5ULL << 48 | L4(1), &mapping), -EINVAL);
	set64(4, 5, 0x87);
	CHECK_EQ(guest_walk(&paging, &memory, 5ULL << 48 | L4(1), &mapping), -EINVAL);
}

UNIT(reserved_bits_of_large_pages)
{
	struct guest_paging paging = long_mode(false);
	struct guest_mapping mapping;
	unsigned int bit;

	for (bit = 13; bit < 30; bit++) {
		unit_row("bit %u", bit);
		set64(1, 3, 0x1087 | 1ULL << bit);
		CHECK_EQ(guest_walk(&paging, &memory, L4(1) | L3(3), &mapping), -EINVAL);
		set64(2, 4, 0x1087 | 1ULL << bit);
		CHECK_EQ(guest_walk(&paging, &memory, L4(1) | L3(2) | L2(4), &mapping),
			 bit < 21 ? -EINVAL : 0);
	}
}

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

static u64 get64(unsigned int n, unsigned int index)
{
	u64 entry;

	memcpy(&entry, &ram[n][index * 8], 8);
	return entry;
}

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

UNIT(pae)
{
	static const struct row rows[] = {
		{ 0x40000000 | L2(3) | L1(4) | 0x21, 0, BASE + 0x8021, 0x1000 },
		{ 0xf00000000ULL | 0x40000000 | L2(3) | L1(4) | 0x21, 0, BASE + 0x8021, 0x1000 },
		{ 0x40000000 | L2(4) | 0x1fffff, 0, 0x403fffff, 0x200000 },
		{ 0x40000000 | L2(5), -EINVAL, 0, 0 },	/* bit 52, ignored in long mode */
		{ 0x40000000 | L2(6), -EINVAL, 0, 0 },
		{ 0, -EFAULT, 0, 0 },
		{ 0x80000000, -EINVAL, 0, 0 },
		{ 0xc0000000, -EINVAL, 0, 0 },
	};
	struct guest_paging paging = long_mode(false);

	paging.efer = X86_EFER_NXE;
	paging.cr3 = 0x12345000;	/* not looked at: the CPU holds the entries */
	paging.pdpte[1] = page(2) | 1;
	paging.pdpte[2] = page(2) | 3;
	paging.pdpte[3] = page(2) | 1 | 1ULL << 40;
	set64(2, 5, page(3) | 7 | 1ULL << 52);
	set64(2, 6, page(3) | 7 | 1ULL << 62);
	check_rows(&paging, rows, ARRAY_SIZE(rows));
	paging.pdpte[1] |= NX;
	CHECK_EQ(guest_walk(&paging, &memory, 0x40000000 | L2(3) | L1(4),
			    &(struct guest_mapping){}), -EINVAL);
}

UNIT(thirty_two_bit)
{
	static const struct row rows[] = {
		{ 0x00c05123, 0, BASE + 0x8123, 0x1000 },
		{ 0x7700c05123, 0, BASE + 0x8123, 0x1000 },
		{ 0x01012345, 0, 0x5500412345, 0x400000 },
		{ 0x01412345, -EINVAL, 0, 0 },	/* bit 21 */
		{ 0x01812345, -EINVAL, 0, 0 },	/* address beyond 39 bits */
		{ 0x00c06000, -EFAULT, 0, 0 },
		{ 0xfffff000, -EFAULT, 0, 0 },
	};
	struct guest_paging paging = {
		.cr0 = PG, .cr3 = page(0) | 0x18, .cr4 = X86_CR4_PSE,
		.addr_bits = guest_addr_bits(39),
	};
	struct guest_mapping mapping;

	memset(ram, 0, sizeof(ram));
	set32(0, 3, page(1) | 7);
	set32(0, 4, 0x00400087 | 0x55 << 13);
	set32(0, 5, 0x00600087);
	set32(0, 6, 0x00400087 | 0x80 << 13);
	set32(0, 7, page(1) | 3);
	set32(1, 5, page(8) | 5);
	check_rows(&paging, rows, ARRAY_SIZE(rows));
	CHECK_EQ(guest_walk(&paging, &memory, 0x01c05123, &mapping), 0);
	CHECK_EQ(mapping.flags, GUEST_MAP_EXECUTE);
	CHECK_EQ(guest_walk(&paging, &memory, 0x00c05123, &mapping), 0);
	CHECK_EQ(mapping.flags, GUEST_MAP_USER | GUEST_MAP_EXECUTE);
	/* Without CR4.PSE bit 7 has no meaning: a table far away. */
	paging.cr4 = 0;
	CHECK_EQ(guest_walk(&paging, &memory, 0x01012345, &mapping), -EPERM);
}

/* Each bit that an entry can have in an address leads to where it says. */
UNIT(tables_anywhere)
{
	struct guest_mapping mapping;
	unsigned int bit;

	for (bit = 21; bit < 40; bit++) {
		struct guest_paging paging;

		unit_row("bit %u", bit);
		ram_base = BASE | BIT_ULL(bit);
		paging = long_mode(false);
		CHECK_EQ(guest_walk(&paging, &memory, L4(1) | L3(2) | L2(3) | L1(4) | 9,
				    &mapping), 0);
		CHECK_EQ(mapping.gpa, page(8) | 9);
		CHECK_EQ(mapping.entry_gpa[0], page(0) + 8);
		CHECK_EQ(mapping.entry_gpa[3], page(3) + 4 * 8);

		paging.efer = X86_EFER_NXE;
		paging.cr3 = 0;
		paging.pdpte[1] = page(2) | 1;
		CHECK_EQ(guest_walk(&paging, &memory, 0x40000000 | L2(3) | L1(4) | 9, &mapping),
			 0);
		CHECK_EQ(mapping.gpa, page(8) | 9);
		CHECK_EQ(mapping.levels, 2);

		if (bit >= 32)
			continue;
		memset(ram, 0, sizeof(ram));
		paging = (struct guest_paging){
			.cr0 = PG, .cr3 = page(0), .addr_bits = guest_addr_bits(40),
		};
		set32(0, 3, page(1) | 7);
		set32(1, 5, page(8) | 7);
		CHECK_EQ(guest_walk(&paging, &memory, 0x00c05123, &mapping), 0);
		CHECK_EQ(mapping.gpa, page(8) | 0x123);
		CHECK_EQ(mapping.entry_gpa[0], page(0) + 3 * 4);
		CHECK_EQ(mapping.entry_gpa[1], page(1) + 5 * 4);
	}
	ram_base = BASE;
}

UNIT(tables_outside_the_guests_memory)
{
	struct guest_paging paging = long_mode(false);
	u64 gva = L4(1) | L3(2) | L2(3) | L1(4);
	unsigned int level;
	u8 byte;

	for (level = 0; level < 3; level++) {
		unit_row("level %u", level);
		long_mode(false);
		set64(level, level + 1, 0x3000 | 7);
		CHECK_EQ(guest_walk(&paging, &memory, gva, &(struct guest_mapping){}), -EPERM);
	}
	long_mode(false);
	/* The page itself is for stage 2 to decide: the walk does not touch it. */
	set64(3, 4, 0x3000 | 7);
	CHECK_EQ(guest_walk(&paging, &memory, gva, &(struct guest_mapping){}), 0);
	CHECK_EQ(guest_read(&paging, &memory, gva, &byte, 1), -EPERM);
	paging.cr3 = ~0ULL;
	CHECK_EQ(guest_walk(&paging, &memory, gva, &(struct guest_mapping){}), -EPERM);
}

UNIT(a_table_that_is_its_own_entry_ends)
{
	struct guest_paging paging = long_mode(false);
	struct guest_mapping mapping;

	set64(0, 0, page(0) | 7);
	maps = 0;
	CHECK_EQ(guest_walk(&paging, &memory, 0x123, &mapping), 0);
	CHECK_EQ(mapping.gpa, page(0) | 0x123);
	CHECK_EQ(maps, 4);
}

UNIT(reading_across_pages)
{
	struct guest_paging paging = long_mode(false);
	u64 gva = L4(1) | L3(2) | L2(3) | L1(4);
	u8 buf[20];
	int i;

	/* Two linear pages, page 8 and page 6. */
	for (i = 0; i < 15; i++)
		ram[i < 5 ? 8 : 6][i < 5 ? 4091 + i : i - 5] = (u8)(i + 1);
	set64(3, 5, page(6) | 5);
	memset(buf, 0, sizeof(buf));
	CHECK_EQ(guest_read(&paging, &memory, gva + 4091, buf, 15), 15);
	for (i = 0; i < 15; i++)
		CHECK_EQ(buf[i], i + 1);
	CHECK_EQ(buf[15], 0);
	/* What is before an absent page is delivered. */
	set64(3, 5, 0);
	CHECK_EQ(guest_read(&paging, &memory, gva + 4091, buf, 15), 5);
	set64(3, 5, 0x3000 | 5);
	CHECK_EQ(guest_read(&paging, &memory, gva + 4091, buf, 15), 5);
	CHECK_EQ(guest_read(&paging, &memory, gva + 4096, buf, 15), -EPERM);
	CHECK_EQ(guest_read(&paging, &memory, gva - 4096, buf, 15), -EFAULT);
	CHECK_EQ(guest_read(&paging, &memory, gva + 4091, buf, 5), 5);
	CHECK_EQ(guest_read(&paging, &memory, gva, buf, 0), 0);
}
