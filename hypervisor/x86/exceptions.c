// SPDX-License-Identifier: GPL-2.0-only
/* Descriptor tables and exceptions of the hypervisor itself. */
#include "exceptions.h"
#include "apic.h"
#include "arch.h"
#include "kick.h"
#include "log.h"
#include "machine_check.h"
#include "panic.h"
#include "string.h"
#include "vendor.h"

#define NUM_VECTORS	256

struct idt_gate {
	u16 offset_low;
	u16 selector;
	u8 ist;
	u8 type;
	u16 offset_mid;
	u32 offset_high;
	u32 reserved;
} __packed;

#define GATE_INTERRUPT	0x8e

#define DESC_CODE64	0x00af9b000000ffffULL
#define DESC_DATA	0x00cf93000000ffffULL
#define DESC_TSS	0x0000890000000000ULL

/*
 * The second one is for apic_silence(): whatever vector a guest left pending. Of the
 * exceptions from 16 on only a machine check can happen there; it shares its gate with the
 * interrupt, see is_interrupt().
 */
static struct idt_gate idt[NUM_VECTORS] __aligned(16);
static struct idt_gate drain_idt[NUM_VECTORS] __aligned(16);

/* In use while a guest has been entered, if TR is the guest's all the time. */
static struct idt_gate plain_idt[NUM_VECTORS] __aligned(16);

/* No interrupt has a vector below this one (SDM 3A 11.5.2). */
#define FIRST_APIC_VECTOR	16

static void set_gate(struct idt_gate *table, unsigned int vector, const void *handler,
		     u8 ist)
{
	u64 offset = (u64)handler;

	table[vector] = (struct idt_gate) {
		.offset_low = (u16)offset,
		.selector = HV_CS,
		.ist = ist,
		.type = GATE_INTERRUPT,
		.offset_mid = (u16)(offset >> 16),
		.offset_high = (u32)(offset >> 32),
	};
}

/*
 * NMIs, double faults and machine checks have stacks of their own: a gate can name one of seven
 * that are in the TSS (IST, SDM 3A 6.14.5). An NMI may come at any instruction, also between the
 * loads of CR3 and RSP, where the stack of either world may not be mapped; and a double fault is
 * mostly a stack that ran into its guard page.
 *
 * The TSS is found by TR. A VM exit of VMX loads TR from the VMCS, so it is ours whenever the
 * hypervisor runs. #VMEXIT of SVM leaves it alone: it is the guest's, whose TSS may lead anywhere.
 * There, gates must name no stack, and whatever comes is taken on the one that is in use. So
 * the NMI handler has to be frugal, and a stack that runs over is a shutdown and not a message.
 */
static void strip_stacks(struct idt_gate *table)
{
	unsigned int vector;

	for (vector = 0; vector < NUM_VECTORS; vector++)
		table[vector].ist = 0;
}

void idt_init(void)
{
	unsigned int vector;

	for (vector = 0; vector < NUM_EXCEPTIONS; vector++)
		set_gate(idt, vector, exception_stubs[vector], 0);
	for (; vector < NUM_VECTORS; vector++)
		set_gate(idt, vector, interrupt_stub, 0);
	set_gate(idt, X86_EXC_NMI, exception_stubs[X86_EXC_NMI], IST_NMI);
	set_gate(idt, X86_EXC_DF, exception_stubs[X86_EXC_DF], IST_FATAL);
	set_gate(idt, X86_EXC_MC, exception_stubs[X86_EXC_MC], IST_FATAL);

	memcpy(drain_idt, idt, sizeof(idt));
	for (vector = FIRST_APIC_VECTOR; vector < NUM_EXCEPTIONS; vector++)
		if (vector != X86_EXC_MC)
			set_gate(drain_idt, vector, interrupt_stub, 0);
	if (VENDOR_SWITCHES_TSS)
		return;
	memcpy(plain_idt, idt, sizeof(idt));
	strip_stacks(plain_idt);
	strip_stacks(drain_idt);
}

static void load_idt(const struct idt_gate *table)
{
	struct desc_ptr idtr = { sizeof(idt) - 1, (u64)table };

	asm volatile("lidt %0" : : "m" (idtr));
}

/*
 * There is no command to make an APIC forget what is pending: the only way out of its request
 * register is to be taken by a CPU. So interrupts are switched on for one instruction, with a
 * table in which every vector that an APIC can deliver leads to an end of interrupt and back. In
 * this table, vectors 16 to 31 are interrupts, too, since a guest can have sent itself those.
 */
void exceptions_take_interrupt(void)
{
	load_idt(drain_idt);
	vendor_open_events();
	take_interrupt();
	vendor_close_events();
	load_idt(VENDOR_SWITCHES_TSS ? idt : plain_idt);
}

void exceptions_leave_tss(void)
{
	load_idt(plain_idt);
}

