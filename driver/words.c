// SPDX-License-Identifier: GPL-2.0-only
/*
 * What users write, beside plain numbers: lists of CPUs, ranges, words. Asks nobody, and runs on
 * the host, too.
 */
#include "words.h"
#include "reason.h"

#include <linux/errno.h>
#include <linux/kernel.h>
#include <linux/kstrtox.h>
#include <linux/string.h>

/* More than any attribute takes in earnest. */
#define LINE_SIZE	256

/* Takes one number from the text, decimal or hexadecimal; says where it ends. */
static int take_number(const char **text, u64 *value)
{
	const char *c = *text;
	char number[24];
	size_t length = strspn(c, "0123456789abcdefABCDEFxX");

	if (!length || length >= sizeof(number))
		return -EINVAL;
	memcpy(number, c, length);
	number[length] = '\0';
	*text = c + length;
	return kstrtou64(number, number[0] == '0' && (number[1] | 0x20) == 'x' ? 16 : 10, value);
}

/* A number, or two with a dash between them, the second one not the smaller. */
static int take_range(const char **text, u64 *first, u64 *last)
{
	int err = take_number(text, first);

	*last = *first;
	if (err || **text != '-')
		return err;
	++*text;
	err = take_number(text, last);
	if (!err && *last < *first)
		err = -EINVAL;
	return err;
}

static bool is_end(const char *text)
{
	return !*text || !strcmp(text, "\n");
}

/**
 * jh_parse_range() - two numbers with a dash between them, or one
 * @page: text, possibly with a newline
 * @first: receives the first
 * @last: receives the last, which is not below @first
 * @why: receives the reason
 *
 * Return: 0, -EINVAL, -ERANGE.
 */
int jh_parse_range(const char *page, u64 *first, u64 *last, struct reason *why)
{
	int err = take_range(&page, first, last);

	if (!err && !is_end(page))
		err = -EINVAL;
	return err ? jh_refuse(why, err, "not a range (as 0x3f8-0x3ff)") : 0;
}

static int take_cpus(const char *text, struct cpu_set *cpus, struct reason *why)
{
	u64 first, last;

	for (;; text++) {
		if (take_range(&text, &first, &last))
			return jh_refuse(why, -EINVAL, "not a list of CPUs (as 1,4-7)");
		if (last >= JAILHOUSE_MAX_CPUS)
			return jh_refuse(why, -ERANGE, "there are CPUs 0 to %u at most",
					 JAILHOUSE_MAX_CPUS - 1);
		for (; first <= last; first++)
			cpu_set_add(cpus, first);
		if (*text != ',')
			break;
	}
	return is_end(text) ? 0 : jh_refuse(why, -EINVAL, "not a list of CPUs (as 1,4-7)");
}

/**
 * jh_parse_cpus() - a list of CPUs, as 1,4-7
 * @page: text, possibly with a newline
 * @cpus: receives them
 * @why: receives the reason
 *
 * Return: 0, -EINVAL for what is no list, -ERANGE for a CPU that cannot be: then @cpus is what it
 * was.
 */
int jh_parse_cpus(const char *page, struct cpu_set *cpus, struct reason *why)
{
	struct cpu_set listed = { { 0 } };
	int err = take_cpus(page, &listed, why);

	if (!err)
		*cpus = listed;
	return err;
}

static const struct word *find_word(const char *text, size_t length, const struct word *words,
				    unsigned int count)
{
	for (; count--; words++)
		if (strlen(words->text) == length && !memcmp(words->text, text, length))
			return words;
	return NULL;
}

/* The sentence lists those that there are. */
static int refuse_word(const char *text, size_t length, const struct word *words,
		       unsigned int count, struct reason *why)
{
	char known[LINE_SIZE];

	jh_print_words(known, sizeof(known), words, count, ~0ULL);
	return jh_refuse(why, -EINVAL, "no such word: '%.*s'; there are: %s",
			 (int)(length < 32 ? length : 32), text, known);
}

/**
 * jh_parse_words() - words with blanks between them, each of which stands for a bit
 * @page: text, possibly with a newline
 * @words: what there is
 * @count: how many
 * @bits: receives the bits, 0 if there is no word
 * @why: receives the reason
 *
 * Return: 0, -EINVAL for an unknown word or one that stands there twice: then @bits is what it
 * was.
 */
int jh_parse_words(const char *page, const struct word *words, unsigned int count, u64 *bits,
		   struct reason *why)
{
	static const char blanks[] = { ' ', '\n', '\0' };
	const struct word *word;
	u64 named = 0;
	size_t length;

	for (page += strspn(page, blanks); *page; page += strspn(page, blanks)) {
		length = strcspn(page, blanks);
		word = find_word(page, length, words, count);
		if (!word)
			return refuse_word(page, length, words, count, why);
		if (named & word->bit)
			return jh_refuse(why, -EINVAL, "'%s' stands there twice", word->text);
		named |= word->bit;
		page += length;
	}
	*bits = named;
	return 0;
}

