/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * I/O bitmaps: which ports a cell may access. Bit N set: an access to port N exits
 * (SDM 3C 25.6.4; bitmaps A and B side by side).
 *
 * Everybody may read the ACPI PM timer of the system, listed in the configuration or
 * not, and it never leaves the root cell. Writes to it have no effect in hardware.
 */
#ifndef _CORE_PIO_H
#define _CORE_PIO_H

#include "types.h"
#include <jailhouse/console.h>
#include <jailhouse/cell_config.h>

#define PIO_NUM_PORTS		0x10000U
/*
 * One page more than there are ports: some processors look up all bytes of an access there that
 * begins at one of the last ports (APM 2 15.10.1).
 */
#define PIO_BITMAP_PAGES	3

#define PIO_PM_TIMER_LENGTH	4

/** pio_bitmap_fill() - every access exits; @bitmap is PIO_BITMAP_PAGES pages. */
void pio_bitmap_fill(u8 *bitmap);

/** pio_grant() - accesses to the ports of @range do not exit; flags are not looked at. */
void pio_grant(u8 *bitmap, const struct jailhouse_pio *range);

/** pio_revoke() - accesses to the ports of @range exit; flags are not looked at. */
void pio_revoke(u8 *bitmap, const struct jailhouse_pio *range);

/**
 * pio_grant_pm_timer() - the PM timer may be read
 * @bitmap: of any cell, the root cell included
 * @pm_timer: its first port, jailhouse_platform_info.pm_timer_address; 0: there is none
 *
 * To be called again after ports were revoked that may include the timer's.
 */
void pio_grant_pm_timer(u8 *bitmap, u16 pm_timer);

/**
 * pio_build() - make the bitmap that a configuration asks for
 * @bitmap: PIO_BITMAP_PAGES pages
 * @desc: checked configuration
 * @pm_timer: first port of the PM timer, 0: there is none
 */
void pio_build(u8 *bitmap, const struct jailhouse_cell_desc *desc, u16 pm_timer);

/**
 * pio_granted() - may the cell do this access itself?
 * @bitmap: of the cell
 * @port: first port
 * @width: bytes: 1, 2 or 4
 *
 * Return: true if all its ports are granted. One that goes beyond port 0xffff is not,
 * as in hardware.
 */
bool pio_granted(const u8 *bitmap, u16 port, unsigned int width);

/**
 * pio_ignored() - is this access to be ignored, or does the cell fail?
 * @desc: checked configuration of the cell
 * @port: first port
 * @width: bytes: 1, 2 or 4
 * @val: receives what a read gives, each byte what its port does
 *
 * Return: true if all its ports are in ranges with JAILHOUSE_PIO_IGNORE.
 */
bool pio_ignored(const struct jailhouse_cell_desc *desc, u16 port, unsigned int width, u32 *val);

#endif
