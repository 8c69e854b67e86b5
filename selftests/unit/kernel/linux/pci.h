/* SPDX-License-Identifier: GPL-2.0-only */
/* Of PCI: functions, bridges, and what is behind them. */
#ifndef UNIT_KERNEL_PCI_H
#define UNIT_KERNEL_PCI_H

#include <linux/bits.h>
#include <linux/types.h>

#define PCI_DEVID(bus, devfn)		((u16)(bus) << 8 | (devfn))
#define PCI_DEVFN(device, function)	(((u32)(device) & 0x1f) << 3 | ((function) & 7))
#define PCI_BUS_NUM(bdf)		((bdf) >> 8 & 0xff)
#define PCI_ANY_ID			(~0U)
#define PCI_HEADER_TYPE_NORMAL		0
#define PCI_HEADER_TYPE_BRIDGE		1
#define PCI_EXT_CAP_ID_ACS		0x0d
#define PCI_ACS_CAP			4
#define PCI_ACS_CTRL			6
#define PCI_ACS_SV			0x01
#define PCI_ACS_RR			0x04
#define PCI_ACS_CR			0x08
#define PCI_ACS_UF			0x10
#define pci_domain_nr(bus)		((bus)->domain)
#define pci_dev_id(dev)			((u16)((dev)->bus->number << 8 | (dev)->devfn))
#define for_each_pci_dev(dev)		\
	for (; ((dev) = pci_get_device(PCI_ANY_ID, PCI_ANY_ID, dev));)

#define pci_is_root_bus(bus)		(!(bus)->self)
#define pci_is_pcie(dev)		((dev)->express)
#define pci_pcie_type(dev)		((dev)->type)
#define pci_physfn(dev)			((dev)->physical ?: (dev))

enum {
	PCI_EXP_TYPE_ENDPOINT = 0, PCI_EXP_TYPE_ROOT_PORT = 4, PCI_EXP_TYPE_UPSTREAM,
	PCI_EXP_TYPE_DOWNSTREAM, PCI_EXP_TYPE_PCI_BRIDGE,
};

struct pci_bus {
	int domain;
	u8 number;
	struct {
		u64 start, end;
	} busn_res;
	struct pci_dev *self;
};

/* How deep one sleeps, and who keeps it awake. */
enum { PCI_D0, PCI_D1, PCI_D2, PCI_D3hot, PCI_D3cold };

struct device {
	int awake;
};

struct pci_dev {
	struct device dev;
	int current_state;
	struct pci_bus *bus, *subordinate;
	struct pci_dev *physical;
	unsigned long *dma_alias_mask;
	u8 devfn, hdr_type, type, msi_cap, msix_cap;
	bool express, multifunction, msi_enabled, msix_enabled;
};

struct pci_dev *pci_get_device(unsigned int vendor, unsigned int device, struct pci_dev *from);

const char *pci_name(const struct pci_dev *dev);
int pci_num_vf(struct pci_dev *dev);
u16 pci_find_ext_capability(struct pci_dev *dev, int kind);
int pci_read_config_word(const struct pci_dev *dev, int where, u16 *value);
int pci_write_config_word(const struct pci_dev *dev, int where, u16 value);
struct pci_dev *pci_get_domain_bus_and_slot(int domain, unsigned int bus, unsigned int devfn);
struct pci_dev *pci_dev_get(struct pci_dev *dev);
void pci_dev_put(struct pci_dev *dev);

#endif
