// SPDX-License-Identifier: GPL-2.0-only
/* SOURCES: x86/exits/cr.c x86/exits/events.c x86/exits/fetch.c x86/exits/guest_memory.c */
/* SOURCES: x86/exits/guest_msr.c x86/exits/guest_pages.c x86/exits/instructions.c x86/exits/io.c */
/* SOURCES: x86/exits/machine_check.c x86/exits/mmio.c x86/exits/violations.c */
/* SOURCES: x86/cpuid.c x86/cr_policy.c x86/decode.c x86/emulate.c x86/guest_walk.c x86/kick.c */
/* SOURCES: x86/guest_uart.c x86/vector_move.c x86/msr.c x86/msr_cell.c x86/root_msr.c */
/* SOURCES: core/cpu_set.c core/format.c core/mmio.c core/page_pool.c core/pgtable.c core/pio.c */
/*
 * What is around the handlers of exits: memory, two cells, and the parts of the hypervisor that
 * they call.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "fake_vendor/host.h"
#include "kept_pages.h"
#include "apic.h"
#include "arch.h"
#include "cell.h"
#include "cell_console.h"
#include "clean.h"
#include "cpuid.h"
#include "exits/guest_pages.h"
#include "guest_walk.h"
#include "hypercall.h"
#include "kick.h"
#include "leave.h"
#include "log.h"
#include "machine_check.h"
#include "panic.h"
#include "park.h"

#define POOL_HPA	0x3a000000ULL
#define POOL_PAGES	32
#define RAM_HPA		0x10000000ULL

struct host host;
u8 host_vectors[32][64];
u64 host_xcr0 = 0xe7;
struct fake_guest guest;
struct cpu host_cpu;
u8 host_ram[HOST_RAM_SIZE] __aligned(4096);

struct percpu percpu_area __aligned(4096);
struct insn_regs percpu_regs;
u8 percpu_window[4096];
struct machine machine;
struct jailhouse_boot boot_info;
struct apic_hw apic_hw;
struct apic_topology apic_topology;
struct pci_space pci_space;
struct msr_table msr_tables[2];
u8 msr_bitmaps[MSR_NUM_VIEWS][VENDOR_MSR_BITMAP_SIZE];
u64 x86_addr_bits;
bool x86_has_la57;

static u8 pool[POOL_PAGES * 4096] __aligned(4096);
static u64 window_pte;
static struct cell root, other;
static struct {
	struct jailhouse_cell_desc desc;
	struct jailhouse_pio pio[2];
} __packed config;

/*
 * What was done
 */

static char done[2][1024];
static unsigned int current;

static void add(const char *fmt, va_list ap)
{
	char *text = done[current];
	size_t length = strlen(text);

	if (length)
		length += (size_t)snprintf(text + length, sizeof(done[0]) - length, "; ");
	vsnprintf(text + length, sizeof(done[0]) - length, fmt, ap);
}

void host_did(const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	add(fmt, ap);
	va_end(ap);
}

const char *host_done(void)
{
	const char *text = done[current];

	current ^= 1;
	done[current][0] = 0;
	return text;
}

u32 host_stat(unsigned int stat)
{
	return host_cpu.stats[stat];
}

/*
 * The hardware
 */

u64 rdtsc(void)
{
	return host.tsc;
}

static u64 *find_msr(u32 msr)
{
	unsigned int n;

	for (n = 0; n < HOST_NUM_MSRS; n++)
		if (host.msr[n].msr == msr)
			return &host.msr[n].val;
	return NULL;
}

int rdmsr_safe(u32 msr, u64 *val)
{
	const u64 *is = find_msr(msr);

	if (!is)
		return -EIO;
	*val = *is;
	return 0;
}

int wrmsr_safe(u32 msr, u64 val)
{
	u64 *is = find_msr(msr);

	if (!is)
		return -EIO;
	*is = val;
	host_did("wrmsr 0x%x 0x%llx", msr, val);
	return 0;
}

int xsetbv_safe(u32 index, u64 val)
{
	host_did("xsetbv %u 0x%llx", index, val);
	return host.xsetbv_error;
}

void cpuid(u32 regs[4])
{
	regs[0] ^= 0xa0000000;
	regs[1] = 0xb0000000;
	regs[2] = 0xc0000000;
	regs[3] = 0xd0000000;
}

static u8 *memory_at(u64 hpa)
{
	if (hpa - RAM_HPA < sizeof(host_ram))
		return host_ram + (hpa - RAM_HPA);
	if (hpa - POOL_HPA < sizeof(pool))
		return pool + (hpa - POOL_HPA);
	panic("memory 0x%llx is nobody's", hpa);
}

void invlpg(const void *gva)
{
	if (kept_show(gva, RAM_HPA) && host.on_window)
		host.on_window(0);
}

/*
 * The rest of the hypervisor
 */

void *arch_window(u64 hpa)
{
	if (host.on_window)
		host.on_window(hpa);
	return memory_at(hpa);
}

