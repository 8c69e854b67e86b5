// SPDX-License-Identifier: GPL-2.0-only
/* The guest's own page tables: guest-linear to guest-physical. SDM 3A 4. */
#include "guest_walk_long.h"
#include "string.h"

/* Bits 8 to 5, 2 and 1 of a page-directory-pointer entry: SDM 3A 4.4.1. */
#define PDPTE_RESERVED	0x1e6ULL

static const struct guest_rights all_rights = { .all = ~0ULL };

/* One read of an entry: another CPU of the guest may be writing it. */
static int read_entry32(const struct guest_memory *memory, u64 table, u64 index, u64 *entry)
{
	const u32 *page = memory->map(memory->ctx, table);

	if (!page)
		return -EPERM;
	*entry = __atomic_load_n(&page[index & 0x3ff], __ATOMIC_RELAXED);
	return *entry & GUEST_PTE_PRESENT ? 0 : -EFAULT;
}

static int walk_32bit(const struct guest_paging *paging, const struct guest_memory *memory,
		      u64 gva, struct guest_mapping *mapping)
{
	struct guest_rights rights = all_rights;
	u64 entry;
	int err;

	err = read_entry32(memory, paging->cr3 & guest_bits(31, 12), gva >> 22, &entry);
	if (err)
		return err;
	guest_add_rights(&rights, entry);
	if ((entry & GUEST_PTE_HUGE) && (paging->cr4 & X86_CR4_PSE)) {
		/* Bits 39 to 32 of the address are in bits 20 to 13: PSE-36. */
		u64 page = (entry & guest_bits(31, 22)) | (entry & guest_bits(20, 13)) << 19;

		if ((entry & BIT_ULL(21)) || (page & ~paging->addr_bits))
			return -EINVAL;
		guest_set_leaf(mapping, page, 22, gva, rights);
		return 0;
	}
	err = read_entry32(memory, entry & guest_bits(31, 12), gva >> 12, &entry);
	if (err)
		return err;
	guest_add_rights(&rights, entry);
	guest_set_leaf(mapping, entry & guest_bits(31, 12), 12, gva, rights);
	return 0;
}

/* Out of line, once for both kinds of tables. */
static noinline int walk_64bit(const struct guest_paging *paging,
			       const struct guest_memory *memory, u64 gva, u64 table,
			       unsigned int shift, struct guest_mapping *mapping)
{
	return guest_walk_tables(paging, memory, gva, table, shift, mapping);
}

static int walk_pae(const struct guest_paging *paging, const struct guest_memory *memory,
		    u64 gva, struct guest_mapping *mapping)
{
	u64 pdpte = paging->pdpte[gva >> 30];

	if (!(pdpte & GUEST_PTE_PRESENT))
		return -EFAULT;
	if (pdpte & (PDPTE_RESERVED | ~(paging->addr_bits | 0xfff)))
		return -EINVAL;
	return walk_64bit(paging, memory, gva, pdpte & paging->addr_bits, 21, mapping);
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

	if (paging->efer & X86_EFER_LMA) {
		if (!is_canonical(gva, width))
			return -ERANGE;
		return walk_64bit(paging, memory, gva, paging->cr3 & paging->addr_bits,
				  width - 9, mapping);
	}
	gva &= 0xffffffff;
	if (!(paging->cr0 & X86_CR0_PG)) {
		guest_set_leaf(mapping, gva & ~0xfffULL, 12, gva, all_rights);
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
