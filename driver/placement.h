/* SPDX-License-Identifier: GPL-2.0-only */
/* Where a cell's memory lies, if nobody has said so. */
#ifndef _JH_PLACEMENT_H
#define _JH_PLACEMENT_H

#include <linux/types.h>

struct directories;
struct directory;
struct directory_machine;
struct reason;

/* The page in which hypervisor and cell talk to each other. */
#define PLACEMENT_COMM_REGION	0x100000ULL

/* Free guest-physical ranges in a row, into which one directory's memory may be divided. */
#define PLACEMENT_MAX_PIECES	8

/**
 * struct placement_piece - memory that is one range to the cell
 * @address: guest-physical
 * @size: bytes
 */
struct placement_piece {
	u64 address;
	u64 size;
};

int jh_place_address(const struct directories *cell, const struct directory *directory,
		     u64 *cursor, struct placement_piece *pieces, struct reason *why);
int jh_place_whole(const struct directories *cell, u64 size, u64 *cursor, struct reason *why);
int jh_place_registers(const struct directories *cell, u64 size, u64 *cursor, struct reason *why);
int jh_place_physical(const struct directories *cell, const struct directory *directory,
		      const struct placement_piece *pieces,
		      const struct directory_machine *machine, u64 *physical,
		      struct reason *why);
int jh_place_sections(const struct directories *cell, const struct directory_machine *machine,
		      u64 size, u64 *physical, struct reason *why);

#endif
