/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * I/O APICs, partitioned by pin. Each cell has an index register and redirection
 * entries of its own; the hardware holds those of the pin's owner, made harmless where
 * they would interrupt somebody else. Registers: Intel 82093AA datasheet 3.0.
 */
#ifndef _X86_IOAPIC_H
#define _X86_IOAPIC_H

#include "types.h"
#include "errno.h"
#include "mmio.h"
#include "ticket.h"
#include "apic_policy.h"
#include "remap.h"

#define IOAPIC_MAX_PINS		JAILHOUSE_MAX_IOAPIC_PINS
#define IOAPIC_PIN_WORDS	2
#define IOAPIC_MAX_CHIPS	JAILHOUSE_MAX_IOAPICS
/* Bytes of registers to trap. */
#define IOAPIC_MMIO_SIZE	0x1000

/* Offsets of the registers. */
#define IOAPIC_REGSEL		0x00
#define IOAPIC_DATA		0x10
#define IOAPIC_EOI		0x40

/* Indirect registers. */
#define IOAPIC_REG_ID		0x00
#define IOAPIC_REG_VERSION	0x01
#define IOAPIC_REG_ARB		0x02
#define IOAPIC_REG_ENTRY	0x10

/* Entries; vector, mode, logical, trigger and mask are where APIC_* has them. */
#define IOAPIC_REMOTE_IRR	0x00004000
#define IOAPIC_LOW_ACTIVE	0x00002000
#define IOAPIC_DEST_SHIFT	56

/**
 * struct ioapic_ops - the hardware
 * @read: select @reg and read its data register; called with the lock of the chip held
 * @write: select @reg and write its data register; likewise
 * @eoi: write the EOI register; called only if the version has one
 */
struct ioapic_ops {
	u32 (*read)(void *hw, unsigned int reg);
	void (*write)(void *hw, unsigned int reg, u32 value);
	void (*eoi)(void *hw, u32 vector);
};

/**
 * struct ioapic_view - an I/O APIC as one cell sees it; argument of ioapic_access()
 * @chip: the chip; NULL: unused
 * @cpus: CPUs of the cell, kept up to date by the owner of the mask
 * @pins: pins that the cell owns; of the root cell: at the moment
 * @lock: an entry, and what the hardware has of it, belong together: between CPUs of the
 *	cell. Management takes it from nobody, as it has them suspended
 * @select: its IOREGSEL
 * @root: it is the root cell
 */
struct ioapic_view {
	struct ioapic *chip;
	const struct cpu_set *cpus;
	u64 pins[IOAPIC_PIN_WORDS];
	struct ticket_lock lock;
	u8 select;
	bool root;
};

/**
 * struct ioapic - an I/O APIC; fits a page
 * @address: host-physical address of its registers
 * @version: version register
 * @num_pins: number of pins
 * @x2apic: mode of the machine's APICs, and so of the root cell
 * @ops: the hardware
 * @hw: their argument
 * @topo: APIC ids of the machine
 * @lock: index and data register belong together
 * @remap: table that its interrupts go by, NULL: by what is in its entries
 * @source: what it is to that table, or REMAP_NO_SOURCE: then its pins are the root cell's
 * @first: entry of the table for its pin 0, if a cell has that
 * @root: view of the root cell
 * @root_entry: entries as the root cell programmed them; of a pin that a cell owns, what
 *	becomes effective when it returns
 * @cell_entry: entries as another owner than the root cell programmed them
 */
struct ioapic {
	u64 address;
	u32 version;
	unsigned int num_pins;
	bool x2apic;
	const struct ioapic_ops *ops;
	void *hw;
	const struct apic_topology *topo;
	struct ticket_lock lock;
	const struct remap *remap;
	u32 source;
	unsigned int first;
	struct ioapic_view root;
	u64 root_entry[IOAPIC_MAX_PINS];
	u64 cell_entry[IOAPIC_MAX_PINS];
};

static_assert(sizeof(struct ioapic) <= PAGE_SIZE, "one page for each chip");

/**
 * struct ioapic_cell - the I/O APICs of a cell other than the root; fits a page
 * @count: views in use
 * @views: one for each chip that it owns pins of
 */
struct ioapic_cell {
	unsigned int count;
	struct ioapic_view views[IOAPIC_MAX_CHIPS];
};

static_assert(sizeof(struct ioapic_cell) <= PAGE_SIZE, "one page for each cell");

