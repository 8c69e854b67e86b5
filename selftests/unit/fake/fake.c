// SPDX-License-Identifier: GPL-2.0-only
/* The fake machine: core/arch.h on a host. */
#include <setjmp.h>
#include <stdlib.h>
#include "fake.h"
#include "arch.h"
#include "cell.h"
#include "cell_state.h"
#include "config_check.h"
#include "cpu_events.h"
#include "hypercall.h"
#include "log.h"
#include "region.h"
#include "string.h"

struct fake fake;
struct machine machine;
static struct cpu cpus[MAX_CPUS];

static struct {
	struct jailhouse_system system;
	struct jailhouse_memory mem[3];
	struct jailhouse_pio pio[3];
} __packed root_config;

/*
 * The seam
 */

/* Read, write and execute, as in EPT; bit 7 tells large leaves. */
static const struct pgtable_format stage2_format = {
	.levels = 4,
	.huge_levels = 1 << 1 | 1 << 2,
	.present_mask = 7,
	.table_attrs = 7,
	.leaf_huge_bit = 1 << 7,
	.small_bit = BIT_ULL(52),
	.addr_mask = 0x000ffffffffff000ULL,
};

#define ATTR_IO	BIT_ULL(3)

const struct pgtable_format *arch_stage2_format(void)
{
	return &stage2_format;
}

u64 arch_stage2_attrs(u64 mem_flags)
{
	return (mem_flags & 7) | (mem_flags & JAILHOUSE_MEM_IO ? ATTR_IO : 0);
}

u64 arch_read_tsc(void)
{
	fake.tsc += fake.tsc_step;
	return fake.tsc;
}

unsigned int arch_cpu_id(void)
{
	return fake.current;
}

/* CPUs that are in cpu_events_process() now, the innermost last. */
static struct {
	jmp_buf leave;
	unsigned int cpu;
} running[MAX_CPUS];
static unsigned int num_running;

static void take_action(unsigned int cpu, enum cpu_action action)
{
	struct fake_cpu *state = &fake.cpu[cpu];

	switch (action) {
	case CPU_CONTINUE:
		break;
	case CPU_PARK:
		state->state = FAKE_IDLE;
		break;
	case CPU_RESET:
		state->state = FAKE_GUEST;
		state->resets++;
		break;
	case CPU_STARTUP:
		state->state = FAKE_GUEST;
		state->startups++;
		break;
	case CPU_LEAVE:
		state->state = FAKE_GONE;
		cpu_left(&machine.cpus[cpu]);
		break;
	}
}

static void run_events(unsigned int cpu)
{
	const unsigned int interrupted = fake.current;

	if (fake.cpu[cpu].state == FAKE_GONE)
		return;
	fake.cpu[cpu].kicked = false;
	fake.cpu[cpu].held = true;
	fake.current = cpu;
	running[num_running].cpu = cpu;
	if (!setjmp(running[num_running++].leave)) {
		do
			take_action(cpu, cpu_events_process(&machine.cpus[cpu]));
		while (cpu_events_left(&machine.cpus[cpu]));
		fake.cpu[cpu].held = false;
	}
	num_running--;
	fake.current = interrupted;
}

/* CPUs that are held go on if they may, and late kicks arrive. */
static void run_others(void)
{
	unsigned int n;

	for (n = 0; n < machine.num_cpus; n++)
		if (n != fake.current && !fake.cpu[n].hung &&
		    (fake.cpu[n].kicked || fake.cpu[n].held))
			run_events(n);
}

void arch_cpu_relax(void)
{
	fake.tsc += FAKE_RELAX_TICKS;
	if (num_running && running[num_running - 1].cpu == fake.current)
		longjmp(running[num_running - 1].leave, 1);
	run_others();
}

void arch_kick_cpu(struct cpu *cpu)
{
	if (!cpu->present || cpu->id == fake.current)
		abort();
	fake.cpu[cpu->id].kicked = true;
	if (!fake.late_kicks && !fake.cpu[cpu->id].hung)
		run_events(cpu->id);
}

void arch_cpu_moved(struct cpu *cpu)
{
	if (cpu->id != fake.current)
		abort();
	fake.cpu[cpu->id].serves = cpu->cell->arch.serial;
}

void arch_flush_stage2(struct cpu *cpu)
{
	if (cpu->id != fake.current)
		abort();
	fake.cpu[cpu->id].flushes++;
}

