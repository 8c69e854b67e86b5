// SPDX-License-Identifier: GPL-2.0-only
/*
 * Page-table builder.
 *
 * A change goes in two passes over the same range, unless there is plenty of memory: the
 * first one counts the tables that it takes, the second one does it. So there is nothing
 * to undo when memory is short.
 */
#include "pgtable.h"
#include "errno.h"

#define ENTRIES		512U

/*
 * Hardware walks the tables while they change. What it may see at any moment follows from
 * the order of the stores, which the release keeps:
 *
 * - an entry is written with one store, never in halves and never by way of 0;
 * - a new table is filled before the entry that links it is written. Where it splits a large
 *   leaf, it holds the same translation as the leaf: a walk before, between and after the
 *   stores comes to the same address with the same rights;
 * - a table that is merged into a leaf, or is empty, is unlinked by one store, and freed
 *   behind it. The leaf translates as the table did.
 *
 * So a walk finds the old translation of an address or the new one. It may still use what
 * it has cached of the old tables, though, also entries of tables that were freed: that is
 * why CPUs which may have done so do not run from before the first store until they have
 * flushed. The unit test puts something here that sees each store.
 */
#ifndef pgtable_write
#define pgtable_write(entry, value) __atomic_store_n(entry, value, __ATOMIC_RELEASE)
#endif

/**
 * struct change - what is to be done to a range
 * @pt: the tree
 * @delta: host-physical minus virtual address, modulo 2^64
 * @attrs: of new leaves
 * @leaf_levels: bit L set: new leaves may be at level L
 * @map: map it, not unmap
 */
struct change {
	struct pgtable *pt;
	u64 delta;
	u64 attrs;
	unsigned int leaf_levels;
	bool map;
};

static unsigned int level_shift(unsigned int level)
{
	return PAGE_SHIFT + 9 * level;
}

static u64 level_size(unsigned int level)
{
	return BIT_ULL(level_shift(level));
}

static unsigned int level_index(unsigned int level, u64 va)
{
	return (unsigned int)(va >> level_shift(level)) % ENTRIES;
}

/* End of the part of [va, end) that one entry of @level covers. */
static u64 entry_end(unsigned int level, u64 va, u64 end)
{
	return MIN(end, ALIGN_DOWN(va, level_size(level)) + level_size(level));
}

static bool is_present(const struct pgtable_format *format, u64 entry)
{
	return entry & format->present_mask;
}

/* Where in an entry there is the level of the table that it points to. */
static u64 next_level_mask(const struct pgtable_format *format)
{
	return 7 * format->next_level;
}

static bool is_table(const struct pgtable_format *format, unsigned int level, u64 entry)
{
	return level > 0 && is_present(format, entry) &&
	       (entry ^ format->leaf_huge_bit) & (format->leaf_huge_bit | next_level_mask(format));
}

static u64 *table_of(const struct pgtable *pt, u64 entry)
{
	return page_virt(pt->pool, entry & pt->format->addr_mask);
}

/* Of an entry of @level. */
static u64 table_entry(const struct pgtable *pt, unsigned int level, const u64 *table)
{
	return page_hpa(pt->pool, table) | pt->format->table_attrs |
	       level * pt->format->next_level;
}

static u64 leaf_entry(const struct change *change, unsigned int level, u64 va)
{
	const u64 leaf = (va + change->delta) | change->attrs;

	return level > 0 ? leaf | change->pt->format->leaf_huge_bit : leaf;
}

/*
 * Whether [va, next), which lies within one entry of @level, is done by writing this
 * entry: it is covered completely, and is cleared or may hold a leaf.
 */
static bool ends_at(const struct change *change, unsigned int level, u64 va, u64 next)
{
	if (next - va != level_size(level))
		return false;
	if (!change->map)
		return true;
	return change->leaf_levels & BIT_ULL(level) &&
	       IS_ALIGNED(change->delta, level_size(level));
}

/*
 * How many tables it takes to do [va, end) in a table of @level, all of whose entries
 * are @shadow if it is NULL.
 */
static u64 count_tables(const struct change *change, unsigned int level,
			const u64 *table, u64 shadow, u64 va, u64 end)
{
	const struct pgtable_format *format = change->pt->format;
	u64 next, entry, count = 0;

	for (; va < end; va = next) {
		next = entry_end(level, va, end);
		if (ends_at(change, level, va, next)) {
			/* So do all the whole entries that follow. */
			next = MAX(next, ALIGN_DOWN(end, level_size(level)));
			continue;
		}
		entry = table ? table[level_index(level, va)] : shadow;
		if (!change->map && !is_present(format, entry))
			continue;
		if (is_table(format, level, entry))
			count += count_tables(change, level - 1,
					      table_of(change->pt, entry), 0, va, next);
		else
			count += 1 + count_tables(change, level - 1, NULL, entry, va, next);
	}
	return count;
}

