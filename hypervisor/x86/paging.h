/* SPDX-License-Identifier: GPL-2.0-only */
/* The hypervisor's own page tables. */
#ifndef _X86_PAGING_H
#define _X86_PAGING_H

#include "x86.h"

/**
 * paging_init() - build the tables that all CPUs have in common
 *
 * First CPU, on the transition table. Constants read-only, text executable, all else
 * of hypervisor memory writable, the per-CPU areas not at all.
 *
 * Return: 0 or -ENOMEM.
 */
int paging_init(void);

/**
 * paging_init_cpu() - build the page table of a CPU
 * @percpu: its private data, by the address in the transition table
 *
 * Fills in hv_cr3 and window_pte. Any CPU, one at a time.
 *
 * Return: 0 or -ENOMEM.
 */
int paging_init_cpu(struct percpu *percpu);

/**
 * paging_remap() - make device registers reachable for the hypervisor, uncached
 * @hpa: page-aligned address
 *
 * During setup only.
 *
 * Return: address of the page, NULL if there is no room.
 */
void *paging_remap(u64 hpa);

#endif
