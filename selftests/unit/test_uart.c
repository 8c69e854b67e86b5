// SPDX-License-Identifier: GPL-2.0-only
/* SOURCES: x86/uart.c */
/* The driver of the UART over fake devices: how registers are reached, and for how long. */
#include <string.h>
#include "unit.h"
#include "uart.h"

#define THR	0
#define LCR	3
#define LSR	5
#define READY	0x20

static struct {
	u8 regs[8];
	u16 base;
	unsigned int status_reads;
	unsigned int ready_after;	/* reads of the status that say no */
	char text[64];
	size_t length;
	u16 divider;
} device;

static u8 in(u16 port)
{
	if (port != device.base + LSR)
		return device.regs[port - device.base];
	device.status_reads++;
	if (device.ready_after) {
		device.ready_after--;
		return 0;
	}
	return READY;
}

static void out(u16 port, u8 val)
{
	const unsigned int reg = port - device.base;

	if (device.regs[LCR] & 0x80 && reg < 2)
		device.divider = (u16)(reg ? device.divider | val << 8 : val);
	else if (reg == THR)
		device.text[device.length++] = (char)val;
	else
		device.regs[reg] = val;
}

static const struct uart_ports ports = { in, out };

static struct uart uart;

static void plug_in(u16 base, u32 divider)
{
	const struct jailhouse_console console = {
		.address = base, .type = JAILHOUSE_CON_TYPE_8250, .divider = divider,
	};

	memset(&device, 0, sizeof(device));
	device.base = base;
	uart_init(&uart, &console, &ports, NULL);
}

static bool never(void)
{
	return false;
}

static bool at_once(void)
{
	return true;
}

UNIT(text_goes_to_ports)
{
	plug_in(0x2f8, 0);
	CHECK_EQ(uart_write(&uart, "one\ntwo", 7, never), 7);
	CHECK_STR(device.text, "one\r\ntwo");
	CHECK_EQ(device.regs[LCR], 0);
	plug_in(0xfff8, 0x1234);
	CHECK_EQ(device.divider, 0x1234);
	CHECK_EQ(device.regs[LCR], 3);
	CHECK_EQ(device.length, 0);
}

UNIT(one_time_out_gives_the_device_up)
{
	plug_in(0x3f8, 1);
	device.ready_after = ~0U;
	CHECK_EQ(uart_write(&uart, "abc", 3, never), 3);
	CHECK(device.status_reads <= 10000);
	CHECK(device.status_reads > 1000);
	CHECK(uart.given_up);
	/* Nobody looks at it again, */
	device.status_reads = 0;
	device.ready_after = 0;
	CHECK_EQ(uart_write(&uart, "def", 3, never), 3);
	CHECK_EQ(device.status_reads, 0);
	CHECK_EQ(device.length, 0);
	/* except for last words. */
	CHECK_EQ(uart_write(&uart, "panic\n", 6, NULL), 6);
	CHECK_STR(device.text, "panic\r\n");
	device.ready_after = ~0U;
	device.status_reads = 0;
	CHECK_EQ(uart_write(&uart, "more\n", 5, NULL), 5);
	CHECK(device.status_reads <= 10000);
	CHECK_STR(device.text, "panic\r\n");
}

UNIT(a_slow_device_is_waited_for)
{
	plug_in(0x3f8, 1);
	device.ready_after = 9999;
	CHECK_EQ(uart_write(&uart, "a", 1, never), 1);
	CHECK_STR(device.text, "a");
	CHECK(!uart.given_up);
}

UNIT(who_is_wanted_does_not_wait)
{
	plug_in(0x3f8, 1);
	/* A device that is ready costs nothing. */
	CHECK_EQ(uart_write(&uart, "abc\n", 4, at_once), 4);
	CHECK_STR(device.text, "abc\r\n");
	device.ready_after = 100;
	device.status_reads = 0;
	CHECK_EQ(uart_write(&uart, "def", 3, at_once), 0);
	CHECK_EQ(device.status_reads, 1);
	CHECK(!uart.given_up);
	/* The line feed counts as written when both of its characters are. */
	device.ready_after = 0;
	CHECK_EQ(uart_write(&uart, "d", 1, at_once), 1);
	device.ready_after = 3;
	CHECK_EQ(uart_write(&uart, "\n", 1, at_once), 0);
	device.ready_after = 0;
	CHECK_EQ(uart_write(&uart, "\n", 1, at_once), 1);
	CHECK_STR(device.text, "abc\r\nd\r\n");
}

/* Registers in memory: what is written to, and how much of it. */
UNIT(registers_in_memory)
{
	static const struct {
		u16 flags;
		unsigned int distance;
		u32 thr;	/* after an 'A', where all bits were set */
	} rows[] = {
		{ 0, 1, 0xffffff41 },
		{ JAILHOUSE_CON_REGDIST_4, 4, 0xffffff41 },
		{ JAILHOUSE_CON_REGDIST_4 | JAILHOUSE_CON_WIDTH_32, 4, 0x00000041 },
	};
	struct jailhouse_console console = {
		.address = 0xfe034000, .type = JAILHOUSE_CON_TYPE_8250,
	};
	u32 regs[8];
	unsigned int n;

	for (n = 0; n < ARRAY_SIZE(rows); n++) {
		unit_row("flags 0x%x", rows[n].flags);
		console.flags = rows[n].flags | JAILHOUSE_CON_ACCESS_MMIO;
		memset(regs, 0xff, sizeof(regs));
		uart_init(&uart, &console, &ports, regs);
		CHECK_EQ(uart_write(&uart, "A", 1, never), 1);
		CHECK_EQ(regs[0], rows[n].thr);
		CHECK_EQ(regs[1], ~0U);
		/* Not ready, although all other registers say so. */
		((u8 *)regs)[LSR * rows[n].distance] = (u8)~READY;
		CHECK_EQ(uart_write(&uart, "B", 1, at_once), 0);
		CHECK_EQ(regs[0], rows[n].thr);
		console.divider = 0x102;
		memset(regs, 0xff, sizeof(regs));
		uart_init(&uart, &console, &ports, regs);
		CHECK_EQ(((u8 *)regs)[0], 2);
		CHECK_EQ(((u8 *)regs)[rows[n].distance], 1);
		CHECK_EQ(((u8 *)regs)[3 * rows[n].distance], 3);
		console.divider = 0;
	}
}
