/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Four CPUs for the model checker, with APIC ids of three clusters, one above 255. Cells in
 * xAPIC mode have given them any logical ids, and any model of these.
 *
 * OPTIONS of a harness unwind apic_find_cpu() twice: of these ids, no two want the same place,
 * and the place after each is free.
 */
#ifndef SELFTESTS_PROVE_TOPOLOGY_H
#define SELFTESTS_PROVE_TOPOLOGY_H

#include "prove.h"
#include "apic_policy.h"

#define CPUS		4
#define ALL_CPUS	0xfULL

static const u32 ids[CPUS] = { 0, 2, 21, 0x113 };
static struct apic_topology topo;

static void any_topology(void)
{
	unsigned int cpu;

	/* apic_topology_init() writes these one by one, which takes the model checker longer. */
	__CPROVER_array_set(topo.cpu, (u16)APIC_NO_CPU);
	for (cpu = 0; cpu < CPUS; cpu++) {
		apic_topology_add(&topo, cpu, ids[cpu]);
		topo.ldr[cpu] = (u32)nondet_u8() << 24;
		topo.dfr[cpu] = nondet_bool() ? APIC_DFR_FLAT : APIC_DFR_FLAT >> 4;
	}
}

#endif
