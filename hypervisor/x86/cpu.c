// SPDX-License-Identifier: GPL-2.0-only
/* What core/ asks of the CPU that it runs on. */
#include "apic.h"
#include "arch.h"
#include "x86.h"

void cpuid_leaf(u32 leaf, u32 subleaf, u32 regs[4])
{
	regs[0] = leaf;
	regs[1] = 0;
	regs[2] = subleaf;
	regs[3] = 0;
	cpuid(regs);
}

u64 arch_read_tsc(void)
{
	return rdtsc();
}

void arch_cpu_relax(void)
{
	cpu_relax();
}

/* The private data is out of reach on the transition page table. */
unsigned int arch_cpu_id(void)
{
	u32 apic_id;
	unsigned int n;

	if (read_cr3() != transition_cr3())
		return this_percpu()->cpu->id;

	apic_id = apic_own_id();
	for (n = 0; n + 1 < boot_info.num_cpus; n++)
		if (boot_info.cpus[n].apic_id == apic_id)
			break;
	return n;
}

void arch_write_back_caches(void)
{
	asm volatile("wbinvd" : : : "memory");
}

void arch_halt(void)
{
	for (;;)
		asm volatile("cli\n\thlt");
}
