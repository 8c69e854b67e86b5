// SPDX-License-Identifier: GPL-2.0-only
/* SOURCES: core/log.c core/format.c */
/* LIBS: pthread */
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include "unit.h"
#include "arch.h"
#include "log.h"

/* As much text as no case prints. */
static char console[0x100000];
static size_t console_length;
/* What the calls by this thread have printed, and the most that one may print of its own. */
static __thread size_t printed_here;
static size_t console_takes;
static void (*in_console)(void);
/* What the console has to say of itself, once. */
static const char *console_remark;
static struct jailhouse_log *ring;

size_t arch_console_write(const char *text, size_t length, bool urgent,
			  const char **remark)
{
	void (*hook)(void) = in_console;

	in_console = NULL;
	if (hook)
		hook();
	if (console_remark) {
		*remark = console_remark;
		console_remark = NULL;
	}
	if (!urgent)
		length = MIN(length, console_takes);
	memcpy(console + console_length, text, length);
	console_length += length;
	console[console_length] = '\0';
	printed_here += length;
	return length;
}

/*
 * Real CPUs are not preempted while they hold a lock, threads are: they give time away
 * until the holder is back.
 */
static bool preemption;

void arch_cpu_relax(void)
{
	if (preemption)
		usleep(1);
}

static void setup(u32 tail)
{
	free(ring);
	ring = aligned_alloc(4096, sizeof(*ring));
	memset(ring, 0, sizeof(*ring));
	ring->tail = tail;
	console_length = 0;
	console[0] = '\0';
	console_takes = sizeof(console);
	in_console = NULL;
	log_init(ring);
}

/* The last characters of the ring, as a reader has them. */
static const char *ring_end(size_t length)
{
	static char text[JAILHOUSE_LOG_SIZE + 1];
	size_t i;

	for (i = 0; i < length; i++)
		text[i] = ring->text[(ring->tail - length + i) % JAILHOUSE_LOG_SIZE];
	text[length] = '\0';
	return text;
}

/* Has to run first: there is no log before. */
UNIT(before_init_nothing_happens)
{
	CHECK(!ring);
	log_printf("lost\n");
	log_error("lost");
	log_flush();
	CHECK_EQ(console_length, 0);
}

UNIT(a_line_goes_to_ring_and_console)
{
	setup(0);
	log_printf("Cell \"%s\" runs on CPU %u\n", "tiny-demo", 2U);
	CHECK_STR(console, "Cell \"tiny-demo\" runs on CPU 2\n");
	CHECK_EQ(ring->tail, console_length);
	CHECK_STR(ring_end(ring->tail), console);
	CHECK_EQ(ring->busy, 0);
	CHECK_EQ(ring->error_seq, 0);
}

UNIT(what_the_console_has_to_say_of_itself_is_a_line_behind)
{
	static const char both[] = "text\nThe device is gone\n";

	setup(0);
	console_remark = "The device is gone\n";
	log_printf("text\n");
	CHECK_STR(ring_end(ring->tail), both);
	CHECK_STR(console, both);
	/* A panic has no time for it. */
	setup(0);
	log_printf("text\n");
	console_remark = "The device is gone\n";
	log_flush();
	CHECK_STR(ring_end(ring->tail), "text\n");
	console_remark = NULL;
}

UNIT(the_ring_wraps_at_every_offset)
{
	u32 at;

	for (at = JAILHOUSE_LOG_SIZE - 12; at < JAILHOUSE_LOG_SIZE + 2; at++) {
		unit_row("tail %#x", at);
		setup(at);
		log_printf("0123456789\n");
		CHECK_EQ(ring->tail, at + 11);
		CHECK_STR(ring_end(11), "0123456789\n");
		CHECK_STR(console, "0123456789\n");
		/* Nothing behind the array. */
		CHECK_STR(ring->error, "");
	}
}

/* Longer than a chunk for the console, so that this wraps in all its ways, too. */
UNIT(ring_and_console_wrap_inside_long_lines)
{
	char line[101];
	u32 at, n;

	for (n = 0; n < sizeof(line) - 1; n++)
		line[n] = (char)('A' + n % 26);
	line[sizeof(line) - 1] = '\0';
	for (at = JAILHOUSE_LOG_SIZE - 110; at < JAILHOUSE_LOG_SIZE + 2; at++) {
		unit_row("tail %#x", at);
		setup(at);
		/* So does what a reader of the error attribute sees. */
		memset(ring->reserved, 0x55, sizeof(ring->reserved));
		log_write(line, sizeof(line) - 1);
		CHECK_EQ(ring->tail, at + sizeof(line) - 1);
		CHECK_STR(ring_end(sizeof(line) - 1), line);
		CHECK_STR(console, line);
		for (n = 0; n < sizeof(ring->reserved); n++)
			if (!CHECK_EQ(ring->reserved[n], 0x55))
				return;
		CHECK_STR(ring->error, "");
	}
}

