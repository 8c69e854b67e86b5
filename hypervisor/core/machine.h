/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What there is: the machine, its CPUs, its cells. State is reached through these
 * structures only, so that core/ runs on a host against a fake machine as well.
 */
#ifndef _CORE_MACHINE_H
#define _CORE_MACHINE_H

#include "types.h"
#include "cpu_set.h"
#include "disable.h"
#include "errno.h"
#include "page_pool.h"
#include "pgtable.h"
#include "log.h"
#include "memory_map.h"
#include "mmio.h"
#include "pio.h"
#include <jailhouse/console.h>
#include <jailhouse/cell_config.h>
#include <jailhouse/comm_region.h>
#include <jailhouse/hypercall.h>
#include <jailhouse/image_header.h>
#include <arch_cell.h>

#define MAX_CPUS	JAILHOUSE_MAX_CPUS

/* Comm region states, kept by the hypervisor: cell_state.c is the only writer. */
enum cell_state {
	CELL_RUNNING = JAILHOUSE_CELL_RUNNING,
	CELL_RUNNING_LOCKED = JAILHOUSE_CELL_RUNNING_LOCKED,
	CELL_SHUT_DOWN = JAILHOUSE_CELL_SHUT_DOWN,
	CELL_FAILED = JAILHOUSE_CELL_FAILED,
};

/* Why a cell's RAM is scrubbed. */
enum cell_scrub {
	SCRUB_NONE,
	SCRUB_NEW,	/* Linux's data are in it: the cell is not finished, and starts never */
	SCRUB_OLD,	/* its own data are: it is being destroyed */
};

/* What became of the request to shut down. */
enum cell_request {
	REQUEST_NONE,
	REQUEST_ASKED,
	REQUEST_ASKED_OVER,	/* the same, while it had not answered another message */
	REQUEST_AGREED,
};

/* Lines of the log that the cell's CPUs cause, see cell_log.h. */
enum cell_line {
	CELL_LINE_PRINTED,	/* by hypercall, or through its virtual console */
	CELL_LINE_DENIED,	/* about what it was denied */
	CELL_NUM_LINES,
};

struct cell_console;
struct machine;
struct link_end;

/* Bytes of one line that a cell prints by hypercall. */
#define CPU_LINE_SIZE	80

/**
 * struct cell - a partition
 * @next: next cell; the root cell is the first of the list
 * @id: number, 0 is the root cell
 * @state: see enum cell_state
 * @loadable: its LOADABLE regions are mapped into the root cell
 * @mapped: how much of what gets 4K pages only is mapped already, in bytes; see
 *	region_map_small()
 * @scrub: see enum cell_scrub
 * @scrubbed: bytes of its RAM that are done
 * @request: see enum cell_request
 * @cpus: CPUs that it owns
 * @desc: the hypervisor's private, checked copy of the configuration
 * @stage2: guest-physical to host-physical translation
 * @dma: the same for its devices; without a tree if there is no unit that does it
 * @io_bitmap: PIO_BITMAP_PAGES, bit N set: access to port N exits
 * @mmio: emulated registers
 * @root_mmio: those that the root cell has of this cell's devices, by hypercall; zeroed: none
 * @console: what it prints and reads, NULL: nothing; see cell_console.h
 * @links: its ends of links, one for each in its configuration; see link.h
 * @broken: how often one of its rings there was malformed, whoever has found it; atomic
 * @comm: communication page, NULL in the root cell
 * @comm_hpa: its host-physical address
 * @comm_gpa: its guest-physical address
 * @note_limit: of lines about what the cell says of itself
 * @line_due: when the next line of each kind is due, see log_due()
 * @arch: what the architecture adds
 */
struct cell {
	struct cell *next;
	struct machine *machine;
	unsigned int id;
	enum cell_state state;
	bool loadable;
	u64 mapped;
	enum cell_scrub scrub;
	u64 scrubbed;
	enum cell_request request;
	struct cpu_set cpus;
	const struct jailhouse_cell_desc *desc;
	struct pgtable stage2;
	struct pgtable dma;
	u8 *io_bitmap;
	struct mmio_table mmio;
	struct mmio_table root_mmio;
	struct cell_console *console;
	struct link_end *links;
	u32 broken;
	struct jailhouse_comm_region *comm;
	u64 comm_hpa;
	u64 comm_gpa;
	struct log_limit note_limit;
	u64 line_due[CELL_NUM_LINES];
	struct arch_cell arch;
};

