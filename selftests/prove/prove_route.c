// SPDX-License-Identifier: GPL-2.0-only
/* SOURCES: core/cpu_set.c x86/apic_policy.c */
/* OPTIONS: --unwind 9 --unwindset add_x2apic_logical.0:17,apic_find_cpu.0:3 --no-standard-checks */
/* OPTIONS: --unwindset apic_find_cpu$link1.0:3,xapic_logical_targets.0:5,route_to_one.0:5,main.0:5 */
/* FAULT: x86/apic_policy.c s/if (\*physical < end)/if (1)/ */
/* FAULT: x86/apic_policy.c s/return cpu_set_and(&targets, cpus);/return targets;/ */
/* FAULT: x86/apic_policy.c s/if (apic_vector_reserved(data))/if (0)/ */
/* FAULT: x86/apic_policy.c s/\*data &= APIC_VECTOR;/;/ */
/* FAULT: x86/apic_policy.c s/(mode == APIC_MODE_FIXED && !apic_vector_reserved(\*value))/mode != APIC_MODE_SMI/ */
/* FAULT: x86/apic_policy.c s/\*value &= ~(u32)APIC_TRIGGER_LEVEL;/;/ */
/*
 * Messages of a cell's devices, of any address and data, written with its CPU in either mode:
 * what the hardware gets names one CPU of the cell, physically and in eight bits, which means
 * the same in both modes of the hardware; it is an edge, fixed, and no vector of an exception.
 * An entry of a cell's local vector table: masked, or an edge for the CPU itself, fixed or NMI.
 *
 * Four CPUs (topology.h) in any two cells.
 */
#include "topology.h"

static bool is_of(const struct cpu_set *cell, u32 id)
{
	unsigned int cpu;

	for (cpu = 0; cpu < CPUS; cpu++)
		if (ids[cpu] == id)
			return cpu_set_has(cell, cpu);
	return false;
}

static void check_message(const struct cpu_set *cell)
{
	u64 address = nondet_u64();
	u32 data = nondet_u32();

	if (!apic_route_msi(&topo, cell, nondet_bool(), &address, &data))
		return;
	REACHED();
	PROVE((address & ~0xff000ULL) == 0xfee00000, "an interrupt, for a physical destination");
	PROVE(is_of(cell, (u32)(address >> 12) & 0xff), "one CPU of the cell");
	PROVE(data > 31 && data < 256, "an edge, fixed, no vector of an exception");
}

static void check_lvt(void)
{
	const u32 old = nondet_u32();
	u32 lvt = old;
	const bool fine = apic_lvt_check(&lvt);

	PROVE(!((lvt ^ old) & ~(u32)(APIC_LVT_MASKED | APIC_TRIGGER_LEVEL)), "otherwise as it is");
	PROVE(!(lvt & APIC_TRIGGER_LEVEL), "an edge");
	PROVE(fine == !((lvt ^ old) & APIC_LVT_MASKED), "what is masked is told");
	if (lvt & APIC_LVT_MASKED)
		return;
	REACHED();
	PROVE((lvt & APIC_MODE) == APIC_MODE_FIXED || (lvt & APIC_MODE) == APIC_MODE_NMI,
	      "for the CPU itself");
	PROVE((lvt & APIC_MODE) == APIC_MODE_NMI || (lvt & APIC_VECTOR) < 16 ||
	      (lvt & APIC_VECTOR) > 31, "no vector of an exception");
}

int main(void)
{
	const struct cpu_set cell = { { nondet_u64() } };

	any_topology();
	ASSUME(cell.words[0] && cell.words[0] <= ALL_CPUS);
	check_message(&cell);
	check_lvt();
	return 0;
}
