// SPDX-License-Identifier: GPL-2.0-only
/* What must never be on the fake machine, and what has changed on it. */
#include "fake.h"
#include "arch.h"
#include "cell.h"
#include "cell_state.h"
#include "link.h"
#include "string.h"

static u32 count_tables(const struct pgtable_format *format, const u64 *table, unsigned int level)
{
	u32 count = 1;
	unsigned int n;

	for (n = 0; level > 0 && n < 512; n++)
		if (table[n] & format->present_mask && !(table[n] & format->leaf_huge_bit))
			count += count_tables(format, page_virt(&machine.pool,
								table[n] & format->addr_mask),
					      level - 1);
	return count;
}

static u32 tables_of(const struct pgtable *pt)
{
	return pt->root ? count_tables(pt->format, pt->root, pt->format->levels - 1) : 0;
}

static u32 pages_of(const struct cell *cell)
{
	const size_t desc = cell_is_root(cell) ? 0 : cell->desc->total_size;
	u32 pages = (u32)((ALIGN_UP(sizeof(*cell), 16) + desc + PAGE_SIZE - 1) / PAGE_SIZE);

	pages += PIO_BITMAP_PAGES + 1 + 1;	/* I/O bitmap, MMIO table, fake's page */
	pages += cell->comm ? 1 : 0;
	pages += cell->console ? 1 : 0;
	pages += cell->links ? 1 + cell->desc->num_links : 0;
	return pages + tables_of(&cell->stage2) + tables_of(&cell->dma);
}

/* Pages that the test itself took out of the pool. */
static void *filling[FAKE_HV_SIZE / 4096];
static unsigned int num_filling;

static const char *broken_pool(void)
{
	const u32 bitmap = (machine.pool.pages + 8 * 4096 - 1) / (8 * 4096);
	const struct cell *cell;
	u32 used = bitmap + num_filling;

	for_each_cell(&machine, cell)
		used += pages_of(cell);
	return used == machine.pool.used ? NULL : "pages are in use without a user";
}

static bool region_has(const struct jailhouse_memory *mem, u64 hpa)
{
	return !(mem->flags & JAILHOUSE_MEM_COMM_REGION) && hpa >= mem->phys_start &&
	       hpa - mem->phys_start < mem->size;
}

/* The region of a cell that has @hpa, NULL if there is none. */
static const struct jailhouse_memory *region_of(const struct jailhouse_cell_desc *desc, u64 hpa)
{
	const struct jailhouse_memory *mem = config_mem_regions(desc);
	u32 n;

	for (n = 0; n < desc->num_memory_regions; n++)
		if (region_has(&mem[n], hpa))
			return &mem[n];
	return NULL;
}

/* The attributes that the root cell should have for @hpa, 0 for none. */
static u64 root_attrs(u64 hpa)
{
	const struct jailhouse_memory *mem = region_of(machine.root->desc, hpa);
	const struct jailhouse_memory *taken;
	const struct cell *cell;

	if (hpa >= FAKE_HV_START && hpa < FAKE_HV_START + sizeof(*machine.log))
		return JAILHOUSE_MEM_READ;
	if (!mem || (hpa >= FAKE_HV_START && hpa < FAKE_HV_START + FAKE_HV_SIZE))
		return 0;
	for_each_cell(&machine, cell) {
		taken = cell_is_root(cell) ? NULL : region_of(cell->desc, hpa);
		if (!taken || taken->flags & JAILHOUSE_MEM_ROOTSHARED)
			continue;
		if (!cell->loadable || !(taken->flags & JAILHOUSE_MEM_LOADABLE))
			return 0;
		return arch_stage2_attrs(JAILHOUSE_MEM_READ | JAILHOUSE_MEM_WRITE);
	}
	return arch_stage2_attrs(mem->flags);
}

static bool root_page_right(u64 hpa)
{
	u64 found = 0, attrs = 0, want = root_attrs(hpa);

	if (!pgtable_lookup(&machine.root->stage2, hpa, &found, &attrs))
		return !want;
	return want && found == hpa && attrs == want;
}

static const char *broken_root_memory(void)
{
	u64 hpa;

	for (hpa = 0; hpa < FAKE_RAM_SIZE; hpa += PAGE_SIZE)
		if (!root_page_right(hpa))
			return "the root cell has wrong rights to RAM";
	for (hpa = FAKE_IO_START; hpa < FAKE_IO_START + FAKE_IO_SIZE; hpa += PAGE_SIZE)
		if (!root_page_right(hpa))
			return "the root cell has wrong rights to registers";
	return NULL;
}

/* The first entry of a table at which the first present leaf of the tree lies. */
static u64 pages_below(const struct pgtable_format *format, const u64 *table, unsigned int level)
{
	u64 pages = 0;
	unsigned int n;

	for (n = 0; n < 512; n++) {
		if (!(table[n] & format->present_mask))
			continue;
		if (!level || table[n] & format->leaf_huge_bit)
			pages += 1ULL << 9 * level;
		else
			pages += pages_below(format, page_virt(&machine.pool,
							       table[n] & format->addr_mask),
					     level - 1);
	}
	return pages;
}

