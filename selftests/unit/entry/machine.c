// SPDX-License-Identifier: GPL-2.0-only
/* SOURCES: x86/exits/cr.c x86/exits/events.c x86/exits/fetch.c x86/exits/guest_memory.c */
/* SOURCES: x86/exits/guest_msr.c x86/exits/guest_pages.c x86/exits/instructions.c */
/* SOURCES: x86/exits/io.c x86/exits/mmio.c x86/exits/violations.c x86/cpuid.c */
/* SOURCES: x86/cr_policy.c x86/decode.c x86/emulate.c x86/guest_cpu.c x86/guest_walk.c */
/* SOURCES: x86/guest_uart.c x86/vector_move.c x86/kick.c x86/msr.c x86/msr_cell.c x86/park.c */
/* SOURCES: x86/root_msr.c */
/* SOURCES: core/cpu_set.c core/format.c core/mmio.c core/page_pool.c core/pgtable.c core/pio.c */
/*
 * What is around the code that writes a VMCS or VMCB: memory, two cells, and the parts of the
 * hypervisor that have no part in it, whose answers the test makes up.
 */
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "entry.h"
#include "kept_pages.h"
#include "apic.h"
#include "arch.h"
#include "cell.h"
#include "cell_console.h"
#include "clean.h"
#include "exceptions.h"
#include "exits/exits.h"
#include "exits/guest_pages.h"
#include "hypercall.h"
#include "leave.h"
#include "log.h"
#include "mmio.h"
#include "panic.h"
#include "park.h"
#include "x86.h"

/* Physical memory: the hypervisor's pool, and what both cells have, from 0 on. */
#define POOL_HPA	0x3a000000ULL
#define POOL_PAGES	64
#define RAM_HPA		0x10000000ULL

#define AREA_HPA	0x3a080000ULL
#define HV_CR3		0x3a300000ULL
#define HV_IDT		0x8000010000ULL

struct host_cpu host_cpu;

struct percpu percpu_area __aligned(4096);
struct insn_regs percpu_regs;
u8 percpu_window[4096];
struct machine machine;
struct jailhouse_boot boot_info;
struct jailhouse_log log_page;
struct msr_table msr_tables[2];
u8 msr_bitmaps[MSR_NUM_VIEWS][VENDOR_MSR_BITMAP_SIZE];
struct apic_hw apic_hw;
struct apic_topology apic_topology;
struct pci_space pci_space;
u64 x86_addr_bits = BIT_ULL(ENTRY_ADDR_BITS) - PAGE_SIZE;
bool x86_has_la57;

u8 guest_ram[GUEST_RAM_SIZE] __aligned(4096);
static u8 pool[POOL_PAGES * 4096] __aligned(4096);
static u8 no_memory[4096];
static u64 window_pte;
static struct cell root, other;
static struct cpu cpu;
static struct jailhouse_cell_desc desc = { .name = "test" };

static u8 *memory_at(u64 hpa)
{
	if (hpa - RAM_HPA < sizeof(guest_ram))
		return guest_ram + (hpa - RAM_HPA);
	if (hpa - POOL_HPA < sizeof(pool))
		return pool + (hpa - POOL_HPA);
	return no_memory;
}

/* The window: memory is accessed where it is. */
void *arch_window(u64 hpa)
{
	host_cpu.invlpgs++;
	return memory_at(hpa);
}

void arch_window_close(void)
{
	host_cpu.invlpgs++;
}

void invlpg(const void *gva)
{
	host_cpu.invlpgs++;
	kept_show(gva, RAM_HPA);
}

__noreturn void panic(const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	vfprintf(stderr, fmt, ap);
	va_end(ap);
	fprintf(stderr, " (%s)\n", entry_describe());
	abort();
}

/*
 * The rest of the hypervisor: it says yes or no, as the input has it.
 */

int apic_x2apic_read(__maybe_unused struct percpu *percpu, __maybe_unused u32 msr, u64 *val)
{
	*val = pick(256);
	return pick(2) ? -EINVAL : 0;
}

int apic_x2apic_write(__maybe_unused struct percpu *percpu, __maybe_unused u32 msr,
		      __maybe_unused u64 val)
{
	return pick(2) ? -EINVAL : 0;
}

int apic_write_base(__maybe_unused struct percpu *percpu, __maybe_unused u64 val)
{
	return pick(2) ? -EINVAL : 0;
}

