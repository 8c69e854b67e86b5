// SPDX-License-Identifier: GPL-2.0-only
/* The guest's own page tables: guest-linear to guest-physical. SDM 3A 4. */
#include "guest_walk.h"
#include "registers.h"
#include "string.h"

#define PTE_PRESENT	BIT_ULL(0)
#define PTE_WRITE	BIT_ULL(1)
#define PTE_USER	BIT_ULL(2)
#define PTE_HUGE	BIT_ULL(7)
#define PTE_NX		BIT_ULL(63)

/* Bits 8 to 5, 2 and 1 of a page-directory-pointer entry: SDM 3A 4.4.1. */
#define PDPTE_RESERVED	0x1e6ULL

#define ALL_RIGHTS	(GUEST_MAP_WRITE | GUEST_MAP_USER | GUEST_MAP_EXECUTE)

/* Bits @high to @low, both included. */
static u64 bits(unsigned int high, unsigned int low)
{
	return (~0ULL >> (63 - high)) & (~0ULL << low);
}

static u64 addr_bits(const struct guest_paging *paging)
{
	return bits(paging->phys_bits - 1U, 12);
}

/* One read: another CPU of the guest may be writing the entry. */
static int read_entry(const struct guest_memory *memory, u64 table, u64 offset,
		      bool wide, u64 *entry)
{
	const char *page = memory->map(memory->ctx, table);

	if (!page)
		return -EPERM;
	if (wide)
		*entry = __atomic_load_n((const u64 *)(page + offset), __ATOMIC_RELAXED);
	else
		*entry = __atomic_load_n((const u32 *)(page + offset), __ATOMIC_RELAXED);
	return *entry & PTE_PRESENT ? 0 : -EFAULT;
}

static void apply_rights(struct guest_mapping *mapping, u64 entry)
{
	if (!(entry & PTE_WRITE))
		mapping->flags &= ~(u32)GUEST_MAP_WRITE;
	if (!(entry & PTE_USER))
		mapping->flags &= ~(u32)GUEST_MAP_USER;
	if (entry & PTE_NX)
		mapping->flags &= ~(u32)GUEST_MAP_EXECUTE;
}

static void set_leaf(struct guest_mapping *mapping, u64 page, unsigned int shift, u64 gva)
{
	mapping->span = BIT_ULL(shift);
	mapping->gpa = page | (gva & (mapping->span - 1));
}

static int walk_32bit(const struct guest_paging *paging, const struct guest_memory *memory,
		      u64 gva, struct guest_mapping *mapping)
{
	u64 entry;
	int err;

	err = read_entry(memory, paging->cr3 & bits(31, 12), (gva >> 22) * 4, false, &entry);
	if (err)
		return err;
	apply_rights(mapping, entry);
	if ((entry & PTE_HUGE) && (paging->cr4 & X86_CR4_PSE)) {
		/* Bits 39 to 32 of the address are in bits 20 to 13: PSE-36. */
		u64 page = (entry & bits(31, 22)) | (entry & bits(20, 13)) << 19;

		if ((entry & BIT_ULL(21)) || (page & ~addr_bits(paging)))
			return -EINVAL;
		set_leaf(mapping, page, 22, gva);
		return 0;
	}
	err = read_entry(memory, entry & bits(31, 12), (gva >> 12 & 0x3ff) * 4, false, &entry);
	if (err)
		return err;
	apply_rights(mapping, entry);
	set_leaf(mapping, entry & bits(31, 12), 12, gva);
	return 0;
}

/* Bits that must be 0 in an entry of 8 bytes at @level; a table of level 1 maps pages. */
static u64 reserved_bits(const struct guest_paging *paging, unsigned int level, u64 entry)
{
	u64 reserved = bits(51, 12) & ~addr_bits(paging);

	if (!(paging->efer & X86_EFER_NXE))
		reserved |= PTE_NX;
	if (!(paging->efer & X86_EFER_LMA))
		reserved |= bits(62, 52);
	if (level > 3)
		reserved |= PTE_HUGE;
	else if (level > 1 && (entry & PTE_HUGE))
		reserved |= bits(3 + 9 * level - 1, 13);
	return reserved;
}

