/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * AMD's IOMMUs ("AMD-Vi": AMD I/O Virtualization Technology (IOMMU) Specification, 48882; its
 * chapters are named below).
 *
 * All units go by one table of devices, which has an entry for each function that there can be,
 * with its page tables: those of the cell that has it. What a unit keeps of them is invalidated
 * as a whole, as it happens with management operations alone. Units look into caches.
 *
 * Functions have tables of interrupts, too (interrupts.c).
 */
#ifndef _AMDVI_AMDVI_H
#define _AMDVI_AMDVI_H

#include "iommu_unit.h"
#include "ticket.h"

/* Registers (3.4), and what they take */
#define AMDVI_DEVICE_TABLE	0x00
#define AMDVI_COMMANDS		0x08
#define AMDVI_LOG		0x10
#define AMDVI_CONTROL		0x18
#define AMDVI_EXCLUSION		0x20
#define AMDVI_FEATURES		0x30
#define AMDVI_COMMAND_HEAD	0x2000
#define AMDVI_COMMAND_TAIL	0x2008
#define AMDVI_LOG_HEAD		0x2010
#define AMDVI_LOG_TAIL		0x2018
#define AMDVI_STATUS		0x2020
#define AMDVI_REGISTERS_SIZE	0x4000U

/* CONTROL; of what there is for interrupts and for guests of guests, nothing is used. */
#define AMDVI_ENABLE		BIT_ULL(0)
#define AMDVI_HT_TUNNEL		BIT_ULL(1)
#define AMDVI_LOG_ON		BIT_ULL(2)
#define AMDVI_COHERENT		BIT_ULL(10)
#define AMDVI_COMMANDS_ON	BIT_ULL(12)
/*
 * How long devices may take, and in which order and way its own requests go. And a filter of SMIs,
 * which no table of interrupts is for: those of devices that firmware did not choose are blocked.
 */
#define AMDVI_CONTROL_KEPT	(BIT_ULL(5) | BIT_ULL(6) | BIT_ULL(7) | BIT_ULL(8) | BIT_ULL(9) | \
				 BIT_ULL(11) | AMDVI_SMI_FILTER)
#define AMDVI_SMI_FILTER	BIT_ULL(22)

/* STATUS: the first three are cleared by writing ones. */
#define AMDVI_LOG_OVERFLOW	(1U << 0)
#define AMDVI_STATUS_CLEAR	7U
#define AMDVI_LOG_RUNS		(1U << 3)
#define AMDVI_COMMANDS_RUN	(1U << 4)

/* FEATURES: it has the command that invalidates all. */
#define AMDVI_CAN_INVALIDATE_ALL BIT_ULL(6)

/* Buffers of commands and of events: a page each, of that many entries. */
#define AMDVI_ENTRIES		256U
#define AMDVI_256_ENTRIES	(8ULL << 56)

/* Commands (2.4), their lower halves */
#define AMDVI_COMPLETION_WAIT	(1ULL << 60)
#define AMDVI_WAIT_STORE	BIT_ULL(0)
#define AMDVI_INVALIDATE_INTERRUPTS (5ULL << 60)
#define AMDVI_INVALIDATE_ALL	(8ULL << 60)

/* Events (2.5), their lower halves */
#define AMDVI_EVENT_CODE(low)	((u8)((low) >> 60))
#define AMDVI_EVENT_INTERRUPT	BIT_ULL(51)
#define AMDVI_EVENT_PRESENT	BIT_ULL(52)
#define AMDVI_EVENT_WRITE	BIT_ULL(53)

/* Entries of the table of devices (2.2.2.1), the first of four words */
#define AMDVI_DEVICE_VALID	BIT_ULL(0)
#define AMDVI_DEVICE_TRANSLATED	BIT_ULL(1)
#define AMDVI_DEVICE_LEVELS_SHIFT 9

/* The second one: messages of HyperTransport pass that are posted writes (SysMgt 01b). */
#define AMDVI_SYSTEM_MESSAGES	BIT_ULL(40)

/*
 * Its third word: the table of interrupts, and that what names an entry of it is remapped; without
 * that, it is blocked. None of the bits is set that let NMI, INIT, ExtINT and the pins of a local
 * APIC pass: they are blocked.
 */
#define AMDVI_INTERRUPTS_VALID	BIT_ULL(0)
#define AMDVI_INTERRUPTS_512	(9ULL << 1)
#define AMDVI_INTERRUPTS_TABLE	0x000fffffffffffc0ULL
#define AMDVI_INTERRUPTS_REMAPPED (2ULL << 60)

/* Entries of tables of interrupts (2.2.5.1): fixed ones, for the CPU with that physical id */
#define AMDVI_INTERRUPT_ENABLED	1U
#define AMDVI_INTERRUPT_DEST_SHIFT 8
#define AMDVI_INTERRUPT_VECTOR_SHIFT 16

