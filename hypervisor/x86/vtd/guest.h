/* SPDX-License-Identifier: GPL-2.0-only */
/* Registers and queue of a unit as the root cell sees them, which remaps its interrupts. */
#ifndef _VTD_GUEST_H
#define _VTD_GUEST_H

#include "vtd/remap.h"
#include "mmio.h"

/**
 * vtd_guest_access() - emulate an access of the root cell to the registers of a unit
 * @unit: which vtd_take_over() got from it
 * @remap: its table of interrupts
 * @access: the access
 *
 * It sees what the unit can do, and that it remaps interrupts by the table that it has had. Of
 * what it queues, at most once round the queue is done: interrupts are invalidated, which copies
 * entries of its table, and it is told that they were. There is no translation that it could
 * switch on, and no fault that it sees: see the log. Where its queue has something else, it stops,
 * as the specification has it (6.5.2.11).
 *
 * Any CPU of the root cell, one at a time.
 *
 * Return: 0. -EPERM: a register that it must not write, something in its queue that cannot be, or
 * an entry that must not be used; to be counted.
 */
int vtd_guest_access(struct vtd_unit *unit, struct vtd_remap *remap, struct mmio_access *access);

/**
 * vtd_guest_refresh() - the root cell has other CPUs, or PCI functions, than before
 * @unit: as above, which is to be flushed
 * @remap: its table of interrupts
 *
 * No CPU runs the root cell.
 */
void vtd_guest_refresh(struct vtd_unit *unit, struct vtd_remap *remap);

#endif
