// SPDX-License-Identifier: GPL-2.0-only
/* VT-d: tables of interrupts, and what of the root cell's is in them. */
#include "vtd/remap.h"
#include "errno.h"

/* What an entry of ours may have of the root cell's. The rest is the other fields', below. */
#define KEPT_LOW	(VTD_IRTE_PRESENT | VTD_IRTE_LOGICAL | VTD_IRTE_HINT | VTD_IRTE_LEVEL | \
			 VTD_IRTE_MODE | 0xffULL << VTD_IRTE_VECTOR_SHIFT)
/* Software's own four bits, and one by which faults are not recorded, have no effect. */
#define IGNORED_LOW	(0xfULL << 8 | BIT_ULL(1))
#define DEST		(0xffffffffULL << VTD_IRTE_DEST_SHIFT)
/* In xAPIC mode, an id is in the second byte of its field. */
#define DEST_XAPIC	(0xffULL << (VTD_IRTE_DEST_SHIFT + 8))
#define KEPT_HIGH	0xfffffULL

static bool is_well_formed(const struct vtd_remap *remap, const struct vtd_entry *entry)
{
	const u64 dest = remap->x2apic ? DEST : DEST_XAPIC;

	/* Posted interrupts, which write to memory, are among what is not known here. */
	return !(entry->low & ~(KEPT_LOW | IGNORED_LOW | dest)) && !(entry->high & ~KEPT_HIGH) &&
	       (entry->low & VTD_IRTE_MODE) <= VTD_IRTE_LOWEST &&
	       !apic_vector_reserved(VTD_IRTE_VECTOR(entry->low)) &&
	       (entry->high & VTD_IRTE_VERIFY) != VTD_IRTE_VERIFY;
}

static u64 dest_of(const struct vtd_remap *remap, u64 low)
{
	return low >> (VTD_IRTE_DEST_SHIFT + (remap->x2apic ? 0 : 8));
}

static u64 to_dest(const struct vtd_remap *remap, u32 dest)
{
	return (u64)dest << (VTD_IRTE_DEST_SHIFT + (remap->x2apic ? 0 : 8));
}

/* One CPU leaves no choice, neither of lowest priority nor of any. */
static u64 rerouted(const struct vtd_remap *remap, u64 low, u32 dest)
{
	return (low & ~(DEST | VTD_IRTE_LOGICAL | VTD_IRTE_HINT | VTD_IRTE_MODE)) |
	       to_dest(remap, dest);
}

bool vtd_remap_check(const struct vtd_remap *remap, struct vtd_entry *entry)
{
	const bool logical = entry->low & VTD_IRTE_LOGICAL;
	const bool present = entry->low & VTD_IRTE_PRESENT;
	u32 dest = (u32)dest_of(remap, entry->low);

	if (present && is_well_formed(remap, entry) &&
	    !((entry->high & VTD_IRTE_VERIFY) == VTD_IRTE_BY_SOURCE &&
	      remap->owned(VTD_IRTE_SOURCE(entry->high)))) {
		entry->low &= KEPT_LOW | DEST;
		if (apic_message_reaches_only(remap->topo, remap->cpus, remap->x2apic, logical,
					      dest))
			return true;
		if (apic_route_message(remap->topo, remap->cpus, remap->x2apic, logical, dest,
				       &dest)) {
			entry->low = rerouted(remap, entry->low, dest);
			return true;
		}
	}
	*entry = (struct vtd_entry) { 0 };
	return !present;
}

/* Another CPU may write to it meanwhile: what is checked is the copy, and what is used. */
static struct vtd_entry read_entry(const struct vtd_entry *entry)
{
	return (struct vtd_entry) {
		.low = __atomic_load_n(&entry->low, __ATOMIC_RELAXED),
		.high = __atomic_load_n(&entry->high, __ATOMIC_RELAXED),
	};
}

/* Return: false if it must not be used. */
static bool copy_entry(struct vtd_remap *remap, unsigned int index, const struct vtd_entry *guest)
{
	struct vtd_entry entry = read_entry(guest);
	const bool allowed = vtd_remap_check(remap, &entry);

	vtd_set_entry(&remap->table[index], &entry, remap->write_back);
	remap->used = MAX(remap->used, index + 1);
	return allowed;
}

/*
 * Where the root cell has no RAM, or no table any more, nothing is present. Of its thousands of
 * entries most are not, and never were: these take a few instructions each.
 */
unsigned int vtd_remap_copy(struct vtd_remap *remap, u64 irta, unsigned int first,
			    unsigned int count)
{
	static const struct vtd_entry none;
	const unsigned int entries = MIN(2U << (irta & VTD_IRTA_SIZE), VTD_REMAP_ROOT);
	const unsigned int in_page = PAGE_SIZE / sizeof(none);
	const struct vtd_entry *page = NULL, *guest;
	unsigned int index, denied = 0;

	for (index = first; index < entries && count--; index++) {
		if (!page || !(index % in_page))
			page = remap->page((irta & PAGE_MASK) + index * sizeof(none)) ?: &none;
		guest = page == &none ? page : &page[index % in_page];
		if ((__atomic_load_n(&guest->low, __ATOMIC_RELAXED) & VTD_IRTE_PRESENT ||
		     index < remap->used) && !copy_entry(remap, index, guest))
			denied++;
	}
	return denied;
}

bool vtd_remap_set(struct vtd_remap *remap, unsigned int index, u16 source, u32 dest, u32 low)
{
	struct vtd_entry entry = { 0 };

	if (low)
		entry = (struct vtd_entry) {
			.low = VTD_IRTE_PRESENT |
			       (low & APIC_TRIGGER_LEVEL ? VTD_IRTE_LEVEL : 0) |
			       (u64)(low & APIC_VECTOR) << VTD_IRTE_VECTOR_SHIFT |
			       to_dest(remap, dest),
			.high = VTD_IRTE_BY_SOURCE | source,
		};
	return vtd_set_entry(&remap->table[index], &entry, remap->write_back);
}

static bool is_taken(const struct vtd_indices *indices, unsigned int n)
{
	return indices->taken[n / 64] >> (n % 64) & 1;
}

static void change(struct vtd_indices *indices, unsigned int first, unsigned int count)
{
	for (; count--; first++)
		indices->taken[first / 64] ^= BIT_ULL(first % 64);
}

int vtd_indices_take(struct vtd_indices *indices, unsigned int count)
{
	unsigned int n, run = 0;

	for (n = 0; n < VTD_REMAP_ENTRIES - VTD_REMAP_ROOT; n++) {
		run = is_taken(indices, n) ? 0 : run + 1;
		if (run < count)
			continue;
		change(indices, n + 1 - count, count);
		return (int)(VTD_REMAP_ROOT + n + 1 - count);
	}
	return -ENOSPC;
}

void vtd_indices_release(struct vtd_indices *indices, unsigned int first, unsigned int count)
{
	change(indices, first - VTD_REMAP_ROOT, count);
}
