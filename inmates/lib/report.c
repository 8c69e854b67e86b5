// SPDX-License-Identifier: GPL-2.0-only
/* Reports of test inmates, see report.h. */
#include "report.h"
#include "format.h"

static const char *test_name;
static unsigned int passed, failed;

static void __printf(2, 0) say(const char *verdict, const char *format, va_list args)
{
	char text[160];

	fmt_vsnprintf(text, sizeof(text), format, args);
	printf("INMATE %s: %s %s\n", test_name, verdict, text);
}

/**
 * report_begin() - say which test this is
 * @name: name of the inmate
 */
void report_begin(const char *name)
{
	test_name = name;
	printf("INMATE %s: begin\n", name);
}

/**
 * report() - result of one check
 * @ok: it held
 * @format: what was checked
 *
 * Return: @ok.
 */
bool report(bool ok, const char *format, ...)
{
	va_list args;

	if (ok)
		passed++;
	else
		failed++;
	va_start(args, format);
	say(ok ? "ok" : "FAIL", format, args);
	va_end(args);
	return ok;
}

/**
 * report_note() - something that is neither right nor wrong
 * @format: what
 */
void report_note(const char *format, ...)
{
	va_list args;

	va_start(args, format);
	say("note", format, args);
	va_end(args);
}

/**
 * report_trying() - the inmate now does something that must be its end
 * @format: what; report_survived() comes behind it
 */
void report_trying(const char *format, ...)
{
	va_list args;

	va_start(args, format);
	say("trying", format, args);
	va_end(args);
}

/**
 * report_survived() - the hypervisor let pass what it must not
 *
 * The cell says "shut down" then, so that it is not mistaken for one that the
 * hypervisor ended.
 */
void __noreturn report_survived(void)
{
	report(false, "still alive");
	printf("INMATE %s: done, %u ok, %u failed\n", test_name, passed, failed);
	stop(JAILHOUSE_CELL_SHUT_DOWN);
}

/**
 * report_done() - end the test
 */
void __noreturn report_done(void)
{
	printf("INMATE %s: done, %u ok, %u failed\n", test_name, passed, failed);
	stop(failed ? JAILHOUSE_CELL_FAILED : JAILHOUSE_CELL_SHUT_DOWN);
}
