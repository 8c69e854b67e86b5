// SPDX-License-Identifier: GPL-2.0-only
/* BESIDE: cpus.c */
/* LIKE: cells.c */
/* LIBS: pthread */
/* Requests between CPUs: what each order of them leads to. */
#include "cpus.h"

UNIT(what_requests_lead_to)
{
	static const struct {
		bool parked, wait_for_sipi, in_root;
		u32 posts[4];
		enum cpu_action want;
		bool now_parked, now_waits;
		bool reset_first;
	} rows[] = {
		/* A CPU that runs. */
		{ 0, 0, 0, { 0 }, CPU_CONTINUE, 0, 0 },
		{ 0, 0, 0, { FLUSH }, CPU_CONTINUE, 0, 0 },
		{ 0, 0, 0, { NMI }, CPU_CONTINUE, 0, 0 },
		/* One in service, one that waits: as many as a CPU takes. */
		{ 0, 0, 0, { NMI, NMI }, CPU_CONTINUE, 0, 0 },
		{ 0, 0, 0, { NMI, NMI, NMI }, CPU_CONTINUE, 0, 0 },
		{ 0, 0, 0, { NMI, FLUSH, NMI }, CPU_CONTINUE, 0, 0 },
		{ 0, 0, 0, { PARK }, CPU_PARK, 1, 0 },
		{ 0, 0, 0, { RESET }, CPU_RESET, 0, 0 },
		{ 0, 0, 0, { INIT }, CPU_PARK, 1, 1 },
		{ 0, 0, 0, { SIPI }, CPU_CONTINUE, 0, 0 },
		{ 0, 0, 0, { INIT, SIPI }, CPU_STARTUP, 0, 0 },
		{ 0, 0, 0, { LEAVE }, CPU_LEAVE, 0, 0 },
		{ 0, 0, 0, { LEAVE, PARK, FLUSH }, CPU_LEAVE, 0, 0 },
		/* The last one of start and end counts. */
		{ 0, 0, 0, { RESET, PARK }, CPU_PARK, 1, 0 },
		{ 0, 0, 0, { PARK, RESET }, CPU_RESET, 0, 0 },
		{ 0, 0, 0, { INIT, SIPI, PARK }, CPU_PARK, 1, 0 },
		{ 0, 0, 0, { INIT, SIPI, RESET }, CPU_RESET, 0, 0 },
		{ 0, 0, 0, { PARK, INIT, SIPI }, CPU_PARK, 1, 0 },
		/* What comes behind a reset finds a CPU that was reset. */
		{ 0, 0, 0, { RESET, INIT }, CPU_PARK, 1, 1, true },
		{ 0, 0, 0, { RESET, INIT, SIPI }, CPU_STARTUP, 0, 0, true },
		{ 1, 0, 0, { RESET, INIT, SIPI }, CPU_STARTUP, 0, 0, true },
		{ 1, 1, 0, { RESET, SIPI, NMI }, CPU_CONTINUE, 0, 0, true },
		/* Parked by management: only a reset helps. */
		{ 1, 0, 0, { 0 }, CPU_PARK, 1, 0 },
		{ 1, 0, 0, { FLUSH }, CPU_PARK, 1, 0 },
		{ 1, 0, 0, { INIT }, CPU_PARK, 1, 0 },
		{ 1, 0, 0, { SIPI }, CPU_PARK, 1, 0 },
		{ 1, 0, 0, { INIT, SIPI }, CPU_PARK, 1, 0 },
		{ 1, 0, 0, { RESET }, CPU_RESET, 0, 0 },
		/* Waiting for a SIPI. */
		{ 1, 1, 0, { 0 }, CPU_PARK, 1, 1 },
		{ 1, 1, 0, { SIPI }, CPU_STARTUP, 0, 0 },
		{ 1, 1, 0, { INIT }, CPU_PARK, 1, 1 },
		{ 1, 1, 0, { INIT, SIPI }, CPU_STARTUP, 0, 0 },
		{ 1, 1, 0, { PARK }, CPU_PARK, 1, 0 },
		{ 1, 1, 0, { PARK, SIPI }, CPU_PARK, 1, 0 },
		{ 1, 1, 0, { RESET }, CPU_RESET, 0, 0 },
		/* Linux may start its CPUs whatever happened to them. */
		{ 1, 0, 1, { SIPI }, CPU_PARK, 1, 0 },
		{ 1, 0, 1, { INIT }, CPU_PARK, 1, 1 },
		{ 1, 0, 1, { INIT, SIPI }, CPU_STARTUP, 0, 0 },
		{ 0, 0, 1, { PARK }, CPU_PARK, 1, 0 },
	};
	struct cpu *cpu = &cpus[0];
	unsigned int n, post;
	unsigned int nmis;

	for (n = 0; n < ARRAY_SIZE(rows); n++) {
		unit_row("row %u", n);
		boot(1);
		cpu->cell = rows[n].in_root ? &root : &other;
		cpu->parked = rows[n].parked;
		cpu->wait_for_sipi = rows[n].wait_for_sipi;
		nmis = 0;
		for (post = 0; post < 4; post++) {
			cpu_post(cpu, rows[n].posts[post]);
			nmis += rows[n].posts[post] == NMI;
		}
		if (rows[n].reset_first) {
			CHECK_EQ(cpu_events_process(cpu), CPU_RESET);
			CHECK(!cpu->parked);
			CHECK(cpu_events_left(cpu));
		}
		CHECK_EQ(cpu_events_process(cpu), rows[n].want);
		CHECK(!cpu_events_left(cpu));
		CHECK_EQ(cpu->parked, rows[n].now_parked);
		CHECK_EQ(cpu->wait_for_sipi, rows[n].now_waits);
		CHECK_EQ(cpu_take_nmis(cpu), MIN(nmis, 2U));
		CHECK_EQ(cpu_take_nmis(cpu), 0);
		CHECK_EQ(cpu->requests, 0);
		CHECK_EQ(state[0].kicks, 0);
	}
}

