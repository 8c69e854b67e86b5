// SPDX-License-Identifier: GPL-2.0-only
/* The state of a CPU, for the crash record. */
#include "arch.h"
#include "vendor.h"

typedef void (*print_fn)(const char *fmt, ...);

static void describe_guest(print_fn print, const struct insn_regs *regs)
{
	unsigned int n;

	for (n = 0; n < INSN_NUM_GPRS; n += 4)
		print("  gpr %2u-%2u: %016llx %016llx %016llx %016llx\n", n, n + 3,
		      regs->gpr[n], regs->gpr[n + 1], regs->gpr[n + 2], regs->gpr[n + 3]);
}

/* The last one first. */
static void describe_exits(print_fn print, const struct past_exits *past)
{
	u32 n = past->count, left = MIN(n, NUM_PAST_EXITS);

	for (; left; left--) {
		n--;
		print("  exit %u: reason 0x%x, rip 0x%llx\n", n,
		      past->exits[n % NUM_PAST_EXITS].reason,
		      past->exits[n % NUM_PAST_EXITS].rip);
	}
}

/* In between page tables the private data is out of reach. */
void arch_describe_cpu(print_fn print)
{
	const struct percpu *percpu = this_percpu();

	print("cr0 0x%llx cr2 0x%llx cr3 0x%llx cr4 0x%llx\n", read_cr0(), read_cr2(),
	      read_cr3(), read_cr4());
	if (read_cr3() == transition_cr3() || !percpu->guest_loaded)
		return;
	print("Cell %s, the guest's registers by number:\n",
	      percpu->cell ? percpu->cell->desc->name : "(none)");
	describe_guest(print, this_regs());
	vendor_describe(print);
	print("VM exits, the last one first:\n");
	describe_exits(print, &percpu->past);
}
