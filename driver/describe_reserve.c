// SPDX-License-Identifier: GPL-2.0-only
/*
 * A description of the machine: memory for the hypervisor, and for cells, which is what the
 * firmware has called RAM, and Linux reserved.
 */
#include "describe_parts.h"
#include "address_map.h"
#include "describe.h"
#include "facts.h"
#include "facts_mtrr.h"
#include "reason.h"

#include <linux/errno.h>
#include <linux/minmax.h>
#include <linux/mm.h>
#include <linux/sizes.h>

/*
 * What the hypervisor needs: for itself and its cells' page tables, for each CPU, and for the
 * root cell's page tables where a page of them maps 1 GiB.
 */
#define MEMORY_BASE	SZ_8M
#define MEMORY_PER_CPU	SZ_64K
#define MEMORY_PER_GIB	SZ_4K
/* An entry for each PCI function that there could be, and a table for each that there is. */
#define MEMORY_AMD_IOMMU SZ_2M
#define MEMORY_PER_FUNCTION SZ_4K

/* Entries of a page table, which takes a page itself. */
#define PAGES_PER_TABLE	512

/* The first address from @start on, before @end, that EFI's runtime services use. */
static u64 used_from(const struct machine_facts *facts, u64 start, u64 end)
{
	const struct facts_range *used;
	unsigned int n;

	for (n = 0; n < facts->num_runtime; n++) {
		used = &facts->runtime[n].range;
		if (used->end > start && used->start < end)
			end = max(used->start, start);
	}
	return end;
}

/*
 * Some of what the firmware called RAM Linux has reserved for it later, since the firmware, or
 * Linux, goes on using it: EFI's list has that (efi_mem_reserve()). The larger part that is left.
 */
static struct facts_range without_runtime(const struct machine_facts *facts,
					  struct facts_range part)
{
	struct facts_range free, best = { part.start, used_from(facts, part.start, part.end) };
	unsigned int n;

	for (n = 0; n < facts->num_runtime; n++) {
		free.start = round_up(facts->runtime[n].range.end, SZ_2M);
		if (free.start <= part.start || free.start >= part.end)
			continue;
		free.end = used_from(facts, free.start, part.end);
		if (jh_describe_size(&free) > jh_describe_size(&best))
			best = free;
	}
	best.end = round_down(best.end, PAGE_SIZE);
	return best;
}

/*
 * What of a reserved range the firmware called RAM, and nobody uses. Linux itself reserves pages
 * here and there.
 */
static struct facts_range usable_part(const struct machine_facts *facts,
				      const struct inventory_entry *entry)
{
	const struct facts_range *ram = facts->firmware_ram;
	struct facts_range part, best = { 0, 0 };
	unsigned int n;

	if (entry->taken)
		return (struct facts_range){ entry->start, entry->end + 1 };
	for (n = 0; n < facts->num_firmware_ram; n++) {
		part.start = round_up(max(ram[n].start, entry->start), SZ_2M);
		part.end = min(ram[n].end, entry->end + 1);
		if (part.start >= part.end)
			continue;
		part = without_runtime(facts, part);
		if (part.start + SZ_2M <= part.end &&
		    jh_describe_size(&part) > jh_describe_size(&best) &&
		    jh_facts_is_cached(facts, part.start, part.end) &&
		    !jh_inventory_find_used(&facts->inventory.memory, part.start, part.end - 1))
			best = part;
	}
	return best;
}

/**
 * jh_describe_reserve() - what hypervisor and cells can have of an entry of Linux's list
 * @facts: what is known of the machine
 * @entry: of its memory
 * @taken: what was taken from Linux is asked for; else, what it had reserved from the beginning
 *
 * Return: one range, which may be empty.
 */
struct facts_range jh_describe_reserve(const struct machine_facts *facts,
				       const struct inventory_entry *entry, bool taken)
{
	if (entry->desc != IORES_DESC_RESERVED || entry->taken != taken)
		return (struct facts_range){ 0, 0 };
	return usable_part(facts, entry);
}

