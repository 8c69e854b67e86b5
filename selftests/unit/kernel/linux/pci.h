/* SPDX-License-Identifier: GPL-2.0-only */
/* Of PCI: bridges, and what is behind them. */
#ifndef UNIT_KERNEL_PCI_H
#define UNIT_KERNEL_PCI_H

#include <linux/types.h>

#define PCI_DEVFN(device, function)	(((u32)(device) & 0x1f) << 3 | ((function) & 7))

struct pci_bus {
	u8 number;
	struct {
		u64 start, end;
	} busn_res;
};

struct pci_dev {
	struct pci_bus *subordinate;
};

struct pci_dev *pci_get_domain_bus_and_slot(int domain, unsigned int bus, unsigned int devfn);
void pci_dev_put(struct pci_dev *dev);

#endif