static u64 mapped_pages(const struct pgtable *pt)
{
	return pt->root ? pages_below(pt->format, pt->root, pt->format->levels - 1) : 0;
}

/* May devices of the root cell reach it? What is loaded is not meant for them. */
static bool root_dma(u64 hpa)
{
	const struct jailhouse_memory *mem = region_of(machine.root->desc, hpa), *taken;
	const struct cell *cell;

	if (!mem || !(mem->flags & JAILHOUSE_MEM_DMA) ||
	    (hpa >= FAKE_HV_START && hpa < FAKE_HV_START + FAKE_HV_SIZE))
		return false;
	for_each_cell(&machine, cell) {
		taken = cell_is_root(cell) ? NULL : region_of(cell->desc, hpa);
		if (taken && !(taken->flags & JAILHOUSE_MEM_ROOTSHARED))
			return false;
	}
	return true;
}

static const char *broken_root_dma(void)
{
	u64 hpa, found, attrs, pages = 0;
	bool mapped;

	for (hpa = 0; machine.root->dma.root && hpa < FAKE_RAM_SIZE; hpa += PAGE_SIZE) {
		mapped = pgtable_lookup(&machine.root->dma, hpa, &found, &attrs);
		if (mapped != root_dma(hpa) || (mapped && (found != hpa || attrs != 3)))
			return "devices of the root cell reach the wrong memory";
		pages += mapped;
	}
	return mapped_pages(&machine.root->dma) == pages ? NULL :
		"devices of the root cell reach more than RAM";
}

/* Devices of a cell reach its regions that say so, where it has them, and nothing else. */
static const char *broken_cell_dma(const struct cell *cell)
{
	const struct jailhouse_memory *mem = config_mem_regions(cell->desc);
	u64 offset, hpa, attrs, pages = 0;
	u32 n;

	for (n = 0; cell->dma.root && n < cell->desc->num_memory_regions; n++) {
		if (!(mem[n].flags & JAILHOUSE_MEM_DMA))
			continue;
		pages += mem[n].size / PAGE_SIZE;
		for (offset = 0; offset < mem[n].size; offset += PAGE_SIZE)
			if (!pgtable_lookup(&cell->dma, mem[n].virt_start + offset, &hpa, &attrs) ||
			    hpa != mem[n].phys_start + offset || attrs != (mem[n].flags & 3))
				return "devices of a cell reach the wrong memory";
	}
	return mapped_pages(&cell->dma) == pages ? NULL : "devices of a cell reach too much";
}

/* A cell has what its configuration says, with those rights, and nothing else. */
static const char *broken_cell_memory(const struct cell *cell)
{
	const struct jailhouse_memory *mem = config_mem_regions(cell->desc);
	u64 offset, hpa, attrs, want, pages = 0;
	const struct link_end *end;
	u32 n;

	for (n = 0; n < cell->desc->num_memory_regions; n++) {
		pages += mem[n].size / PAGE_SIZE;
		for (offset = 0; offset < mem[n].size; offset += PAGE_SIZE) {
			want = mem[n].phys_start + offset;
			if (mem[n].flags & JAILHOUSE_MEM_COMM_REGION)
				want = page_hpa(&machine.pool, cell->comm);
			if (!pgtable_lookup(&cell->stage2, mem[n].virt_start + offset, &hpa,
					    &attrs) ||
			    hpa != want || attrs != arch_stage2_attrs(mem[n].flags))
				return "a cell has wrong memory";
		}
	}
	for_each_link(cell, end) {
		pages++;
		if (!pgtable_lookup(&cell->stage2, end->config->address, &hpa, &attrs) ||
		    hpa != page_hpa(&machine.pool, end->registers) ||
		    attrs != arch_stage2_attrs(ARCH_MEM_REGISTERS))
			return "a cell cannot read the registers of a link, or write to them";
	}
	if (mapped_pages(&cell->stage2) != pages)
		return "a cell has more memory than configured";
	return NULL;
}

static const char *broken_cpus(void)
{
	const struct cell *cell;
	const struct cpu *cpu;
	struct cpu_set seen = { { 0 } }, twice;
	unsigned int n;

	for_each_cell(&machine, cell) {
		twice = cpu_set_and(&cell->cpus, &seen);
		if (cpu_set_empty(&cell->cpus) || !cpu_set_empty(&twice))
			return "a CPU has two owners, or a cell has none";
		seen = cpu_set_or(&seen, &cell->cpus);
		for_each_cpu_in(n, &cell->cpus) {
			cpu = &machine.cpus[n];
			if (cpu->cell != cell)
				return "a CPU does not know its owner";
			if (fake.cpu[n].hung)
				continue;
			if (fake.cpu[n].held || (cpu->requests && cpu->present))
				return "a CPU has unfinished business";
			if (fake.cpu[n].serves != cell->arch.serial)
				return "a CPU works with the tables of a former owner";
			if (fake.cpu[n].state == FAKE_GUEST && cpu->parked)
				return "a parked CPU runs";
			if (fake.cpu[n].state == FAKE_IDLE && !cpu->parked)
				return "an idle CPU is not parked";
			if (fake.cpu[n].state == FAKE_GUEST && cell->state != CELL_RUNNING &&
			    cell->state != CELL_RUNNING_LOCKED)
				return "a CPU runs in a cell that does not";
		}
	}
	for (n = 0; n < machine.num_cpus; n++)
		if (machine.cpus[n].present && !cpu_set_has(&seen, n))
			return "a CPU has no owner";
	return NULL;
}

