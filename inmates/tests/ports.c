// SPDX-License-Identifier: GPL-2.0-only
/*
 * One access to an I/O port, by default one that must end the cell.
 *
 *	port=NUMBER
 *	kind=in|out|ins|outs	default in
 *	width=1|2|4		default 1
 *	count=N			of ins and outs, default 1
 *	buffer=ADDRESS		of ins and outs, elsewhere than in the cell's RAM
 *	expect=ok		the port is granted
 *	expect=ignored		reads give all ones, writes are dropped
 *	expect=gp		the instruction raises #GP
 */
#include "report.h"

static u8 ram[4096];
static u8 *buffer = ram;

static u32 port_in(u16 port, u64 width)
{
	switch (width) {
	case 1:
		return in8(port);
	case 2:
		return in16(port);
	default:
		return in32(port);
	}
}

static void port_out(u16 port, u64 width)
{
	switch (width) {
	case 1:
		out8(port, 0);
		break;
	case 2:
		out16(port, 0);
		break;
	default:
		out32(port, 0);
	}
}

static int port_ins(u16 port, u64 width, u64 count)
{
	PROBE_RESULT(fault);
	void *to = buffer;

	switch (width) {
	case 1:
		asm volatile(PROBED("rep insb") : PROBE_OUT(fault), "+D" (to), "+c" (count)
			     : "d" (port) : "memory");
		break;
	case 2:
		asm volatile(PROBED("rep insw") : PROBE_OUT(fault), "+D" (to), "+c" (count)
			     : "d" (port) : "memory");
		break;
	default:
		asm volatile(PROBED("rep insl") : PROBE_OUT(fault), "+D" (to), "+c" (count)
			     : "d" (port) : "memory");
	}
	return fault;
}

static int port_outs(u16 port, u64 width, u64 count)
{
	PROBE_RESULT(fault);
	const void *from = buffer;

	switch (width) {
	case 1:
		asm volatile(PROBED("rep outsb") : PROBE_OUT(fault), "+S" (from), "+c" (count)
			     : "d" (port) : "memory");
		break;
	case 2:
		asm volatile(PROBED("rep outsw") : PROBE_OUT(fault), "+S" (from), "+c" (count)
			     : "d" (port) : "memory");
		break;
	default:
		asm volatile(PROBED("rep outsl") : PROBE_OUT(fault), "+S" (from), "+c" (count)
			     : "d" (port) : "memory");
	}
	return fault;
}

static u32 all_ones(u64 width)
{
	return width == 4 ? ~0U : (1U << 8 * width) - 1;
}

void inmate_main(void)
{
	u16 port = (u16)cmdline_u64("port", 0x70);
	u64 width = cmdline_u64("width", 1), count = cmdline_u64("count", 1);
	u32 value = all_ones(width), i;
	int fault = NO_FAULT;
	char expect[16];

	report_begin("ports");
	buffer = (u8 *)cmdline_u64("buffer", (u64)ram);
	if (!cmdline_get("expect", expect, sizeof(expect)))
		report_trying("access to port 0x%x, width %llu", port, width);
	if (cmdline_is("kind", "out"))
		port_out(port, width);
	else if (cmdline_is("kind", "ins"))
		fault = port_ins(port, width, MIN(count, sizeof(ram) / width));
	else if (cmdline_is("kind", "outs"))
		fault = port_outs(port, width, MIN(count, sizeof(ram) / width));
	else
		value = port_in(port, width);
	if (cmdline_is("expect", "gp")) {
		report(fault == X86_EXC_GP, "port 0x%x: vector %d", port, fault);
	} else if (cmdline_is("expect", "ignored")) {
		report(value == all_ones(width) && fault == NO_FAULT,
		       "port 0x%x reads as 0x%x, vector %d", port, value, fault);
		for (i = 0; cmdline_is("kind", "ins") && i < width * count; i++)
			if (buffer[i] != 0xff)
				report(false, "INS byte %u is 0x%x", i, buffer[i]);
	} else if (!cmdline_is("expect", "ok")) {
		report_survived();
	}
	report(true, "port 0x%x does not end the cell", port);
	report_done();
}
