/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Page tables of any number of levels, from a description of their format: those
 * of the guests (EPT), of the hypervisor itself, of DMA remapping units.
 *
 * Level 0 holds 4K leaves, each further level covers 512 times as much: 2M, 1G, ...
 * All tables have 512 entries of 64 bits.
 *
 * Hardware may walk the tables while they change. Each entry changes with one store,
 * a table is complete before it is linked and unlinked before it is freed: a walk
 * gives the old or the new translation of an address, never a third one. Caches
 * (TLB, paging-structure caches) are the caller's business: a CPU that may have
 * cached anything must not run from a call to here until it has flushed.
 *
 * Nothing here locks, as with page_pool.h.
 */
#ifndef _CORE_PGTABLE_H
#define _CORE_PGTABLE_H

#include "types.h"
#include "page_pool.h"

/**
 * struct pgtable_format - what the entries look like
 * @levels: number of levels, 1 to 5
 * @huge_levels: bit L set: level L may hold leaves; bit 0 is taken as set
 * @present_mask: an entry with any of these bits is present
 * @table_attrs: bits of an entry that points to a table, of @present_mask at least
 *	one. Bits that hardware would set by itself (accessed) must be set here, and in
 *	the leaf attributes (accessed, dirty), since entries are compared
 * @leaf_huge_bit: bit that tells a leaf from a table above level 0; 0 if @next_level does
 * @next_level: the lowest of three bits that say at which level the table is that an entry points
 *	to, counted from 1; they are 0 in leaves. 0 if there are none
 * @small_bit: bit that hardware ignores; marks 4K leaves that must not be merged to a
 *	larger one. 0 if there is none to spare: then they may be
 * @addr_mask: bits that hold a host-physical address
 * @snooped: of @attrs of all leaves that devices go by: bits with which they find what is in
 *	caches, also where they ask for memory itself (PCIe's No Snoop); 0 if there are none
 * @scrubbed: called for RAM of a cell with devices that was filled with zeros; NULL with @snooped
 * @write_back: called for what was written of tables, before anything links to it: for
 *	hardware that reads memory past the caches. NULL if it looks into them
 */
struct pgtable_format {
	unsigned int levels;
	unsigned int huge_levels;
	u64 present_mask;
	u64 table_attrs;
	u64 leaf_huge_bit;
	u64 next_level;
	u64 small_bit;
	u64 addr_mask;
	u64 snooped;
	void (*scrubbed)(const void *start, size_t size);
	void (*write_back)(const void *start, size_t size);
};

/**
 * struct pgtable - a tree of tables
 * @format: of all entries
 * @root: top-level table, NULL if there is no tree
 * @pool: where tables come from
 * @tables: how many there are below @root
 */
struct pgtable {
	const struct pgtable_format *format;
	u64 *root;
	struct page_pool *pool;
	unsigned int tables;
};

/**
 * pgtable_init() - make an empty tree
 * @pt: to be initialized
 * @format: of the entries; must live as long as @pt
 * @pool: where tables come from
 *
 * Return: 0, or -ENOMEM; pgtable_destroy() is fine then as well.
 */
int pgtable_init(struct pgtable *pt, const struct pgtable_format *format,
		 struct page_pool *pool);

/**
 * pgtable_map() - translate a range to a range, whatever was there before
 * @pt: the tree
 * @va: first address, page-aligned
 * @hpa: host-physical address that it translates to, page-aligned
 * @size: bytes, a multiple of the page size; 0 changes nothing
 * @attrs: leaf attributes, without address, huge and small bit
 * @huge: the largest leaves that fit are used, and leaves that were split before are
 *	merged again; otherwise 4K leaves only
 *
 * Return: 0. -ENOMEM: @pt->pool has not as many pages as new tables are needed.
 * -EINVAL: not aligned, out of reach of the levels, or @attrs are not present.
 * Nothing has changed after an error.
 */
int pgtable_map(struct pgtable *pt, u64 va, u64 hpa, u64 size, u64 attrs, bool huge);

/**
 * pgtable_unmap() - take a range away
 * @pt: the tree
 * @va: first address, page-aligned
 * @size: bytes, a multiple of the page size; 0 changes nothing
 *
 * What is not mapped anyway is skipped. Larger leaves are split at both ends of the
 * range, tables that become empty are freed.
 *
 * Return: 0. -ENOMEM: no page for the table of a split. -EINVAL: not aligned, or out of
 * reach of the levels. Nothing has changed after an error.
 */
int pgtable_unmap(struct pgtable *pt, u64 va, u64 size);

/**
 * pgtable_lookup() - translate an address, as hardware would
 * @pt: the tree
 * @va: any address
 * @hpa: receives its host-physical address; may be NULL
 * @attrs: receives the attributes that pgtable_map() was given; may be NULL
 *
 * Return: true if it is mapped.
 */
bool pgtable_lookup(const struct pgtable *pt, u64 va, u64 *hpa, u64 *attrs);

/**
 * struct pgtable_leaf - what one leaf entry translates
 * @va: its first address
 * @hpa: host-physical address of it
 * @size: bytes: 4K, 2M, 1G, ...
 * @attrs: the attributes that pgtable_map() was given
 */
struct pgtable_leaf {
	u64 va;
	u64 hpa;
	u64 size;
	u64 attrs;
};

/**
 * pgtable_lookup_leaf() - find the leaf that translates an address
 * @pt: the tree
 * @va: any address
 * @leaf: receives the leaf
 *
 * Return: true if it is mapped.
 */
bool pgtable_lookup_leaf(const struct pgtable *pt, u64 va, struct pgtable_leaf *leaf);

/** pgtable_destroy() - free all tables; a tree that never was one is fine. */
void pgtable_destroy(struct pgtable *pt);

#endif
