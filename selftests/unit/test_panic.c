// SPDX-License-Identifier: GPL-2.0-only
/* SOURCES: core/panic.c core/crash.c core/log.c core/format.c */
/* The last words of the hypervisor. */
#include <setjmp.h>
#include <string.h>
#include "unit.h"
#include "arch.h"
#include "log.h"
#include "panic.h"

static struct jailhouse_log log_pages;
static char console[1024];
static jmp_buf halted;

u64 arch_read_tsc(void)
{
	return 0;
}

unsigned int arch_cpu_id(void)
{
	return 7;
}

void arch_cpu_relax(void)
{
}

/* It takes nothing but what has to be printed now. */
size_t arch_console_write(const char *text, size_t length, bool urgent,
			  __maybe_unused const char **remark)
{
	if (!urgent)
		return 0;
	strncat(console, text, length);
	return length;
}

void arch_describe_cpu(__maybe_unused void (*print)(const char *fmt, ...))
{
}

void arch_write_back_caches(void)
{
}

void arch_halt(void)
{
	longjmp(halted, 1);
}

UNIT(panic_names_the_cpu_and_stops_it)
{
	log_init(&log_pages);
	if (!setjmp(halted)) {
		panic("VMREAD of field 0x%x", 0x681e);
		CHECK(false);
	}
	CHECK(strstr(log_pages.text, "JAILHOUSE PANIC on CPU 7: VMREAD of field 0x681e\n"));
	CHECK(strstr(console, "JAILHOUSE PANIC on CPU 7: VMREAD of field 0x681e\n"));
}

UNIT(panic_cuts_what_is_too_long)
{
	char text[600];

	memset(text, 'x', sizeof(text));
	text[sizeof(text) - 1] = '\0';
	memset(&log_pages, 0, sizeof(log_pages));
	log_init(&log_pages);
	if (!setjmp(halted)) {
		panic("%s", text);
		CHECK(false);
	}
	CHECK(!strncmp(log_pages.text, "JAILHOUSE PANIC on CPU 7: xxx", 29));
	CHECK_EQ(log_pages.text[log_pages.tail - 1], '\n');
	CHECK(log_pages.tail < 300);
}
