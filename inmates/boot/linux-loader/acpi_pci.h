/* SPDX-License-Identifier: GPL-2.0-only */
/* What a cell's Linux is told of PCI. */
#ifndef _LINUX_LOADER_ACPI_PCI_H
#define _LINUX_LOADER_ACPI_PCI_H

#include "loader.h"
#include "acpi_table.h"

/* BARs that all functions of a cell may have together. */
#define ACPI_PCI_MAX	64

/**
 * acpi_pci_find() - look where registers of the cell's PCI functions are
 * @desc: the cell's configuration
 * @read: reads a doubleword of a function's configuration space
 * @ranges: receives them, ACPI_PCI_MAX at most
 * @num_ranges: receives how many
 *
 * Return: NULL, or what is wrong with the configuration.
 */
const char *acpi_pci_find(const struct jailhouse_cell_desc *desc,
			  u32 (*read)(u32 bdf, u32 offset), struct acpi_pci_range *ranges,
			  unsigned int *num_ranges);

/** acpi_pci_write() - write a table with host bridges. Return: its address, 0: there are none */
u64 acpi_pci_write(struct writer *w, const struct acpi_machine *machine);

#endif
