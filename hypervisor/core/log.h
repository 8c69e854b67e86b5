/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The log: a ring that the root cell reads (jailhouse/console.h), and the debug console.
 *
 * Every function may be called in every context, NMI and panic included, on every CPU.
 * A line enters the ring as a whole, under a lock that is held for as long as it takes
 * to copy it. The console is slow (87 us a character at 115200 baud). A CPU that adds a line
 * waits for the characters of that line, and some 16 more, but for no other CPU, not while
 * another one wants something of it, and never again for a device that once was not ready in
 * time.
 */
#ifndef _CORE_LOG_H
#define _CORE_LOG_H

#include "types.h"
#include <jailhouse/console.h>

/* Characters of a line. Longer ones are cut, with the line end kept. */
#define LOG_LINE_SIZE	320

/**
 * log_init() - start logging
 * @log: zeroed; what is printed before this call is lost
 */
void log_init(struct jailhouse_log *log);

/**
 * log_printf() - print a line
 * @fmt: format as in format.h; lines end with a newline
 */
void __printf(1, 2) log_printf(const char *fmt, ...);

/** log_vprintf() - as log_printf(), arguments in @ap. */
void __printf(1, 0) log_vprintf(const char *fmt, va_list ap);

/** log_write() - print @length characters as they are, LOG_LINE_SIZE at most. */
void log_write(const char *text, size_t length);

/**
 * log_error() - tell the user why a management operation is refused
 * @fmt: a sentence without newline that names the thing
 *
 * Goes to jailhouse_log.error, from where the driver copies it to the attribute, and
 * into the log. To be followed by the return of a negative errno.
 */
void __printf(1, 2) log_error(const char *fmt, ...);

/**
 * log_failure() - keep why a cell failed, for whoever asks while it exists
 * @cell: number of the cell
 * @reason: a sentence without newline; "": the cell begins anew
 */
void log_failure(unsigned int cell, const char *reason);

/**
 * log_flush() - see to it that all text is on the console when this returns
 *
 * For panic(): takes the console from a CPU that does not finish in time, be it that it
 * is this CPU. Waits for the device as long as all that takes.
 */
void log_flush(void);

/**
 * log_copy_end() - the last whole lines of the log
 * @to: receives them
 * @size: bytes there
 *
 * Return: bytes copied, @size at most.
 */
u32 log_copy_end(char *to, u32 size);

/**
 * log_due() - may a line be logged now?
 * @due: TSC value at which the next line would come if they came one per interval: it runs
 *	ahead of the time by as much as the burst allows. 0 to begin with; shared, atomic
 * @now_tsc: the time
 * @interval_tsc: on the average at least this long between lines
 * @burst: so many may come at once, not 0
 *
 * Return: true if so; then the line is counted. False: nothing was written.
 */
bool log_due(u64 *due, u64 now_tsc, u64 interval_tsc, u32 burst);

/** log_suppressed() - log that @count lines, like the one that comes next, were not logged. */
void log_suppressed(u32 count);

/**
 * struct log_limit - how often something may be logged; zeroed to begin with
 * @due: see log_due()
 * @suppressed: how many were not logged
 */
struct log_limit {
	u64 due;
	u32 suppressed;
};

/**
 * log_ratelimit() - log_due(), with a count of the lines for which it was false
 * @limit: one for each kind of line of each cell that can cause it
 * @now_tsc: the time
 * @interval_tsc: on the average at least this long between lines
 * @burst: so many may come at once, not 0
 *
 * Logs how often the answer was no before it is yes again. All CPUs count in one place: for
 * what a guest can cause at each of its exits, see cell_log.h.
 *
 * Return: true if the line may be logged now.
 */
bool log_ratelimit(struct log_limit *limit, u64 now_tsc, u64 interval_tsc, u32 burst);

#endif
