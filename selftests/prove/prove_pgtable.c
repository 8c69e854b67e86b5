// SPDX-License-Identifier: GPL-2.0-only
/* SOURCES: core/page_pool.c core/string.c */
/* RUN: any two changes, and one of everything, at each write; with any memory left */
/* FAULT: core/pgtable.c s/for (i = 0; i < ENTRIES; i++, leaf/for (i = 1; i < ENTRIES; i++, leaf/ */
/* FAULT: core/pgtable.c s/leaf &= ~format->leaf_huge_bit;/;/ */
/* FAULT: core/pgtable.c s/IS_ALIGNED(change->delta, level_size(level));/true;/ */
/* FAULT: core/pgtable.c s/!IS_ALIGNED(first & format->addr_mask, step \* ENTRIES))/0)/ */
/* FAULT: core/pgtable.c s/if (table\[i\] != first + i \* step)/if (0)/ */
/* FAULT: core/pgtable.c s/if (!change->map && is_empty(format, table))/if (!change->map)/ */
/* FAULT: core/pgtable.c s/pgtable_write(entry, value)/see_write(entry, 0), see_write(entry, value)/ */
/* FAULT: core/pgtable.c s/level \* pt->format->next_level;/pt->format->next_level;/ */
/* FAULT: core/pgtable.c s/const u64 step = change->map ? level_size(level) : 0;/u64 step = 0;/ */
/*
 * Page tables never translate an address to anything but what it was given before a change or
 * is given by it, at whatever store the hardware walks them: so nobody reaches through them what
 * was not mapped. After the change it is the new translation, for each address; a table that
 * hangs in the tree is not free; and a change that there is no memory for changes nothing.
 *
 * Any two changes of ranges whose ends are at, a page before or a page behind places where large
 * leaves of both sizes begin, mapped to where leaves of 1G, of 2M or of 4K fit, with two kinds of
 * rights, as large or as small leaves; then one of everything, which merges or takes away what
 * they have left. Formats with and without leaves of 1G and a bit that keeps small leaves, and one
 * whose entries say which level comes next, that one with memory enough. At
 * each store the pages at both sides of these places are looked at, and all that there is at
 * the end of each change. Changes of more than 1,100 entries are left out.
 */
#include "prove.h"
#include "errno.h"
#include "page_pool.h"

static void see_write(u64 *entry, u64 value);
#define pgtable_write(entry, value) see_write(entry, value)
#include "pgtable.c"

#define K4	0x1000ULL
#define M2	0x200000ULL
#define G1	0x40000000ULL

static const struct pgtable_format formats[] = {
	{
		.levels = 4, .huge_levels = 7, .present_mask = 7, .table_attrs = 7,
		.leaf_huge_bit = 0x80, .small_bit = 0x800, .addr_mask = 0x000ffffffffff000,
	}, {
		.levels = 3, .huge_levels = 3, .present_mask = 3, .table_attrs = 3,
		.leaf_huge_bit = 0x80, .addr_mask = 0x000ffffffffff000,
	}, {
		.levels = 3, .huge_levels = 6, .present_mask = 1, .table_attrs = 7,
		.next_level = 0x200, .addr_mask = 0x000ffffffffff000,
	},
};

static const u64 places[] = { G1 - K4, G1, G1 + K4, G1 + M2, G1 + 2 * M2, 2 * G1 };
static const u64 deltas[] = { 4 * G1, 3 * M2, 5 * K4 };
static const u64 rights[] = { 7, 1 };

#define PLACES	ARRAY_SIZE(places)
#define PROBES	(2 * PLACES)

/* One call. */
struct step {
	bool map, huge;
	u64 va, size, delta, attrs;
};

#define POOL_PAGES	24U
#define POOL_HPA	0x3a400000ULL

static u8 memory[POOL_PAGES * PAGE_SIZE] __attribute__((aligned(4096)));
static struct page_pool pool;
static struct pgtable pt;
static struct step steps[3];
static unsigned int num_steps;

/* What each probe translated to before the change that is under way, and will; 0: nothing. */
static u64 before[PROBES], after[PROBES];
static bool watching;
static unsigned int writes;

static u64 probe(unsigned int n)
{
	return places[n / 2] - (n % 2 ? K4 : 0);
}

/* By the first @count changes: address and rights. */
static u64 meant(u64 va, unsigned int count)
{
	const struct step *step;

	while (count--) {
		step = &steps[count];
		if (va >= step->va && va - step->va < step->size)
			return step->map ? (va + step->delta) | step->attrs : 0;
	}
	return 0;
}

static bool in_use(const u64 *table)
{
	u64 page = (u64)((const u8 *)table - memory) / PAGE_SIZE;

	return page < POOL_PAGES && pool.bitmap[0] & BIT_ULL(page);
}

/* Some entries say of themselves what they are, others which level comes next: none. */
static bool ends_here(u64 entry, unsigned int level)
{
	const u64 next = pt.format->next_level;

	if (!level)
		return true;
	return next ? !(entry / next % 8) : entry & pt.format->leaf_huge_bit;
}

/* As the hardware walks. */
static u64 walk(u64 va)
{
	const struct pgtable_format *format = pt.format;
	unsigned int level = format->levels - 1;
	const u64 *table = pt.root;
	u64 entry, size;

	for (;; level--) {
		PROVE(in_use(table), "a table in the tree is in use");
		size = level_size(level);
		entry = table[va / size % ENTRIES];
		if (!(entry & format->present_mask))
			return 0;
		if (ends_here(entry, level))
			break;
		PROVE((entry & ~format->addr_mask) ==
		      format->table_attrs + level * format->next_level,
		      "tables have their rights, and are the next level");
		table = page_virt(&pool, entry & format->addr_mask);
	}
	PROVE(!(entry & format->addr_mask & (size - 1)), "leaves are aligned");
	PROVE(!level || format->huge_levels & BIT_ULL(level), "leaves are where there may be some");
	if (level)
		entry &= ~format->leaf_huge_bit;
	entry &= ~format->small_bit;
	return (entry + (va & (size - 1) & ~(K4 - 1)));
}

