/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The 8250 of a cell that has none: a 16550A that interrupts nobody, so that an operating system
 * looks at it now and then. Registers: PC16550D, 8.0.
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
 * guest_uart_receives() - does a read of this register take the character that was received?
 * @uart: the device
 * @reg: below GUEST_UART_PORTS
 */
bool guest_uart_receives(const struct guest_uart *uart, unsigned int reg);

/**
 * guest_uart_read() - a read of another register
 * @uart: the device
 * @reg: below GUEST_UART_PORTS
 * @line: how the line is
 */
u8 guest_uart_read(const struct guest_uart *uart, unsigned int reg,
		   struct guest_uart_line line);

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
