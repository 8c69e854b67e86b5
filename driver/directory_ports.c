// SPDX-License-Identifier: GPL-2.0-only
/*
 * A cell's I/O ports: what is in ports/, those of its PCI functions, and, of a Linux, all others,
 * which it may probe. Asks nobody but what it is given, and runs on the host, too.
 */
#include "directory_assembly.h"
#include "reason.h"

#include <linux/errno.h>
#include <linux/kernel.h>
#include <linux/minmax.h>

#include <config_check.h>
#include <pio.h>

/* PCI configuration: the hypervisor shows each cell its own. */
#define PCI_PORTS	0xcf8
#define PCI_PORTS_END	0xd00

/* An 8250 has eight ports. */
#define UART_PORTS	8

static void grant(struct assembly *a, u32 first, u32 count, u32 flags)
{
	struct jailhouse_pio pio = PIO_RANGE_FLAGS(first, count, flags);

	jh_assembly_add(a, &pio, sizeof(pio));
	a->desc->num_pio_regions++;
}

static void add_bars(struct assembly *a)
{
	const struct directory *directory = a->cell->first[DIRECTORY_DEVICES];
	const struct directory_bar *bar;

	for (; directory; directory = directory->next)
		for (bar = directory->device.bars; bar < directory->device.bars + DIRECTORY_BARS;
		     bar++)
			if (bar->size && bar->ports)
				grant(a, bar->start, bar->size, 0);
}

static bool is_granted(const struct assembly *a, u32 port)
{
	const struct jailhouse_pio *pio = config_pio(a->desc);
	unsigned int n;

	for (n = 0; n < a->desc->num_pio_regions; n++, pio++)
		if (port >= pio->base && port - pio->base < pio->length)
			return !(pio->flags & JAILHOUSE_PIO_IGNORE);
	return false;
}

/* A cell that prints where it has no ports would end with its first letter. */
static int check_console(const struct assembly *a)
{
	u32 first = a->cell->console_port, port;

	if (a->cell->console != DIRECTORY_UART)
		return 0;
	for (port = first; port < first + UART_PORTS; port++)
		if (!is_granted(a, port))
			return jh_refuse(a->why, -EINVAL,
					 "console: port 0x%x is in no directory of ports/ (it has 8 ports)",
					 port);
	return 0;
}

/* The first range that somebody has at @from or behind it; else it begins behind the last port. */
static void first_used(const struct jailhouse_cell_desc *desc, unsigned int num_ranges, u32 from,
		       u32 *first, u32 *end)
{
	const bool is_virtual = desc->flags & JAILHOUSE_CELL_VIRTUAL_CONSOLE;
	const struct jailhouse_pio fixed[] = {
		PIO_RANGE(PCI_PORTS, PCI_PORTS_END - PCI_PORTS),
		PIO_RANGE(is_virtual ? desc->console.address : PCI_PORTS, UART_PORTS),
	};
	const struct jailhouse_pio *pio;
	unsigned int n;
	u32 begin;

	*first = PIO_NUM_PORTS;
	*end = PIO_NUM_PORTS;
	for (n = 0; n < num_ranges + ARRAY_SIZE(fixed); n++) {
		pio = n < num_ranges ? &config_pio(desc)[n] : &fixed[n - num_ranges];
		begin = pio->base < from ? from : pio->base;
		if (pio->base + pio->length <= from || begin >= *first)
			continue;
		*first = begin;
		*end = pio->base + pio->length;
	}
}

/* Timers and clock: Linux waits there for others than ones. */
static const struct jailhouse_pio zeros[] = { PIO_RANGE(0x40, 4), PIO_RANGE(0x70, 2) };

/* How a port is ignored, and up to where that holds, if not up to @end. */
static u32 flags_at(u32 port, u32 *end)
{
	const struct jailhouse_pio *zero = zeros;
	u32 behind;

	for (; zero < zeros + ARRAY_SIZE(zeros); zero++) {
		behind = zero->base + zero->length;
		if (zero->base > port && zero->base < *end)
			*end = zero->base;
		if (zero->base > port || behind <= port)
			continue;
		*end = min(*end, behind);
		return JAILHOUSE_PIO_IGNORE | JAILHOUSE_PIO_ZERO;
	}
	return JAILHOUSE_PIO_IGNORE;
}

static void ignore(struct assembly *a, u32 from, u32 end)
{
	u32 next, flags;

	for (; from < end; from = next) {
		next = end;
		flags = flags_at(from, &next);
		grant(a, from, next - from, flags);
	}
}

/* Linux probes ports, and takes it well that nothing is there. */
static void ignore_others(struct assembly *a)
{
	const unsigned int num_ranges = a->desc->num_pio_regions;
	u32 from, first, end;

	for (from = 0; from < PIO_NUM_PORTS; from = end) {
		first_used(a->desc, num_ranges, from, &first, &end);
		ignore(a, from, first);
	}
}

/**
 * jh_assembly_add_ports() - the ports of a cell
 * @a: its flags and its console are set
 *
 * Return: 0, -ENODATA for a range that nobody has written, -EINVAL for a console without ports.
 */
int jh_assembly_add_ports(struct assembly *a)
{
	const struct directory *directory = a->cell->first[DIRECTORY_PORTS];
	int err;

	for (; directory; directory = directory->next) {
		if (!directory->ports.count)
			return jh_assembly_refuse_unwritten(a, DIRECTORY_PORTS, directory,
							    "/range");
		grant(a, directory->ports.first, directory->ports.count, directory->ports.flags);
	}
	add_bars(a);
	err = check_console(a);
	if (!err && a->cell->start == DIRECTORY_LINUX)
		ignore_others(a);
	return err;
}
