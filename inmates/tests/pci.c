// SPDX-License-Identifier: GPL-2.0-only
/*
 * The PCI bus as a cell sees it that was given one function.
 *
 *	bdf=N		the function, bus << 8 | device << 3 | function
 *	id=N		its device and vendor identification
 *	bar=N		number of the BAR that places its I/O ports
 *	size=N		how many they are
 *	offset=N	one of them, a byte of no effect that can be written ...
 *	value=N		... and what it holds after a reset
 */
#include "report.h"

#define ADDRESS_PORT	0xcf8
#define DATA_PORT	0xcfc
#define ENABLE		0x80000000U

#define CFG_ID		0x00
#define CFG_COMMAND	0x04
#define CFG_BAR0	0x10
#define CFG_LINE	0x3c
#define COMMAND_IO	0x0001
#define COMMAND_MASTER	0x0004
#define BAR_IO		0x0001U

#define NUM_BDFS	65536U

static u32 read_config(u32 bdf, u32 offset)
{
	out32(ADDRESS_PORT, ENABLE | bdf << 8 | offset);
	return in32(DATA_PORT);
}

static void write_config(u32 bdf, u32 offset, u32 value)
{
	out32(ADDRESS_PORT, ENABLE | bdf << 8 | offset);
	out32(DATA_PORT, value);
}

/* The functions of the first bus, and the first of each device on the others. */
static void scan_bus(u32 own, u32 id)
{
	u32 bdf, value, others = 0;

	for (bdf = 0; bdf < NUM_BDFS; bdf += bdf < 256 ? 1 : 8) {
		value = read_config(bdf, CFG_ID);
		if (bdf == own)
			report(value == id, "function 0x%x is 0x%x", bdf, value);
		else
			others += value != ~0U;
	}
	report(!others, "%u other functions are seen", others);
}

/* What it writes to others does not reach them: the root cell compares. */
static void write_to_others(u32 own)
{
	u32 bdf, offset;

	for (bdf = 0; bdf < 32; bdf++)
		for (offset = 0; bdf != own && offset < 256; offset += 4)
			write_config(bdf, offset, 0x5a5a5a5a);
	report(in32(ADDRESS_PORT) == (ENABLE | 31 << 8 | 252), "the address register is 0x%x",
	       in32(ADDRESS_PORT));
}

static u32 in_width(u16 port, unsigned int width)
{
	return width == 4 ? in32(port) : width == 2 ? in16(port) : in8(port);
}

static void out_width(u16 port, unsigned int width, u32 value)
{
	if (width == 4)
		out32(port, value);
	else if (width == 2)
		out16(port, (u16)value);
	else
		out8(port, (u8)value);
}

/*
 * Whatever is not one of the two registers, in all of its bytes, reads as ones, and what is
 * written does not come through to the selected command register.
 */
static void cross_registers(u32 bdf)
{
	u32 before = read_config(bdf, CFG_COMMAND), width, port, wrong = 0;

	for (port = 0xcf5; port <= 0xcff; port++) {
		for (width = 1; width <= 4; width *= 2) {
			if ((port >= DATA_PORT && (port & 3) + width <= 4) ||
			    (port == ADDRESS_PORT && width == 4))
				continue;
			wrong += in_width((u16)port, width) != ~0U >> (32 - 8 * width);
			out_width((u16)port, width, 0x07070707);
		}
	}
	report(!wrong, "%u accesses across registers read something", wrong);
	report(read_config(bdf, CFG_COMMAND) == before, "command is 0x%x, was 0x%x",
	       read_config(bdf, CFG_COMMAND), before);
}

/* Switched on at the end of each run, it is off when the next one starts. */
static void find_no_master(u32 bdf)
{
	report(!(read_config(bdf, CFG_COMMAND) & COMMAND_MASTER), "it starts as no bus master");
}

static void leave_master_on(u32 bdf)
{
	write_config(bdf, CFG_COMMAND, read_config(bdf, CFG_COMMAND) | COMMAND_MASTER);
	report(read_config(bdf, CFG_COMMAND) & COMMAND_MASTER, "it ends as bus master");
}

/* Each register, all ones and all zeros: Linux looks whether it finds its own again. */
static void scribble(u32 bdf)
{
	u32 offset;

	for (offset = 0; offset < 256; offset += 4) {
		write_config(bdf, offset, ~0U);
		write_config(bdf, offset, 0);
		write_config(bdf, offset, 0x5a5a5a5a);
	}
}

/* A driver finds out how many ports there are, and puts the BAR back. */
static void size_bar(u32 bdf, u32 offset, u32 size)
{
	u32 before = read_config(bdf, offset), mask;

	write_config(bdf, offset, ~0U);
	mask = read_config(bdf, offset);
	write_config(bdf, offset, before);
	report(before & BAR_IO, "BAR at 0x%x is 0x%x", offset, before);
	report((~mask | 3) + 1 == size, "its mask is 0x%x", mask);
	report(read_config(bdf, offset) == before, "it is 0x%x again",
	       read_config(bdf, offset));
}

static void use_ports(u32 bdf, u16 port, u8 value)
{
	write_config(bdf, CFG_COMMAND, read_config(bdf, CFG_COMMAND) | COMMAND_IO);
	report(read_config(bdf, CFG_COMMAND) & COMMAND_IO, "I/O space is on");
	report(in8(port) == value, "port 0x%x reads 0x%x", port, in8(port));
	out8(port, (u8)(value ^ 1));
	report(in8(port) == (value ^ 1), "port 0x%x reads 0x%x after a write", port, in8(port));
	out8(port, value);
}

static void change_line(u32 bdf)
{
	u32 before = read_config(bdf, CFG_LINE);

	write_config(bdf, CFG_LINE, before ^ 0xffff0055);
	report(read_config(bdf, CFG_LINE) == (before ^ 0x55), "interrupt line is 0x%x",
	       read_config(bdf, CFG_LINE));
	write_config(bdf, CFG_LINE, before);
}

void inmate_main(void)
{
	u32 bdf = (u32)cmdline_u64("bdf", 0);
	u32 bar = CFG_BAR0 + 4 * (u32)cmdline_u64("bar", 0);
	u16 port;

	report_begin("pci");
	find_no_master(bdf);
	scan_bus(bdf, (u32)cmdline_u64("id", 0));
	write_to_others(bdf);
	size_bar(bdf, bar, (u32)cmdline_u64("size", 0));
	port = (u16)(read_config(bdf, bar) & ~3U);
	use_ports(bdf, (u16)(port + cmdline_u64("offset", 0)), (u8)cmdline_u64("value", 0));
	change_line(bdf);
	cross_registers(bdf);
	scribble(bdf);
	leave_master_on(bdf);
	report_done();
}
