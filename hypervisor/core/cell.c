// SPDX-License-Identifier: GPL-2.0-only
/* Life of a cell, as steps with undo: what create does, destroy undoes. */
#include "cell.h"
#include "arch.h"
#include "cell_state.h"
#include "comm.h"
#include "config_check.h"
#include "cpu_events.h"
#include "format.h"
#include "region.h"
#include "string.h"

/* Microseconds that one call may scrub. */
#define SCRUB_TIME	100

/* struct cell and its configuration lie in the same pages, one after the other. */
#define DESC_OFFSET	ALIGN_UP(sizeof(struct cell), 16)

struct cell *cell_find(struct machine *m, u64 id)
{
	struct cell *cell;

	for_each_cell(m, cell)
		if (cell->id == id)
			return cell;
	return NULL;
}

static struct cell *last_cell(struct machine *m)
{
	struct cell *cell = m->root;

	while (cell->next)
		cell = cell->next;
	return cell;
}

static unsigned int lowest_free_id(struct machine *m)
{
	unsigned int id = 1;

	while (cell_find(m, id))
		id++;
	return id;
}

/*
 * Steps
 */

/**
 * struct step - part of making a cell
 * @make: returns 0, or a negative errno and has no effect
 * @unmake: undoes it, cannot fail; NULL if there is nothing to undo
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
		if (steps[n].what)
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

static int make_mmio(struct cell *cell)
{
	return mmio_init(&cell->mmio, &cell->machine->pool);
}

static void unmake_mmio(struct cell *cell)
{
	mmio_destroy(&cell->mmio, &cell->machine->pool);
}

static const struct step build_steps[] = {
	{ make_comm, unmake_comm, "its comm region" },
	{ make_io_bitmap, unmake_io_bitmap, "its I/O bitmap" },
	{ make_stage2, unmake_stage2, "its page tables" },
	{ make_mmio, unmake_mmio, "its table of emulated registers" },
	{ arch_cell_create, arch_cell_destroy, NULL },
};

/*
 * Second part: what the root cell loses. The CPUs of the root cell are suspended.
 */

/* What is free now must do for giving back, at any time, what any cell has. */
static int check_reserve(struct cell *cell)
{
	struct machine *m = cell->machine;
	u64 pages = region_reserve(cell);
	const struct cell *other;

	for_each_cell(m, other)
		if (!cell_is_root(other))
			pages += region_reserve(other);
	return pages <= page_pool_free_pages(&m->pool) ? 0 : -ENOMEM;
}

static int link_cell(struct cell *cell)
{
	last_cell(cell->machine)->next = cell;
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

	m->root->cpus &= ~cell->cpus;
	for_each_cpu_in(n, cell->cpus)
		cpu_assign(&m->cpus[n], cell, false);
	arch_root_cpus_changed(m);
	return 0;
}