static int walk_64bit(const struct guest_paging *paging, const struct guest_memory *memory,
		      u64 gva, u64 table, unsigned int level, struct guest_mapping *mapping)
{
	for (;; level--) {
		unsigned int shift = 3 + 9 * level;
		u64 entry;
		int err;

		err = read_entry(memory, table, (gva >> shift & 0x1ff) * 8, true, &entry);
		if (err)
			return err;
		if (entry & reserved_bits(paging, level, entry))
			return -EINVAL;
		apply_rights(mapping, entry);
		table = entry & addr_bits(paging);
		if (level == 1 || (entry & PTE_HUGE)) {
			/* Bit 12 of a large page is its PAT bit. */
			set_leaf(mapping, table & bits(51, shift), shift, gva);
			return 0;
		}
	}
}

static int walk_pae(const struct guest_paging *paging, const struct guest_memory *memory,
		    u64 gva, struct guest_mapping *mapping)
{
	u64 pdpte = paging->pdpte[gva >> 30];

	if (!(pdpte & PTE_PRESENT))
		return -EFAULT;
	if (pdpte & (PDPTE_RESERVED | ~bits(paging->phys_bits - 1U, 0)))
		return -EINVAL;
	return walk_64bit(paging, memory, gva, pdpte & addr_bits(paging), 2, mapping);
}

static bool is_canonical(u64 gva, unsigned int levels)
{
	u64 upper = gva >> (3 + 9 * levels + 8);

	return upper == 0 || upper == ~0ULL >> (3 + 9 * levels + 8);
}

/**
 * guest_walk() - translate a linear address as the guest's CPU would
 * @paging: registers of the guest
 * @memory: its memory
 * @gva: linear address; outside 64-bit mode its upper half does not count
 * @mapping: receives the translation
 *
 * Rights are reported, not checked, and accessed and dirty bits are not set: a CPU that
 * faulted on the access behind this address has done both, unless the tables changed.
 *
 * Return: 0. -EFAULT: not present. -EINVAL: a reserved bit is set. -ERANGE: not canonical.
 * -EPERM: a table is where the guest may not read.
 */
int guest_walk(const struct guest_paging *paging, const struct guest_memory *memory, u64 gva,
	       struct guest_mapping *mapping)
{
	unsigned int levels = paging->cr4 & X86_CR4_LA57 ? 5 : 4;

	mapping->flags = ALL_RIGHTS;
	if (likely(paging->efer & X86_EFER_LMA)) {
		if (!is_canonical(gva, levels))
			return -ERANGE;
		return walk_64bit(paging, memory, gva, paging->cr3 & addr_bits(paging),
				  levels, mapping);
	}
	gva &= 0xffffffff;
	if (!(paging->cr0 & X86_CR0_PG)) {
		set_leaf(mapping, gva & ~0xfffULL, 12, gva);
		return 0;
	}
	if (paging->cr4 & X86_CR4_PAE)
		return walk_pae(paging, memory, gva, mapping);
	return walk_32bit(paging, memory, gva, mapping);
}

/**
 * guest_read() - read from linear addresses
 * @paging: registers of the guest
 * @memory: its memory
 * @gva: linear address of the first byte
 * @buf: receives the bytes
 * @size: how many at most, up to 4096
 *
 * Return: number of bytes up to the first page that cannot be read; if that is the first
 * one, the error of guest_walk(), or -EPERM.
 */
int guest_read(const struct guest_paging *paging, const struct guest_memory *memory, u64 gva,
	       void *buf, unsigned int size)
{
	unsigned int done = 0;

	while (done < size) {
		unsigned int offset = (unsigned int)(gva & 0xfff);
		unsigned int part = MIN(size - done, 0x1000 - offset);
		struct guest_mapping mapping;
		const char *page;
		int err;

		err = guest_walk(paging, memory, gva, &mapping);
		if (err)
			return done ? (int)done : err;
		page = memory->map(memory->ctx, mapping.gpa & ~0xfffULL);
		if (!page)
			return done ? (int)done : -EPERM;
		memcpy((char *)buf + done, page + offset, part);
		done += part;
		gva += part;
	}
	return (int)done;
}
