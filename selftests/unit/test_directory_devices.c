// SPDX-License-Identifier: GPL-2.0-only
/* Cells that were said in directories: ports, console, pins and PCI functions. */
/* HOST: kernel */
/* BESIDE: reason.c directories.c */
#include "directories.h"
#include "unit.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

UNIT(ports_and_a_console_there)
{
	begin();
	say_memory("ram", MIB);
	say_ports("uart", 0x2f8, 8, JAILHOUSE_PIO_ROOTSHARED);
	cell.console = DIRECTORY_UART;
	cell.console_port = 0x2f8;
	if (!CHECK_EQ(assemble(), 0))
		return;
	CHECK_EQ(made->flags, 0);
	CHECK_EQ(made->console.type, JAILHOUSE_CON_TYPE_8250);
	CHECK_EQ(made->console.address, 0x2f8);
	CHECK_EQ(made->num_pio_regions, 1);
	CHECK_EQ(config_pio(made)->flags, JAILHOUSE_PIO_ROOTSHARED);
	end();
	cell.console_port = 0x2f9;
	CHECK_EQ(assemble(), -EINVAL);
	CHECK(says("console: port 0x300 is in no directory"));
	cell.first[DIRECTORY_PORTS]->ports.flags = JAILHOUSE_PIO_IGNORE;
	cell.console_port = 0x2f8;
	CHECK_EQ(assemble(), -EINVAL);
	CHECK(says("console: port 0x2f8 is in no directory"));
}

UNIT(more_ports_than_a_configuration_has_room_for)
{
	char name[8];
	u32 n;

	begin();
	say_memory("ram", MIB);
	for (n = 0; n < 1024; n++) {
		snprintf(name, sizeof(name), "p%u", n % 1024);
		say_ports(name, 0x1000 + 2 * n, 1, 0);
	}
	CHECK_EQ(assemble(), 0);
	CHECK_EQ(made->num_pio_regions, 1024);
	end();
	say_ports("one", 0x300, 1, 0);
	CHECK_EQ(assemble(), -E2BIG);
	CHECK(says("num_pio_regions is 1025, 1024 is the limit"));
}

UNIT(a_virtual_console)
{
	begin();
	say_memory("ram", MIB);
	cell.console = DIRECTORY_VIRTUAL;
	cell.console_port = 0x3f8;
	if (!CHECK_EQ(assemble(), 0))
		return;
	CHECK_EQ(made->flags, JAILHOUSE_CELL_VIRTUAL_CONSOLE);
	CHECK_EQ(made->console.address, 0x3f8);
	end();
}

UNIT(pins_by_chip_and_by_number)
{
	begin();
	say_memory("ram", MIB);
	say_pin("a", 0, 4);
	say_pin("b", DIRECTORY_GSI, 23);
	say_pin("c", DIRECTORY_GSI, 24);
	say_pin("d", 1, 130);
	if (!CHECK_EQ(assemble(), 0))
		return;
	CHECK_EQ(made->num_irqchips, 3);
	CHECK_EQ(config_irqchips(made)[0].pin_bitmap[0], 1U << 4 | 1U << 23);
	CHECK_EQ(config_irqchips(made)[0].id, 1);
	CHECK_EQ(config_irqchips(made)[1].address, 0xfec01000);
	CHECK_EQ(config_irqchips(made)[1].pin_bitmap[0], 1);
	CHECK_EQ(config_irqchips(made)[2].pin_base, 128);
	CHECK_EQ(config_irqchips(made)[2].pin_bitmap[0], 4);
	end();
	say_pin("e", 1, 0);
	CHECK_EQ(assemble(), -EADDRINUSE);
	CHECK(says("interrupts/e/pin: another directory"));
}

UNIT(pins_that_are_not_there)
{
	static const struct { u32 chip, pin; } rows[] = {
		{ 0, 24 }, { 1, 136 }, { 2, 0 }, { DIRECTORY_GSI, 160 }, { DIRECTORY_GSI, ~0U },
	};
	size_t n;

	for (n = 0; n < ARRAY_SIZE(rows); n++) {
		begin();
		say_memory("ram", MIB);
		say_pin("a", rows[n].chip, rows[n].pin);
		CHECK_EQ(assemble(), -ENXIO);
		CHECK(says("interrupts/a/pin: no I/O APIC"));
	}
}

