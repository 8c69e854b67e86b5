/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * A unit by which the root cell remaps its interrupts changes hands: the queue of invalidations
 * becomes the hypervisor's, and the root cell gets an emulated one (guest.h).
 */
#ifndef _VTD_TAKEOVER_H
#define _VTD_TAKEOVER_H

#include "vtd/remap.h"

/**
 * vtd_take_over() - a unit becomes the hypervisor's
 * @unit: after vtd_init() and vtd_use_table(), which remaps interrupts; vtd_start() comes next
 * @remap: its table of interrupts, with what is in the root cell's when this returns
 *
 * No CPU runs the root cell.
 *
 * Return: 0. -EIO after a log_error(): it does not answer; -ENODEV after one: its interrupts go
 * by another mode than the APICs'. It still is the root cell's.
 */
int vtd_take_over(struct vtd_unit *unit, struct vtd_remap *remap);

/**
 * vtd_use_table() - by which table of the hypervisor's a unit goes from vtd_start() on
 * @unit: after vtd_init(); one that remaps interrupts, or is going to
 * @remap: the table
 */
void vtd_use_table(struct vtd_unit *unit, const struct vtd_remap *remap);

/**
 * vtd_give_back() - a unit becomes the root cell's again
 * @unit: after vtd_stop()
 * @remap: its table of interrupts
 *
 * No CPU runs the root cell, which goes on with its queue where it was.
 *
 * Return: 0; -EIO after a log_error(): it does not answer.
 */
int vtd_give_back(struct vtd_unit *unit, struct vtd_remap *remap);

#endif
