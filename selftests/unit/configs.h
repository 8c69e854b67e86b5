/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Configurations for the tests of their check: good ones, and what is said of them after a
 * change. test_config_check.c, test_config_cell.c, test_config_system.c, test_config_fits.c.
 */
#ifndef SELFTESTS_CONFIGS_H
#define SELFTESTS_CONFIGS_H

#include "unit.h"
#include "config_check.h"
#include "low_cpus.h"
#include "memory_map.h"
#include "errno.h"

#define RWX	(JAILHOUSE_MEM_READ | JAILHOUSE_MEM_WRITE | JAILHOUSE_MEM_EXECUTE)
#define RW	(JAILHOUSE_MEM_READ | JAILHOUSE_MEM_WRITE)

struct cell {
	struct jailhouse_cell_desc desc;
	u64 cpus[2];
	struct jailhouse_memory mem[3];
	struct jailhouse_irqchip irqchip[2];
	struct jailhouse_pio pio[3];
	struct jailhouse_pci_device pci[2];
} __packed;

struct sys {
	struct jailhouse_system head;
	u64 cpus;
	struct jailhouse_memory mem[4];
	struct jailhouse_irqchip irqchip[2];
	struct jailhouse_pio pio[3];
	struct jailhouse_pci_device pci[3];
} __packed;

/* A cell that has something of everything, a system that it fits, and another cell beside it. */
extern const struct cell good_cell, other_cell;
extern const struct sys good_sys;

/* What the rows change: not on the stack, as sanitizers take minutes for hundreds of them. */
extern struct cell c, o;
extern struct sys s;
extern struct jailhouse_cell_desc *const root;
extern u64 m;

/** seal() - length and checksum of a blob, as the build fills them in */
void seal(void *blob, size_t size);

/** expect() - @got and @why are @error and @text */
void expect(int got, const struct config_reason *why, int error, const char *text);

/** cell_says() - config_check_cell() says this; system_says(), config_check_system() */
void cell_says(struct cell *cell, int error, const char *text);
void system_says(struct sys *sys, int error, const char *text);

/** fits_says() - so does config_check_cell_fits(); @root_low: CPUs of the root cell */
void fits_says(const struct sys *sys, const struct cell *cell, const struct cell *other,
	       u64 root_low, int error, const char *text);

/* After @change of a good cell c config_check_cell() says this. */
#define CELL(change, error, text)					\
	do {								\
		c = good_cell;						\
		unit_row("%s", #change);				\
		change;							\
		cell_says(&c, error, text);				\
	} while (0)

/* The same of a good system s. */
#define SYSTEM(change, error, text)					\
	do {								\
		s = good_sys;						\
		unit_row("%s", #change);				\
		change;							\
		system_says(&s, error, text);				\
	} while (0)

/* The same of a good cell in a good system, beside another cell o; m: CPUs of the root. */
#define FITS(change, error, text)					\
	do {								\
		s = good_sys;						\
		c = good_cell;						\
		o = other_cell;						\
		m = 0xd;						\
		unit_row("%s", #change);				\
		change;							\
		fits_says(&s, &c, &o, m, error, text);			\
	} while (0)

#endif
