/* SPDX-License-Identifier: GPL-2.0-only */
/* What the parts of a description of the machine know of each other. */
#ifndef _JH_DESCRIBE_PARTS_H
#define _JH_DESCRIBE_PARTS_H

#include <linux/types.h>

#include "address_map.h"
#include "facts.h"

struct reason;

/**
 * struct description - a system configuration in the making
 * @facts: what is known of the machine
 * @map: what is where
 * @system: the blob
 * @end: where its next entry goes
 * @links: where the registers of the root cell's links are
 * @why: receives the reason
 */
struct description {
	const struct machine_facts *facts;
	struct address_map *map;
	struct jailhouse_system *system;
	void *end;
	u64 links;
	struct reason *why;
};

static inline u64 jh_describe_size(const struct facts_range *range)
{
	return range->end - range->start;
}

/* One that is not listed would let what is behind it reach all memory: then none is used. */
static inline u8 jh_describe_iommu_type(const struct machine_facts *facts)
{
	return facts->num_iommus <= JAILHOUSE_MAX_IOMMU_UNITS ? facts->iommu_type :
								JAILHOUSE_IOMMU_UNUSED;
}

u32 jh_describe_flags(enum address_class class);
int jh_describe_map(struct description *d);
int jh_describe_hypervisor_memory(const struct description *d);

#endif
