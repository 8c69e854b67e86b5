// SPDX-License-Identifier: GPL-2.0-only
/* SOURCES: core/page_pool.c */
/*
 * The builder over a memory that sees each write. After every single one a walk as the
 * hardware does it must find, for each address of interest, what was there before the
 * operation or what is to be there after it.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "unit.h"
#include "page_pool.h"

static void observe_write(u64 *entry, u64 value);
static void observe_free(struct page_pool *pool, void *page, unsigned int count);
#define pgtable_write(entry, value) observe_write(entry, value)
#define page_free(pool, page, count) observe_free(pool, page, count)
#include "../../hypervisor/core/pgtable.c"
#undef page_free

#define K4	0x1000ULL
#define M2	0x200000ULL
#define G1	0x40000000ULL

/* As in EPT: read, write, execute; a memory type; ignored bit 11 taken for small. */
#define R	1ULL
#define RW	3ULL
#define RWX	7ULL
#define WB	0x30ULL

static const struct pgtable_format ept = {
	.levels = 4,
	.huge_levels = 7,
	.present_mask = 7,
	.table_attrs = 7,
	.leaf_huge_bit = 0x80,
	.small_bit = 0x800,
	.addr_mask = 0x000ffffffffff000,
};

#define POOL_HPA	0x3a400000ULL
#define POOL_PAGES	64

static u8 memory[POOL_PAGES * PAGE_SIZE] __aligned(4096);
static struct page_pool pool;
static struct pgtable pt;

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

#define MAX_OPS	8

static struct op done[MAX_OPS];
static unsigned int num_done;

/* What the first @count operations make of @va; 0 for nothing, else hpa | attrs. */
static u64 model(u64 va, unsigned int count)
{
	const struct op *op;

	while (count--) {
		op = &done[count];
		if (va >= op->va && va - op->va < op->size)
			return op->map ? (op->hpa + (va - op->va)) | op->attrs : 0;
	}
	return 0;
}

/* The walk of the hardware, and the builder's own idea of it must be the same. */
static u64 walk(u64 va)
{
	const u64 *table = pt.root;
	u64 entry, size;
	int level;

	for (level = (int)pt.format->levels - 1;; level--) {
		size = 1ULL << (12 + 9 * level);
		entry = table[va / size % 512];
		if (!(entry & pt.format->present_mask))
			return 0;
		if (level == 0 || entry & pt.format->leaf_huge_bit)
			break;
		table = page_virt(&pool, entry & pt.format->addr_mask);
		/* A table in use, and with the rights of tables. */
		CHECK(page_hpa(&pool, table) - POOL_HPA < sizeof(memory));
		CHECK(pool.bitmap[(page_hpa(&pool, table) - POOL_HPA) / PAGE_SIZE / 64] &
		      1ULL << (page_hpa(&pool, table) - POOL_HPA) / PAGE_SIZE % 64);
		CHECK_EQ(entry & ~pt.format->addr_mask, pt.format->table_attrs);
	}
	CHECK_EQ(entry & pt.format->addr_mask & (size - 1), 0);
	entry &= ~(pt.format->small_bit | (level ? pt.format->leaf_huge_bit : 0));
	return (entry & ~(size - 1)) | (entry & 0xfff) |
	       (va & (size - 1) & ~(PAGE_SIZE - 1));
}

static bool observing;
static unsigned int writes;

/* Around all ends of all operations, by one page and by one large page. */
static void check_all(unsigned int from, unsigned int to)
{
	static const u64 steps[] = { 0, -K4, K4, -M2, M2, -G1, G1, M2 - K4, G1 - K4 };
	u64 va, got;
	unsigned int i, end, s;

	for (i = 0; i < num_done; i++)
		for (end = 0; end < 2; end++)
			for (s = 0; s < ARRAY_SIZE(steps); s++) {
				va = done[i].va + (end ? done[i].size : 0) + steps[s];
				if (va >> 48)
					continue;
				got = walk(va);
				if (got == model(va, from) || got == model(va, to))
					continue;
				unit_row("va %#llx after %u writes", va, writes);
				CHECK_EQ(got, model(va, to));
			}
}

