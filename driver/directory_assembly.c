// SPDX-License-Identifier: GPL-2.0-only
/*
 * What all that makes entries of directories has in common. Asks nobody but what it is given, and
 * runs on the host, too.
 */
#include "directory_assembly.h"
#include "reason.h"

#include <linux/errno.h>
#include <linux/string.h>

#define HASH_PRIME	0x01000193U

/**
 * jh_assembly_hash() - one more of a row of names
 * @value: that of those before it, or ASSEMBLY_HASH_START
 * @name: with the NUL that ends it, so that no two rows of names read alike
 */
u32 jh_assembly_hash(u32 value, const char *name)
{
	do {
		value = (value ^ (u8)*name) * HASH_PRIME;
	} while (*name++);
	return value;
}

/** jh_assembly_find_peer() - what was said of the cell with that name; NULL: there is none */
const struct directory_peer *jh_assembly_find_peer(const struct assembly *a, const char *name)
{
	unsigned int n;

	for (n = 0; n < a->machine->num_peers; n++)
		if (!strcmp(a->machine->peers[n].name, name))
			return &a->machine->peers[n];
	jh_refuse(a->why, -ENOENT, "there is no cell %s: mkdir it first", name);
	return NULL;
}

/**
 * jh_assembly_add() - one more entry
 * @a: has room for it
 * @entry: it
 * @size: bytes
 */
void jh_assembly_add(struct assembly *a, const void *entry, size_t size)
{
	memcpy(a->end, entry, size);
	a->end += size;
}

/** jh_assembly_add_region() - one more memory region, while no other list has been begun. */
void jh_assembly_add_region(struct assembly *a, u64 physical, u64 address, u64 size, u64 flags)
{
	struct jailhouse_memory region = {
		.phys_start = physical, .virt_start = address, .size = size, .flags = flags,
	};

	jh_assembly_add(a, &region, sizeof(region));
	a->desc->num_memory_regions++;
}

/**
 * jh_assembly_refuse() - put before the sentence which file it is about
 * @a: its @why has the sentence
 * @err: the errno
 * @kind: where the directory is
 * @directory: which one
 * @file: with a slash before it, or empty
 *
 * Return: @err.
 */
int jh_assembly_refuse(const struct assembly *a, int err, enum directory_kind kind,
		       const struct directory *directory, const char *file)
{
	struct reason own = *a->why;

	return jh_refuse(a->why, err, "%s/%s%s: %s", jh_directory_kinds[kind], directory->name,
			 file, own.text);
}

/** jh_assembly_refuse_unwritten() - the same with -ENODATA, for what nobody has written. */
int jh_assembly_refuse_unwritten(const struct assembly *a, enum directory_kind kind,
				 const struct directory *directory, const char *file)
{
	jh_refuse(a->why, -ENODATA, "nothing was written");
	return jh_assembly_refuse(a, -ENODATA, kind, directory, file);
}
