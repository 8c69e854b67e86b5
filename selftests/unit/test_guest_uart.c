// SPDX-License-Identifier: GPL-2.0-only
/* SOURCES: x86/guest_uart.c */
/* The virtual console, as drivers of 8250s probe and use one. */
#include "unit.h"

#include "guest_uart.h"

enum { DATA, IER, IIR, LCR, MCR, LSR, MSR, SCR, FCR = IIR };

static struct guest_uart uart;

static u8 in_when(unsigned int reg, bool ready, bool received)
{
	return guest_uart_read(&uart, reg, (struct guest_uart_line){ ready, received });
}

static u8 in(unsigned int reg)
{
	return in_when(reg, true, false);
}

static void out(unsigned int reg, u8 val)
{
	CHECK(!guest_uart_write(&uart, reg, val));
}

UNIT(it_looks_like_a_16550a)
{
	guest_uart_reset(&uart);
	out(IER, 0xff);
	CHECK_EQ(in(IER), 0x0f);
	out(IER, 0);
	CHECK_EQ(in(IER), 0);
	CHECK_EQ(in(IIR) >> 6, 0);
	out(FCR, 0x01);
	CHECK_EQ(in(IIR), 0xc1);
	/* Nor is it one of those with 64 bytes. */
	out(FCR, 0x21);
	CHECK_EQ(in(IIR), 0xc1);
	out(FCR, 0);
	CHECK_EQ(in(IIR), 0x01);
	out(SCR, 0x5a);
	CHECK_EQ(in(SCR), 0x5a);
	out(LCR, 0x1b);
	CHECK_EQ(in(LCR), 0x1b);
	out(MCR, 0xff);
	CHECK_EQ(in(MCR), 0x1f);
	/* What can only be read. */
	out(LSR, 0xff);
	CHECK_EQ(in(LSR), 0x60);
	out(MCR, 0);
	out(MSR, 0);
	CHECK_EQ(in(MSR), 0xb0);
	CHECK_EQ(in(DATA), 0);
}

UNIT(the_divisor_is_behind_a_bit)
{
	guest_uart_reset(&uart);
	out(IER, 0x05);
	out(LCR, 0x80);
	out(DATA, 0x34);
	out(IER, 0x12);
	CHECK_EQ(in(DATA), 0x34);
	CHECK_EQ(in(IER), 0x12);
	out(LCR, 0x03);
	CHECK_EQ(in(DATA), 0);
	CHECK_EQ(in(IER), 0x05);
}

UNIT(characters_are_sent_but_not_in_loop_mode)
{
	guest_uart_reset(&uart);
	CHECK(guest_uart_write(&uart, DATA, 'x'));
	out(MCR, 0x10);
	out(DATA, 'x');
	out(MCR, 0x0f);
	CHECK(guest_uart_write(&uart, DATA, 'x'));
}

/* DTR, RTS, OUT1 and OUT2 come back as DSR, CTS, RI and DCD. */
UNIT(loop_mode_shows_outputs_as_inputs)
{
	static const struct {
		u8 mcr, msr;
	} rows[] = {
		{ 0x10, 0x00 }, { 0x11, 0x20 }, { 0x12, 0x10 }, { 0x14, 0x40 }, { 0x18, 0x80 },
		{ 0x1a, 0x90 }, { 0x1f, 0xf0 },
	};
	unsigned int n;

	guest_uart_reset(&uart);
	for (n = 0; n < ARRAY_SIZE(rows); n++) {
		unit_row("MCR %#x", rows[n].mcr);
		out(MCR, rows[n].mcr);
		CHECK_EQ(in(MSR), rows[n].msr);
	}
}

/* A driver without an interrupt asks whether there would be one. */
UNIT(who_polls_learns_whether_it_is_ready)
{
	guest_uart_reset(&uart);
	CHECK_EQ(in_when(LSR, false, false), 0);
	CHECK_EQ(in_when(LSR, true, false), 0x60);
	out(IER, 0x02);
	CHECK_EQ(in_when(IIR, true, false), 0x02);
	CHECK_EQ(in_when(IIR, false, false), 0x01);
	out(IER, 0x0d);
	CHECK_EQ(in_when(IIR, true, false), 0x01);
}

