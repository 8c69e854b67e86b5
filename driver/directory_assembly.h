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
 * @registers: where registers of virtual devices go on, guest-physical
 * @why: receives the reason
 */
struct assembly {
	const char *name;
	struct directories *cell;
	const struct directory_machine *machine;
	struct jailhouse_cell_desc *desc;
	void *end;
	u64 registers;
	struct reason *why;
};

/*
 * The lists, in the order in which a configuration has them: what is in ports/, links/ and
 * ivshmem/. Each returns 0 or an errno, with the reason in @why.
 */
int jh_assembly_add_ports(struct assembly *a);
int jh_assembly_add_links(struct assembly *a);
int jh_assembly_add_ivshmem(struct assembly *a);

/* Memory of what is in ivshmem/, which is one piece to the cell, from @cursor on. */
int jh_assembly_add_sections(struct assembly *a, u64 *cursor);

/* FNV-1a, of 32 bits. */
#define ASSEMBLY_HASH_START	0x811c9dc5U

u32 jh_assembly_hash(u32 value, const char *name);
const struct directory_peer *jh_assembly_find_peer(const struct assembly *a, const char *name);
void jh_assembly_add(struct assembly *a, const void *entry, size_t size);
void jh_assembly_add_region(struct assembly *a, u64 physical, u64 address, u64 size, u64 flags);
int jh_assembly_refuse(const struct assembly *a, int err, enum directory_kind kind,
		       const struct directory *directory, const char *file);
int jh_assembly_refuse_unwritten(const struct assembly *a, enum directory_kind kind,
				 const struct directory *directory, const char *file);

#endif