static void observe_write(u64 *entry, u64 value)
{
	*entry = value;
	writes++;
	if (observing)
		check_all(num_done - 1, num_done);
}

static bool reaches(const u64 *table, unsigned int level, const void *page)
{
	unsigned int i;

	if (table == page)
		return true;
	for (i = 0; i < 512; i++)
		if (is_table(pt.format, level, table[i]) &&
		    reaches(table_of(&pt, table[i]), level - 1, page))
			return true;
	return false;
}

/* A table is unlinked before it is freed. */
static void observe_free(struct page_pool *from, void *page, unsigned int count)
{
	if (observing)
		CHECK(!reaches(pt.root, pt.format->levels - 1, page));
	page_free(from, page, count);
}

static void setup(const struct pgtable_format *format)
{
	memset(memory, 0xa5, sizeof(memory));
	page_pool_init(&pool, memory, POOL_HPA, sizeof(memory));
	num_done = 0;
	observing = false;
	CHECK_EQ(pgtable_init(&pt, format, &pool), 0);
}

static int call(const struct op *op)
{
	if (op->map)
		return pgtable_map(&pt, op->va, op->hpa, op->size, op->attrs, !op->small);
	return pgtable_unmap(&pt, op->va, op->size);
}

/* Does it, and looks after each write and at the end. */
static int apply_op(const struct op *op)
{
	u64 hpa, attrs, va;
	int err;

	done[num_done++] = *op;
	writes = 0;
	observing = true;
	err = call(op);
	observing = false;
	if (err) {
		CHECK_EQ(writes, 0);
		num_done--;
		return err;
	}
	check_all(num_done, num_done);
	for (va = op->va; va < op->va + op->size; va += op->size / 3 + 0x123) {
		CHECK_EQ(pgtable_lookup(&pt, va, &hpa, &attrs), model(va, num_done) != 0);
		if (op->map) {
			CHECK_EQ(hpa, op->hpa + (va - op->va));
			CHECK_EQ(attrs, op->attrs);
		}
	}
	return 0;
}

/* Text of the whole tree: runs of leaves of one level, "START-END@LEVEL:HPA=ATTRS". */
struct dump {
	char text[400];
	u64 start, end, leaf;
	unsigned int level;
};

static void dump_flush(struct dump *d)
{
	size_t at = strlen(d->text);

	if (d->end)
		snprintf(d->text + at, sizeof(d->text) - at, "%s%llx-%llx@%u:%llx=%llx",
			 at ? " " : "", d->start, d->end, d->level,
			 d->leaf & ept.addr_mask, d->leaf & ~ept.addr_mask);
	d->end = 0;
}

static void dump_table(struct dump *d, const u64 *table, unsigned int level, u64 va)
{
	u64 size = level_size(level);
	unsigned int i;

	for (i = 0; i < 512; i++, va += size) {
		if (is_table(pt.format, level, table[i])) {
			dump_table(d, table_of(&pt, table[i]), level - 1, va);
			continue;
		}
		if (d->end && (va != d->end || level != d->level ||
			       table[i] != d->leaf + (va - d->start)))
			dump_flush(d);
		if (!is_present(pt.format, table[i]))
			continue;
		if (!d->end) {
			d->start = va;
			d->leaf = table[i];
			d->level = level;
		}
		d->end = va + size;
	}
}

static const char *dump(void)
{
	static struct dump d;

	memset(&d, 0, sizeof(d));
	dump_table(&d, pt.root, pt.format->levels - 1, 0);
	dump_flush(&d);
	return d.text;
}

