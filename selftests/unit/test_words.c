// SPDX-License-Identifier: GPL-2.0-only
/* What users write into attributes: each is taken as a whole, or not at all. */
/* HOST: kernel */
/* BESIDE: reason.c */
/* SOURCES: ../driver/words.c */
#include "unit.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "../../driver/reason.h"
#include "../../driver/words.h"

static struct reason why;

static const struct word words[] = {
	{ "none", 0 }, { "read", 1 }, { "write", 2 }, { "read-all", 4 },
};

UNIT(lists_of_cpus)
{
	static const struct {
		const char *text;
		int err;
		u64 first_word;
	} rows[] = {
		{ "0", 0, 1 }, { "3\n", 0, 8 }, { "1,4-7\n", 0, 0xf2 }, { "7,1", 0, 0x82 },
		{ "2-2", 0, 4 }, { "0x3", 0, 8 }, { "0-511", 0, ~0ULL },
		{ "", -EINVAL }, { "\n", -EINVAL }, { "x", -EINVAL }, { "1-", -EINVAL },
		{ "3-1", -EINVAL }, { ",1", -EINVAL }, { "1,,2", -EINVAL }, { "1,", -EINVAL },
		{ "1 2", -EINVAL }, { "-1", -EINVAL }, { "1\n2", -EINVAL }, { "0x", -EINVAL },
		{ "512", -ERANGE }, { "0-512", -ERANGE }, { "5-99999999999999999", -ERANGE },
		{ "99999999999999999999999999999999", -EINVAL },
	};
	struct cpu_set cpus;
	size_t n;

	for (n = 0; n < ARRAY_SIZE(rows); n++) {
		cpus = cpu_set_of(9);
		if (!CHECK_EQ(jh_parse_cpus(rows[n].text, &cpus, &why), rows[n].err))
			printf("# of '%s'\n", rows[n].text);
		/* What is refused has changed nothing. */
		CHECK_EQ(cpus.words[0], rows[n].err ? 1 << 9 : rows[n].first_word);
	}
}

UNIT(ranges)
{
	u64 first, last;

	CHECK_EQ(jh_parse_range("0x3f8-0x3ff\n", &first, &last, &why), 0);
	CHECK_EQ(first, 0x3f8);
	CHECK_EQ(last, 0x3ff);
	CHECK_EQ(jh_parse_range("16", &first, &last, &why), 0);
	CHECK_EQ(first, 16);
	CHECK_EQ(last, 16);
	CHECK_EQ(jh_parse_range("2-1", &first, &last, &why), -EINVAL);
	CHECK_EQ(jh_parse_range("1-2-3", &first, &last, &why), -EINVAL);
	CHECK_EQ(jh_parse_range("1-2 ", &first, &last, &why), -EINVAL);
	CHECK_EQ(jh_parse_range("1-", &first, &last, &why), -EINVAL);
	CHECK_EQ(jh_parse_range("", &first, &last, &why), -EINVAL);
	CHECK_EQ(jh_parse_range("0x10000000000000000", &first, &last, &why), -ERANGE);
}

UNIT(several_words)
{
	u64 bits = 9;

	CHECK_EQ(jh_parse_words("nothing", words, ARRAY_SIZE(words), &bits, &why), -EINVAL);
	CHECK(strstr(why.text, "'nothing'"));
	CHECK(strstr(why.text, "there are: none read write read-all"));
	CHECK_EQ(jh_parse_words("read write read", words, ARRAY_SIZE(words), &bits, &why), -EINVAL);
	CHECK(strstr(why.text, "twice"));
	CHECK_EQ(jh_parse_words("rea", words, ARRAY_SIZE(words), &bits, &why), -EINVAL);
	CHECK_EQ(bits, 9);
	CHECK_EQ(jh_parse_words(" write  read-all\n", words, ARRAY_SIZE(words), &bits, &why), 0);
	CHECK_EQ(bits, 6);
	CHECK_EQ(jh_parse_words("\n", words, ARRAY_SIZE(words), &bits, &why), 0);
	CHECK_EQ(bits, 0);
}

UNIT(one_word)
{
	u64 value = 9;

	CHECK_EQ(jh_parse_word("read write", words, ARRAY_SIZE(words), &value, &why), -EINVAL);
	CHECK_EQ(jh_parse_word("", words, ARRAY_SIZE(words), &value, &why), -EINVAL);
	CHECK_EQ(jh_parse_word("read\n\n", words, ARRAY_SIZE(words), &value, &why), -EINVAL);
	CHECK_EQ(value, 9);
	CHECK_EQ(jh_parse_word("none\n", words, ARRAY_SIZE(words), &value, &why), 0);
	CHECK_EQ(value, 0);
	CHECK(!strcmp(jh_word_of(words, ARRAY_SIZE(words), 2), "write"));
	CHECK(!strcmp(jh_word_of(words, ARRAY_SIZE(words), 0), "none"));
}