/**
 * jh_parse_word() - one of several words
 * @page: text, possibly with a newline
 * @words: what there is
 * @count: how many
 * @value: receives what the word stands for
 * @why: receives the reason
 *
 * Return: 0 or -EINVAL.
 */
int jh_parse_word(const char *page, const struct word *words, unsigned int count, u64 *value,
		  struct reason *why)
{
	size_t length = strcspn(page, "\n");
	const struct word *word = find_word(page, length, words, count);

	if (!word || !is_end(page + length))
		return refuse_word(page, length, words, count, why);
	*value = word->bit;
	return 0;
}

static int refuse_pin(struct reason *why)
{
	return jh_refuse(why, -EINVAL,
			 "not a pin (as ioapic0:4, or the number that ACPI gives the interrupt)");
}

/**
 * jh_parse_pin() - a pin of an I/O APIC, as ioapic0:4, or the number that ACPI gives it
 * @page: text, possibly with a newline
 * @chip: receives the number of the I/O APIC, or ~0
 * @pin: receives its pin, or ACPI's number
 * @why: receives the reason
 *
 * Return: 0 or -EINVAL.
 */
int jh_parse_pin(const char *page, u32 *chip, u32 *pin, struct reason *why)
{
	static const char prefix[] = "ioapic";
	u64 first = ~0U, second;

	if (!strncmp(page, prefix, strlen(prefix))) {
		page += strlen(prefix);
		if (take_number(&page, &first) || first >= ~0U || *page++ != ':')
			return refuse_pin(why);
	}
	if (take_number(&page, &second) || second > ~0U || !is_end(page))
		return refuse_pin(why);
	*chip = first;
	*pin = second;
	return 0;
}

/**
 * jh_parse_function() - the name of a PCI function, as 0000:03:00.0
 * @name: just as Linux writes it
 * @domain: receives the segment
 * @bdf: receives bus, device and function
 * @why: receives the reason
 *
 * Return: 0 or -EINVAL.
 */
int jh_parse_function(const char *name, u16 *domain, u16 *bdf, struct reason *why)
{
	unsigned int segment, bus, device, function;
	char again[16];

	if (sscanf(name, "%4x:%2x:%2x.%1x", &segment, &bus, &device, &function) == 4 &&
	    device < 32 && function < 8) {
		snprintf(again, sizeof(again), "%04x:%02x:%02x.%x", segment & 0xffff, bus & 0xff,
			 device, function);
		if (!strcmp(name, again)) {
			*domain = segment;
			*bdf = bus << 8 | device << 3 | function;
			return 0;
		}
	}
	return jh_refuse(why, -EINVAL, "not a PCI function (as 0000:03:00.0)");
}

static int hex_digit(char c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	/* Only of letters is it the case. */
	c |= 0x20;
	return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

/* Two hexadecimal digits, or -1. */
static int hex_byte(const char *text)
{
	int high = hex_digit(text[0]);
	int low = high < 0 ? -1 : hex_digit(text[1]);

	return low < 0 ? -1 : high << 4 | low;
}

/**
 * jh_parse_mac() - an Ethernet address that a device can have, as 02:00:00:00:00:01
 * @page: text, possibly with a newline
 * @mac: receives six bytes
 * @why: receives the reason
 *
 * Return: 0 or -EINVAL; then @mac is what it was.
 */
int jh_parse_mac(const char *page, u8 *mac, struct reason *why)
{
	u8 bytes[6], any = 0;
	unsigned int n;
	int byte;

	for (n = 0; n < sizeof(bytes); n++, page += 2) {
		if (n && *page++ != ':')
			break;
		byte = hex_byte(page);
		if (byte < 0)
			break;
		bytes[n] = byte;
		any |= byte;
	}
	if (n < sizeof(bytes) || !is_end(page))
		return jh_refuse(why, -EINVAL, "not an Ethernet address (as 02:00:00:00:00:01)");
	if (bytes[0] & 1 || !any)
		return jh_refuse(why, -EINVAL,
				 "no single device can have that address (the first byte is even, and not all are 0)");
	memcpy(mac, bytes, sizeof(bytes));
	return 0;
}

/** jh_word_of() - the one of @count @words that stands for @value. */
const char *jh_word_of(const struct word *words, unsigned int count, u64 value)
{
	while (count-- > 1 && words->bit != value)
		words++;
	return words->text;
}

/**
 * jh_print_words() - the words for some bits, with blanks between them
 * @buffer: receives them
 * @size: of the buffer
 * @words: what there is
 * @count: how many
 * @bits: which of them; ~0: all, also the one that stands for no bit
 *
 * Return: number of characters.
 */
size_t jh_print_words(char *buffer, size_t size, const struct word *words, unsigned int count,
		      u64 bits)
{
	size_t length = 0;

	buffer[0] = '\0';
	for (; count--; words++)
		if (bits == ~0ULL || bits & words->bit)
			length += scnprintf(buffer + length, size - length, "%s%s",
					    length ? " " : "", words->text);
	return length;
}
