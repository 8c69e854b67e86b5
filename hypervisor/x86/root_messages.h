/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Interrupts of the root cell's devices, if they are rewritten (iommu_irq.h): which PCI functions
 * there are, where their MSI-X tables are emulated, and all that changes at once.
 */
#ifndef _X86_ROOT_MESSAGES_H
#define _X86_ROOT_MESSAGES_H

struct ioapic;
struct remap;

/**
 * root_messages_init() - look at the functions that the driver has found
 *
 * First CPU, during setup, after cell_init_root(), with what is in pci_space. Nothing is written
 * to them.
 *
 * Return: 0, also if nothing is rewritten; or a negative errno.
 */
int root_messages_init(void);

/**
 * root_messages_unmap() - the root cell's accesses to MSI-X tables exit
 *
 * Also after memory came back to it, in which some are. The root cell's CPUs are to be flushed.
 */
void root_messages_unmap(void);

/** root_messages_pins() - the I/O APICs are @count @chips, which stay where they are */
void root_messages_pins(struct ioapic *const chips[], unsigned int count);

/**
 * root_messages_rewrite() - have what interrupts the root cell name entries of a table, or a CPU
 * @remap: the table, or NULL
 *
 * Both arrive meanwhile. No CPU runs the root cell.
 */
void root_messages_rewrite(const struct remap *remap);

#endif
