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

/** jh_describe_flags() - of the root cell's region, 0: it has none */
u32 jh_describe_flags(enum address_class class);

/**
 * jh_describe_map() - fill @d->map with what is where, and choose @d->links
 * @d: the description
 *
 * Return: 0, -EINVAL if what is known contradicts itself, -EADDRNOTAVAIL if there is no room for
 * links.
 */
int jh_describe_map(struct description *d);

/**
 * jh_describe_hypervisor_memory() - find it, and take it out of @d->map
 * @d: the description, with its map
 *
 * Return: 0, -EADDRNOTAVAIL if no memory is reserved, -ENOSPC if that is too small.
 */
int jh_describe_hypervisor_memory(const struct description *d);

#endif