int apic_mmio_read(__maybe_unused void *percpu, __maybe_unused u64 gpa,
		   __maybe_unused unsigned int width, u64 *val)
{
	*val = pick(256);
	return 0;
}

int apic_mmio_write(__maybe_unused void *percpu, __maybe_unused u64 gpa,
		    __maybe_unused unsigned int width, __maybe_unused u64 val)
{
	return 0;
}

void apic_silence(void)
{
}

void apic_send_nmi(__maybe_unused u32 apic_id)
{
}

void apic_init_state(__maybe_unused struct percpu *percpu)
{
}

bool apic_pmi_pending(void)
{
	return pick(2);
}

void clean_cpu(struct percpu *percpu)
{
	kept_msrs_reset(&percpu->kept, &root_msr_io);
}

__noreturn void leave_to_linux(__maybe_unused struct percpu *percpu)
{
	panic("a CPU leaves");
}

__noreturn void leave_offline(__maybe_unused struct percpu *percpu)
{
	panic("a CPU leaves that is offline");
}

void machine_check_in_guest(__maybe_unused struct percpu *percpu)
{
}

void process_late_events(struct percpu *percpu)
{
	process_events(percpu);
}

void cell_fail(struct cpu *self, __maybe_unused const char *fmt, ...)
{
	self->parked = true;
}

enum cpu_action cpu_events_process(struct cpu *self)
{
	static const enum cpu_action actions[] = {
		CPU_CONTINUE, CPU_CONTINUE, CPU_PARK, CPU_RESET, CPU_STARTUP,
	};
	enum cpu_action action = actions[pick(ARRAY_SIZE(actions))];

	self->requests = 0;
	/* Who is parked goes on at a reset only. */
	if (action == CPU_CONTINUE && self->parked)
		action = CPU_PARK;
	self->parked = action == CPU_PARK;
	return action;
}

unsigned int cpu_take_nmis(__maybe_unused struct cpu *self)
{
	return pick(3);
}

static long refuse(__maybe_unused struct cpu *self, __maybe_unused u64 arg1,
		   __maybe_unused u64 arg2)
{
	return -EINVAL;
}

const struct hypercall hypercalls[JAILHOUSE_NUM_HYPERCALLS] = {
	[0 ... JAILHOUSE_NUM_HYPERCALLS - 1] = { refuse, ANY_CELL },
};

long hypercall_manage(__maybe_unused struct cpu *self, __maybe_unused u32 code,
		      __maybe_unused u64 arg1, __maybe_unused u64 arg2)
{
	return -EINVAL;
}

void log_printf(__maybe_unused const char *fmt, ...)
{
}

u64 arch_read_tsc(void)
{
	return 0;
}

bool cell_log_begin(__maybe_unused struct cpu *cpu, __maybe_unused enum cell_line line)
{
	return true;
}

bool cell_log_takes(__maybe_unused const struct cpu *cpu)
{
	return pick(2);
}

void cell_log_putc(__maybe_unused struct cpu *cpu, __maybe_unused char c)
{
}

bool cell_console_waits(__maybe_unused const struct cell *cell)
{
	return pick(2);
}

char cell_console_read(__maybe_unused struct cell *cell)
{
	return (char)pick(0x100);
}

void virtual_pin_raise(__maybe_unused struct virtual_pin *pin)
{
}

int pci_root_access(__maybe_unused struct pci_space *space,
		    __maybe_unused struct pci_access *access)
{
	return pick(2) ? -EPERM : 0;
}

int pci_cell_access(__maybe_unused struct pci_cell *cell,
		    __maybe_unused struct pci_access *access)
{
	return pick(2) ? -EPERM : 0;
}

/*
 * Two cells and a CPU
 */

static int device(__maybe_unused void *arg, struct mmio_access *access)
{
	access->value = pick(256);
	return pick(2) ? -EPERM : 0;
}

static void make_cell(struct cell *cell, unsigned int id)
{
	memset(cell, 0, sizeof(*cell));
	cell->id = id;
	cell->machine = &machine;
	cell->desc = &desc;
	cell->io_bitmap = page_alloc(&machine.pool, PIO_BITMAP_PAGES);
	/* Only its address is used. */
	cell->arch.msr_bitmap = (u8 *)(HV_BASE + (2 * id + 5) * 4096);
	if (pgtable_init(&cell->stage2, arch_stage2_format(), &machine.pool) ||
	    pgtable_map(&cell->stage2, 0, RAM_HPA, GUEST_RAM_SIZE,
			arch_stage2_attrs(JAILHOUSE_MEM_READ | JAILHOUSE_MEM_WRITE |
					  JAILHOUSE_MEM_EXECUTE), true) ||
	    mmio_init(&cell->mmio, &machine.pool) ||
	    mmio_register(&cell->mmio, DEVICE_GPA, 4096, device, NULL))
		panic("no memory for a cell");
}

