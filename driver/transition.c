// SPDX-License-Identifier: GPL-2.0-only
/*
 * The transition page table, on which the CPUs cross from Linux to the hypervisor and back:
 * its lower half is the hypervisor, at the address that it is linked to, its upper half is
 * Linux's.
 */
#include "transition.h"
#include "firmware.h"

#include <linux/bits.h>
#include <linux/errno.h>
#include <linux/string.h>
#include <asm/cpufeature.h>
#include <asm/page.h>
#include <asm/pgtable_types.h>
#include <asm/processor.h>

#include <jailhouse/console.h>
#include <jailhouse/cell_config.h>
#include <jailhouse/image_header.h>
#include <pgtable.h>

#define KERNEL_HALF	(PTRS_PER_PGD / 2)

/* Nothing is both writable and executable. */
#define ATTR_TEXT	(_PAGE_PRESENT | _PAGE_ACCESSED)
#define ATTR_CONSTANTS	(ATTR_TEXT | _PAGE_NX)
#define ATTR_DATA	(ATTR_TEXT | _PAGE_NX | _PAGE_RW | _PAGE_DIRTY)

/* With page-table isolation, bit 12 of CR3 tells the kernel's table from the user's. */
#define ROOT_PAGES	2

static int map(struct pgtable *pt, const struct hypervisor_memory *mem, u64 start, u64 end,
	       u64 attrs)
{
	return pgtable_map(pt, JAILHOUSE_BASE + start, mem->phys + start, end - start, attrs,
			   true);
}

static int map_all(struct pgtable *pt, const struct hypervisor_memory *mem)
{
	const struct jailhouse_header *header = mem->header;
	int err;

	err = map(pt, mem, 0, header->text_offset, ATTR_CONSTANTS);
	if (!err)
		err = map(pt, mem, header->text_offset, header->data_offset, ATTR_TEXT);
	return err ?: map(pt, mem, header->data_offset, mem->size, ATTR_DATA);
}

/**
 * jh_transition_make() - build the table, but for Linux's half
 * @mem: hypervisor memory, with the image in place; receives where the table is
 * @next: offset of the first byte of it that is not used yet; receives that behind the tables
 *
 * Return: 0 or -ENOSPC.
 */
int jh_transition_make(struct hypervisor_memory *mem, u64 *next)
{
	const struct pgtable_format format = {
		.levels = pgtable_l5_enabled() ? 5 : 4,
		.huge_levels = BIT_ULL(1),
		.present_mask = _PAGE_PRESENT,
		.table_attrs = _PAGE_PRESENT | _PAGE_RW | _PAGE_ACCESSED,
		.leaf_huge_bit = _PAGE_PSE,
		.addr_mask = GENMASK_ULL(51, PAGE_SHIFT),
	};
	struct page_pool pool;
	struct pgtable pt = { .format = &format, .pool = &pool };

	if (*next > mem->size || mem->size - *next < 2 * PAGE_SIZE)
		return -ENOSPC;
	page_pool_init(&pool, mem->virt + *next, mem->phys + *next, mem->size - *next);
	pt.root = page_alloc_aligned(&pool, ROOT_PAGES, ROOT_PAGES);
	if (!pt.root || map_all(&pt, mem))
		return -ENOSPC;
	mem->transition = pt.root;
	mem->boot->transition_offset = (void *)pt.root - mem->virt;
	/* A page that was left out to align the root has become one of the tables below it. */
	*next += pool.used * PAGE_SIZE;
	return 0;
}

/**
 * jh_transition_copy_kernel_half() - make the table know Linux's mappings
 * @mem: hypervisor memory
 *
 * They change while Linux runs: to be called in the moment in which all CPUs enter, on
 * one of them.
 */
void jh_transition_copy_kernel_half(struct hypervisor_memory *mem)
{
	const u64 *linux_table = __va(read_cr3_pa());

	memcpy(mem->transition + KERNEL_HALF, linux_table + KERNEL_HALF,
	       KERNEL_HALF * sizeof(u64));
}