UNIT(a_device)
{
	struct directory *nic;

	begin();
	say_memory("ram", MIB);
	nic = say(DIRECTORY_DEVICES, "0000:00:03.0");
	nic->device = (struct directory_device){
		.bdf = NIC,
		.bars = { { 0xfebc0800, 0x1000, false }, { 0xc000, 0x40, true } },
	};
	if (!CHECK_EQ(assemble(), 0))
		return;
	CHECK_EQ(made->num_pci_devices, 1);
	CHECK_EQ(config_pci(made)->bdf, NIC);
	CHECK_EQ(config_pci(made)->type, JAILHOUSE_PCI_TYPE_DEVICE);
	CHECK_EQ(config_pci(made)->num_msix_vectors, 3);
	CHECK_EQ(config_pci(made)->msix_address, 0xfebc1000);
	CHECK_EQ(region(0xfebc0800)->phys_start, 0xfebc0000);
	CHECK_EQ(region(0xfebc0800)->size, 0x2000);
	CHECK_EQ(region(0xfebc0800)->flags,
		 JAILHOUSE_MEM_READ | JAILHOUSE_MEM_WRITE | JAILHOUSE_MEM_IO);
	CHECK_EQ(config_pio(made)->base, 0xc000);
	CHECK_EQ(config_pio(made)->length, 0x40);
	end();
	/* Its pin is the cell's, if the cell has one. */
	nic->device.owns_pin = true;
	CHECK_EQ(assemble(), -EINVAL);
	CHECK(says("devices/0000:00:03.0"));
	say_pin("a", 0, 11);
	CHECK_EQ(assemble(), 0);
	CHECK_EQ(config_pci(made)->type, JAILHOUSE_PCI_TYPE_DEVICE | JAILHOUSE_PCI_OWNS_PIN);
	end();
	nic->device.bdf = NIC + 1;
	CHECK_EQ(assemble(), -ENXIO);
	CHECK(says("devices/0000:00:03.0: the root cell has no such function: it was not"));
}

/* Which ports of @made are in a region, and which of those are ignored. */
static unsigned int count_ports(u16 flags)
{
	const struct jailhouse_pio *pio = config_pio(made);
	unsigned int n, count = 0;

	for (n = 0; n < made->num_pio_regions; n++, pio++)
		if (pio->flags == flags)
			count += pio->length;
	return count;
}

/* It has what it wants, and may probe all else. */
UNIT(a_linux)
{
	begin();
	say_memory("ram", 32 * MIB);
	cell.start = DIRECTORY_LINUX;
	if (!CHECK_EQ(assemble(), 0))
		return;
	CHECK_EQ(made->flags, JAILHOUSE_CELL_VIRTUAL_CONSOLE | JAILHOUSE_CELL_MESSAGE_PIN |
			      JAILHOUSE_CELL_CONSOLE_PIN);
	CHECK_EQ(made->cpu_reset_address, 0xffff0);
	CHECK_EQ(made->console.address, 0x3f8);
	CHECK_EQ(made->num_pio_regions, 7);
	CHECK_EQ(count_ports(JAILHOUSE_PIO_IGNORE), 0x10000 - 8 - 8 - 6);
	CHECK_EQ(count_ports(JAILHOUSE_PIO_IGNORE | JAILHOUSE_PIO_ZERO), 6);
	end();
	/* What it was given is its own; what is said of console and flags counts. */
	say_ports("rtc", 0x70, 2, 0);
	say_ports("uart", 0x2f8, 8, JAILHOUSE_PIO_ROOTSHARED);
	say_ports("first", 0, 1, 0);
	say_ports("last", 0xffff, 1, 0);
	cell.console = DIRECTORY_UART;
	cell.console_port = 0x2f8;
	cell.flags = JAILHOUSE_CELL_PASSIVE_COMMREG;
	if (!CHECK_EQ(assemble(), 0))
		return;
	CHECK_EQ(made->flags, JAILHOUSE_CELL_PASSIVE_COMMREG);
	CHECK_EQ(count_ports(0), 4);
	CHECK_EQ(count_ports(JAILHOUSE_PIO_ROOTSHARED), 8);
	CHECK_EQ(count_ports(JAILHOUSE_PIO_IGNORE), 0x10000 - 8 - 12 - 4);
	CHECK_EQ(count_ports(JAILHOUSE_PIO_IGNORE | JAILHOUSE_PIO_ZERO), 4);
	end();
}

UNIT(a_linux_with_ports_that_adjoin)
{
	begin();
	say_memory("ram", 32 * MIB);
	cell.start = DIRECTORY_LINUX;
	say_ports("all", 0, 0x3f8, 0);
	say_ports("more", 0x400, 0xcf8 - 0x400, 0);
	say_ports("rest", 0xd00, 0xf300, 0);
	CHECK_EQ(assemble(), 0);
	CHECK_EQ(made->num_pio_regions, 3);
	CHECK_EQ(count_ports(JAILHOUSE_PIO_IGNORE), 0);
	end();
}
