// SPDX-License-Identifier: GPL-2.0-only
/*
 * What all that makes entries of directories has in common. Asks nobody but what it is given, and
 * runs on the host, too.
 */
#include "directory_assembly.h"
#include "reason.h"

#include <linux/errno.h>
#include <linux/string.h>

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
