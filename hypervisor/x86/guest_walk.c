// SPDX-License-Identifier: GPL-2.0-only
/* The guest's own page tables: guest-linear to guest-physical. SDM 3A 4. */
#include "guest_walk.h"
#include "string.h"

/* What all entries on the way allow: the AND of all, and the OR of all for NX. */
struct rights {
	u64 all;
	u64 any;
};

/* One more entry on the way, @entry at guest-physical @gpa. */
static void add_entry(struct guest_mapping *mapping, struct rights *rights, u64 gpa, u64 entry)
{
	rights->all &= entry;
	rights->any |= entry;
	mapping->entry_gpa[mapping->levels] = gpa;
	mapping->entry[mapping->levels++] = entry;
}

static void set_leaf(struct guest_mapping *mapping, u64 page, unsigned int shift, u64 gva,
		     struct rights rights)
{
	mapping->span = BIT_ULL(shift);
	mapping->gpa = page | (gva & (mapping->span - 1));
	mapping->flags = (rights.all & GUEST_PTE_WRITE ? GUEST_MAP_WRITE : 0) |
		(rights.all & GUEST_PTE_USER ? GUEST_MAP_USER : 0) |
		(rights.any & GUEST_PTE_NX ? 0 : GUEST_MAP_EXECUTE);
}

/* Bits 8 to 5, 2 and 1 of a page-directory-pointer entry: SDM 3A 4.4.1. */
#define PDPTE_RESERVED	0x1e6ULL

static const struct rights all_rights = { .all = ~0ULL };

/* One read of an entry: another CPU of the guest may be writing it. */
static int read_entry32(const struct guest_memory *memory, u64 table, u64 index,
			struct guest_mapping *mapping, struct rights *rights, u64 *entry)
{
	const u32 *page = memory->map(memory->ctx, table);

	if (!page)
		return -EPERM;
	index &= 0x3ff;
	*entry = __atomic_load_n(&page[index], __ATOMIC_RELAXED);
	add_entry(mapping, rights, table + index * sizeof(u32), *entry);
	return *entry & GUEST_PTE_PRESENT ? 0 : -EFAULT;
}

static int walk_32bit(const struct guest_paging *paging, const struct guest_memory *memory,
		      u64 gva, struct guest_mapping *mapping)
{
	struct rights rights = all_rights;
	u64 entry;
	int err;

	mapping->levels = 0;
	err = read_entry32(memory, paging->cr3 & guest_bits(31, 12), gva >> 22, mapping, &rights,
			   &entry);
	if (err)
		return err;
	if ((entry & GUEST_PTE_HUGE) && (paging->cr4 & X86_CR4_PSE)) {
		/* Bits 39 to 32 of the address are in bits 20 to 13: PSE-36. */
		u64 page = (entry & guest_bits(31, 22)) | (entry & guest_bits(20, 13)) << 19;

		if ((entry & BIT_ULL(21)) || (page & ~paging->addr_bits))
			return -EINVAL;
		set_leaf(mapping, page, 22, gva, rights);
		return 0;
	}
	err = read_entry32(memory, entry & guest_bits(31, 12), gva >> 12, mapping, &rights,
			   &entry);
	if (err)
		return err;
	set_leaf(mapping, entry & guest_bits(31, 12), 12, gva, rights);
	return 0;
}

/*
 * From @table on, a guest-physical address, with entries of 8 bytes; @shift is the lowest bit
 * of @gva that counts in it.
 */
static int walk_64bit(const struct guest_paging *paging, const struct guest_memory *memory,
		      u64 gva, u64 table, unsigned int shift, struct guest_mapping *mapping)
{
	u64 reserved = guest_reserved_bits(paging), mask = paging->addr_bits, entry;
	struct rights rights = { .all = ~0ULL };
	const u64 *page;
	u64 index;

	mapping->levels = 0;
	for (;; shift -= 9) {
		page = memory->map(memory->ctx, table);
		if (!page)
			return -EPERM;
		/* One read: another CPU of the guest may be writing it. */
		index = gva >> shift & 0x1ff;
		entry = __atomic_load_n(&page[index], __ATOMIC_RELAXED);
		if (!(entry & GUEST_PTE_PRESENT))
			return -EFAULT;
		if (entry & reserved)
			return -EINVAL;
		add_entry(mapping, &rights, table + index * sizeof(entry), entry);
		table = entry & mask;
		if (shift == 12 || (entry & GUEST_PTE_HUGE))
			break;
	}
	/* Bit 12 of an entry for a large page is its PAT bit. None is above 1G. */
	if (shift > 12 && (shift > 30 || entry & guest_bits(shift - 1, 13)))
		return -EINVAL;
	set_leaf(mapping, table & (~0ULL << shift), shift, gva, rights);
	return 0;
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

/* Bit 63 says whose pointer it is. What is between is as the highest bit below it. */
u64 guest_untag(const struct guest_paging *paging, u64 gva)
{
	const bool kernel = gva >> 63;
	const u64 wide = kernel ? paging->cr4 & X86_CR4_LA57 : paging->cr3 & X86_CR3_LAM_U57;
	const u64 on = kernel ? paging->cr4 & X86_CR4_LAM_SUP : paging->cr3 & X86_CR3_LAM_USER;
	const unsigned int tag = wide ? 63 - 56 : 63 - 47;

	if (!on)
		return gva;
	return (gva & BIT_ULL(63)) | ((u64)((s64)(gva << tag) >> tag) & ~BIT_ULL(63));
}

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
		mapping->levels = 0;
		set_leaf(mapping, gva & ~0xfffULL, 12, gva, all_rights);
		return 0;
	}
	if (paging->cr4 & X86_CR4_PAE)
		return walk_pae(paging, memory, gva, mapping);
	return walk_32bit(paging, memory, gva, mapping);
}

