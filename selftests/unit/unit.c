// SPDX-License-Identifier: GPL-2.0-only
/* The host test harness behind unit.h: registers, runs and reports cases. */
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "unit.h"

/* A broken table must not drown the others' messages. */
#define MAX_REPORTS_PER_CASE	25

static struct unit_case *first_case, **last_link = &first_case;
static unsigned int failures_in_case;
static char current_row[256];

/**
 * unit_register() - add a case; called by UNIT() before main()
 * @entry: stays referenced
 */
void unit_register(struct unit_case *entry)
{
	*last_link = entry;
	last_link = &entry->next;
}

/**
 * unit_row() - name the table row under test in the messages that follow
 * @fmt: printf format; the text is dropped at the end of the case
 */
void unit_row(const char *fmt, ...)
{
	va_list args;

	va_start(args, fmt);
	vsnprintf(current_row, sizeof(current_row), fmt, args);
	va_end(args);
}

/**
 * unit_note() - print a TAP diagnostic line
 * @fmt: printf format, one line, without newline
 */
void unit_note(const char *fmt, ...)
{
	va_list args;

	va_start(args, fmt);
	printf("# ");
	vprintf(fmt, args);
	printf("\n");
	va_end(args);
}

/* Count a failure; true if it should still be printed. Prints where it was. */
static bool report(const char *file, int line)
{
	failures_in_case++;
	if (failures_in_case == MAX_REPORTS_PER_CASE + 1)
		unit_note("further failures of this case are counted only");
	if (failures_in_case > MAX_REPORTS_PER_CASE)
		return false;
	printf("# %s:%d: ", file, line);
	if (current_row[0])
		printf("[%s] ", current_row);
	return true;
}

/**
 * unit_check() - behind CHECK()
 * @held: the condition
 * @file: where
 * @line: where
 * @text: the condition as written
 *
 * Return: @held.
 */
bool unit_check(bool held, const char *file, int line, const char *text)
{
	if (!held && report(file, line))
		printf("%s is false\n", text);
	return held;
}

/**
 * unit_check_eq() - behind CHECK_EQ()
 * @got: value made
 * @want: value expected
 * @file: where
 * @line: where
 * @got_text: @got as written
 * @want_text: @want as written
 *
 * Return: whether both are equal.
 */
bool unit_check_eq(unsigned long long got, unsigned long long want,
		   const char *file, int line,
		   const char *got_text, const char *want_text)
{
	if (got != want && report(file, line))
		printf("%s is %lld (0x%llx), want %s: %lld (0x%llx)\n", got_text,
		       (long long)got, got, want_text, (long long)want, want);
	return got == want;
}

/**
 * unit_check_str() - behind CHECK_STR()
 * @got: string made, may be NULL
 * @want: string expected, may be NULL
 * @file: where
 * @line: where
 * @got_text: @got as written
 * @want_text: @want as written
 *
 * Return: whether both are equal.
 */
bool unit_check_str(const char *got, const char *want,
		    const char *file, int line,
		    const char *got_text, const char *want_text)
{
	bool equal = got && want ? !strcmp(got, want) : got == want;

	if (!equal && report(file, line))
		printf("%s is \"%s\", want %s: \"%s\"\n", got_text,
		       got ? got : "(null)", want_text, want ? want : "(null)");
	return equal;
}

static bool run_case(const struct unit_case *entry, unsigned int number)
{
	failures_in_case = 0;
	current_row[0] = 0;
	entry->run();
	if (failures_in_case)
		unit_note("%u checks failed", failures_in_case);
	printf("%sok %u - %s\n", failures_in_case ? "not " : "", number,
	       entry->name);
	return !failures_in_case;
}

/* Without arguments all cases run, else those that an argument names. */
static bool selected(const struct unit_case *entry, int argc, char **argv)
{
	int i;

	for (i = 1; i < argc; i++)
		if (!strcmp(argv[i], entry->name))
			return true;
	return argc < 2;
}

int main(int argc, char **argv)
{
	const struct unit_case *entry;
	unsigned int number = 0, passed = 0;

	/* Whatever a crash cuts off should be the crashing case only. */
	setvbuf(stdout, NULL, _IOLBF, 0);

	for (entry = first_case; entry; entry = entry->next)
		number += selected(entry, argc, argv);
	printf("TAP version 13\n1..%u\n", number);

	number = 0;
	for (entry = first_case; entry; entry = entry->next)
		if (selected(entry, argc, argv))
			passed += run_case(entry, ++number);

	return number && passed == number ? 0 : 1;
}
