// SPDX-License-Identifier: GPL-2.0-only
/*
 * Cells that were said in directories: what is missing, or cannot be, is refused in the names of
 * the directories.
 */
/* HOST: kernel */
/* BESIDE: reason.c directories.c */
#include "directories.h"
#include "unit.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "../../driver/directory_names.h"

UNIT(what_is_missing_is_named)
{
	begin();
	cell.has_cpus = false;
	CHECK_EQ(assemble(), -ENODATA);
	CHECK(says("cpus: nothing was written"));
	begin();
	CHECK_EQ(assemble(), -ENODATA);
	CHECK(says("memory: there is no directory in it"));
	say_memory("ram", 0);
	CHECK_EQ(assemble(), -ENODATA);
	CHECK(says("memory/ram/size: nothing was written"));
	begin();
	say_memory("ram", MIB);
	say(DIRECTORY_PORTS, "p");
	CHECK_EQ(assemble(), -ENODATA);
	CHECK(says("ports/p/range: nothing was written"));
	begin();
	say_memory("ram", MIB);
	say(DIRECTORY_INTERRUPTS, "i");
	CHECK_EQ(assemble(), -ENODATA);
	CHECK(says("interrupts/i/pin: nothing was written"));
}

UNIT(what_cannot_be_is_named)
{
	begin();
	say_memory("ram", 2 * MIB)->address = 0;
	CHECK_EQ(assemble(), -EADDRINUSE);
	CHECK(says("memory/ram/address: 0x0-0x200000 covers the communication page at 0x100000"));
	begin();
	say_memory("a", MIB)->physical = 0x3c000000;
	say_memory("b", MIB)->physical = 0x3c080000;
	CHECK_EQ(assemble(), -EADDRINUSE);
	CHECK(says("memory/b (0x3c080000-0x3c180000) overlaps memory/a, host-physically"));
	begin();
	say_memory("ram", MIB);
	say_ports("a", 0x300, 8, 0);
	say_ports("b", 0x304, 1, 0);
	CHECK_EQ(assemble(), -EADDRINUSE);
	CHECK(says("ports/b (0x304"));
	CHECK(says("overlaps ports/a"));
	begin();
	say_memory("ram", MIB);
	cell.start = 0x80000000;
	CHECK_EQ(assemble(), -EINVAL);
	CHECK(says("cpu_reset_address 0x80000000"));
}

UNIT(sentences_about_other_cells_stay_as_they_are)
{
	static const char text[] =
		"memory region 0 overlaps memory region 0 of cell \"x\", irqchip 1";

	begin();
	say_memory("ram", MIB);
	CHECK_EQ(assemble(), 0);
	strcpy(why.text, text);
	jh_directories_explain(&cell, &why);
	CHECK(!strcmp(why.text, "memory/ram overlaps memory region 0 of cell \"x\", irqchip 1"));
	/* The communication page is no directory's; and there is no such entry. */
	strcpy(why.text, "memory region 1 memory region 99 memory region x port region 0");
	jh_directories_explain(&cell, &why);
	CHECK(!strcmp(why.text, "memory region 1 memory region 99 memory region x port region 0"));
	end();
}

/* Sections are memory regions that no directory of memory/ has. */
UNIT(ivshmem_devices_and_their_sections)
{
	struct directory_ivshmem *device;

	begin();
	say_memory("ram", MIB);
	device = &say(DIRECTORY_IVSHMEM, "talk")->ivshmem;
	strcpy(device->peers[0], "demo");
	strcpy(device->peers[1], "demo2");
	device->num_peers = 2;
	peers[0] = (struct directory_peer){ "demo2", &cell };
	machine.num_peers = 1;
	CHECK_EQ(assemble(), 0);
	strcpy(why.text, "ivshmem 0 wants memory region 5, region 6, memory region 6");
	jh_directories_explain(&cell, &why);
	CHECK(!strcmp(why.text, "ivshmem/talk wants ivshmem/talk, region 6, memory region 6"));
	end();
}

UNIT(pci_functions_in_sentences_keep_their_names)
{
	static const char text[] =
		"has that of PCI device 0000:03:00.0, PCI device 00:02.0, PCI device 0a:1f.2";

	begin();
	say_memory("ram", MIB);
	say(DIRECTORY_DEVICES, "0000:00:03.0")->device.bdf = NIC;
	CHECK_EQ(assemble(), 0);
	strcpy(why.text, text);
	jh_directories_explain(&cell, &why);
	CHECK(!strcmp(why.text, text));
	strcpy(why.text, "PCI device 0 (0000:00:03.0)");
	jh_directories_explain(&cell, &why);
	CHECK(!strcmp(why.text, "devices/0000:00:03.0 (0000:00:03.0)"));
	end();
}

UNIT(a_sentence_ends_where_there_is_no_room)
{
	size_t n;

	begin();
	say_memory("a-name-that-is-longer-than-this", MIB);
	CHECK_EQ(assemble(), 0);
	for (n = 0; n + 16 < sizeof(why.text); n += 16)
		memcpy(why.text + n, "memory region 0 ", 17);
	jh_directories_explain(&cell, &why);
	CHECK(strlen(why.text) < sizeof(why.text));
	end();
}
