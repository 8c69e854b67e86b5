// SPDX-License-Identifier: GPL-2.0-only
/* SOURCES: x86/apic_policy.c */
#include "unit.h"

#include <string.h>

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
#define SHORT_SELF	APIC_SHORTHAND_SELF
#define SHORT_ALL	APIC_SHORTHAND_ALL
#define SHORT_OTHERS	APIC_SHORTHAND_OTHERS

static const struct cpu_set all = { { ALL } }, root = { { ROOT } }, cell = { { CELL } };

static struct apic_topology topo;

static u32 phys(unsigned int cpu)
{
	return cpu == 7 ? 0x1234 : cpu * 2;
}

/* @cluster: logical ids of xAPIC mode are flat (0), in clusters of two (1) or of four (2). */
static void build(unsigned int cluster)
{
	unsigned int cpu, members = cluster == 1 ? 2 : 4;

	memset(&topo, 0xa5, sizeof(topo));
	apic_topology_init(&topo);
	for (cpu = 0; cpu < NUM_CPUS; cpu++) {
		apic_topology_add(&topo, cpu, phys(cpu));
		topo.ldr[cpu] = 1U << (24 + cpu);
		if (cluster) {
			topo.ldr[cpu] = cpu / members << 28 | 1U << (24 + cpu % members);
			topo.dfr[cpu] = 0x0fffffff;
		}
	}
}

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
		memset(&topo, 0xa5, sizeof(topo));
		apic_topology_init(&topo);
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

