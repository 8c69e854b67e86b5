/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The memory regions of a cell in ascending order, so that it takes a bisection to find
 * one. Configurations may list them in any order.
 */
#ifndef _CORE_MEMORY_MAP_H
#define _CORE_MEMORY_MAP_H

#include "config_check.h"

/**
 * struct memory_map - memory regions by host-physical address
 * @regions: as the configuration lists them
 * @count: how many
 * @order: their numbers there
 */
struct memory_map {
	const struct jailhouse_memory *regions;
	u32 count;
	u16 order[CONFIG_MAX_MEMORY_REGIONS];
};

/**
 * memory_map_init() - sort the regions of a cell
 * @map: refers to @desc from now on
 * @desc: checked, and without a comm region, as that of the root cell
 *
 * A list in ascending order takes one pass, another one up to CONFIG_MAX_MEMORY_REGIONS
 * times as long.
 */
void memory_map_init(struct memory_map *map, const struct jailhouse_cell_desc *desc);

/** memory_map_get() - the region number @n in ascending order, @n < map->count. */
static inline const struct jailhouse_memory *memory_map_get(const struct memory_map *map, u32 n)
{
	return &map->regions[map->order[n]];
}

/**
 * memory_map_search() - where to begin with a range of addresses
 * @map: the regions
 * @hpa: the first address
 *
 * Return: the number of the first region that does not end before or at @hpa, map->count
 * if there is none.
 */
u32 memory_map_search(const struct memory_map *map, u64 hpa);

/**
 * memory_map_find() - the region that an address is in
 * @map: the regions
 * @hpa: the address
 *
 * Return: NULL if there is none.
 */
const struct jailhouse_memory *memory_map_find(const struct memory_map *map, u64 hpa);

#endif
