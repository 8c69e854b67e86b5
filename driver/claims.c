// SPDX-License-Identifier: GPL-2.0-only
/*
 * The memory, ports and interrupt pins of a cell, as Linux sees them: what a driver uses is not
 * taken away, and what was taken cannot be had by a driver meanwhile. /proc/iomem and /proc/ioports
 * then show the cell.
 */
#include "claims.h"
#include "blob.h"
#include "cell.h"
#include "compare.h"
#include "inventory.h"
#include "reason.h"
#include "taken.h"

#include <linux/ioport.h>
#include <linux/list.h>
#include <linux/minmax.h>
#include <linux/mutex.h>
#include <linux/slab.h>

#include <jailhouse/console.h>
#include <jailhouse/cell_config.h>
#include <config_check.h>
#include <pio.h>

/**
 * struct claim - a range that is requested for a cell
 * @node: in jh_cell.claims
 * @tree: memory or ports
 * @start: first address or port
 * @size: how many
 */
struct claim {
	struct list_head node;
	struct resource *tree;
	u64 start;
	u64 size;
};

/*
 * For jh_cell.claims: who takes a device out has its lock, which others take with jh_lock held, and
 * so cannot have that one. With this one held, nothing but Linux's lock of resources is taken.
 */
static DEFINE_MUTEX(claims_lock);

static bool takes_used(const struct jh_cell *cell)
{
	const struct jailhouse_cell_desc *desc = cell->config.data;

	return desc->flags & JAILHOUSE_CELL_TAKE_USED;
}

static int request(struct jh_cell *cell, struct resource *tree, u64 start, u64 size)
{
	struct claim *claim = kmalloc(sizeof(*claim), GFP_KERNEL);

	if (!claim)
		return -ENOMEM;
	if (!__request_region(tree, start, size, cell->claim_name, 0)) {
		kfree(claim);
		return -EADDRINUSE;
	}
	claim->tree = tree;
	claim->start = start;
	claim->size = size;
	mutex_lock(&claims_lock);
	list_add(&claim->node, &cell->claims);
	mutex_unlock(&claims_lock);
	return 0;
}

static void release(struct claim *claim)
{
	__release_region(claim->tree, claim->start, claim->size);
	list_del(&claim->node);
	kfree(claim);
}

/* The first address behind @start where a resource begins or ends; else @end. */
static u64 next_border(const struct inventory_tree *tree, u64 start, u64 end)
{
	const struct inventory_entry *entry = tree->entries;
	unsigned int n;

	for (n = 0; n < tree->count; n++, entry++) {
		if (entry->start > start)
			end = min(end, entry->start);
		if (entry->end >= start)
			end = min(end, entry->end + 1);
	}
	return end;
}

static struct resource *parent_of(u64 start, struct resource *root)
{
	return root == &iomem_resource ? jh_taken_parent(start, root) : root;
}

/*
 * A resource can only be requested inside of another one, or outside of all: so a range that
 * is larger than, say, the BAR in it is requested in pieces.
 */
static int request_pieces(struct jh_cell *cell, struct resource *root,
			  const struct inventory_tree *tree, u64 start, u64 end)
{
	u64 next;
	int err = 0;

	for (; !err && start < end; start = next) {
		next = next_border(tree, start, end);
		if (!jh_inventory_find_used(tree, start, next - 1))
			err = request(cell, parent_of(start, root), start, next - start);
	}
	return err;
}

/*
 * What is in the way: each memory region, port region and pin in use has a number, in this order
 */

static int check_memory(const struct jh_cell *cell, const struct inventory *inventory,
			unsigned int number, struct reason *why)
{
	const struct jailhouse_memory *region = &config_mem_regions(cell->config.data)[number];
	u64 start = region->phys_start, end = start + region->size;
	bool io = region->flags & JAILHOUSE_MEM_IO;
	const struct inventory_entry *user;
	struct reason reserved;
	int err;

	if (region->flags & JAILHOUSE_MEM_COMM_REGION)
		return 0;
	user = jh_inventory_find_used(&inventory->memory, start, end - 1);
	if (!io && (!user || jh_inventory_is_ram(user))) {
		err = jh_inventory_check_reserved(inventory, start, region->size,
						  &reserved);
		if (err)
			return jh_refuse(why, err, "memory region %u: %s", number, reserved.text);
	}
	if (!user || (io && (region->flags & JAILHOUSE_MEM_ROOTSHARED || takes_used(cell))))
		return 0;
	return jh_refuse(why, -EADDRINUSE,
			 "memory region %u (0x%llx-0x%llx) is in use by %s (see /proc/iomem)%s",
			 number, start, end, user->name, jh_inventory_hint(user));
}

