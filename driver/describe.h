/* SPDX-License-Identifier: GPL-2.0-only */
/* A system configuration, made of what is known of the machine. */
#ifndef _JH_DESCRIBE_H
#define _JH_DESCRIBE_H

#include <linux/types.h>

#include "facts.h"

struct address_map;
struct reason;

/* No description is larger: room for as many entries of each kind as there may be. */
#define DESCRIBE_MAX_SIZE	0x20000

int jh_describe(const struct machine_facts *facts, struct address_map *map, void *blob,
		size_t *size, struct reason *why);
struct facts_range jh_describe_reserve(const struct machine_facts *facts,
				       const struct inventory_entry *entry, bool taken);

#endif
