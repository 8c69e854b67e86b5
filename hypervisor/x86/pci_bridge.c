// SPDX-License-Identifier: GPL-2.0-only
/*
 * Bridges. A request of a function bears the number of its bus, by which IOMMUs know whose it is.
 * The number is the bridge's to give, and bridges are the root cell's: one that leads to a function
 * of a cell keeps its buses, and no other one gets a cell's (PCI-to-PCI Bridge 1.2, 3.2.5).
 */
#include "pci_internal.h"

#define HEADER_BRIDGE	1U
#define HEADER_KIND	0x7fU

/* Primary, secondary and subordinate bus; the fourth byte is a timer. */
#define CFG_BUSES	0x18
#define BUSES		0x00ffffffU
#define SECONDARY(buses)	((buses) >> 8 & 0xff)
#define SUBORDINATE(buses)	((buses) >> 16 & 0xff)

/*
 * One that has no bus passes nothing on. Its secondary bus is a bridge's own, whatever the last one
 * is: by that number, one to conventional PCI names all requests that come from there (PCI Express
 * to PCI/PCI-X Bridge 1.0, 2.3).
 */
static bool leads_to_owned(const struct pci_space *space, u32 buses)
{
	const struct pci_cell *cell;
	unsigned int n, bus;

	if (!(buses >> 8))
		return false;
	for (cell = space->owners; cell; cell = cell->next)
		for (n = 0; n < cell->count; n++) {
			bus = cell->functions[n].bdf >> 8;
			if (bus == SECONDARY(buses) ||
			    (bus > SECONDARY(buses) && bus <= SUBORDINATE(buses)))
				return true;
		}
	return false;
}

bool pci_moves_owned(struct pci_space *space, u16 bdf, unsigned int offset, unsigned int width,
		     u32 value)
{
	const unsigned int shift = 8 * (offset & 3);
	const u32 mask = ~0U >> (32 - 8 * width) << shift & BUSES;
	u32 old, new;

	if (!space->owners || (offset & ~3U) != CFG_BUSES || !mask ||
	    (pci_hw_read(space, bdf, CFG_HEADER_TYPE, 1) & HEADER_KIND) != HEADER_BRIDGE)
		return false;
	old = pci_hw_read(space, bdf, CFG_BUSES, 4) & BUSES;
	new = (old & ~mask) | (value << shift & mask);
	return new != old && (leads_to_owned(space, old) || leads_to_owned(space, new));
}