/* What others ask of a CPU; bits of cpu.requests, set atomically, then a kick. */
enum cpu_request {
	CPU_REQ_FLUSH	= 1 << 0,	/* drop cached stage-2 translations */
	CPU_REQ_PARK	= 1 << 1,	/* idle until reset */
	CPU_REQ_RESET	= 1 << 2,	/* start at the cell's reset address */
	CPU_REQ_INIT	= 1 << 3,	/* INIT inside the cell: wait for SIPI */
	CPU_REQ_SIPI	= 1 << 4,	/* SIPI; vector in cpu.sipi_vector */
	CPU_REQ_NMI	= 1 << 5,	/* inject an NMI */
	CPU_REQ_LEAVE	= 1 << 6,	/* leave VMX and wait for a real INIT */
	CPU_REQ_SUSPEND	= 1 << 7,	/* stay in the hypervisor until it is cleared */
	CPU_SUSPENDED	= 1 << 8,	/* the CPU's answer to CPU_REQ_SUSPEND */
	CPU_REQ_MOVED	= 1 << 9,	/* forget the former owner, serve cpu.cell */
	CPU_REQ_NMI_2	= 1 << 10,	/* inject another one; set by cpu_post() */
};

#define CPU_REQ_NMIS	(CPU_REQ_NMI | CPU_REQ_NMI_2)

/* What the CPU has to do after it processed its requests. */
enum cpu_action {
	CPU_CONTINUE,		/* resume the guest as it is */
	CPU_PARK,		/* become idle, wait for the next kick */
	CPU_RESET,		/* reset to the cell's reset address */
	CPU_STARTUP,		/* reset to real mode, CS = sipi_vector << 8 */
	CPU_LEAVE,		/* VMXOFF */
};

/**
 * struct cpu - what every CPU may see of a CPU
 * @id: Linux's CPU number
 * @apic_id: physical APIC id
 * @machine: the machine
 * @cell: owner; changes only while the CPU is suspended or parked
 * @requests: enum cpu_request bits, atomic
 * @present: it exists, and is under control of the hypervisor
 * @parked: idle until reset or SIPI; cleared *before* the CPU takes the request that starts
 *	it, set after it took the one that ends it: whoever sees it set knows that it does not run
 * @wait_for_sipi: idle until SIPI
 * @failed: its cell failed because of it
 * @sipi_vector: for CPU_REQ_SIPI
 * @stats: JAILHOUSE_CPU_STAT_*, written by the CPU itself only, but for DMA_FAULTS: iommu.c
 * @line: what its cell printed and did not end with a newline yet
 * @line_length: bytes in @line
 * @lines: of each kind of line, how many it has skipped, which it counts alone, and how many
 *	of these the log tells of, which the CPU that logs notes here; modulo 2^32
 */
struct cpu {
	unsigned int id;
	u32 apic_id;
	struct machine *machine;
	struct cell *cell;
	u32 requests;
	bool present;
	bool parked;
	bool wait_for_sipi;
	bool failed;
	u8 sipi_vector;
	u32 stats[JAILHOUSE_NUM_CPU_STATS];
	char line[CPU_LINE_SIZE];
	u8 line_length;
	struct cpu_lines {
		u32 skipped;
		u32 told;
	} lines[CELL_NUM_LINES];
} __attribute__((aligned(128)));

/**
 * struct machine - everything
 * @cpus: by Linux CPU number, @num_cpus of them; those with @present unset do not exist, or
 *	Linux does not use them
 * @num_cpus: highest number in use plus one
 * @root: the root cell, head of the list of cells
 * @root_memory: regions that are the root cell's where no other cell has them
 * @pool: pages for tables, cells and configuration copies
 * @system: checked system configuration, private memory of the hypervisor
 * @log: page that the root cell reads
 * @tsc_khz: frequency of the TSC
 * @apic_khz: frequency of the APIC timer
 * @small_exec: cells get executable memory in 4K pages only, as the CPU could be made to
 *	report a machine check otherwise (iTLB multihit, CVE-2018-12207)
 * @op: the management operation that is under way (core/hypercall.c)
 * @disable: CPUs that disable the hypervisor together
 */
struct machine {
	struct cpu *cpus;
	unsigned int num_cpus;
	struct cell *root;
	struct memory_map root_memory;
	struct page_pool pool;
	const struct jailhouse_system *system;
	struct jailhouse_log *log;
	u32 tsc_khz;
	u32 apic_khz;
	bool small_exec;
	struct management_op {
		u32 busy;		/* op_lock(): a CPU has it */
		u32 code;		/* hypercall that is to be repeated, 0: none */
		u64 arg1;		/* its first argument */
		u64 deadline;		/* TSC: then it may be given up */
		u64 seen;		/* TSC: when it was called last */
	} op;
	struct disable_session disable;
};

/* Iterates @c over all cells, the root cell first. */
#define for_each_cell(m, c) \
	for ((c) = (m)->root; (c); (c) = (c)->next)

#endif
