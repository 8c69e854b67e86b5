/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The seam: everything that core/ needs of the architecture. core/ may have no other
 * undefined symbol (scripts/checks tests it); tests put a fake machine behind it.
 */
#ifndef _CORE_ARCH_H
#define _CORE_ARCH_H

#include "types.h"

struct cell;
struct cpu;
struct link_end;
struct machine;
struct pgtable_format;

/** arch_read_tsc() - time in TSC ticks; any CPU. */
u64 arch_read_tsc(void);

/** arch_cpu_id() - Linux's number of the calling CPU; any context, also in panic(). */
unsigned int arch_cpu_id(void);

/** arch_cpu_relax() - in a loop that waits for another CPU. */
void arch_cpu_relax(void);

/** arch_kick_cpu() - force @cpu into the hypervisor, where it looks at its requests. */
void arch_kick_cpu(struct cpu *cpu);

/** arch_stage2_format() - page-table format of guest-physical translation. */
const struct pgtable_format *arch_stage2_format(void);

/* Memory of the hypervisor that a cell reads as a device's registers. */
#define ARCH_MEM_REGISTERS	(JAILHOUSE_MEM_READ | JAILHOUSE_MEM_IO | JAILHOUSE_MEM_COMM_REGION)

/** arch_stage2_attrs() - leaf attributes for JAILHOUSE_MEM_* @mem_flags, ARCH_MEM_REGISTERS. */
u64 arch_stage2_attrs(u64 mem_flags);

/**
 * arch_dma_format() - page-table format of what devices do
 *
 * Return: NULL if they are not translated: then they reach all memory.
 */
const struct pgtable_format *arch_dma_format(void);

/** arch_dma_attrs() - leaf attributes for JAILHOUSE_MEM_* @mem_flags, READ or WRITE among them. */
u64 arch_dma_attrs(u64 mem_flags);

/**
 * arch_dma_flush() - what devices do follows the tables that there are now
 * @cell: a cell that does not run, whose devices have another table from now on; NULL: no cell's
 * @attach: what the cell has for them; or one with nothing in it, as from its creation to its first
 *	start, and from before its memory is scrubbed at its end. That ends what a device does that
 *	goes on though it is no bus master
 *
 * Also what they had begun: when this returns, the last has reached memory. Nobody may change
 * the tables meanwhile.
 *
 * Return: 0. -EIO after a log_error(): a unit does not answer, and may go by old tables.
 */
int arch_dma_flush(const struct cell *cell, bool attach);

/**
 * arch_dma_switch() - before the hypervisor is disabled: devices reach all memory
 * @on: it was not, after all: they are translated again
 *
 * Return: 0, or -EIO after a log_error(), and nothing has changed.
 */
int arch_dma_switch(bool on);

#define ARCH_ALL_DEVICES	0xffffffffU

/**
 * arch_dma_faults() - see which accesses of devices were denied
 * @device: BDF of a PCI function; or ARCH_ALL_DEVICES
 *
 * Logs them at a limited rate, and counts them for the cell that the device belongs to, at its
 * first CPU: as many as the units have kept since the last look. Any CPU.
 *
 * Return: how many there were since the hypervisor was enabled, of all devices, or since the cell
 * has it, of one; -ENOENT if no cell has that, or the root cell; -ENODEV if devices are not
 * translated.
 */
long arch_dma_faults(u32 device);

/**
 * arch_flush_stage2() - drop what this CPU cached of its cell's stage-2 tables
 * @cpu: the calling CPU
 */
void arch_flush_stage2(struct cpu *cpu);

/**
 * arch_cpu_moved() - this CPU belongs to another cell than before
 * @cpu: the calling CPU; @cpu->cell is its new owner
 *
 * Nothing of the former owner stays in its registers, and all tables that it works with are
 * those of the new one, whatever it was set up for: the former owner may be gone, and
 * another cell may lie where it lay. The CPU has not been started in its new cell.
 */
void arch_cpu_moved(struct cpu *cpu);

/**
 * arch_cell_create() - what the architecture adds to a new cell
 * @cell: cell with stage2, io_bitmap and cpus set, not yet in the list
 *
 * Return: 0, or a negative errno after a log_error() with the reason; then nothing
 * is left behind.
 */
int arch_cell_create(struct cell *cell);

