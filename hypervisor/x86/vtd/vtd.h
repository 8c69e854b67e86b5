/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Intel's DMA remapping units ("VT-d": Intel Virtualization Technology for Directed I/O,
 * Architecture Specification, 4.0; its chapters are named below).
 *
 * All units go by the same tables, in the legacy format: a table of buses, for each of them one
 * of 256 functions, and each function's page tables, which are those of the cell that has it.
 * What a unit keeps of them is invalidated as a whole, as it happens with management operations
 * alone.
 */
#ifndef _VTD_VTD_H
#define _VTD_VTD_H

#include "iommu_unit.h"
#include "ticket.h"
#include <jailhouse/console.h>
#include <jailhouse/cell_config.h>

/* Registers (11.4) */
#define VTD_VER			0x00
#define VTD_CAP			0x08
#define VTD_ECAP		0x10
#define VTD_GCMD		0x18
#define VTD_GSTS		0x1c
#define VTD_RTADDR		0x20
#define VTD_FSTS		0x34
#define VTD_FECTL		0x38
#define VTD_PMEN		0x64
#define VTD_IQH			0x80
#define VTD_IQT			0x88
#define VTD_IQA			0x90
#define VTD_IRTA		0xb8

/* Of the event of a fault: control, data, address and its upper half (11.4.10). */
#define VTD_FE_REGS		4

/* CAP (11.4.2) */
#define VTD_CAP_DOMAINS(cap)	(1U << (4 + 2 * ((cap) & 7)))
#define VTD_CAP_RWBF		BIT_ULL(4)
#define VTD_CAP_PLMR		BIT_ULL(5)
#define VTD_CAP_PHMR		BIT_ULL(6)
#define VTD_CAP_3_LEVELS	BIT_ULL(9)
#define VTD_CAP_4_LEVELS	BIT_ULL(10)
#define VTD_CAP_FAULTS_AT(cap)	((u32)((cap) >> 24 & 0x3ff) * 16)
#define VTD_CAP_2M		BIT_ULL(34)
#define VTD_CAP_1G		BIT_ULL(35)
#define VTD_CAP_FAULTS(cap)	((unsigned int)((cap) >> 40 & 0xff) + 1)
#define VTD_CAP_DWD		BIT_ULL(54)
#define VTD_CAP_DRD		BIT_ULL(55)

/* ECAP (11.4.3) */
#define VTD_ECAP_COHERENT	BIT_ULL(0)
#define VTD_ECAP_QI		BIT_ULL(1)
#define VTD_ECAP_IR		BIT_ULL(3)
#define VTD_ECAP_SNOOP		BIT_ULL(7)

/* GCMD and GSTS (11.4.4): where a bit is in both, it is the same one. */
#define VTD_TRANSLATION		(1U << 31)
#define VTD_ROOT_TABLE		(1U << 30)
#define VTD_WRITE_BUFFER	(1U << 27)
#define VTD_QUEUE		(1U << 26)
#define VTD_INTERRUPTS		(1U << 25)
#define VTD_INTERRUPT_TABLE	(1U << 24)
#define VTD_COMPATIBLE		(1U << 23)

/* FSTS (11.4.9.1): what software clears by writing ones. */
#define VTD_FSTS_OVERFLOW	(1U << 0)
#define VTD_FSTS_QUEUE		((1U << 4) | (1U << 5) | (1U << 6))
#define VTD_FSTS_CLEAR		(VTD_FSTS_OVERFLOW | (1U << 2) | (1U << 3) | VTD_FSTS_QUEUE)

#define VTD_FECTL_MASKED	(1U << 31)

#define VTD_PMEN_ENABLE		(1U << 31)
#define VTD_PMEN_ACTIVE		(1U << 0)

/* A record of a fault: two 64-bit words, the upper one with the bit that it is one (11.4.14). */
#define VTD_FAULT_SIZE		16U
#define VTD_FAULT_PRESENT	BIT_ULL(63)
#define VTD_FAULT_READ		BIT_ULL(62)
#define VTD_FAULT_REASON(high)	((u8)((high) >> 32))
#define VTD_FAULT_SOURCE(high)	((u16)(high))
/* Of interrupts that were blocked (7.1.3): an entry's number is where others have an address. */
#define VTD_FAULT_INTERRUPT(reason) ((reason) >> 4 == 2)
#define VTD_FAULT_INDEX_SHIFT	48

/* Entries of page tables (9.8) */
#define VTD_PTE_READ		BIT_ULL(0)
#define VTD_PTE_WRITE		BIT_ULL(1)
#define VTD_PTE_HUGE		BIT_ULL(7)
#define VTD_PTE_SNOOP		BIT_ULL(11)
#define VTD_PTE_ADDR		0x000ffffffffff000ULL

/* Entries of the tables of buses and of functions (9.1, 9.3) */
#define VTD_ENTRY_PRESENT	BIT_ULL(0)
#define VTD_CONTEXT_3_LEVELS	1ULL
#define VTD_CONTEXT_4_LEVELS	2ULL
#define VTD_CONTEXT_DOMAIN_SHIFT 8

