/* SPDX-License-Identifier: GPL-2.0-only */
/* The hypervisor's own page tables. */
#ifndef _X86_PAGING_H
#define _X86_PAGING_H

#include "x86.h"

/* SDM 3A 4.5. Accessed and dirty are set, so that the CPU need not write them. */
#define PTE_PRESENT	BIT_ULL(0)
#define PTE_WRITE	BIT_ULL(1)
#define PTE_PWT		BIT_ULL(3)
#define PTE_PCD		BIT_ULL(4)
#define PTE_ACCESSED	BIT_ULL(5)
#define PTE_DIRTY	BIT_ULL(6)
#define PTE_HUGE	BIT_ULL(7)
#define PTE_NX		BIT_ULL(63)
#define PTE_ADDR	0x000ffffffffff000ULL

#define PROT_CONST	(PTE_PRESENT | PTE_ACCESSED | PTE_NX)
#define PROT_TEXT	(PTE_PRESENT | PTE_ACCESSED)
#define PROT_DATA	(PROT_CONST | PTE_WRITE | PTE_DIRTY)

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
 * Fills in hv_cr3, and where the entries are of what changes. Any CPU, one at a time.
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

/**
 * paging_map_screen() - make the screen reachable for the hypervisor, uncached
 * @hpa: its first byte
 * @size: bytes, FRAMEBUFFER_MAX_SIZE at most
 *
 * During setup only.
 *
 * Return: its address, NULL if there is no memory for tables.
 */
void *paging_map_screen(u64 hpa, u64 size);

/**
 * paging_device_window() - make one page of device registers reachable on this CPU, uncached
 * @hpa: any address in the page
 *
 * Takes the place of arch_window(), and is closed by arch_window_close().
 *
 * Return: where @hpa is.
 */
void *paging_device_window(u64 hpa);

/**
 * paging_set() - change what the calling CPU maps at one page
 * @pte: its entry
 * @page: its address
 * @entry: a page of memory and PROT_*, or 0 for nothing
 */
static inline void paging_set(u64 *pte, const void *page, u64 entry)
{
	*pte = entry;
	invlpg(page);
}

#endif
