/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * An I/O APIC with one pin, which exists in memory only: by it the hypervisor interrupts a cell.
 *
 * What the cell writes to it goes the way of what it writes to an I/O APIC of the machine
 * (ioapic.h): what is left of it interrupts nobody but CPUs of the cell.
 */
#ifndef _X86_VIRTUAL_PIN_H
#define _X86_VIRTUAL_PIN_H

#include "ioapic.h"

/**
 * struct virtual_pin - the chip; fits a page
 * @chip: as ioapic.c sees it
 * @view: of the cell, which owns the pin; the argument of ioapic_access()
 * @entry: what would be in the hardware: at any time masked, or to a CPU of the cell; atomic
 * @pending: it is to interrupt as soon as it is not masked; atomic
 * @send: sends an interrupt: command and destination as apic_write_icr() has them
 */
struct virtual_pin {
	struct ioapic chip;
	struct ioapic_view view;
	u64 entry;
	u32 pending;
	void (*send)(u32 low, u32 dest);
};

static_assert(sizeof(struct virtual_pin) <= PAGE_SIZE);

/**
 * virtual_pin_init() - make one
 * @pin: zeroed
 * @address: guest-physical address of its registers
 * @topo: APIC ids of the machine
 * @cpus: CPUs of the cell, kept up to date by the owner of the mask
 * @send: see struct virtual_pin
 */
void virtual_pin_init(struct virtual_pin *pin, u64 address, const struct apic_topology *topo,
		      const struct cpu_set *cpus, void (*send)(u32 low, u32 dest));

/** virtual_pin_reset() - as after power-up, masked; the cell does not run */
void virtual_pin_reset(struct virtual_pin *pin);

/**
 * virtual_pin_refresh() - its cell has fewer CPUs than before, or more
 * @pin: of the root cell, whose CPUs do not run meanwhile; nobody raises it
 *
 * An edge for a CPU that has gone waits until that is back, or the cell names another one.
 */
void virtual_pin_refresh(struct virtual_pin *pin);

/**
 * virtual_pin_raise() - an edge
 * @pin: of a cell that stays what it is meanwhile: its CPUs are its own
 *
 * While the pin is masked, one edge waits. Any CPU, waits for nobody.
 */
void virtual_pin_raise(struct virtual_pin *pin);

#endif
