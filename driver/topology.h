/* SPDX-License-Identifier: GPL-2.0-only */
/* Where the PCI functions of the machine are, to each other. */
#ifndef _JH_TOPOLOGY_H
#define _JH_TOPOLOGY_H

#include <linux/types.h>

struct jailhouse_cell_desc;
struct pci_dev;
struct reason;

int jh_topology_check(const struct jailhouse_cell_desc *desc, bool translated,
		      struct reason *why);
void jh_topology_isolate(const struct jailhouse_cell_desc *desc);
bool jh_topology_own_name(struct pci_dev *dev);
void jh_topology_names(struct pci_dev *dev, void (*found)(void *arg, u16 name), void *arg);

#endif
