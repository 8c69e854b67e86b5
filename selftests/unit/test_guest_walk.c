// SPDX-License-Identifier: GPL-2.0-only
/* BESIDE: guest_tables.c */
/* Where a guest's page tables lead to, in each mode of paging. */
#include <string.h>
#include "guest_tables.h"

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

UNIT(tags_of_pointers)
{
	const u64 none = 0, u48 = 1ULL << 62, u57 = 1ULL << 61, both = u48 | u57;
	const u64 sup = 1ULL << 28, la57 = 1ULL << 12;
	const struct {
		u64 cr3, cr4, gva, means;
	} rows[] = {
		/* Switched off, or on for the other half of addresses. */
		{ none, none, 0x7edcba9876543210, 0x7edcba9876543210 },
		{ none, none, 0x8123a98765432100, 0x8123a98765432100 },
		{ none, sup, 0x7edc3a9876543210, 0x7edc3a9876543210 },
		{ both, la57, 0x8123a98765432100, 0x8123a98765432100 },
		/* Bits 62 to 48 as bit 47, or 62 to 57 as bit 56. */
		{ u48, none, 0x7edc3a9876543210, 0x00003a9876543210 },
		{ u57, none, 0x7edc3a9876543210, 0x00dc3a9876543210 },
		{ both, la57, 0x7edc3a9876543210, 0x00dc3a9876543210 },
		{ u48, la57, 0x7edc3a9876543210, 0x00003a9876543210 },
		{ none, sup, 0x8123a98765432100, 0xffffa98765432100 },
		{ u48, sup | la57, 0x8123a98765432100, 0xff23a98765432100 },
		/* What is not canonical stays so: that bit is not as bit 63. */
		{ u48, none, 0x0000ba9876543210, 0x7fffba9876543210 },
		{ u57, none, 0x01003a9876543210, 0x7f003a9876543210 },
		{ none, sup, 0x8123698765432100, 0x8000698765432100 },
		{ none, sup | la57, 0x8023a98765432100, 0x8023a98765432100 },
		/* Without a tag. */
		{ both, sup, 0x00003a9876543210, 0x00003a9876543210 },
		{ both, sup, 0xffffa98765432100, 0xffffa98765432100 },
	};
	size_t i;

	for (i = 0; i < ARRAY_SIZE(rows); i++) {
		struct guest_paging paging = { .cr3 = 0x1000 | rows[i].cr3, .cr4 = rows[i].cr4 };

		unit_row("row %zu", i);
		CHECK_EQ(guest_untag(&paging, rows[i].gva), rows[i].means);
	}
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
		.cr0 = PG, .cr3 = page(0) | 0xffffffff00000018, .cr4 = X86_CR4_PSE,
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
