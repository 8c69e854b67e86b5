/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef _CORE_PANIC_H
#define _CORE_PANIC_H

#include "types.h"

/**
 * panic() - the hypervisor itself is broken
 * @fmt: what happened, one line without newline
 *
 * Prints it with the number of the CPU, and stops this CPU for good. Any context.
 */
void __noreturn __printf(1, 2) panic(const char *fmt, ...);

#endif