/* Each row starts from nothing; used: pages beyond bitmap and root. */
static const struct {
	struct op ops[MAX_OPS];
	const char *want;
	unsigned int used;
} rows[] = {
	{ { MAP(0, K4, 0x5000, RWX) }, "0-1000@0:5000=7", 3 },
	{ { MAP(0, M2, 0x40000000, RWX | WB) }, "0-200000@1:40000000=b7", 2 },
	{ { MAP(G1, G1, G1, RWX) }, "40000000-80000000@2:40000000=87", 1 },
	{ { MAP(0, 512 * G1, 0, RWX) }, "0-8000000000@2:0=87", 1 },
	/* Attributes and addresses that rule larger pages out. */
	{ { MAP(0, M2, 0x40001000, RWX) }, "0-200000@0:40001000=7", 3 },
	{ { MAP(0, G1, 0x200000, RWX) }, "0-40000000@1:200000=87", 2 },
	{ { MAP(M2, G1, M2, RWX) },
	  "200000-40200000@1:200000=87", 3 },
	{ { SMALL(0, M2, 0x40000000, RWX) }, "0-200000@0:40000000=807", 3 },
	/* The largest that fits at both ends. */
	{ { MAP(M2 - K4, 2 * M2 + 2 * K4, M2 - K4, RWX) },
	  "1ff000-200000@0:1ff000=7 200000-600000@1:200000=87 600000-601000@0:600000=7", 4 },
	{ { MAP(G1 - K4, G1 + M2 + K4, G1 - K4, RWX) },
	  "3ffff000-40000000@0:3ffff000=7 40000000-80000000@2:40000000=87 80000000-80200000@1:80000000=87",
	  4 },
	/* Across tables of each level. */
	{ { MAP(512 * G1 - K4, 2 * K4, 0x1000, R) },
	  "7ffffff000-8000001000@0:1000=1", 6 },
	{ { MAP((1ULL << 48) - K4, K4, 0x1000, R) },
	  "fffffffff000-1000000000000@0:1000=1", 3 },
	/* Replaced: by the same, by other attributes, smaller, larger. */
	{ { MAP(0, M2, 0, RWX), MAP(0, M2, 0, RWX) }, "0-200000@1:0=87", 2 },
	{ { MAP(0, M2, 0, RWX), MAP(0, M2, 0, R) }, "0-200000@1:0=81", 2 },
	{ { MAP(0, M2, 0, RWX), MAP(K4, K4, K4, R) },
	  "0-1000@0:0=7 1000-2000@0:1000=1 2000-200000@0:2000=7", 3 },
	{ { MAP(0, M2, 0, RWX), MAP(K4, K4, K4, R), MAP(K4, K4, K4, RWX) },
	  "0-200000@1:0=87", 2 },
	{ { MAP(0, G1, 0, RWX), MAP(M2, K4, M2, R) },
	  "0-200000@1:0=87 200000-201000@0:200000=1 201000-400000@0:201000=7 400000-40000000@1:400000=87",
	  3 },
	{ { MAP(0, G1, 0, RWX), MAP(M2, K4, M2, R), MAP(0, G1, G1, R) },
	  "0-40000000@2:40000000=81", 1 },
	/* Carved and returned: one large page again, and no table more than before. */
	{ { MAP(0, G1, 0, RWX), UNMAP(0x100000, 0x100000) },
	  "0-100000@0:0=7 200000-40000000@1:200000=87", 3 },
	{ { MAP(0, G1, 0, RWX), UNMAP(0x100000, 0x100000), MAP(0x100000, 0x100000, 0x100000, RWX) },
	  "0-40000000@2:0=87", 1 },
	{ { MAP(0, 2 * M2, 0, RWX), UNMAP(K4, 2 * M2 - 2 * K4), MAP(K4, 2 * M2 - 2 * K4, K4, RWX) },
	  "0-400000@1:0=87", 2 },
	{ { MAP(0, G1, 0, RWX), UNMAP(0, G1 - K4), MAP(0, G1 - K4, 0, RWX) },
	  "0-40000000@2:0=87", 1 },
	/* In pieces. */
	{ { MAP(0, M2 - K4, 0, RWX), MAP(M2 - K4, K4, M2 - K4, RWX) }, "0-200000@1:0=87", 2 },
	{ { MAP(0, M2 - K4, 0, RWX), MAP(M2 - K4, K4, M2, RWX) },
	  "0-1ff000@0:0=7 1ff000-200000@0:200000=7", 3 },
	{ { MAP(0, M2 - K4, K4, RWX), MAP(M2 - K4, K4, M2, RWX) }, "0-200000@0:1000=7", 3 },
	/* Not merged: 4K pages that are to stay, nor with neighbours. */
	{ { SMALL(0, M2 - K4, 0, RWX), MAP(M2 - K4, K4, M2 - K4, RWX) },
	  "0-1ff000@0:0=807 1ff000-200000@0:1ff000=7", 3 },
	{ { MAP(0, K4, 0, RWX), SMALL(K4, M2 - K4, K4, RWX) },
	  "0-1000@0:0=7 1000-200000@0:1000=807", 3 },
	{ { MAP(0, M2, 0, RWX), SMALL(0, M2, 0, RWX) }, "0-200000@0:0=807", 3 },
	{ { SMALL(0, M2, 0, RWX), MAP(0, M2, 0, RWX) }, "0-200000@1:0=87", 2 },
	/* Unmapped: what is there, more than that, nothing. */
	{ { MAP(0, K4, 0, RWX), UNMAP(0, K4) }, "", 0 },
	{ { MAP(0, M2, K4, RWX), UNMAP(0, M2) }, "", 0 },
	{ { MAP(0, M2, K4, RWX), MAP(G1, K4, 0, RWX), UNMAP(0, 1ULL << 48) }, "", 0 },
	{ { MAP(0, M2, K4, RWX), UNMAP(M2, G1) }, "0-200000@0:1000=7", 3 },
	{ { UNMAP(K4, G1) }, "", 0 },
	{ { MAP(0, K4, 0, RWX), MAP(2 * K4, K4, 0, RWX), UNMAP(0, 2 * K4) },
	  "2000-3000@0:0=7", 3 },
	{ { MAP(0, 2 * G1, 0, RWX), UNMAP(G1 - K4, 2 * K4) },
	  "0-3fe00000@1:0=87 3fe00000-3ffff000@0:3fe00000=7 40001000-40200000@0:40001000=7 40200000-80000000@1:40200000=87",
	  5 },
	{ { MAP(0, G1, 0, RWX), UNMAP(K4, K4), UNMAP(0, G1) }, "", 0 },
	/* Nothing at all. */
	{ { MAP(0, 0, 0, RWX), UNMAP(0, 0) }, "", 0 },
};

