// SPDX-License-Identifier: GPL-2.0-only
/*
 * Check of configurations: tables of MSI-X. Who writes to one interrupts any CPU, so no cell has
 * the pages that one lies in but as what the hypervisor emulates: in a single region, that is
 * mapped at once, and nobody else's.
 */
#include "config_internal.h"
#include "errno.h"

#define NEEDED	(JAILHOUSE_MEM_WRITE | JAILHOUSE_MEM_IO)
/* With DMA, other devices of the cell would reach the table. */
#define UNFIT	(JAILHOUSE_MEM_ROOTSHARED | JAILHOUSE_MEM_NO_HUGEPAGES | JAILHOUSE_MEM_EXECUTE | \
		 JAILHOUSE_MEM_DMA)

static bool has_part(const struct jailhouse_memory *mem, const struct jailhouse_memory *table)
{
	return !is_comm(mem) && table->size &&
	       overlap(mem->phys_start, mem->size, table->phys_start, table->size);
}

const struct jailhouse_memory *config_msix_region(const struct jailhouse_cell_desc *desc,
						  const struct jailhouse_pci_device *dev)
{
	const struct jailhouse_memory *mem = config_mem_regions(desc);
	const struct jailhouse_memory table = config_msix_pages(dev);
	unsigned int n;

	for (n = 0; n < desc->num_memory_regions; n++, mem++)
		if (has_part(mem, &table))
			return mem;
	return NULL;
}

static bool contains(const struct jailhouse_memory *mem, const struct jailhouse_memory *table)
{
	return mem->phys_start <= table->phys_start &&
	       table->phys_start + table->size <= mem->phys_start + mem->size;
}

int config_check_msix(const struct jailhouse_cell_desc *desc, unsigned int number,
		      const struct jailhouse_pci_device *dev, struct config_reason *why)
{
	const struct jailhouse_memory *mem = config_mem_regions(desc);
	const struct jailhouse_memory table = config_msix_pages(dev);
	unsigned int n;

	for (n = 0; n < number; n++) {
		const struct jailhouse_memory other = config_msix_pages(&config_pci(desc)[n]);

		if (has_part(&other, &table))
			return refuse_pci(why, -EINVAL, number, dev,
					  "has its MSI-X table in a page of that of PCI device %u",
					  n);
	}
	for (n = 0; n < desc->num_memory_regions; n++, mem++) {
		if (!has_part(mem, &table))
			continue;
		if (!contains(mem, &table))
			return refuse_pci(why, -EINVAL, number, dev,
					  "has its MSI-X table (0x%llx-0x%llx) only partly in memory region %u: one region has to have these pages",
					  table.phys_start, table.phys_start + table.size, n);
		if ((mem->flags & (UNFIT | NEEDED)) != NEEDED)
			return refuse_pci(why, -EINVAL, number, dev,
					  "has its MSI-X table in memory region %u, which needs the flags WRITE and IO, and none of ROOTSHARED, NO_HUGEPAGES, EXECUTE, DMA",
					  n);
	}
	return 0;
}

int config_fit_msix(const struct jailhouse_cell_desc *root,
		    const struct jailhouse_cell_desc *cell, unsigned int number,
		    const struct jailhouse_memory *mem, struct config_reason *why)
{
	const struct jailhouse_pci_device *dev = config_pci(root);
	struct jailhouse_memory table;
	unsigned int n;

	for (n = 0; n < root->num_pci_devices; n++, dev++) {
		const u16 domain = config_domain(dev);

		table = config_msix_pages(dev);
		if (has_part(mem, &table) &&
		    !config_find_device(cell, cell->num_pci_devices, domain, dev->bdf))
			return refuse_memory(why, -EACCES, number, mem,
					     "has the MSI-X table (0x%llx-0x%llx) of PCI device %04x:%02x:%02x.%x, which is not the cell's",
					     table.phys_start, table.phys_start + table.size,
					     domain, dev->bdf >> 8, dev->bdf >> 3 & 0x1f,
					     dev->bdf & 7);
	}
	return 0;
}