int arch_cell_create(struct cell *cell)
{
	if (!cell->io_bitmap || !cell->stage2.root || cpu_set_empty(&cell->cpus) || !cell->desc)
		abort();
	if (fake.arch_error) {
		log_error("cell %s: the fake does not want it", cell->desc->name);
		return fake.arch_error;
	}
	cell->arch.page = page_alloc(&cell->machine->pool, 1);
	if (!cell->arch.page) {
		log_error("cell %s: no page for the fake", cell->desc->name);
		return -ENOMEM;
	}
	cell->arch.serial = ++fake.serial;
	return 0;
}

void arch_cell_destroy(struct cell *cell)
{
	page_free(&cell->machine->pool, cell->arch.page, 1);
}

unsigned int arch_remap_pages(bool used)
{
	return used ? FAKE_REMAP_USED : FAKE_REMAP_PAGES;
}

void arch_root_cpus_changed(struct machine *m)
{
	fake.routed_cpus = m->root->cpus;
}

void arch_cell_moved(struct cell *cell, bool to_root)
{
	const struct cpu_set involved = cpu_set_or(&machine.root->cpus, &cell->cpus);
	unsigned int n;

	for_each_cpu_in(n, &involved)
		if (n != fake.current && !(machine.cpus[n].requests & CPU_SUSPENDED))
			fake.moved_unsuspended++;
	if (cell->arch.devices_moved != to_root)
		abort();
	if (cell->arch.devices_run)
		abort();
	cell->arch.devices_moved = !to_root;
}

void arch_cell_run(struct cell *cell, bool runs)
{
	if (!cell->arch.devices_moved)
		abort();
	cell->arch.devices_run = runs;
}

/* Memory that devices may write to, and that the hypervisor is about to fill. */
static bool devices_reach(u64 hpa)
{
	const struct jailhouse_memory *mem;
	const struct cell *cell;
	u32 n;

	for_each_cell(&machine, cell) {
		mem = config_mem_regions(cell->desc);
		for (n = 0; cell->arch.devices_run && n < cell->desc->num_memory_regions; n++)
			if (hpa - mem[n].phys_start < mem[n].size)
				return true;
	}
	return false;
}

void *arch_window(u64 hpa)
{
	if (hpa & ~PAGE_MASK || hpa >= FAKE_RAM_SIZE)
		abort();
	if (devices_reach(hpa))
		fake.reached_by_devices++;
	fake.window_open = true;
	fake.windows++;
	if (fake.on_window)
		fake.on_window(hpa);
	return fake.ram + hpa;
}

void arch_window_close(void)
{
	fake.window_open = false;
}

size_t arch_console_write(__maybe_unused const char *text, size_t length,
			  __maybe_unused bool urgent,
			  __maybe_unused const char **remark)
{
	return length;
}

void arch_halt(void)
{
	fake.halted = true;
	longjmp(running[0].leave, 1);
}

/*
 * Boot
 */

static void make_root_config(void)
{
	struct jailhouse_system *system = &root_config.system;
	struct jailhouse_cell_desc *cell = &system->root_cell;
	const u64 ram = JAILHOUSE_MEM_READ | JAILHOUSE_MEM_WRITE | JAILHOUSE_MEM_EXECUTE |
			JAILHOUSE_MEM_DMA;
	const u64 io = JAILHOUSE_MEM_READ | JAILHOUSE_MEM_WRITE | JAILHOUSE_MEM_IO;

	memset(&root_config, 0, sizeof(root_config));
	memcpy(cell->signature, JAILHOUSE_CELL_DESC_SIGNATURE, sizeof(cell->signature));
	cell->revision = JAILHOUSE_CONFIG_REVISION;
	cell->total_size = (u32)(sizeof(root_config) -
				 offsetof(struct jailhouse_system, root_cell));
	memcpy(cell->name, "root", 5);
	cell->num_memory_regions = ARRAY_SIZE(root_config.mem);
	cell->num_pio_regions = ARRAY_SIZE(root_config.pio);
	root_config.mem[0] = (struct jailhouse_memory) { 0, 0, FAKE_HV_START, ram };
	root_config.mem[1] = (struct jailhouse_memory) {
		FAKE_RAM1_START, FAKE_RAM1_START, FAKE_RAM_SIZE - FAKE_RAM1_START, ram
	};
	root_config.mem[2] = (struct jailhouse_memory) {
		FAKE_IO_START, FAKE_IO_START, FAKE_IO_SIZE, io
	};
	root_config.pio[0] = (struct jailhouse_pio)PIO_RANGE(0, FAKE_IGNORED_PORT);
	root_config.pio[1] = (struct jailhouse_pio)
		PIO_RANGE_FLAGS(FAKE_IGNORED_PORT, 0x10, JAILHOUSE_PIO_IGNORE);
	root_config.pio[2] = (struct jailhouse_pio)
		PIO_RANGE(FAKE_IGNORED_PORT + 0x10, FAKE_PORTS - FAKE_IGNORED_PORT - 0x10);

	memcpy(system->signature, JAILHOUSE_SYSTEM_SIGNATURE, sizeof(system->signature));
	system->revision = JAILHOUSE_CONFIG_REVISION;
	system->total_size = sizeof(root_config);
	system->hypervisor_memory.phys_start = FAKE_HV_START;
	system->hypervisor_memory.size = FAKE_HV_SIZE;
	system->platform_info.pm_timer_address = FAKE_PM_TIMER;
	system->checksum = config_checksum(system, sizeof(root_config));
}

