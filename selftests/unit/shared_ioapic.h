/* SPDX-License-Identifier: GPL-2.0-only */
/* An I/O APIC some of whose pins a cell gets, the others Linux. */
#ifndef SELFTESTS_UNIT_SHARED_IOAPIC_H
#define SELFTESTS_UNIT_SHARED_IOAPIC_H

#include "unit.h"
#include "fake_ioapic.h"
#include "low_cpus.h"

#define ADDRESS		0xfec00000ULL
#define MASKED		0x10000ULL
#define DEST(id)	((u64)(id) << IOAPIC_DEST_SHIFT)

/* Four CPUs with ids 0 to 3; the cell has CPU 3 and pins 4, 9 and 23. */
#define ROOT		0x7ULL
#define CELL		0x8ULL

extern struct apic_topology topo;
extern struct fake_ioapic hw;
extern struct ioapic chip;
extern struct ioapic_cell cell;
extern struct cpu_set root_cpus, cell_cpus;
/* Mode of the CPU that accesses. */
extern bool guest_x2apic;

extern const struct jailhouse_irqchip cell_pins;

extern struct ioapic_view *root;
extern struct ioapic_view *guest;

/*
 * The chip is as firmware and Linux have left it, and Linux has its pins; create_cell(): those
 * of the cell are the cell's.
 */
void build(u32 version);
void create_cell(void);
void build_with_cell(void);

/* An access to the page, and by it to a register, or to both of an entry. */
int access_reg(struct ioapic_view *view, u64 offset, unsigned int width, bool is_write,
	       u64 *value);
int set_reg(struct ioapic_view *view, unsigned int reg, u64 value);
u32 get_reg(struct ioapic_view *view, unsigned int reg);
int set_entry(struct ioapic_view *view, unsigned int pin, u64 entry);
u64 get_entry(struct ioapic_view *view, unsigned int pin);

#endif
