// SPDX-License-Identifier: GPL-2.0-only
/*
 * Messages of PCI functions. Where interrupts are not remapped, what a device sends is the
 * interrupt, and is checked. Where they are, it names an entry of a table, which no other device
 * can use, and what was checked is there.
 */
#include "pci_internal.h"
#include "log.h"

static const struct remap *remap_of(const struct pci_function *function)
{
	return function->owner->space->remap;
}

static int explain(const struct pci_function *function, unsigned int count, unsigned int most,
		   int err)
{
	const unsigned int bus = function->bdf >> 8, device = function->bdf >> 3 & 0x1f;
	const unsigned int n = function->bdf & 7;

	if (err == -ENOMEM)
		log_error("no hypervisor memory for the interrupts of PCI device %02x:%02x.%x",
			  bus, device, n);
	else if (count > most)
		log_error("PCI device %02x:%02x.%x has %u interrupts, its IOMMU has room for %u",
			  bus, device, n, count, most);
	else
		log_error("PCI device %02x:%02x.%x has %u interrupts, fewer are left of cells' %u",
			  bus, device, n, count, most);
	return err;
}

int pci_take_messages(struct pci_function *function)
{
	const struct remap *remap = remap_of(function);
	const unsigned int count = MAX(function->num_entries, PCI_MSI_MESSAGES);
	int first;

	if (!remap)
		return 0;
	first = remap->take(function->bdf, count);
	if (first < 0)
		return explain(function, count, remap->most, first);
	function->first_message = (u32)first;
	function->num_messages = (u16)count;
	return 0;
}

void pci_release_messages(struct pci_function *function)
{
	if (function->num_messages)
		remap_of(function)->release(function->bdf, function->first_message,
					    function->num_messages);
	function->num_messages = 0;
}

/* The device replaces the lowest bits of data by the number of the message. */
static void set_entries(const struct pci_function *function, unsigned int first,
			unsigned int count, u32 dest, u32 vector)
{
	unsigned int i;

	for (i = 0; i < count; i++)
		remap_of(function)->set(first + i, function->bdf, dest,
					(vector & ~(count - 1)) | i);
}

bool pci_route_messages(const struct pci_function *function, unsigned int n, unsigned int count,
			bool x2apic, u64 *address, u32 *data)
{
	const struct pci_cell *cell = function->owner;
	const struct remap *remap = remap_of(function);
	const unsigned int first = function->first_message + n;
	u32 dest;

	if (!function->num_messages)
		return apic_route_msi(cell->space->topo, cell->cpus, x2apic, address, data);
	if (n + count > function->num_messages ||
	    !apic_check_msi(cell->space->topo, cell->cpus, x2apic, *address, *data,
			    remap->id_end, &dest))
		return false;
	set_entries(function, first, count, dest, *data & APIC_VECTOR);
	remap->message(first, count > 1, address, data);
	return true;
}

void pci_clear_messages(const struct pci_function *function)
{
	if (function->num_messages)
		remap_of(function)->clear(function->bdf, function->first_message,
					  function->num_messages);
}