UNIT(words_are_printed)
{
	char buffer[32];

	CHECK_EQ(jh_print_words(buffer, sizeof(buffer), words, ARRAY_SIZE(words), 5), 13);
	CHECK(!strcmp(buffer, "read read-all"));
	CHECK_EQ(jh_print_words(buffer, sizeof(buffer), words, ARRAY_SIZE(words), 0), 0);
	CHECK(!strcmp(buffer, ""));
	/* No further than the buffer goes. */
	CHECK_EQ(jh_print_words(buffer, 8, words, ARRAY_SIZE(words), 7), 7);
	CHECK(!strcmp(buffer, "read wr"));
}

UNIT(pins)
{
	u32 chip, pin;

	CHECK_EQ(jh_parse_pin("ioapic2:0x17\n", &chip, &pin, &why), 0);
	CHECK_EQ(chip, 2);
	CHECK_EQ(pin, 0x17);
	CHECK_EQ(jh_parse_pin("24", &chip, &pin, &why), 0);
	CHECK_EQ(chip, ~0U);
	CHECK_EQ(pin, 24);
	CHECK_EQ(jh_parse_pin("ioapic:4", &chip, &pin, &why), -EINVAL);
	CHECK_EQ(jh_parse_pin("ioapic0", &chip, &pin, &why), -EINVAL);
	CHECK_EQ(jh_parse_pin("ioapic0:", &chip, &pin, &why), -EINVAL);
	CHECK_EQ(jh_parse_pin("ioapic0:4,5", &chip, &pin, &why), -EINVAL);
	/* This number would mean that there is no chip. */
	CHECK_EQ(jh_parse_pin("ioapic4294967295:4", &chip, &pin, &why), -EINVAL);
	CHECK_EQ(jh_parse_pin("4294967296", &chip, &pin, &why), -EINVAL);
	CHECK_EQ(jh_parse_pin("", &chip, &pin, &why), -EINVAL);
}

UNIT(functions)
{
	static const char *const bad[] = {
		"03:00.0", "0000:03:00", "0000:03:20.0", "0000:03:00.8", "0000:3:00.0",
		"0000:03:00.0 ", "00000:03:00.0", "0000:0A:00.0", "", "x",
	};
	u16 domain, bdf;
	size_t n;

	CHECK_EQ(jh_parse_function("0001:0a:1f.7", &domain, &bdf, &why), 0);
	CHECK_EQ(domain, 1);
	CHECK_EQ(bdf, 0xaff);
	for (n = 0; n < ARRAY_SIZE(bad); n++)
		if (!CHECK_EQ(jh_parse_function(bad[n], &domain, &bdf, &why), -EINVAL))
			printf("# of '%s'\n", bad[n]);
}

UNIT(ethernet_addresses)
{
	static const char *const bad[] = {
		"", "\n", "x", "02:00:00:00:00", "02:00:00:00:00:", "02:00:00:00:00:0",
		"02:00:00:00:00:01:02", "02:00:00:00:00:0g", "02-00-00-00-00-01", "020000000001",
		" 02:00:00:00:00:01", "02:00:00:00:00:01 ", "0x2:00:00:00:00:1", "02:00::00:00:01",
		"01:00:5e:00:00:01", "ff:ff:ff:ff:ff:ff", "03:00:00:00:00:00", "00:00:00:00:00:00",
		"\x10\x12:00:00:00:00:01", "02:00:00:00:00:0\x11",
	};
	u8 mac[6] = { 9, 9, 9, 9, 9, 9 };
	size_t n;

	for (n = 0; n < ARRAY_SIZE(bad); n++) {
		if (!CHECK_EQ(jh_parse_mac(bad[n], mac, &why), -EINVAL))
			printf("# of '%s'\n", bad[n]);
		CHECK(!memcmp(mac, "\t\t\t\t\t\t", 6));
	}
	CHECK_EQ(jh_parse_mac("02:0a:B0:ff:00:01\n", mac, &why), 0);
	CHECK(!memcmp(mac, "\2\12\260\377\0\1", 6));
	CHECK_EQ(jh_parse_mac("00:00:00:00:00:01", mac, &why), 0);
}
