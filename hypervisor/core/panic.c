// SPDX-License-Identifier: GPL-2.0-only
/* The end. */
#include "panic.h"
#include "arch.h"
#include "crash.h"
#include "format.h"
#include "log.h"

/* First what is known, then what may raise the next exception. */
static void record(const char *text)
{
	if (!crash_begin())
		return;
	crash_printf("JAILHOUSE PANIC on CPU %u: %s\n", arch_cpu_id(), text);
	arch_describe_cpu(crash_printf);
	crash_printf("The end of the log:\n");
	crash_add_log();
}

void panic(const char *fmt, ...)
{
	char text[200];
	va_list ap;

	va_start(ap, fmt);
	fmt_vsnprintf(text, sizeof(text), fmt, ap);
	va_end(ap);

	log_printf("JAILHOUSE PANIC on CPU %u: %s\n", arch_cpu_id(), text);
	log_flush();
	record(text);
	arch_write_back_caches();
	arch_halt();
}
