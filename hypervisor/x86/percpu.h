/* SPDX-License-Identifier: GPL-2.0-only */
/* What only the CPU itself sees of a CPU, and what it shares on x86. */
#ifndef _X86_PERCPU_H
#define _X86_PERCPU_H

#include "types.h"
#include "machine.h"
#include <asm_ops.h>
#include "emulate.h"
#include "layout.h"
#include "pstate.h"
#include "root_msr.h"
#include "msr_cell.h"
#include <vendor_cpu.h>

/**
 * struct linux_state - what Linux had when it was interrupted, and gets back
 *
 * linux_restore() in entry.S reads it by the offsets in layout.h.
 */
struct linux_state {
	u64 cr0;
	u64 cr4;
	u64 transition_cr3;
	u64 fs_base;
	u64 gs_base;
	u64 rip;
	u64 rsp;
	u64 rflags;
	u64 gpr[INSN_NUM_GPRS];
	struct desc_ptr gdtr;
	struct desc_ptr idtr;
	u16 ldtr;
	u16 ds, es, fs, gs, ss;
	u8 nmi;
	u16 tr;
	u64 efer;
	u64 pat;
	u64 debugctl;
	u64 dr7;
	u64 sysenter_cs;
	u64 sysenter_esp;
	u64 sysenter_eip;
} __packed;

#define CHECK_OFFSET(member, offset) \
	static_assert(offsetof(struct linux_state, member) == (offset))
CHECK_OFFSET(cr0, LINUX_CR0);
CHECK_OFFSET(cr4, LINUX_CR4);
CHECK_OFFSET(transition_cr3, LINUX_TRANSITION_CR3);
CHECK_OFFSET(fs_base, LINUX_FS_BASE);
CHECK_OFFSET(gs_base, LINUX_GS_BASE);
CHECK_OFFSET(rip, LINUX_RIP);
CHECK_OFFSET(rsp, LINUX_RSP);
CHECK_OFFSET(rflags, LINUX_RFLAGS);
CHECK_OFFSET(gpr, LINUX_GPR);
CHECK_OFFSET(gdtr, LINUX_GDTR);
CHECK_OFFSET(idtr, LINUX_IDTR);
CHECK_OFFSET(ldtr, LINUX_LDTR);
CHECK_OFFSET(ds, LINUX_DS);
CHECK_OFFSET(es, LINUX_ES);
CHECK_OFFSET(fs, LINUX_FS);
CHECK_OFFSET(gs, LINUX_GS);
CHECK_OFFSET(ss, LINUX_SS);
CHECK_OFFSET(nmi, LINUX_NMI);
#undef CHECK_OFFSET

/* 64-bit TSS (SDM 3A 8.7). */
struct tss {
	u32 reserved0;
	u64 rsp[3];
	u64 reserved1;
	u64 ist[7];
	u64 reserved2;
	u16 reserved3;
	u16 iopb;
} __packed;

#define IST_NMI		1
#define IST_FATAL	2

/**
 * struct cpu_handover - a page that the CPU needs on either page table, ours and transition
 * @nmi_stack: for NMIs, which may come between the loads of CR3 and of RSP; the page below
 *	is not mapped
 * @gdt: descriptors, see HV_CS, HV_DS, HV_TSS
 * @tss: task state with the interrupt stacks
 */
struct cpu_handover {
	u8 nmi_stack[4096 - 192] __attribute__((aligned(16)));
	u64 gdt[10];
	struct tss tss;
};

static_assert(sizeof(struct cpu_handover) <= 4096);

/* Where it is, on the CPU's own table and on the transition table; @slot: cpu_slot() */
static inline struct cpu_handover *handover_page(unsigned int slot)
{
	return (struct cpu_handover *)(HV_PERCPU_BASE + PERCPU_VA_HANDOVER +
				       (u64)slot * PERCPU_HANDOVER_STEP);
}

/**
 * struct exit_cache - what an exit on this CPU found out, and the next would only find out again
 * @stale_rip: where the instruction was not the one that had faulted, the last time
 * @kept_gpa: guest-physical pages that percpu_kept shows
 *
 * ~0: nothing. See exits/guest_pages.h.
 */
struct exit_cache {
	u64 stale_rip;
	u64 kept_gpa[PERCPU_KEPT_PAGES];
};

/**
 * struct operand_fault - the exception that an access to an operand ends in
 * @gva: where, for CR2
 * @error_code: its error code
 * @vector: its vector
 */
struct operand_fault {
	u64 gva;
	u32 error_code;
	u8 vector;
};

