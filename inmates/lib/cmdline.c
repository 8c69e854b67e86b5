// SPDX-License-Identifier: GPL-2.0-only
/*
 * Parameters of an inmate: words "name=value", separated by blanks, in a page that is
 * loaded as a further image at CMDLINE_BASE. A NUL or a line feed ends it; memory that
 * nothing was loaded to is 0.
 */
#include "inmate.h"

static const char *const cmdline = (const char *)CMDLINE_BASE;

static bool is_end(char c)
{
	return c == '\0' || c == '\n' || c == '\r';
}

/* The value of @name within the line, NULL if it is not there. */
static const char *find(const char *name)
{
	const char *word = cmdline, *end = cmdline + CMDLINE_SIZE - 1;
	size_t length = strlen(name);

	while (word < end && !is_end(*word)) {
		if ((size_t)(end - word) > length && word[length] == '=' &&
		    strncmp(word, name, length) == 0)
			return word + length + 1;
		while (word < end && !is_end(*word) && *word != ' ')
			word++;
		while (word < end && *word == ' ')
			word++;
	}
	return NULL;
}

/**
 * cmdline_get() - copy the value of a parameter
 * @name: its name
 * @value: receives the value, cut to @size, NUL-terminated
 * @size: bytes at @value, not 0
 *
 * Return: false, and an empty @value, when the parameter is not there.
 */
bool cmdline_get(const char *name, char *value, size_t size)
{
	const char *from = find(name);
	size_t i = 0;

	for (; from && i < size - 1; i++) {
		if (from + i >= cmdline + CMDLINE_SIZE || is_end(from[i]) ||
		    from[i] == ' ')
			break;
		value[i] = from[i];
	}
	value[i] = '\0';
	return from;
}

/**
 * cmdline_is() - compare a parameter
 * @name: its name
 * @value: value to compare with, up to 31 characters
 *
 * Return: true when the parameter is there and has this value.
 */
bool cmdline_is(const char *name, const char *value)
{
	char actual[32];

	return cmdline_get(name, actual, sizeof(actual)) &&
	       strcmp(actual, value) == 0;
}

static unsigned int digit_value(char c)
{
	if (c >= '0' && c <= '9')
		return (unsigned int)(c - '0');
	if (c >= 'a' && c <= 'f')
		return (unsigned int)(c - 'a' + 10);
	if (c >= 'A' && c <= 'F')
		return (unsigned int)(c - 'A' + 10);
	return 16;
}

/**
 * cmdline_u64() - a parameter as a number
 * @name: its name
 * @otherwise: result when the parameter is not there
 *
 * Return: its value, decimal or hexadecimal with 0x, up to the first other character.
 */
u64 cmdline_u64(const char *name, u64 otherwise)
{
	const char *digit;
	unsigned int base = 10;
	char text[32];
	u64 value = 0;

	if (!cmdline_get(name, text, sizeof(text)))
		return otherwise;
	digit = text;
	if (digit[0] == '0' && (digit[1] == 'x' || digit[1] == 'X')) {
		base = 16;
		digit += 2;
	}
	for (; digit_value(*digit) < base; digit++)
		value = value * base + digit_value(*digit);
	return value;
}
