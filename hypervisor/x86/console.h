/* SPDX-License-Identifier: GPL-2.0-only */
/* The debug console, whatever it is. */
#ifndef _X86_CONSOLE_H
#define _X86_CONSOLE_H

#include "types.h"
#include <jailhouse/console.h>

/**
 * console_init() - take the debug console into use
 * @console: its description; a type that is not known leaves the hypervisor without one
 * @why: receives the reason of -ENODEV
 *
 * First CPU, on its own page table: memory-mapped registers are mapped here.
 *
 * Return: 0, -ENOMEM, or -ENODEV: there is no such screen.
 */
int console_init(const struct jailhouse_console *console, const char **why);

#endif