/* How many of MAX_OPS entries are used; an empty one is UNMAP(0, 0). */
static unsigned int count_ops(const struct op *ops)
{
	unsigned int n = MAX_OPS;

	while (n && !ops[n - 1].map && !ops[n - 1].size)
		n--;
	return n;
}

UNIT(every_intermediate_state_is_old_or_new)
{
	unsigned int i, n;

	for (i = 0; i < ARRAY_SIZE(rows); i++) {
		setup(&ept);
		for (n = 0; n < count_ops(rows[i].ops); n++) {
			unit_row("row %u (%s) operation %u", i, rows[i].want, n);
			CHECK_EQ(apply_op(&rows[i].ops[n]), 0);
		}
		unit_row("row %u", i);
		CHECK_STR(dump(), rows[i].want);
		CHECK_EQ(pool.used, 2 + rows[i].used);
		pgtable_destroy(&pt);
		CHECK_EQ(pool.used, 1);
	}
}

/* Leaves so many pages in the pool. */
static void *hoard[POOL_PAGES];

static void hoard_all_but(u32 pages)
{
	unsigned int n = 0;

	while (page_pool_free_pages(&pool) > pages)
		hoard[n++] = page_alloc(&pool, 1);
	hoard[n] = NULL;
}

static void give_back(void)
{
	unsigned int n;

	for (n = 0; hoard[n]; n++)
		page_free(&pool, hoard[n], 1);
}