void fake_boot_unready(unsigned int num_cpus)
{
	u8 *ram = fake.ram;
	unsigned int n;

	if (!ram && posix_memalign((void **)&ram, PAGE_SIZE, FAKE_RAM_SIZE))
		abort();
	memset(&fake, 0, sizeof(fake));
	memset(&machine, 0, sizeof(machine));
	memset(cpus, 0, sizeof(cpus));
	machine.cpus = cpus;
	fake.ram = ram;
	fake.tsc = 1000;
	fake.tsc_step = 1;

	make_root_config();
	machine.system = &root_config.system;
	machine.tsc_khz = FAKE_TSC_KHZ;
	machine.apic_khz = FAKE_APIC_KHZ;
	machine.log = (void *)(fake.ram + FAKE_HV_START);
	memset(machine.log, 0, sizeof(*machine.log));
	log_init(machine.log);
	page_pool_init(&machine.pool, machine.log + 1,
		       FAKE_HV_START + sizeof(*machine.log),
		       FAKE_HV_SIZE - sizeof(*machine.log));
	machine.num_cpus = num_cpus;
	for (n = 0; n < num_cpus; n++) {
		machine.cpus[n].id = n;
		machine.cpus[n].apic_id = 2 * n;
		machine.cpus[n].machine = &machine;
		machine.cpus[n].present = true;
	}
}

void fake_enter(void)
{
	unsigned int n;

	for (n = 0; n < machine.num_cpus; n++)
		fake.cpu[n].serves = machine.root->arch.serial;
}

void fake_boot(unsigned int num_cpus)
{
	fake_boot_unready(num_cpus);
	memset(fake.ram, 0xa5, FAKE_HV_START);
	memset(fake.ram + FAKE_RAM1_START, 0xa5, FAKE_RAM_SIZE - FAKE_RAM1_START);
	if (cell_init_root(&machine))
		abort();
	fake_enter();
}

/*
 * Configurations
 */

void fake_config(struct fake_config *config, const char *name, u64 cpus, u32 flags)
{
	memset(config, 0, sizeof(*config));
	memcpy(config->cell.signature, JAILHOUSE_CELL_DESC_SIGNATURE,
	       sizeof(config->cell.signature));
	config->cell.revision = JAILHOUSE_CONFIG_REVISION;
	memcpy(config->cell.name, name, strlen(name) + 1);
	config->cell.cpu_set_size = sizeof(config->cpus);
	config->cell.flags = flags;
	config->cell.cpu_reset_address = 0xff0;
	config->cpus = low_cpus(cpus);
}

void fake_add_memory(struct fake_config *config, u64 phys, u64 virt, u64 size, u64 flags)
{
	config->mem[config->cell.num_memory_regions++] = (struct jailhouse_memory) {
		phys, virt, size, flags
	};
}

void fake_add_pio(struct fake_config *config, u16 base, u32 length, u16 flags)
{
	config->pio[config->cell.num_pio_regions++] = (struct jailhouse_pio) {
		base, flags, length
	};
}

