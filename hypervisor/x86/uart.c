// SPDX-License-Identifier: GPL-2.0-only
/* 8250. */
#include "uart.h"

#define UART_THR	0
#define UART_DLL	0
#define UART_DLM	1
#define UART_LCR	3
#define UART_LSR	5
#define LCR_8N1		0x03
#define LCR_DLAB	0x80
#define LSR_THR_EMPTY	0x20

/* A character at 9600 baud takes 1 ms; a read of the port about 1 us. */
#define WAIT_READS	10000

static u8 read_reg(const struct uart *uart, unsigned int reg)
{
	const volatile u8 *mmio;

	if (uart->ports)
		return uart->ports->in((u16)(uart->port + reg));
	mmio = uart->mmio + reg * uart->distance;
	return uart->wide ? (u8)*(const volatile u32 *)mmio : *mmio;
}

static void write_reg(const struct uart *uart, unsigned int reg, u8 val)
{
	volatile u8 *mmio;

	if (uart->ports) {
		uart->ports->out((u16)(uart->port + reg), val);
		return;
	}
	mmio = uart->mmio + reg * uart->distance;
	if (uart->wide)
		*(volatile u32 *)mmio = val;
	else
		*mmio = val;
}

static void set_divider(const struct uart *uart, u32 divider)
{
	write_reg(uart, UART_LCR, LCR_8N1 | LCR_DLAB);
	write_reg(uart, UART_DLL, (u8)divider);
	write_reg(uart, UART_DLM, (u8)(divider >> 8));
	write_reg(uart, UART_LCR, LCR_8N1);
}

void uart_init(struct uart *uart, const struct jailhouse_console *console,
	       const struct uart_ports *ports, volatile void *mmio)
{
	const bool at_ports = !(console->flags & JAILHOUSE_CON_ACCESS_MMIO);

	*uart = (struct uart) {
		.ports = at_ports ? ports : NULL,
		.port = (u16)console->address,
		.mmio = mmio,
		.distance = console->flags & JAILHOUSE_CON_REGDIST_4 ? 4 : 1,
		.wide = console->flags & JAILHOUSE_CON_WIDTH_32,
	};
	if (console->divider)
		set_divider(uart, console->divider);
}

static bool is_ready(const struct uart *uart)
{
	return read_reg(uart, UART_LSR) & LSR_THR_EMPTY;
}

/* Return: false if it is not ready, and was given up or there is something better to do. */
static bool wait_ready(struct uart *uart, bool (*hurry)(void))
{
	unsigned int reads;

	for (reads = 0; reads < WAIT_READS; reads++) {
		if (is_ready(uart))
			return true;
		if (hurry && hurry())
			return false;
	}
	uart->given_up = true;
	return false;
}

static bool write_char(struct uart *uart, char c, bool (*hurry)(void))
{
	if (!wait_ready(uart, hurry))
		return false;
	write_reg(uart, UART_THR, (u8)c);
	return true;
}

size_t uart_write(struct uart *uart, const char *text, size_t length, bool (*hurry)(void))
{
	size_t n;

	if (!hurry)
		uart->given_up = false;
	for (n = 0; n < length && !uart->given_up; n++)
		if ((text[n] == '\n' && !write_char(uart, '\r', hurry)) ||
		    !write_char(uart, text[n], hurry))
			break;
	return uart->given_up ? length : n;
}