UNIT(long_lines_are_cut_and_keep_their_end)
{
	char text[2 * LOG_LINE_SIZE];
	size_t length;

	for (length = LOG_LINE_SIZE - 2; length < LOG_LINE_SIZE + 3; length++) {
		unit_row("length %zu", length);
		setup(0);
		memset(text, 'x', length);
		text[length] = '\0';
		log_printf("%s\n", text);
		CHECK_EQ(console_length, MIN(length + 1, LOG_LINE_SIZE));
		CHECK_EQ(console[console_length - 1], '\n');
		CHECK_EQ(console[console_length - 2], 'x');
	}
	setup(0);
	log_write(text, sizeof(text));
	CHECK_EQ(ring->tail, LOG_LINE_SIZE);
}

UNIT(an_error_is_for_the_user_and_in_the_log)
{
	char text[2 * JAILHOUSE_LOG_ERROR_SIZE];

	setup(0);
	log_error("CPU %u does not exist", 9U);
	CHECK_STR(ring->error, "CPU 9 does not exist");
	CHECK_EQ(ring->error_seq, 1);
	CHECK_STR(console, "CPU 9 does not exist\n");

	memset(text, 'y', sizeof(text) - 1);
	text[sizeof(text) - 1] = '\0';
	log_error("%s", text);
	CHECK_EQ(strlen(ring->error), JAILHOUSE_LOG_ERROR_SIZE - 1);
	CHECK_EQ(ring->error_seq, 2);
	CHECK_EQ(ring->reserved[0], 0);

	log_error("short");
	CHECK_STR(ring->error, "short");
}

/* A place is that of several cells, one after the other. */
UNIT(why_a_cell_failed_stands_with_its_number)
{
	static char long_reason[2 * sizeof(ring->failures[0].text)];
	const unsigned int last = 3 + JAILHOUSE_LOG_FAILURES;

	setup(0);
	log_failure(3, "triple fault");
	CHECK_EQ(ring->failures[3].cell, 3);
	CHECK_STR(ring->failures[3].text, "triple fault");
	log_failure(last, "unknown exit");
	CHECK_EQ(ring->failures[3].cell, last);
	CHECK_STR(ring->failures[3].text, "unknown exit");
	memset(long_reason, 'x', sizeof(long_reason) - 1);
	log_failure(last, long_reason);
	CHECK_EQ(strlen(ring->failures[3].text), sizeof(ring->failures[3].text) - 1);
	log_failure(last, "");
	CHECK_STR(ring->failures[3].text, "");
}

UNIT(lines_come_at_a_limited_rate)
{
	static const struct {
		u64 now;
		u32 burst;
		bool want;
		u32 suppressed;
	} rows[] = {
		{ 1000, 1, true, 0 },
		{ 1000, 1, false, 1 },
		{ 1099, 1, false, 2 },
		{ 1100, 1, true, 0 },
		{ 1150, 1, false, 1 },
		{ 5000, 1, true, 0 },
		{ 5100, 1, true, 0 },
		/* Three at once; then one each 100 ticks, or three after a pause. */
		{ 6000, 3, true, 0 },
		{ 6000, 3, true, 0 },
		{ 6001, 3, true, 0 },
		{ 6002, 3, false, 1 },
		{ 6099, 3, false, 2 },
		{ 6100, 3, true, 0 },
		{ 6100, 3, false, 1 },
		{ 9000, 3, true, 0 },
		{ 9000, 3, true, 0 },
		{ 9000, 3, true, 0 },
		{ 9000, 3, false, 1 },
	};
	struct log_limit limit = { 0 };
	size_t i;

	setup(0);
	for (i = 0; i < ARRAY_SIZE(rows); i++) {
		unit_row("row %zu, now %llu", i, rows[i].now);
		CHECK_EQ(log_ratelimit(&limit, rows[i].now, 100, rows[i].burst), rows[i].want);
		CHECK_EQ(limit.suppressed, rows[i].suppressed);
	}
	CHECK_STR(console, "... 2 more like the next one suppressed\n"
			   "... 1 more like the next one suppressed\n"
			   "... 2 more like the next one suppressed\n"
			   "... 1 more like the next one suppressed\n");
}

static void print_from_within(void)
{
	log_printf("second\n");
	CHECK_EQ(console_length, 0);
}

UNIT(what_is_added_while_the_console_is_busy_comes_later)
{
	setup(0);
	in_console = print_from_within;
	log_printf("first\n");
	log_printf("third\n");
	CHECK_STR(console, "first\nsecond\nthird\n");
}

static void panic_from_within(void)
{
	log_printf("panic\n");
	log_flush();
	CHECK(strstr(console, "panic\n"));
}

UNIT(a_panic_takes_the_console_from_its_own_cpu)
{
	setup(0);
	in_console = panic_from_within;
	log_printf("interrupted\n");
	CHECK(strstr(console, "interrupted\n"));
}

