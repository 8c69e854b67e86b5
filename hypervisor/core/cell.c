// SPDX-License-Identifier: GPL-2.0-only
/* Life of a cell: what create does, destroy undoes. */
#include "cell_internal.h"
#include "arch.h"
#include "cell_console.h"
#include "cell_state.h"
#include "comm.h"
#include "config_check.h"
#include "cpu_events.h"
#include "link.h"
#include "region.h"
#include "string.h"

static unsigned int lowest_free_id(struct machine *m)
{
	unsigned int id = 1;

	while (cell_find(m, id))
		id++;
	return id;
}

/* @except may be created or destroyed even if it is the one that has locked. */
static int check_lock(struct machine *m, const struct cell *except)
{
	struct cell *cell;

	for_each_cell(m, cell) {
		cell_refresh(cell);
		if (cell == except || cell_state(cell) != CELL_RUNNING_LOCKED)
			continue;
		log_error("cell %s has locked the configuration", cell->desc->name);
		return -EPERM;
	}
	return 0;
}

static void tell_others(struct machine *m, const struct cell *except)
{
	struct cell *cell;

	for_each_cell(m, cell)
		if (cell != except && !cell_is_root(cell))
			comm_tell_reconfigured(cell);
	cells_changed(m);
}

/*
 * Create
 */

static void begin_scrub(struct cell *cell, enum cell_scrub why)
{
	cell->scrub = why;
	cell->scrubbed = 0;
}

static bool scrub(struct cell *cell)
{
	return region_scrub(cell, &cell->scrubbed, cell_slice_end(cell->machine));
}

/* Nobody else is in the list behind it: other creations have to wait. */
static struct cell *unfinished_cell(struct machine *m)
{
	struct cell *cell = cell_last(m);

	return cell->scrub == SCRUB_NEW ? cell : NULL;
}

static int remove_cell(struct cpu *self, struct cell *cell)
{
	int err = cell_move_out(self, cell);

	if (err)
		return err;
	cell_unbuild(cell);
	cell_free(cell);
	return 0;
}

int cell_drop_unfinished(struct cpu *self)
{
	struct cell *cell = unfinished_cell(self->machine);

	return cell ? remove_cell(self, cell) : 0;
}

/* Everything up to the point where only 4K pages and the scrubbing are left. */
static int begin_create(struct cpu *self, u64 config_gpa)
{
	struct machine *m = self->machine;
	struct cell *cell;
	int err = check_lock(m, NULL);

	if (err)
		return err;
	cell = cell_load_config(m, config_gpa, &err);
	if (!cell)
		return err;

	cell->id = lowest_free_id(m);
	config_cpu_set(cell->desc, &cell->cpus);
	begin_scrub(cell, SCRUB_NEW);
	err = cell_check_fits(self, cell);
	if (err)
		goto free_cell;
	err = cell_build(cell);
	if (err)
		goto free_cell;
	err = cell_move_in(self, cell);
	if (err)
		goto unbuild;
	return 0;

unbuild:
	cell_unbuild(cell);
free_cell:
	cell_free(cell);
	return err;
}

int cell_create(struct cpu *self, u64 config_gpa)
{
	struct machine *m = self->machine;
	struct cell *cell = unfinished_cell(m);
	int err = 0;

	if (cell && !cell_same_config(cell, config_gpa))
		err = cell_drop_unfinished(self);
	if (!err && !unfinished_cell(m))
		err = begin_create(self, config_gpa);
	if (err)
		return err;

	cell = unfinished_cell(m);
	err = region_map_small(cell, cell_slice_end(m));
	if (err)
		return err;
	if (!scrub(cell))
		return -EAGAIN;
	cell->scrub = SCRUB_NONE;
	log_printf("Created cell %s, id %u\n", cell->desc->name, cell->id);
	tell_others(m, cell);
	return (int)cell->id;
}

/*
 * Load and start
 */

static int no_table_for(const struct cell *cell, const char *what)
{
	const struct page_pool *pool = &cell->machine->pool;

	log_error("cell %s: no hypervisor memory to %s, %u of %u pages are used",
		  cell->desc->name, what, pool->used, pool->pages);
	return -ENOMEM;
}

int cell_set_loadable(struct cpu *self, u64 id, u32 timeout)
{
	int err;
	struct cell *cell = cell_find_managed(self->machine, id, &err);
	struct cpu_set held;

	if (!cell)
		return err;
	err = cell_shut_down(self, cell, timeout);
	if (err)
		return err;
	/* A destruction that was given up begins anew: now there will be data again. */
	cell->scrub = SCRUB_NONE;
	if (cell->loadable)
		return 0;

	err = cell_hold_cpus(self, cell, &held);
	if (err)
		return err;
	cell->loadable = !region_load(cell);
	cell_release_cpus(self, &held);
	return cell->loadable ? 0 : no_table_for(cell, "map its memory into the root cell");
}

