// SPDX-License-Identifier: GPL-2.0-only
/*
 * Only in the test build: what an exit executes, counted by executing it step by step. With
 * RFLAGS.TF set the CPU traps behind each instruction (SDM 3B 18.3.2), and the trap's handler looks
 * at the next one. So nothing has to be marked in the sources, and nothing can be forgotten there.
 * Debug traps are delivered with GIF clear, too (APM 2 table 15-10).
 *
 * One CPU at a time counts: whoever measures takes care of that.
 */
#include "exit_count.h"
#include "errno.h"
#include "exceptions.h"
#include "string.h"

#define LINE_SHIFT	6

static struct {
	const struct cpu *cpu;
	u64 now[NUM_EXIT_COUNTS], last[NUM_EXIT_COUNTS], sum[NUM_EXIT_COUNTS];
	u64 vmcb_lines;
	struct counted_insn waiting;
} counting;

/* APM 2 8.2.2: all vectors have gates of 16 bytes. */
struct gate {
	u16 offset_low;
	u16 selector;
	u16 type;
	u16 offset_mid;
	u32 offset_high;
	u32 reserved;
};

static void set_debug_gate(const void *handler)
{
	struct gate *gate = (struct gate *)read_idt_base() + X86_EXC_DB;
	u64 offset = (u64)handler;

	gate->offset_low = (u16)offset;
	gate->offset_mid = (u16)(offset >> 16);
	gate->offset_high = (u32)(offset >> 32);
}

void exit_count_begin(void)
{
	set_debug_gate(exit_count_stub);
	memset(&counting, 0, sizeof(counting));
	counting.cpu = this_percpu()->cpu;
}

static u64 counted(const u64 *counts, u64 what)
{
	if (what >= NUM_EXIT_COUNTS)
		return (u64)-EINVAL;
	counting.cpu = NULL;
	return counts[what];
}

u64 exit_count_last(u64 what)
{
	return counted(counting.last, what);
}

u64 exit_count_sum(u64 what)
{
	return counted(counting.sum, what);
}

bool exit_count_wanted(void)
{
	unsigned int n;

	if (counting.cpu != this_percpu()->cpu)
		return false;
	for (n = 0; n < NUM_EXIT_COUNTS; n++)
		counting.sum[n] += counting.now[n];
	memcpy(counting.last, counting.now, sizeof(counting.last));
	memset(counting.now, 0, sizeof(counting.now));
	counting.vmcb_lines = 0;
	counting.waiting.accesses = false;
	return true;
}

static void count_access(const struct counted_insn *insn, u64 address)
{
	u64 in_vmcb = address - (HV_PERCPU_BASE + PERCPU_VA_VENDOR);

	if (insn->locked) {
		counting.now[COUNT_LOCKED]++;
		counting.now[COUNT_LOCKED_SHARED] +=
			address - HV_PERCPU_BASE >= HV_REMAP_BASE - HV_PERCPU_BASE;
	}
	if (address - HV_REMAP_BASE < HV_REMAP_PAGES * PAGE_SIZE)
		counting.now[COUNT_DEVICE]++;
	if (VENDOR_MAPPED_PAGES && in_vmcb < PAGE_SIZE &&
	    !(counting.vmcb_lines & BIT_ULL(in_vmcb >> LINE_SHIFT))) {
		counting.vmcb_lines |= BIT_ULL(in_vmcb >> LINE_SHIFT);
		counting.now[COUNT_VMCB_LINES]++;
	}
}

void exit_count_step(struct step_frame *frame)
{
	struct counted_insn *insn = &counting.waiting;

	/* The one before this: its end is known now. */
	if (insn->accesses)
		count_access(insn, insn->address + (insn->rip_relative ? frame->rip : 0));
	/* In its place is that of the handler. */
	frame->gpr[4] = frame->rsp;
	exit_count_insn((const u8 *)frame->rip, frame->gpr, insn);
	if (insn->enters) {
		frame->rflags &= ~X86_RFLAGS_TF;
		return;
	}
	counting.now[COUNT_INSNS]++;
	if (insn->what != COUNT_NOTHING)
		counting.now[insn->what]++;
}
