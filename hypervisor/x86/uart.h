/* SPDX-License-Identifier: GPL-2.0-only */
/* Debug console: an 8250 at I/O ports or at memory-mapped registers. */
#ifndef _X86_UART_H
#define _X86_UART_H

#include "types.h"
#include <jailhouse/console.h>

/**
 * uart_init() - take the debug console into use
 * @console: its description; anything but an 8250 leaves the hypervisor without one
 *
 * First CPU, during setup: memory-mapped registers are mapped here.
 *
 * Return: 0 or -ENOMEM.
 */
int uart_init(const struct jailhouse_console *console);

/** uart_write() - write @length bytes of @text, LF as CR LF; the caller serializes. */
void uart_write(const char *text, size_t length);

#endif
