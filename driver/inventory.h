/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What Linux knows of the machine, and what of it is in use: its resource trees, as in
 * /proc/iomem and /proc/ioports, and the interrupt pins that somebody handles.
 */
#ifndef _JAILHOUSE_INVENTORY_H
#define _JAILHOUSE_INVENTORY_H

#include <linux/ioport.h>
#include <linux/types.h>

struct reason;

/**
 * struct inventory_entry - a resource of Linux
 * @start: first address or port
 * @end: last one
 * @flags: IORESOURCE_*; IORESOURCE_BUSY: somebody uses it, also the HPET
 * @desc: IORES_DESC_*
 * @depth: number of resources that it lies in
 * @taken: it was System RAM, and taken from Linux at run time
 * @name: as in /proc/iomem
 */
struct inventory_entry {
	u64 start;
	u64 end;
	unsigned long flags;
	unsigned long desc;
	unsigned int depth;
	bool taken;
	char name[43];
};

/**
 * struct inventory_tree - a resource tree, each entry before those that lie in it
 * @entries: the resources
 * @count: how many there are
 */
struct inventory_tree {
	struct inventory_entry *entries;
	unsigned int count;
};

/**
 * struct inventory_pin - a pin of an I/O APIC with a handler in Linux
 * @chip: Linux's number of the I/O APIC
 * @pin: which of its pins
 * @irq: Linux's number of the interrupt
 */
struct inventory_pin {
	unsigned int chip;
	unsigned int pin;
	unsigned int irq;
};

/**
 * struct inventory - one moment of it
 * @memory: /proc/iomem
 * @ports: /proc/ioports
 * @pins: interrupts that have a handler
 * @num_pins: how many
 */
struct inventory {
	struct inventory_tree memory;
	struct inventory_tree ports;
	struct inventory_pin *pins;
	unsigned int num_pins;
};

int jh_inventory_take(struct inventory *inventory, struct reason *why);
void jh_inventory_drop(struct inventory *inventory);
int jh_inventory_reserve_taken(struct inventory_tree *tree, unsigned int size);
bool jh_inventory_is_used(const struct inventory_entry *entry);
const struct inventory_entry *jh_inventory_find_used(const struct inventory_tree *tree,
						     u64 start, u64 end);
bool jh_inventory_is_ram(const struct inventory_entry *entry);
int jh_inventory_check_reserved(const struct inventory *inventory, u64 start, u64 size,
				struct reason *why);
const char *jh_inventory_hint(const struct inventory_entry *entry);
bool jh_inventory_chip_address(const struct inventory *inventory, unsigned int chip,
			       u64 *address);

#endif
