/* SPDX-License-Identifier: GPL-2.0-only */
/* A DMA remapping unit of Intel's, and memory that may differ from what is in the caches. */
#ifndef SELFTESTS_UNIT_FAKE_VTD_H
#define SELFTESTS_UNIT_FAKE_VTD_H

#include "vtd/vtd.h"

#define FAKE_ROOT_TABLE	0x12345000ULL

/**
 * struct fake_vtd - state of the unit
 * @cap: register CAP
 * @ecap: register ECAP
 * @status: register GSTS
 * @asked: last written to GCMD
 * @fault_status: register FSTS
 * @protected_memory: register PMEN
 * @root_table: register RTADDR
 * @queue: register IQA
 * @tail: register IQT
 * @head: how far the queue is done
 * @iotlb: the last descriptor of that kind
 * @flushes: how many there were
 * @faults: its two records
 * @domain: what the last walk went by
 * @dead_after: as many commands and descriptors, and it does nothing more; 0: lives
 * @now: time
 * @story: what it was told to do
 */
struct fake_vtd {
	u64 cap, ecap;
	u32 status, asked, fault_status, protected_memory;
	u64 root_table, queue;
	u32 tail, head;
	u64 iotlb;
	unsigned int flushes;
	u64 faults[2][2];
	unsigned int domain;
	unsigned int dead_after;
	u64 now;
	char story[8192];
};

extern struct fake_vtd fake_vtd;

/* A unit that is off, and a driver's view of it, not initialized. */
struct vtd_unit *fake_vtd_boot(u64 cap, u64 ecap);

/* What was said last. */
const char *fake_vtd_error(void);

/* It records a fault. */
void fake_vtd_fault(unsigned int n, u16 bdf, bool read, u64 address, u8 reason);

/* What a function reaches at an address, as the unit sees tables; ~0: nothing. */
u64 fake_vtd_walk(u64 root_table, u16 bdf, u64 address);

#endif
