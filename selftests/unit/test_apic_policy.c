// SPDX-License-Identifier: GPL-2.0-only
/* BESIDE: apic_cpus.c */
/* What becomes of a command to the APIC of a guest's CPU: whom it may interrupt. */
#include <string.h>
#include "apic_cpus.h"

#define SHORT_SELF	APIC_SHORTHAND_SELF
#define SHORT_ALL	APIC_SHORTHAND_ALL
#define SHORT_OTHERS	APIC_SHORTHAND_OTHERS

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

	build_empty();
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
	CHECK(!apic_route(&topo, &large_cell, false, false, 0xff, APIC_DEVICE_ID_END,
			  &physical));
	CHECK(!apic_route(&topo, &large_cell, false, false, 281 & 0xff, APIC_DEVICE_ID_END,
			  &physical));
	/* Of all, it can name some, and the lowest is taken that it can. */
	topo.apic_id[0] = 0x1ff;
	CHECK(apic_route(&topo, &topo.present, false, false, 0xff, APIC_DEVICE_ID_END,
			 &physical));
	CHECK_EQ(physical, 141);
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