/* With one page, two pages, ... until it is enough. */
static void check_out_of_memory(const struct op *op)
{
	char before[sizeof(((struct dump *)NULL)->text)];
	const u32 used = pool.used;
	u32 pages;
	int err;

	strcpy(before, dump());
	for (pages = 0;; pages++) {
		hoard_all_but(pages);
		writes = 0;
		err = call(op);
		give_back();
		if (!err)
			return;
		CHECK_EQ(err, -ENOMEM);
		CHECK_EQ(writes, 0);
		CHECK_STR(dump(), before);
		CHECK_EQ(pool.used, used);
		if (pages == 16) {
			CHECK(false);
			return;
		}
	}
}

UNIT(out_of_memory_at_every_step_changes_nothing)
{
	unsigned int i, n;

	for (i = 0; i < ARRAY_SIZE(rows); i++) {
		setup(&ept);
		for (n = 0; n < count_ops(rows[i].ops); n++) {
			unit_row("row %u (%s) operation %u", i, rows[i].want, n);
			check_out_of_memory(&rows[i].ops[n]);
		}
		CHECK_STR(dump(), rows[i].want);
	}
}

/* No more pages are asked for than are needed. */
UNIT(as_many_pages_as_are_needed_are_enough)
{
	static const struct {
		struct op ops[3];
		u32 pages;
	} need[] = {
		{ { MAP(0, G1, 0, RWX) }, 1 },
		{ { MAP(0, M2, 0, RWX) }, 2 },
		{ { MAP(0, K4, 0, RWX) }, 3 },
		{ { MAP(M2 - K4, 2 * K4, 0, RWX) }, 4 },
		{ { MAP(512 * G1 - K4, 2 * K4, 0, RWX) }, 6 },
		{ { SMALL(0, 4 * M2, 0, RWX) }, 6 },
		{ { MAP(0, G1, 0, RWX), UNMAP(K4, K4) }, 2 },
		{ { MAP(0, G1, 0, RWX), UNMAP(M2 - K4, 2 * K4) }, 3 },
		{ { MAP(0, G1, 0, RWX), UNMAP(0, M2) }, 1 },
		{ { MAP(0, 2 * G1, 0, RWX), UNMAP(G1 - K4, 2 * K4) }, 4 },
		{ { MAP(0, G1, 0, RWX), MAP(0, G1, 0, R) }, 0 },
		{ { MAP(0, 4 * M2, K4, RWX), MAP(0, 4 * M2, 0, R) }, 0 },
		{ { MAP(0, G1, 0, RWX), MAP(K4, K4, 0, RWX), MAP(M2 + K4, K4, 0, RWX) }, 1 },
		{ { MAP(0, G1, 0, RWX), UNMAP(G1, G1) }, 0 },
	};
	unsigned int i, n;

	for (i = 0; i < ARRAY_SIZE(need); i++) {
		unit_row("row %u", i);
		setup(&ept);
		for (n = 0; n < 2 && need[i].ops[n + 1].size; n++)
			CHECK_EQ(call(&need[i].ops[n]), 0);
		if (need[i].pages) {
			hoard_all_but(need[i].pages - 1);
			CHECK_EQ(call(&need[i].ops[n]), -ENOMEM);
			give_back();
		}
		hoard_all_but(need[i].pages);
		CHECK_EQ(call(&need[i].ops[n]), 0);
	}
}

