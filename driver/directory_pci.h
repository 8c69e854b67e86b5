/* SPDX-License-Identifier: GPL-2.0-only */
/* PCI functions that are said to be a cell's. */
#ifndef _JH_DIRECTORY_PCI_H
#define _JH_DIRECTORY_PCI_H

struct directories;
struct reason;

int jh_directory_pci_look(struct directories *cell, struct reason *why);

#endif
