// SPDX-License-Identifier: GPL-2.0-only
/*
 * What a cell is made of, as steps with undo.
 *
 * A cell is made in two parts. The first one takes pages of the pool and nothing else; no
 * CPU notices. The second one moves CPUs, memory, ports and devices from the root cell to
 * the new one, with all CPUs that have anything to do with either held in the hypervisor.
 * Each part is a table of steps. What can fail stands before what cannot, a step that fails
 * has no effect, and those before it are undone in reverse: so Linux sees either all of a
 * new cell or nothing. To destroy a cell is to undo all steps, which never fails: no undo
 * allocates anything that was not reserved when the cell was made.
 */
#include "cell_internal.h"
#include "arch.h"
#include "cell_console.h"
#include "cell_state.h"
#include "comm.h"
#include "config_check.h"
#include "cpu_events.h"
#include "link.h"
#include "region.h"

/**
 * struct step - part of making a cell
 * @make: does it. Returns 0, or a negative errno: then it has no effect
 * @unmake: undoes it, and cannot fail; NULL if there is nothing to undo, or an earlier
 *	step's undo does it
 * @what: what there is not enough memory for when @make returns -ENOMEM; NULL if it
 *	explains its errors itself
 */
struct step {
	int (*make)(struct cell *cell);
	void (*unmake)(struct cell *cell);
	const char *what;
};

static void unmake_steps(const struct step *steps, size_t count, struct cell *cell)
{
	while (count--)
		if (steps[count].unmake)
			steps[count].unmake(cell);
}

static int make_steps(const struct step *steps, size_t count, struct cell *cell)
{
	const struct page_pool *pool = &cell->machine->pool;
	size_t n;
	int err;

	for (n = 0; n < count; n++) {
		err = steps[n].make(cell);
		if (!err)
			continue;
		if (steps[n].what && err == -ENOMEM)
			log_error("cell %s: no hypervisor memory for %s, %u of %u pages are used",
				  cell->desc->name, steps[n].what, pool->used, pool->pages);
		unmake_steps(steps, n, cell);
		return err;
	}
	return 0;
}

/*
 * First part: what the cell has besides memory, CPUs and devices. Nobody else notices.
 */

static int make_comm(struct cell *cell)
{
	struct page_pool *pool = &cell->machine->pool;
	const struct jailhouse_memory *mem = config_mem_regions(cell->desc);
	u32 n;

	for (n = 0; n < cell->desc->num_memory_regions; n++)
		if (mem[n].flags & JAILHOUSE_MEM_COMM_REGION)
			break;
	if (n == cell->desc->num_memory_regions)
		return 0;

	cell->comm = page_alloc(pool, 1);
	if (!cell->comm)
		return -ENOMEM;
	cell->comm_hpa = page_hpa(pool, cell->comm);
	cell->comm_gpa = mem[n].virt_start;
	comm_show_state(cell, cell_state(cell));
	return 0;
}

static void unmake_comm(struct cell *cell)
{
	page_free(&cell->machine->pool, cell->comm, 1);
	cell->comm = NULL;
}

static int make_io_bitmap(struct cell *cell)
{
	const struct machine *m = cell->machine;

	cell->io_bitmap = page_alloc(&cell->machine->pool, PIO_BITMAP_PAGES);
	if (!cell->io_bitmap)
		return -ENOMEM;
	pio_build(cell->io_bitmap, cell->desc, m->system->platform_info.pm_timer_address);
	return 0;
}

static void unmake_io_bitmap(struct cell *cell)
{
	page_free(&cell->machine->pool, cell->io_bitmap, PIO_BITMAP_PAGES);
}

static void unmake_stage2(struct cell *cell)
{
	pgtable_destroy(&cell->stage2);
}

static int make_stage2(struct cell *cell)
{
	int err = pgtable_init(&cell->stage2, arch_stage2_format(), &cell->machine->pool);

	if (!err)
		err = cell_is_root(cell) ? region_map_root(cell) : region_map_cell(cell);
	if (err)
		unmake_stage2(cell);
	return err;
}

static void unmake_dma(struct cell *cell)
{
	pgtable_destroy(&cell->dma);
}

/* Only where a unit translates what devices do. */
static int make_dma(struct cell *cell)
{
	const struct pgtable_format *format = arch_dma_format();
	int err;

	if (!format)
		return 0;
	err = pgtable_init(&cell->dma, format, &cell->machine->pool);
	if (!err)
		err = region_map_dma(cell);
	if (err)
		unmake_dma(cell);
	return err;
}

static int make_mmio(struct cell *cell)
{
	return mmio_init(&cell->mmio, &cell->machine->pool);
}

static void unmake_mmio(struct cell *cell)
{
	mmio_destroy(&cell->mmio, &cell->machine->pool);
}

/* It goes with the table of emulated registers. */
static int make_test_device(struct cell *cell)
{
	if (!(cell->desc->flags & JAILHOUSE_CELL_TEST_DEVICE))
		return 0;
	return mmio_register(&cell->mmio, cell->comm_gpa + PAGE_SIZE, PAGE_SIZE,
			     comm_test_device, cell);
}

