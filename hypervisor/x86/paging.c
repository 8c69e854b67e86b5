// SPDX-License-Identifier: GPL-2.0-only
/* The hypervisor's own page tables. */
#include "paging.h"
#include "arch.h"
#include "errno.h"

#define PROT_DEVICE	(PROT_DATA | PTE_PCD | PTE_PWT)

#define LEVEL_1G	2
#define ENTRY_INDEX(gva, level)	((gva) >> (PAGE_SHIFT + 9 * (level)) & 511)

static struct pgtable_format format = {
	.levels = 4,
	.huge_levels = BIT_ULL(1),
	.present_mask = PTE_PRESENT,
	.table_attrs = PTE_PRESENT | PTE_WRITE | PTE_ACCESSED,
	.leaf_huge_bit = PTE_HUGE,
	.addr_mask = PTE_ADDR,
};

static struct pgtable common;
static unsigned int remap_used;

static int map_image(u64 start, u64 end, u64 prot)
{
	return pgtable_map(&common, start, start - HV_BASE + boot_info.hv_phys,
			   end - start, prot, true);
}

/* The table whose entries are of @level, on the way from @table to @gva; it exists. */
static u64 *table_at(u64 *table, u64 gva, unsigned int level)
{
	unsigned int l;

	for (l = format.levels - 1; l > level; l--)
		table = (u64 *)((table[ENTRY_INDEX(gva, l)] & PTE_ADDR) -
				boot_info.hv_phys + HV_BASE);
	return table;
}

static void share_1g(u64 *to, const struct pgtable *from, u64 gva)
{
	table_at(to, gva, LEVEL_1G)[ENTRY_INDEX(gva, LEVEL_1G)] =
		table_at(from->root, gva, LEVEL_1G)[ENTRY_INDEX(gva, LEVEL_1G)];
}

static int map_handover_page(struct pgtable *pt, unsigned int slot, u64 area_hpa)
{
	return pgtable_map(pt, (u64)handover_page(slot),
			   area_hpa + PERCPU_PAGE_HANDOVER * PAGE_SIZE, PAGE_SIZE, PROT_DATA,
			   false);
}

/* The transition table, which all CPUs cross on, gets the pages of all of them. */
static int extend_transition(void)
{
	u64 area_hpa = x86_hpa(__core_end);
	struct pgtable pt;
	unsigned int slot;

	if (pgtable_init(&pt, &format, &machine.pool))
		return -ENOMEM;
	for (slot = 0; slot < boot_info.online_cpus; slot++)
		if (map_handover_page(&pt, slot, area_hpa + slot * PERCPU_SIZE))
			return -ENOMEM;
	share_1g((u64 *)(HV_BASE + boot_info.transition_offset), &pt, HV_PERCPU_BASE);
	return 0;
}

int paging_init(void)
{
	u64 pool_start = HV_BASE + boot_info.pool_offset;

	if (read_cr4() & X86_CR4_LA57)
		format.levels = 5;

	/* The transition table and the configuration precede the pool. */
	if (pgtable_init(&common, &format, &machine.pool) ||
	    map_image(HV_BASE, (u64)__text_start, PROT_CONST) ||
	    map_image((u64)__text_start, (u64)__data_start, PROT_TEXT) ||
	    map_image((u64)__data_start, (u64)__core_end, PROT_DATA) ||
	    map_image(HV_BASE + boot_info.transition_offset, pool_start, PROT_DATA) ||
	    map_image(pool_start, HV_BASE + boot_info.hv_size, PROT_DATA))
		return -ENOMEM;

	/*
	 * Have the table of the device area before CPUs copy the entry that leads to it. A page
	 * of our own keeps it.
	 */
	if (pgtable_map(&common, HV_REMAP_BASE + HV_REMAP_PAGES * PAGE_SIZE,
			boot_info.hv_phys, PAGE_SIZE, PROT_CONST, false))
		return -ENOMEM;
	return extend_transition();
}

