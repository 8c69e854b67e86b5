/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What DMA remapping units of all kinds have in common, and what each kind does in its own way.
 *
 * All units of a machine are of one kind. They go by the same tables, in which each PCI function
 * has the page tables of the cell that it belongs to.
 */
#ifndef _X86_IOMMU_UNIT_H
#define _X86_IOMMU_UNIT_H

#include "types.h"
#include "pgtable.h"

struct jailhouse_cell_desc;
struct remap;

/**
 * struct iommu_hw - how units, and memory that they read, are reached
 * @read32: a register of the unit mapped at @regs
 * @write32: likewise
 * @read64: likewise
 * @write64: likewise
 * @write_back: has what was written to memory leave the caches
 * @relax: in a loop that waits
 * @now: TSC
 */
struct iommu_hw {
	u32 (*read32)(void *regs, u32 offset);
	void (*write32)(void *regs, u32 offset, u32 value);
	u64 (*read64)(void *regs, u32 offset);
	void (*write64)(void *regs, u32 offset, u64 value);
	void (*write_back)(const void *start, size_t size);
	void (*relax)(void);
	u64 (*now)(void);
};

/**
 * struct iommu_unit - a unit: at the beginning of what its kind knows of it
 * @hw: how it is reached
 * @regs: its registers
 * @base: where they are, for whoever reads the log
 * @size: bytes of them
 * @pool: where its pages come from, this one too
 * @limit: TSC ticks that it has to answer
 * @failed: since it was started, or told to stop, it has not answered once
 * @num_cpus: of the machine, where each cell has one at least: domains have numbers up to this
 */
struct iommu_unit {
	const struct iommu_hw *hw;
	void *regs;
	u64 base;
	u64 size;
	struct page_pool *pool;
	u64 limit;
	bool failed;
	unsigned int num_cpus;
};

/**
 * struct iommu_fault - an access that was denied
 * @address: what it was for, as the device sees it
 * @access: "read", "write", "interrupt by", or "reach" where the unit does not say which
 * @bdf: which function it was
 * @reason: why, as the specification of the unit numbers it
 */
struct iommu_fault {
	u64 address;
	const char *access;
	u16 bdf;
	u8 reason;
};

/**
 * struct iommu_ops - a kind of units
 * @init: look at one, which is not touched otherwise, and have pages for it. -ENOMEM, or -ENODEV
 *	after a log_error(): it is active, or has not what is needed
 * @make_format: page tables that @count @units can read. -ENODEV after a log_error(): none
 * @attrs: attributes of a leaf for JAILHOUSE_MEM_* @mem_flags
 * @make_tables: all functions are the root cell's, whose devices have page tables @dma. -ENOMEM
 * @pass: before @start: interrupts of @source are not remapped, until remap()->use(). NULL: units
 *	let those pass that do not name an entry
 * @assign: a function, one of those in the root cell's configuration, has other page tables, of
 *	the domain of that number, and entries of remap() from @first on, or REMAP_NO_ENTRIES. It is
 *	quiet, and units are flushed before it is used
 * @start: have a unit translate. -EIO after a log_error(): it does not answer, and is off
 * @stop: have it translate no more. -EIO after a log_error(): it does not answer, and was told to
 *	translate as before
 * @flush: have it forget what it keeps of the tables, and end what it has begun; waits for it.
 *	-EIO after a log_error()
 * @take_fault: the next fault that it has a record of, which it forgets; a look begins with *@n
 *	0, and ends when there is none, or with as many as it can have at once
 * @remap: the table that interrupts go by; NULL if units do not remap them
 */
struct iommu_ops {
	int (*init)(struct iommu_unit *unit);
	int (*make_format)(struct iommu_unit *const units[], unsigned int count,
			   struct pgtable_format *format);
	u64 (*attrs)(u64 mem_flags);
	int (*make_tables)(struct page_pool *pool, const struct jailhouse_cell_desc *root,
			   const struct pgtable *dma, u16 domain);
	void (*pass)(u16 source);
	void (*assign)(u16 bdf, const struct pgtable *dma, u16 domain, unsigned int first);
	int (*start)(struct iommu_unit *unit);
	int (*stop)(struct iommu_unit *unit);
	int (*flush)(struct iommu_unit *unit);
	bool (*take_fault)(struct iommu_unit *unit, unsigned int *n, struct iommu_fault *fault);
	const struct remap *(*remap)(void);
};

/** iommu_read32() - a register of @unit */
u32 iommu_read32(const struct iommu_unit *unit, u32 reg);

/** iommu_write32() - likewise */
void iommu_write32(const struct iommu_unit *unit, u32 reg, u32 value);

/** iommu_read64() - likewise */
u64 iommu_read64(const struct iommu_unit *unit, u32 reg);

/** iommu_write64() - likewise */
void iommu_write64(const struct iommu_unit *unit, u32 reg, u64 value);

/**
 * struct iommu_patience - how much is left of the time that a unit has to answer
 * @left: TSC ticks
 * @look: the last look at the clock
 */
struct iommu_patience {
	u64 left;
	u64 look;
};

/**
 * iommu_patience_begin() - @unit has time from now on
 *
 * All of its limit; or a fiftieth, if it has used that up in vain: one that is broken, or gone, may
 * be asked hundreds of times, once for each interrupt, and one that lives answers in microseconds.
 */
struct iommu_patience iommu_patience_begin(const struct iommu_unit *unit);

/**
 * iommu_patience_lasts() - after a look at @unit in vain
 * @unit: the unit
 * @patience: as iommu_patience_begin() made it
 *
 * As in patience.h, a look takes a hundredth of the limit at most: where more time has passed,
 * something held whoever looks, and an emulated unit most likely, too.
 *
 * Return: false if there has to be an end.
 */
bool iommu_patience_lasts(struct iommu_unit *unit, struct iommu_patience *patience);

/**
 * iommu_wait() - until the bits of @mask are @value in a register of a unit
 *
 * Return: false if they were not as long as it has to answer.
 */
bool iommu_wait(struct iommu_unit *unit, u32 reg, u32 mask, u32 value);

/**
 * iommu_start_units() - have all units translate, or none
 * @ops: their kind
 * @units: the units
 * @count: of them
 *
 * Return: 0, or that of the first whose start() failed; those before it are off again.
 */
int iommu_start_units(const struct iommu_ops *ops, struct iommu_unit *const units[],
		      unsigned int count);

/**
 * iommu_restart_units() - have units translate that were stopped, all that can
 *
 * Return: 0, or the first error, after a log_error() for each that does not.
 */
int iommu_restart_units(const struct iommu_ops *ops, struct iommu_unit *const units[],
			unsigned int count);

/**
 * iommu_stop_units() - have none translate, or all
 *
 * Return: 0, or that of the first whose stop() failed: all translate again that can.
 */
int iommu_stop_units(const struct iommu_ops *ops, struct iommu_unit *const units[],
		     unsigned int count);

#endif
