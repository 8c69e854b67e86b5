/* SPDX-License-Identifier: GPL-2.0-only */
/* CPUs and their APIC ids, as apic_policy.c knows them, for the tests of it. */
#ifndef SELFTESTS_UNIT_APIC_CPUS_H
#define SELFTESTS_UNIT_APIC_CPUS_H

#include "unit.h"
#include "apic_policy.h"
#include "low_cpus.h"

/*
 * Eight CPUs; the physical id is twice the number, as without hyper-threads. CPU 7 has
 * an id that needs x2APIC. LDR: flat, as Linux programs them.
 */
#define NUM_CPUS	8
#define ALL		0xffULL
/* CPUs 0 to 3 are the root's, 4 and 5 and 7 one cell's, 6 another one's. */
#define ROOT		0x0fULL
#define CELL		0xb0ULL

#define TO(id)		((u64)(id) << 32)

extern const struct cpu_set all, root, cell;

extern struct apic_topology topo;

/* The APIC id of one of them. */
u32 phys(unsigned int cpu);

/*
 * The eight are all there is. @cluster: logical ids of xAPIC mode are flat (0), in clusters
 * of two (1) or of four (2).
 */
void build(unsigned int cluster);

/* No CPU yet, and nothing but rubbish before. */
void build_empty(void);

#endif
