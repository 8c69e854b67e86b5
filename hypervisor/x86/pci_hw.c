// SPDX-License-Identifier: GPL-2.0-only
/*
 * The ports of PCI configuration space, which the root cell and all cells that own a
 * function share: an address goes to 0xcf8, and what 0xcfc shows then is what it selected.
 * The lock is held for one such pair, so that a cell waits for one access of each other CPU
 * at most, whatever that CPU does to its own functions.
 */
#include "pci_internal.h"

u32 pci_ports_read(struct pci_space *space, u32 address, u16 port, unsigned int width)
{
	u32 value;

	ticket_lock(&space->lock);
	value = space->ops->read(address, port, width);
	ticket_unlock(&space->lock);
	return value;
}

void pci_ports_write(struct pci_space *space, u32 address, u16 port, unsigned int width,
		     u32 value)
{
	ticket_lock(&space->lock);
	space->ops->write(address, port, width, value);
	ticket_unlock(&space->lock);
}

static u32 address_of(u16 bdf, unsigned int offset)
{
	return PCI_ADDRESS_ENABLE | (u32)bdf << 8 | (offset & 0xfc);
}

static u16 port_of(unsigned int offset)
{
	return (u16)(PCI_PORT_DATA + (offset & 3));
}

u32 pci_hw_read(struct pci_space *space, u16 bdf, unsigned int offset, unsigned int width)
{
	return pci_ports_read(space, address_of(bdf, offset), port_of(offset), width);
}

u32 pci_read(const struct pci_function *function, unsigned int offset, unsigned int width)
{
	return pci_hw_read(function->owner->space, function->bdf, offset, width);
}

void pci_write(const struct pci_function *function, unsigned int offset, unsigned int width,
	       u32 value)
{
	pci_ports_write(function->owner->space, address_of(function->bdf, offset),
			port_of(offset), width, value);
}

void pci_change(const struct pci_function *function, unsigned int offset, u32 value, u32 which)
{
	u32 old = pci_read(function, offset, 2);

	pci_write(function, offset, 2, (old & ~which) | (value & which));
}