UNIT(who_polls_learns_that_it_has_received)
{
	guest_uart_reset(&uart);
	CHECK_EQ(in_when(LSR, true, true), 0x61);
	CHECK_EQ(in_when(LSR, false, true), 0x01);
	CHECK_EQ(in_when(IIR, true, true), 0x01);
	/* That comes first. */
	out(IER, 0x03);
	CHECK_EQ(in_when(IIR, true, true), 0x04);
	out(FCR, 0x01);
	CHECK_EQ(in_when(IIR, true, true), 0xc4);
	CHECK_EQ(in_when(IIR, true, false), 0xc2);
	out(IER, 0x0e);
	CHECK_EQ(in_when(IIR, false, true), 0xc1);
}

UNIT(one_register_takes_what_was_received)
{
	unsigned int reg;

	guest_uart_reset(&uart);
	CHECK(guest_uart_on_line(&uart, DATA));
	for (reg = IER; reg < GUEST_UART_PORTS; reg++)
		CHECK(!guest_uart_on_line(&uart, reg));
	out(LCR, 0x80);
	CHECK(!guest_uart_on_line(&uart, DATA));
	out(LCR, 0x03);
	CHECK(guest_uart_on_line(&uart, DATA));
	/* In loop mode it is not connected. */
	out(MCR, 0x10);
	out(IER, 0x01);
	CHECK(!guest_uart_on_line(&uart, DATA));
	CHECK_EQ(in_when(LSR, true, true), 0x60);
	CHECK_EQ(in_when(IIR, true, true), 0x01);
}

UNIT(a_start_forgets_everything)
{
	unsigned int reg;

	for (reg = IER; reg < GUEST_UART_PORTS; reg++)
		out(reg, 0xff);
	guest_uart_reset(&uart);
	CHECK_EQ(in(IER), 0);
	CHECK_EQ(in(IIR), 0x01);
	CHECK_EQ(in(LCR), 0);
	CHECK_EQ(in(MCR), 0);
	CHECK_EQ(in(SCR), 0);
	out(LCR, 0x80);
	CHECK_EQ(in(DATA), 0);
	CHECK_EQ(in(IER), 0);
}

static bool edge(unsigned int reg, bool is_write, bool ready, bool received)
{
	return guest_uart_edge(&uart, reg, is_write, (struct guest_uart_line){ ready, received });
}

UNIT(it_interrupts_for_what_is_enabled)
{
	static const struct {
		u8 enable, reg;
		bool write, ready, received, edge;
	} rows[] = {
		{ 0, IER, true, true, true, false },
		{ 1, IER, true, true, false, false },
		{ 1, IER, true, true, true, true },
		{ 2, IER, true, false, true, false },
		{ 2, IER, true, true, false, true },
		/* The next one that was received; and the next that can be sent. */
		{ 1, DATA, false, true, true, true },
		{ 1, DATA, false, true, false, false },
		{ 2, DATA, true, true, false, true },
		{ 1, DATA, true, true, false, false },
		/* Who looks is not interrupted for that. */
		{ 3, IER, false, true, true, false },
		{ 3, IIR, false, true, true, false },
		{ 3, LSR, false, true, true, false },
		{ 3, FCR, true, true, true, false },
	};
	size_t n;

	for (n = 0; n < ARRAY_SIZE(rows); n++) {
		unit_row("%zu", n);
		guest_uart_reset(&uart);
		out(IER, rows[n].enable);
		CHECK_EQ(guest_uart_is_driven(&uart), rows[n].enable >> 1);
		CHECK_EQ(edge(rows[n].reg, rows[n].write, rows[n].ready, rows[n].received),
			 rows[n].edge);
	}
	/* The divisor is no register of these, and nothing is received in loop mode. */
	guest_uart_reset(&uart);
	out(IER, 1);
	out(LCR, 0x80);
	CHECK(!edge(IER, true, true, true));
	CHECK(!edge(DATA, false, true, true));
	out(LCR, 0);
	out(MCR, 0x10);
	CHECK(!edge(IER, true, true, true));
}
