// SPDX-License-Identifier: GPL-2.0-only
/* Carve and return: memory that moves between the root cell and another one. */
#include "region.h"
#include "arch.h"
#include "config_check.h"

/* Bits of an address below a table of level L and below. */
#define LEVEL_BITS	9

/* What one call maps at least, a table's worth of 4K pages. */
#define SLICE_SIZE	(PAGE_SIZE << LEVEL_BITS)

/* Iterates @mem over the memory regions of @desc. */
#define for_each_memory(desc, mem)					\
	for ((mem) = config_mem_regions(desc);				\
	     (mem) < config_mem_regions(desc) + (desc)->num_memory_regions; (mem)++)

/* Iterates @mem over the memory regions of the root cell that have a part of @range. */
#define for_each_root_memory(map, n, mem, range)			\
	for ((n) = memory_map_search(map, (range)->phys_start);		\
	     (n) < (map)->count &&					\
	     ((mem) = memory_map_get(map, n))->phys_start <		\
		(range)->phys_start + (range)->size; (n)++)

/* What two ranges have in common; empty if @start is not below @end. */
struct overlap {
	u64 start;
	u64 end;
};

static struct overlap memory_overlap(const struct jailhouse_memory *a,
				     const struct jailhouse_memory *b)
{
	return (struct overlap) {
		.start = MAX(a->phys_start, b->phys_start),
		.end = MIN(a->phys_start + a->size, b->phys_start + b->size),
	};
}

/* Does the root cell lose it to the cell that has it in its configuration? */
static bool changes_hands(const struct jailhouse_memory *mem)
{
	return !(mem->flags & (JAILHOUSE_MEM_COMM_REGION | JAILHOUSE_MEM_ROOTSHARED));
}

static bool is_loadable(const struct jailhouse_memory *mem)
{
	return changes_hands(mem) && mem->flags & JAILHOUSE_MEM_LOADABLE;
}

static bool is_scrubbed(const struct jailhouse_memory *mem)
{
	return changes_hands(mem) && !(mem->flags & JAILHOUSE_MEM_IO);
}

static bool is_huge(const struct jailhouse_memory *mem)
{
	return !(mem->flags & JAILHOUSE_MEM_NO_HUGEPAGES);
}

/* Mapped with 4K pages only. */
static bool is_small(const struct cell *cell, const struct jailhouse_memory *mem)
{
	if (mem->flags & JAILHOUSE_MEM_COMM_REGION)
		return false;
	return !is_huge(mem) ||
	       (cell->machine->small_exec && mem->flags & JAILHOUSE_MEM_EXECUTE);
}

int region_map_cell(struct cell *cell)
{
	const struct jailhouse_memory *mem;
	bool comm;
	int err;

	for_each_memory(cell->desc, mem) {
		if (is_small(cell, mem))
			continue;
		comm = mem->flags & JAILHOUSE_MEM_COMM_REGION;
		err = pgtable_map(&cell->stage2, mem->virt_start,
				  comm ? cell->comm_hpa : mem->phys_start, mem->size,
				  arch_stage2_attrs(mem->flags), true);
		if (err)
			return err;
	}
	return 0;
}

static int map_slices(struct cell *cell, const struct jailhouse_memory *mem, u64 offset,
		      u64 until)
{
	u64 size;
	int err;

	for (; offset < mem->size; offset += size) {
		size = MIN(mem->size - offset, SLICE_SIZE);
		err = pgtable_map(&cell->stage2, mem->virt_start + offset,
				  mem->phys_start + offset, size,
				  arch_stage2_attrs(mem->flags), false);
		if (err)
			return err;
		cell->mapped += size;
		if (arch_read_tsc() >= until)
			return -EAGAIN;
	}
	return 0;
}

int region_map_small(struct cell *cell, u64 until)
{
	const struct jailhouse_memory *mem;
	u64 skip = cell->mapped;
	int err;

	for_each_memory(cell->desc, mem) {
		if (!is_small(cell, mem))
			continue;
		if (skip >= mem->size) {
			skip -= mem->size;
			continue;
		}
		err = map_slices(cell, mem, skip, until);
		if (err)
			return err;
		skip = 0;
	}
	return 0;
}

/* In the root cell, guest-physical is host-physical. */
static int root_map(struct cell *root, u64 start, u64 end, u64 flags)
{
	return pgtable_map(&root->stage2, start, start, end - start,
			   arch_stage2_attrs(flags), !(flags & JAILHOUSE_MEM_NO_HUGEPAGES));
}

static int root_unmap(struct cell *root, const struct jailhouse_memory *mem)
{
	return pgtable_unmap(&root->stage2, mem->phys_start, mem->size);
}

