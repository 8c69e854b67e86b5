// SPDX-License-Identifier: GPL-2.0-only
/* What a guest's CPU has that is the same with either vendor. */
#include "guest_cpu.h"
#include "cpuid.h"
#include "exits/guest_pages.h"
#include "string.h"
#include "x86.h"

void guest_cpu_set_cell(struct percpu *percpu)
{
	percpu->cell = percpu->cpu->cell;
	percpu->cpuid_filtered = cpuid_filtered_bits(runs_root(percpu));
	percpu->msr_table = &msr_tables[runs_root(percpu) ? MSR_VIEW_ROOT : MSR_VIEW_CELL];
	exit_cache_flush();
}

void guest_cpu_reset(void)
{
	u32 signature[4] = { 1 };

	/* RDX holds family, model and stepping after INIT. */
	cpuid(signature);
	memset(this_regs(), 0, sizeof(*this_regs()));
	this_regs()->gpr[INSN_RDX] = signature[0];
	clear_breakpoints();
}
