/* SPDX-License-Identifier: GPL-2.0-only */
/* Virtual pins of cells (virtual_pin.h), and where cells find the registers of I/O APICs. */
#ifndef _X86_CELL_PIN_H
#define _X86_CELL_PIN_H

#include "virtual_pin.h"

struct cell;

/**
 * cell_pin_make() - give a cell a virtual pin
 * @cell: with its table of emulated registers; its CPUs are what the pin interrupts
 * @address: guest-physical address of the registers
 * @slot: receives the pin, also if this fails
 *
 * Return: 0, or an error; then cell_pin_unmake() is to be called.
 */
int cell_pin_make(struct cell *cell, u64 address, struct virtual_pin **slot);

/** cell_pin_unmake() - undo cell_pin_make(), however far it has got; without a pin that is fine */
void cell_pin_unmake(struct cell *cell, struct virtual_pin **slot);

/** cell_pin_ioapic() - an access to the registers of an I/O APIC, an mmio_handler; @view: of it */
int cell_pin_ioapic(void *view, struct mmio_access *access);

#endif