void arch_window_close(void)
{
}

void virtual_pin_raise(__maybe_unused struct virtual_pin *pin)
{
	host_did("interrupt");
}

__noreturn void panic(const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	vfprintf(stderr, fmt, ap);
	va_end(ap);
	abort();
}

int apic_write_base(struct percpu *percpu, u64 val)
{
	percpu->apic.base = val;
	host_did("apic base");
	return host.apic_error;
}

int apic_x2apic_read(__maybe_unused struct percpu *percpu, u32 msr, u64 *val)
{
	host_did("x2apic read 0x%x", msr);
	*val = host.apic_value;
	return host.apic_error;
}

int apic_x2apic_write(__maybe_unused struct percpu *percpu, u32 msr, u64 val)
{
	host_did("x2apic write 0x%x 0x%llx", msr, val);
	return host.apic_error;
}

int apic_mmio_read(__maybe_unused void *percpu, u64 gpa, unsigned int width, u64 *val)
{
	host_did("apic read 0x%llx/%u", gpa, width);
	*val = host.apic_value;
	return 0;
}

int apic_mmio_write(__maybe_unused void *percpu, u64 gpa, unsigned int width, u64 val)
{
	host_did("apic write 0x%llx/%u 0x%llx", gpa, width, val);
	return 0;
}

void apic_send_nmi(__maybe_unused u32 apic_id)
{
	host.nmi_held = true;
}

u8 host_nmi_comes(void)
{
	bool held = host.nmi_held;

	host.nmi_held = false;
	return held;
}

void apic_init_state(__maybe_unused struct percpu *percpu)
{
	host_did("apic init");
}

bool apic_pmi_pending(void)
{
	return host.pmi;
}

void park_cpu(__maybe_unused struct percpu *percpu)
{
	host_did("park");
}

void clean_cpu(__maybe_unused struct percpu *percpu)
{
	host_did("clean");
}

__noreturn void leave_to_linux(__maybe_unused struct percpu *percpu)
{
	panic("a CPU leaves");
}

__noreturn void leave_offline(__maybe_unused struct percpu *percpu)
{
	panic("a CPU leaves that is offline");
}

bool machine_check_survived(__maybe_unused struct percpu *percpu)
{
	return false;
}

void cell_fail(struct cpu *self, const char *fmt, ...)
{
	char text[160];
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(text, sizeof(text), fmt, ap);
	va_end(ap);
	host_did("failed: %s", text);
	self->parked = true;
}

enum cpu_action cpu_events_process(struct cpu *self)
{
	enum cpu_action action = host.actions[0];

	memmove(host.actions, host.actions + 1, sizeof(host.actions) - sizeof(host.actions[0]));
	if (host.num_actions)
		host.num_actions--;
	self->requests = host.num_actions ? CPU_REQ_RESET : 0;
	self->parked = action == CPU_PARK || (action == CPU_CONTINUE && self->parked);
	return action;
}

unsigned int cpu_take_nmis(__maybe_unused struct cpu *self)
{
	return host.nmis;
}

static long answer(__maybe_unused struct cpu *self, u64 arg1, u64 arg2)
{
	host_did("hypercall 0x%llx 0x%llx", arg1, arg2);
	return -EINVAL;
}

const struct hypercall hypercalls[JAILHOUSE_NUM_HYPERCALLS] = {
	[0 ... JAILHOUSE_NUM_HYPERCALLS - 1] = { answer, ANY_CELL },
};

long hypercall_manage(__maybe_unused struct cpu *self, __maybe_unused u32 code,
		      __maybe_unused u64 arg1, __maybe_unused u64 arg2)
{
	return -EINVAL;
}

/* It stands still. */
u64 arch_read_tsc(void)
{
	return 0;
}

bool cell_log_begin(struct cpu *cpu, enum cell_line line)
{
	return !cpu->cell->line_due[line];
}

bool cell_log_takes(__maybe_unused const struct cpu *cpu)
{
	return !host.log_full;
}

void cell_log_putc(__maybe_unused struct cpu *cpu, char c)
{
	host_did("print %c", c);
}

bool cell_console_waits(__maybe_unused const struct cell *cell)
{
	return host.typed && *host.typed;
}

char cell_console_read(struct cell *cell)
{
	return cell_console_waits(cell) ? *host.typed++ : 0;
}

/* The line without what is the same in all of them. */
void log_printf(const char *fmt, ...)
{
	static const char prefix[] = "Denied on CPU 0: ";
	char text[200];
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(text, sizeof(text), fmt, ap);
	va_end(ap);
	text[strcspn(text, "\n")] = 0;
	host_did("log: %s", strncmp(text, prefix, strlen(prefix)) ? text : text + strlen(prefix));
}

static int access_pci(const char *whose, struct pci_access *access)
{
	host.pci = *access;
	if (!access->is_write)
		access->value = host.pci_value;
	host_did("%s pci", whose);
	return host.pci_error;
}

