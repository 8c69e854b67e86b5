/* SPDX-License-Identifier: GPL-2.0-only */
/* The devices of the cells: I/O APICs and PCI functions. */
#ifndef _X86_DEVICES_H
#define _X86_DEVICES_H

/**
 * devices_init() - devices of the root cell
 *
 * First CPU, on its own page table: I/O APICs are read here.
 *
 * Return: 0 or a negative errno after log_error().
 */
int devices_init(void);

#endif
