// SPDX-License-Identifier: GPL-2.0-only
/* Questions to what is known of Linux's resources. Asks nobody else, and runs on the host. */
#include "inventory.h"
#include "reason.h"

#include <linux/errno.h>
#include <linux/kernel.h>
#include <linux/string.h>

/**
 * jh_inventory_is_used() - does somebody in Linux use it?
 * @entry: a resource
 *
 * A driver says so by requesting it.
 */
bool jh_inventory_is_used(const struct inventory_entry *entry)
{
	return entry->flags & (IORESOURCE_BUSY | IORESOURCE_SYSRAM);
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
 * @inventory: the machine
 * @start: physical address
 * @size: bytes
 * @why: receives the reason
 *
 * Return: 0, or -EADDRNOTAVAIL.
 */
int jh_inventory_check_reserved(const struct inventory *inventory, u64 start, u64 size,
				struct reason *why)
{
	const struct inventory_entry *entry = inventory->memory.entries;
	unsigned int n;

	for (n = 0; n < inventory->memory.count; n++, entry++)
		if (entry->flags & IORESOURCE_SYSRAM && entry->start < start + size &&
		    entry->end >= start)
			return jh_refuse(why, -EADDRNOTAVAIL,
					 "0x%llx-0x%llx is not reserved, Linux uses it (boot with memmap=, not reserve_mem=)",
					 start, start + size);
	return 0;
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
