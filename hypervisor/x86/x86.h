/* SPDX-License-Identifier: GPL-2.0-only */
/* The parts of x86/ that are not portable, to each other. */
#ifndef _X86_X86_H
#define _X86_X86_H

#include "apic_policy.h"
#include "config_check.h"
#include "machine.h"
#include "msr.h"
#include "percpu.h"
#include "pci.h"

/* The linker script places these. */
extern const u8 __text_start[], __data_start[], __core_end[];

/* The machine that this image runs. */
extern struct machine machine;
extern struct jailhouse_boot boot_info;
extern struct jailhouse_log log_page;

/* APIC ids and logical ids of all CPUs. */
extern struct apic_topology apic_topology;

/* PCI configuration space. */
extern struct pci_space pci_space;

/* MSR policies by enum msr_view, and the bitmaps that belong to them. */
extern struct msr_table msr_tables[2];
extern u8 msr_bitmaps[MSR_NUM_VIEWS][VENDOR_MSR_BITMAP_SIZE];

/* Address bits of a page-table entry, as MAXPHYADDR says. */
extern u64 x86_addr_bits;

/* Does it have page tables of five levels? */
extern bool x86_has_la57;

/** x86_hpa() - host-physical address of something in the image or the page pool */
static inline u64 x86_hpa(const void *object)
{
	return (u64)object - HV_BASE + boot_info.hv_phys;
}

/** cpu_taken_over() - does CPU @cpu take part, or has it, before it left? */
static inline bool cpu_taken_over(unsigned int cpu)
{
	return boot_info.cpus[cpu].apic_id != JAILHOUSE_NO_APIC_ID;
}

/** runs_root() - is it the root cell that the calling CPU runs? */
static inline bool runs_root(const struct percpu *percpu)
{
	return percpu->cell == machine.root;
}

/** cpu_slot() - which of the private areas is that of CPU @cpu, which takes part */
static inline unsigned int cpu_slot(unsigned int cpu)
{
	return boot_info.cpus[cpu].slot;
}

/** percpu_alias() - private data of CPU @cpu, where the transition table has it */
static inline struct percpu *percpu_alias(unsigned int cpu)
{
	return (struct percpu *)((u64)__core_end + cpu_slot(cpu) * PERCPU_SIZE +
				 PERCPU_PAGE_DATA * PAGE_SIZE);
}

/** transition_cr3() - CR3 of the table that both worlds can live on, with PCID 0 */
static inline u64 transition_cr3(void)
{
	return boot_info.hv_phys + boot_info.transition_offset;
}

/* cpu.c */

/** cpuid_leaf() - CPUID; @regs receives EAX, EBX, ECX, EDX, in this order */
void cpuid_leaf(u32 leaf, u32 subleaf, u32 regs[4]);

/* entry.S */
void switch_stack(void *stack_top, u64 cr3, void (*func)(void));
__noreturn void linux_restore(const struct linux_state *state, u64 transition_cr3);

/* setup.c */
int setup_cpu(unsigned int cpu, u64 linux_rsp);

#endif
