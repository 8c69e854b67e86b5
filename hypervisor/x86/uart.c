// SPDX-License-Identifier: GPL-2.0-only
/* Debug console: an 8250 at I/O ports or at memory-mapped registers. */
#include "uart.h"
#include "asm_ops.h"
#include "errno.h"
#include "paging.h"

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

static struct {
	bool present;
	u16 port;
	volatile u8 *mmio;
	unsigned int distance;
} uart;

static u8 read_reg(unsigned int reg)
{
	return uart.mmio ? uart.mmio[reg * uart.distance] :
			   inb((u16)(uart.port + reg));
}

static void write_reg(unsigned int reg, u8 val)
{
	if (uart.mmio)
		uart.mmio[reg * uart.distance] = val;
	else
		outb((u16)(uart.port + reg), val);
}

static void set_divider(u32 divider)
{
	write_reg(UART_LCR, LCR_8N1 | LCR_DLAB);
	write_reg(UART_DLL, (u8)divider);
	write_reg(UART_DLM, (u8)(divider >> 8));
	write_reg(UART_LCR, LCR_8N1);
}

int uart_init(const struct jailhouse_console *console)
{
	if (console->type != JAILHOUSE_CON_TYPE_8250)
		return 0;
	uart.port = (u16)console->address;
	uart.distance = console->flags & JAILHOUSE_CON_REGDIST_4 ? 4 : 1;
	if (console->flags & JAILHOUSE_CON_ACCESS_MMIO) {
		uart.mmio = paging_remap(console->address & PAGE_MASK);
		if (!uart.mmio)
			return -ENOMEM;
		uart.mmio += console->address & ~PAGE_MASK;
	}
	if (console->divider)
		set_divider(console->divider);
	uart.present = true;
	return 0;
}

static void write_char(char c)
{
	unsigned int reads;

	/* A device that is not there, or never ready, must not stop the hypervisor. */
	for (reads = 0; reads < WAIT_READS; reads++)
		if (read_reg(UART_LSR) & LSR_THR_EMPTY)
			break;
	write_reg(UART_THR, (u8)c);
}

void uart_write(const char *text, size_t length)
{
	if (!uart.present)
		return;
	for (; length; length--, text++) {
		if (*text == '\n')
			write_char('\r');
		write_char(*text);
	}
}
