// SPDX-License-Identifier: GPL-2.0-only
/* The 8250 of a cell that has none. */
#include "guest_uart.h"

#define REG_DATA		0	/* or the divisor's low byte */
#define REG_INTERRUPT_ENABLE	1	/* or its high byte */
#define REG_INTERRUPT_ID	2	/* to read */
#define REG_FIFO_CONTROL	2	/* to write */
#define REG_LINE_CONTROL	3
#define REG_MODEM_CONTROL	4
#define REG_LINE_STATUS		5
#define REG_MODEM_STATUS	6
#define REG_SCRATCH		7

#define ENABLE_BITS		0x0f
#define ENABLE_RECEIVER		0x01
#define ENABLE_TRANSMITTER	0x02
#define ID_NONE			0x01
#define ID_RECEIVER		0x04
#define ID_TRANSMITTER		0x02
#define ID_FIFOS		0xc0
#define FIFO_ON			0x01
#define LINE_DIVISOR		0x80
#define MODEM_BITS		0x1f
#define MODEM_LOOP		0x10
#define STATUS_RECEIVED		0x01
#define STATUS_TRANSMITTER	0x60	/* both of its registers are empty */
#define MODEM_CONNECTED		0xb0	/* DCD, DSR, CTS */

void guest_uart_reset(struct guest_uart *uart)
{
	*uart = (struct guest_uart){ 0 };
}

static bool has_divisor(const struct guest_uart *uart, unsigned int reg)
{
	return reg <= REG_INTERRUPT_ENABLE && uart->line_control & LINE_DIVISOR;
}

/* In loop mode it hears itself only. */
static bool has_received(const struct guest_uart *uart, struct guest_uart_line line)
{
	return line.received && !(uart->modem_control & MODEM_LOOP);
}

/* It interrupts for the first of these. */
static u8 interrupt_id(const struct guest_uart *uart, struct guest_uart_line line)
{
	const u8 fifos = uart->fifo_control & FIFO_ON ? ID_FIFOS : 0;

	if (has_received(uart, line) && uart->interrupt_enable & ENABLE_RECEIVER)
		return fifos | ID_RECEIVER;
	if (line.ready && uart->interrupt_enable & ENABLE_TRANSMITTER)
		return fifos | ID_TRANSMITTER;
	return fifos | ID_NONE;
}

static u8 line_status(const struct guest_uart *uart, struct guest_uart_line line)
{
	return (u8)((line.ready ? STATUS_TRANSMITTER : 0) |
		    (has_received(uart, line) ? STATUS_RECEIVED : 0));
}

/* In loop mode RTS, DTR, OUT1 and OUT2 come back as CTS, DSR, RI and DCD. */
static u8 modem_status(const struct guest_uart *uart)
{
	const u8 out = uart->modem_control;

	if (!(out & MODEM_LOOP))
		return MODEM_CONNECTED;
	return (u8)((out & 0x02) << 3 | (out & 0x01) << 5 | (out & 0x0c) << 4);
}

bool guest_uart_on_line(const struct guest_uart *uart, unsigned int reg)
{
	return reg == REG_DATA && !has_divisor(uart, reg) &&
	       !(uart->modem_control & MODEM_LOOP);
}

u8 guest_uart_read(const struct guest_uart *uart, unsigned int reg,
		   struct guest_uart_line line)
{
	if (has_divisor(uart, reg))
		return uart->divisor[reg];
	switch (reg) {
	case REG_INTERRUPT_ENABLE:
		return uart->interrupt_enable;
	case REG_INTERRUPT_ID:
		return interrupt_id(uart, line);
	case REG_LINE_CONTROL:
		return uart->line_control;
	case REG_MODEM_CONTROL:
		return uart->modem_control;
	case REG_LINE_STATUS:
		return line_status(uart, line);
	case REG_MODEM_STATUS:
		return modem_status(uart);
	case REG_SCRATCH:
		return uart->scratch;
	default:
		return 0;
	}
}

bool guest_uart_edge(const struct guest_uart *uart, unsigned int reg, bool is_write,
		     struct guest_uart_line line)
{
	const unsigned int last = is_write ? REG_INTERRUPT_ENABLE : REG_DATA;

	return reg <= last && !has_divisor(uart, reg) &&
	       !(interrupt_id(uart, line) & ID_NONE);
}

bool guest_uart_is_driven(const struct guest_uart *uart)
{
	return uart->interrupt_enable & ENABLE_TRANSMITTER;
}

bool guest_uart_write(struct guest_uart *uart, unsigned int reg, u8 val)
{
	if (has_divisor(uart, reg)) {
		uart->divisor[reg] = val;
		return false;
	}
	switch (reg) {
	case REG_DATA:
		return guest_uart_on_line(uart, reg);
	case REG_INTERRUPT_ENABLE:
		uart->interrupt_enable = val & ENABLE_BITS;
		break;
	case REG_FIFO_CONTROL:
		uart->fifo_control = val;
		break;
	case REG_LINE_CONTROL:
		uart->line_control = val;
		break;
	case REG_MODEM_CONTROL:
		uart->modem_control = val & MODEM_BITS;
		break;
	case REG_SCRATCH:
		uart->scratch = val;
		break;
	}
	return false;
}
