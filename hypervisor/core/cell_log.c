// SPDX-License-Identifier: GPL-2.0-only
/* Lines of the log that a cell causes. */
#include "cell_log.h"
#include "arch.h"
#include "cell_console.h"

/* Milliseconds between two lines, and how many may come at once. */
static const struct {
	u32 interval;
	u32 burst;
} limits[CELL_NUM_LINES] = {
	/* While Linux reads the log ten times a second, a cell takes up a small part of it. */
	[CELL_LINE_PRINTED]	= { 10, 50 },
	[CELL_LINE_DENIED]	= { 1000, 1 },
};

/* What is told once is not told again, also when two CPUs log at the same time. */
static u32 take_skipped(struct cpu_lines *lines)
{
	u32 told = __atomic_load_n(&lines->told, __ATOMIC_ACQUIRE);
	const u32 skipped = __atomic_load_n(&lines->skipped, __ATOMIC_RELAXED);

	if (told == skipped ||
	    !__atomic_compare_exchange_n(&lines->told, &told, skipped, false,
					 __ATOMIC_ACQ_REL, __ATOMIC_RELAXED))
		return 0;
	return skipped - told;
}

static void tell_skipped(const struct cell *cell, enum cell_line line)
{
	struct cpu *cpus = cell->machine->cpus;
	u32 skipped = 0;
	unsigned int n;

	for_each_cpu_in(n, &cell->cpus)
		skipped += take_skipped(&cpus[n].lines[line]);
	if (skipped)
		log_suppressed(skipped);
}

bool cell_log_begin(struct cpu *cpu, enum cell_line line)
{
	const u64 interval = (u64)cpu->machine->tsc_khz * limits[line].interval;

	if (!log_due(&cpu->cell->line_due[line], arch_read_tsc(), interval,
		     limits[line].burst)) {
		cpu->lines[line].skipped++;
		return false;
	}
	tell_skipped(cpu->cell, line);
	return true;
}

static void end_line(struct cpu *cpu)
{
	if (cell_log_begin(cpu, CELL_LINE_PRINTED))
		log_printf("[%s] %.*s\n", cpu->cell->desc->name, (int)cpu->line_length,
			   cpu->line);
	cpu->line_length = 0;
}

void cell_log_putc(struct cpu *cpu, char c)
{
	cell_console_print(cpu->cell, c);
	if (c == '\n') {
		end_line(cpu);
	} else if (c >= ' ' && c < 0x7f) {
		cpu->line[cpu->line_length++] = c;
		if (cpu->line_length == sizeof(cpu->line))
			end_line(cpu);
	}
}

bool cell_log_takes(const struct cpu *cpu)
{
	const u64 ahead = (u64)cpu->machine->tsc_khz * limits[CELL_LINE_PRINTED].interval *
			  (limits[CELL_LINE_PRINTED].burst - 1);

	return cpu->line_length || cell_log_due(cpu, CELL_LINE_PRINTED, arch_read_tsc() + ahead);
}

void cell_log_forget(struct cpu *cpu)
{
	unsigned int line;

	for (line = 0; line < CELL_NUM_LINES; line++)
		cpu->lines[line].told = cpu->lines[line].skipped;
}
