// SPDX-License-Identifier: GPL-2.0-only
/* core/string.c, compiled in here under other names than the C library's. */
#include "unit.h"

#define memcpy	hv_memcpy
#define memmove	hv_memmove
#define memset	hv_memset
#define memcmp	hv_memcmp
#define strlen	hv_strlen
#define strnlen	hv_strnlen
#define strcmp	hv_strcmp
#define strncmp	hv_strncmp
#include "../../hypervisor/core/string.c"

static int sign(int value)
{
	return (value > 0) - (value < 0);
}

UNIT(memcpy_copies_n_bytes_only)
{
	char to[8] = "-------";

	CHECK(memcpy(to + 1, "abcdef", 3) == to + 1);
	CHECK_STR(to, "-abc---");
	memcpy(to, "xyz", 0);
	CHECK_STR(to, "-abc---");
}

UNIT(memmove_survives_every_overlap)
{
	static const struct {
		int to, from;
		size_t n;
		const char *want;
	} rows[] = {
		{ 2, 0, 5, "0101234789" },
		{ 0, 2, 5, "2345656789" },
		{ 3, 3, 4, "0123456789" },
		{ 5, 0, 5, "0123401234" },
		{ 0, 5, 5, "5678956789" },
		{ 0, 9, 1, "9123456789" },
		{ 1, 0, 9, "0012345678" },
		{ 4, 2, 0, "0123456789" },
	};
	char area[11];
	size_t i;

	for (i = 0; i < ARRAY_SIZE(rows); i++) {
		unit_row("to %d from %d n %zu", rows[i].to, rows[i].from, rows[i].n);
		memcpy(area, "0123456789", 11);
		CHECK(memmove(area + rows[i].to, area + rows[i].from, rows[i].n) ==
		      area + rows[i].to);
		CHECK_STR(area, rows[i].want);
	}
}

UNIT(memset_converts_its_value)
{
	unsigned char area[4] = { 1, 2, 3, 4 };

	CHECK(memset(area + 1, 0x1ff, 2) == area + 1);
	CHECK_EQ(area[0], 1);
	CHECK_EQ(area[1], 0xff);
	CHECK_EQ(area[2], 0xff);
	CHECK_EQ(area[3], 4);
}

UNIT(memset_of_every_length_and_alignment)
{
	unsigned char area[48];
	unsigned int start, length, n;

	for (start = 1; start < 10; start++) {
		for (length = 0; length < 36; length++) {
			unit_row("%u bytes at %u", length, start);
			for (n = 0; n < sizeof(area); n++)
				area[n] = (unsigned char)n;
			memset(area + start, 0xa5, length);
			for (n = 0; n < sizeof(area); n++)
				if (!CHECK_EQ(area[n], n - start < length ? 0xa5 : n))
					return;
		}
	}
}

UNIT(memcmp_compares_unsigned)
{
	CHECK_EQ(sign(memcmp("abc", "abc", 3)), 0);
	CHECK_EQ(sign(memcmp("abc", "abd", 2)), 0);
	CHECK_EQ(sign(memcmp("abc", "abd", 3)), -1);
	CHECK_EQ(sign(memcmp("\xff", "\x01", 1)), 1);
	CHECK_EQ(sign(memcmp("a", "b", 0)), 0);
}

UNIT(lengths)
{
	char unterminated[3] = { 'a', 'b', 'c' };

	CHECK_EQ(strlen(""), 0);
	CHECK_EQ(strlen("abc"), 3);
	CHECK_EQ(strnlen("abc", 4), 3);
	CHECK_EQ(strnlen("abc", 2), 2);
	CHECK_EQ(strnlen(unterminated, sizeof(unterminated)), 3);
}

UNIT(string_order)
{
	static const struct {
		const char *a, *b;
		int all, two;
	} rows[] = {
		{ "", "", 0, 0 },
		{ "abc", "abc", 0, 0 },
		{ "abc", "abd", -1, 0 },
		{ "abc", "ab", 1, 0 },
		{ "a", "ab", -1, -1 },
		{ "\xff", "a", 1, 1 },
	};
	size_t i;

	for (i = 0; i < ARRAY_SIZE(rows); i++) {
		unit_row("%s %s", rows[i].a, rows[i].b);
		CHECK_EQ(sign(strcmp(rows[i].a, rows[i].b)), rows[i].all);
		CHECK_EQ(sign(strncmp(rows[i].a, rows[i].b, 2)), rows[i].two);
		CHECK_EQ(sign(strncmp(rows[i].a, rows[i].b, 0)), 0);
	}
}
