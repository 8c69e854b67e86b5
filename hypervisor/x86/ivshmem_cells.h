/* SPDX-License-Identifier: GPL-2.0-only */
/* ivshmem devices (ivshmem.h) of the cells: how they come, start, stop and go. */
#ifndef _X86_IVSHMEM_CELLS_H
#define _X86_IVSHMEM_CELLS_H

#include "types.h"

struct cell;
struct machine;

/**
 * ivshmem_make() - those of a new cell
 * @cell: with its view of PCI configuration space, if it has any
 *
 * Return: 0, -ENOMEM, or what mmio_register() returns; then ivshmem_unmake() is to be called.
 */
int ivshmem_make(struct cell *cell);

/** ivshmem_unmake() - undo ivshmem_make(), however far it has got */
void ivshmem_unmake(struct cell *cell);

/** ivshmem_moved() - a new cell finds its peers, or one that goes leaves them (@to_root) */
void ivshmem_moved(struct cell *cell, bool to_root);

/** ivshmem_root_changed() - the root cell's CPUs have changed; they do not run meanwhile */
void ivshmem_root_changed(struct machine *m);

/** ivshmem_run() - a cell starts, or is stopped; as arch_cell_run() */
void ivshmem_run(struct cell *cell, bool runs);

#endif
