// SPDX-License-Identifier: GPL-2.0-only
/* A system configuration for the machine that this is: what a user need not write. */
#include "describe_machine.h"
#include "address_map.h"
#include "blob.h"
#include "describe.h"
#include "facts.h"
#include "reason.h"

#include <linux/err.h>
#include <linux/mm.h>
#include <linux/slab.h>

static int describe(struct blob *config, void *buffer, struct address_map *map,
		    struct reason *why)
{
	struct machine_facts *facts = jh_facts_take(why);
	size_t size;
	void *copy;
	int err;

	if (IS_ERR(facts))
		return PTR_ERR(facts);
	err = jh_describe(facts, map, buffer, &size, why);
	jh_facts_drop(facts);
	if (err)
		return err;
	copy = kmemdup(buffer, size, GFP_KERNEL);
	if (!copy)
		return jh_refuse(why, -ENOMEM, "no memory for %zu bytes", size);
	jh_blob_set(config, copy, size);
	return 0;
}

/**
 * jh_describe_machine() - make a system configuration
 * @config: receives it, instead of what it has
 * @why: receives the reason
 *
 * Context: jh_lock is held, may sleep. CPUs stand still meanwhile, a moment each time.
 *
 * Return: 0, those of jh_facts_take() and jh_describe(), -ENOMEM: @config is what it was.
 */
int jh_describe_machine(struct blob *config, struct reason *why)
{
	void *buffer = kvzalloc(DESCRIBE_MAX_SIZE, GFP_KERNEL);
	struct address_map *map = kvzalloc(sizeof(*map), GFP_KERNEL);
	int err = -ENOMEM;

	if (buffer && map)
		err = describe(config, buffer, map, why);
	else
		jh_refuse(why, err, "no memory");
	kvfree(map);
	kvfree(buffer);
	return err;
}