static bool pio_has(const struct jailhouse_cell_desc *desc, u32 port, unsigned int without)
{
	const struct jailhouse_pio *pio = config_pio(desc);
	u32 n;

	for (n = 0; n < desc->num_pio_regions; n++)
		if (!(pio[n].flags & without) && port >= pio[n].base &&
		    port - pio[n].base < pio[n].length)
			return true;
	return false;
}

static const char *broken_ports(void)
{
	const struct cell *cell;
	bool want;
	u32 port;

	for (port = 0; port < 2 * FAKE_PORTS; port++) {
		want = pio_has(machine.root->desc, port, JAILHOUSE_PIO_IGNORE);
		for_each_cell(&machine, cell)
			if (!cell_is_root(cell) &&
			    pio_has(cell->desc, port,
				    JAILHOUSE_PIO_IGNORE | JAILHOUSE_PIO_ROOTSHARED))
				want = false;
		if (port >= FAKE_PM_TIMER && port < FAKE_PM_TIMER + PIO_PM_TIMER_LENGTH)
			want = true;
		if (pio_granted(machine.root->io_bitmap, (u16)port, 1) != want)
			return "the root cell has wrong ports";
	}
	return NULL;
}

const char *fake_broken(void)
{
	const char *what = NULL;
	const struct cell *cell;

	if (machine.op.busy)
		return "the lock of management operations is taken";
	if (fake.window_open || fake.link_windows_open)
		return "a window is open";
	if (fake.moved_unsuspended)
		return "devices moved while CPUs were running";
	if (fake.unexplained)
		return "a refusal does not say why";
	if (fake.reached_by_devices)
		return "devices could write to memory that was scrubbed";
	if (fake.dma_stale)
		return "units keep what devices reached before";
	if (machine.disable.state || machine.disable.inside)
		return "CPUs are disabling the hypervisor";
	for_each_cell(&machine, cell) {
		if (cell_is_root(cell))
			continue;
		what = what ?: broken_cell_memory(cell) ?: broken_cell_dma(cell);
		if (!cell->arch.devices_moved)
			what = "devices did not move";
		if (cell->arch.devices_run != cell_state_running(cell_state(cell)))
			what = "devices do not run as their cell does";
	}
	what = what ?: broken_pool();
	what = what ?: broken_root_memory() ?: broken_root_dma();
	what = what ?: broken_cpus();
	return what ?: broken_ports();
}

static u64 root_translation(u64 gpa)
{
	u64 hpa, attrs;

	return pgtable_lookup(&machine.root->stage2, gpa, &hpa, &attrs) ? hpa | attrs : 0;
}

void fake_snapshot(struct fake_snapshot *snapshot)
{
	unsigned int n;

	memset(snapshot, 0, sizeof(*snapshot));
	snapshot->pool_used = machine.pool.used;
	snapshot->root_cpus = machine.root->cpus;
	memcpy(snapshot->ports, machine.root->io_bitmap, sizeof(snapshot->ports));
	for (n = 0; n < FAKE_PAGES; n++)
		snapshot->ram[n] = root_translation(n * PAGE_SIZE);
	for (n = 0; n < FAKE_IO_PAGES; n++)
		snapshot->io[n] = root_translation(FAKE_IO_START + n * PAGE_SIZE);
	for (n = 0; machine.root->dma.root && n < FAKE_PAGES; n++)
		snapshot->dma[n] = pgtable_lookup(&machine.root->dma, n * PAGE_SIZE, NULL, NULL);
}

const char *fake_changed(const struct fake_snapshot *before)
{
	static struct fake_snapshot now;

	fake_snapshot(&now);
	if (now.pool_used != before->pool_used)
		return "pages of the pool";
	if (!cpu_set_equal(&now.root_cpus, &before->root_cpus))
		return "CPUs of the root cell";
	if (memcmp(now.ports, before->ports, sizeof(now.ports)))
		return "ports of the root cell";
	if (memcmp(now.ram, before->ram, sizeof(now.ram)))
		return "RAM of the root cell";
	if (memcmp(now.io, before->io, sizeof(now.io)))
		return "registers of the root cell";
	if (memcmp(now.dma, before->dma, sizeof(now.dma)))
		return "what devices of the root cell reach";
	return NULL;
}

unsigned int fake_pool_fill(unsigned int free_pages)
{
	while (page_pool_free_pages(&machine.pool) > free_pages)
		filling[num_filling++] = page_alloc(&machine.pool, 1);
	return num_filling;
}

void fake_pool_unfill(void)
{
	while (num_filling)
		page_free(&machine.pool, filling[--num_filling], 1);
}
