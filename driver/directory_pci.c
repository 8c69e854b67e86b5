// SPDX-License-Identifier: GPL-2.0-only
/* PCI functions that are said to be a cell's: where their registers are at the moment. */
#include "directory_pci.h"
#include "directory.h"
#include "reason.h"

#include <linux/kernel.h>
#include <linux/mm.h>
#include <linux/pci.h>

static bool is_bar(const struct resource *bar)
{
	return bar->flags & (IORESOURCE_MEM | IORESOURCE_IO) && bar->start && resource_size(bar);
}

/* Has another function registers in a page of this BAR? Then both would be the cell's. */
static bool has_neighbour(const struct pci_dev *dev, const struct resource *bar)
{
	u64 start = round_down(bar->start, PAGE_SIZE), end = round_up(bar->end + 1, PAGE_SIZE);
	const struct resource *theirs;
	struct pci_dev *other = NULL;
	unsigned int n;

	for_each_pci_dev(other) {
		for (n = 0; other != dev && n < PCI_STD_NUM_BARS; n++) {
			theirs = &other->resource[n];
			if (is_bar(theirs) && theirs->flags & IORESOURCE_MEM &&
			    theirs->start < end && theirs->end >= start) {
				pci_dev_put(other);
				return true;
			}
		}
	}
	return false;
}

static int look_at_bar(struct directory_bar *found, const struct pci_dev *dev, unsigned int n,
		       struct reason *why)
{
	const struct resource *bar = &dev->resource[n];

	*found = (struct directory_bar){ .size = 0 };
	if (!is_bar(bar))
		return 0;
	if (bar->flags & IORESOURCE_MEM && has_neighbour(dev, bar))
		return jh_refuse(why, -EINVAL,
				 "devices/%s: BAR %u (0x%llx-0x%llx) shares a page with registers of another function, which a cell cannot have by itself",
				 pci_name(dev), n, (u64)bar->start, (u64)bar->end);
	*found = (struct directory_bar){
		.start = bar->start, .size = resource_size(bar),
		.ports = bar->flags & IORESOURCE_IO,
	};
	return 0;
}

static int look_at(struct directory_device *device, const char *name, struct reason *why)
{
	struct pci_dev *dev = pci_get_domain_bus_and_slot(device->domain, PCI_BUS_NUM(device->bdf),
							  device->bdf & 0xff);
	unsigned int n;
	int err = 0;

	if (!dev)
		return jh_refuse(why, -ENODEV, "devices/%s: there is no such function", name);
	device->no_flr = dev->dev_flags & PCI_DEV_FLAGS_NO_FLR_RESET;
	for (n = 0; !err && n < DIRECTORY_BARS; n++)
		err = look_at_bar(&device->bars[n], dev, n, why);
	pci_dev_put(dev);
	return err;
}

/**
 * jh_directory_pci_look() - find the registers of all functions that are said to be a cell's
 * @cell: what was said
 * @why: receives the reason
 *
 * Context: jh_lock is held, may sleep.
 *
 * Return: 0, -ENODEV for a function that the machine does not have, -EINVAL for one that shares a
 * page with another one.
 */
int jh_directory_pci_look(struct directories *cell, struct reason *why)
{
	struct directory *directory = cell->first[DIRECTORY_DEVICES];
	int err = 0;

	for (; directory && !err; directory = directory->next)
		err = look_at(&directory->device, directory->name, why);
	return err;
}