/* 72 CPUs, ids above 255 and none between; 70 and 71 are a cell. */
UNIT(interrupts_of_large_machines)
{
	static const struct cpu_set large_cell = { { 0, 0xc0 } };
	const struct apic_sender sender = {
		.cpu = 70, .cpus = &large_cell, .x2apic = true, .hw_x2apic = true,
	};
	static const struct {
		u64 icr;
		enum apic_verdict verdict;
		bool foreign;
	} rows[] = {
		/* id 281 is CPU 71, 277 is CPU 69 */
		{ TO(281) | 0x41, APIC_SEND, false },
		{ TO(277) | 0x41, APIC_DENY, true },
		/* the same in eight bits, and one that nobody has */
		{ TO(281 & 0xff) | 0x41, APIC_DENY, true },
		{ TO(281 + 256) | 0x41, APIC_DENY, true },
		/* absent: no CPU of Linux either may be started behind our back */
		{ TO(280) | 0x500, APIC_DENY, true },
		{ TO(280) | 0x6f0, APIC_DENY, true },
		/* logical: cluster 17 has ids 272 to 287 */
		{ TO(0x110200) | 0x841, APIC_SEND, false },
		{ TO(0x110280) | 0x841, APIC_SEND, false },
		{ TO(0x110020) | 0x841, APIC_DENY, true },
		{ TO(0x1102a0) | 0x841, APIC_SEND_EACH, true },
		{ SHORT_OTHERS | 0x41, APIC_SEND_EACH, false },
	};
	struct apic_ipi ipi;
	unsigned int cpu, i;
	u32 physical;

	memset(&topo, 0xa5, sizeof(topo));
	apic_topology_init(&topo);
	for (cpu = 0; cpu < 72; cpu++)
		apic_topology_add(&topo, cpu, 139 + 2 * cpu);
	for (i = 0; i < ARRAY_SIZE(rows); i++) {
		unit_row("row %u icr %#llx", i, rows[i].icr);
		apic_ipi(&topo, &sender, rows[i].icr, &ipi);
		CHECK_EQ(ipi.verdict, rows[i].verdict);
		CHECK_EQ(ipi.foreign, rows[i].foreign);
		if (ipi.verdict == APIC_SEND_EACH) {
			CHECK(cpu_set_has(&ipi.targets, 71));
			CHECK(cpu_set_subset(&ipi.targets, &large_cell));
		}
	}
	/* A device has eight bits for a destination: of these CPUs, it can name none. */
	CHECK(!apic_route(&topo, &large_cell, false, false, 0xff, &physical));
	CHECK(!apic_route(&topo, &large_cell, false, false, 281 & 0xff, &physical));
	/* Of all, it can name some, and the lowest is taken that it can. */
	topo.apic_id[0] = 0x1ff;
	CHECK(apic_route(&topo, &topo.present, false, false, 0xff, &physical));
	CHECK_EQ(physical, 141);
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

/* C_PAGE: a cell that uses the page, though the hardware is in x2APIC mode. */
enum who { R_XAPIC, R_X2APIC, C_XAPIC, C_TRANSLATED, C_X2APIC, C_PAGE, ALONE };

static const struct apic_sender senders[] = {
	[R_XAPIC] = { .cpu = 1, .cpus = &root, .root = true },
	[R_X2APIC] = { .cpu = 1, .cpus = &root, .root = true, .x2apic = true, .hw_x2apic = true },
	[C_XAPIC] = { .cpu = 4, .cpus = &cell },
	[C_TRANSLATED] = { .cpu = 4, .cpus = &cell, .x2apic = true },
	[C_X2APIC] = { .cpu = 4, .cpus = &cell, .x2apic = true, .hw_x2apic = true },
	[C_PAGE] = { .cpu = 4, .cpus = &cell, .hw_x2apic = true },
	[ALONE] = { .cpu = 1, .cpus = &all, .root = true },
};

/* Targets do not count for APIC_SEND; for it, @low 0 stands for the command as an edge. */
struct row {
	enum who who;
	u64 icr;
	enum apic_verdict verdict;
	bool foreign;
	u64 targets;
	u32 low;
};

static u32 edge(u32 low)
{
	return (low & ~(u32)APIC_TRIGGER_LEVEL) | APIC_LEVEL_ASSERT;
}

static void check_rows(const struct row *rows, size_t count)
{
	size_t i;

	build(0);
	for (i = 0; i < count; i++) {
		struct apic_ipi ipi;

		memset(&ipi, 0xff, sizeof(ipi));
		unit_row("row %zu who %d icr %#llx", i, rows[i].who, rows[i].icr);
		apic_ipi(&topo, &senders[rows[i].who], rows[i].icr, &ipi);
		CHECK_EQ(ipi.verdict, rows[i].verdict);
		CHECK_EQ(ipi.foreign, rows[i].foreign);
		if (rows[i].verdict == APIC_SEND) {
			CHECK_EQ(ipi.icr, rows[i].low ?: edge((u32)rows[i].icr));
			continue;
		}
		CHECK_EQ(low_word(&ipi.targets), rows[i].targets);
		if (rows[i].verdict != APIC_NOTHING && rows[i].verdict != APIC_DENY)
			CHECK_EQ(ipi.icr, rows[i].low);
	}
}

UNIT(fixed_interrupts_stay_in_the_cell)
{
	static const struct row rows[] = {
		/* physical, to oneself, to the own cell, abroad, to nobody */
		{ R_XAPIC, TO(2) | 0x40fd, APIC_SEND, false, 0, 0 },
		{ R_XAPIC, TO(6) | 0x40fd, APIC_SEND, false, 0, 0 },
		{ R_XAPIC, TO(8) | 0x40fd, APIC_DENY, true, 0, 0 },
		{ R_XAPIC, TO(12) | 0x40fd, APIC_DENY, true, 0, 0 },
		{ R_XAPIC, TO(1) | 0x40fd, APIC_DENY, true, 0, 0 },
		{ R_X2APIC, TO(0x1234) | 0xfd, APIC_DENY, true, 0, 0 },
		{ C_XAPIC, TO(10) | 0x41, APIC_SEND, false, 0, 0 },
		{ C_XAPIC, TO(0) | 0x41, APIC_DENY, true, 0, 0 },
		{ C_TRANSLATED, TO(10) | 0x41, APIC_SEND, false, 0, 0 },
		{ C_X2APIC, TO(0x1234) | 0x41, APIC_SEND, false, 0, 0 },
		{ C_X2APIC, TO(0x1235) | 0x41, APIC_DENY, true, 0, 0 },
		{ C_X2APIC, TO(0x100000000ULL + 8) | 0x41, APIC_SEND, false, 0, 0 },
		{ C_PAGE, TO(10) | 0x41, APIC_SEND, false, 0, 0 },
		{ C_PAGE, TO(0) | 0x41, APIC_DENY, true, 0, 0 },
		/* broadcast by destination */
		{ R_XAPIC, TO(0xff) | 0xfd, APIC_SEND_EACH, false, ROOT, 0x40fd },
		{ R_X2APIC, TO(0xff) | 0xfd, APIC_DENY, true, 0, 0 },
		{ R_X2APIC, TO(0xffffffff) | 0xfd, APIC_SEND_EACH, false, ROOT, 0x40fd },
		{ R_XAPIC, TO(0xff) | 0x8fd, APIC_SEND_EACH, false, ROOT, 0x40fd },
		{ C_XAPIC, TO(0xff) | 0x8fd, APIC_SEND_EACH, false, CELL, 0x40fd },
		{ C_PAGE, TO(0xff) | 0xfd, APIC_SEND_EACH, false, CELL, 0x40fd },
		{ C_PAGE, TO(0xff) | 0x8fd, APIC_SEND_EACH, false, CELL, 0x40fd },
		{ ALONE, TO(0xff) | 0xfd, APIC_SEND, false, 0, 0 },
		/* logical */
		{ R_XAPIC, TO(0x0c) | 0x8fd, APIC_SEND, false, 0, 0 },
		{ R_XAPIC, TO(0x30) | 0x8fd, APIC_DENY, true, 0, 0 },
		{ R_XAPIC, TO(0x00) | 0x8fd, APIC_DENY, true, 0, 0 },
		{ R_X2APIC, TO(0x05) | 0x8fd, APIC_SEND, false, 0, 0 },
		{ R_X2APIC, TO(0x01) | 0x8fd, APIC_SEND, false, 0, 0 },
		{ R_X2APIC, TO(0x02) | 0x8fd, APIC_DENY, true, 0, 0 },
		{ R_X2APIC, TO(0x10001) | 0x8fd, APIC_DENY, true, 0, 0 },
		{ C_X2APIC, TO(0x01230010) | 0x8fd, APIC_SEND, false, 0, 0 },
		{ C_TRANSLATED, TO(0x100) | 0x8fd, APIC_SEND_EACH, false, 0x10, 0x40fd },
		{ R_X2APIC, TO(0x104) | 0x8fd, APIC_SEND_EACH, true, 0x2, 0x40fd },
		{ R_X2APIC, TO(0x100) | 0x8fd, APIC_DENY, true, 0, 0 },
		{ C_XAPIC, TO(0x30) | 0x8fd, APIC_SEND_EACH, false, 0x30, 0x40fd },
		{ C_XAPIC, TO(0x40) | 0x8fd, APIC_DENY, true, 0, 0 },
		{ C_TRANSLATED, TO(0x500) | 0x8fd, APIC_SEND_EACH, false, 0x30, 0x40fd },
		{ C_X2APIC, TO(0x500) | 0x8fd, APIC_SEND, false, 0, 0 },
		{ C_X2APIC, TO(0x501) | 0x8fd, APIC_SEND_EACH, true, 0x30, 0x40fd },
		/* an id of xAPIC mode means others to the hardware, if anybody */
		{ C_PAGE, TO(0x30) | 0x8fd, APIC_SEND_EACH, false, 0x30, 0x40fd },
		{ C_PAGE, TO(0x10) | 0x8fd, APIC_SEND_EACH, false, 0x10, 0x40fd },
		{ C_PAGE, TO(0x02) | 0x8fd, APIC_DENY, true, 0, 0 },
		/* lowest priority: unchanged or to one, and always to one in x2APIC mode */
		{ R_XAPIC, TO(0x0c) | 0x9fd, APIC_SEND, false, 0, 0 },
		{ R_X2APIC, TO(0x05) | 0x9fd, APIC_SEND_EACH, false, 0x1, 0x40fd },
		{ R_X2APIC, TO(4) | 0x1fd, APIC_SEND_EACH, false, 0x4, 0x40fd },
		{ C_X2APIC, TO(8) | 0x1fd, APIC_SEND_EACH, false, 0x10, 0x40fd },
		{ C_XAPIC, TO(8) | 0x1fd, APIC_SEND_EACH, false, 0x10, 0x40fd },
		{ R_XAPIC, TO(0xff) | 0x9fd, APIC_SEND_EACH, false, 0x1, 0x40fd },
		{ C_XAPIC, TO(0x30) | 0x9fd, APIC_SEND_EACH, false, 0x10, 0x40fd },
		{ C_X2APIC, TO(0x501) | 0x9fd, APIC_SEND_EACH, true, 0x10, 0x40fd },
	};

	check_rows(rows, ARRAY_SIZE(rows));
}

/* What the page takes, and the MSR does not, is not handed on. */
UNIT(reserved_bits_do_not_reach_the_hardware)
{
	static const struct row rows[] = {
		{ C_PAGE, TO(10) | 0xfff3b041, APIC_SEND, false, 0, 0x4041 },
		{ C_PAGE, TO(10) | 0x1041, APIC_SEND, false, 0, 0x4041 },
		{ C_PAGE, SHORT_SELF | 0xfff3b841, APIC_SEND, false, 0, 0x44841 },
		{ C_PAGE, TO(0x30) | 0xfff3b841, APIC_SEND_EACH, false, 0x30, 0x4041 },
		{ C_PAGE, TO(0xff) | 0xfff3b841, APIC_SEND_EACH, false, CELL, 0x4041 },
		{ C_XAPIC, TO(10) | 0xfff3b041, APIC_SEND, false, 0, 0x4041 },
		{ R_XAPIC, TO(4) | 0xfff3b041, APIC_SEND, false, 0, 0x4041 },
		{ R_XAPIC, TO(0x0c) | 0xfff3b841, APIC_SEND, false, 0, 0x4841 },
		{ R_XAPIC, TO(0x0c) | 0xfff3b941, APIC_SEND, false, 0, 0x4941 },
		{ R_X2APIC, TO(4) | 0x8041, APIC_SEND, false, 0, 0x4041 },
		{ R_X2APIC, TO(5) | 0x8841, APIC_SEND, false, 0, 0x4841 },
	};

	check_rows(rows, ARRAY_SIZE(rows));
}

UNIT(vectors_of_exceptions_are_for_the_root_alone)
{
	static const struct row rows[] = {
		{ C_XAPIC, TO(10) | 0x00, APIC_DENY, false, 0x20, 0 },
		{ C_X2APIC, TO(10) | 0x01, APIC_DENY, false, 0x20, 0 },
		{ C_TRANSLATED, SHORT_SELF | 0x0f, APIC_DENY, false, 0x10, 0 },
		{ C_XAPIC, TO(10) | 0x10, APIC_DENY, false, 0x20, 0 },
		{ C_X2APIC, TO(10) | 0x12, APIC_DENY, false, 0x20, 0 },
		{ C_TRANSLATED, TO(10) | 0x1f, APIC_DENY, false, 0x20, 0 },
		{ C_XAPIC, TO(10) | 0x20, APIC_SEND, false, 0, 0 },
		{ C_X2APIC, TO(0x500) | 0x812, APIC_DENY, false, 0x30, 0 },
		{ C_X2APIC, TO(0x500) | 0x912, APIC_DENY, false, 0x30, 0 },
		{ C_PAGE, SHORT_SELF | 0x12, APIC_DENY, false, 0x10, 0 },
		{ C_PAGE, SHORT_ALL | 0x12, APIC_DENY, false, CELL, 0 },
		{ C_X2APIC, SHORT_OTHERS | 0x1e, APIC_DENY, false, 0xa0, 0 },
		/* of other modes it is none, or a page */
		{ C_XAPIC, TO(10) | 0x412, APIC_NMI, false, 0x20, 0x12 },
		{ C_XAPIC, TO(10) | 0x612, APIC_SIPI, false, 0x20, 0x12 },
		{ R_XAPIC, TO(4) | 0x12, APIC_SEND, false, 0, 0 },
		{ R_X2APIC, SHORT_SELF | 0x12, APIC_SEND, false, 0, 0 },
		{ R_XAPIC, TO(0xff) | 0x12, APIC_SEND_EACH, false, ROOT, 0x4012 },
	};

	check_rows(rows, ARRAY_SIZE(rows));
}

/* In 8 bits it is a broadcast, in 32 the id of a CPU. */
UNIT(the_id_255)
{
	struct apic_ipi ipi;

	build(0);
	apic_topology_add(&topo, 5, 255);
	CHECK_EQ(apic_find_cpu(&topo, 255), 5);
	apic_ipi(&topo, &senders[C_PAGE], TO(255) | 0x41, &ipi);
	CHECK_EQ(ipi.verdict, APIC_SEND_EACH);
	CHECK_EQ(low_word(&ipi.targets), CELL);
	apic_ipi(&topo, &senders[C_X2APIC], TO(255) | 0x41, &ipi);
	CHECK_EQ(ipi.verdict, APIC_SEND);
	apic_ipi(&topo, &senders[R_X2APIC], TO(255) | 0x41, &ipi);
	CHECK_EQ(ipi.verdict, APIC_DENY);
}

UNIT(short_forms_mean_the_cell)
{
	static const struct row rows[] = {
		{ R_XAPIC, SHORT_SELF | 0xfd, APIC_SEND, false, 0, 0 },
		{ C_XAPIC, SHORT_SELF | 0xfd, APIC_SEND, false, 0, 0 },
		/* the destination field does not count */
		{ C_XAPIC, TO(0) | SHORT_SELF | 0xfd, APIC_SEND, false, 0, 0 },
		{ R_XAPIC, SHORT_ALL | 0xfd, APIC_SEND_EACH, false, ROOT, 0x40fd },
		{ C_X2APIC, SHORT_ALL | 0xfd, APIC_SEND_EACH, false, CELL, 0x40fd },
		{ ALONE, SHORT_ALL | 0xfd, APIC_SEND, false, 0, 0 },
		{ R_XAPIC, SHORT_OTHERS | 0xfd, APIC_SEND_EACH, false, 0x0d, 0x40fd },
		{ R_XAPIC, SHORT_OTHERS | 0x8fd, APIC_SEND_EACH, false, 0x0d, 0x40fd },
		{ C_X2APIC, SHORT_OTHERS | 0xfd, APIC_SEND_EACH, false, 0xa0, 0x40fd },
		{ ALONE, SHORT_OTHERS | 0xfd, APIC_SEND, false, 0, 0 },
		{ R_XAPIC, SHORT_OTHERS | 0x1fd, APIC_SEND_EACH, false, 0x01, 0x40fd },
		/* modes that make no sense with the sender among the targets */
		{ R_XAPIC, SHORT_SELF | 0x1fd, APIC_DENY, false, 0x02, 0 },
		{ R_XAPIC, SHORT_ALL | 0x500, APIC_DENY, false, ROOT, 0 },
		{ R_XAPIC, SHORT_SELF | 0x608, APIC_DENY, false, 0x02, 0 },
	};
	const struct cpu_set only = low_cpus(0x40);
	struct apic_sender single = { .cpu = 6, .cpus = &only, .x2apic = true };
	struct apic_ipi ipi;

	check_rows(rows, ARRAY_SIZE(rows));
	/* The others of a cell with one CPU: nobody, and no offence. */
	memset(&ipi, 0xff, sizeof(ipi));
	apic_ipi(&topo, &single, SHORT_OTHERS | 0xfd, &ipi);
	CHECK_EQ(ipi.verdict, APIC_NOTHING);
	CHECK(!ipi.foreign);
}

UNIT(other_delivery_modes)
{
	static const struct row rows[] = {
		/* NMI */
		{ R_XAPIC, TO(4) | 0x4400, APIC_NMI, false, 0x04, 0 },
		{ R_XAPIC, TO(8) | 0x4400, APIC_DENY, true, 0, 0 },
		{ R_XAPIC, TO(0x0c) | 0x4c02, APIC_NMI, false, 0x0c, 2 },
		{ R_XAPIC, SHORT_OTHERS | 0x400, APIC_NMI, false, 0x0d, 0 },
		{ R_XAPIC, SHORT_ALL | 0x400, APIC_NMI, false, ROOT, 0 },
		{ R_XAPIC, SHORT_SELF | 0x400, APIC_NMI, false, 0x02, 0 },
		{ C_X2APIC, SHORT_OTHERS | 0x400, APIC_NMI, false, 0xa0, 0 },
		{ C_X2APIC, TO(0xffffffff) | 0x400, APIC_NMI, false, CELL, 0 },
		/* INIT and SIPI, as Linux sends them */
		{ R_XAPIC, TO(4) | 0xc500, APIC_INIT, false, 0x04, 0 },
		{ R_XAPIC, TO(4) | 0x8500, APIC_NOTHING, false, 0x04, 0 },
		{ R_X2APIC, TO(4) | 0x4500, APIC_INIT, false, 0x04, 0 },
		{ R_XAPIC, TO(8) | 0xc500, APIC_DENY, true, 0, 0 },
		{ R_XAPIC, TO(8) | 0x8500, APIC_NOTHING, true, 0, 0 },
		{ C_XAPIC, SHORT_OTHERS | 0xc500, APIC_INIT, false, 0xa0, 0 },
		{ R_XAPIC, TO(4) | 0x699, APIC_SIPI, false, 0x04, 0x99 },
		{ C_XAPIC, SHORT_OTHERS | 0x6f0, APIC_SIPI, false, 0xa0, 0xf0 },
		{ C_XAPIC, TO(0) | 0x6f0, APIC_DENY, true, 0, 0 },
		/* SMI, remote read, ExtINT: nobody, not even to oneself */
		{ R_XAPIC, TO(4) | 0x200, APIC_DENY, false, 0x04, 0 },
		{ R_XAPIC, TO(4) | 0x300, APIC_DENY, false, 0x04, 0 },
		{ R_XAPIC, TO(4) | 0x700, APIC_DENY, false, 0x04, 0 },
		{ C_X2APIC, SHORT_OTHERS | 0x200, APIC_DENY, false, 0xa0, 0 },
	};

	check_rows(rows, ARRAY_SIZE(rows));
}

/*
 * Whom the hardware interrupts. In xAPIC mode it knows no logical id of a cell's CPU, and of
 * a destination eight bits.
 */
static struct cpu_set hw_reached(const struct apic_sender *sender, u32 low, u32 dest)
{
	bool logical = low & APIC_LOGICAL;

	switch (low & APIC_SHORTHAND) {
	case APIC_SHORTHAND_SELF:
		return cpu_set_of(sender->cpu);
	case APIC_SHORTHAND_ALL:
	case APIC_SHORTHAND_OTHERS:
		return all;
	}
	if (sender->hw_x2apic)
		return apic_targets(&topo, &all, true, logical, dest);
	dest &= 0xff;
	return apic_targets(&topo, logical && dest != 0xff ? &root : &all, false, logical, dest);
}

/* Whatever a guest writes: what goes to the hardware reaches its own cell only. */
UNIT(no_command_reaches_a_foreign_cpu)
{
	u32 modes[] = { 0, 0x100, 0x800, 0x900, 0x400, 0x500, 0x600, SHORT_SELF, SHORT_ALL,
			SHORT_OTHERS };
	struct apic_ipi ipi;
	unsigned int who, i;
	u32 dest;

	build(0);
	for (who = R_XAPIC; who <= C_PAGE; who++)
		for (i = 0; i < ARRAY_SIZE(modes); i++)
			for (dest = 0; dest < 0x20000; dest++) {
				const struct apic_sender *sender = &senders[who];
				u64 icr = TO(dest) | modes[i] | 0x30;
				struct cpu_set reached;

				if (!sender->x2apic && dest > 0xff)
					break;
				/* In xAPIC mode there is no such CPU. */
				if (!sender->hw_x2apic && dest == phys(7))
					continue;
				apic_ipi(&topo, sender, icr, &ipi);
				unit_row("who %d icr %#llx", who, icr);
				if (ipi.verdict != APIC_SEND) {
					if (!CHECK(cpu_set_subset(&ipi.targets, sender->cpus)))
						return;
					continue;
				}
				reached = hw_reached(sender, ipi.icr, dest);
				if (!CHECK(!cpu_set_empty(&reached) &&
					   cpu_set_subset(&reached, sender->cpus)) ||
				    !CHECK(!(ipi.icr & ~0xccfffU)))
					return;
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
					rows[i].dest, &physical), rows[i].routed) &&
		    rows[i].routed)
			CHECK_EQ(physical, rows[i].physical);
	}
	/* In 8 bits the id 255 would be a broadcast. */
	topo.apic_id[6] = 255;
	CHECK(!apic_route(&topo, &six, false, true, 0x40, &physical));
	topo.apic_id[6] = 254;
	CHECK(apic_route(&topo, &six, false, true, 0x40, &physical));
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