/**
 * struct apic_view - what of the local APIC is not in the hardware
 * @base: IA32_APIC_BASE; the root cell's is that of the hardware
 * @icr_high: upper half of the ICR, as an xAPIC guest wrote it
 */
struct apic_view {
	u64 base;
	u32 icr_high;
};

/**
 * struct guest_segment - a segment register with its hidden part
 * @selector: visible part
 * @limit: in bytes
 * @ar: access rights as LAR gives them, shifted by 8, and AR_UNUSABLE (SDM 3C 25.4.1)
 * @base: base address
 */
struct guest_segment {
	u16 selector;
	u32 limit;
	u32 ar;
	u64 base;
};

/* There is no segment: the selector is a null selector. */
#define AR_UNUSABLE	(1U << 16)

enum segment_index { SEG_ES, SEG_CS, SEG_SS, SEG_DS, SEG_FS, SEG_GS, SEG_LDTR, SEG_TR,
		     NUM_SEGMENTS };

/* How many VM exits a CPU remembers for the crash record; a power of two. */
#define NUM_PAST_EXITS	8

/**
 * struct past_exits - the last VM exits
 * @count: how many there were, modulo 2^32
 * @exits: the one with number N is at N modulo NUM_PAST_EXITS
 */
struct past_exits {
	u32 count;
	struct {
		u32 reason;
		u64 rip;
	} exits[NUM_PAST_EXITS];
};

/**
 * struct percpu - private data of a CPU, at the same address on each
 * @fatal_stack: for double faults (a stack that ran into its guard page); it has one, too,
 *	and so comes first
 * @cpu: its public part
 * @handover: see struct cpu_handover
 * @hv_cr3: page table of this CPU
 * @area_hpa: physical address of the private area
 * @alias: address of this struct in the transition table
 * @window_pte: entry that maps percpu_window
 * @link_ptes: entries that map percpu_link
 * @kept_ptes: entries that map percpu_kept
 * @guest_loaded: the guest's state can be accessed: between vendor_on() and vendor_off()
 * @nmis_seen: NMIs that have come, see kick_take()
 * @guest_nmis: NMIs that the guest has not got yet
 * @mc_seen: a machine check was
 * @stuck: 2 after a fault in place of a VM entry or an exit that had to fail, 1 at the exit
 *	after it, else 0
 * @exit_rip: where the guest was at its last exit
 * @cell: the cell that the guest is set up for, see vendor_set_cell()
 * @cpuid_filtered: see cpuid_filtered_bits()
 * @msr_table: policy of the cell
 * @exits: see struct exit_cache
 * @operand_fault: see guest_inject_operand_fault()
 * @apic: see struct apic_view
 * @kept: see struct kept_msrs
 * @past: see struct past_exits
 * @msrs: see struct msr_cell; the root cell's are those of the hardware
 * @insn_cache: instructions of the guest that access devices
 * @linux_state: see struct linux_state
 * @segments: Linux's segment registers at the time of entry
 * @vendor: what only one vendor needs, see vendor_cpu.h
 */
struct percpu {
	u8 fatal_stack[2048] __attribute__((aligned(16)));
	struct cpu *cpu;
	struct cpu_handover *handover;
	u64 hv_cr3;
	u64 area_hpa;
	struct percpu *alias;
	u64 *window_pte;
	u64 *link_ptes;
	u64 *kept_ptes;
	bool guest_loaded;
	u8 nmis_seen;
	u8 guest_nmis;
	bool mc_seen;
	u8 stuck;
	u64 exit_rip;
	struct cell *cell;
	u32 cpuid_filtered;
	const struct msr_table *msr_table;
	struct exit_cache exits;
	struct operand_fault operand_fault;
	struct apic_view apic;
	struct kept_msrs kept;
	struct past_exits past;
	struct msr_cell msrs;
	struct insn_cache insn_cache;
	struct linux_state linux_state;
	struct pstate linux_pstate;
	struct guest_segment segments[NUM_SEGMENTS];
	struct vendor_cpu vendor;
};

static_assert(sizeof(struct percpu) <= 4096);

/* Placed by the linker script. */
extern struct percpu percpu_area;
extern u8 percpu_window[4096];
extern u8 percpu_link[][4096];
extern u8 percpu_kept[PERCPU_KEPT_PAGES][4096];

/* Registers of the guest during a VM exit: the frame that exit_entry.S builds. */
extern struct insn_regs percpu_regs;
static_assert(sizeof(percpu_regs) == GUEST_REGS_SIZE);

/*
 * The calling CPU's private data, and its guest's registers; only on its own page table.
 * Constants: nothing has to be handed from function to function.
 */
#define this_percpu()	(&percpu_area)
#define this_regs()	(&percpu_regs)

#endif