/* Regions that adjoin, with the same rights, are one. */
static int map_root_memory(struct cell *root, const struct memory_map *map)
{
	const struct jailhouse_memory *first, *mem;
	u64 end;
	u32 n = 0;
	int err = 0;

	while (!err && n < map->count) {
		first = memory_map_get(map, n);
		end = first->phys_start;
		do {
			end += memory_map_get(map, n)->size;
			mem = ++n < map->count ? memory_map_get(map, n) : NULL;
		} while (mem && mem->phys_start == end && mem->flags == first->flags);
		err = root_map(root, first->phys_start, end, first->flags);
	}
	return err;
}

int region_map_root(struct cell *cell)
{
	const struct machine *m = cell->machine;
	u64 log_hpa;
	int err;

	err = map_root_memory(cell, &m->root_memory);
	if (err)
		return err;
	err = root_unmap(cell, &m->system->hypervisor_memory);
	if (err)
		return err;

	log_hpa = page_hpa(&m->pool, m->log);
	return root_map(cell, log_hpa, log_hpa + sizeof(*m->log), JAILHOUSE_MEM_READ);
}

/*
 * What devices reach. Their tables are there only if a unit translates what they do.
 */

static bool is_dma(const struct jailhouse_memory *mem)
{
	return mem->flags & JAILHOUSE_MEM_DMA &&
	       mem->flags & (JAILHOUSE_MEM_READ | JAILHOUSE_MEM_WRITE);
}

static int dma_map(struct cell *cell, u64 va, u64 hpa, u64 size, u64 flags)
{
	if (!cell->dma.root)
		return 0;
	return pgtable_map(&cell->dma, va, hpa, size, arch_dma_attrs(flags), true);
}

static int dma_unmap(struct cell *cell, u64 va, u64 size)
{
	return cell->dma.root ? pgtable_unmap(&cell->dma, va, size) : 0;
}

static int out_of_reach(const struct cell *cell, const struct jailhouse_memory *mem)
{
	log_error("cell %s: the IOMMU's tables do not reach 0x%llx-0x%llx (virt_start, flag DMA)",
		  cell->desc->name, mem->virt_start, mem->virt_start + mem->size);
	return -EOVERFLOW;
}

int region_map_dma(struct cell *cell)
{
	const struct jailhouse_memory *hv = &cell->machine->system->hypervisor_memory;
	const struct jailhouse_memory *mem;
	int err = 0;

	for_each_memory(cell->desc, mem) {
		if (is_dma(mem))
			err = dma_map(cell, mem->virt_start, mem->phys_start, mem->size,
				      mem->flags);
		if (err)
			return err == -EINVAL ? out_of_reach(cell, mem) : err;
	}
	/* All other cells have none of it. */
	return cell->id ? 0 : dma_unmap(cell, hv->phys_start, hv->size);
}

/* What the root cell may lose, or get back, of @mem: its own access, or its devices'. */
typedef int (*part_change)(struct cell *root, const struct jailhouse_memory *of_root,
			   struct overlap part);

static int return_access(struct cell *root, const struct jailhouse_memory *of_root,
			 struct overlap part)
{
	return root_map(root, part.start, part.end, of_root->flags);
}

static int return_dma(struct cell *root, const struct jailhouse_memory *of_root,
		      struct overlap part)
{
	return is_dma(of_root) ? dma_map(root, part.start, part.start, part.end - part.start,
					 of_root->flags) : 0;
}

static void return_parts(struct cell *root, const struct jailhouse_memory *mem, part_change change)
{
	const struct memory_map *map = &root->machine->root_memory;
	const struct jailhouse_memory *of_root;
	int err = 0;
	u32 n;

	for_each_root_memory(map, n, of_root, mem)
		err = change(root, of_root, memory_overlap(mem, of_root)) ?: err;
	if (err)
		log_printf("BUG: no page to give 0x%llx-0x%llx back to the root cell\n",
			   mem->phys_start, mem->phys_start + mem->size);
}

static int return_memory(struct cell *root, const struct jailhouse_memory *mem)
{
	return_parts(root, mem, return_access);
	return_parts(root, mem, return_dma);
	return 0;
}

static int take_memory(struct cell *root, const struct jailhouse_memory *mem)
{
	int err = root_unmap(root, mem);

	if (err)
		return err;
	err = dma_unmap(root, mem->phys_start, mem->size);
	if (err)
		return_parts(root, mem, return_access);
	return err;
}

static int load_memory(struct cell *root, const struct jailhouse_memory *mem)
{
	return root_map(root, mem->phys_start, mem->phys_start + mem->size,
			JAILHOUSE_MEM_READ | JAILHOUSE_MEM_WRITE);
}

