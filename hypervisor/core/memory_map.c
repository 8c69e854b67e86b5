// SPDX-License-Identifier: GPL-2.0-only
/* Memory regions in ascending order. */
#include "memory_map.h"

void memory_map_init(struct memory_map *map, const struct jailhouse_cell_desc *desc)
{
	const struct jailhouse_memory *regions = config_mem_regions(desc);
	u32 n, at;

	map->regions = regions;
	map->count = desc->num_memory_regions;
	for (n = 0; n < map->count; n++) {
		for (at = n; at > 0; at--) {
			if (memory_map_get(map, at - 1)->phys_start <= regions[n].phys_start)
				break;
			map->order[at] = map->order[at - 1];
		}
		map->order[at] = (u16)n;
	}
}

u32 memory_map_search(const struct memory_map *map, u64 hpa)
{
	const struct jailhouse_memory *mem;
	u32 low = 0, high = map->count, middle;

	while (low < high) {
		middle = (low + high) / 2;
		mem = memory_map_get(map, middle);
		if (mem->phys_start + mem->size <= hpa)
			low = middle + 1;
		else
			high = middle;
	}
	return low;
}

const struct jailhouse_memory *memory_map_find(const struct memory_map *map, u64 hpa)
{
	const u32 n = memory_map_search(map, hpa);
	const struct jailhouse_memory *mem = n < map->count ? memory_map_get(map, n) : NULL;

	return mem && mem->phys_start <= hpa ? mem : NULL;
}