/* An upper limit of what count_tables() would find, whatever there is already. */
static u64 most_tables(unsigned int top, u64 size)
{
	unsigned int level;
	u64 count = 0;

	for (level = 1; level <= top; level++)
		count += (size >> level_shift(level)) + 2;
	return count;
}

static void write_back(const struct pgtable *pt, const void *start, size_t size)
{
	if (pt->format->write_back)
		pt->format->write_back(start, size);
}

/*
 * Frees @table and the tables below it. Hardware does not reach them any more. @above is how many
 * there are from the root's down to this one, at least: when no more are left of the whole tree,
 * nothing is below, and the rest of the entries need no look. Most of a cell's memory is where its
 * tables begin.
 */
static void free_tables(struct pgtable *pt, unsigned int level, u64 *table, unsigned int above)
{
	unsigned int i;

	for (i = 0; level > 0 && i < ENTRIES && pt->tables > above; i++)
		if (is_table(pt->format, level, table[i])) {
			free_tables(pt, level - 1, table_of(pt, table[i]), above + 1);
			pt->tables--;
		}
	page_free(pt->pool, table, 1);
}

/* Replaces an entry, and frees what hung below it. */
static inline void replace_entry(struct pgtable *pt, unsigned int level, u64 *entry, u64 value)
{
	const u64 old = *entry;

	pgtable_write(entry, value);
	write_back(pt, entry, sizeof(*entry));
	if (is_table(pt->format, level, old)) {
		free_tables(pt, level - 1, table_of(pt, old), 0);
		pt->tables--;
	}
}

/*
 * The table below an entry; made, with the same translation, if there is none. The change
 * proper follows in that table, entry by entry.
 */
static u64 *descend(struct pgtable *pt, unsigned int level, u64 *entry)
{
	const struct pgtable_format *format = pt->format;
	u64 leaf = *entry;
	unsigned int i;
	u64 *table;

	if (is_table(format, level, leaf))
		return table_of(pt, leaf);

	/* count_tables() made sure that there is one. */
	table = page_alloc(pt->pool, 1);
	pt->tables++;
	if (is_present(format, leaf)) {
		if (level == 1)
			leaf &= ~format->leaf_huge_bit;
		for (i = 0; i < ENTRIES; i++, leaf += level_size(level - 1))
			pgtable_write(&table[i], leaf);
	}
	write_back(pt, table, PAGE_SIZE);
	pgtable_write(entry, table_entry(pt, level, table));
	write_back(pt, entry, sizeof(*entry));
	return table;
}

/* Whether the entries [from, to) of @table follow its first one at a distance of @step each. */
static bool adjoin(const u64 *table, unsigned int from, unsigned int to, u64 step)
{
	u64 expected = table[0] + from * step;

	for (; from < to; from++, expected += step)
		if (table[from] != expected)
			return false;
	return true;
}

/*
 * The leaf that translates as the whole of @table does, whose entries are of @level;
 * 0 if there is none. All entries have to be like the first one, and one of them was just
 * written without small_bit: so a table in which any entry has that bit is never merged. Those from
 * @behind on, which follow what was written, are the least likely to fit.
 */
static u64 merged_leaf(const struct pgtable_format *format, unsigned int level,
		       const u64 *table, unsigned int behind)
{
	const u64 first = table[0], step = level_size(level);

	if (!(format->huge_levels & BIT_ULL(level + 1)) || !is_present(format, first) ||
	    is_table(format, level, first) ||
	    !IS_ALIGNED(first & format->addr_mask, step * ENTRIES) ||
	    !adjoin(table, behind, ENTRIES, step) || !adjoin(table, 0, behind, step))
		return 0;
	return first | format->leaf_huge_bit;
}

static bool is_empty(const struct pgtable_format *format, const u64 *table)
{
	unsigned int i;

	for (i = 0; i < ENTRIES; i++)
		if (is_present(format, table[i]))
			return false;
	return true;
}

/* Does away with the table below @entry if it is not needed any more. The change ends at @end. */
static void tidy(const struct change *change, unsigned int level, u64 *entry, u64 end)
{
	const struct pgtable_format *format = change->pt->format;
	const u64 *table = table_of(change->pt, *entry);
	u64 leaf = 0;

	/* The format may have no bit that tells which 4K leaves are to stay. */
	if (change->map && change->leaf_levels > 1)
		leaf = merged_leaf(format, level - 1, table, level_index(level - 1, end));
	if (leaf || (!change->map && is_empty(format, table)))
		replace_entry(change->pt, level, entry, leaf);
}

/* 4K pages: nothing hangs below their entries, so that they need not be written back one by one. */
static void write_pages(const struct pgtable *pt, u64 *entry, u64 *last, u64 value, u64 step)
{
	u64 *at;

	for (at = entry; at < last; at++, value += step)
		pgtable_write(at, value);
	write_back(pt, entry, (size_t)(last - entry) * sizeof(*entry));
}

