/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The interrupt controllers of links: behind the registers of each device are those of an I/O
 * APIC with one pin (virtual_pin.h).
 */
#ifndef _X86_LINK_PINS_H
#define _X86_LINK_PINS_H

#include "types.h"

struct cell;
struct virtual_pin;

/**
 * link_pins_make() - those of a new cell
 * @cell: with its links
 *
 * Return: 0, or -ENOMEM; then link_pins_unmake() is to be called.
 */
int link_pins_make(struct cell *cell);

/** link_pins_unmake() - undo link_pins_make(), however far it has got */
void link_pins_unmake(struct cell *cell);

/** link_pins_for_each() - do something with each; in no order with what they do themselves */
void link_pins_for_each(struct cell *cell, void (*what)(struct virtual_pin *pin));

#endif
