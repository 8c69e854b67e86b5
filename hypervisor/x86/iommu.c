// SPDX-License-Identifier: GPL-2.0-only
/* IOMMUs: what devices do is translated by page tables of their cells. */
#include "x86.h"
#include "arch.h"
#include "cell.h"
#include "cpu_events.h"
#include "errno.h"
#include "iommu.h"
#include "iommu_irq.h"
#include "iommu_unit.h"
#include "log.h"
#include "paging.h"
#include "pci_internal.h"
#include "remap.h"
#include "root_messages.h"
#include "ticket.h"
#include "test_build.h"
#include "amdvi/amdvi.h"

/* Milliseconds that a unit has to answer. */
#define ANSWER_LIMIT	100

/* Milliseconds between two lines about a cell's devices, and how many may come at once. */
#define FAULT_INTERVAL	1000
#define FAULT_BURST	10

/* How all units work. */
static const struct iommu_ops *ops;
static struct iommu_unit *units[JAILHOUSE_MAX_IOMMU_UNITS];
static unsigned int num_units;
static struct pgtable_format format;
static struct pgtable nowhere;

/* Of the records of faults, and what was made of them. */
static struct ticket_lock fault_lock;
static u32 num_faults;
static bool translating;

static u32 read32(void *regs, u32 offset)
{
	return mmio_read32((u8 *)regs + offset);
}

static void write32(void *regs, u32 offset, u32 value)
{
	mmio_write32((u8 *)regs + offset, value);
}

static u64 read64(void *regs, u32 offset)
{
	return mmio_read64((u8 *)regs + offset);
}

static void write64(void *regs, u32 offset, u64 value)
{
	mmio_write64((u8 *)regs + offset, value);
}

/* CLFLUSH keeps the order of all writes, those to registers among them (SDM 2A). */
static void write_back(const void *start, size_t size)
{
	const u64 end = (u64)start + size;
	u64 line;

	for (line = ALIGN_DOWN((u64)start, CACHE_LINE); line < end; line += CACHE_LINE)
		clflush((void *)line);
}

static const struct iommu_hw hw = {
	read32, write32, read64, write64, write_back, cpu_relax, arch_read_tsc,
};

/* Pages that are mapped one after the other have addresses one after the other. */
static void *map_registers(const struct jailhouse_iommu *config)
{
	void *page, *regs = NULL;
	u64 offset;

	for (offset = 0; offset < config->size; offset += PAGE_SIZE) {
		page = paging_remap(config->base + offset);
		if (!page)
			return NULL;
		regs = regs ?: page;
	}
	return regs;
}

static int add_unit(const struct jailhouse_iommu *config)
{
	struct iommu_unit *unit = page_alloc(&machine.pool, 1);

	if (!unit)
		return -ENOMEM;
	*unit = (struct iommu_unit) {
		.hw = &hw,
		.regs = map_registers(config),
		.base = config->base,
		.size = config->size,
		.pool = &machine.pool,
		.limit = (u64)machine.tsc_khz * ANSWER_LIMIT,
		.num_cpus = machine.num_cpus,
	};
	if (!unit->regs)
		return -ENOMEM;
	units[num_units++] = unit;
	return ops->init(unit);
}

int iommu_init(void)
{
	const struct jailhouse_platform_info *info = &machine.system->platform_info;
	unsigned int n;
	int err = 0;

	if (!info->iommu_type)
		return 0;
	ops = info->iommu_type == JAILHOUSE_IOMMU_AMD ? &amdvi : &iommu_vtd;
	for (n = 0; !err && n < JAILHOUSE_MAX_IOMMU_UNITS; n++)
		if (info->iommu_units[n].base)
			err = add_unit(&info->iommu_units[n]);
	return err ?: ops->make_format(units, num_units, &format);
}

/* Units that a test image leaves off remap nothing. */
const struct remap *iommu_remap(void)
{
	return num_units && !adverse_omits(OMIT_DMA) ? ops->remap() : NULL;
}

/* What of interrupts goes by the units, for whoever reads the log. */
static const char *remapped(void)
{
	if (!iommu_remap())
		return "";
	return iommu_remap()->pins ? " and remap interrupts" :
				     " and remap interrupts of PCI functions";
}

/* Domain 0 is not for software where a unit of VT-d caches what is not there (CAP.CM). */
static u16 domain(const struct cell *cell)
{
	return (u16)(cell->id + 1);
}

/* Those of functions that are listed pass until they are rewritten, the others all the time. */
static void pass_interrupts(void)
{
	unsigned int n;

	for (n = 0; ops->pass && n < boot_info.num_functions; n++)
		ops->pass(boot_info.functions[n].bdf);
	for (n = 0; ops->pass && n < boot_info.num_passing; n++)
		ops->pass(boot_info.passing[n]);
}

static int stop_all(void)
{
	int err;

	iommu_irq_rewrite(false);
	err = iommu_stop_units(ops, units, num_units);
	if (err)
		iommu_irq_rewrite(true);
	return err;
}