/**
 * struct port_parts - what of a port region is requested
 * @start: first port of each part
 * @end: the one behind the last
 *
 * The PM timer is everybody's, whoever lists it: that part of the range is left out.
 */
struct port_parts {
	u32 start[2];
	u32 end[2];
};

static struct port_parts parts_of(const struct jailhouse_pio *pio)
{
	const struct jailhouse_system *system = jh_system_config.data;
	u32 timer = system->platform_info.pm_timer_address ?: 0x10000;
	u32 start = pio->base, end = start + pio->length;

	if (pio->flags & (JAILHOUSE_PIO_ROOTSHARED | JAILHOUSE_PIO_IGNORE))
		return (struct port_parts){ { 0, 0 }, { 0, 0 } };
	return (struct port_parts){
		{ start, max(start, timer + PIO_PM_TIMER_LENGTH) }, { min(end, timer), end }
	};
}

static int check_ports(const struct jh_cell *cell, const struct inventory *inventory,
		       unsigned int number, struct reason *why)
{
	struct port_parts parts = parts_of(&config_pio(cell->config.data)[number]);
	const struct inventory_entry *user;
	unsigned int n;

	for (n = 0; n < ARRAY_SIZE(parts.start) && !takes_used(cell); n++) {
		if (parts.start[n] >= parts.end[n])
			continue;
		user = jh_inventory_find_used(&inventory->ports, parts.start[n],
					      parts.end[n] - 1);
		if (user)
			return jh_refuse(why, -EADDRINUSE,
					 "port region %u (0x%x-0x%x) is in use by %s (see /proc/ioports)",
					 number, parts.start[n], parts.end[n] - 1, user->name);
	}
	return 0;
}

static int check_pin(const struct jh_cell *cell, const struct inventory *inventory,
		     unsigned int number, struct reason *why)
{
	const struct jailhouse_cell_desc *desc = cell->config.data;
	const struct inventory_pin *pin = &inventory->pins[number];
	u64 address;

	if (takes_used(cell) || !jh_inventory_chip_address(inventory, pin->chip, &address) ||
	    !config_has_pin(desc, desc->num_irqchips, address, pin->pin))
		return 0;
	return jh_refuse(why, -EADDRINUSE,
			 "pin %u of the interrupt chip at 0x%llx is in use by interrupt %u (see /proc/interrupts)",
			 pin->pin, address, pin->irq);
}

static unsigned int count_items(const struct jh_cell *cell, const struct inventory *inventory)
{
	const struct jailhouse_cell_desc *desc = cell->config.data;

	return desc->num_memory_regions + desc->num_pio_regions + inventory->num_pins;
}

static int check_item(const struct jh_cell *cell, const struct inventory *inventory,
		      unsigned int number, struct reason *why)
{
	const struct jailhouse_cell_desc *desc = cell->config.data;

	if (number < desc->num_memory_regions)
		return check_memory(cell, inventory, number, why);
	number -= desc->num_memory_regions;
	if (number < desc->num_pio_regions)
		return check_ports(cell, inventory, number, why);
	return check_pin(cell, inventory, number - desc->num_pio_regions, why);
}

/*
 * Requests
 */

/* What others have, too, is nobody's alone. */
static int claim_memory(struct jh_cell *cell, const struct inventory *inventory,
			const struct jailhouse_memory *region, unsigned int number,
			struct reason *why)
{
	u64 start = region->phys_start, end = start + region->size;
	int err;

	if (region->flags & (JAILHOUSE_MEM_COMM_REGION | JAILHOUSE_MEM_ROOTSHARED))
		return 0;
	err = request_pieces(cell, &iomem_resource, &inventory->memory, start, end);
	return err ? jh_refuse(why, err,
			       "memory region %u (0x%llx-0x%llx) cannot be requested (%d)",
			       number, start, end, err) : 0;
}

