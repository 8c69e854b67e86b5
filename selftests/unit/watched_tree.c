// SPDX-License-Identifier: GPL-2.0-only
/* SOURCES: core/page_pool.c */
/* The builder over a memory that sees each write. */
#include <stdio.h>
#include <string.h>
#include "watched_tree.h"

static void observe_write(u64 *entry, u64 value);
static void observe_free(struct page_pool *pool, void *page, unsigned int count);
#define pgtable_write(entry, value) observe_write(entry, value)
#define page_free(pool, page, count) observe_free(pool, page, count)
#include "../../hypervisor/core/pgtable.c"
#undef page_free

const struct pgtable_format ept = {
	.levels = 4,
	.huge_levels = 7,
	.present_mask = 7,
	.table_attrs = 7,
	.leaf_huge_bit = 0x80,
	.small_bit = 0x800,
	.addr_mask = 0x000ffffffffff000,
};

const struct pgtable_format levelled = {
	.levels = 4,
	.huge_levels = 7,
	.present_mask = 7,
	.table_attrs = 7,
	.next_level = 0x200,
	.addr_mask = 0x000ffffffffff000,
};

u8 memory[POOL_PAGES * PAGE_SIZE] __aligned(4096);
struct page_pool pool;
struct pgtable pt;
unsigned int writes;

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

static bool is_leaf(int level, u64 entry)
{
	if (pt.format->next_level)
		return !(entry / pt.format->next_level % 8);
	return level == 0 || entry & pt.format->leaf_huge_bit;
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
		if (is_leaf(level, entry))
			break;
		table = page_virt(&pool, entry & pt.format->addr_mask);
		/* A table in use, and with the rights of tables. */
		CHECK(page_hpa(&pool, table) - POOL_HPA < sizeof(memory));
		CHECK(pool.bitmap[(page_hpa(&pool, table) - POOL_HPA) / PAGE_SIZE / 64] &
		      1ULL << (page_hpa(&pool, table) - POOL_HPA) / PAGE_SIZE % 64);
		CHECK_EQ(entry & ~pt.format->addr_mask,
			 pt.format->table_attrs | (u64)level * pt.format->next_level);
	}
	CHECK_EQ(entry & pt.format->addr_mask & (size - 1), 0);
	entry &= ~(pt.format->small_bit | (level ? pt.format->leaf_huge_bit : 0));
	return (entry & ~(size - 1)) | (entry & 0xfff) |
	       (va & (size - 1) & ~(PAGE_SIZE - 1));
}

static bool observing;

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

void setup(const struct pgtable_format *format)
{
	memset(memory, 0xa5, sizeof(memory));
	page_pool_init(&pool, memory, POOL_HPA, sizeof(memory));
	num_done = 0;
	observing = false;
	CHECK_EQ(pgtable_init(&pt, format, &pool), 0);
}

int call(const struct op *op)
{
	if (op->map)
		return pgtable_map(&pt, op->va, op->hpa, op->size, op->attrs, !op->small);
	return pgtable_unmap(&pt, op->va, op->size);
}

int apply_op(const struct op *op)
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

struct dump {
	char text[DUMP_SIZE];
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

const char *dump(void)
{
	static struct dump d;

	memset(&d, 0, sizeof(d));
	dump_table(&d, pt.root, pt.format->levels - 1, 0);
	dump_flush(&d);
	return d.text;
}