/** arch_cell_destroy() - undo arch_cell_create(). */
void arch_cell_destroy(struct cell *cell);

/**
 * arch_cell_moved() - devices of @cell now belong to it, or to the root cell again
 * @cell: a cell other than the root cell
 * @to_root: they go back
 *
 * Interrupt pins and PCI functions are masked and rerouted. CPUs of the root cell and
 * of @cell are suspended.
 */
void arch_cell_moved(struct cell *cell, bool to_root);

/**
 * arch_cell_run() - devices of @cell may work, or must not
 * @cell: a cell other than the root cell, that starts or is stopped; any number of times
 * @runs: it starts, and its CPUs are parked still. False: its CPUs are about to park. Its
 *	devices have written their last to memory, and interrupt nobody, when this returns;
 *	what a CPU that is still on its way wants of them is refused
 *
 * Any CPU; waits for a few accesses to devices at most.
 */
void arch_cell_run(struct cell *cell, bool runs);

/**
 * arch_cell_settled() - are the devices of a stopped cell what they are after a reset?
 * @cell: a cell other than the root cell
 *
 * Those that can be reset. To be asked until it is so: before that the cell must not start, and
 * nothing that it has may be scrubbed or go back. What does not answer is logged, and not waited
 * for without end.
 *
 * Any CPU; waits for a few accesses to devices at most.
 */
bool arch_cell_settled(struct cell *cell);

/**
 * arch_cell_message() - there is a message for a cell in its comm region
 * @cell: a cell that runs
 * @console: it is a character that its console has received instead
 *
 * Interrupts it, if its configuration says so. A CPU of the root cell; waits for nobody.
 */
void arch_cell_message(struct cell *cell, bool console);

/**
 * arch_root_cpus_changed() - the root cell has fewer CPUs than before, or more
 * @m: the machine
 *
 * Interrupts of its devices are routed anew. CPUs of the root cell are suspended.
 */
void arch_root_cpus_changed(struct machine *m);

/**
 * arch_window() - make one page of physical memory reachable on this CPU
 * @hpa: host-physical address, page-aligned
 *
 * Return: its address, valid until the next call on this CPU or
 * arch_window_close().
 */
void *arch_window(u64 hpa);

/** arch_window_close() - take the window of this CPU away again. */
void arch_window_close(void);

/* How many pages links have reachable at a time. */
#define ARCH_LINK_WINDOWS	14

/**
 * arch_link_window() - as arch_window(), for one of several pages that links have at a time
 * @n: which; the address behind that of page @n is that of page @n + 1
 * @hpa: host-physical address, page-aligned
 *
 * Return: its address, until the next call for the same @n or arch_link_windows_close().
 */
void *arch_link_window(unsigned int n, u64 hpa);

/** arch_link_windows_close() - take all of them away again. */
void arch_link_windows_close(void);

/**
 * arch_link_interrupt() - the device of a link interrupts its cell
 * @end: of a cell that exists
 *
 * As an edge at the pin of its interrupt controller; what comes while it is masked comes when it
 * no longer is. Any CPU, waits for nobody.
 */
void arch_link_interrupt(struct link_end *end);

/** arch_remap_pages() - pages of address space for device registers, all or @used ones. */
unsigned int arch_remap_pages(bool used);

/**
 * arch_console_write() - to the debug console
 * @text: characters
 * @length: how many
 * @urgent: print them, whatever else there is to do; else stop when another CPU wants
 *	something of this one
 * @remark: is set if there is something to be said about the device, which then stands in the
 *	way of nobody who prints. A line, for the log
 *
 * The caller serializes. What cannot be printed, as there is no device, or none that gets
 * ready, counts as printed.
 *
 * Return: how many were.
 */
size_t arch_console_write(const char *text, size_t length, bool urgent, const char **remark);

/**
 * arch_describe_cpu() - what is in the calling CPU's registers, for the crash record
 * @print: takes it, some lines at a time
 *
 * Any context, also in panic(): looks at nothing that may not be there.
 */
void arch_describe_cpu(void (*print)(const char *fmt, ...));

/** arch_write_back_caches() - what this CPU has written is in memory, where a reset leaves it. */
void arch_write_back_caches(void);

/** arch_halt() - stop this CPU for good. */
__noreturn void arch_halt(void);

#endif
