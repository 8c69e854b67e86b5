/* SPDX-License-Identifier: GPL-2.0-only */
/* PCI configuration space made of memory, with two functions in it that a cell gets. */
#ifndef SELFTESTS_UNIT_FAKE_PCI_H
#define SELFTESTS_UNIT_FAKE_PCI_H

#include "unit.h"
#include "pci.h"

/* Functions 00:03.0, with 64-bit MSI and MSI-X, and 00:04.0, with 32-bit MSI. */
#define NIC		(3 << 3)
#define DISK		(4 << 3)
#define ABSENT		(9 << 3)
/* Where a test may have another one. */
#define EXPRESS		(5 << 3)

#define ADDR(bdf, reg)	(0x80000000U | (u32)(bdf) << 8 | (reg))

/* CPUs 0 to 3 with ids 0 to 3; the cell has CPU 3. */
#define CELL		0x8ULL

extern struct apic_topology topo;
extern struct pci_space space;
extern struct pci_cell cell;
extern const struct cpu_set cell_cpus;
extern const struct jailhouse_pci_device devices[2];
/* Mode of the cell's CPU that accesses. */
extern bool cell_x2apic;

/* What is there, and what has reached it so far. */
extern u8 config[16 << 3][256];
extern u32 hw_address;
extern unsigned int hw_writes;
extern u16 last_port;

/* What time it is, in milliseconds, and what was logged last. */
extern u64 now;
extern char said[200];

/*
 * Functions are reset by a write to that byte with one of the bits 8 to 15 of this; 0: they are
 * not. How many were.
 */
extern unsigned int reset_at;
extern unsigned int resets;

/* A function that is not there any more, or has not come back from its reset; 0: none. */
extern unsigned int removed;

/* Behind that, for those that have it. */
extern u8 extended[16 << 3][PAGE_SIZE - 256];

#define MMCONFIG	0xb0000000ULL
#define AT(bdf, reg)	(MMCONFIG + ((u64)(bdf) << 12) + (reg))
extern const struct jailhouse_platform_info platform;

/* Registers of NIC; an MSI-X table is in the second page, and the device's own around it. */
#define BAR		0xfeb80000ULL
#define TABLE		(BAR + PAGE_SIZE + 0x100)
#define VECTORS		5
extern u8 bar[2 * PAGE_SIZE];
extern unsigned int table_writes;

/* Where the cell sees it, and how. */
#define TABLE_GPA	0x80001100ULL
extern struct pci_msix_entry entries[VECTORS];

/* For a struct pci_ops. */
u32 hw_read(u32 address, u16 port, unsigned int width);
void hw_write(u32 address, u16 port, unsigned int width, u32 value);
u64 mem_read(u64 hpa, unsigned int width);
void mem_write(u64 hpa, unsigned int width, u64 value);

/* A register of a function, as a device sees it; from 256 on, one of extended space. */
void set_reg(unsigned int bdf, unsigned int reg, u32 value);
u32 reg(unsigned int bdf, unsigned int offset);

/* The functions as Linux has set them up; give(): they are a cell's, which runs. */
void build(void);
void give(void);

/* An access of Linux or of the cell to the ports. */
int root_io(u16 port, u8 width, bool is_write, u32 *value);
int cell_io(u16 port, u8 width, bool is_write, u32 *value);

typedef int (*io)(u16 port, u8 width, bool is_write, u32 *value);

/* Selects @address, and accesses @width bytes of its data from @byte on. */
u32 cfg_read(io io, u32 address, unsigned int byte, u8 width);
int cfg_write(io io, u32 address, unsigned int byte, u8 width, u32 value);

/* A write of Linux's: by the ports, which do not lead to extended space, and by MMCONFIG. */
int by_ports(u16 bdf, unsigned int offset, u8 width, u32 value);
int by_mmconfig(u16 bdf, unsigned int offset, u8 width, u32 value);
extern int (*const ways[2])(u16 bdf, unsigned int offset, u8 width, u32 value);

#endif
