// SPDX-License-Identifier: GPL-2.0-only
/*
 * Cells that were said in directories: those that name each other in ivshmem/ are peers with the
 * same memory, whoever is made first; what a peer does not have is refused by name.
 */
/* HOST: kernel */
/* BESIDE: reason.c directories.c */
#include "directories.h"
#include "unit.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static struct directory_ivshmem *say_device(struct directories *of, const char *name)
{
	struct directory_ivshmem *device = &say_of(of, DIRECTORY_IVSHMEM, name)->ivshmem;

	strcpy(device->peers[0], "other");
	strcpy(device->peers[1], "demo");
	device->num_peers = 2;
	return device;
}

static const struct jailhouse_ivshmem *device_of(const struct jailhouse_cell_desc *desc)
{
	return config_ivshmem(desc);
}

static const struct jailhouse_memory *section_of(const struct jailhouse_cell_desc *desc,
						 unsigned int section)
{
	return config_mem_regions(desc) + device_of(desc)->first_region + section;
}

UNIT(two_that_name_each_other)
{
	const u64 shared = JAILHOUSE_MEM_READ | JAILHOUSE_MEM_ROOTSHARED;
	struct jailhouse_cell_desc *first;
	struct directory_ivshmem *devices[2];
	unsigned int n;

	begin_two();
	devices[0] = say_device(&cell, "talk");
	devices[1] = say_device(&other, "talk");
	for (n = 0; n < 2; n++) {
		devices[n]->common = 3 * 4096;
		devices[n]->output = 2 * 4096;
		devices[n]->vectors = 4;
	}
	if (!CHECK_EQ(assemble(), 0))
		return;
	CHECK_EQ(made->num_ivshmem, 1);
	CHECK_EQ(device_of(made)->address, 0xfd000000);
	CHECK_EQ(device_of(made)->bdf, 1 << 3);
	CHECK_EQ(device_of(made)->peers, 2);
	CHECK_EQ(device_of(made)->peer, 1);
	CHECK_EQ(device_of(made)->vectors, 4);
	CHECK_EQ(section_of(made, 0)->virt_start, 2 * MIB);
	CHECK_EQ(section_of(made, 1)->size, 3 * 4096);
	CHECK_EQ(section_of(made, 1)->flags, shared | JAILHOUSE_MEM_WRITE);
	CHECK_EQ(section_of(made, 2)->flags, shared);
	CHECK_EQ(section_of(made, 3)->flags, shared | JAILHOUSE_MEM_WRITE);
	CHECK_EQ(section_of(made, 3)->size, 2 * 4096);
	first = other_beside();
	CHECK_EQ(device_of(made)->id, device_of(first)->id);
	CHECK_EQ(device_of(made)->peer, 0);
	for (n = 0; n < 4; n++)
		CHECK_EQ(section_of(made, n)->phys_start, section_of(first, n)->phys_start);
	end();
	free(first);
}

/* Neither RAM of this cell, nor of another one, nor what the other device has. */
UNIT(memory_of_its_own)
{
	const struct jailhouse_memory *ram;
	struct jailhouse_cell_desc *first;

	begin_two();
	say_device(&cell, "a");
	say_device(&cell, "b");
	say_device(&other, "a");
	say_device(&other, "b");
	say_memory("large", 40 * MIB);
	if (!CHECK_EQ(assemble(), 0))
		return;
	CHECK_EQ(made->num_ivshmem, 2);
	CHECK(device_of(made)[0].id != device_of(made)[1].id);
	CHECK_EQ(device_of(made)[1].bdf, 2 << 3);
	CHECK_EQ(device_of(made)[1].address, 0xfd002000);
	CHECK_EQ(device_of(made)[1].first_region, device_of(made)[0].first_region + 4);
	CHECK(section_of(made, 4)->phys_start != section_of(made, 0)->phys_start);
	/* 40 MiB from 2 MiB on, then this. */
	CHECK_EQ(section_of(made, 0)->virt_start, 42 * MIB);
	CHECK_EQ(section_of(made, 4)->virt_start, 42 * MIB + 4 * 4096);
	first = other_beside();
	CHECK_EQ(section_of(made, 4)->phys_start, section_of(first, 4)->phys_start);
	ram = region(0);
	CHECK(ram->phys_start != region(2 * MIB)->phys_start);
	end();
	free(first);
}

/* Functions and registers are where the cell has nothing else. */
UNIT(beside_devices_and_links)
{
	begin_two();
	say_device(&cell, "talk");
	say_device(&other, "talk");
	strcpy(say(DIRECTORY_LINKS, "up")->link.peer, "root");
	say(DIRECTORY_DEVICES, "0000:00:03.0")->device = (struct directory_device){ .bdf = NIC };
	if (!CHECK_EQ(assemble(), 0))
		return;
	CHECK_EQ(device_of(made)->address, 0xfd002000);
	CHECK_EQ(device_of(made)->bdf, 1 << 3);
	end();
}

