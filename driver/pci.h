/* SPDX-License-Identifier: GPL-2.0-only */
/* PCI functions of cells. */
#ifndef _JH_PCI_H
#define _JH_PCI_H

struct complaints;
struct jh_cell;
struct reason;

int jh_pci_take(struct jh_cell *cell, struct reason *why);
void jh_pci_list(const struct jh_cell *cell, const struct complaints *complaints);
void jh_pci_give_back(struct jh_cell *cell);

#endif
