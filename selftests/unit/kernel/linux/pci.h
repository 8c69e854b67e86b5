/* SPDX-License-Identifier: GPL-2.0-only */
/* Of PCI: functions, bridges, and what is behind them. */
#ifndef UNIT_KERNEL_PCI_H
#define UNIT_KERNEL_PCI_H

#include <linux/bits.h>
#include <linux/types.h>

#define PCI_DEVFN(device, function)	(((u32)(device) & 0x1f) << 3 | ((function) & 7))
#define PCI_ANY_ID			(~0U)
#define pci_domain_nr(bus)		((bus)->domain)
#define pci_dev_id(dev)			((u16)((dev)->bus->number << 8 | (dev)->devfn))
#define for_each_pci_dev(dev)		\
	for (; ((dev) = pci_get_device(PCI_ANY_ID, PCI_ANY_ID, dev));)

struct pci_bus {
	int domain;
	u8 number;
	struct {
		u64 start, end;
	} busn_res;
};

struct pci_dev {
	struct pci_bus *bus, *subordinate;
	u8 devfn, msi_cap, msix_cap;
};

struct pci_dev *pci_get_device(unsigned int vendor, unsigned int device, struct pci_dev *from);

struct pci_dev *pci_get_domain_bus_and_slot(int domain, unsigned int bus, unsigned int devfn);
void pci_dev_put(struct pci_dev *dev);

#endif
