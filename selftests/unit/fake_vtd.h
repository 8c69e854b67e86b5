/* SPDX-License-Identifier: GPL-2.0-only */
/* A DMA remapping unit of Intel's, and memory that may differ from what is in the caches. */
#ifndef SELFTESTS_UNIT_FAKE_VTD_H
#define SELFTESTS_UNIT_FAKE_VTD_H

#include "vtd/remap.h"

#define FAKE_ROOT_TABLE	0x12345000ULL

/* RAM of the root cell, which the unit sees as the CPU does. */
#define FAKE_ROOT_MEMORY	0x1000000ULL
#define FAKE_ROOT_SIZE		0x40000U
extern u8 fake_root_memory[FAKE_ROOT_SIZE];

/* No interrupt comes of it. */
#define FAKE_BLOCKED	(~0ULL)

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
 * @irta: register IRTA
 * @interrupts: table of interrupts that it goes by
 * @event: registers FECTL to FEUADDR
 * @written_back: how often something was
 * @faults: its two records
 * @domain: what the last walk went by
 * @dead_after: as many commands and descriptors, and it does nothing more; 0: lives
 * @revives: only until somebody says that it does not answer; then it obeys the last command
 * @stuck: VTD_WRITE_BUFFER: that never gets empty, VTD_PMEN_ACTIVE: that stays as it is,
 *	VTD_COMPATIBLE: it has no such bit
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
	u64 irta, interrupts;
	u32 event[4];
	unsigned int written_back;
	u64 faults[2][2];
	unsigned int domain;
	unsigned int dead_after;
	bool revives;
	u32 stuck;
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

/*
 * A device sends a message. Return: the APIC id that is interrupted, as the table has it, in the
 * upper half, and the vector; or FAKE_BLOCKED. What was read of the table once is kept until it is
 * invalidated.
 */
u64 fake_vtd_interrupt(u16 source, u64 address, u32 data);

#endif
