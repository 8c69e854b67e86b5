/* SPDX-License-Identifier: GPL-2.0-only */
/* An 8250 at I/O ports or at memory-mapped registers, of 8 or of 32 bits. */
#ifndef _X86_UART_H
#define _X86_UART_H

#include "types.h"
#include <jailhouse/console.h>

/**
 * struct uart_ports - how I/O ports are reached
 * @in: read a byte
 * @out: write a byte
 */
struct uart_ports {
	u8 (*in)(u16 port);
	void (*out)(u16 port, u8 val);
};

/**
 * struct uart - a device
 * @ports: for one at I/O ports, else NULL
 * @port: its first one
 * @mmio: first memory-mapped register
 * @distance: bytes from one register to the next
 * @wide: registers take accesses of 32 bits only
 * @given_up: it once was not ready in time
 */
struct uart {
	const struct uart_ports *ports;
	u16 port;
	volatile u8 *mmio;
	unsigned int distance;
	bool wide;
	bool given_up;
};

/**
 * uart_init() - take a device into use
 * @uart: to be filled in
 * @console: its description, of type JAILHOUSE_CON_TYPE_8250
 * @ports: how ports are reached
 * @mmio: where its registers are mapped; not used for one at I/O ports
 */
void uart_init(struct uart *uart, const struct jailhouse_console *console,
	       const struct uart_ports *ports, volatile void *mmio);

/**
 * uart_write() - write characters, LF as CR LF
 * @uart: the device
 * @text: characters
 * @length: how many
 * @hurry: is there something better to do than to wait for the device? NULL: there is not,
 *	and a device that was given up gets another chance
 *
 * A device that is not ready in time is given up: from then on everything is dropped, which
 * counts as written, without a look at it.
 *
 * Return: how many were written.
 */
size_t uart_write(struct uart *uart, const char *text, size_t length, bool (*hurry)(void));

#endif