/* Does all the entries of @level that [va, end) covers completely. Return: their end. */
static u64 apply_run(const struct change *change, unsigned int level, u64 *entry,
		     u64 va, u64 end)
{
	const u64 step = change->map ? level_size(level) : 0;
	const u64 run_end = ALIGN_DOWN(end, level_size(level));
	u64 *last = entry + ((run_end - va) >> level_shift(level));
	u64 value = change->map ? leaf_entry(change, level, va) : 0;

	if (level == 0) {
		write_pages(change->pt, entry, last, value, step);
		return run_end;
	}
	for (; entry < last; entry++, value += step)
		replace_entry(change->pt, level, entry, value);
	return run_end;
}

static void apply(const struct change *change, unsigned int level, u64 *table,
		  u64 va, u64 end)
{
	const struct pgtable_format *format = change->pt->format;
	u64 next, *entry;

	for (; va < end; va = next) {
		next = entry_end(level, va, end);
		entry = &table[level_index(level, va)];
		if (ends_at(change, level, va, next)) {
			next = apply_run(change, level, entry, va, end);
		} else if (change->map || is_present(format, *entry)) {
			apply(change, level - 1, descend(change->pt, level, entry), va, next);
			tidy(change, level, entry, next);
		}
	}
}

static int make_change(const struct change *change, u64 va, u64 size)
{
	struct pgtable *pt = change->pt;
	const unsigned int top = pt->format->levels - 1;
	const u64 reach = level_size(top) * ENTRIES;
	const u64 free = page_pool_free_pages(pt->pool);

	if (!IS_ALIGNED(va | size, PAGE_SIZE) || va > reach || size > reach - va)
		return -EINVAL;
	/* Counting takes as long as the change: only where memory may be short. */
	if (most_tables(top, size) > free &&
	    count_tables(change, top, pt->root, 0, va, va + size) > free)
		return -ENOMEM;
	apply(change, top, pt->root, va, va + size);
	return 0;
}

int pgtable_map(struct pgtable *pt, u64 va, u64 hpa, u64 size, u64 attrs, bool huge)
{
	const struct pgtable_format *format = pt->format;
	const struct change change = {
		.pt = pt,
		.delta = hpa - va,
		.attrs = huge ? attrs : attrs | format->small_bit,
		.leaf_levels = huge ? format->huge_levels | 1 : 1,
		.map = true,
	};

	if (!is_present(format, attrs) ||
	    attrs & (format->addr_mask | format->leaf_huge_bit | format->small_bit |
		     next_level_mask(format)))
		return -EINVAL;
	/* Neither the first nor the last page has an address that does not fit. */
	if (hpa & ~format->addr_mask ||
	    (size && (hpa + size - PAGE_SIZE) & ~format->addr_mask))
		return -EINVAL;
	return make_change(&change, va, size);
}

int pgtable_unmap(struct pgtable *pt, u64 va, u64 size)
{
	const struct change change = { .pt = pt };

	return make_change(&change, va, size);
}

bool pgtable_lookup_leaf(const struct pgtable *pt, u64 va, struct pgtable_leaf *leaf)
{
	const struct pgtable_format *format = pt->format;
	unsigned int level = format->levels - 1;
	const u64 *table = pt->root;
	u64 entry;

	/* Beyond the reach of the levels there is nothing. */
	if (va >> level_shift(level) >= ENTRIES)
		return false;
	while (is_table(format, level, entry = table[level_index(level, va)])) {
		table = table_of(pt, entry);
		level--;
	}
	if (!is_present(format, entry))
		return false;

	leaf->size = level_size(level);
	leaf->va = va & ~(leaf->size - 1);
	leaf->hpa = entry & format->addr_mask & ~(leaf->size - 1);
	leaf->attrs = entry & ~(format->addr_mask | format->small_bit |
				(level > 0 ? format->leaf_huge_bit : 0));
	return true;
}

bool pgtable_lookup(const struct pgtable *pt, u64 va, u64 *hpa, u64 *attrs)
{
	struct pgtable_leaf leaf;

	if (!pgtable_lookup_leaf(pt, va, &leaf))
		return false;
	if (hpa)
		*hpa = leaf.hpa | (va - leaf.va);
	if (attrs)
		*attrs = leaf.attrs;
	return true;
}

int pgtable_init(struct pgtable *pt, const struct pgtable_format *format,
		 struct page_pool *pool)
{
	pt->format = format;
	pt->pool = pool;
	pt->tables = 0;
	pt->root = page_alloc(pool, 1);
	if (!pt->root)
		return -ENOMEM;
	write_back(pt, pt->root, PAGE_SIZE);
	return 0;
}

void pgtable_destroy(struct pgtable *pt)
{
	if (pt->root)
		free_tables(pt, pt->format->levels - 1, pt->root, 0);
	pt->root = NULL;
}