int iommu_start(void)
{
	struct cell *root = machine.root;
	int err;

	if (!num_units || adverse_omits(OMIT_DMA))
		return 0;
	err = pgtable_init(&nowhere, &format, &machine.pool) ?:
	      ops->make_tables(&machine.pool, root->desc, &root->dma, domain(root));
	if (err)
		return err;
	pass_interrupts();
	err = iommu_start_units(ops, units, num_units);
	if (err)
		return err;
	err = iommu_irq_rewrite(true);
	if (err)
		stop_all();
	translating = !err;
	if (!err)
		log_printf("%u IOMMUs translate%s, page tables have %u levels%s\n", num_units,
			   remapped(), format.levels,
			   format.write_back ? ", past the caches" : "");
	return err;
}

/* A function of a cell as its new @owner has it. NULL: the root cell has no entries for it. */
static const struct pci_function *entries_of(const struct cell *owner,
					     const struct pci_function *function)
{
	return owner == machine.root ? pci_root_find(pci_space.root, function->bdf) : function;
}

static void assign(const struct cell *cell, const struct pgtable *dma, const struct cell *owner)
{
	const struct pci_function *function = cell->arch.pci->functions, *own;
	unsigned int n;

	for (n = 0; translating && n < cell->arch.pci->count; n++, function++) {
		own = entries_of(owner, function);
		ops->assign(function->bdf, dma, domain(owner),
			    own ? own->first_message : REMAP_NO_ENTRIES);
	}
}

void iommu_cell_moved(const struct cell *cell, bool to_root)
{
	if (to_root)
		assign(cell, &machine.root->dma, machine.root);
	else
		assign(cell, &nowhere, cell);
}

const struct pgtable_format *arch_dma_format(void)
{
	return num_units ? &format : NULL;
}

u64 arch_dma_attrs(u64 mem_flags)
{
	return ops->attrs(mem_flags) | format.snooped;
}

int arch_dma_flush(const struct cell *cell, bool attach)
{
	unsigned int n;
	int err = 0;

	if (cell && !cell->arch.pci)
		return 0;
	if (cell)
		assign(cell, attach ? &cell->dma : &nowhere, cell);
	else
		root_messages_unmap();
	if (adverse_omits(OMIT_DMA_FLUSH))
		return 0;
	for (n = 0; translating && n < num_units; n++)
		err = ops->flush(units[n]) ?: err;
	return err;
}

/*
 * A unit that does not go on again, nothing that is asked of it is done: no cell is created. But
 * what Linux writes to its devices is rewritten, and has to mean something where others go on.
 */
static int restart_all(void)
{
	int err = iommu_restart_units(ops, units, num_units);

	return iommu_irq_rewrite(true) ?: err;
}

int arch_dma_switch(bool on)
{
	int err;

	if (!num_units || on == translating)
		return 0;
	err = on ? restart_all() : stop_all();
	if (on || !err)
		translating = on;
	return err;
}

/*
 * Faults. A cell is in the list as long as it has functions, and the list changes only while no
 * other CPU of the root cell runs.
 */

/* Return: NULL for what is in no other cell, whose @owner is the root cell. */
static struct pci_function *find_function(u16 bdf, struct cell **owner)
{
	struct pci_function *function;
	struct cell *cell;

	for_each_cell(&machine, cell) {
		function = cell->arch.pci ? pci_find_function(cell->arch.pci, bdf) : NULL;
		*owner = cell;
		if (function)
			return function;
	}
	*owner = machine.root;
	return NULL;
}

static void note_fault(const struct iommu_unit *unit, const struct iommu_fault *fault)
{
	struct cell *cell;
	struct pci_function *function = find_function(fault->bdf, &cell);

	num_faults++;
	if (function)
		function->dma_faults++;
	cpu_count(&machine.cpus[cpu_set_first(&cell->cpus)], JAILHOUSE_CPU_STAT_DMA_FAULTS);
	if (!log_ratelimit(&cell->arch.dma_limit, arch_read_tsc(),
			   (u64)machine.tsc_khz * FAULT_INTERVAL, FAULT_BURST))
		return;
	log_printf("Cell %s: PCI function %02x:%02x.%x was denied to %s 0x%llx (by 0x%llx: %u)\n",
		   cell->desc->name, fault->bdf >> 8, fault->bdf >> 3 & 31, fault->bdf & 7,
		   fault->access, fault->address, unit->base, fault->reason);
}

/* Return: of all devices, of which the last are seen here. */
static long take_faults(void)
{
	struct iommu_fault fault;
	unsigned int n, record;
	long faults;

	ticket_lock(&fault_lock);
	for (n = 0; n < num_units; n++)
		for (record = 0; ops->take_fault(units[n], &record, &fault);)
			note_fault(units[n], &fault);
	faults = num_faults & 0x7fffffff;
	ticket_unlock(&fault_lock);
	return faults;
}

long arch_dma_faults(u32 device)
{
	struct pci_function *function;
	struct cell *cell;
	long faults;

	if (!translating)
		return -ENODEV;
	faults = take_faults();
	if (device == ARCH_ALL_DEVICES)
		return faults;
	function = find_function((u16)device, &cell);
	return function ? (long)(function->dma_faults & 0x7fffffff) : -ENOENT;
}