/* Descriptors in the queue of invalidations (6.5.2), their lower halves */
#define VTD_INV_CONTEXT		(1ULL | 1 << 4)
#define VTD_INV_IOTLB		(2ULL | 1 << 4)
#define VTD_INV_INTERRUPTS	4ULL
#define VTD_INV_DRAIN_WRITES	BIT_ULL(6)
#define VTD_INV_DRAIN_READS	BIT_ULL(7)
#define VTD_INV_WAIT		(5ULL | 1 << 5)
#define VTD_INV_WAIT_DATA_SHIFT	32

#define VTD_QUEUE_LENGTH	256U

/* IQA (11.4.9.3): so many pages, to the power of two, and whether descriptors have 256 bits */
#define VTD_IQA_PAGES		7U
#define VTD_IQA_WIDE		BIT_ULL(11)

/* IRTA (11.4.10.1): entries are 2 to the power of this plus one, with 32-bit APIC ids */
#define VTD_IRTA_SIZE		0xfU
#define VTD_IRTA_X2APIC		BIT_ULL(11)

/**
 * struct vtd_entry - of a table of buses or of functions, or of the queue
 * @low: lower half
 * @high: upper half
 */
struct vtd_entry {
	u64 low;
	u64 high;
};

/** typedef vtd_write_back_fn - as in struct pgtable_format; NULL: all units look into caches */
typedef void vtd_write_back_fn(const void *start, size_t size);

/** vtd_write_back() - by @write_back, if it is not NULL */
void vtd_write_back(vtd_write_back_fn *write_back, const void *start, size_t size);

/**
 * vtd_set_entry() - change an entry that units go by
 * @entry: of one of their tables
 * @value: what it is from now on
 * @write_back: so that they see it
 *
 * A unit reads both halves at once, and they are written one after the other: as long as the upper
 * one stays the same, the lower one alone changes, and at any time the entry is what it was, or
 * what it is now. Otherwise it is not present in between.
 *
 * Return: true if it has changed: units are to be flushed.
 */
bool vtd_set_entry(struct vtd_entry *entry, const struct vtd_entry *value,
		   vtd_write_back_fn *write_back);

/**
 * struct vtd_registers - those of a unit that the root cell sees, where the unit has them (11.4)
 * @version: VER
 * @cap: CAP
 * @ecap: ECAP
 * @status: GSTS
 * @fault_status: FSTS: its queue stopped
 * @event: FECTL, FEDATA, FEADDR, FEUADDR
 * @head: IQH
 * @tail: IQT
 * @queue: IQA
 * @table: IRTA
 *
 * All others are 0.
 */
struct vtd_registers {
	u32 version;
	u8 reserved1[0x08 - 0x04];
	u64 cap;
	u64 ecap;
	u8 reserved2[0x1c - 0x18];
	u32 status;
	u8 reserved3[0x34 - 0x20];
	u32 fault_status;
	u32 event[VTD_FE_REGS];
	u8 reserved4[0x80 - 0x48];
	u32 head;
	u8 reserved5[0x88 - 0x84];
	u32 tail;
	u8 reserved6[0x90 - 0x8c];
	u64 queue;
	u8 reserved7[0xb8 - 0x98];
	u64 table;
};

static_assert(offsetof(struct vtd_registers, status) == VTD_GSTS);
static_assert(offsetof(struct vtd_registers, event) == VTD_FECTL);
static_assert(offsetof(struct vtd_registers, queue) == VTD_IQA);
static_assert(offsetof(struct vtd_registers, table) == VTD_IRTA);

/**
 * struct vtd_unit - a unit; fits a page, of which its queue is another one
 * @common: what units of all kinds have
 * @cap: register CAP
 * @ecap: register ECAP
 * @queue: descriptors of invalidations
 * @tail: the next one that is free
 * @done: the unit writes here that it has come so far
 * @round: what it is to write
 * @found_pmen: register PMEN before it was started
 * @lock: of the queue; who has it waits for the unit and for nobody else
 * @remaps: it remaps interrupts; the rest is of use only then
 * @rewrites: the root cell does not have it do that: all messages are rewritten, and there is
 *	nothing in @guest
 * @table: register IRTA with entries of the hypervisor's
 * @guest: what the root cell has of it that remaps its interrupts
 * @guest_word: the same, word by word
 * @guest_lock: of @guest
 */
struct vtd_unit {
	struct iommu_unit common;
	u64 cap;
	u64 ecap;
	struct vtd_entry *queue;
	u32 tail;
	volatile u32 done;
	u32 round;
	u32 found_pmen;
	struct ticket_lock lock;
	bool remaps;
	bool rewrites;
	u64 table;
	union {
		struct vtd_registers guest;
		u32 guest_word[sizeof(struct vtd_registers) / sizeof(u32)];
	};
	struct ticket_lock guest_lock;
};

/** vtd_unit_of() - the unit of VT-d that begins with @common */
static inline struct vtd_unit *vtd_unit_of(struct iommu_unit *common)
{
	return container_of(common, struct vtd_unit, common);
}

