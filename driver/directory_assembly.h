/* SPDX-License-Identifier: GPL-2.0-only */
/* A cell's configuration in the making, of what was said in directories. */
#ifndef _JH_DIRECTORY_ASSEMBLY_H
#define _JH_DIRECTORY_ASSEMBLY_H

#include <linux/types.h>

#include "directory.h"

/**
 * struct assembly - a configuration in the making
 * @name: of the cell
 * @cell: what was said
 * @machine: what it depends on
 * @desc: the blob
 * @end: where its next entry goes
 * @why: receives the reason
 */
struct assembly {
	const char *name;
	struct directories *cell;
	const struct directory_machine *machine;
	struct jailhouse_cell_desc *desc;
	void *end;
	struct reason *why;
};

/*
 * The lists, in the order in which a configuration has them: what is in ports/ and links/. Each
 * returns 0 or an errno, with the reason in @why.
 */
int jh_assembly_add_ports(struct assembly *a);
int jh_assembly_add_links(struct assembly *a);

void jh_assembly_add(struct assembly *a, const void *entry, size_t size);
int jh_assembly_refuse(const struct assembly *a, int err, enum directory_kind kind,
		       const struct directory *directory, const char *file);
int jh_assembly_refuse_unwritten(const struct assembly *a, enum directory_kind kind,
				 const struct directory *directory, const char *file);

#endif