UNIT(local_vector_table)
{
	static const struct {
		u32 value, want;
		bool ok;
	} rows[] = {
		{ 0x00041, 0x00041, true },
		{ 0x200ef, 0x200ef, true },
		{ 0x00400, 0x00400, true },
		{ 0x00200, 0x10200, false },
		{ 0x00500, 0x10500, false },
		{ 0x00700, 0x10700, false },
		{ 0x00100, 0x10100, false },
		{ 0x08700, 0x10700, false },
		{ 0x08041, 0x00041, true },
		{ 0x18041, 0x10041, true },
		{ 0x00010, 0x10010, false },
		{ 0x2001f, 0x3001f, false },
		{ 0x10012, 0x10012, true },
		{ 0x00412, 0x00412, true },
		{ 0x00020, 0x00020, true },
		{ 0x0000f, 0x1000f, false },
		{ 0x20000, 0x30000, false },
		{ 0x10700, 0x10700, true },
		{ 0x10200, 0x10200, true },
	};
	size_t i;

	for (i = 0; i < ARRAY_SIZE(rows); i++) {
		u32 value = rows[i].value;

		unit_row("%#x", rows[i].value);
		CHECK_EQ(apic_lvt_check(&value), rows[i].ok);
		CHECK_EQ(value, rows[i].want);
	}
}