static void make_machine(void)
{
	memset(&percpu_area, 0, sizeof(percpu_area));
	memset(&machine, 0, sizeof(machine));
	boot_info.hv_phys = POOL_HPA;
	page_pool_init(&machine.pool, pool, POOL_HPA, sizeof(pool));
	machine.log = &log_page;
	machine.tsc_khz = 1000000;
	machine.cpus = &cpu;
	machine.num_cpus = 1;
	machine.root = &root;
	make_cell(&root, 0);
	make_cell(&other, 1);
	msr_table_build(&msr_tables[MSR_VIEW_ROOT], &vendor_msrs, MSR_VIEW_ROOT, false);
	msr_table_build(&msr_tables[MSR_VIEW_CELL], &vendor_msrs, MSR_VIEW_CELL_TSC, false);
}

static void make_cpu(void)
{
	struct percpu *percpu = &percpu_area;

	host_cpu = (struct host_cpu){
		.cr0 = 0x80050033, .cr3 = HV_CR3, .cr4 = 0x42060, .idt_base = HV_IDT,
	};
	cpu = (struct cpu){ .machine = &machine, .cell = &root, .present = true };
	percpu->cpu = &cpu;
	percpu->handover = handover_page(0);
	percpu->hv_cr3 = HV_CR3;
	percpu->area_hpa = AREA_HPA;
	percpu->window_pte = &window_pte;
	kept_begin(guest_ram, sizeof(guest_ram));
	percpu->kept_ptes = kept_ptes;
	percpu->kept.present = 0xf;
	exit_cache_flush();
}

static const struct linux_state linux_state = {
	.cr0 = 0x80050033, .cr4 = 0x3506f0, .rip = 0xffffffffc0a01000,
	.rsp = 0xffffc90000123e00, .rflags = 0x46, .efer = 0xd01, .pat = 0x0407050600070106,
	.dr7 = 0x400, .gs_base = 0xffff88803ec00000, .sysenter_cs = 0x10,
	.sysenter_esp = 0xfffffe0000003000, .sysenter_eip = 0xffffffff81e01000, .ss = 0x18,
	.gdtr = { 0x7f, 0xfffffe0000001000 }, .idtr = { 0xfff, 0xfffffe0000000000 },
};

void entry_boot(void)
{
	struct guest_segment segments[NUM_SEGMENTS];
	unsigned int n;

	for (n = 0; n < NUM_SEGMENTS; n++)
		segments[n] = (struct guest_segment){ .ar = AR_UNUSABLE };
	segments[SEG_CS] = (struct guest_segment){ 0x10, 0xffffffff, 0xa09b, 0 };
	segments[SEG_SS] = (struct guest_segment){ 0x18, 0xffffffff, 0xc093, 0 };
	segments[SEG_TR] = (struct guest_segment){ 0x40, 0x4087, 0x8b, 0xfffffe0000003000 };
	segments[SEG_GS].base = linux_state.gs_base;

	make_machine();
	make_cpu();
	if (park_init() || vendor_on(&percpu_area))
		panic("it cannot be switched on");
	vendor_set_cell(&percpu_area);
	vendor_set_linux(&linux_state, segments, 0x1234000);
	vendor_resume_counters(&percpu_area);
}

void entry_cell(void)
{
	cpu.cell = &other;
	vendor_set_cell(&percpu_area);
	vendor_reset(&percpu_area, 0xf0000, 0xfff0);
}

void entry_park(void)
{
	cpu.parked = true;
	park_cpu(&percpu_area);
}

void entry_failed_after_reset(void)
{
	/* The answer of cpu_events_process(): CPU_RESET. */
	static const u8 reset = 3;
	struct random_input input = { &reset, 1 };

	entry_input = &input;
	percpu_area.exit_rip = 0x7ffffffffffe;
	process_events(&percpu_area);
	vendor_back_to_exit(&percpu_area);
	entry_input = NULL;
}