static void set_tss_descriptor(struct cpu_handover *handover)
{
	u64 base = (u64)&handover->tss;
	u64 *desc = &handover->gdt[HV_TSS / 8];

	desc[0] = DESC_TSS | (sizeof(struct tss) - 1) | (base & 0xffffff) << 16 |
		  (base >> 24 & 0xff) << 56;
	desc[1] = base >> 32;
}

void exceptions_load(struct cpu_handover *handover, void *fatal_stack_top)
{
	struct desc_ptr gdtr = { sizeof(handover->gdt) - 1, (u64)handover->gdt };

	handover->gdt[HV_CS / 8] = DESC_CODE64;
	handover->gdt[HV_DS / 8] = DESC_DATA;
	set_tss_descriptor(handover);
	handover->tss.iopb = sizeof(struct tss);
	handover->tss.ist[IST_NMI - 1] =
		(u64)handover->nmi_stack + sizeof(handover->nmi_stack);
	handover->tss.ist[IST_FATAL - 1] = (u64)fatal_stack_top;

	load_idt(idt);
	asm volatile("lgdt %0\n\t"
		     "ltr %w1\n\t"
		     "mov %2, %%ss\n\t"
		     "mov %2, %%ds\n\t"
		     "mov %2, %%es\n\t"
		     "mov %3, %%fs\n\t"
		     "mov %3, %%gs\n\t"
		     "lldt %w3"
		     : : "m" (gdtr), "r" (HV_TSS), "r" (HV_DS), "r" (0) : "memory");
}

/*
 * An NMI while the CPU is not in a guest: either somebody kicks the CPU or it is
 * Linux's. In between page tables the private data is out of reach, and the CPU is
 * known by its APIC id only.
 */
static void handle_nmi(void)
{
	struct percpu *percpu;

	if (read_cr3() == transition_cr3()) {
		percpu_alias(arch_cpu_id())->linux_state.nmi = 1;
		return;
	}
	percpu = this_percpu();
	kick_note_nmi(percpu);
	if (percpu->guest_loaded)
		vendor_exit_at_once(percpu);
}

static bool fix_up(struct exception_frame *frame)
{
	const struct ex_table_entry *entry;

	for (entry = __ex_table_start; entry < __ex_table_end; entry++) {
		if (entry->from == frame->rip) {
			frame->rip = entry->to;
			return true;
		}
	}
	return false;
}

/* Whose guard page @address is in, if any. */
static const char *guarded_stack(u64 address)
{
	u64 page = address & ~(PAGE_SIZE - 1);

	if (page == HV_PERCPU_BASE + PERCPU_VA_STACK - PAGE_SIZE)
		return "exit";
	if (page == HV_PERCPU_BASE + PERCPU_VA_DATA - PAGE_SIZE)
		return "fatal";
	if (page == (u64)handover_page(cpu_slot(arch_cpu_id())) - PAGE_SIZE)
		return "NMI";
	return NULL;
}

/*
 * The name of the stack that ran over. Its guard page shows as a page fault or, where the
 * frame of that has no room either, as a double fault. CR2 may be a guest's then: the stack
 * pointer has to agree.
 */
static const char *overflown_stack(const struct exception_frame *frame, u64 cr2)
{
	u64 guard = cr2 & ~(PAGE_SIZE - 1);

	if (frame->vector != X86_EXC_PF &&
	    (frame->vector != X86_EXC_DF || frame->rsp - guard > PAGE_SIZE + sizeof(*frame)))
		return NULL;
	return guarded_stack(cr2);
}

/*
 * Linux can leave an interrupt with the vector of a machine check pending. It is in service
 * when it comes here, and nothing else is.
 */
static bool is_interrupt(const struct exception_frame *frame)
{
	return frame->vector >= FIRST_APIC_VECTOR && frame->rip >= (u64)take_interrupt &&
	       frame->rip < (u64)take_interrupt_end && apic_in_service((u32)frame->vector);
}

void exception_handle(struct exception_frame *frame)
{
	const char *stack;
	u64 cr2;

	if (is_interrupt(frame)) {
		apic_eoi();
		return;
	}

	if (frame->vector == X86_EXC_NMI) {
		handle_nmi();
		return;
	}
	if (frame->vector == X86_EXC_GP && fix_up(frame))
		return;
	/* An INIT, which the vendor has made an exception of: dropped. */
	if (frame->vector == X86_EXC_SX)
		return;
	if (frame->vector == X86_EXC_MC && read_cr3() != transition_cr3()) {
		machine_check_in_hypervisor(this_percpu(), frame->rip);
		return;
	}

	cr2 = read_cr2();
	stack = overflown_stack(frame, cr2);
	if (stack)
		panic("stack overflow: 0x%llx is in the guard page of the %s stack, rip 0x%llx, rsp 0x%llx",
		      cr2, stack, frame->rip, frame->rsp);
	panic("exception %llu, error code 0x%llx, rip 0x%llx, rsp 0x%llx, cr2 0x%llx",
	      frame->vector, frame->error_code, frame->rip, frame->rsp, cr2);
}
