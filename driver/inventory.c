// SPDX-License-Identifier: GPL-2.0-only
/*
 * One moment of Linux's view of the machine.
 *
 * The lock of the resource trees is not exported, and neither is that of the interrupts'
 * list. But while all CPUs stand still nobody is changing either, and what is in them
 * cannot be freed: so they are copied in stop_machine(). Entries that are being linked in
 * or out at that moment (a lock can be preempted on PREEMPT_RT) are there or not there.
 */
#include "inventory.h"
#include "reason.h"
#include "taken.h"

#include <linux/interrupt.h>
#include <linux/irq.h>
#include <linux/irqdesc.h>
#include <linux/irqdomain.h>
#include <linux/irqnr.h>
#include <linux/kernel.h>
#include <linux/mm.h>
#include <linux/stop_machine.h>
#include <linux/string.h>
#include <asm/hpet.h>

/* More than a server has; where it is not enough, it is doubled. */
#define FIRST_SIZE	1024
#define LAST_SIZE	(64 * FIRST_SIZE)

/**
 * struct copy - arguments of copy_all()
 * @inventory: receives all; the counts are those that there should be room for
 * @size: entries that there is room for, in each of the arrays
 */
struct copy {
	struct inventory *inventory;
	unsigned int size;
};

/* The next in the order of /proc/iomem. */
static const struct resource *next_resource(const struct resource *res,
					    const struct resource *root, unsigned int *depth)
{
	if (res->child) {
		(*depth)++;
		return res->child;
	}
	while (res && res != root && !res->sibling) {
		res = res->parent;
		(*depth)--;
	}
	return res && res != root ? res->sibling : NULL;
}

static void copy_tree(const struct resource *root, struct inventory_tree *tree,
		      unsigned int size)
{
	const struct resource *res;
	unsigned int depth = 0;

	tree->count = 0;
	for (res = root->child; res; res = next_resource(res, root, &depth)) {
		if (tree->count < size) {
			struct inventory_entry *entry = &tree->entries[tree->count];

			entry->start = res->start;
			entry->end = res->end;
			entry->flags = res->flags;
			entry->desc = res->desc;
			entry->depth = depth;
			entry->taken = jh_taken_is(res);
			strscpy(entry->name, res->name ?: "(no name)", sizeof(entry->name));
			/* Nobody requests it. */
			if (!strncmp(entry->name, "HPET ", 5) && is_hpet_enabled())
				entry->flags |= IORESOURCE_BUSY;
		}
		tree->count++;
	}
}

/* "IO-APIC", or with interrupt remapping "IR-IO-APIC"; its domain knows which one it is. */
static bool is_ioapic(const struct irq_data *data)
{
	return data && data->chip && data->chip->name && data->domain &&
	       strstr(data->chip->name, "IO-APIC");
}

static void copy_pins(struct inventory *inventory, unsigned int size)
{
	struct irq_data *data;
	unsigned int irq;

	inventory->num_pins = 0;
	for_each_irq_nr(irq) {
		data = irq_get_irq_data(irq);
		if (!is_ioapic(data) || !irq_has_action(irq))
			continue;
		if (inventory->num_pins < size)
			inventory->pins[inventory->num_pins] = (struct inventory_pin){
				.chip = (unsigned long)data->domain->host_data,
				.pin = data->hwirq,
				.irq = irq,
			};
		inventory->num_pins++;
	}
}

static int copy_all(void *arg)
{
	struct copy *copy = arg;

	copy_tree(&iomem_resource, &copy->inventory->memory, copy->size);
	copy_tree(&ioport_resource, &copy->inventory->ports, copy->size);
	copy_pins(copy->inventory, copy->size);
	return 0;
}

/* Return: -E2BIG if there is more than @size of something. */
static int try_take(struct inventory *inventory, unsigned int size)
{
	struct copy copy = { .inventory = inventory, .size = size };
	int err;

	inventory->memory.entries = kvcalloc(size, sizeof(struct inventory_entry), GFP_KERNEL);
	inventory->ports.entries = kvcalloc(size, sizeof(struct inventory_entry), GFP_KERNEL);
	inventory->pins = kvcalloc(size, sizeof(struct inventory_pin), GFP_KERNEL);
	if (!inventory->memory.entries || !inventory->ports.entries || !inventory->pins)
		return -ENOMEM;
	err = stop_machine(copy_all, &copy, NULL);
	if (err)
		return err;
	return max3(inventory->memory.count, inventory->ports.count,
		    inventory->num_pins) > size ? -E2BIG : 0;
}

/**
 * jh_inventory_take() - look at Linux's resources and interrupts
 * @inventory: receives them; to be given to jh_inventory_drop() after a success
 * @why: receives the reason
 *
 * Context: jh_lock is held, may sleep.
 *
 * Return: 0, -ENOMEM, -E2BIG.
 */
int jh_inventory_take(struct inventory *inventory, struct reason *why)
{
	unsigned int size = FIRST_SIZE;
	int err;

	for (;; size *= 2) {
		err = try_take(inventory, size);
		if (!err)
			err = jh_inventory_reserve_taken(&inventory->memory, size);
		if (!err)
			return 0;
		jh_inventory_drop(inventory);
		if (err != -E2BIG || size >= LAST_SIZE)
			break;
	}
	return jh_refuse(why, err, "Linux's list of resources cannot be copied (%d)", err);
}

/** jh_inventory_drop() - free what jh_inventory_take() made. */
void jh_inventory_drop(struct inventory *inventory)
{
	kvfree(inventory->memory.entries);
	kvfree(inventory->ports.entries);
	kvfree(inventory->pins);
}
