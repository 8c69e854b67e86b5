/* SPDX-License-Identifier: GPL-2.0-only */
/* A root cell that has a unit of VT-d remap its interrupts, and what it and its devices do. */
#ifndef SELFTESTS_UNIT_REMAPPED_H
#define SELFTESTS_UNIT_REMAPPED_H

#include "fake_vtd.h"
#include "vtd/guest.h"
#include "vtd/takeover.h"

#define CAP	(6 | VTD_CAP_3_LEVELS | VTD_CAP_4_LEVELS | 47ULL << 16 | 0x22ULL << 24 | \
		 VTD_CAP_2M | 1ULL << 40)
#define ECAP	(VTD_ECAP_QI | VTD_ECAP_COHERENT | VTD_ECAP_IR)

/* Of the root cell: table of 256 entries, queue, and words that are told of it. */
#define TABLE	(FAKE_ROOT_MEMORY + 0x1000)
#define QUEUE	(FAKE_ROOT_MEMORY + 0x10000)
#define WORDS	(FAKE_ROOT_MEMORY + 0x20000)
#define IRTA	(TABLE | VTD_IRTA_X2APIC | 7)

/* CPUs by their APIC ids; those of the cell are not the root cell's. */
#define ROOT_ID		0U
#define OTHER_ROOT_ID	1U
#define FAR_ROOT_ID	280U
#define CELL_ID		2U

#define NIC	0x0028
#define CELLS	0x0310

#define SENT(id, vector)	((u64)(id) << 32 | (vector))

extern struct apic_topology topo;
extern struct cpu_set root_cpus;
extern struct vtd_unit *unit;
extern struct vtd_remap remap;

/* So often a page of the root cell's was asked for. */
extern unsigned int pages_seen;

/* at() - what the root cell has in its memory */
struct vtd_entry *at(u64 gpa);

/* set_entry() - of the root cell's table */
void set_entry(unsigned int index, u32 dest, u8 vector, u16 source);

/* boot() - a unit by which Linux remaps interrupts; @tail: as far as its queue has come */
void boot(u64 ecap, u64 queue, u32 tail);

/* start() - the hypervisor takes it over; stop() - and gives it back. */
int start(void);
int stop(void);

/* put() - the root cell writes a register; get() - or reads it. */
int put(u32 reg, unsigned int width, u64 value);
u64 get(u32 reg, unsigned int width);

/* message() - by which a device asks for the interrupt of an entry */
u64 message(unsigned int index);

/* interrupt() - which one comes of entry @index, if NIC names it: APIC id and vector. */
u64 interrupt(unsigned int index);

#endif
