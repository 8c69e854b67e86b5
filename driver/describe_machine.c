// SPDX-License-Identifier: GPL-2.0-only
/* A system configuration for the machine that this is: what a user need not write. */
#include "describe_machine.h"
#include "address_map.h"
#include "blob.h"
#include "describe.h"
#include "facts.h"
#include "reason.h"
#include "record.h"
#include "virt.h"

#include <linux/err.h>
#include <linux/mm.h>
#include <linux/slab.h>
#include <linux/utsname.h>
#include <asm/processor.h>

/* Ends of links that the root cell is to have; protected by jh_lock. */
unsigned int jh_describe_links;

static int describe(struct blob *config, void *buffer, struct address_map *map,
		    struct reason *why)
{
	struct machine_facts *facts = jh_facts_take(why);
	size_t size;
	void *copy;
	int err;

	if (IS_ERR(facts))
		return PTR_ERR(facts);
	facts->num_links = jh_describe_links;
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

/* Where the record is from, which nobody computes with. */
#define HEAD_SIZE	512

static size_t write_head(char *text)
{
	int length = scnprintf(text, HEAD_SIZE, "# %s, Linux %s\n", boot_cpu_data.x86_model_id,
			       init_utsname()->release);

	return length + jh_virt_describe(text + length, HEAD_SIZE - length);
}

static int record(struct blob *record, const struct machine_facts *facts, struct reason *why)
{
	size_t size = jh_record(facts, NULL, 0) + 1, length;
	char *text = kmalloc(HEAD_SIZE + size, GFP_KERNEL);

	if (!text)
		return jh_refuse(why, -ENOMEM, "no memory for %zu bytes", HEAD_SIZE + size);
	length = write_head(text);
	length += jh_record(facts, text + length, size);
	jh_blob_set(record, text, length);
	return 0;
}

/**
 * jh_record_machine() - write down what is known of the machine
 * @text: receives it, instead of what it has
 * @why: receives the reason
 *
 * Context: as jh_describe_machine(); the hypervisor is not enabled.
 *
 * Return: 0, those of jh_facts_take(), -ENOMEM: @text is what it was.
 */
int jh_record_machine(struct blob *text, struct reason *why)
{
	struct machine_facts *facts = jh_facts_take(why);
	int err;

	if (IS_ERR(facts))
		return PTR_ERR(facts);
	err = record(text, facts, why);
	jh_facts_drop(facts);
	return err;
}
