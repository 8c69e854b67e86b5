// SPDX-License-Identifier: GPL-2.0-only
/* SOURCES: core/format.c */
/* The C library is the judge. */
#include <limits.h>
#include <stdio.h>
#include <string.h>
#include "unit.h"
#include "format.h"

/* Not known to be printf to the compiler, which has opinions on some of the rows. */
static int ours(char *buf, size_t size, const char *fmt, ...)
{
	va_list ap;
	int length;

	va_start(ap, fmt);
	length = fmt_vsnprintf(buf, size, fmt, ap);
	va_end(ap);
	return length;
}

static int libc(char *buf, size_t size, const char *fmt, ...)
{
	va_list ap;
	int length;

	va_start(ap, fmt);
	length = vsnprintf(buf, size, fmt, ap);
	va_end(ap);
	return length;
}

/* Rows are formats; the arguments cannot be rows, so there is a list for each type. */
#define SAME(fmt, ...)							\
	do {								\
		char got[256], want[256];				\
		int got_length, want_length;				\
									\
		unit_row("format \"%s\"", fmt);				\
		want_length = libc(want, sizeof(want), fmt, __VA_ARGS__); \
		got_length = ours(got, sizeof(got), fmt, __VA_ARGS__); \
		CHECK_STR(got, want);					\
		CHECK_EQ(got_length, want_length);			\
	} while (0)

UNIT(int_as_libc)
{
	static const char *const formats[] = {
		"%d", "%i", "%u", "%x", "%X", "%#x", "%#X", "%5d|", "%-5d|", "%05d|",
		"%15d|", "%-15d|", "%015d|", "%0-15d|", "%-015x|", "%#15x|", "%#015x|",
		"%-#15x|", "%#015X|", "%1u|", "%020u|", "a%db", "%d%%",
	};
	static const int values[] = {
		0, 1, -1, 9, 10, 42, 12345, -12345, 0xff, 0x7abcdef0, INT_MAX, INT_MIN,
	};
	size_t f, v;

	for (f = 0; f < ARRAY_SIZE(formats); f++)
		for (v = 0; v < ARRAY_SIZE(values); v++)
			SAME(formats[f], values[v]);
}

UNIT(long_long_as_libc)
{
	static const char *const formats[] = {
		"%lld", "%lli", "%llu", "%llx", "%llX", "%#llx", "%ld", "%li", "%lu", "%lx",
		"%#lX", "%zu", "%zd", "%zx", "%30lld|", "%-30lld|", "%030lld|", "%#018llx|",
		"%018llx|", "%016llX",
	};
	static const long long values[] = {
		0, 1, -1, 0x3a000000, 0x123456789abcdef, LLONG_MAX, LLONG_MIN,
	};
	size_t f, v;

	for (f = 0; f < ARRAY_SIZE(formats); f++)
		for (v = 0; v < ARRAY_SIZE(values); v++)
			SAME(formats[f], values[v]);
}

UNIT(strings_and_characters_as_libc)
{
	static const char *const formats[] = {
		"%s", "%10s|", "%-10s|", "%.3s|", "%10.3s|", "%-10.3s|", "%.0s|", "%.s|",
		"%.100s|", "[%s]",
	};
	static const char *const values[] = { "", "a", "abc", "apic-demo", "%d" };
	size_t f, v;

	for (f = 0; f < ARRAY_SIZE(formats); f++)
		for (v = 0; v < ARRAY_SIZE(values); v++)
			SAME(formats[f], values[v]);
	SAME("%c|", 'x');
	SAME("%5c|", 'x');
	SAME("%-5c|", 'x');
}

UNIT(precision_keeps_off_what_is_behind)
{
	const char not_terminated[3] = { 'J', 'H', 'C' };
	char got[16];

	CHECK_EQ(ours(got, sizeof(got), "%.3s", not_terminated), 3);
	CHECK_STR(got, "JHC");
	CHECK_EQ(ours(got, sizeof(got), "%.*s", 2, not_terminated), 2);
	CHECK_STR(got, "JH");
}

UNIT(several_arguments_as_libc)
{
	SAME("%s %d %llx %c %%", "memory region", 1, 0x3c100000ULL, 'z');
	SAME("%*d|%-*d|%.*s", 6, 42, 6, 42, 2, "abc");
	SAME("%u %llu %u %llu %u %llu %u %llu", 1, 2ULL, 3, 4ULL, 5, 6ULL, 7, 8ULL);
	SAME("%s%s%s%s%s%s%s%s", "a", "b", "c", "d", "e", "f", "g", "h");
	SAME("%p %p", (void *)1, (void *)0xffff800000001234);
	SAME("%20p|%-20p|", (void *)0x1234, (void *)0x1234);
}

UNIT(differences_from_libc)
{
	char got[64];
	int length;

	ours(got, sizeof(got), "%p", NULL);
	CHECK_STR(got, "0x0");
	ours(got, sizeof(got), "%s", (const char *)NULL);
	CHECK_STR(got, "(null)");
	ours(got, sizeof(got), "%*d|", -5, 1);
	CHECK_STR(got, "1|");

	/* Unknown: as it stands, and the arguments go to the others. */
	ours(got, sizeof(got), "%q %d %-5y", 7);
	CHECK_STR(got, "%q 7 %-5y");
	ours(got, sizeof(got), "%d%", 7);
	CHECK_STR(got, "7%");
	ours(got, sizeof(got), "%llld", 7LL);
	CHECK_STR(got, "%llld");

	/* Widths end somewhere, and are counted though the buffer is smaller. */
	length = ours(got, sizeof(got), "%99999999999999999999d", 7);
	CHECK(length > 63 && length < 1000000);
	CHECK_EQ(strlen(got), 63);
}

UNIT(text_is_cut_at_every_length)
{
	char got[32], want[32];
	size_t size;

	for (size = 0; size < sizeof(got); size++) {
		unit_row("size %zu", size);
		memset(got, '~', sizeof(got));
		memset(want, '~', sizeof(want));
		CHECK_EQ(ours(got, size, "%s-%08x-%-6d|", "abc", 0x1234, -5),
			 libc(want, size, "%s-%08x-%-6d|", "abc", 0x1234, -5));
		CHECK(!memcmp(got, want, sizeof(got)));
	}
	CHECK_EQ(fmt_snprintf(NULL, 0, "%d", 12345), 5);
}