/* Linux brings them online again by INIT and SIPI. */
static void give_cpus_back(struct cell *cell)
{
	struct machine *m = cell->machine;
	unsigned int n;

	for_each_cpu_in(n, cell->cpus)
		cpu_assign(&m->cpus[n], m->root, true);
	m->root->cpus |= cell->cpus;
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

static const struct step move_steps[] = {
	{ region_carve, region_return, "the page tables of what remains to the root cell" },
	{ check_reserve, NULL, "the page tables that giving back its memory may need" },
	{ link_cell, unlink_cell, NULL },
	{ take_cpus, give_cpus_back, NULL },
	{ take_ports, give_ports_back, NULL },
	{ take_devices, give_devices_back, NULL },
};

/*
 * What cannot change under running CPUs changes while a window is open: the CPUs of the
 * root cell and of the cell in question are suspended, and flush before they go on.
 */

static int open_window(struct cpu *self, const struct cell *cell, cpu_mask *held)
{
	*held = self->machine->root->cpus | cell->cpus;
	return cpu_suspend(self, *held);
}

static void close_window(struct cpu *self, cpu_mask held)
{
	struct machine *m = self->machine;
	unsigned int n;

	arch_flush_stage2(self);
	for_each_cpu_in(n, m->root->cpus & ~cpu_bit(self))
		cpu_post(&m->cpus[n], CPU_REQ_FLUSH);
	cpu_resume(self, held);
}

static int move_in(struct cpu *self, struct cell *cell)
{
	cpu_mask held;
	int err = open_window(self, cell, &held);

	if (err)
		return err;
	err = make_steps(move_steps, ARRAY_SIZE(move_steps), cell);
	close_window(self, held);
	return err;
}

static int move_out(struct cpu *self, struct cell *cell)
{
	cpu_mask held;
	int err = open_window(self, cell, &held);

	if (err)
		return err;
	unmake_steps(move_steps, ARRAY_SIZE(move_steps), cell);
	close_window(self, held);
	return 0;
}

/*
 * Memory of a cell, with its configuration
 */

static unsigned int cell_pages(u64 config_size)
{
	return (unsigned int)(ALIGN_UP(DESC_OFFSET + config_size, PAGE_SIZE) >> PAGE_SHIFT);
}

static void cell_free(struct cell *cell)
{
	page_free(&cell->machine->pool, cell, cell_pages(cell->desc->total_size));
}

static struct cell *cell_alloc(struct machine *m, u64 config_size)
{
	struct cell *cell = page_alloc(&m->pool, cell_pages(config_size));

	if (!cell) {
		log_error("no hypervisor memory for a cell, %u of %u pages are used",
			  m->pool.used, m->pool.pages);
		return NULL;
	}
	cell->machine = m;
	cell->desc = (const void *)((u8 *)cell + DESC_OFFSET);
	cell_state_init(cell, CELL_SHUT_DOWN);
	return cell;
}

/* Is it memory of the root cell that can be read without side effects? */
static bool is_root_ram(const struct cell *root, u64 gpa)
{
	const struct jailhouse_memory *mem = config_mem_regions(root->desc);
	u32 n;

	for (n = 0; n < root->desc->num_memory_regions; n++)
		if (gpa >= mem[n].virt_start && gpa - mem[n].virt_start < mem[n].size)
			return mem[n].flags & JAILHOUSE_MEM_READ &&
			       !(mem[n].flags & JAILHOUSE_MEM_IO);
	return false;
}

static int copy_from_root(const struct cell *root, void *to, u64 gpa, u64 size)
{
	u64 hpa, offset, chunk;

	for (; size; size -= chunk, gpa += chunk, to = (u8 *)to + chunk) {
		if (!is_root_ram(root, gpa) ||
		    !pgtable_lookup(&root->stage2, gpa, &hpa, NULL)) {
			arch_window_close();
			log_error("the configuration is not in memory of the root cell: 0x%llx",
				  gpa);
			return -EFAULT;
		}
		offset = gpa & ~PAGE_MASK;
		chunk = MIN(size, PAGE_SIZE - offset);
		memcpy(to, (u8 *)arch_window(hpa & PAGE_MASK) + offset, chunk);
	}
	arch_window_close();
	return 0;
}

static int check_config(const void *blob, size_t size)
{
	struct config_reason why;
	int err = config_check_cell(blob, size, &why);

	if (err)
		log_error("%s", why.text);
	return err;
}

/* No byte is read twice: what the root cell changes meanwhile is not seen. */
static struct cell *load_config(struct machine *m, u64 gpa, int *err)
{
	struct jailhouse_cell_desc head;
	struct cell *cell;
	u8 *blob;

	*err = copy_from_root(m->root, &head, gpa, sizeof(head));
	if (*err)
		return NULL;
	/* Of a size that cannot be, the check of the head alone says what is wrong. */
	if (head.total_size < sizeof(head) || head.total_size > JAILHOUSE_MAX_CONFIG_SIZE) {
		*err = check_config(&head, sizeof(head));
		return NULL;
	}
	cell = cell_alloc(m, head.total_size);
	if (!cell) {
		*err = -ENOMEM;
		return NULL;
	}
	blob = (u8 *)cell + DESC_OFFSET;
	memcpy(blob, &head, sizeof(head));
	*err = copy_from_root(m->root, blob + sizeof(head), gpa + sizeof(head),
			      head.total_size - sizeof(head));
	if (!*err)
		*err = check_config(blob, head.total_size);
	if (!*err)
		return cell;
	cell_free(cell);
	return NULL;
}

/* Each cell has a CPU, so there are fewer cells than CPUs. */
static int check_fits(const struct cpu *self, const struct cell *cell)
{
	const struct jailhouse_cell_desc *others[MAX_CPUS];
	const struct machine *m = cell->machine;
	const struct cell *other;
	struct config_reason why;
	unsigned int count = 0;
	int err;

	for_each_cell(m, other)
		if (!cell_is_root(other))
			others[count++] = other->desc;
	err = config_check_cell_fits(cell->desc, m->system, others, count, m->root->cpus,
				     &why);
	if (err) {
		log_error("%s", why.text);
	} else if (cell->cpus & cpu_bit(self)) {
		log_error("CPU %u is the one that creates the cell", self->id);
		err = -EBUSY;
	}
	return err;
}

/*
 * What cells say
 */

static void park_cpus(struct cell *cell)
{
	unsigned int n;

	for_each_cpu_in(n, cell->cpus)
		cpu_post(&cell->machine->cpus[n], CPU_REQ_PARK);
}

void cell_refresh(struct cell *cell)
{
	enum cell_event event;

	if (!comm_reported_event(cell, &event) || !cell_state_event(cell, event))
		return;
	log_printf("Cell %s: %s\n", cell->desc->name, cell_state_name(cell_state(cell)));
	if (!cell_state_running(cell_state(cell)))
		park_cpus(cell);
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

static bool scrub(struct cell *cell)
{
	const u64 now = arch_read_tsc();

	return region_scrub(cell, &cell->machine->op.cursor,
			    now + (u64)cell->machine->tsc_khz * SCRUB_TIME / 1000);
}

static void begin_scrub(struct machine *m)
{
	m->op.phase = PHASE_SCRUB;
	m->op.cursor = 0;
}

/* Everything up to the point where only the scrubbing is left. */
static int begin_create(struct cpu *self, u64 config_gpa)
{
	struct machine *m = self->machine;
	struct cell *cell;
	int err = check_lock(m, NULL);

	if (err)
		return err;
	cell = load_config(m, config_gpa, &err);
	if (!cell)
		return err;

	cell->id = lowest_free_id(m);
	cell->cpus = config_cpu_set(cell->desc);
	err = check_fits(self, cell);
	if (err)
		goto free_cell;
	err = make_steps(build_steps, ARRAY_SIZE(build_steps), cell);
	if (err)
		goto free_cell;
	err = move_in(self, cell);
	if (err)
		goto unbuild;
	begin_scrub(m);
	return 0;

unbuild:
	unmake_steps(build_steps, ARRAY_SIZE(build_steps), cell);
free_cell:
	cell_free(cell);
	return err;
}

/* Has the driver put another configuration at the same place since the last call? */
static bool same_config(const struct cell *cell, u64 config_gpa)
{
	u32 checksum;

	return !copy_from_root(cell->machine->root, &checksum,
			       config_gpa + offsetof(struct jailhouse_cell_desc, checksum),
			       sizeof(checksum)) &&
	       checksum == cell->desc->checksum;
}

int cell_create(struct cpu *self, u64 config_gpa)
{
	struct machine *m = self->machine;
	struct cell *cell;
	int err = 0;

	if (m->op.phase == PHASE_SCRUB && !same_config(last_cell(m), config_gpa))
		err = cell_abandon(self);
	if (!err && m->op.phase != PHASE_SCRUB)
		err = begin_create(self, config_gpa);
	if (err)
		return err;

	cell = last_cell(m);
	if (!scrub(cell))
		return -EINPROGRESS;
	log_printf("Created cell %s, id %u\n", cell->desc->name, cell->id);
	tell_others(m, cell);
	return (int)cell->id;
}

/*
 * Stop
 */

/* Not the root cell; NULL comes with the reason in @err. */
static struct cell *find_managed(struct machine *m, u64 id, int *err)
{
	struct cell *cell = cell_find(m, id);

	if (!cell) {
		log_error("there is no cell with id %llu", id);
		*err = -ENOENT;
		return NULL;
	}
	if (cell_is_root(cell)) {
		log_error("cell %s is the root cell", cell->desc->name);
		*err = -EINVAL;
		return NULL;
	}
	return cell;
}

static int begin_asking(struct cell *cell, u32 timeout)
{
	struct management_op *op = &cell->machine->op;

	op->phase = comm_ask_shutdown(cell) ? PHASE_ASKED_OVER : PHASE_ASKED;
	op->deadline = arch_read_tsc() + (u64)timeout * cell->machine->tsc_khz;
	return -EINPROGRESS;
}

static int wait_for_answer(struct cell *cell)
{
	if (arch_read_tsc() < cell->machine->op.deadline)
		return -EINPROGRESS;
	comm_withdraw(cell);
	log_error("cell %s did not answer the request to shut down in time", cell->desc->name);
	return -ETIMEDOUT;
}

static int ask_again(struct cell *cell)
{
	comm_ask_shutdown(cell);
	cell->machine->op.phase = PHASE_ASKED;
	return wait_for_answer(cell);
}

static const char *const refusals[] = {
	[COMM_DENIED]	= "denied",
	[COMM_UNKNOWN]	= "does not know",
	[COMM_NONSENSE]	= "gave no valid answer to",
};

/* Return: 0 if the cell agrees to be shut down. */
static int ask(struct cell *cell, u32 timeout)
{
	const u32 phase = cell->machine->op.phase;
	enum comm_answer answer;

	if (phase == PHASE_BEGIN)
		return begin_asking(cell, timeout);

	answer = comm_answer(cell);
	if (answer == COMM_APPROVED)
		return 0;
	/* Repeated with a limit of nothing: whoever asks has no more time. */
	if (!timeout)
		cell->machine->op.deadline = 0;
	if (answer == COMM_PENDING)
		return wait_for_answer(cell);
	/* About another message, certainly or probably. */
	if (answer == COMM_RECEIVED ||
	    (answer != COMM_DENIED && phase == PHASE_ASKED_OVER))
		return ask_again(cell);
	log_error("cell %s %s the request to shut down", cell->desc->name, refusals[answer]);
	return -EPERM;
}

static bool all_parked(const struct cell *cell)
{
	const struct cpu *cpus = cell->machine->cpus;
	unsigned int n;

	for_each_cpu_in(n, cell->cpus)
		if (!__atomic_load_n(&cpus[n].parked, __ATOMIC_ACQUIRE) ||
		    __atomic_load_n(&cpus[n].wait_for_sipi, __ATOMIC_RELAXED))
			return false;
	return true;
}

/* Afterwards none of its CPUs executes an instruction of the cell. */
static int stop_cpus(struct cpu *self, struct cell *cell)
{
	bool stopped;
	int err;

	if (!cell_state_running(cell_state(cell)) && all_parked(cell))
		return 0;
	err = cpu_suspend(self, cell->cpus);
	if (err)
		return err;
	park_cpus(cell);
	stopped = cell_state_event(cell, CELL_EVENT_STOP);
	cpu_resume(self, cell->cpus);
	if (stopped)
		log_printf("Stopped cell %s\n", cell->desc->name);
	return 0;
}

static int shut_down(struct cpu *self, struct cell *cell, u32 timeout)
{
	int err = 0;

	cell_refresh(cell);
	if (timeout == JAILHOUSE_TIMEOUT_KILL)
		comm_withdraw(cell);
	else if (cell_state_running(cell_state(cell)) && comm_listens(cell))
		err = ask(cell, timeout);
	return err ?: stop_cpus(self, cell);
}

int cell_stop(struct cpu *self, u64 id, u32 timeout)
{
	int err;
	struct cell *cell = find_managed(self->machine, id, &err);

	return cell ? shut_down(self, cell, timeout) : err;
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
	struct cell *cell = find_managed(self->machine, id, &err);
	cpu_mask held;

	if (!cell)
		return err;
	err = shut_down(self, cell, timeout);
	if (err || cell->loadable)
		return err;

	err = open_window(self, cell, &held);
	if (err)
		return err;
	cell->loadable = !region_load(cell);
	close_window(self, held);
	return cell->loadable ? 0 : no_table_for(cell, "map its memory into the root cell");
}

/* Its CPUs are suspended. */
static void reset_cpus(struct cell *cell)
{
	const bool first_only = cell->desc->flags & JAILHOUSE_CELL_START_FIRST_CPU;
	struct cpu *cpu;
	unsigned int n;

	for_each_cpu_in(n, cell->cpus) {
		cpu = &cell->machine->cpus[n];
		if (first_only && n != cpu_first(cell->cpus)) {
			cpu_assign(cpu, cell, true);
			continue;
		}
		cpu_assign(cpu, cell, false);
		cpu_post(cpu, CPU_REQ_RESET);
	}
}

int cell_start(struct cpu *self, u64 id, __maybe_unused u32 timeout)
{
	int err;
	struct cell *cell = find_managed(self->machine, id, &err);
	cpu_mask held;

	if (!cell)
		return err;
	cell_refresh(cell);
	if (cell_state_running(cell_state(cell)))
		return 0;

	err = open_window(self, cell, &held);
	if (err)
		return err;
	if (cell->loadable && region_unload(cell)) {
		close_window(self, held);
		return no_table_for(cell, "take its memory from the root cell");
	}
	cell->loadable = false;
	if (cell->comm)
		comm_init(cell);
	reset_cpus(cell);
	cell_state_event(cell, CELL_EVENT_START);
	close_window(self, held);
	log_printf("Started cell %s\n", cell->desc->name);
	return 0;
}

/*
 * Destroy
 */

/* A cell that was scrubbed, or never ran. */
static int remove_cell(struct cpu *self, struct cell *cell)
{
	int err = move_out(self, cell);

	if (err)
		return err;
	unmake_steps(build_steps, ARRAY_SIZE(build_steps), cell);
	cell_free(cell);
	return 0;
}

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
	struct cell *cell = find_managed(m, id, &err);

	if (!cell)
		return err;
	if (m->op.phase != PHASE_SCRUB) {
		err = check_lock(m, cell);
		if (!err)
			err = shut_down(self, cell, timeout);
		if (err)
			return err;
		begin_scrub(m);
	}
	return scrub(cell) ? end_destroy(self, cell) : -EINPROGRESS;
}

int cell_abandon(struct cpu *self)
{
	struct management_op *op = &self->machine->op;
	struct cell *cell;
	int err = 0;

	if (op->phase == PHASE_SCRUB && op->code == JAILHOUSE_HC_CELL_CREATE) {
		err = remove_cell(self, last_cell(self->machine));
	} else if (op->phase != PHASE_SCRUB) {
		cell = cell_find(self->machine, op->arg1);
		if (cell)
			comm_withdraw(cell);
	}
	if (err)
		return err;
	log_printf("Gave up what hypercall %u had begun\n", op->code);
	op->code = 0;
	op->phase = PHASE_BEGIN;
	return 0;
}

/*
 * Outside of management operations
 */

void cell_fail(struct cpu *cpu, const char *fmt, ...)
{
	struct cell *cell = cpu->cell;
	char what[160];
	va_list ap;

	va_start(ap, fmt);
	fmt_vsnprintf(what, sizeof(what), fmt, ap);
	va_end(ap);
	log_printf("Cell %s failed, CPU %u: %s\n", cell->desc->name, cpu->id, what);

	cpu->failed = true;
	if (cell_is_root(cell)) {
		cpu_post(cpu, CPU_REQ_PARK);
		return;
	}
	cell_state_event(cell, CELL_EVENT_FAIL);
	park_cpus(cell);
}

static cpu_mask present_cpus(const struct machine *m)
{
	cpu_mask present = 0;
	unsigned int n;

	for (n = 0; n < m->num_cpus; n++)
		if (m->cpus[n].present)
			present |= BIT_ULL(n);
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
	root->cpus = present_cpus(m);
	cell_state_init(root, CELL_RUNNING);
	err = make_steps(build_steps, ARRAY_SIZE(build_steps), root);
	if (err) {
		page_free(&m->pool, root, cell_pages(0));
		return err;
	}
	for_each_cpu_in(n, root->cpus)
		m->cpus[n].cell = root;
	m->root = root;
	return 0;
}
