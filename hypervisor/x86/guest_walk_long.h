/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The walk through tables with entries of 8 bytes, inline: it runs at each exit for device
 * memory, to fetch the instruction, and guest_memory.map() becomes part of it.
 */
#ifndef _X86_GUEST_WALK_LONG_H
#define _X86_GUEST_WALK_LONG_H

#include "guest_walk.h"
#include "registers.h"

#define GUEST_PTE_PRESENT	BIT_ULL(0)
#define GUEST_PTE_WRITE		BIT_ULL(1)
#define GUEST_PTE_USER		BIT_ULL(2)
#define GUEST_PTE_ACCESSED	BIT_ULL(5)
#define GUEST_PTE_DIRTY		BIT_ULL(6)
#define GUEST_PTE_HUGE		BIT_ULL(7)
#define GUEST_PTE_NX		BIT_ULL(63)

/* What all entries on the way allow: the AND of all, and the OR of all for NX. */
struct guest_rights {
	u64 all;
	u64 any;
};

/* One more entry on the way, @entry at guest-physical @gpa. */
static inline void guest_add_entry(struct guest_mapping *mapping, struct guest_rights *rights,
				   u64 gpa, u64 entry)
{
	rights->all &= entry;
	rights->any |= entry;
	mapping->entry_gpa[mapping->levels] = gpa;
	mapping->entry[mapping->levels++] = entry;
}

static inline void guest_set_leaf(struct guest_mapping *mapping, u64 page, unsigned int shift,
				  u64 gva, struct guest_rights rights)
{
	mapping->span = BIT_ULL(shift);
	mapping->gpa = page | (gva & (mapping->span - 1));
	mapping->flags = (rights.all & GUEST_PTE_WRITE ? GUEST_MAP_WRITE : 0) |
		(rights.all & GUEST_PTE_USER ? GUEST_MAP_USER : 0) |
		(rights.any & GUEST_PTE_NX ? 0 : GUEST_MAP_EXECUTE);
}

/* Bits that must be 0 in all entries of 8 bytes. */
static inline u64 guest_reserved_bits(const struct guest_paging *paging)
{
	u64 reserved = guest_bits(51, 12) & ~paging->addr_bits;

	if (unlikely(!(paging->efer & X86_EFER_NXE)))
		reserved |= GUEST_PTE_NX;
	if (!(paging->efer & X86_EFER_LMA))
		reserved |= guest_bits(62, 52);
	return reserved;
}

/**
 * guest_walk_tables() - the walk from one of the tables on
 * @paging, @memory, @gva, @mapping: see guest_walk()
 * @table: guest-physical address of the first table
 * @shift: lowest bit of @gva that counts in it
 *
 * Return: see guest_walk().
 */
static inline __always_inline int
guest_walk_tables(const struct guest_paging *paging, const struct guest_memory *memory, u64 gva,
		  u64 table, unsigned int shift, struct guest_mapping *mapping)
{
	u64 reserved = guest_reserved_bits(paging), mask = paging->addr_bits, entry;
	struct guest_rights rights = { .all = ~0ULL };
	const u64 *page;
	u64 index;

	mapping->levels = 0;
	for (;; shift -= 9) {
		page = memory->map(memory->ctx, table);
		if (unlikely(!page))
			return -EPERM;
		/* One read: another CPU of the guest may be writing it. */
		index = gva >> shift & 0x1ff;
		entry = __atomic_load_n(&page[index], __ATOMIC_RELAXED);
		if (unlikely(!(entry & GUEST_PTE_PRESENT)))
			return -EFAULT;
		if (unlikely(entry & reserved))
			return -EINVAL;
		guest_add_entry(mapping, &rights, table + index * sizeof(entry), entry);
		table = entry & mask;
		if (shift == 12 || (entry & GUEST_PTE_HUGE))
			break;
	}
	/* Bit 12 of an entry for a large page is its PAT bit. None is above 1G. */
	if (shift > 12 && unlikely(shift > 30 || entry & guest_bits(shift - 1, 13)))
		return -EINVAL;
	guest_set_leaf(mapping, table & (~0ULL << shift), shift, gva, rights);
	return 0;
}

/**
 * guest_read_long() - read from linear addresses that lie in one page, in long mode
 * @paging: with EFER.LMA set; cr0 and pdpte are not looked at
 * @memory, @buf: see guest_read()
 * @gva: canonical: where an instruction was fetched
 * @size: how many bytes; all of them in the page
 *
 * Return: 0. Otherwise guest_read() knows more.
 */
static inline __always_inline int
guest_read_long(const struct guest_paging *paging, const struct guest_memory *memory, u64 gva,
		void *buf, unsigned int size)
{
	unsigned int shift = paging->cr4 & X86_CR4_LA57 ? 48 : 39;
	struct guest_mapping mapping;
	const char *page;

	if (unlikely((gva & 0xfff) + size > 0x1000) ||
	    unlikely(guest_walk_tables(paging, memory, gva, paging->cr3 & paging->addr_bits,
				       shift, &mapping)))
		return -EFAULT;
	page = memory->map(memory->ctx, mapping.gpa & ~0xfffULL);
	if (unlikely(!page))
		return -EPERM;
	__builtin_memcpy(buf, page + (gva & 0xfff), size);
	return 0;
}

#endif
