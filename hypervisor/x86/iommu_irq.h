/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * IOMMUs that remap interrupts. If the root cell has them do so, they become the hypervisor's, and
 * the root cell gets emulated ones. If it does not, and they could, the hypervisor has them do so,
 * and what the root cell has its devices send is rewritten: see root_messages.h.
 */
#ifndef _X86_IOMMU_IRQ_H
#define _X86_IOMMU_IRQ_H

#include "types.h"

struct remap;
struct vtd_unit;

/**
 * iommu_irq_add() - have a table for a unit that remaps interrupts
 * @unit: after vtd_init()
 *
 * First CPU, during setup.
 *
 * Return: 0 or -ENOMEM.
 */
int iommu_irq_add(struct vtd_unit *unit);

/**
 * iommu_irq_init() - have the root cell's accesses to these units emulated
 *
 * First CPU, during setup, after cell_init_root() and iommu_init().
 *
 * Return: 0; -ENOSPC: there are too many ranges that are emulated.
 */
int iommu_irq_init(void);

/** iommu_irq_remap() - the table that interrupts go by; NULL if they are not remapped */
const struct remap *iommu_irq_remap(void);

/**
 * iommu_irq_rewrite() - have what interrupts the root cell name entries of the table, or a CPU
 * @on: which of both
 *
 * With started units; on the way from one to the other interrupts of both kinds arrive, or wait in
 * masked entries. No CPU runs the root cell, and no other cell is there.
 *
 * Return: 0, also if nothing is to be rewritten; -EIO after a log_error(): a unit does not answer.
 */
int iommu_irq_rewrite(bool on);

/**
 * iommu_irq_take() - a unit becomes the hypervisor's, see vtd_take_over()
 * @unit: not started; one that does not remap interrupts is fine
 */
int iommu_irq_take(struct vtd_unit *unit);

/**
 * iommu_irq_return() - a unit becomes the root cell's again, see vtd_give_back()
 * @unit: stopped; likewise
 */
int iommu_irq_return(struct vtd_unit *unit);

/**
 * iommu_irq_refresh() - the root cell has other CPUs, or PCI functions, than before
 *
 * No CPU runs the root cell; units are to be flushed.
 */
void iommu_irq_refresh(void);

#endif