static const struct step build_steps[] = {
	{ make_comm, unmake_comm, "its comm region" },
	{ make_io_bitmap, unmake_io_bitmap, "its I/O bitmap" },
	{ make_stage2, unmake_stage2, "its page tables" },
	{ make_dma, unmake_dma, "the page tables of its devices" },
	{ make_mmio, unmake_mmio, "its table of emulated registers" },
	{ make_test_device, NULL, "its test device" },
	{ cell_console_make, cell_console_unmake, "its console" },
	{ links_make, links_unmake, "its links" },
	{ arch_cell_create, arch_cell_destroy, NULL },
};

int cell_build(struct cell *cell)
{
	return make_steps(build_steps, ARRAY_SIZE(build_steps), cell);
}

void cell_unbuild(struct cell *cell)
{
	unmake_steps(build_steps, ARRAY_SIZE(build_steps), cell);
}

/*
 * Second part: what the root cell loses. The CPUs of the root cell are suspended.
 */

/*
 * Giving memory back may take tables, which must not be missing then. So the pages that are
 * free now have to be enough to give back all that any cell has, in whatever order, and for
 * what of this cell is still to be mapped. Pages that a later operation could use up are
 * not taken for granted: each creation looks anew.
 */
static int check_reserve(struct cell *cell)
{
	struct machine *m = cell->machine;
	u64 pages = region_reserve(cell) + region_small_tables(cell);
	const struct cell *other;

	for_each_cell(m, other)
		if (!cell_is_root(other))
			pages += region_reserve(other);
	return pages <= page_pool_free_pages(&m->pool) ? 0 : -ENOMEM;
}

static int link_cell(struct cell *cell)
{
	cell_last(cell->machine)->next = cell;
	return 0;
}

static void unlink_cell(struct cell *cell)
{
	struct cell *before = cell->machine->root;

	while (before->next != cell)
		before = before->next;
	before->next = cell->next;
}

static int take_cpus(struct cell *cell)
{
	struct machine *m = cell->machine;
	unsigned int n;

	m->root->cpus = cpu_set_without(&m->root->cpus, &cell->cpus);
	for_each_cpu_in(n, &cell->cpus)
		cpu_assign(&m->cpus[n], cell, false);
	arch_root_cpus_changed(m);
	return 0;
}

/* Linux brings them online again by INIT and SIPI. */
static void give_cpus_back(struct cell *cell)
{
	struct machine *m = cell->machine;
	unsigned int n;

	for_each_cpu_in(n, &cell->cpus)
		cpu_assign(&m->cpus[n], m->root, true);
	m->root->cpus = cpu_set_or(&m->root->cpus, &cell->cpus);
	arch_root_cpus_changed(m);
}

static int take_ports(struct cell *cell)
{
	region_update_ports(cell, false);
	return 0;
}

static void give_ports_back(struct cell *cell)
{
	region_update_ports(cell, true);
}

static int take_devices(struct cell *cell)
{
	arch_cell_moved(cell, false);
	return 0;
}

static void give_devices_back(struct cell *cell)
{
	arch_cell_moved(cell, true);
}

/* Before anything of the cell's memory is scrubbed, or used. */
static int flush_dma(__maybe_unused struct cell *cell)
{
	return arch_dma_flush(NULL, false);
}

/*
 * Memory first, as it is what can fail. The cell is in the list before its ports are dealt
 * with, since what the root cell keeps of them depends on all cells in the list. A unit that
 * stands between devices and memory, and does not answer, is found out at the end.
 */
static const struct step move_steps[] = {
	{ region_carve, region_return, "the page tables of what remains to the root cell" },
	{ check_reserve, NULL,
	  "its 4K pages, and the page tables that giving back its memory may need" },
	{ link_cell, unlink_cell, NULL },
	{ take_cpus, give_cpus_back, NULL },
	{ take_ports, give_ports_back, NULL },
	{ take_devices, give_devices_back, NULL },
	{ flush_dma, NULL, NULL },
	{ links_pair, links_unpair, NULL },
};

/*
 * While nobody looks
 */

int cell_hold_cpus(struct cpu *self, const struct cell *cell, struct cpu_set *held)
{
	int err;

	*held = cpu_set_or(&self->machine->root->cpus, &cell->cpus);
	err = cpu_suspend(self, held);
	if (!err)
		links_close(cell);
	return err;
}

void cell_release_cpus(struct cpu *self, const struct cpu_set *held)
{
	struct machine *m = self->machine;
	unsigned int n;

	links_open(m);
	arch_flush_stage2(self);
	for_each_cpu_in(n, &m->root->cpus)
		if (n != self->id)
			cpu_post(&m->cpus[n], CPU_REQ_FLUSH);
	cpu_resume(self, held);
}

int cell_move_in(struct cpu *self, struct cell *cell)
{
	struct cpu_set held;
	int err = cell_hold_cpus(self, cell, &held);

	if (err)
		return err;
	err = make_steps(move_steps, ARRAY_SIZE(move_steps), cell);
	if (err)
		arch_dma_flush(NULL, false);
	cell_release_cpus(self, &held);
	return err;
}

int cell_move_out(struct cpu *self, struct cell *cell)
{
	struct cpu_set held;
	int err = cell_hold_cpus(self, cell, &held);

	if (err)
		return err;
	/* Nothing has changed yet if this fails; what comes later makes the same units answer. */
	err = arch_dma_flush(NULL, false);
	if (!err) {
		unmake_steps(move_steps, ARRAY_SIZE(move_steps), cell);
		arch_dma_flush(NULL, false);
	}
	cell_release_cpus(self, &held);
	return err;
}
