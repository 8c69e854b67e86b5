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

/* Bits @high to @low, both included. */
static u64 bits(unsigned int high, unsigned int low)
{
	return (~0ULL >> (63 - high)) & (~0ULL << low);
}

static u64 addr_bits(const struct guest_paging *paging)
{
	return bits(paging->phys_bits - 1U, 12);
}

/* What all entries on the way allow: the AND of all, and the OR of all for NX. */
struct rights {
	u64 all;
	u64 any;
};

static const struct rights all_rights = { .all = ~0ULL };

static void add_rights(struct rights *rights, u64 entry)
{
	rights->all &= entry;
	rights->any |= entry;
}

static void set_leaf(struct guest_mapping *mapping, u64 page, unsigned int shift, u64 gva,
		     struct rights rights)
{
	mapping->span = BIT_ULL(shift);
	mapping->gpa = page | (gva & (mapping->span - 1));
	mapping->flags = (rights.all & PTE_WRITE ? GUEST_MAP_WRITE : 0) |
		(rights.all & PTE_USER ? GUEST_MAP_USER : 0) |
		(rights.any & PTE_NX ? 0 : GUEST_MAP_EXECUTE);
}

/* One read of an entry: another CPU of the guest may be writing it. */
static int read_entry32(const struct guest_memory *memory, u64 table, u64 index, u64 *entry)
{
	const u32 *page = memory->map(memory->ctx, table);

	if (!page)
		return -EPERM;
	*entry = __atomic_load_n(&page[index & 0x3ff], __ATOMIC_RELAXED);
	return *entry & PTE_PRESENT ? 0 : -EFAULT;
}

static int read_entry64(const struct guest_memory *memory, u64 table, u64 index, u64 *entry)
{
	const u64 *page = memory->map(memory->ctx, table);

	if (!page)
		return -EPERM;
	*entry = __atomic_load_n(&page[index & 0x1ff], __ATOMIC_RELAXED);
	return *entry & PTE_PRESENT ? 0 : -EFAULT;
}

static int walk_32bit(const struct guest_paging *paging, const struct guest_memory *memory,
		      u64 gva, struct guest_mapping *mapping)
{
	struct rights rights = all_rights;
	u64 entry;
	int err;

	err = read_entry32(memory, paging->cr3 & bits(31, 12), gva >> 22, &entry);
	if (err)
		return err;
	add_rights(&rights, entry);
	if ((entry & PTE_HUGE) && (paging->cr4 & X86_CR4_PSE)) {
		/* Bits 39 to 32 of the address are in bits 20 to 13: PSE-36. */
		u64 page = (entry & bits(31, 22)) | (entry & bits(20, 13)) << 19;

		if ((entry & BIT_ULL(21)) || (page & ~addr_bits(paging)))
			return -EINVAL;
		set_leaf(mapping, page, 22, gva, rights);
		return 0;
	}
	err = read_entry32(memory, entry & bits(31, 12), gva >> 12, &entry);
	if (err)
		return err;
	add_rights(&rights, entry);
	set_leaf(mapping, entry & bits(31, 12), 12, gva, rights);
	return 0;
}

/* Bits that must be 0 in all entries of 8 bytes. */
static u64 reserved_bits(const struct guest_paging *paging)
{
	u64 reserved = bits(51, 12) & ~addr_bits(paging);

	if (!(paging->efer & X86_EFER_NXE))
		reserved |= PTE_NX;
	if (!(paging->efer & X86_EFER_LMA))
		reserved |= bits(62, 52);
	return reserved;
}

/* And in one that maps a large page; bit 12 of it is its PAT bit. None is above 1G. */
static bool is_valid_huge(u64 entry, unsigned int shift)
{
	return shift <= 30 && !(entry & bits(shift - 1, 13));
}

/* @shift: lowest bit of the linear address that counts in @table */
static int walk_64bit(const struct guest_paging *paging, const struct guest_memory *memory,
		      u64 gva, u64 table, unsigned int shift, struct guest_mapping *mapping)
{
	u64 reserved = reserved_bits(paging), mask = addr_bits(paging), entry;
	struct rights rights = all_rights;

	for (;; shift -= 9) {
		int err = read_entry64(memory, table, gva >> shift, &entry);

		if (err)
			return err;
		if (entry & reserved)
			return -EINVAL;
		add_rights(&rights, entry);
		table = entry & mask;
		if (shift == 12 || (entry & PTE_HUGE))
			break;
	}
	if (shift > 12 && !is_valid_huge(entry, shift))
		return -EINVAL;
	set_leaf(mapping, table & bits(51, shift), shift, gva, rights);
	return 0;
}

static int walk_pae(const struct guest_paging *paging, const struct guest_memory *memory,
		    u64 gva, struct guest_mapping *mapping)
{
	u64 pdpte = paging->pdpte[gva >> 30];

	if (!(pdpte & PTE_PRESENT))
		return -EFAULT;
	if (pdpte & (PDPTE_RESERVED | ~bits(paging->phys_bits - 1U, 0)))
		return -EINVAL;
	return walk_64bit(paging, memory, gva, pdpte & addr_bits(paging), 21, mapping);
}

static bool is_canonical(u64 gva, unsigned int width)
{
	u64 upper = gva >> (width - 1);

	return upper == 0 || upper == ~0ULL >> (width - 1);
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
	unsigned int width = paging->cr4 & X86_CR4_LA57 ? 57 : 48;

	if (likely(paging->efer & X86_EFER_LMA)) {
		if (!is_canonical(gva, width))
			return -ERANGE;
		return walk_64bit(paging, memory, gva, paging->cr3 & addr_bits(paging),
				  width - 9, mapping);
	}
	gva &= 0xffffffff;
	if (!(paging->cr0 & X86_CR0_PG)) {
		set_leaf(mapping, gva & ~0xfffULL, 12, gva, all_rights);
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
