/* SPDX-License-Identifier: GPL-2.0-only */
/* A guest's memory, and page tables in it. */
#ifndef SELFTESTS_UNIT_GUEST_TABLES_H
#define SELFTESTS_UNIT_GUEST_TABLES_H

#include "unit.h"
#include "guest_walk.h"
#include "registers.h"

/* Guest memory: 16 pages, the rest is not the guest's. */
#define BASE	0x100000ULL
#define PAGES	16

extern u8 ram[PAGES][4096];
/* Some tests have it elsewhere. */
extern u64 ram_base;
/* How often a page of it was looked at. */
extern unsigned int maps;

/* The last page is read-only. */
extern const struct guest_memory memory;

/* The address of a page, and entries of the table in one, of eight bytes and of four. */
u64 page(unsigned int n);
void set64(unsigned int n, unsigned int index, u64 entry);
u64 get64(unsigned int n, unsigned int index);
void set32(unsigned int n, unsigned int index, u64 entry);

#define PG		(X86_CR0_PG | X86_CR0_PE)
#define LONG_MODE	(X86_EFER_LMA | X86_EFER_NXE)
#define NX		BIT_ULL(63)
#define RWX		(GUEST_MAP_WRITE | GUEST_MAP_USER | GUEST_MAP_EXECUTE)

/*
 * Indices 1, 2, 3, 4 (and 5) of pages 0, 1, 2, 3 lead to page 8; neighbours of them are
 * large pages.
 */
struct guest_paging long_mode(bool la57);

#define L4(n)	((u64)(n) << 39)
#define L3(n)	((u64)(n) << 30)
#define L2(n)	((u64)(n) << 21)
#define L1(n)	((u64)(n) << 12)

#endif
