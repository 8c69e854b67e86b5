/* SPDX-License-Identifier: GPL-2.0-only */
/* Where a PCI function has its MSI-X table. */
#ifndef _JH_MSIX_H
#define _JH_MSIX_H

#include <linux/types.h>

struct jailhouse_pci_device;
struct pci_dev;
struct reason;

#define MSIX_BARS	6

/**
 * struct msix_look - what a function says of its table
 * @vectors: entries of it, 1 to 2,048; 0: it has none
 * @where: its offset, and the number of the BAR in the lowest three bits (PCI 3.0, 6.8.2.4)
 * @bars: its BARs; size 0: not there, not placed, or ports
 */
struct msix_look {
	unsigned int vectors;
	u32 where;
	struct {
		u64 start;
		u64 size;
	} bars[MSIX_BARS];
};

u64 jh_msix_address(const struct msix_look *look);
int jh_msix_check(const struct msix_look *look, const struct jailhouse_pci_device *config,
		  unsigned int n, const char *name, struct reason *why);
void jh_msix_look(struct pci_dev *dev, struct msix_look *look);

#endif