typedef bool (*memory_filter)(const struct jailhouse_memory *mem);
typedef int (*memory_change)(struct cell *root, const struct jailhouse_memory *mem);

/* For all regions of a cell that are wanted, or for none: then those done are undone. */
static int change_all(struct cell *cell, memory_filter wanted, memory_change change,
		      memory_change undo)
{
	const struct jailhouse_memory *first = config_mem_regions(cell->desc), *mem;
	struct cell *root = cell->machine->root;
	int err;

	for_each_memory(cell->desc, mem) {
		err = wanted(mem) ? change(root, mem) : 0;
		if (!err)
			continue;
		while (mem-- > first)
			if (wanted(mem))
				undo(root, mem);
		return err;
	}
	return 0;
}

int region_carve(struct cell *cell)
{
	return change_all(cell, changes_hands, take_memory, return_memory);
}

void region_return(struct cell *cell)
{
	const struct jailhouse_memory *mem;

	for_each_memory(cell->desc, mem)
		if (changes_hands(mem))
			return_memory(cell->machine->root, mem);
}

int region_load(struct cell *cell)
{
	return change_all(cell, is_loadable, load_memory, root_unmap);
}

int region_unload(struct cell *cell)
{
	return change_all(cell, is_loadable, root_unmap, load_memory);
}

/* Tables that each cover 1 << @shift bytes and hold a part of [@start, @end) only. */
static u64 partial_tables(u64 start, u64 end, unsigned int shift)
{
	const u64 size = 1ULL << shift;
	const bool low = !IS_ALIGNED(start, size), high = !IS_ALIGNED(end, size);

	if (start >> shift == (end - 1) >> shift)
		return low || high;
	return (u64)low + high;
}

/* Tables that may be missing when [@start, @end) is mapped, all levels together. */
static u64 missing_tables(const struct pgtable_format *format, u64 start, u64 end, bool huge)
{
	unsigned int level, shift = PAGE_SHIFT;
	u64 tables = 0;

	for (level = 1; level < format->levels; level++) {
		shift += LEVEL_BITS;
		if (huge && format->huge_levels & 1U << level)
			tables += partial_tables(start, end, shift);
		else
			tables += ((end - 1) >> shift) - (start >> shift) + 1;
	}
	return tables;
}

u64 region_small_tables(const struct cell *cell)
{
	const struct jailhouse_memory *mem;
	u64 tables = 0;

	for_each_memory(cell->desc, mem)
		if (is_small(cell, mem))
			tables += missing_tables(cell->stage2.format, mem->virt_start,
						 mem->virt_start + mem->size, false);
	return tables;
}

u64 region_reserve(const struct cell *cell)
{
	const struct memory_map *map = &cell->machine->root_memory;
	const struct cell *root = cell->machine->root;
	const struct jailhouse_memory *mem, *of_root;
	struct overlap part;
	u64 tables = 0;
	u32 n;

	for_each_memory(cell->desc, mem) {
		if (!changes_hands(mem))
			continue;
		for_each_root_memory(map, n, of_root, mem) {
			part = memory_overlap(mem, of_root);
			tables += missing_tables(root->stage2.format, part.start, part.end,
						 is_huge(of_root));
			if (root->dma.root && is_dma(of_root))
				tables += missing_tables(root->dma.format, part.start, part.end,
							 true);
		}
	}
	return tables;
}

/* A device may get past the caches, in which the zeros may be still, to what was there before. */
static void scrub_page(const struct cell *cell, void *page)
{
	const struct pgtable_format *dma = cell->dma.format;

	page_fill(page, 0);
	if (cell->dma.root && dma->scrubbed && cell->desc->num_pci_devices)
		dma->scrubbed(page, PAGE_SIZE);
}

/* From @offset on; returns false when the time is over. */
static bool scrub_memory(const struct cell *cell, const struct jailhouse_memory *mem, u64 offset,
			 u64 *cursor, u64 until)
{
	for (; offset < mem->size; offset += PAGE_SIZE) {
		scrub_page(cell, arch_window(mem->phys_start + offset));
		*cursor += PAGE_SIZE;
		if (arch_read_tsc() >= until)
			return false;
	}
	return true;
}

bool region_scrub(const struct cell *cell, u64 *cursor, u64 until)
{
	const struct jailhouse_memory *mem;
	u64 skip = *cursor;
	bool done = true;

	for_each_memory(cell->desc, mem) {
		if (!is_scrubbed(mem))
			continue;
		if (skip >= mem->size) {
			skip -= mem->size;
			continue;
		}
		done = scrub_memory(cell, mem, skip, cursor, until);
		if (!done)
			break;
		skip = 0;
	}
	arch_window_close();
	return done;
}