/* A device sends eleven bits; the upper three are a mode, "fixed" (0) or "lowest priority" (1). */
#define AMDVI_INTERRUPTS	512U

/* Entries of page tables (2.2.3); READ and WRITE are there in those of devices, too. */
#define AMDVI_PTE_PRESENT	BIT_ULL(0)
#define AMDVI_PTE_NEXT_LEVEL	BIT_ULL(9)
#define AMDVI_PTE_ADDR		0x000ffffffffff000ULL
#define AMDVI_PTE_COHERENT	BIT_ULL(60)
#define AMDVI_PTE_READ		BIT_ULL(61)
#define AMDVI_PTE_WRITE		BIT_ULL(62)

#define AMDVI_DEVICES		65536U
#define AMDVI_TABLE_PAGES	512U

/**
 * struct amdvi_device - entry of the table of devices
 * @translation: page tables, how many levels they have, and what the device may do at all
 * @domain: number of the domain, with AMDVI_SYSTEM_MESSAGES for functions of the root cell: some
 *	are the chipset's, which tells processors by them what firmware and Linux count on. All
 *	other bits are 0: a device with a TLB of its own (ATS) is denied what it has translated by
 *	itself, so that nothing but the unit has to be flushed; ports, and the exclusion range, are
 *	out of its reach
 * @interrupts: table of interrupts, which counts only if it is said to be valid: what the device
 *	sends is passed on as it is otherwise
 * @more: 0
 */
struct amdvi_device {
	u64 translation;
	u64 domain;
	u64 interrupts;
	u64 more;
};

static_assert(AMDVI_DEVICES * sizeof(struct amdvi_device) == AMDVI_TABLE_PAGES * PAGE_SIZE);

/**
 * struct amdvi_entry - a command, or an event
 * @low: lower half
 * @high: upper half
 */
struct amdvi_entry {
	u64 low;
	u64 high;
};

/**
 * struct amdvi_unit - a unit; fits a page, of which its buffers are others
 * @common: what units of all kinds have
 * @features: register FEATURES
 * @lock: of the commands; who has it waits for the unit and for nobody else
 * @commands: buffer of commands
 * @log: buffer of events; those that were read are 0
 * @tail: bytes up to the next command
 * @head: likewise to the next event
 * @done: the unit writes here that it has come so far
 * @round: what it is to write
 * @found_control: register CONTROL before it was started
 * @found_exclusion: register EXCLUSION, likewise
 */
struct amdvi_unit {
	struct iommu_unit common;
	u64 features;
	struct ticket_lock lock;
	struct amdvi_entry *commands;
	struct amdvi_entry *log;
	u32 tail;
	u32 head;
	volatile u64 done;
	u64 round;
	u64 found_control;
	u64 found_exclusion;
};

/**
 * struct amdvi_machine - what all units share
 * @units: they
 * @num_units: how many
 * @devices: the table of devices
 * @pool: where its pages come from, and those of tables of interrupts
 * @root_domain: domain of the root cell
 */
struct amdvi_machine {
	struct iommu_unit *const *units;
	unsigned int num_units;
	struct amdvi_device *devices;
	struct page_pool *pool;
	u16 root_domain;
};

extern struct amdvi_machine amdvi_machine;

/** amdvi_unit_of() - the unit of AMD's that begins with @common */
static inline struct amdvi_unit *amdvi_unit_of(struct iommu_unit *common)
{
	return container_of(common, struct amdvi_unit, common);
}

/** amdvi_write64() - a register of @unit */
static inline void amdvi_write64(const struct amdvi_unit *unit, u32 reg, u64 value)
{
	iommu_write64(&unit->common, reg, value);
}

/** amdvi_status() - register STATUS of @unit */
static inline u32 amdvi_status(const struct amdvi_unit *unit)
{
	return iommu_read32(&unit->common, AMDVI_STATUS);
}

/* commands.c */

/** amdvi_no_answer() - log that a unit does not answer to @what, and return -EIO */
int amdvi_no_answer(const struct amdvi_unit *unit, const char *what);

/**
 * amdvi_flush() - have a unit forget all that it keeps of tables
 * @common: after start
 *
 * Any CPU; waits for the unit, and those that do the same.
 *
 * Return: 0; -EIO after a log_error(): it does not answer.
 */
int amdvi_flush(struct iommu_unit *common);

/**
 * amdvi_flush_interrupts() - have a unit forget what it keeps of a table of interrupts
 * @common: after start
 * @bdf: the function whose table it is
 *
 * See amdvi_flush().
 */
int amdvi_flush_interrupts(struct iommu_unit *common, u16 bdf);

/** amdvi_interrupts() - third word for a function that names entries from @first on, or none */
u64 amdvi_interrupts(unsigned int first);

/* See interrupts.c. */
extern const struct remap amdvi_remap;

/* See unit.c. */
extern const struct iommu_ops amdvi;

#endif