UNIT(wrong_arguments_change_nothing)
{
	static const struct {
		u64 va, hpa, size, attrs;
	} wrong[] = {
		{ 0x800, 0, K4, RWX },
		{ 0, 0x800, K4, RWX },
		{ 0, 0, 0x800, RWX },
		{ 0, 0, K4, 0 },
		{ 0, 0, K4, WB },
		{ 0, 0, K4, RWX | 0x80 },
		{ 0, 0, K4, RWX | 0x800 },
		{ 0, 0, K4, RWX | K4 },
		{ 1ULL << 48, 0, K4, RWX },
		{ (1ULL << 48) - K4, 0, 2 * K4, RWX },
		{ 0, 0, (1ULL << 48) + K4, RWX },
		{ K4, 0, -K4, RWX },
		{ ~0xfffULL, 0, K4, RWX },
		{ ~0xfffULL, 0, 2 * K4, RWX },
		{ 0, 1ULL << 52, K4, RWX },
		{ 0, (1ULL << 52) - K4, 2 * K4, RWX },
		{ 0, ~0xfffULL, K4, RWX },
		{ 0, ~0xfffULL, 2 * K4, RWX },
	};
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(wrong); i++) {
		unit_row("row %u", i);
		setup(&ept);
		writes = 0;
		CHECK_EQ(pgtable_map(&pt, wrong[i].va, wrong[i].hpa, wrong[i].size,
				     wrong[i].attrs, true), -EINVAL);
		/* Those that are about the range are wrong without the rest. */
		if ((wrong[i].va | wrong[i].size) % K4 || wrong[i].va >> 48 ||
		    wrong[i].size > 1ULL << 47)
			CHECK_EQ(pgtable_unmap(&pt, wrong[i].va, wrong[i].size), -EINVAL);
		CHECK_EQ(writes, 0);
		CHECK_EQ(pool.used, 2);
	}
}

UNIT(lookup_of_what_is_not_there)
{
	u64 hpa = 42, attrs = 43;

	setup(&ept);
	pgtable_map(&pt, M2, M2, K4, RW, true);
	CHECK(!pgtable_lookup(&pt, 0, &hpa, &attrs));
	CHECK(!pgtable_lookup(&pt, M2 + K4, &hpa, &attrs));
	CHECK(!pgtable_lookup(&pt, G1, &hpa, &attrs));
	CHECK(!pgtable_lookup(&pt, M2 + (1ULL << 48), &hpa, &attrs));
	CHECK(!pgtable_lookup(&pt, ~0ULL, &hpa, &attrs));
	CHECK_EQ(hpa, 42);
	CHECK_EQ(attrs, 43);
	CHECK(pgtable_lookup(&pt, M2 + 0xfff, NULL, NULL));
	CHECK(pgtable_lookup(&pt, M2 + 0xfff, &hpa, &attrs));
	CHECK_EQ(hpa, M2 + 0xfff);
	CHECK_EQ(attrs, RW);
}

UNIT(a_tree_that_never_was_one_can_be_destroyed)
{
	page_pool_init(&pool, memory, POOL_HPA, 2 * PAGE_SIZE);
	CHECK_EQ(pgtable_init(&pt, &ept, &pool), 0);
	pgtable_destroy(&pt);
	pgtable_destroy(&pt);
	CHECK_EQ(pool.used, 1);
	CHECK(page_alloc(&pool, 1));
	CHECK_EQ(pgtable_init(&pt, &ept, &pool), -ENOMEM);
	pgtable_destroy(&pt);
	CHECK_EQ(pool.used, 2);
}

/* Formats of other sizes: one level, five, and without pages beyond 4K. */
UNIT(other_formats)
{
	struct pgtable_format format = ept;

	format.levels = 1;
	setup(&format);
	CHECK_EQ(pgtable_map(&pt, 0, M2, M2, RWX, true), 0);
	CHECK_STR(dump(), "0-200000@0:200000=7");
	CHECK_EQ(pgtable_map(&pt, M2, 0, K4, RWX, true), -EINVAL);
	CHECK_EQ(pgtable_unmap(&pt, K4, M2 - K4), 0);
	CHECK_EQ(pool.used, 2);

	format.levels = 5;
	setup(&format);
	CHECK_EQ(pgtable_map(&pt, (1ULL << 57) - G1, G1, G1, RWX, true), 0);
	CHECK_STR(dump(), "1ffffffc0000000-200000000000000@2:40000000=87");
	CHECK_EQ(pool.used, 4);
	CHECK_EQ(pgtable_map(&pt, 1ULL << 57, 0, K4, RWX, true), -EINVAL);

	format.levels = 4;
	format.huge_levels = 0;
	setup(&format);
	CHECK_EQ(pgtable_map(&pt, 0, 0, 2 * M2, RWX, true), 0);
	CHECK_STR(dump(), "0-400000@0:0=7");

	/* Without a bit for it, 4K pages stay until they are mapped anew. */
	format.huge_levels = 2;
	format.small_bit = 0;
	setup(&format);
	CHECK_EQ(pgtable_map(&pt, 0, 0, G1 / 32, RWX, true), 0);
	CHECK_STR(dump(), "0-2000000@1:0=87");
	CHECK_EQ(pgtable_map(&pt, 0, 0, M2, RWX, false), 0);
	CHECK_STR(dump(), "0-200000@0:0=7 200000-2000000@1:200000=87");
}

