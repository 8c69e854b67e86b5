/* SPDX-License-Identifier: GPL-2.0-only */
/* What x86 adds to a cell. */
#ifndef _X86_ARCH_CELL_H
#define _X86_ARCH_CELL_H

#include "types.h"
#include "guest_uart.h"
#include "log.h"

struct ioapic_cell;
struct pci_cell;
struct virtual_pin;

/**
 * struct arch_cell - x86 part of struct cell
 * @msr_bitmap: one page, bit set: the access exits
 * @ioapic: its view of the I/O APICs
 * @pci: its view of PCI configuration space
 * @message_pin: with JAILHOUSE_CELL_MESSAGE_PIN, by which it is told of messages
 * @console_pin: with JAILHOUSE_CELL_CONSOLE_PIN, by which @uart interrupts
 * @dma_limit: of lines about what its devices were denied
 * @uart: with JAILHOUSE_CELL_VIRTUAL_CONSOLE, its console
 */
struct arch_cell {
	u8 *msr_bitmap;
	struct ioapic_cell *ioapic;
	struct pci_cell *pci;
	struct virtual_pin *message_pin;
	struct virtual_pin *console_pin;
	struct log_limit dma_limit;
	struct guest_uart uart;
};

#endif
