// SPDX-License-Identifier: GPL-2.0-only
/* Interrupts and exceptions. */
#include "inmate.h"

#define NUM_VECTORS		256
#define NUM_EXCEPTIONS		32
#define CODE64			0x18
#define GATE_INTERRUPT		0x8e

struct gate {
	u16 offset_low, selector;
	u8 ist, type;
	u16 offset_middle;
	u32 offset_high, reserved;
} __packed;

static struct gate idt[NUM_VECTORS] __aligned(16);
static int_handler handlers[NUM_VECTORS];

/* Written by the CPU that had it; only one CPU at a time can use PROBED(). */
struct fault last_fault;

static const char *const exception_names[NUM_EXCEPTIONS] = {
	[0] = "divide error", [1] = "debug", [2] = "NMI", [3] = "breakpoint",
	[4] = "overflow", [5] = "bound range", [6] = "invalid opcode",
	[7] = "device not available", [8] = "double fault", [10] = "invalid TSS",
	[11] = "segment not present", [12] = "stack", [13] = "general protection",
	[14] = "page fault", [16] = "x87", [17] = "alignment check",
	[18] = "machine check", [19] = "SIMD", [21] = "control protection",
};

/**
 * int_load() - make this CPU use the interrupt table
 */
void int_load(void)
{
	struct {
		u16 limit;
		u64 base;
	} __packed pointer = { sizeof(idt) - 1, (u64)idt };

	asm volatile("lidt %0" : : "m" (pointer));
}

/**
 * int_init() - set up the interrupt table and load it
 *
 * Interrupts stay off. From here on an exception that nobody expects is printed, and
 * fails the cell.
 */
void int_init(void)
{
	unsigned int i;

	for (i = 0; i < NUM_VECTORS; i++) {
		u64 stub = (u64)vector_stubs[i];

		idt[i] = (struct gate) {
			.offset_low = (u16)stub,
			.offset_middle = (u16)(stub >> 16),
			.offset_high = (u32)(stub >> 32),
			.selector = CODE64,
			.type = GATE_INTERRUPT,
		};
	}
	int_load();
}

/**
 * int_set_handler() - name the function that a vector calls
 * @vector: exceptions (0-31) as well as interrupts
 * @handler: called with interrupts off; may change the frame. An interrupt is
 *	acknowledged at the APIC when it returns. NULL: back to the default.
 */
void int_set_handler(u8 vector, int_handler handler)
{
	handlers[vector] = handler;
}

static void __noreturn dump_and_fail(const struct frame *f)
{
	const char *name = NULL;

	if (f->vector < NUM_EXCEPTIONS)
		name = exception_names[f->vector];
	printf("Unexpected vector %llu (%s), error code 0x%llx, CR2 0x%016llx\n",
	       f->vector, name ?: "no name", f->error_code, read_cr2());
	printf("RIP 0x%llx CS 0x%llx RFLAGS 0x%llx RSP 0x%llx SS 0x%llx\n",
	       f->rip, f->cs, f->rflags, f->rsp, f->ss);
	printf("RAX 0x%016llx RBX 0x%016llx RCX 0x%016llx RDX 0x%016llx\n",
	       f->rax, f->rbx, f->rcx, f->rdx);
	printf("RSI 0x%016llx RDI 0x%016llx RBP 0x%016llx R8  0x%016llx\n",
	       f->rsi, f->rdi, f->rbp, f->r8);
	printf("R9  0x%016llx R10 0x%016llx R11 0x%016llx R12 0x%016llx\n",
	       f->r9, f->r10, f->r11, f->r12);
	printf("R13 0x%016llx R14 0x%016llx R15 0x%016llx CR3 0x%016llx\n",
	       f->r13, f->r14, f->r15, read_cr3());
	stop(JAILHOUSE_CELL_FAILED);
}

static bool fix_up(struct frame *frame)
{
	const struct fixup *fixup;

	for (fixup = fixups; fixup < fixups_end; fixup++) {
		if (fixup->instruction != frame->rip)
			continue;
		last_fault = (struct fault) {
			.vector = (u32)frame->vector,
			.error_code = frame->error_code,
			.rip = frame->rip,
			.cr2 = read_cr2(),
		};
		frame->r8 = frame->vector;
		frame->rip = fixup->resume;
		return true;
	}
	return false;
}

/**
 * int_dispatch() - called by vectors.S for every vector
 * @frame: what was interrupted
 */
void int_dispatch(struct frame *frame)
{
	int_handler handler = handlers[frame->vector];

	if (handler)
		handler(frame);
	else if (frame->vector >= NUM_EXCEPTIONS || !fix_up(frame))
		dump_and_fail(frame);
	/* A spurious interrupt must not be acknowledged (SDM 3A 10.9). */
	if (frame->vector >= NUM_EXCEPTIONS && frame->vector != APIC_SPURIOUS_VECTOR)
		apic_eoi();
}
