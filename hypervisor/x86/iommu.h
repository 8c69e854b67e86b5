/* SPDX-License-Identifier: GPL-2.0-only */
/* IOMMUs: what devices do is translated by page tables of their cells. */
#ifndef _X86_IOMMU_H
#define _X86_IOMMU_H

struct cell;
struct iommu_ops;
struct remap;

/* Of Intel's, see iommu_unit.h. */
extern const struct iommu_ops iommu_vtd;

/** iommu_remap() - the table that interrupts go by; NULL if they are not remapped */
const struct remap *iommu_remap(void);

/**
 * iommu_init() - look at the units of the configuration
 *
 * First CPU, before there is a root cell; nothing is switched on yet.
 *
 * Return: 0, also without units that are to be used; or a negative errno after a log_error().
 */
int iommu_init(void);

/**
 * iommu_start() - have them translate
 *
 * First CPU, after cell_init_root(). Nothing that can fail comes later.
 *
 * Return: 0, or a negative errno after a log_error(), and all are off.
 */
int iommu_start(void);

/**
 * iommu_cell_moved() - PCI functions of a cell are its own, or the root cell's again
 * @cell: the cell, whose functions are quiet
 * @to_root: they go back
 *
 * What units have cached has to be flushed before they are used.
 */
void iommu_cell_moved(const struct cell *cell, bool to_root);

#endif
