// SPDX-License-Identifier: GPL-2.0-only
/* The UART that the comm region names, and output to the hypervisor's console. */
#include "inmate.h"
#include "format.h"

#define UART_TX		0
#define UART_RX		0
#define UART_DLL	0
#define UART_DLM	1
#define UART_LCR	3
#define UART_LCR_8N1	0x03
#define UART_LCR_DLAB	0x80
#define UART_LSR	5
#define UART_LSR_DR	0x01
#define UART_LSR_THRE	0x20

/* Longer output is cut. */
#define LINE_SIZE	256

static bool uart_present, uart_is_mmio, uart_is_wide, putc_wanted;
static u64 uart_base;
static u32 uart_distance;

static u8 uart_read(u32 reg)
{
	u64 address = uart_base + reg * uart_distance;

	if (uart_is_wide)
		return (u8)mmio_read32(address);
	return uart_is_mmio ? mmio_read8(address) : in8((u16)address);
}

static void uart_write(u32 reg, u8 value)
{
	u64 address = uart_base + reg * uart_distance;

	if (uart_is_wide)
		mmio_write32(address, value);
	else if (uart_is_mmio)
		mmio_write8(address, value);
	else
		out8((u16)address, value);
}

static void uart_init(const struct jailhouse_console *console)
{
	if (console->type != JAILHOUSE_CON_TYPE_8250)
		return;
	uart_present = true;
	uart_base = console->address;
	uart_is_mmio = console->flags & JAILHOUSE_CON_ACCESS_MMIO;
	uart_is_wide = console->flags & JAILHOUSE_CON_WIDTH_32;
	uart_distance = console->flags & JAILHOUSE_CON_REGDIST_4 ? 4 : 1;
	if (uart_is_mmio)
		map_range(console->address, console->size);
	if (!console->divider)
		return;
	uart_write(UART_LCR, UART_LCR_DLAB);
	uart_write(UART_DLL, (u8)console->divider);
	uart_write(UART_DLM, (u8)(console->divider >> 8));
	uart_write(UART_LCR, UART_LCR_8N1);
}

static void uart_putc(char c)
{
	while (!(uart_read(UART_LSR) & UART_LSR_THRE))
		cpu_relax();
	uart_write(UART_TX, (u8)c);
}

/**
 * console_init() - find out where console_write() has to write to
 *
 * The UART of the comm region; where there is none, the hypervisor's console, if the
 * comm region permits that: each character is a hypercall. "console=putc" on the command
 * line prefers the latter, "console=none" turns both off.
 */
void console_init(void)
{
	if (cmdline_is("console", "none"))
		return;
	if (!cmdline_is("console", "putc"))
		uart_init(&comm_region->console);
	putc_wanted = !uart_present &&
		      (comm_region->flags & JAILHOUSE_COMM_FLAG_DBG_PUTC_PERMITTED);
}

/**
 * console_write() - print characters
 * @text: the characters
 * @length: how many
 */
void console_write(const char *text, size_t length)
{
	for (; length; text++, length--) {
		if (putc_wanted)
			hypercall(JAILHOUSE_HC_DEBUG_CONSOLE_PUTC, (u8)*text, 0);
		if (uart_present && *text == '\n')
			uart_putc('\r');
		if (uart_present)
			uart_putc(*text);
	}
}

/**
 * console_read() - the next character that was typed
 *
 * At the UART of the comm region, or at what the hypervisor has in the place of one.
 *
 * Return: the character, CONSOLE_NOTHING if there is none now, or no UART.
 */
int console_read(void)
{
	if (!uart_present || !(uart_read(UART_LSR) & UART_LSR_DR))
		return CONSOLE_NOTHING;
	return uart_read(UART_RX);
}

/**
 * printf() - print formatted text
 * @format: what core/format.c understands; up to LINE_SIZE characters come out
 */
void printf(const char *format, ...)
{
	char line[LINE_SIZE];
	va_list args;
	int length;

	va_start(args, format);
	length = fmt_vsnprintf(line, sizeof(line), format, args);
	va_end(args);
	if (length > 0)
		console_write(line, MIN((size_t)length, sizeof(line) - 1));
}