UNIT(registers_of_x2apic_mode)
{
	static const struct {
		u32 msr;
		bool read;
		bool writable;
		u64 good, bad;
	} rows[] = {
		{ 0x800, false, false, 0, 0 },
		{ 0x802, true, false, 0, 0 },
		{ 0x803, true, false, 0, 0 },
		{ 0x808, true, true, 0xff, 0x100 },
		{ 0x809, false, false, 0, 0 },
		{ 0x80a, true, false, 0, 0 },
		{ 0x80b, false, true, 0, 1 },
		{ 0x80d, true, false, 0, 0 },
		{ 0x80e, false, false, 0, 0 },
		{ 0x80f, true, true, 0x1ff, 0x1000 },
		{ 0x810, true, false, 0, 0 },
		{ 0x827, true, false, 0, 0 },
		{ 0x828, true, true, 0, 1 },
		{ 0x829, false, false, 0, 0 },
		{ 0x82f, true, true, 0x107ff, 0x20000 },
		{ 0x830, true, true, 0xffffffff000ccfffULL, 0x1000 },
		{ 0x831, false, false, 0, 0 },
		{ 0x832, true, true, 0x700ff, 0x80000 },
		{ 0x834, true, true, 0x10400, 0x2000 },
		{ 0x835, true, true, 0x1a7ff, 0x800 },
		{ 0x837, true, true, 0x100ff, 0x100 },
		{ 0x838, true, true, 0xffffffff, 0x100000000 },
		{ 0x839, true, false, 0, 0 },
		{ 0x83a, false, false, 0, 0 },
		{ 0x83e, true, true, 0xb, 0x4 },
		{ 0x83f, false, true, 0xff, 0x100 },
		{ 0x840, false, false, 0, 0 },
		{ 0x842, false, false, 0, 0 },
		{ 0x848, false, false, 0, 0 },
		{ 0x870, false, false, 0, 0 },
		{ 0x8bf, false, false, 0, 0 },
		{ 0x8ff, false, false, 0, 0 },
	};
	size_t i;

	for (i = 0; i < ARRAY_SIZE(rows); i++) {
		unit_row("msr %#x", rows[i].msr);
		CHECK_EQ(apic_x2apic_read_ok(rows[i].msr), rows[i].read);
		CHECK_EQ(apic_x2apic_write_ok(rows[i].msr, rows[i].good), rows[i].writable);
		if (rows[i].writable)
			CHECK(!apic_x2apic_write_ok(rows[i].msr, rows[i].bad));
	}
	CHECK(!apic_x2apic_write_ok(0x832, 0x10000000fULL));
}

