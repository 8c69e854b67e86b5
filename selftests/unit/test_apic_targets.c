// SPDX-License-Identifier: GPL-2.0-only
/* BESIDE: apic_cpus.c */
/* Whom a destination means, in each mode, and where interrupts of devices may go. */
#include "apic_cpus.h"

UNIT(ids_are_found)
{
	unsigned int cpu;

	build(0);
	CHECK_EQ(low_word(&topo.present), ALL);
	apic_topology_add(&topo, 8, 256);
	CHECK_EQ(topo.ldr[8], 0);
	CHECK_EQ(topo.dfr[8], APIC_DFR_FLAT);
	CHECK_EQ(apic_find_cpu(&topo, 256), 8);
	CHECK_EQ(apic_find_cpu(&topo, 0), 0);
	/* Those that Linux has not brought online, the first one as well, do not exist. */
	apic_topology_init(&topo);
	CHECK(cpu_set_empty(&topo.present));
	apic_topology_add(&topo, 1, 2);
	CHECK_EQ(low_word(&topo.present), 1 << 1);
	CHECK_EQ(apic_find_cpu(&topo, 0), APIC_NO_CPU);
	build(0);
	for (cpu = 0; cpu < NUM_CPUS; cpu++)
		CHECK_EQ(apic_find_cpu(&topo, phys(cpu)), cpu);
	CHECK_EQ(apic_find_cpu(&topo, 1), APIC_NO_CPU);
	CHECK_EQ(apic_find_cpu(&topo, 255), APIC_NO_CPU);
	CHECK_EQ(apic_find_cpu(&topo, 256), APIC_NO_CPU);
	CHECK_EQ(apic_find_cpu(&topo, 0xffffffff), APIC_NO_CPU);
	CHECK_EQ(apic_x2apic_ldr(0), 1);
	CHECK_EQ(apic_x2apic_ldr(0x1234), 0x01230010);
	CHECK_EQ(apic_xapic_icr(0x4c0fd, 0x0a123456), 0x0a0004c0fdULL);
}

/* As many CPUs as there may be: ids that are far apart, odd, and of the same slot. */
UNIT(ids_of_large_machines_are_found)
{
	static const struct {
		u32 first, step;
	} rows[] = {
		{ 0, 1 }, { 1, 2 }, { 3, 37 }, { 5, APIC_SLOTS }, { APIC_SLOTS - 1, APIC_SLOTS },
		{ 0xfffff, -2047U },
	};
	unsigned int row, cpu;
	u32 id;

	for (row = 0; row < ARRAY_SIZE(rows); row++) {
		unit_row("ids %u + N * %u", rows[row].first, rows[row].step);
		build_empty();
		for (cpu = 0; cpu < JAILHOUSE_MAX_CPUS; cpu++)
			apic_topology_add(&topo, cpu, rows[row].first + cpu * rows[row].step);
		CHECK_EQ(cpu_set_weight(&topo.present), JAILHOUSE_MAX_CPUS);
		for (cpu = 0; cpu < JAILHOUSE_MAX_CPUS; cpu++) {
			id = rows[row].first + cpu * rows[row].step;
			CHECK_EQ(apic_find_cpu(&topo, id), cpu);
			if (rows[row].step != 1)
				CHECK_EQ(apic_find_cpu(&topo, id + 1), APIC_NO_CPU);
		}
		CHECK_EQ(apic_find_cpu(&topo, id + rows[row].step), APIC_NO_CPU);
		CHECK_EQ(apic_find_cpu(&topo, 0xffffffff), APIC_NO_CPU);
	}
}