UNIT(a_new_start_or_end_forgets_a_pending_nmi)
{
	struct cpu *cpu = &cpus[1];

	boot(1);
	cpu_post(cpu, NMI);
	cpu_post(cpu, NMI);
	CHECK_EQ(state[1].kicks, 2);
	cpu_post(cpu, PARK);
	CHECK(!cpu_take_nmis(cpu));
	CHECK_EQ(cpu_events_process(cpu), CPU_PARK);
	cpu_post(cpu, NMI);
	cpu_post(cpu, RESET);
	CHECK(!cpu_take_nmis(cpu));
	cpu_post(cpu, NMI);
	cpu_assign(cpu, &other, false);
	CHECK(!cpu_take_nmis(cpu));
	CHECK_EQ(cpu->requests, FLUSH | CPU_REQ_MOVED);
	/* It has to hear of it however often it moves before it looks. */
	cpu_assign(cpu, &root, true);
	cpu_assign(cpu, &root, false);
	CHECK_EQ(cpu->requests, FLUSH | CPU_REQ_MOVED);
	CHECK_EQ(cpu_events_process(cpu), CPU_PARK);
	cpu_assign(cpu, &root, false);
	CHECK_EQ(cpu->requests, FLUSH);
}

/* They are the former owner's, and who stays is told of them. */
UNIT(skipped_lines_are_forgotten_by_a_cpu_that_moves)
{
	struct cpu *cpu = &cpus[1];
	unsigned int line;

	boot(1);
	cpu_assign(cpu, &other, false);
	for (line = 0; line < CELL_NUM_LINES; line++)
		cpu->lines[line].skipped = 5 + line;
	cpu_assign(cpu, &other, true);
	for (line = 0; line < CELL_NUM_LINES; line++)
		CHECK_EQ(cpu->lines[line].told, 0);
	cpu_assign(cpu, &root, true);
	for (line = 0; line < CELL_NUM_LINES; line++)
		CHECK_EQ(cpu->lines[line].told, 5 + line);
}

UNIT(a_suspended_cpu_is_not_kicked_and_finds_its_requests)
{
	struct cpu *cpu = &cpus[1];

	boot(1);
	cpu->requests = CPU_REQ_SUSPEND | CPU_SUSPENDED;
	cpu_post(cpu, FLUSH);
	cpu_post(cpu, PARK);
	CHECK_EQ(state[1].kicks, 0);
	resume(3);
	CHECK_EQ(cpu->requests, FLUSH | PARK);
	version = 5;
	CHECK_EQ(cpu_events_process(cpu), CPU_PARK);
	CHECK_EQ(state[1].flushed, 5);
}

/* Another CPU may want to suspend the one that resumes others: that is not its to undo. */
UNIT(only_those_who_were_suspended_are_resumed)
{
	boot(1);
	cpus[0].requests = CPU_REQ_SUSPEND;
	cpus[1].requests = CPU_REQ_SUSPEND | CPU_SUSPENDED | FLUSH;
	cpus[2].requests = CPU_REQ_SUSPEND | CPU_SUSPENDED;
	resume(3);
	CHECK_EQ(cpus[0].requests, CPU_REQ_SUSPEND);
	CHECK_EQ(cpus[1].requests, FLUSH);
	CHECK_EQ(cpus[2].requests, CPU_REQ_SUSPEND | CPU_SUSPENDED);
}