static void see_write(u64 *entry, u64 value)
{
	unsigned int n;
	u64 got;

	*entry = value;
	writes++;
	for (n = 0; watching && n < PROBES; n++) {
		got = walk(probe(n));
		PROVE(got == before[n] || got == after[n], "a walk finds the old or the new");
	}
}

/* What a leaf translates is meant so, from its first page to its last. */
static void check_leaf(u64 va, u64 size, u64 leaf)
{
	unsigned int n;

	PROVE(meant(va, num_steps) == leaf, "leaves begin as they are meant");
	PROVE(meant(va + size - K4, num_steps) == leaf + size - K4, "leaves end as they are meant");
	for (n = 0; n < PLACES; n++)
		if (places[n] > va && places[n] - va < size)
			PROVE(meant(places[n], num_steps) == leaf + (places[n] - va),
			      "leaves cover what they are meant to cover");
}

/* Return: bytes that are mapped. */
static u64 check_tables(const u64 *table, unsigned int level, u64 va)
{
	const u64 size = level_size(level);
	unsigned int i;
	u64 sum = 0;

	PROVE(in_use(table), "a table in the tree is in use");
	for (i = 0; i < ENTRIES; i++, va += size) {
		if (is_table(pt.format, level, table[i])) {
			sum += check_tables(table_of(&pt, table[i]), level - 1, va);
		} else if (is_present(pt.format, table[i])) {
			check_leaf(va, size, walk(va));
			sum += size;
		}
	}
	return sum;
}

static u64 meant_to_be_mapped(void)
{
	unsigned int n;
	u64 sum = 0;

	for (n = 0; n + 1 < PLACES; n++)
		if (meant(places[n], num_steps))
			sum += places[n + 1] - places[n];
	return sum;
}

static void check_all(void)
{
	PROVE(check_tables(pt.root, pt.format->levels - 1, 0) == meant_to_be_mapped(),
	      "as much is mapped as is meant to be");
}

static bool is_short(const struct step *step)
{
	u64 leaf = !step->map || step->delta == deltas[0] ? G1 : step->delta == deltas[1] ? M2 : K4;

	if (step->map && !step->huge)
		leaf = K4;
	return step->size / MIN(leaf, step->map && leaf == G1 && !(pt.format->huge_levels & 4) ?
				M2 : leaf) <= 1100;
}

/* Every change there is, by number. Return: false behind the last. */
static bool step_of(unsigned int n, struct step *step)
{
	unsigned int from = n % PLACES, to = n / PLACES % PLACES, kind = n / PLACES / PLACES;

	if (kind > 4 * ARRAY_SIZE(deltas))
		return false;
	*step = (struct step) {
		.map = kind > 0,
		.va = places[from],
		.size = to > from ? places[to] - places[from] : 0,
	};
	if (kind--) {
		step->huge = kind % 2;
		step->attrs = rights[kind / 2 % 2];
		step->delta = deltas[kind / 4];
	}
	return true;
}

static int call(const struct step *step)
{
	if (!step->map)
		return pgtable_unmap(&pt, step->va, step->size);
	return pgtable_map(&pt, step->va, step->va + step->delta, step->size, step->attrs,
			   step->huge);
}

static void change(const struct step *step)
{
	unsigned int n;
	int err;

	steps[num_steps++] = *step;
	for (n = 0; n < PROBES; n++) {
		before[n] = meant(probe(n), num_steps - 1);
		after[n] = meant(probe(n), num_steps);
	}
	writes = 0;
	watching = true;
	err = call(step);
	watching = false;
	if (err) {
		PROVE(err == -ENOMEM && !writes, "a change that fails changes nothing");
		num_steps--;
	}
	check_all();
}

static void start(const struct pgtable_format *format, const struct step *first)
{
	num_steps = 0;
	page_pool_init(&pool, memory, POOL_HPA, sizeof(memory));
	PROVE(!pgtable_init(&pt, format, &pool), "there is memory for a tree");
	change(first);
}

/* Of everything at once: what is left is merged, or taken away. */
static void finish(bool map)
{
	const struct step all = {
		.map = map, .huge = true, .va = G1 - K4, .size = G1 + K4,
		.delta = deltas[0], .attrs = rights[0],
	};

	change(&all);
	pgtable_destroy(&pt);
	PROVE(pool.used == 1, "no table is lost");
}

/* As long as memory is short, the second change may fail. */
static void in_little_memory(const struct pgtable_format *format, const struct step *first,
			     const struct step *second)
{
	unsigned int left;

	for (left = 0; left < 4; left++) {
		start(format, first);
		PROVE(page_alloc(&pool, POOL_PAGES - pool.used - left), "memory is taken");
		change(second);
	}
}

static void with(const struct pgtable_format *format)
{
	struct step first, second;
	unsigned int n, m;

	pt.format = format;
	for (n = 0; step_of(n, &first); n++) {
		if (!first.size || !is_short(&first))
			continue;
		for (m = 0; step_of(m, &second); m++) {
			if (!second.size || !is_short(&second))
				continue;
			start(format, &first);
			change(&second);
			finish((n + m) % 2);
			if (first.huge && first.delta == deltas[0] && !format->next_level)
				in_little_memory(format, &first, &second);
		}
	}
}

int main(void)
{
	unsigned int n;

	for (n = 0; n < ARRAY_SIZE(formats); n++)
		with(&formats[n]);
	REACHED();
	return 0;
}