u32 guest_fault(const struct guest_access *access, int walk_error)
{
	return (access->write ? GUEST_FAULT_WRITE : 0) | (access->user ? GUEST_FAULT_USER : 0) |
	       (walk_error == -EINVAL ? GUEST_FAULT_PRESENT | GUEST_FAULT_RESERVED : 0);
}

/* SDM 3A 4.6.1; a page for user mode is not for the kernel with SMAP, unless it says so. */
static bool may_access(const struct guest_paging *paging, const struct guest_mapping *mapping,
		       const struct guest_access *access)
{
	bool user_page = mapping->flags & GUEST_MAP_USER;

	if (access->user && !user_page)
		return false;
	if (!access->user && user_page && (paging->cr4 & X86_CR4_SMAP) && !access->ac)
		return false;
	return !access->write || (mapping->flags & GUEST_MAP_WRITE) ||
	       (!access->user && !(paging->cr0 & X86_CR0_WP));
}

/* Two bits of a register for each key, no access and no writes: SDM 3A 4.6.2. */
static bool key_allows(const struct guest_paging *paging, const struct guest_mapping *mapping,
		       const struct guest_access *access)
{
	bool user_page = mapping->flags & GUEST_MAP_USER;
	u64 enable = user_page ? X86_CR4_PKE : X86_CR4_PKS;
	u32 rights = user_page ? access->pkru : access->pkrs;
	unsigned int key = mapping->entry[mapping->levels - 1] >> 59 & 15;

	if (!(paging->efer & X86_EFER_LMA) || !(paging->cr4 & enable))
		return true;
	rights >>= 2 * key;
	return !(rights & 1) && !((rights & 2) && access->write &&
				  (access->user || (paging->cr0 & X86_CR0_WP)));
}

u32 guest_check_access(const struct guest_paging *paging, const struct guest_mapping *mapping,
		       const struct guest_access *access)
{
	u32 fault = guest_fault(access, 0) | GUEST_FAULT_PRESENT;

	if (!(paging->cr0 & X86_CR0_PG))
		return 0;
	if (!may_access(paging, mapping, access))
		return fault;
	return key_allows(paging, mapping, access) ? 0 : fault | GUEST_FAULT_KEY;
}

/* Unless it was changed since: not only by a CPU that has done the same. */
static int set_bits(void *entry, size_t width, u64 seen, u64 bits)
{
	u64 *entry64 = entry, old = seen;
	u32 *entry32 = entry, old32 = (u32)seen;

	if (width == sizeof(u64))
		return __atomic_compare_exchange_n(entry64, &old, seen | bits, false,
						   __ATOMIC_SEQ_CST, __ATOMIC_SEQ_CST) ?
		       0 : -EAGAIN;
	return __atomic_compare_exchange_n(entry32, &old32, (u32)(seen | bits), false,
					   __ATOMIC_SEQ_CST, __ATOMIC_SEQ_CST) ? 0 : -EAGAIN;
}

int guest_set_accessed(const struct guest_paging *paging, const struct guest_memory *memory,
		       const struct guest_mapping *mapping, bool write)
{
	bool wide = (paging->efer & X86_EFER_LMA) || (paging->cr4 & X86_CR4_PAE);
	unsigned int n;

	for (n = 0; n < mapping->levels; n++) {
		u64 bits = GUEST_PTE_ACCESSED, gpa = mapping->entry_gpa[n];
		u8 *page;
		int err;

		if (write && n == mapping->levels - 1)
			bits |= GUEST_PTE_DIRTY;
		if ((mapping->entry[n] & bits) == bits)
			continue;
		page = memory->map_write(memory->ctx, gpa & ~0xfffULL);
		if (!page)
			return -EPERM;
		err = set_bits(page + (gpa & 0xfff), wide ? sizeof(u64) : sizeof(u32),
			       mapping->entry[n], bits);
		if (err)
			return err;
	}
	return 0;
}

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

int guest_read_long(const struct guest_paging *paging, const struct guest_memory *memory, u64 gva,
		    void *buf, unsigned int size)
{
	unsigned int shift = paging->cr4 & X86_CR4_LA57 ? 48 : 39;
	struct guest_mapping mapping;
	const char *page;

	if ((gva & 0xfff) + size > 0x1000 ||
	    walk_64bit(paging, memory, gva, paging->cr3 & paging->addr_bits, shift, &mapping))
		return -EFAULT;
	page = memory->map(memory->ctx, mapping.gpa & ~0xfffULL);
	if (!page)
		return -EPERM;
	memcpy(buf, page + (gva & 0xfff), size);
	return 0;
}