/**
 * vtd_init() - look at a unit, which is not touched otherwise
 * @unit: with @common and @queue set
 *
 * One that remaps interrupts, and does nothing else, can be taken over: see takeover.h.
 *
 * Return: 0; -ENODEV after a log_error(): it is active, or has not what is needed.
 */
int vtd_init(struct vtd_unit *unit);

/**
 * vtd_make_format() - page tables that all units can read
 * @units: they, after vtd_init()
 * @count: how many
 * @format: receives the format
 *
 * Return: 0; -ENODEV after a log_error(): there are none.
 */
int vtd_make_format(struct iommu_unit *const units[], unsigned int count,
		    struct pgtable_format *format);

/** vtd_attrs() - attributes of a leaf for JAILHOUSE_MEM_* @mem_flags */
static inline u64 vtd_attrs(u64 mem_flags)
{
	return (mem_flags & JAILHOUSE_MEM_READ ? VTD_PTE_READ : 0) |
	       (mem_flags & JAILHOUSE_MEM_WRITE ? VTD_PTE_WRITE : 0);
}

/**
 * vtd_start() - have a unit translate
 * @unit: after vtd_init(), off; one that remaps interrupts after vtd_take_over()
 * @root_table: host-physical address of the table of buses
 *
 * Return: 0; -EIO after a log_error(): it does not answer, and is off.
 */
int vtd_start(struct vtd_unit *unit, u64 root_table);

/**
 * vtd_stop() - have it translate no more
 * @unit: after vtd_start()
 *
 * Return: 0; -EIO after a log_error(): it does not answer, and may still translate.
 */
int vtd_stop(struct vtd_unit *unit);

/**
 * vtd_flush() - have it forget what it keeps of the tables, and end what it has begun
 * @unit: after vtd_start()
 *
 * Return: 0; -EIO after a log_error(): it does not answer.
 */
int vtd_flush(struct vtd_unit *unit);

/**
 * vtd_flush_interrupts() - have it forget what it keeps of the table of interrupts
 * @unit: after vtd_start(), which remaps them
 *
 * Any CPU; waits for the unit, and those that do the same.
 *
 * Return: 0; -EIO after a log_error(): it does not answer.
 */
int vtd_flush_interrupts(struct vtd_unit *unit);

/**
 * vtd_command() - switch something of a unit on or off, and wait until it is
 * @unit: after vtd_init()
 * @bit: of GCMD
 * @on: which of both
 * @what: for the log
 *
 * Return: 0; -EIO after a log_error(): it does not answer.
 */
int vtd_command(struct vtd_unit *unit, u32 bit, bool on, const char *what);

/**
 * vtd_pass_old_format() - what does not name an entry of the table interrupts, or is blocked
 * @unit: after vtd_start(), with @rewrites
 * @on: which of both; after vtd_start() it passes
 *
 * Return: 0. -EIO after a log_error(): the unit does not answer.
 */
int vtd_pass_old_format(struct vtd_unit *unit, bool on);

/**
 * vtd_wait() - until the bits of @mask are @value in a register of a unit
 * @unit: after vtd_init()
 * @reg: the register
 * @mask: which bits
 * @value: what they are to be
 * @what: for the log
 *
 * Return: 0; -EIO after a log_error(): it does not answer.
 */
int vtd_wait(struct vtd_unit *unit, u32 reg, u32 mask, u32 value, const char *what);

/**
 * vtd_take_fault() - the next fault that it has a record of
 * @unit: after vtd_start()
 * @n: where to look; 0 to begin with
 * @fault: receives it
 *
 * Return: true with the fault, which it forgets. False: there is none from @n on; then it
 * notes that it has room again.
 */
bool vtd_take_fault(struct vtd_unit *unit, unsigned int *n, struct iommu_fault *fault);

/**
 * struct vtd_tables - who reaches what
 * @buses: table of buses
 * @others: table of functions, of all buses of which no cell can have any
 * @own: those of the others; NULL for a bus that has @others
 * @pool: where their pages come from
 * @write_back: as in struct pgtable_format, NULL if all units look into caches
 */
struct vtd_tables {
	struct vtd_entry *buses;
	struct vtd_entry *others;
	struct vtd_entry *own[256];
	struct page_pool *pool;
	void (*write_back)(const void *start, size_t size);
};

/**
 * vtd_tables_init() - all functions are the root cell's
 * @tables: with @pool and @write_back set, otherwise zeroed
 * @root: the root cell's configuration, in which are the functions that cells can have
 * @dma: page tables of its devices
 * @domain: number of the root cell's domain
 *
 * Return: 0 or -ENOMEM.
 */
int vtd_tables_init(struct vtd_tables *tables, const struct jailhouse_cell_desc *root,
		    const struct pgtable *dma, u16 domain);

/**
 * vtd_tables_assign() - a function changes hands
 * @tables: the tables
 * @bdf: which; among those of the root cell's configuration
 * @dma: page tables of the devices of its new owner
 * @domain: number of its domain, which none with other page tables has
 *
 * It must be quiet, and units are to be flushed before it is used.
 */
void vtd_tables_assign(struct vtd_tables *tables, u16 bdf, const struct pgtable *dma, u16 domain);

#endif