void fake_config_place(const struct fake_config *config, u64 gpa)
{
	u8 *blob = fake.ram + gpa, *to = blob;
	const size_t mem = config->cell.num_memory_regions * sizeof(config->mem[0]);
	const size_t pio = config->cell.num_pio_regions * sizeof(config->pio[0]);
	struct jailhouse_cell_desc cell = config->cell;

	cell.total_size = (u32)config_size(&cell);
	memcpy(to, &cell, sizeof(cell));
	to += sizeof(cell);
	memcpy(to, &config->cpus, sizeof(config->cpus));
	to += sizeof(config->cpus);
	memcpy(to, config->mem, mem);
	memcpy(to + mem, config->pio, pio);
	cell.checksum = config_checksum(blob, cell.total_size);
	memcpy(blob, &cell, sizeof(cell));
}

/*
 * Calls
 */

void fake_settle(void)
{
	unsigned int n, round;

	for (round = 0; round < 4; round++)
		for (n = 0; n < machine.num_cpus; n++)
			if (!fake.cpu[n].hung && (fake.cpu[n].kicked || fake.cpu[n].held ||
						  cpu_requested(&machine.cpus[n])))
				run_events(n);
}

long fake_hypercall(unsigned int cpu, u32 code, u64 arg1, u64 arg2)
{
	long ret;

	fake.current = cpu;
	ret = hypercall(&machine.cpus[cpu], code, arg1, arg2);
	fake_settle();
	return ret;
}

long fake_repeat(unsigned int cpu, u32 code, u64 arg1, u64 arg2)
{
	long ret;

	do {
		ret = fake_hypercall(cpu, code, arg1, arg2);
	} while (ret == -EINPROGRESS || ret == -EAGAIN);
	return ret;
}

const char *fake_error(void)
{
	return machine.log->error;
}

struct jailhouse_comm_region *fake_comm(u64 id)
{
	struct cell *cell = cell_find(&machine, id);

	return cell ? cell->comm : NULL;
}

/*
 * Invariants
 */

static u32 count_tables(const u64 *table, unsigned int level)
{
	u32 count = 1;
	unsigned int n;

	for (n = 0; level > 0 && n < 512; n++)
		if (table[n] & stage2_format.present_mask &&
		    !(table[n] & stage2_format.leaf_huge_bit))
			count += count_tables(page_virt(&machine.pool,
							table[n] & stage2_format.addr_mask),
					      level - 1);
	return count;
}

static u32 pages_of(const struct cell *cell)
{
	const size_t desc = cell_is_root(cell) ? 0 : cell->desc->total_size;
	u32 pages = (u32)((ALIGN_UP(sizeof(*cell), 16) + desc + PAGE_SIZE - 1) / PAGE_SIZE);

	pages += PIO_BITMAP_PAGES + 1 + 1;	/* I/O bitmap, MMIO table, fake's page */
	pages += cell->comm ? 1 : 0;
	return pages + count_tables(cell->stage2.root, stage2_format.levels - 1);
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
static u64 mapped_pages(const u64 *table, unsigned int level)
{
	u64 pages = 0;
	unsigned int n;

	for (n = 0; n < 512; n++) {
		if (!(table[n] & stage2_format.present_mask))
			continue;
		if (!level || table[n] & stage2_format.leaf_huge_bit)
			pages += 1ULL << 9 * level;
		else
			pages += mapped_pages(page_virt(&machine.pool,
							table[n] & stage2_format.addr_mask),
					      level - 1);
	}
	return pages;
}

/* A cell has what its configuration says, with those rights, and nothing else. */
static const char *broken_cell_memory(const struct cell *cell)
{
	const struct jailhouse_memory *mem = config_mem_regions(cell->desc);
	u64 offset, hpa, attrs, want, pages = 0;
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
	if (mapped_pages(cell->stage2.root, stage2_format.levels - 1) != pages)
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
	if (fake.window_open)
		return "a window is open";
	if (fake.moved_unsuspended)
		return "devices moved while CPUs were running";
	if (fake.reached_by_devices)
		return "devices could write to memory that was scrubbed";
	if (machine.disable.state || machine.disable.inside)
		return "CPUs are disabling the hypervisor";
	for_each_cell(&machine, cell) {
		if (cell_is_root(cell))
			continue;
		what = what ?: broken_cell_memory(cell);
		if (!cell->arch.devices_moved)
			what = "devices did not move";
		if (cell->arch.devices_run != cell_state_running(cell_state(cell)))
			what = "devices do not run as their cell does";
	}
	what = what ?: broken_pool();
	what = what ?: broken_root_memory();
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
