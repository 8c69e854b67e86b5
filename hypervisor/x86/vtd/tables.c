// SPDX-License-Identifier: GPL-2.0-only
/* VT-d: which function goes by whose page tables. */
#include "vtd/vtd.h"
#include "config_check.h"
#include "errno.h"

#define TABLE_SIZE	256U

void vtd_write_back(vtd_write_back_fn *write_back, const void *start, size_t size)
{
	if (write_back)
		write_back(start, size);
}

bool vtd_set_entry(struct vtd_entry *entry, const struct vtd_entry *value,
		   vtd_write_back_fn *write_back)
{
	if (entry->low == value->low && entry->high == value->high)
		return false;
	if (entry->high != value->high) {
		__atomic_store_n(&entry->low, 0, __ATOMIC_RELEASE);
		vtd_write_back(write_back, entry, sizeof(*entry));
		__atomic_store_n(&entry->high, value->high, __ATOMIC_RELEASE);
	}
	__atomic_store_n(&entry->low, value->low, __ATOMIC_RELEASE);
	vtd_write_back(write_back, entry, sizeof(*entry));
	return true;
}

/*
 * Untranslated requests go by the page tables, and translated ones, of a device that has a TLB of
 * its own (ATS), are blocked: translation type 0. So nothing but the unit has to be flushed.
 */
static struct vtd_entry make_entry(const struct pgtable *dma, u16 domain)
{
	return (struct vtd_entry) {
		.low = page_hpa(dma->pool, dma->root) | VTD_ENTRY_PRESENT,
		.high = (dma->format->levels == 3 ? VTD_CONTEXT_3_LEVELS : VTD_CONTEXT_4_LEVELS) |
			(u64)domain << VTD_CONTEXT_DOMAIN_SHIFT,
	};
}

static struct vtd_entry *new_functions(struct vtd_tables *tables, struct vtd_entry entry)
{
	struct vtd_entry *functions = page_alloc(tables->pool, 1);
	unsigned int n;

	if (!functions)
		return NULL;
	for (n = 0; n < TABLE_SIZE; n++)
		functions[n] = entry;
	vtd_write_back(tables->write_back, functions, PAGE_SIZE);
	return functions;
}

int vtd_tables_init(struct vtd_tables *tables, const struct jailhouse_cell_desc *root,
		    const struct pgtable *dma, u16 domain)
{
	const struct jailhouse_pci_device *dev = config_pci(root);
	const struct vtd_entry entry = make_entry(dma, domain);
	unsigned int n, bus;

	tables->buses = page_alloc(tables->pool, 1);
	tables->others = new_functions(tables, entry);
	if (!tables->buses || !tables->others)
		return -ENOMEM;
	for (n = 0; n < root->num_pci_devices; n++, dev++) {
		bus = dev->bdf >> 8;
		if (!tables->own[bus])
			tables->own[bus] = new_functions(tables, entry);
		if (!tables->own[bus])
			return -ENOMEM;
	}
	for (bus = 0; bus < TABLE_SIZE; bus++)
		tables->buses[bus].low = VTD_ENTRY_PRESENT |
			page_hpa(tables->pool, tables->own[bus] ?: tables->others);
	vtd_write_back(tables->write_back, tables->buses, PAGE_SIZE);
	return 0;
}

void vtd_tables_assign(struct vtd_tables *tables, u16 bdf, const struct pgtable *dma, u16 domain)
{
	const struct vtd_entry value = make_entry(dma, domain);

	vtd_set_entry(&tables->own[bdf >> 8][bdf & 0xff], &value, tables->write_back);
}