UNIT(destinations)
{
	static const struct {
		u8 cluster;
		bool x2apic, logical;
		u32 dest;
		u64 cpus, want;
	} rows[] = {
		/* physical */
		{ 0, 0, 0, 4, ALL, 0x04 },
		{ 0, 0, 0, 4, CELL, 0 },
		{ 0, 0, 0, 5, ALL, 0 },
		{ 0, 0, 0, 0xff, CELL, CELL },
		{ 0, 1, 0, 0xff, ALL, 0 },
		{ 0, 1, 0, 0x1234, ALL, 0x80 },
		{ 0, 1, 0, 0xffffffff, ROOT, ROOT },
		/* logical, flat */
		{ 0, 0, 1, 0x01, ALL, 0x01 },
		{ 0, 0, 1, 0x33, ALL, 0x33 },
		{ 0, 0, 1, 0x33, ROOT, 0x03 },
		{ 0, 0, 1, 0x00, ALL, 0 },
		{ 0, 0, 1, 0xff, CELL, CELL },
		/* logical, cluster */
		{ 1, 0, 1, 0x11, ALL, 0x04 },
		{ 1, 0, 1, 0x13, ALL, 0x0c },
		{ 1, 0, 1, 0x33, ALL, 0xc0 },
		{ 1, 0, 1, 0x3f, ALL, 0xc0 },
		{ 2, 0, 1, 0x08, ALL, 0x08 },
		{ 2, 0, 1, 0x18, ALL, 0x80 },
		{ 2, 0, 1, 0x1f, ALL, 0xf0 },
		{ 2, 0, 1, 0x1c, ROOT | CELL, 0x80 },
		{ 2, 0, 1, 0x28, ALL, 0 },
		{ 1, 0, 1, 0x32, ALL, 0x80 },
		{ 1, 0, 1, 0x10, ALL, 0 },
		{ 1, 0, 1, 0x1c, ALL, 0 },
		{ 1, 0, 1, 0x41, ALL, 0 },
		/* logical, x2APIC: ids 0, 2, ..., 12 are in cluster 0 */
		{ 0, 1, 1, 0x0001, ALL, 0x01 },
		{ 0, 1, 1, 0x0002, ALL, 0 },
		{ 0, 1, 1, 0x0115, ALL, 0x17 },
		{ 0, 1, 1, 0xffff, ALL, 0x7f },
		{ 0, 1, 1, 0x01230010, ALL, 0x80 },
		{ 0, 1, 1, 0x01230000, ALL, 0 },
		{ 0, 1, 1, 0xffff0001, ALL, 0 },
		{ 0, 1, 1, 0xffffffff, CELL, CELL },
	};
	size_t i;

	for (i = 0; i < ARRAY_SIZE(rows); i++) {
		const struct cpu_set cpus = low_cpus(rows[i].cpus);
		struct cpu_set targets;

		unit_row("row %zu dest %#x", i, rows[i].dest);
		build(rows[i].cluster);
		targets = apic_targets(&topo, &cpus, rows[i].x2apic, rows[i].logical,
				       rows[i].dest);
		CHECK_EQ(low_word(&targets), rows[i].want);
	}
}

UNIT(device_interrupts_are_routed_into_the_cell)
{
	static const struct {
		u64 cpus;
		bool x2apic, logical;
		u32 dest;
		bool only, routed;
		u32 physical;
	} rows[] = {
		{ ROOT, 0, 0, 2, true, true, 2 },
		{ ROOT, 0, 0, 8, false, false, 0 },
		{ ROOT, 0, 0, 3, false, false, 0 },
		{ ROOT, 0, 0, 0xff, false, true, 0 },
		{ ALL, 0, 0, 0xff, true, true, 0 },
		{ ALL, 1, 0, 0xff, true, true, 0 },
		{ ROOT, 1, 1, 0xff, false, true, 0 },
		{ ROOT, 0, 1, 0x0c, true, true, 4 },
		/* the hardware knows no logical id of a cell's CPU in xAPIC mode */
		{ ROOT, 0, 1, 0x3c, true, true, 4 },
		{ ROOT, 0, 1, 0x30, false, false, 0 },
		{ CELL, 0, 1, 0x30, true, true, 8 },
		{ ROOT, 1, 1, 0x14, true, true, 2 },
		{ ROOT, 1, 1, 0x80, false, false, 0 },
		/* CPU 7 has an id that a device cannot name */
		{ 0x80, 0, 0, 0xff, false, false, 0 },
		{ 0x80, 0, 1, 0x80, true, false, 0 },
	};
	const struct cpu_set six = low_cpus(0x40);
	u32 physical;
	size_t i;

	build(0);
	for (i = 0; i < ARRAY_SIZE(rows); i++) {
		const struct cpu_set cpus = low_cpus(rows[i].cpus);

		unit_row("row %zu", i);
		CHECK_EQ(apic_reaches_only(&topo, &cpus, rows[i].x2apic,
					   rows[i].logical, rows[i].dest), rows[i].only);
		if (CHECK_EQ(apic_route(&topo, &cpus, rows[i].x2apic, rows[i].logical,
					rows[i].dest, APIC_DEVICE_ID_END, &physical),
			     rows[i].routed) && rows[i].routed)
			CHECK_EQ(physical, rows[i].physical);
	}
	/* In 8 bits the id 255 would be a broadcast. */
	topo.apic_id[6] = 255;
	CHECK(!apic_route(&topo, &six, false, true, 0x40, APIC_DEVICE_ID_END, &physical));
	topo.apic_id[6] = 254;
	CHECK(apic_route(&topo, &six, false, true, 0x40, APIC_DEVICE_ID_END, &physical));
	/* Not so in an entry of a table. */
	topo.apic_id[6] = 255;
	CHECK(apic_route(&topo, &six, false, true, 0x40, APIC_ID_END, &physical));
	CHECK_EQ(physical, 255);
}