UNIT(entries_of_the_vector_table_that_an_apic_lacks)
{
	unsigned int reg, there[3] = { 0 };

	/* The last entry of a Pentium Pro's, of one with thermal interrupts, and with CMCI. */
	for (reg = 0; reg < 0x40; reg++) {
		there[0] += apic_lvt_needed(reg) <= 4;
		there[1] += apic_lvt_needed(reg) <= 5;
		there[2] += apic_lvt_needed(reg) <= 6;
	}
	CHECK_EQ(there[0], 0x40 - 2);
	CHECK_EQ(there[1], 0x40 - 1);
	CHECK_EQ(there[2], 0x40);
	CHECK_EQ(apic_lvt_needed(0x2f), 6);
	CHECK_EQ(apic_lvt_needed(0x33), 5);
	CHECK_EQ(apic_lvt_needed(0x34), 4);
}

UNIT(the_page_on_top_of_x2apic_hardware)
{
	static const struct {
		u32 reg, value, fits;
		bool writable;
	} rows[] = {
		{ 0x02, 1, 0, false },
		{ 0x08, 0xffffffff, 0xff, true },
		{ 0x09, 1, 0, false },
		{ 0x0b, 0xffffffff, 0, true },
		{ 0x0d, 1, 0, false },
		{ 0x0f, 0xffffffff, 0x1ff, true },
		{ 0x20, 1, 0, false },
		{ 0x28, 1, 0, true },
		{ 0x32, 0xffffffff, 0x710ff, true },
		{ 0x38, 0xffffffff, 0xffffffff, true },
		{ 0x39, 1, 0, false },
		{ 0x3e, 0xffffffff, 0xb, true },
	};
	size_t i;

	for (i = 0; i < ARRAY_SIZE(rows); i++) {
		u32 value = rows[i].value;

		unit_row("register %#x", rows[i].reg);
		CHECK_EQ(apic_x2apic_fit(0x800 + rows[i].reg, &value), rows[i].writable);
		if (!rows[i].writable)
			continue;
		CHECK_EQ(value, rows[i].fits);
		CHECK(apic_x2apic_write_ok(0x800 + rows[i].reg, value));
	}
}