UNIT(a_peer_that_has_not_the_same)
{
	struct directory_ivshmem *device, *its;

	begin_two();
	device = &say(DIRECTORY_IVSHMEM, "talk")->ivshmem;
	CHECK_EQ(assemble(), -ENODATA);
	CHECK(says("ivshmem/talk/peers: nothing was written"));
	strcpy(device->peers[0], "third");
	strcpy(device->peers[1], "other");
	device->num_peers = 2;
	CHECK_EQ(assemble(), -EINVAL);
	CHECK(says("ivshmem/talk/peers: demo, which has it, is not among them"));
	strcpy(device->peers[1], "demo");
	CHECK_EQ(assemble(), -ENOENT);
	CHECK(says("ivshmem/talk/peers: there is no cell third: mkdir it first"));
	strcpy(device->peers[0], "other");
	CHECK_EQ(assemble(), -ENXIO);
	CHECK(says("ivshmem/talk/peers: cell other has no ivshmem/talk with the same in peers"));
	its = say_device(&other, "talk");
	CHECK_EQ(assemble(), 0);
	end();
	strcpy(its->peers[0], "demo");
	strcpy(its->peers[1], "other");
	CHECK_EQ(assemble(), -ENXIO);
	strcpy(its->peers[0], "other");
	strcpy(its->peers[1], "demo");
	its->num_peers = 3;
	CHECK_EQ(assemble(), -ENXIO);
	its->num_peers = 2;
	its->common *= 2;
	CHECK_EQ(assemble(), -ENXIO);
	its->common = device->common;
	its->output *= 2;
	CHECK_EQ(assemble(), -ENXIO);
}

/* What was said was changed for both, while one of them exists as it was. */
UNIT(larger_than_that_of_a_peer_that_exists)
{
	struct directory_ivshmem *devices[2];
	struct jailhouse_cell_desc *first;

	begin_two();
	devices[0] = say_device(&cell, "talk");
	devices[1] = say_device(&other, "talk");
	CHECK_EQ(assemble(), 0);
	first = other_beside();
	end();
	devices[0]->output *= 2;
	devices[1]->output *= 2;
	CHECK_EQ(assemble_as("other"), -EBUSY);
	CHECK(says("ivshmem/talk: cell demo was created with another common or output"));
	end();
	free(first);
}

UNIT(no_room)
{
	struct directory_ivshmem *devices[2];

	begin_two();
	devices[0] = say_device(&cell, "talk");
	devices[1] = say_device(&other, "talk");
	devices[0]->output = 64 * MIB;
	devices[1]->output = 64 * MIB;
	CHECK_EQ(assemble(), -ENOSPC);
	CHECK(says("ivshmem/talk: "));
	CHECK(says("are not free in one range"));
	devices[0]->output = CONFIG_GUEST_PHYS_END - 4096;
	devices[1]->output = CONFIG_GUEST_PHYS_END - 4096;
	CHECK_EQ(assemble(), -E2BIG);
	CHECK(says("ivshmem/talk: there are not "));
	devices[0]->output = 4096;
	devices[1]->output = 4096;
	CHECK_EQ(assemble(), 0);
	end();
}

UNIT(more_than_a_configuration_has_room_for)
{
	static const char *const names[] = { "a", "b", "c", "d", "e" };
	size_t n;

	begin_two();
	for (n = 0; n < ARRAY_SIZE(names) - 1; n++) {
		say_device(&cell, names[n]);
		say_device(&other, names[n]);
	}
	CHECK_EQ(assemble(), 0);
	CHECK_EQ(made->num_ivshmem, 4);
	end();
	say_device(&cell, names[n]);
	say_device(&other, names[n]);
	CHECK_EQ(assemble(), -E2BIG);
	CHECK(says("ivshmem: there are 5 directories in it, 4 is the limit"));
}

/* It has no directory, and is asked for none. */
UNIT(the_root_cell_is_a_peer)
{
	struct directory_ivshmem *device;

	begin_two();
	device = say_device(&cell, "talk");
	strcpy(device->peers[0], "root");
	device->vectors = 0;
	if (!CHECK_EQ(assemble(), 0))
		return;
	CHECK_EQ(device_of(made)->root, 1);
	CHECK_EQ(device_of(made)->peer, 1);
	CHECK_EQ(device_of(made)->peers, 2);
	CHECK_EQ(device_of(made)->vectors, 0);
	CHECK_EQ(section_of(made, 2)->flags & JAILHOUSE_MEM_WRITE, 0);
	end();
}
