/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * RAM, device registers and ports on their way between the root cell and another one.
 *
 * All functions here need that the CPUs of the root cell, except the calling one, are
 * suspended, and flush their translations before they go on.
 */
#ifndef _CORE_REGION_H
#define _CORE_REGION_H

#include "machine.h"

/**
 * region_map_cell() - map the regions of a cell, its comm region included
 * @cell: with desc, comm_hpa and an empty stage2
 *
 * Not those that have 4K pages only, see region_map_small().
 *
 * Return: 0, or -ENOMEM; what was mapped stays until pgtable_destroy().
 */
int region_map_cell(struct cell *cell);

/**
 * region_map_small() - map what a cell has in 4K pages, for a limited time
 * @cell: after region_map_cell(); keeps in cell->mapped how far it got
 * @until: TSC value at which to stop; at least 2 MiB are done
 *
 * A GiB has 262,144 entries.
 *
 * Return: 0 when all is done. -EAGAIN: there is more. -ENOMEM: cannot be if
 * region_small_tables() pages were free.
 */
int region_map_small(struct cell *cell, u64 until);

/** region_small_tables() - pages that region_map_small() of @cell needs, at most */
u64 region_small_tables(const struct cell *cell);

/**
 * region_map_root() - map what the root cell has to begin with
 * @cell: the root cell, with desc and an empty stage2
 *
 * Everything in its configuration one to one, except hypervisor memory, of which it
 * gets the log, read-only.
 *
 * Return: 0, or -ENOMEM; what was mapped stays until pgtable_destroy().
 */
int region_map_root(struct cell *cell);

/**
 * region_map_dma() - map what the devices of a cell may reach
 * @cell: any cell, with desc and an empty dma
 *
 * Its regions with the flag DMA. Nothing is done where devices are not translated.
 *
 * Return: 0. -ENOMEM, or -EOVERFLOW if a region is out of reach of the tables, after a
 * log_error(); what was mapped stays until pgtable_destroy().
 */
int region_map_dma(struct cell *cell);

/**
 * region_carve() - take the memory of a cell from the root cell
 * @cell: the cell
 *
 * ROOTSHARED regions stay with the root cell. Its devices lose what it loses, but for what
 * they have cached: arch_dma_flush().
 *
 * Return: 0, or -ENOMEM and nothing has changed.
 */
int region_carve(struct cell *cell);

/**
 * region_return() - give the memory of a cell back to the root cell
 * @cell: the cell
 *
 * Each part comes back with the rights that the configuration of the root cell gives
 * it. Cannot run out of memory, see region_reserve().
 */
void region_return(struct cell *cell);

/**
 * region_reserve() - pages that region_return() and region_load() of a cell may need
 * @cell: the cell
 *
 * Taking memory away can leave tables of the root cell empty, and these are freed. To
 * give memory back, in whatever order cells go, must not fail for want of a table. So a
 * cell is created only if the pool keeps as many free pages as all cells may need.
 *
 * Return: upper limit of the number of tables.
 */
u64 region_reserve(const struct cell *cell);

/**
 * region_load() - map the LOADABLE regions of a cell into the root cell
 * @cell: the cell, which does not run
 *
 * Return: 0, or -ENOMEM and nothing has changed.
 */
int region_load(struct cell *cell);

/**
 * region_unload() - undo region_load()
 * @cell: the cell
 *
 * Return: 0, or -ENOMEM and nothing has changed.
 */
int region_unload(struct cell *cell);

/**
 * region_scrub() - zero RAM of a cell, for a limited time
 * @cell: the cell; its CPUs are parked
 * @cursor: bytes that are done, 0 to begin with
 * @until: TSC value at which to stop; at least one page is done
 *
 * Device registers and what the root cell had all the time (ROOTSHARED) are left alone.
 *
 * Return: true when all is done.
 */
bool region_scrub(const struct cell *cell, u64 *cursor, u64 until);

/**
 * region_update_ports() - set the root cell's rights to the ports of a cell
 * @cell: the cell, in the list of cells
 * @gone: it does not have them any more
 *
 * The root cell may access what its configuration lists, no other cell has for itself
 * alone; and the PM timer.
 */
void region_update_ports(struct cell *cell, bool gone);

#endif
