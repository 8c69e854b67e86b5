/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The builder over a memory that sees each write. After every single one a walk as the
 * hardware does it must find, for each address of interest, what was there before the
 * operation or what is to be there after it.
 */
#ifndef SELFTESTS_UNIT_WATCHED_TREE_H
#define SELFTESTS_UNIT_WATCHED_TREE_H

#include "unit.h"
#include "page_pool.h"
#include "pgtable.h"

#define K4	0x1000ULL
#define M2	0x200000ULL
#define G1	0x40000000ULL

/* As in EPT: read, write, execute; a memory type; ignored bit 11 taken for small. */
#define R	1ULL
#define RW	3ULL
#define RWX	7ULL
#define WB	0x30ULL

extern const struct pgtable_format ept;

/* As AMD-Vi's: entries say at which level the next table is, and leaves that there is none. */
extern const struct pgtable_format levelled;

#define POOL_HPA	0x3a400000ULL
#define POOL_PAGES	64

extern u8 memory[POOL_PAGES * PAGE_SIZE];
extern struct page_pool pool;
extern struct pgtable pt;
/* Since somebody made it 0. */
extern unsigned int writes;

/**
 * struct op - one call, and in a list of them: what the tree should translate
 * @map: map, or unmap
 */
struct op {
	bool map;
	u64 va, size, hpa, attrs;
	bool small;
};

#define MAP(_va, _size, _hpa, _attrs)	{ true, _va, _size, _hpa, _attrs, false }
#define SMALL(_va, _size, _hpa, _attrs)	{ true, _va, _size, _hpa, _attrs, true }
#define UNMAP(_va, _size)		{ false, _va, _size, 0, 0, false }

/* A new tree, and nothing in the pool but that. At most so many operations follow. */
#define MAX_OPS	8
void setup(const struct pgtable_format *format);

int call(const struct op *op);

/* Does it, and looks after each write and at the end. */
int apply_op(const struct op *op);

/* Text of the whole tree: runs of leaves of one level, "START-END@LEVEL:HPA=ATTRS". */
#define DUMP_SIZE	400
const char *dump(void);

#endif