static int claim_ports(struct jh_cell *cell, const struct inventory *inventory,
		       const struct jailhouse_pio *pio, unsigned int number,
		       struct reason *why)
{
	struct port_parts parts = parts_of(pio);
	unsigned int n;
	int err = 0;

	for (n = 0; !err && n < ARRAY_SIZE(parts.start); n++)
		err = request_pieces(cell, &ioport_resource, &inventory->ports, parts.start[n],
				     parts.end[n]);
	return err ? jh_refuse(why, err, "port region %u (0x%x-0x%x) cannot be requested (%d)",
			       number, pio->base, pio->base + pio->length - 1, err) : 0;
}

static int claim_all(struct jh_cell *cell, const struct inventory *inventory,
		     struct reason *why)
{
	const struct jailhouse_cell_desc *desc = cell->config.data;
	const struct jailhouse_memory *region = config_mem_regions(desc);
	const struct jailhouse_pio *pio = config_pio(desc);
	unsigned int n;
	int err = 0;

	for (n = 0; !err && n < count_items(cell, inventory); n++)
		err = check_item(cell, inventory, n, why);
	for (n = 0; !err && n < desc->num_memory_regions; n++)
		err = claim_memory(cell, inventory, &region[n], n, why);
	for (n = 0; !err && n < desc->num_pio_regions; n++)
		err = claim_ports(cell, inventory, &pio[n], n, why);
	return err;
}

/**
 * jh_claims_list() - tell of all that is in the way of jh_claims_make()
 * @cell: its configuration is valid; there is one of the system
 * @complaints: who is told
 *
 * Context: jh_lock is held, may sleep.
 */
void jh_claims_list(const struct jh_cell *cell, const struct complaints *complaints)
{
	struct inventory inventory;
	struct reason why;
	unsigned int n;

	if (jh_inventory_take(&inventory, &why)) {
		complaints->tell(complaints->arg, why.text, true);
		return;
	}
	for (n = 0; n < count_items(cell, &inventory); n++)
		if (check_item(cell, &inventory, n, &why))
			complaints->tell(complaints->arg, why.text, true);
	jh_inventory_drop(&inventory);
}

/**
 * jh_claims_make() - request what a cell is to have for itself
 * @cell: its configuration is valid, and fits
 * @why: receives the reason
 *
 * A driver that asks for the interrupt of one of its pins later is not refused.
 *
 * Context: jh_lock is held, may sleep.
 *
 * Return: 0, -EADDRNOTAVAIL for RAM that is not reserved, -EADDRINUSE for something that is
 * in use, -ENOMEM, -E2BIG: nothing is requested then.
 */
int jh_claims_make(struct jh_cell *cell, struct reason *why)
{
	struct inventory inventory;
	int err;

	snprintf(cell->claim_name, sizeof(cell->claim_name), "Jailhouse cell %s",
		 jh_cell_name(cell));
	err = jh_inventory_take(&inventory, why);
	if (err)
		return err;
	err = claim_all(cell, &inventory, why);
	jh_inventory_drop(&inventory);
	if (err)
		jh_claims_release(cell);
	return err;
}

static bool is_port(const struct claim *claim)
{
	return claim->tree == &ioport_resource;
}

/**
 * jh_claims_release_within() - request no longer what lies in a resource
 * @cell: whose it is
 * @resource: a BAR, or what a bridge passes on, which Linux is about to forget: then it would not
 *	find what lies there any more
 *
 * Context: may sleep, any lock but claims_lock is held.
 */
void jh_claims_release_within(struct jh_cell *cell, const struct resource *resource)
{
	const bool ports = resource_type(resource) == IORESOURCE_IO;
	struct claim *claim, *next;

	mutex_lock(&claims_lock);
	list_for_each_entry_safe(claim, next, &cell->claims, node)
		if (is_port(claim) == ports && claim->start >= resource->start &&
		    claim->start + claim->size - 1 <= resource->end)
			release(claim);
	mutex_unlock(&claims_lock);
}

/** jh_claims_release() - Linux's drivers may have it again. jh_lock is held. */
void jh_claims_release(struct jh_cell *cell)
{
	struct claim *claim, *next;

	mutex_lock(&claims_lock);
	list_for_each_entry_safe(claim, next, &cell->claims, node)
		release(claim);
	mutex_unlock(&claims_lock);
}
