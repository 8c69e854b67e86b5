/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Tables of interrupts (VT-d 5.1): an interrupt of a device names an entry, which says who is
 * interrupted how, and which device may do that.
 *
 * The root cell has a table of its own. The unit goes by another one, which the root cell cannot
 * reach: in its lower part are those entries of the root cell's that interrupt nobody but CPUs of
 * its own, under the same numbers, and as it has them. The upper part has those of cells. All
 * units have the same ones there, as each of them may have the device.
 */
#ifndef _VTD_REMAP_H
#define _VTD_REMAP_H

#include "vtd/vtd.h"
#include "apic_policy.h"

/* Entries (9.10), their lower halves */
#define VTD_IRTE_PRESENT	BIT_ULL(0)
#define VTD_IRTE_LOGICAL	BIT_ULL(2)
#define VTD_IRTE_HINT		BIT_ULL(3)
#define VTD_IRTE_LEVEL		BIT_ULL(4)
#define VTD_IRTE_MODE		(7ULL << 5)
#define VTD_IRTE_LOWEST		(1ULL << 5)
#define VTD_IRTE_VECTOR(low)	((u32)((low) >> 16) & 0xff)
#define VTD_IRTE_VECTOR_SHIFT	16
#define VTD_IRTE_DEST_SHIFT	32
/* Upper halves: who may use it, and which bits of that count. */
#define VTD_IRTE_SOURCE(high)	((u16)(high))
#define VTD_IRTE_VERIFY		(3ULL << 18)
#define VTD_IRTE_BY_SOURCE	(1ULL << 18)

/* An entry each for what a large machine has, and those that cells share. */
#define VTD_REMAP_ENTRIES	8192U
#define VTD_REMAP_SIZE		12U
#define VTD_REMAP_ROOT		6144U
#define VTD_REMAP_PAGES		(VTD_REMAP_ENTRIES * sizeof(struct vtd_entry) / PAGE_SIZE)

static_assert(VTD_REMAP_ENTRIES == 2U << VTD_REMAP_SIZE, "as IRTA has it");

/**
 * struct vtd_remap - the table of interrupts of a unit
 * @table: what the unit goes by, VTD_REMAP_ENTRIES
 * @used: which of the root cell's may be present: those below
 * @x2apic: mode of the APICs: ids have 32 bits, else 8
 * @topo: APIC ids of the machine
 * @cpus: CPUs of the root cell
 * @owned: does a cell have the device that goes by that number?
 * @page: a page of the root cell's RAM, by any address in it, until the next call of this; NULL:
 *	it has none there
 * @write_back: as in struct pgtable_format, NULL if the unit looks into caches
 */
struct vtd_remap {
	struct vtd_entry *table;
	u32 used;
	bool x2apic;
	const struct apic_topology *topo;
	const struct cpu_set *cpus;
	bool (*owned)(u16 source);
	void *(*page)(u64 gpa);
	void (*write_back)(const void *start, size_t size);
};

/**
 * vtd_remap_check() - what an entry of the root cell's may be
 * @remap: the table that it is for
 * @entry: a copy of it; becomes one that interrupts CPUs of the root cell only, or is not present
 *
 * Who may use it stays as it is: but for no device of a cell's by name.
 *
 * Return: false if it is present and must not be used.
 */
bool vtd_remap_check(const struct vtd_remap *remap, struct vtd_entry *entry);

/**
 * vtd_remap_copy() - entries of the root cell's have changed
 * @remap: the table
 * @irta: where the root cell has its own, and how large that is, as register IRTA has it
 * @first: the first entry that may have changed
 * @count: how many, in at most that many steps
 *
 * The unit is to be flushed if one has. One CPU at a time.
 *
 * Return: how many present ones must not be used.
 */
unsigned int vtd_remap_copy(struct vtd_remap *remap, u64 irta, unsigned int first,
			    unsigned int count);

/**
 * vtd_remap_set() - an entry of a cell's
 * @remap: the table
 * @index: which
 * @source: the device that may use it
 * @dest: physical APIC id
 * @low: vector and trigger, where APIC_* has them; 0: nothing is present
 *
 * If it was present, and is for the same device, then at any time the interrupt goes by what it
 * was, or by what it is now.
 *
 * Return: true if it has changed: the unit is to be flushed.
 */
bool vtd_remap_set(struct vtd_remap *remap, unsigned int index, u16 source, u32 dest, u32 low);

/**
 * struct vtd_indices - which entries cells have
 * @taken: by number, from VTD_REMAP_ROOT on
 */
struct vtd_indices {
	u64 taken[(VTD_REMAP_ENTRIES - VTD_REMAP_ROOT) / 64];
};

/**
 * vtd_indices_take() - numbers of entries, one after the other
 * @indices: what is taken
 * @count: how many, not 0
 *
 * Return: the first one, or -ENOSPC.
 */
int vtd_indices_take(struct vtd_indices *indices, unsigned int count);

/** vtd_indices_release() - give @count back that were taken, from @first on */
void vtd_indices_release(struct vtd_indices *indices, unsigned int first, unsigned int count);

#endif
