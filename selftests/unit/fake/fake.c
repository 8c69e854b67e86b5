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
#include "link.h"
#include "log.h"
#include "region.h"
#include "string.h"
#include "../stage2_format.h"

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

/* The zeros are there when it is told. */
static void scrubbed(const void *page, size_t size)
{
	static const u8 zeros[PAGE_SIZE];

	if (size != PAGE_SIZE || memcmp(page, zeros, PAGE_SIZE))
		abort();
	fake.scrubbed++;
}

/* As in VT-d: readable or writable is present, and there are no leaves of 1 GiB. */
static const struct pgtable_format dma_format = {
	.levels = 3,
	.huge_levels = 1 << 1,
	.present_mask = 3,
	.table_attrs = 3,
	.leaf_huge_bit = 1 << 7,
	.addr_mask = 0x000ffffffffff000ULL,
	.scrubbed = scrubbed,
};

bool fake_translates_dma;

const struct pgtable_format *arch_dma_format(void)
{
	return fake_translates_dma ? &dma_format : NULL;
}

u64 arch_dma_attrs(u64 mem_flags)
{
	return mem_flags & 3;
}

static int dma_dead(void)
{
	log_error("the fake's IOMMU does not answer");
	return -EIO;
}

int arch_dma_flush(const struct cell *of, bool attach)
{
	struct cell *cell;

	if (of && of->arch.devices_run)
		abort();
	for_each_cell(&machine, cell)
		if (cell == of)
			cell->arch.attached = attach;
	if (fake.dma_dead)
		return dma_dead();
	for_each_cell(&machine, cell)
		cell->arch.reached = cell->arch.attached;
	fake.dma_flushes++;
	fake.dma_stale = false;
	return 0;
}

int arch_dma_switch(bool on)
{
	if (fake.dma_dead)
		return dma_dead();
	fake.dma_on = on;
	return 0;
}

/* There is one device. */
long arch_dma_faults(u32 device)
{
	if (!fake_translates_dma)
		return -ENODEV;
	return device == FAKE_DEVICE || device == ARCH_ALL_DEVICES ? fake.dma_faults : -ENOENT;
}

#define ATTR_IO	BIT_ULL(3)

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
	if (fake.on_kick)
		fake.on_kick(cpu);
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
	if (cell->arch.devices_run || fake.tsc < cell->arch.settled_at)
		abort();
	cell->arch.devices_moved = !to_root;
	fake.dma_stale = fake_translates_dma;
}

void arch_cell_run(struct cell *cell, bool runs)
{
	if (!cell->arch.devices_moved || (runs && fake.tsc < cell->arch.settled_at))
		abort();
	if (cell->arch.devices_run && !runs)
		cell->arch.settled_at = fake.tsc + fake.reset_takes;
	cell->arch.devices_run = runs;
}

bool arch_cell_settled(struct cell *cell)
{
	return fake.tsc >= cell->arch.settled_at;
}

/* The message is there when the cell looks. */
void arch_cell_message(struct cell *cell, bool console)
{
	if (!cell->arch.devices_run || (!console && !cell->comm->msg_to_cell))
		abort();
	if (console)
		cell->arch.typed++;
	else
		cell->arch.messages++;
}

/*
 * Memory that devices may write to, and that the hypervisor is about to fill. It only reads what
 * is Linux's as well, and a comm region is in memory of its own, whatever its phys_start is.
 */
static bool devices_reach(u64 hpa)
{
	const u64 not_filled = JAILHOUSE_MEM_ROOTSHARED | JAILHOUSE_MEM_COMM_REGION;
	const struct jailhouse_memory *mem;
	const struct cell *cell;
	bool reach;
	u32 n;

	for_each_cell(&machine, cell) {
		reach = cell->arch.devices_run || fake.tsc < cell->arch.settled_at;
		mem = config_mem_regions(cell->desc);
		for (n = 0; reach && n < cell->desc->num_memory_regions; n++)
			if (hpa - mem[n].phys_start < mem[n].size &&
			    !(mem[n].flags & not_filled))
				return true;
	}
	return false;
}

void *arch_window(u64 hpa)
{
	if (hpa & ~PAGE_MASK || hpa >= FAKE_RAM_SIZE)
		abort();
	/* Outside of management, what is opened is what links copy from. */
	if (machine.op.busy && (devices_reach(hpa) || fake.dma_stale))
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

/* Memory of cells lies in one piece, so that pages in a row are in a row here, too. */
void *arch_link_window(unsigned int n, u64 hpa)
{
	if (n >= ARCH_LINK_WINDOWS || hpa & ~PAGE_MASK || hpa >= FAKE_RAM_SIZE)
		abort();
	fake.link_windows_open = true;
	if (fake.on_window)
		fake.on_window(hpa);
	return fake.ram + hpa;
}

void arch_link_windows_close(void)
{
	fake.link_windows_open = false;
}

void arch_link_interrupt(struct link_end *end)
{
	end->cell->arch.link_interrupts++;
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
	fake.dma_on = true;

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

void fake_add_link(struct fake_config *config, u32 id, u64 address)
{
	config->links[config->cell.num_links++] = (struct jailhouse_link) {
		.address = address, .id = id, .mac = { 2, 0, 0, 0, 0, (u8)id },
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
	memcpy(to + mem + pio, config->links, config->cell.num_links * sizeof(config->links[0]));
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

/* Of what the root cell manages, a refusal comes with a sentence for the user. */
static bool owes_a_sentence(unsigned int cpu, u32 code, long ret)
{
	if (ret >= 0 || ret == -EINPROGRESS || ret == -EAGAIN ||
	    !cell_is_root(machine.cpus[cpu].cell) || code >= JAILHOUSE_NUM_HYPERCALLS)
		return false;
	return hypercalls[code].caller == MANAGEMENT || code == JAILHOUSE_HC_DISABLE;
}

/* The last sentence is not this call's. */
long fake_hypercall(unsigned int cpu, u32 code, u64 arg1, u64 arg2)
{
	long ret;

	fake.current = cpu;
	machine.log->error[0] = '\0';
	ret = hypercall(&machine.cpus[cpu], code, arg1, arg2);
	if (owes_a_sentence(cpu, code, ret) && !machine.log->error[0])
		fake.unexplained++;
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
