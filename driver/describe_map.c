// SPDX-License-Identifier: GPL-2.0-only
/*
 * A description of the machine: what is where, in the physical address space.
 *
 * Where nothing is known below 4 GiB, and in the windows of PCI above, the root cell gets what
 * is there, as on the bare machine: registers are often in no list.
 */
#include "describe_parts.h"
#include "address_map.h"
#include "facts.h"
#include "facts_mtrr.h"
#include "reason.h"

#include <linux/errno.h>
#include <linux/minmax.h>
#include <linux/mm.h>
#include <linux/sizes.h>

#define RAM_FLAGS	(JAILHOUSE_MEM_READ | JAILHOUSE_MEM_WRITE | JAILHOUSE_MEM_EXECUTE | \
			 JAILHOUSE_MEM_DMA)
#define DEVICE_FLAGS	(JAILHOUSE_MEM_READ | JAILHOUSE_MEM_WRITE | JAILHOUSE_MEM_IO)
#define FIRMWARE_FLAGS	(DEVICE_FLAGS | JAILHOUSE_MEM_DMA)

/* Messages to local APICs: SDM 3A 11.11.1. */
#define APIC_START	0xfee00000ULL
#define APIC_END	0xfef00000ULL

/*
 * Registers of links: between the local APICs and the firmware, where most machines have nothing.
 */
#define LINKS_START	APIC_END
#define LINKS_END	0xff000000ULL

/**
 * jh_describe_flags() - of the root cell's region
 * @class: what is there
 *
 * Context: any.
 *
 * Return: JAILHOUSE_MEM_*, 0 if it has none.
 */
u32 jh_describe_flags(enum address_class class)
{
	switch (class) {
	case ADDRESS_RAM:
		return RAM_FLAGS;
	case ADDRESS_DEVICE:
		return DEVICE_FLAGS;
	case ADDRESS_FIRMWARE:
		return FIRMWARE_FLAGS;
	default:
		return 0;
	}
}

static bool is_linux_ram(const struct inventory_entry *entry)
{
	return entry->flags & IORESOURCE_SYSRAM || entry->taken;
}

static bool is_like_ram(const struct inventory_entry *entry)
{
	return is_linux_ram(entry) ||
	       entry->desc == IORES_DESC_ACPI_TABLES ||
	       entry->desc == IORES_DESC_ACPI_NV_STORAGE ||
	       entry->desc == IORES_DESC_PERSISTENT_MEMORY ||
	       entry->desc == IORES_DESC_PERSISTENT_MEMORY_LEGACY ||
	       entry->desc == IORES_DESC_SOFT_RESERVED;
}

/*
 * What was called RAM, and is none of Linux's: Linux leaves out what the MTRRs do not call
 * write-back, and whoever had it cached would make of it what it is not.
 */
static void set_if_cached(const struct description *d, u64 start, u64 end)
{
	u64 next;

	end = min(end, d->map->end);
	for (; start < end; start = next) {
		next = end;
		if (!d->facts->mtrrs.known ||
		    jh_facts_memory_type(d->facts, start, &next) == MEMORY_TYPE_WB)
			jh_address_map_set(d->map, start, min(next, end), ADDRESS_RAM);
		else
			jh_address_map_set(d->map, start, min(next, end), ADDRESS_DEVICE);
	}
}

static void set_resource(const struct description *d, const struct inventory_entry *entry,
			 bool ram)
{
	if (ram && !is_linux_ram(entry))
		set_if_cached(d, entry->start, entry->end + 1);
	else
		jh_address_map_set(d->map, entry->start, entry->end + 1,
				   ram ? ADDRESS_RAM : ADDRESS_DEVICE);
}

static void set_resources(const struct description *d, bool ram)
{
	const struct inventory_tree *tree = &d->facts->inventory.memory;
	const struct inventory_entry *entry = tree->entries;
	unsigned int n;

	for (n = 0; n < tree->count; n++, entry++)
		if (is_like_ram(entry) == ram)
			set_resource(d, entry, ram);
}

