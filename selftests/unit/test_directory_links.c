// SPDX-License-Identifier: GPL-2.0-only
/*
 * Cells that were said in directories: two that name each other get the ends of one link, whoever
 * is made first; what has no other end, or more than one, is refused by name.
 */
/* HOST: kernel */
/* BESIDE: reason.c directories.c */
#include "directories.h"
#include "unit.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static struct directory_link *say_link(const char *name, const char *peer)
{
	struct directory *link = say(DIRECTORY_LINKS, name);

	strcpy(link->link.peer, peer);
	return &link->link;
}

static struct directory_link *say_other_link(const char *name, const char *peer)
{
	struct directory *link = say_of(&other, DIRECTORY_LINKS, name);

	strcpy(link->link.peer, peer);
	return &link->link;
}

static const struct jailhouse_link *link_of_made(unsigned int n)
{
	return &config_links(made)[n];
}

UNIT(two_that_name_each_other)
{
	struct jailhouse_cell_desc *first;

	begin_two();
	say_link("net", "other");
	say_other_link("net", "demo");
	if (!CHECK_EQ(assemble(), 0))
		return;
	CHECK_EQ(made->num_links, 1);
	CHECK_EQ(link_of_made(0)->address, 0xfd000000);
	first = other_beside();
	CHECK_EQ(made->num_links, 1);
	CHECK_EQ(link_of_made(0)->id, config_links(first)->id);
	CHECK(memcmp(link_of_made(0)->mac, config_links(first)->mac, 6));
	end();
	free(first);
}

UNIT(several_between_the_same_cells)
{
	begin_two();
	say_link("b", "other")->has_mac = true;
	memcpy(directories[1].link.mac, "\2\0\0\0\0\1", 6);
	say_link("a", "other");
	say_link("up", "root");
	say_link("up2", "root");
	say_other_link("a", "demo");
	say_other_link("b", "demo");
	if (!CHECK_EQ(assemble(), 0))
		return;
	CHECK_EQ(made->num_links, 4);
	CHECK(link_of_made(0)->id != link_of_made(1)->id);
	CHECK_EQ(link_of_made(1)->address, 0xfd002000);
	CHECK(!memcmp(link_of_made(1)->mac, "\2\0\0\0\0\1", 6));
	CHECK_EQ(link_of_made(2)->id, ROOT_LINK);
	CHECK_EQ(link_of_made(3)->id, OTHER_ROOT_LINK);
	end();
	say_link("up3", "root");
	CHECK_EQ(assemble(), -ENXIO);
	CHECK(says("links/up3/peer: the root cell has no end for it: there are 2"));
}

/* One of the root cell's that another cell has is not free. */
UNIT(the_root_cells_end_of_another_cell)
{
	struct jailhouse_cell_desc *first;

	begin_two();
	say_link("up", "root");
	say_other_link("up", "root");
	CHECK_EQ(assemble(), 0);
	CHECK_EQ(link_of_made(0)->id, ROOT_LINK);
	first = other_beside();
	CHECK_EQ(link_of_made(0)->id, OTHER_ROOT_LINK);
	end();
	free(first);
}

/* Registers are where the cell has nothing else, and BARs are where they are. */
UNIT(around_devices)
{
	begin_two();
	say_link("up", "root");
	say_link("up2", "root");
	say(DIRECTORY_DEVICES, "0000:00:03.0")->device = (struct directory_device){
		.bdf = NIC,
		.bars = { { 0xfd001800, 0x1000, false }, { 0xfd004000, 0x800000, false } },
	};
	if (!CHECK_EQ(assemble(), 0))
		return;
	CHECK_EQ(link_of_made(0)->address, 0xfd804000);
	CHECK_EQ(link_of_made(1)->address, 0xfd806000);
	end();
	directories[3].device.bars[1] = (struct directory_bar){ 0xfd004000, 0x1bfb000, false };
	CHECK_EQ(assemble(), -ENOSPC);
	CHECK(says("links/up: there is no place for its registers"));
}

UNIT(no_other_end)
{
	begin_two();
	say(DIRECTORY_LINKS, "net");
	CHECK_EQ(assemble(), -ENODATA);
	CHECK(says("links/net/peer: nothing was written"));
	strcpy(directories[1].link.peer, "nobody");
	CHECK_EQ(assemble(), -ENOENT);
	CHECK(says("links/net/peer: there is no cell nobody"));
	strcpy(directories[1].link.peer, "other");
	CHECK_EQ(assemble(), -ENXIO);
	CHECK(says("links/net/peer: cell other has no links/net with the peer demo"));
	say_other_link("net2", "demo");
	CHECK_EQ(assemble(), -ENXIO);
	say_other_link("net", "third");
	CHECK_EQ(assemble(), -ENXIO);
	strcpy(directories[3].link.peer, "demo");
	CHECK_EQ(assemble(), 0);
	end();
}

UNIT(both_ends_with_one_address)
{
	struct directory_link *ends[2];

	begin_two();
	ends[0] = say_link("net", "other");
	ends[1] = say_other_link("net", "demo");
	ends[0]->has_mac = true;
	ends[1]->has_mac = true;
	memcpy(ends[0]->mac, "\2\0\0\0\0\1", 6);
	memcpy(ends[1]->mac, "\2\0\0\0\0\1", 6);
	CHECK_EQ(assemble(), -EADDRINUSE);
	CHECK(says("links/net/peer: cell other has the same mac"));
	ends[1]->mac[5] = 2;
	CHECK_EQ(assemble(), 0);
	end();
}

/* A third cell that happens to have the number: it would get the frames. */
UNIT(a_number_that_another_cell_has)
{
	struct jailhouse_cell_desc *third;

	begin_two();
	say_link("net", "other");
	say_other_link("net", "demo");
	CHECK_EQ(assemble_as("demo"), 0);
	third = made;
	strcpy(third->name, "third");
	others[0] = third;
	machine.num_others = 1;
	CHECK_EQ(assemble(), -EADDRINUSE);
	CHECK(says("is that of another link of cell third, by chance"));
	/* The peer's is what it has to be. */
	strcpy(third->name, "other");
	CHECK_EQ(assemble(), -EBUSY);
	end();
	free(third);
}

UNIT(more_than_a_configuration_has_room_for)
{
	static const char *const names[] = { "a", "b", "c", "d", "e", "f", "g", "h", "i" };
	size_t n;

	begin_two();
	for (n = 0; n < ARRAY_SIZE(names) - 1; n++) {
		say_link(names[n], "other");
		say_other_link(names[n], "demo");
	}
	CHECK_EQ(assemble(), 0);
	CHECK_EQ(made->num_links, 8);
	end();
	say_link(names[n], "other");
	say_other_link(names[n], "demo");
	CHECK_EQ(assemble(), -E2BIG);
	CHECK(says("num_links is 9, 8 is the limit"));
}