/* Its CPUs are suspended. */
static void reset_cpus(struct cell *cell)
{
	const bool first_only = cell->desc->flags & JAILHOUSE_CELL_START_FIRST_CPU;
	struct cpu *cpu;
	unsigned int n;

	for_each_cpu_in(n, &cell->cpus) {
		cpu = &cell->machine->cpus[n];
		if (first_only && n != cpu_set_first(&cell->cpus)) {
			cpu_assign(cpu, cell, true);
			continue;
		}
		cpu_assign(cpu, cell, false);
		cpu_post(cpu, CPU_REQ_RESET);
	}
}

/*
 * A CPU that notes that its cell fails gets round to parking it later, and so to its devices,
 * which have to settle then. It has done so when it is held.
 */
static int hold_settled(struct cpu *self, struct cell *cell, struct cpu_set *held)
{
	int err = cell_settle(cell) ?: cell_hold_cpus(self, cell, held);

	if (err || arch_cell_settled(cell))
		return err;
	cell_release_cpus(self, held);
	return -EAGAIN;
}

int cell_start(struct cpu *self, u64 id, __maybe_unused u32 timeout)
{
	int err;
	struct cell *cell = cell_find_managed(self->machine, id, &err);
	struct cpu_set held;

	if (!cell)
		return err;
	cell_refresh(cell);
	if (cell_state_running(cell_state(cell)))
		return 0;

	err = hold_settled(self, cell, &held);
	if (err)
		return err;
	err = arch_dma_flush(cell, true);
	if (!err && cell->loadable && region_unload(cell))
		err = no_table_for(cell, "take its memory from the root cell");
	if (err) {
		cell_release_cpus(self, &held);
		return err;
	}
	cell->loadable = false;
	cell->scrub = SCRUB_NONE;
	cell->note_limit = (struct log_limit) { 0 };
	if (cell->comm)
		comm_init(cell);
	cell_console_start(cell);
	links_run(cell, true);
	arch_cell_run(cell, true);
	reset_cpus(cell);
	log_failure(cell->id, "");
	cell_state_event(cell, CELL_EVENT_START);
	cell_release_cpus(self, &held);
	log_printf("Started cell %s\n", cell->desc->name);
	return 0;
}

/*
 * Destroy
 */

static int end_destroy(struct cpu *self, struct cell *cell)
{
	struct machine *m = self->machine;
	char name[JAILHOUSE_CELL_NAME_SIZE];
	int err;

	memcpy(name, cell->desc->name, sizeof(name));
	err = remove_cell(self, cell);
	if (err)
		return err;
	log_printf("Destroyed cell %s\n", name);
	tell_others(m, NULL);
	return 0;
}

int cell_destroy(struct cpu *self, u64 id, u32 timeout)
{
	struct machine *m = self->machine;
	int err;
	struct cell *cell = cell_find_managed(m, id, &err);

	if (!cell)
		return err;
	if (cell->scrub != SCRUB_OLD) {
		err = check_lock(m, cell);
		if (!err)
			err = cell_shut_down(self, cell, timeout);
		if (!err)
			err = arch_dma_flush(cell, false);
		if (err)
			return err;
		begin_scrub(cell, SCRUB_OLD);
	}
	return scrub(cell) ? end_destroy(self, cell) : -EAGAIN;
}

/*
 * The root cell
 */

static struct cpu_set present_cpus(const struct machine *m)
{
	struct cpu_set present = { { 0 } };
	unsigned int n;

	for (n = 0; n < m->num_cpus; n++)
		if (m->cpus[n].present)
			cpu_set_add(&present, n);
	return present;
}

int cell_init_root(struct machine *m)
{
	struct cell *root = page_alloc(&m->pool, cell_pages(0));
	unsigned int n;
	int err;

	if (!root) {
		log_error("no hypervisor memory for the root cell");
		return -ENOMEM;
	}
	root->machine = m;
	root->desc = &m->system->root_cell;
	memory_map_init(&m->root_memory, root->desc);
	root->cpus = present_cpus(m);
	cell_state_init(root, CELL_RUNNING);
	err = cell_build(root);
	if (err) {
		page_free(&m->pool, root, cell_pages(0));
		return err;
	}
	for_each_cpu_in(n, &root->cpus)
		m->cpus[n].cell = root;
	m->root = root;
	links_run(root, true);
	return 0;
}
