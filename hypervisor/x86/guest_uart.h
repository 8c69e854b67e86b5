/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The 8250 of a cell that has none: a 16550A. Registers: PC16550D, 8.0. It interrupts by an edge
 * when there is something that a driver has enabled interrupts for: behind an access, and when a
 * character has been received. Without a pin an operating system looks at it now and then.
 */
#ifndef _X86_GUEST_UART_H
#define _X86_GUEST_UART_H

#include "types.h"

#define GUEST_UART_PORTS	8

/**
 * struct guest_uart - what was written to its registers
 *
 * Of a cell, not of a CPU. Two CPUs that use it at once get what two CPUs get that use one
 * device at once.
 */
struct guest_uart {
	u8 interrupt_enable;
	u8 fifo_control;
	u8 line_control;
	u8 modem_control;
	u8 scratch;
	u8 divisor[2];
};

/**
 * struct guest_uart_line - what is at the other end of the line
 * @ready: it can take a character
 * @received: it has sent one
 */
struct guest_uart_line {
	bool ready;
	bool received;
};

/** guest_uart_reset() - the cell starts; @uart: as after power-up */
void guest_uart_reset(struct guest_uart *uart);

/**
 * guest_uart_on_line() - does a read of this register take what was received, and a write send?
 * @uart: the device
 * @reg: below GUEST_UART_PORTS
 */
bool guest_uart_on_line(const struct guest_uart *uart, unsigned int reg);

/**
 * guest_uart_read() - a read of another register
 * @uart: the device
 * @reg: below GUEST_UART_PORTS
 * @line: how the line is
 */
u8 guest_uart_read(const struct guest_uart *uart, unsigned int reg,
		   struct guest_uart_line line);

/**
 * guest_uart_edge() - is it to interrupt, behind an access?
 * @uart: the device
 * @reg: the register
 * @is_write: it was written
 * @line: how the line is now
 *
 * A driver that handles one reason at each interrupt gets another one for the next.
 */
bool guest_uart_edge(const struct guest_uart *uart, unsigned int reg, bool is_write,
		     struct guest_uart_line line);

/**
 * guest_uart_is_driven() - does a driver send by interrupts?
 *
 * It sends when it is told to, and is not told again because time has passed.
 */
bool guest_uart_is_driven(const struct guest_uart *uart);

/**
 * guest_uart_write() - a write to a register
 * @uart: the device
 * @reg: below GUEST_UART_PORTS
 * @val: what was written
 *
 * Return: true if @val is a character to be sent.
 */
bool guest_uart_write(struct guest_uart *uart, unsigned int reg, u8 val);

#endif
