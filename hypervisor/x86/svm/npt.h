/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Nested page tables: entries are those of the processor's own tables (APM 2 15.25), in as many
 * levels as the hypervisor's have, and the guest is a user in all of them.
 */
#ifndef _SVM_NPT_H
#define _SVM_NPT_H

#include "pgtable.h"
#include <jailhouse/console.h>
#include <jailhouse/cell_config.h>

#define NPT_PRESENT	BIT_ULL(0)
#define NPT_WRITE	BIT_ULL(1)
#define NPT_USER	BIT_ULL(2)
#define NPT_ACCESSED	BIT_ULL(5)
#define NPT_DIRTY	BIT_ULL(6)
#define NPT_HUGE	BIT_ULL(7)
#define NPT_SOFTWARE	BIT_ULL(52)
/* Registers of a device, for us alone: the CPU leaves bits 58:52 to software. */
#define NPT_DEVICE	BIT_ULL(53)
#define NPT_NX		BIT_ULL(63)
#define NPT_ADDR	0x000ffffffffff000ULL

/* Tables are writable: the walk of the guest's own tables sets bits in them. */
#define NPT_TABLE	(NPT_PRESENT | NPT_WRITE | NPT_USER | NPT_ACCESSED)

/**
 * npt_format() - the format for pgtable.c
 * @la57: the hypervisor's own tables have five levels
 * @huge_1g: leaves of 1G are possible
 */
static inline struct pgtable_format npt_format(bool la57, bool huge_1g)
{
	return (struct pgtable_format){
		.levels = la57 ? 5 : 4,
		.huge_levels = (unsigned int)(BIT_ULL(1) | (huge_1g ? BIT_ULL(2) : 0)),
		.present_mask = NPT_PRESENT,
		.table_attrs = NPT_TABLE,
		.leaf_huge_bit = NPT_HUGE,
		.small_bit = NPT_SOFTWARE,
		.addr_mask = NPT_ADDR,
	};
}

/**
 * npt_attrs() - leaf attributes for JAILHOUSE_MEM_* @mem_flags
 *
 * Write-back, for devices too, which differ in a bit for software: links copy to and from RAM
 * only. Unlike with EPT, the machine's MTRRs apply to the memory of a guest,
 * and say uncached of devices, which nothing that the guest's PAT says makes cached (APM 2
 * 15.25.8). Firmware has set them, and no guest can change them. What is the hypervisor's, and
 * cached here, may be uncached for a guest that reads it: these CPUs look into their caches then,
 * too, which KVM relies on when a guest's PAT says uncached of RAM; a section of the APM that
 * promises it was not found. Accessed and dirty are set, so that the CPU writes nothing to an
 * entry.
 */
static inline u64 npt_attrs(u64 mem_flags)
{
	u64 attrs = NPT_USER | NPT_ACCESSED | NPT_DIRTY;

	/* There is no writable or executable without readable. */
	if (mem_flags & (JAILHOUSE_MEM_READ | JAILHOUSE_MEM_WRITE | JAILHOUSE_MEM_EXECUTE))
		attrs |= NPT_PRESENT;
	if (mem_flags & JAILHOUSE_MEM_WRITE)
		attrs |= NPT_WRITE;
	if (!(mem_flags & JAILHOUSE_MEM_EXECUTE))
		attrs |= NPT_NX;
	if (mem_flags & JAILHOUSE_MEM_IO)
		attrs |= NPT_DEVICE;
	return attrs;
}

#endif