/* A root cell and cells that come and go: nothing is ever lost. */
UNIT(carve_and_return_keeps_the_account)
{
	static const struct op cells[] = {
		UNMAP(0x3be00000, 0x100000), UNMAP(0x3bf00000, 0x100000),
		UNMAP(0x3c000000, 0x2000000), UNMAP(0x3b001000, 0x1000),
		UNMAP(0xa0000, 0x20000), UNMAP(0x3affe000, 0x4000),
	};
	u32 used, seed = 7, in = 0, round, n;
	char whole[sizeof(((struct dump *)NULL)->text)];

	setup(&ept);
	CHECK_EQ(pgtable_map(&pt, 0, 0, G1, RWX | WB, true), 0);
	CHECK_EQ(pgtable_map(&pt, G1, G1, 0xbec00000, RW, true), 0);
	used = pool.used;
	strcpy(whole, dump());
	for (round = 0; round < 300; round++) {
		seed = seed * 1664525 + 1013904223;
		n = (seed >> 16) % ARRAY_SIZE(cells);
		if (in & 1U << n)
			CHECK_EQ(pgtable_map(&pt, cells[n].va, cells[n].va, cells[n].size,
					     RWX | WB, true), 0);
		else
			CHECK_EQ(call(&cells[n]), 0);
		in ^= 1U << n;
	}
	for (n = 0; n < ARRAY_SIZE(cells); n++)
		CHECK_EQ(pgtable_map(&pt, cells[n].va, cells[n].va, cells[n].size, RWX | WB,
				     true), 0);
	CHECK_STR(dump(), whole);
	CHECK_EQ(pool.used, used);
}

/*
 * The comm region and the log are pages of the pool, and what a cell writes there may look
 * like a table.
 */
UNIT(mapped_pages_of_the_pool_are_no_tables)
{
	const struct op ops[] = {
		MAP(0, K4, POOL_HPA + 2 * K4, RWX), MAP(0, K4, 0x5000, RWX),
		MAP(0, K4, POOL_HPA + 2 * K4, R), MAP(0, M2, POOL_HPA, RWX),
		MAP(K4, K4, POOL_HPA + 2 * K4, R), MAP(K4, K4, POOL_HPA + K4, RWX),
		MAP(K4, K4, POOL_HPA + 2 * K4, R), UNMAP(0, M2),
	};
	unsigned int i, n;
	u64 *page, *other;

	setup(&ept);
	page = page_alloc(&pool, 1);
	other = page_alloc(&pool, 1);
	CHECK_EQ(page_hpa(&pool, page), POOL_HPA + 2 * K4);
	for (i = 0; i < 512; i++)
		page[i] = page_hpa(&pool, other) | RWX;
	for (n = 0; n < ARRAY_SIZE(ops); n++) {
		unit_row("operation %u", n);
		CHECK_EQ(apply_op(&ops[n]), 0);
		/* The bitmap, the root, and these two. */
		CHECK_EQ(pool.bitmap[0] & 0xf, 0xf);
	}
	CHECK_STR(dump(), "");
	CHECK_EQ(pool.used, 4);
	CHECK_EQ(call(&ops[0]), 0);
	pgtable_destroy(&pt);
	CHECK_EQ(pool.used, 3);
	for (i = 0; i < 512; i++)
		CHECK_EQ(page[i], page_hpa(&pool, other) | RWX);
}