int pci_root_access(__maybe_unused struct pci_space *space, struct pci_access *access)
{
	return access_pci("root", access);
}

int pci_cell_access(__maybe_unused struct pci_cell *cell, struct pci_access *access)
{
	return access_pci("cell", access);
}

/*
 * Two cells and a CPU
 */

static int device(__maybe_unused void *arg, struct mmio_access *access)
{
	host.device = *access;
	if (!access->is_write)
		access->value = host.device_value;
	return host.device_error;
}

static void make_cell(struct cell *cell, unsigned int id)
{
	memset(cell, 0, sizeof(*cell));
	cell->id = id;
	cell->machine = &machine;
	cell->desc = &config.desc;
	if (pgtable_init(&cell->stage2, arch_stage2_format(), &machine.pool) ||
	    pgtable_map(&cell->stage2, 0, RAM_HPA, HOST_RAM_SIZE,
			arch_stage2_attrs(JAILHOUSE_MEM_READ | JAILHOUSE_MEM_WRITE |
					  JAILHOUSE_MEM_EXECUTE), false) ||
	    mmio_init(&cell->mmio, &machine.pool) ||
	    mmio_register(&cell->mmio, HOST_DEVICE, 4096, device, NULL))
		panic("no memory for a cell");
}

static void make_machine(void)
{
	memset(&machine, 0, sizeof(machine));
	page_pool_init(&machine.pool, pool, POOL_HPA, sizeof(pool));
	machine.tsc_khz = 1000000;
	machine.cpus = &host_cpu;
	machine.num_cpus = 1;
	machine.root = &root;
	config.desc.num_pio_regions = 2;
	config.desc.cpu_reset_address = 0xffff0;
	config.desc.console.address = HOST_CONSOLE;
	config.pio[0] = (struct jailhouse_pio)PIO_RANGE_FLAGS(0x80, 2, JAILHOUSE_PIO_IGNORE);
	config.pio[1] = (struct jailhouse_pio)
		PIO_RANGE_FLAGS(0x90, 2, JAILHOUSE_PIO_IGNORE | JAILHOUSE_PIO_ZERO);
	make_cell(&root, 0);
	make_cell(&other, 1);
	x86_addr_bits = guest_addr_bits(39);
	msr_table_build(&msr_tables[MSR_VIEW_ROOT], &vendor_msrs, MSR_VIEW_ROOT, false);
	msr_table_build(&msr_tables[MSR_VIEW_CELL], &vendor_msrs, MSR_VIEW_CELL_TSC, false);
}

/* Pages of 1G, but for HOST_HOLE. */
static void make_tables(void)
{
	u64 *top = (u64 *)(host_ram + HOST_TABLES), *entries = top + 512;

	memset(host_ram, 0, sizeof(host_ram));
	top[0] = (HOST_TABLES + 4096) | 7;
	entries[0] = 0xe7;
	entries[2] = 2ULL << 30 | 0xe7;
	entries[3] = 3ULL << 30 | 0xe7;
}

static void make_cpu(void)
{
	struct percpu *percpu = &percpu_area;

	memset(percpu, 0, sizeof(*percpu));
	memset(&percpu_regs, 0, sizeof(percpu_regs));
	host_cpu = (struct cpu){ .machine = &machine, .cell = &root, .present = true };
	percpu->cpu = &host_cpu;
	percpu->cell = &root;
	percpu->msr_table = &msr_tables[MSR_VIEW_ROOT];
	percpu->cpuid_filtered = cpuid_filtered_bits(true);
	percpu->apic.base = 0xfee00000 | APIC_BASE_ENABLE;
	percpu->window_pte = &window_pte;
	percpu->kept_ptes = kept_ptes;
	exit_cache_flush();
	percpu->nmis_seen = 1;
	kick_take(percpu);
	guest = (struct fake_guest){
		.rip = HOST_CODE, .rflags = 2, .cr0 = 0x80000033, .cr3 = HOST_TABLES,
		.cr4 = X86_CR4_PAE, .efer = X86_EFER_LMA | X86_EFER_LME | X86_EFER_NXE,
		.mode = INSN_MODE_64, .length = 2, .fault = { .operand = true },
	};
	percpu->exit_rip = guest.rip;
}

void host_boot(void)
{
	memset(&host, 0, sizeof(host));
	host.tsc = 1000000;
	kept_begin(host_ram, sizeof(host_ram));
	make_machine();
	make_tables();
	make_cpu();
	host_done();
}

void host_cell(void)
{
	struct percpu *percpu = &percpu_area;

	host_cpu.cell = &other;
	percpu->cell = &other;
	percpu->msr_table = &msr_tables[MSR_VIEW_CELL];
	percpu->cpuid_filtered = cpuid_filtered_bits(false);
}

void host_code(u64 gpa, const void *code, size_t size)
{
	memcpy(host_ram + gpa, code, size);
	guest.rip = gpa;
	percpu_area.exit_rip = gpa;
}
