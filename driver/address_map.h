/* SPDX-License-Identifier: GPL-2.0-only */
/* What is where in the physical address space, of what is told piece by piece. */
#ifndef _JH_ADDRESS_MAP_H
#define _JH_ADDRESS_MAP_H

#include <linux/types.h>

/**
 * enum address_class - what is at an address
 * @ADDRESS_NOTHING: nothing that is known
 * @ADDRESS_DEVICE: registers
 * @ADDRESS_FIRMWARE: memory of firmware that devices reach
 * @ADDRESS_RAM: RAM
 * @ADDRESS_OWNED: what the hypervisor has for itself
 */
enum address_class {
	ADDRESS_NOTHING,
	ADDRESS_DEVICE,
	ADDRESS_FIRMWARE,
	ADDRESS_RAM,
	ADDRESS_OWNED,
};

#define ADDRESS_MAX_SEGMENTS	4096

/**
 * struct address_segment - from here on, up to the next one
 * @start: first address
 * @class: what is there
 */
struct address_segment {
	u64 start;
	enum address_class class;
};

/**
 * struct address_map - the whole address space
 * @segments: in ascending order; the first one starts at 0
 * @count: how many
 * @end: first address that cannot be
 * @full: there was no place for all that was told
 */
struct address_map {
	struct address_segment segments[ADDRESS_MAX_SEGMENTS];
	unsigned int count;
	u64 end;
	bool full;
};

void jh_address_map_init(struct address_map *map, u64 end);
void jh_address_map_set(struct address_map *map, u64 start, u64 end, enum address_class class);
bool jh_address_map_has(const struct address_map *map, u64 start, u64 end,
			enum address_class class);
bool jh_address_map_next(const struct address_map *map, u64 *start, u64 *end,
			 enum address_class *class);

#endif
