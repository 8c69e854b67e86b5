// SPDX-License-Identifier: GPL-2.0-only
/* SOURCES: core/cpu_set.c x86/apic_policy.c */
/* CPUs and their APIC ids. */
#include <string.h>
#include "apic_cpus.h"

const struct cpu_set all = { { ALL } }, root = { { ROOT } }, cell = { { CELL } };

struct apic_topology topo;

u32 phys(unsigned int cpu)
{
	return cpu == 7 ? 0x1234 : cpu * 2;
}

void build_empty(void)
{
	memset(&topo, 0xa5, sizeof(topo));
	apic_topology_init(&topo);
}

void build(unsigned int cluster)
{
	unsigned int cpu, members = cluster == 1 ? 2 : 4;

	build_empty();
	for (cpu = 0; cpu < NUM_CPUS; cpu++) {
		apic_topology_add(&topo, cpu, phys(cpu));
		topo.ldr[cpu] = 1U << (24 + cpu);
		if (cluster) {
			topo.ldr[cpu] = cpu / members << 28 | 1U << (24 + cpu % members);
			topo.dfr[cpu] = 0x0fffffff;
		}
	}
}
