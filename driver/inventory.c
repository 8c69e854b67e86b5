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
			strscpy(entry->name, res->name ?: "(no name)", sizeof(entry->name));
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
 * Context: may sleep.
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

/**
 * jh_inventory_is_used() - does somebody in Linux use it?
 * @entry: a resource
 *
 * A driver says so by requesting it. Nobody requests the HPET.
 */
bool jh_inventory_is_used(const struct inventory_entry *entry)
{
	return entry->flags & (IORESOURCE_BUSY | IORESOURCE_SYSRAM) ||
	       (!strncmp(entry->name, "HPET ", 5) && is_hpet_enabled());
}

static bool uses(const struct inventory_entry *entry, u64 start, u64 end)
{
	return entry->start <= end && entry->end >= start && jh_inventory_is_used(entry);
}

/**
 * jh_inventory_find_used() - who uses something in a range?
 * @tree: memory or ports
 * @start: first address or port
 * @end: last one
 *
 * Return: the first resource in use that has part of it, rather "Kernel code" than the
 * "System RAM" that it lies in; or NULL.
 */
const struct inventory_entry *jh_inventory_find_used(const struct inventory_tree *tree,
						     u64 start, u64 end)
{
	const struct inventory_entry *entry = tree->entries, *found = NULL;
	unsigned int n;

	for (n = 0; n < tree->count; n++, entry++) {
		if (found && entry->depth <= found->depth)
			break;
		if (uses(entry, start, end))
			found = entry;
	}
	return found;
}

/** jh_inventory_is_ram() - RAM that is just Linux's, where nobody in particular uses it. */
bool jh_inventory_is_ram(const struct inventory_entry *entry)
{
	return !strcmp(entry->name, "System RAM");
}

/**
 * jh_inventory_hint() - what to do about who uses something, a further sentence or ""
 * @entry: the user
 */
const char *jh_inventory_hint(const struct inventory_entry *entry)
{
	static const char kernel[] =
		"; if memmap= was to reserve it: where its size is larger than "
		"its start, KASLR may put the kernel there (boot with nokaslr)";

	return strncmp(entry->name, "Kernel ", 7) ? "" : kernel;
}

/**
 * jh_inventory_check_reserved() - is this memory that Linux leaves alone?
 * @start: physical address
 * @size: bytes
 * @why: receives the reason
 *
 * Return: 0, or -EADDRNOTAVAIL.
 */
int jh_inventory_check_reserved(u64 start, u64 size, struct reason *why)
{
	if (region_intersects(start, size, IORESOURCE_SYSTEM_RAM, IORES_DESC_NONE) ==
	    REGION_DISJOINT)
		return 0;
	return jh_refuse(why, -EADDRNOTAVAIL,
			 "0x%llx-0x%llx is not reserved, Linux uses it (boot with memmap=, not reserve_mem=)",
			 start, start + size);
}

/**
 * jh_inventory_chip_address() - where are the registers of an I/O APIC?
 * @inventory: has its resource, "IOAPIC N"
 * @chip: Linux's number of it
 * @address: receives the host-physical address
 *
 * Return: false if Linux does not say.
 */
bool jh_inventory_chip_address(const struct inventory *inventory, unsigned int chip,
			       u64 *address)
{
	const struct inventory_entry *entry = inventory->memory.entries;
	char name[sizeof(entry->name)];
	unsigned int n;

	snprintf(name, sizeof(name), "IOAPIC %u", chip);
	for (n = 0; n < inventory->memory.count; n++, entry++) {
		if (strcmp(entry->name, name))
			continue;
		*address = entry->start;
		return true;
	}
	return false;
}