static struct facts_range largest_reserve(const struct machine_facts *facts, bool taken)
{
	const struct inventory_tree *tree = &facts->inventory.memory;
	struct facts_range part, best = { 0, 0 };
	unsigned int n;

	for (n = 0; n < tree->count; n++) {
		part = jh_describe_reserve(facts, &tree->entries[n], taken);
		if (jh_describe_size(&part) > jh_describe_size(&best))
			best = part;
	}
	return best;
}

/* What cells can have, in whichever ranges. */
static u64 reserved_size(const struct machine_facts *facts, bool taken)
{
	const struct inventory_tree *tree = &facts->inventory.memory;
	struct facts_range part;
	unsigned int n;
	u64 size = 0;

	for (n = 0; n < tree->count; n++) {
		part = jh_describe_reserve(facts, &tree->entries[n], taken);
		size += jh_describe_size(&part);
	}
	return size;
}

/*
 * Where a CPU must not execute from large pages (the iTLB multihit erratum), a cell's memory
 * takes a page table for each 2 MiB: a page of 512.
 */
static u64 memory_needed(const struct description *d, bool taken)
{
	u64 need = MEMORY_BASE + (u64)d->facts->num_cpus * MEMORY_PER_CPU;
	u64 start, end, mapped = 0;
	enum address_class class;

	for (start = 0; jh_address_map_next(d->map, &start, &end, &class); start = end)
		if (jh_describe_flags(class))
			mapped += end - start;
	if (!d->facts->gib_pages)
		need += mapped / SZ_1G * MEMORY_PER_GIB;
	if (jh_describe_iommu_type(d->facts) == JAILHOUSE_IOMMU_AMD)
		need += MEMORY_AMD_IOMMU +
			(u64)d->facts->num_functions * MEMORY_PER_FUNCTION;
	if (d->facts->itlb_multihit)
		need += reserved_size(d->facts, taken) / PAGES_PER_TABLE;
	return round_up(need, SZ_2M);
}

/* What was reserved with memmap= is found by what the firmware called RAM. */
static const char *not_known(const struct machine_facts *facts)
{
	switch (facts->firmware_ram_gap) {
	case FIRMWARE_RAM_UNREADABLE:
		return " and write a config (/sys/kernel/boot_params/data cannot be read, "
		       "so that what memmap= reserves is not found)";
	case FIRMWARE_RAM_CUT:
		return " (the firmware's list of RAM has more than 128 pieces, "
		       "the rest is not looked at)";
	default:
		return "";
	}
}

/**
 * jh_describe_hypervisor_memory() - find it, and take it out of @d->map
 * @d: the description, with its map
 *
 * Context: any; allocates nothing.
 *
 * Return: 0, -EADDRNOTAVAIL if no memory is reserved, -ENOSPC if that is too small.
 */
int jh_describe_hypervisor_memory(const struct description *d)
{
	struct facts_range best = largest_reserve(d->facts, true);
	/* What was taken from Linux was taken for this: then nothing else is meant. */
	const bool taken = jh_describe_size(&best);
	u64 need = memory_needed(d, taken), size;

	if (!taken)
		best = largest_reserve(d->facts, false);
	size = jh_describe_size(&best);
	if (!size)
		return jh_refuse(d->why, -EADDRNOTAVAIL,
				 "no RAM is reserved, the hypervisor needs %llu MiB and cells what they are to have: write an amount (64M) to memory before, or boot with memmap=%s",
				 need / SZ_1M, not_known(d->facts));
	if (size < need)
		return jh_refuse(d->why, -ENOSPC,
				 "the hypervisor needs %llu MiB, but of RAM that is reserved the largest range (0x%llx-0x%llx) has %llu KiB: write a larger amount to memory before, or boot with a larger memmap=",
				 need / SZ_1M, best.start, best.end, size / SZ_1K);
	jh_address_map_set(d->map, best.start, best.start + need, ADDRESS_OWNED);
	d->system->hypervisor_memory.phys_start = best.start;
	d->system->hypervisor_memory.size = need;
	return 0;
}
