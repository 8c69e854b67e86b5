/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * A machine to test core/ on: physical memory is an array, CPUs run one after the other.
 *
 *	0x000000 - 0x200000	RAM of the root cell
 *	0x200000 - 0x400000	hypervisor memory: log, page pool
 *	0x400000 - 0x800000	RAM of the root cell
 *	0xfe000000 - 0xfe010000	device registers of the root cell
 *	ports 0 - 0x7ff		of the root cell, which ignores 0x700 - 0x70f; PM timer at 0x608
 *
 * One CPU executes the test. Another one gets control when it is kicked (or, with
 * fake.late_kicks, only when the test's CPU waits) and runs cpu_events_process(). If it
 * is suspended there, it is left again by longjmp() and starts over later: all it has is
 * in cpu.requests.
 */
#ifndef SELFTESTS_UNIT_FAKE_H
#define SELFTESTS_UNIT_FAKE_H

#include "machine.h"
#include "low_cpus.h"

#define FAKE_RAM_SIZE		0x800000U
#define FAKE_HV_START		0x200000U
#define FAKE_HV_SIZE		0x200000U
#define FAKE_RAM1_START		(FAKE_HV_START + FAKE_HV_SIZE)
#define FAKE_IO_START		0xfe000000U
#define FAKE_IO_SIZE		0x10000U
#define FAKE_PORTS		0x800U
#define FAKE_PM_TIMER		0x608U
#define FAKE_REMAP_PAGES	64U
#define FAKE_REMAP_USED		3U
#define FAKE_IGNORED_PORT	0x700U

#define FAKE_PAGES		(FAKE_RAM_SIZE / 4096U)
#define FAKE_IO_PAGES		(FAKE_IO_SIZE / 4096U)

#define FAKE_TSC_KHZ		1000000U
#define FAKE_APIC_KHZ		50000U

/* Time that passes while a CPU waits for another one. */
#define FAKE_RELAX_TICKS	10000U

/* Where the root cell keeps configurations that it creates cells of. */
#define FAKE_CONFIG_GPA		0x1ff800U

/* What a CPU does outside of the hypervisor. */
enum fake_cpu_state {
	FAKE_GUEST,	/* executes instructions */
	FAKE_IDLE,
	FAKE_GONE,	/* out of VMX operation */
};

/**
 * struct fake_cpu - what the fake knows of a CPU
 * @state: see enum fake_cpu_state
 * @held: left in cpu_events_process() while suspended
 * @kicked: has to look at its requests
 * @hung: does not react to kicks
 * @flushes: calls of arch_flush_stage2()
 * @resets: times that it had CPU_RESET
 * @startups: times that it had CPU_STARTUP
 * @serves: serial number of the cell whose tables it works with
 */
struct fake_cpu {
	enum fake_cpu_state state;
	bool held;
	bool kicked;
	bool hung;
	unsigned int flushes;
	unsigned int resets;
	unsigned int startups;
	unsigned int serves;
};

/**
 * struct fake - state and knobs of the fake
 * @ram: physical memory
 * @cpu: see struct fake_cpu
 * @current: number of the CPU that executes
 * @tsc: time; advances with each look at it
 * @tsc_step: by how much
 * @late_kicks: kicks arrive only when the test's CPU waits
 * @window_open: arch_window() without arch_window_close()
 * @link_windows_open: arch_link_window() without arch_link_windows_close()
 * @windows: calls of arch_window()
 * @on_window: called by arch_window() and arch_link_window()
 * @on_kick: called on a CPU that is kicked, before it looks why: it ends what it was at
 * @arch_error: what arch_cell_create() returns
 * @routed_cpus: CPUs that interrupts of the root cell's devices are routed to
 * @serial: that of the last cell that was made
 * @reached_by_devices: pages that were opened while devices of a cell could write to them
 * @moved_unsuspended: times that devices moved while a CPU could have used them
 * @unexplained: refusals of management operations without a sentence
 * @dma_flushes: calls of arch_dma_flush() that succeeded
 * @dma_stale: tables of devices have changed since units were flushed
 * @scrubbed: pages that struct pgtable_format::scrubbed was called for
 * @dma_on: arch_dma_switch() was called last with it
 * @dma_dead: units do not answer
 * @reset_takes: ticks of the TSC that devices of a cell take to settle when it has stopped
 * @dma_faults: what arch_dma_faults() returns, if devices are translated
 * @halted: arch_halt() was called
 */
struct fake {
	u8 *ram;
	struct fake_cpu cpu[MAX_CPUS];
	unsigned int current;
	u64 tsc;
	u64 tsc_step;
	bool late_kicks;
	bool window_open;
	bool link_windows_open;
	unsigned int windows;
	void (*on_window)(u64 hpa);
	void (*on_kick)(unsigned int cpu);
	int arch_error;
	struct cpu_set routed_cpus;
	unsigned int serial;
	unsigned int reached_by_devices;
	unsigned int moved_unsuspended;
	unsigned int unexplained;
	unsigned int dma_flushes;
	unsigned int scrubbed;
	bool dma_stale;
	bool dma_on;
	bool dma_dead;
	u64 reset_takes;
	long dma_faults;
	bool halted;
};

extern struct fake fake;
extern struct machine machine;

/* Machines that are booted from now on translate what devices do. */
extern bool fake_translates_dma;

/* The one device that cells can have. */
#define FAKE_DEVICE	0x28

/* A cell configuration with room for what the tests need. */
#define FAKE_MAX_MEMORY		6
#define FAKE_MAX_PIO		6
#define FAKE_MAX_LINKS		3

struct fake_config {
	struct jailhouse_cell_desc cell;
	struct cpu_set cpus;
	struct jailhouse_memory mem[FAKE_MAX_MEMORY];
	struct jailhouse_pio pio[FAKE_MAX_PIO];
	struct jailhouse_link links[FAKE_MAX_LINKS];
} __packed;

/**
 * fake_boot() - a machine as after enabling
 * @num_cpus: CPUs, all in the root cell
 *
 * No byte of the root cell's RAM is 0.
 */
void fake_boot(unsigned int num_cpus);

/** fake_boot_unready() - without cell_init_root(), RAM as the last machine left it. */
void fake_boot_unready(unsigned int num_cpus);

/** fake_enter() - after cell_init_root(): all CPUs enter the root cell. */
void fake_enter(void);

/**
 * fake_config() - begin a configuration, with nothing but CPUs and flags
 * @config: to be filled in
 * @name: of the cell
 * @cpus: the lowest 64 bits of its CPU set
 * @flags: JAILHOUSE_CELL_*
 */
void fake_config(struct fake_config *config, const char *name, u64 cpus, u32 flags);

/** fake_add_memory() - add a memory region. */
void fake_add_memory(struct fake_config *config, u64 phys, u64 virt, u64 size, u64 flags);

/** fake_add_pio() - add a range of ports. */
void fake_add_pio(struct fake_config *config, u16 base, u32 length, u16 flags);

/** fake_add_link() - add the end of a link. */
void fake_add_link(struct fake_config *config, u32 id, u64 address);

/** fake_config_place() - finish it, checksum included, and write it to @gpa. */
void fake_config_place(const struct fake_config *config, u64 gpa);

/**
 * fake_hypercall() - a guest on a CPU makes a hypercall
 * @cpu: its number
 *
 * Afterwards that CPU and all others have done what was asked of them, and the
 * invariants were checked.
 */
long fake_hypercall(unsigned int cpu, u32 code, u64 arg1, u64 arg2);

/** fake_repeat() - the same, again and again for as long as it is -EINPROGRESS or -EAGAIN. */
long fake_repeat(unsigned int cpu, u32 code, u64 arg1, u64 arg2);

/** fake_settle() - let all CPUs look at what was asked of them. */
void fake_settle(void);

/**
 * fake_broken() - look for what must never be
 *
 * Pages that are in use without a user, memory with two owners or none, with other rights
 * than configured, hypervisor memory in a cell, CPUs with two owners or none, CPUs that
 * run in a cell that does not or work with tables of another one, ports of the root cell,
 * locks and windows that stay, refusals without a sentence.
 *
 * Return: what is wrong, NULL if nothing is.
 */
const char *fake_broken(void);

/* What the root cell has, to be compared. */
struct fake_snapshot {
	u32 pool_used;
	struct cpu_set root_cpus;
	u8 ports[PIO_BITMAP_PAGES * 4096];
	u64 ram[FAKE_PAGES];
	u64 io[FAKE_IO_PAGES];
	u64 dma[FAKE_PAGES];
};

/** fake_snapshot() - take one. */
void fake_snapshot(struct fake_snapshot *snapshot);

/** fake_changed() - what differs from an earlier snapshot, NULL if nothing does. */
const char *fake_changed(const struct fake_snapshot *before);

/** fake_pool_fill() - leave @free_pages in the pool; returns what it took. */
unsigned int fake_pool_fill(unsigned int free_pages);

/** fake_pool_unfill() - undo fake_pool_fill(). */
void fake_pool_unfill(void);

/** fake_error() - what the last hypercall said to the user, "" if nothing. */
const char *fake_error(void);

/** fake_comm() - the comm region of a cell, NULL without such a cell. */
struct jailhouse_comm_region *fake_comm(u64 id);

#endif