UNIT(interrupts_that_are_remapped_have_wide_destinations)
{
	static const struct {
		u64 cpus;
		bool x2apic, logical;
		u32 dest;
		bool only, routed;
		u32 physical;
	} rows[] = {
		{ ROOT, 1, 0, 2, true, true, 2 },
		{ ROOT, 1, 0, 8, false, false, 0 },
		{ ROOT, 1, 0, 0xff, false, false, 0 },
		{ ROOT, 1, 0, 0xffffffff, false, true, 0 },
		{ ALL, 1, 0, 0xffffffff, true, true, 0 },
		{ ROOT, 1, 1, 0x14, true, true, 2 },
		{ ROOT, 1, 1, 0x114, false, true, 2 },
		{ ROOT, 1, 1, 0x10001, false, false, 0 },
		{ ROOT, 1, 1, 0xffffffff, false, true, 0 },
		{ ROOT, 0, 0, 0xff, false, true, 0 },
		{ ROOT, 0, 1, 0x0c, true, true, 4 },
	};
	u32 physical;
	size_t i;

	build(0);
	for (i = 0; i < ARRAY_SIZE(rows); i++) {
		const struct cpu_set cpus = low_cpus(rows[i].cpus);

		unit_row("row %zu", i);
		CHECK_EQ(apic_message_reaches_only(&topo, &cpus, rows[i].x2apic, rows[i].logical,
						   rows[i].dest), rows[i].only);
		if (CHECK_EQ(apic_route_message(&topo, &cpus, rows[i].x2apic, rows[i].logical,
						rows[i].dest, &physical), rows[i].routed) &&
		    rows[i].routed)
			CHECK_EQ(physical, rows[i].physical);
	}
}

UNIT(message_signalled_interrupts)
{
	static const struct {
		u64 address;
		u32 data;
		bool x2apic, want;
		u64 routed;
	} rows[] = {
		{ 0xfee08000, 0x41, 0, true, 0xfee08000 },
		{ 0xfee08000, 0x141, 0, true, 0xfee08000 },
		{ 0xfee0a008, 0x4041, 0, true, 0xfee0a000 },
		{ 0xfee3000c, 0x41, 0, true, 0xfee08000 },
		{ 0xfee3000c, 0x41, 1, false, 0 },		/* ids 4 and 5 of x2APIC mode */
		{ 0xfee00004, 0x41, 0, false, 0 },
		{ 0xfee08000, 0xc041, 0, true, 0xfee08000 },	/* a level */
		{ 0xfee08000, 0x10, 0, false, 0 },		/* vectors of exceptions */
		{ 0xfee08000, 0x1f, 0, false, 0 },
		{ 0xfee08000, 0x20, 0, true, 0xfee08000 },
		{ 0xfee08000, 0x0f, 0, false, 0 },		/* a block of 32 would have them */
		{ 0xfeeff000, 0x41, 0, true, 0xfee08000 },
		{ 0xfee00000, 0x41, 0, false, 0 },		/* a root CPU */
		{ 0xfee40004, 0x41, 0, false, 0 },		/* another cell's */
		{ 0xfee08000, 0x241, 0, false, 0 },		/* SMI */
		{ 0xfee08000, 0x441, 0, false, 0 },		/* NMI */
		{ 0xfee08000, 0x541, 0, false, 0 },		/* INIT */
		{ 0xfee08000, 0x741, 0, false, 0 },		/* ExtINT */
		{ 0xfed08000, 0x41, 0, false, 0 },
		{ 0xfee08010, 0x41, 0, false, 0 },		/* remappable */
		{ 0x1fee08000, 0x41, 0, false, 0 },
		{ 0x3b000000, 0x41, 0, false, 0 },		/* memory */
	};
	size_t i;

	build(0);
	for (i = 0; i < ARRAY_SIZE(rows); i++) {
		u64 address = rows[i].address;
		u32 data = rows[i].data;

		unit_row("row %zu", i);
		if (CHECK_EQ(apic_route_msi(&topo, &cell, rows[i].x2apic, &address, &data),
			     rows[i].want) && rows[i].want) {
			CHECK_EQ(address, rows[i].routed);
			CHECK_EQ(data, rows[i].data & 0xff);
		}
	}
}
