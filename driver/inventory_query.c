// SPDX-License-Identifier: GPL-2.0-only
/* Questions to what is known of Linux's resources. Asks nobody else, and runs on the host. */
#include "inventory.h"
#include "reason.h"

#include <linux/errno.h>
#include <linux/kernel.h>
#include <linux/string.h>

/*
 * What was taken from Linux lies in System RAM, as its resource tree has it, and is no System RAM
 * any more.
 */

/* The entry that number @n lies in. */
static unsigned int parent_of(const struct inventory_tree *tree, unsigned int n)
{
	unsigned int depth = tree->entries[n].depth;

	while (tree->entries[n].depth >= depth)
		n--;
	return n;
}

/* Number of the entry behind those that lie in number @n. */
static unsigned int behind(const struct inventory_tree *tree, unsigned int n)
{
	unsigned int next = n + 1;

	while (next < tree->count && tree->entries[next].depth > tree->entries[n].depth)
		next++;
	return next;
}

static void remove_entry(struct inventory_tree *tree, unsigned int n)
{
	tree->count--;
	memmove(&tree->entries[n], &tree->entries[n + 1],
		(tree->count - n) * sizeof(tree->entries[0]));
}

static void insert_entry(struct inventory_tree *tree, unsigned int n,
			 const struct inventory_entry *entry)
{
	memmove(&tree->entries[n + 1], &tree->entries[n],
		(tree->count - n) * sizeof(tree->entries[0]));
	tree->entries[n] = *entry;
	tree->count++;
}

/*
 * Cuts the System RAM that number @n lies in: what is before it, itself, reserved, and what is
 * behind it. There is room for one more.
 */
static void cut_out(struct inventory_tree *tree, unsigned int n)
{
	struct inventory_entry *taken = &tree->entries[n];
	unsigned int ram = parent_of(tree, n), next = behind(tree, n), m;
	struct inventory_entry rest = tree->entries[ram];

	rest.start = taken->end + 1;
	tree->entries[ram].end = taken->start - 1;
	taken->flags &= ~(unsigned long)(IORESOURCE_SYSRAM | IORESOURCE_BUSY);
	taken->desc = IORES_DESC_RESERVED;
	for (m = n; m < next; m++)
		tree->entries[m].depth--;
	if (rest.start <= rest.end)
		insert_entry(tree, next, &rest);
	if (tree->entries[ram].start == tree->entries[n].start)
		remove_entry(tree, ram);
}

/**
 * jh_inventory_reserve_taken() - show what was taken from Linux as RAM that it has reserved
 * @tree: memory
 * @size: entries that there is room for
 *
 * Return: 0, or -E2BIG if that is too few.
 */
int jh_inventory_reserve_taken(struct inventory_tree *tree, unsigned int size)
{
	unsigned int n;

	for (n = 1; n < tree->count; n++) {
		if (!tree->entries[n].taken || !tree->entries[n].depth ||
		    tree->entries[n].desc == IORES_DESC_RESERVED)
			continue;
		if (tree->count == size)
			return -E2BIG;
		cut_out(tree, n);
	}
	return 0;
}

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
					 "0x%llx-0x%llx is not reserved, Linux uses it (boot with memmap=, or with Linux 6.12 and later reserve_mem=SIZE:2M:jailhouse)",
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