/* Nobody adds text, and still the last byte comes out. */
UNIT(a_panic_prints_all_that_there_is)
{
	char expected[JAILHOUSE_LOG_SIZE + 1];
	u32 backlog;

	memset(expected, 'x', sizeof(expected) - 1);
	expected[sizeof(expected) - 1] = '\0';
	for (backlog = 1; backlog < JAILHOUSE_LOG_SIZE - LOG_LINE_SIZE; backlog += 377) {
		unit_row("%u bytes", backlog);
		setup(backlog * 3);
		console_takes = 0;
		for (u32 left = backlog; left; left -= MIN(left, LOG_LINE_SIZE))
			log_write(expected, MIN(left, LOG_LINE_SIZE));
		CHECK_EQ(console_length, 0);
		log_flush();
		CHECK_EQ(console_length, backlog);
		CHECK_STR(console, expected + JAILHOUSE_LOG_SIZE - backlog);
		log_flush();
		CHECK_EQ(console_length, backlog);
	}
}

static void add_more_lines(void)
{
	log_write("0123456789abcdef0123456789abcde\n", 32);
	in_console = add_more_lines;
}

/* Beside a cell that floods the log, and with a console that has much to catch up. */
UNIT(nobody_prints_more_than_its_own_line)
{
	int round;

	setup(0);
	console_takes = 0;
	for (round = 0; round < 20; round++)
		log_write("0123456789abcdef0123456789abcde\n", 32);
	console_takes = sizeof(console);
	for (round = 0; round < 40; round++) {
		in_console = add_more_lines;
		printed_here = 0;
		log_printf("mine\n");
		CHECK(printed_here <= sizeof("mine\n") - 1 + 16 + sizeof("\n...\n"));
	}
	/* Alone again, it catches up. */
	in_console = NULL;
	for (round = 0; round < 600; round++)
		log_printf("next\n");
	CHECK_STR(console + console_length - 10, "next\nnext\n");
}

/* The device is slow, and the CPU has something better to do. */
UNIT(what_the_console_does_not_take_is_printed_later)
{
	setup(0);
	console_takes = 3;
	log_printf("first\n");
	CHECK_STR(console, "fir");
	console_takes = 0;
	log_printf("second\n");
	CHECK_STR(console, "fir");
	console_takes = sizeof(console);
	log_printf("third\n");
	CHECK_STR(console, "first\nsecond\nthird\n");
}

static void add_more_than_fits(void)
{
	int i;

	for (i = 0; i < 1200; i++)
		log_printf("%031d\n", i);
}

UNIT(a_console_that_is_overtaken_says_so_and_goes_on_with_a_line)
{
	setup(0);
	in_console = add_more_than_fits;
	log_printf("first\n");
	log_printf("next\n");
	log_printf("last\n");
	CHECK(!strncmp(console, "first\n\n...\n", 11));
	CHECK_STR(console + console_length - 5, "last\n");
}

/* Few enough lines that none is overwritten before it is printed. */
#define WRITERS		4
#define LINES		45
#define LINE_LENGTH	40
#define ROUNDS		100

static void *writer(void *arg)
{
	int n;

	for (n = 0; n < LINES; n++)
		log_printf("thread %d line %04d %s\n", *(int *)arg, n, "....................");
	return NULL;
}

static void write_concurrently(void)
{
	int ids[WRITERS], i;
	pthread_t threads[WRITERS];

	preemption = true;
	for (i = 0; i < WRITERS; i++) {
		ids[i] = i;
		pthread_create(&threads[i], NULL, writer, &ids[i]);
	}
	for (i = 0; i < WRITERS; i++)
		pthread_join(threads[i], NULL);
	preemption = false;
	log_flush();
}

/* All lines are there, in order for each writer. */
static bool check_lines(const char *text)
{
	int next[WRITERS] = { 0 }, who, line, end, i;

	for (i = 0; i < WRITERS * LINES; i++, text += LINE_LENGTH) {
		end = 0;
		if (sscanf(text, "thread %d line %d ....................%n",
			   &who, &line, &end) == 2 &&
		    end == LINE_LENGTH - 1 && text[end] == '\n' &&
		    who < WRITERS && line == next[who]++)
			continue;
		unit_row("at line %d: %.80s", i, text);
		return CHECK(false);
	}
	return CHECK_STR(text, "");
}

UNIT(no_line_is_torn_by_another_cpu)
{
	int round;

	for (round = 0; round < ROUNDS; round++) {
		/* Somewhere in the middle, to have it wrap. */
		setup((u32)round * 1000);
		write_concurrently();
		CHECK_EQ(ring->busy, 0);
		CHECK_EQ(console_length, WRITERS * LINES * LINE_LENGTH);
		if (!check_lines(console) || !check_lines(ring_end(console_length)))
			return;
	}
}
