// SPDX-License-Identifier: GPL-2.0-only
/* SOURCES: core/pgtable.c core/page_pool.c */
/* OPTIONS: -max_len=512 */
/*
 * Maps and unmaps of any order, beside a list of them: the latest that covers an
 * address says where it leads.
 *
 * Input: a byte: pages of the pool, a byte of format, then operations.
 */
#include "errno.h"
#include "fuzz.h"
#include "pgtable.h"

#define POOL_HPA	0x40000000ULL
#define MAX_PAGES	40
#define MAX_OPS		40
#define SMALL_BIT	0x800ULL

/* Bits of op.kind; the rest chooses the attributes. */
#define OP_UNMAP	0x01
#define OP_SMALL	0x02
#define OP_VA_LARGE	0x04	/* in units of 2M, not of 4K */
#define OP_SIZE_LARGE	0x08
#define OP_SAME		0x10	/* host-physical is virtual */

struct op {
	u8 kind;
	u8 attrs;
	u16 va, size, hpa;
} __packed;

/* What was done. */
struct range {
	u64 va, size, hpa, attrs;
	bool map;
};

static struct pgtable_format format;
static struct page_pool pool;
static struct pgtable pt;
static struct range done[MAX_OPS];
static unsigned int num_done;

static const struct range *find(u64 va)
{
	unsigned int n = num_done;

	while (n--)
		if (va >= done[n].va && va - done[n].va < done[n].size)
			return done[n].map ? &done[n] : NULL;
	return NULL;
}

static void check_va(u64 va)
{
	const struct range *range = find(va);
	u64 hpa, attrs;

	REQUIRE(pgtable_lookup(&pt, va, &hpa, &attrs) == !!range);
	if (!range)
		return;
	REQUIRE(hpa == range->hpa + (va - range->va));
	REQUIRE(attrs == range->attrs);
}

static void check_all(void)
{
	unsigned int n;

	for (n = 0; n < num_done; n++) {
		check_va(done[n].va);
		check_va(done[n].va - 1);
		check_va(done[n].va + done[n].size);
		check_va(done[n].va + done[n].size - 1);
		check_va(done[n].va + done[n].size / 2);
	}
}

static void do_op(const struct op *op)
{
	struct range *range = &done[num_done];
	const u32 used = pool.used;
	int err;

	range->va = (u64)op->va << (op->kind & OP_VA_LARGE ? 21 : 12);
	range->size = (u64)op->size << (op->kind & OP_SIZE_LARGE ? 21 : 12);
	range->hpa = op->kind & OP_SAME ? range->va : (u64)op->hpa << 20;
	range->attrs = op->attrs % 7 + 1;
	range->map = !(op->kind & OP_UNMAP);
	if (range->map)
		err = pgtable_map(&pt, range->va, range->hpa, range->size, range->attrs,
				  !(op->kind & OP_SMALL));
	else
		err = pgtable_unmap(&pt, range->va, range->size);
	REQUIRE(err == 0 || err == -ENOMEM || err == -EINVAL);
	if (!err && range->size)
		num_done++;
	else
		REQUIRE(pool.used == used);
	check_all();
}

int LLVMFuzzerTestOneInput(const u8 *data, size_t size)
{
	struct fuzz_input input = { data, size };
	u8 pages, kind, *memory;
	struct op op;

	fuzz_take(&input, &pages, sizeof(pages));
	fuzz_take(&input, &kind, sizeof(kind));
	memory = aligned_alloc(PAGE_SIZE, MAX_PAGES * PAGE_SIZE);
	REQUIRE(memory);
	page_pool_init(&pool, memory, POOL_HPA, (2U + pages % (MAX_PAGES - 1)) * PAGE_SIZE);
	format = (struct pgtable_format) {
		.levels = 2 + kind % 4,
		.huge_levels = kind >> 2 & 7,
		.present_mask = 7,
		.table_attrs = 7,
		.leaf_huge_bit = 0x80,
		.small_bit = kind & 0x20 ? SMALL_BIT : 0,
		.addr_mask = 0x000ffffffffff000,
	};
	num_done = 0;
	REQUIRE(!pgtable_init(&pt, &format, &pool));
	while (input.left && num_done < MAX_OPS) {
		fuzz_take(&input, &op, sizeof(op));
		do_op(&op);
	}

	/* Nothing is left behind. */
	if (!pgtable_unmap(&pt, 0, 1ULL << (12 + 9 * format.levels)))
		REQUIRE(pool.used == 2);
	pgtable_destroy(&pt);
	REQUIRE(pool.used == 1);
	free(memory);
	return 0;
}
