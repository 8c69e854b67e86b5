/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Lines of the log that a cell causes, as many as it likes: what it prints, and what it was
 * denied. Each kind has a limit of its own in each cell.
 *
 * Most of a flood is not logged, and must cost nobody but the CPU that causes it: that CPU
 * looks at the limit, which changes with each line that is logged only, and counts in its
 * own memory. Whoever logs the next line adds up what all CPUs of the cell have counted.
 */
#ifndef _CORE_CELL_LOG_H
#define _CORE_CELL_LOG_H

#include "arch.h"
#include "machine.h"

/**
 * cell_log_due() - has the last line of this kind been long enough ago?
 * @cpu: the calling CPU
 * @line: what kind of line
 * @now: TSC
 *
 * Only a look. Of lines of which several may come at once, cell_log_begin() allows more.
 */
static inline bool cell_log_due(const struct cpu *cpu, enum cell_line line, u64 now)
{
	return now >= __atomic_load_n(&cpu->cell->line_due[line], __ATOMIC_RELAXED);
}

/**
 * cell_log_skips() - is this line one of a flood?
 * @cpu: the calling CPU, whose guest is the cause
 * @line: what kind of line, of which only one may come at once
 *
 * What cell_log_begin() would find out, without having made the line first.
 *
 * Return: true if so: it has been counted. False: the caller is to make the line.
 */
static inline bool cell_log_skips(struct cpu *cpu, enum cell_line line)
{
	if (cell_log_due(cpu, line, arch_read_tsc()))
		return false;
	cpu->lines[line].skipped++;
	return true;
}

/**
 * cell_log_begin() - may a line be logged?
 * @cpu: the calling CPU, whose guest is the cause
 * @line: what kind of line
 *
 * If so, and if others were skipped, says how many on all CPUs of the cell. Writes to what
 * other CPUs see only then.
 *
 * Return: true if the caller is to log the line. False: it has been counted.
 */
bool cell_log_begin(struct cpu *cpu, enum cell_line line);

/**
 * cell_log_putc() - print a character, to the log when its line is complete
 * @cpu: the calling CPU, whose guest prints
 * @c: what; the log gets nothing of it that is neither printable nor a line feed, the cell's
 *	console (cell_console.h) gets all
 */
void cell_log_putc(struct cpu *cpu, char c);

/** cell_log_takes() - would a line that the calling CPU begins now be logged? */
bool cell_log_takes(const struct cpu *cpu);

/** cell_log_forget() - forget what a CPU has skipped, which is suspended: it changes owner. */
void cell_log_forget(struct cpu *cpu);

#endif
