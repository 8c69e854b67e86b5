// SPDX-License-Identifier: GPL-2.0-only
/* The end. */
#include "panic.h"
#include "arch.h"
#include "format.h"
#include "log.h"

void panic(const char *fmt, ...)
{
	char text[200];
	va_list ap;

	va_start(ap, fmt);
	fmt_vsnprintf(text, sizeof(text), fmt, ap);
	va_end(ap);

	log_printf("JAILHOUSE PANIC on CPU %u: %s\n", arch_cpu_id(), text);
	log_flush();
	arch_halt();
}