/* Registers first: a page that has some of both is RAM. */
static void set_memory(const struct description *d)
{
	const struct facts_runtime *runtime = d->facts->runtime;
	const struct facts_range *ram = d->facts->firmware_ram;
	unsigned int n;

	jh_address_map_set(d->map, 0, SZ_4G, ADDRESS_DEVICE);
	set_resources(d, false);
	for (n = 0; n < d->facts->num_runtime; n++)
		if (!runtime[n].cached)
			jh_address_map_set(d->map, runtime[n].range.start, runtime[n].range.end,
					   ADDRESS_DEVICE);
	for (n = 0; n < d->facts->num_reserved; n++)
		jh_address_map_set(d->map, d->facts->reserved[n].start, d->facts->reserved[n].end,
				   ADDRESS_FIRMWARE);
	if (d->facts->hypertransport)
		jh_address_map_set(d->map, HYPERTRANSPORT_START, HYPERTRANSPORT_END,
				   ADDRESS_NOTHING);
	for (n = 0; n < d->facts->num_firmware_ram; n++)
		set_if_cached(d, ram[n].start, ram[n].end);
	set_resources(d, true);
	for (n = 0; n < d->facts->num_runtime; n++)
		if (runtime[n].cached)
			jh_address_map_set(d->map, runtime[n].range.start, runtime[n].range.end,
					   ADDRESS_RAM);
}

/* What the hypervisor has for itself is no RAM: tables of firmware can be wrong. */
static int set_owned(const struct description *d, u64 start, u64 end, const char *what)
{
	if (jh_address_map_has(d->map, start, end, ADDRESS_RAM))
		return jh_refuse(d->why, -EINVAL,
				 "%s (0x%llx-0x%llx), as ACPI's tables have it, lies in RAM: write a config",
				 what, start, end);
	jh_address_map_set(d->map, start, end, ADDRESS_OWNED);
	return 0;
}

/* PCI Firmware Specification 4.1.2: a bus has 1 MiB of it. */
static u64 mmconfig_end(const struct machine_facts *facts)
{
	return facts->mmconfig_base ?
	       facts->mmconfig_base + ((facts->mmconfig_end_bus + 1ULL) << 20) : 0;
}

static int set_all_owned(const struct description *d)
{
	const struct machine_facts *facts = d->facts;
	unsigned int n;
	int err;

	err = set_owned(d, APIC_START, APIC_END, "the range of the local APICs");
	for (n = 0; !err && n < facts->num_ioapics; n++)
		err = set_owned(d, facts->ioapics[n].address,
				facts->ioapics[n].address + PAGE_SIZE, "an I/O APIC");
	for (n = 0; !err && n < facts->num_iommus; n++)
		err = set_owned(d, facts->iommus[n].start, facts->iommus[n].end, "an IOMMU");
	if (!err && facts->mmconfig_base)
		err = set_owned(d, facts->mmconfig_base, mmconfig_end(facts),
				"the MMCONFIG area");
	return err;
}

/* The first entry of Linux's list that has some of it, or NULL. */
static const struct inventory_entry *find_entry(const struct inventory_tree *tree, u64 start,
						u64 end)
{
	unsigned int n;

	for (n = 0; n < tree->count; n++)
		if (tree->entries[n].start < end && tree->entries[n].end >= start)
			return &tree->entries[n];
	return NULL;
}

/* Is it free? Else, where to look next; behind all addresses, if that is nowhere. */
static bool is_free(const struct description *d, u64 start, u64 end, u64 *next)
{
	const struct inventory_entry *entry = find_entry(&d->facts->inventory.memory, start, end);

	*next = start + PAGE_SIZE;
	if (entry)
		*next = round_up(min(entry->end, LINKS_END) + 1, PAGE_SIZE);
	return !entry && !jh_address_map_has(d->map, start, end, ADDRESS_OWNED) &&
	       !jh_address_map_has(d->map, start, end, ADDRESS_RAM);
}

/* Where nothing is in any list. */
static int set_links(struct description *d)
{
	const u64 size = d->facts->num_links * JAILHOUSE_LINK_SIZE;
	u64 start, next;

	for (start = LINKS_START; start + size <= LINKS_END; start = next) {
		if (!is_free(d, start, start + size, &next))
			continue;
		d->links = start;
		return set_owned(d, start, start + size, "what links have");
	}
	return jh_refuse(d->why, -EADDRNOTAVAIL,
			 "no addresses are free for %u links of the root cell (0x%llx-0x%llx): write 0 to links, or a config",
			 d->facts->num_links, LINKS_START, LINKS_END);
}

/**
 * jh_describe_map() - fill @d->map with what is where, and choose @d->links
 * @d: the description
 *
 * Context: any; allocates nothing.
 *
 * Return: 0, -EINVAL if what is known contradicts itself, -EADDRNOTAVAIL if there is no room for
 * links.
 */
int jh_describe_map(struct description *d)
{
	int err;

	jh_address_map_init(d->map, BIT_ULL(min(d->facts->phys_bits, 48U)));
	set_memory(d);
	err = set_all_owned(d);
	if (!err && d->facts->num_links)
		err = set_links(d);
	return err;
}
