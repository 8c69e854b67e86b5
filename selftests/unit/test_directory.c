// SPDX-License-Identifier: GPL-2.0-only
/* What is said of a cell in directories, and where its image goes. */
/* HOST: kernel */
/* BESIDE: reason.c directories.c */
#include "directories.h"
#include "unit.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

UNIT(where_an_image_goes)
{
	begin();
	CHECK_EQ(jh_directories_image_address(&cell, 0x10000), 0xf0000);
	CHECK_EQ(jh_directories_image_address(&cell, 0x200000), 0);
	CHECK_EQ(jh_directories_entry(&cell), 0xffff0);
	cell.start = 0x200000;
	CHECK_EQ(jh_directories_image_address(&cell, 0x10000), 0x200000);
	CHECK_EQ(jh_directories_entry(&cell), 0x200000);
}

UNIT(used_is_what_was_said)
{
	begin();
	CHECK(jh_directories_used(&cell));
	cell.has_cpus = false;
	CHECK(!jh_directories_used(&cell));
	say_memory("b", MIB);
	say_memory("a", MIB);
	say_memory("c", MIB);
	CHECK(jh_directories_used(&cell));
	jh_directories_remove(&cell, DIRECTORY_MEMORY, &directories[0]);
	CHECK(cell.first[DIRECTORY_MEMORY] == &directories[1]);
	CHECK(directories[1].next == &directories[2]);
	jh_directories_remove(&cell, DIRECTORY_MEMORY, &directories[1]);
	jh_directories_remove(&cell, DIRECTORY_MEMORY, &directories[2]);
	CHECK(!jh_directories_used(&cell));
	cell.flags = JAILHOUSE_CELL_KVM_LEAF;
	CHECK(jh_directories_used(&cell));
}