/**
 * ioapic_init() - take an I/O APIC over as Linux has programmed it
 * @chip: to be initialized, anything but the hardware is left as it is
 * @address: host-physical address of its registers
 * @ops: the hardware
 * @hw: their argument
 * @topo: APIC ids of the machine
 * @root_cpus: CPUs of the root cell
 * @x2apic: mode of the machine's APICs
 *
 * The root cell owns no pin until ioapic_grant().
 *
 * Return: 0. -ENODEV: no I/O APIC answers there.
 */
int ioapic_init(struct ioapic *chip, u64 address, const struct ioapic_ops *ops, void *hw,
		const struct apic_topology *topo, const struct cpu_set *root_cpus, bool x2apic);

/**
 * ioapic_remap() - interrupts go by a table of the hypervisor's
 * @chip: after ioapic_init()
 * @remap: the table
 * @source: what the chip is to it, or REMAP_NO_SOURCE
 *
 * If the root cell owns remapping, what it has in its entries names what is in the table. Else see
 * ioapic_rewrite().
 *
 * Return: 0. -ENOSPC: the table has not so many entries left as the chip has pins. -EOPNOTSUPP:
 * what the root cell has is to be rewritten, and a pin is for NMI, SMI, or an old interrupt
 * controller.
 */
int ioapic_remap(struct ioapic *chip, const struct remap *remap, u32 source);

/**
 * ioapic_grant() - pins that belong to a cell
 * @view: of the cell
 * @config: pins of this chip; those that it has not are ignored
 */
void ioapic_grant(struct ioapic_view *view, const struct jailhouse_irqchip *config);

/**
 * ioapic_cell_add() - pins that a cell is going to own
 * @cell: zeroed, or with other pins already
 * @chip: the chip
 * @config: pins of it
 * @cpus: CPUs of the cell
 *
 * Return: 0. -EBUSY: a pin is not the root cell's. -ENOSPC: too many chips. -ENXIO: interrupts are
 * remapped, and what the chip is to the table is not known.
 */
int ioapic_cell_add(struct ioapic_cell *cell, struct ioapic *chip,
		    const struct jailhouse_irqchip *config, const struct cpu_set *cpus);

/**
 * ioapic_cell_take() - the pins of a cell leave the root cell
 * @cell: the cell
 *
 * They are masked. CPUs of the root cell and of @cell do not run meanwhile.
 */
void ioapic_cell_take(struct ioapic_cell *cell);

/**
 * ioapic_cell_return() - the pins of a cell go back to the root cell
 * @cell: the cell, that took them
 *
 * They are programmed as the root cell had them, or has wanted them meanwhile. CPUs of
 * the root cell and of @cell do not run meanwhile.
 */
void ioapic_cell_return(struct ioapic_cell *cell);

/**
 * ioapic_refresh() - look at the root cell's entries again after its CPUs have changed
 * @chip: the chip
 *
 * An entry for all CPUs means fewer of them now, or more. What the firmware programmed
 * for itself (SMI) stays. CPUs of the root cell do not run meanwhile.
 */
void ioapic_refresh(struct ioapic *chip);

/**
 * ioapic_rewrite() - have the root cell's entries name those of a table, or be as it wrote them
 * @chip: after ioapic_remap() with a table that rewrites
 * @remap: that table; NULL: as it wrote them
 * @send: sends an interrupt: where an edge may have been lost, there is one. Whoever handles it
 *	looks at the device, which may have nothing
 *
 * Interrupts of either kind arrive meanwhile. No CPU runs the root cell, and no pin is a cell's.
 */
void ioapic_rewrite(struct ioapic *chip, const struct remap *remap,
		    void (*send)(u32 low, u32 dest));

/** ioapic_view_refresh() - the same, for the entries of @view, after its CPUs have changed */
void ioapic_view_refresh(const struct ioapic_view *view);

/**
 * ioapic_access() - emulate an access to the registers
 * @view: of the cell
 * @x2apic: mode of the CPU that accesses; logical destinations that it writes are meant so
 * @access: the access
 *
 * Any CPU of the cell. Waits for CPUs of other cells only where the hardware is accessed,
 * each time for one access of each of them at most.
 *
 * Return: 0. -EPERM: a write to a pin that the cell does not own, or one that would
 * interrupt somebody else: it had no effect outside of the cell, and is to be counted.
 */
int ioapic_access(struct ioapic_view *view, bool x2apic, struct mmio_access *access);

#endif