void *paging_remap(u64 hpa)
{
	u64 gva = HV_REMAP_BASE + remap_used * PAGE_SIZE;

	if (remap_used >= HV_REMAP_PAGES ||
	    pgtable_map(&common, gva, hpa, PAGE_SIZE, PROT_DEVICE, false))
		return NULL;
	remap_used++;
	return (void *)gva;
}

void *paging_map_screen(u64 hpa, u64 size)
{
	const u64 offset = hpa & ~PAGE_MASK;

	if (pgtable_map(&common, HV_SCREEN_BASE, hpa - offset,
			ALIGN_UP(offset + size, PAGE_SIZE), PROT_DEVICE, true))
		return NULL;
	return (void *)(HV_SCREEN_BASE + offset);
}

unsigned int arch_remap_pages(bool used)
{
	return used ? remap_used : HV_REMAP_PAGES;
}

int paging_init_cpu(struct percpu *percpu)
{
	u64 data = percpu->area_hpa + PERCPU_PAGE_DATA * PAGE_SIZE;
	u64 stack = percpu->area_hpa + PERCPU_PAGE_STACK * PAGE_SIZE;
	u64 vendor = percpu->area_hpa + PERCPU_PAGE_VENDOR * PAGE_SIZE;
	struct pgtable pt;
	u64 *table;

	if (pgtable_init(&pt, &format, &machine.pool) ||
	    pgtable_map(&pt, HV_PERCPU_BASE + PERCPU_VA_DATA, data, PAGE_SIZE,
			PROT_DATA, false) ||
	    pgtable_map(&pt, HV_PERCPU_BASE + PERCPU_VA_STACK, stack, PAGE_SIZE,
			PROT_DATA, false) ||
	    pgtable_map(&pt, HV_PERCPU_BASE + PERCPU_VA_VENDOR, vendor,
			VENDOR_MAPPED_PAGES * PAGE_SIZE, PROT_DATA, false) ||
	    map_handover_page(&pt, cpu_slot(percpu->cpu->id), percpu->area_hpa))
		return -ENOMEM;
	share_1g(pt.root, &common, HV_BASE);
	share_1g(pt.root, &common, HV_REMAP_BASE);

	table = table_at(pt.root, HV_PERCPU_BASE, 0);
	percpu->window_pte = &table[PERCPU_VA_WINDOW >> PAGE_SHIFT];
	percpu->link_ptes = &table[PERCPU_VA_LINK >> PAGE_SHIFT];
	percpu->kept_ptes = &table[PERCPU_VA_KEPT >> PAGE_SHIFT];
	percpu->hv_cr3 = page_hpa(&machine.pool, pt.root);
	return 0;
}

void *arch_window(u64 hpa)
{
	paging_set(this_percpu()->window_pte, percpu_window, hpa | PROT_DATA);
	return percpu_window;
}

void *paging_device_window(u64 hpa)
{
	paging_set(this_percpu()->window_pte, percpu_window, (hpa & PAGE_MASK) | PROT_DEVICE);
	return percpu_window + (hpa & ~PAGE_MASK);
}

void arch_window_close(void)
{
	paging_set(this_percpu()->window_pte, percpu_window, 0);
}

/* No CPU remembers what was not present (SDM 3A 4.10.4.3): only what was is invalidated. */
static void link_set(unsigned int n, u64 entry)
{
	u64 *pte = &this_percpu()->link_ptes[n];

	if (*pte)
		paging_set(pte, percpu_link[n], entry);
	else
		*pte = entry;
}

void *arch_link_window(unsigned int n, u64 hpa)
{
	link_set(n, hpa | PROT_DATA);
	return percpu_link[n];
}

void arch_link_windows_close(void)
{
	unsigned int n;

	for (n = 0; n < ARCH_LINK_WINDOWS; n++)
		link_set(n, 0);
}
