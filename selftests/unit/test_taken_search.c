// SPDX-License-Identifier: GPL-2.0-only
/*
 * Which RAM is taken from Linux, where some of it is not to be had: in one piece, or in as few as
 * possible; and whoever gives up has nothing.
 */
/* HOST: kernel */
/* SOURCES: ../driver/taken_search.c */
#include "unit.h"

#include <linux/mm.h>

#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "../../driver/operation.h"
#include "../../driver/taken_search.h"

/* Physical memory of 8 GiB, in steps; what is had is had once. */
#define STEPS		4096
#define STEPS_4G	2048

enum { MOVES, STAYS, RESERVED };

static struct {
	u8 kind[STEPS];
	bool had[STEPS];
	unsigned int num_had;
	unsigned int questions;
	unsigned int give_up_at;
	unsigned int attempts;
	unsigned int stays_after;
	unsigned long stays;
} memory;

static struct run taken[MAX_PIECES];
static unsigned int num_taken, refused_piece;
static struct search search;

int jh_pages_have(unsigned long pfn, unsigned long count)
{
	unsigned long step = pfn / STEP_PAGES, end = (pfn + count) / STEP_PAGES, n;

	CHECK(count && !(pfn % STEP_PAGES) && !(count % STEP_PAGES));
	if (++memory.attempts == memory.stays_after)
		memory.kind[memory.stays] = STAYS;
	for (n = step; n < end; n++) {
		CHECK(!memory.had[n]);
		if (memory.kind[n] != MOVES)
			return -EBUSY;
	}
	for (n = step; n < end; n++)
		memory.had[n] = true;
	memory.num_had += end - step;
	return 0;
}

void jh_pages_free(const struct run *run)
{
	unsigned long n;

	for (n = run->pfn / STEP_PAGES; n < run->end / STEP_PAGES; n++) {
		CHECK(memory.had[n]);
		memory.had[n] = false;
		memory.num_had--;
	}
}

/* As Linux knows it: that something does not move is only found when it is tried. */
unsigned long jh_pages_likely(unsigned long end, unsigned long count)
{
	unsigned long n, step;

	for (n = 0; n < count; n += STEP_PAGES) {
		step = (end - n) / STEP_PAGES - 1;
		if (memory.kind[step] == RESERVED || (n && step == STEPS_4G - 1))
			break;
	}
	return n;
}

void jh_operation_pause(unsigned int us)
{
	CHECK_EQ(us, 0);
}

int jh_operation_give_up(struct reason *why __maybe_unused)
{
	return ++memory.questions == memory.give_up_at ? -EINTR : 0;
}

static int take_piece(const struct run *run, struct reason *why __maybe_unused)
{
	if (num_taken + 1 == refused_piece) {
		jh_pages_free(run);
		return -ENOMEM;
	}
	if (CHECK(num_taken < MAX_PIECES))
		taken[num_taken++] = *run;
	return 0;
}

static void begin(void)
{
	memset(&memory, 0, sizeof(memory));
	num_taken = 0;
	refused_piece = 0;
}

static void add_steps(unsigned long step, unsigned long end)
{
	jh_search_add_range(&search, step * STEP_PAGES, end * STEP_PAGES);
}

static int search_for(unsigned long steps)
{
	search.left = steps * STEP_PAGES;
	search.take = take_piece;
	return jh_search(&search, NULL);
}

/* All of it, but for a hole below 4 GiB. */
static int search_all(unsigned long steps)
{
	memset(&search, 0, sizeof(search));
	num_taken = 0;
	add_steps(1, 1536);
	add_steps(STEPS_4G, STEPS);
	return search_for(steps);
}

static void check_piece(unsigned int n, unsigned long step, unsigned long end)
{
	CHECK_EQ(taken[n].pfn, step * STEP_PAGES);
	CHECK_EQ(taken[n].end, end * STEP_PAGES);
}

UNIT(one_piece_from_the_top)
{
	begin();
	CHECK_EQ(search_all(1), 0);
	check_piece(0, STEPS - 1, STEPS);
	jh_pages_free(&taken[0]);
	CHECK_EQ(search_all(600), 0);
	CHECK_EQ(num_taken, 1);
	check_piece(0, STEPS - 600, STEPS);
	jh_pages_free(&taken[0]);
	CHECK_EQ(search_all(2048), 0);
	CHECK_EQ(num_taken, 1);
	CHECK_EQ(search.left, 0);
	check_piece(0, STEPS_4G, STEPS);
}

/* The first that is large enough from the top, and what is small is Linux's again. */
UNIT(one_piece_below_what_does_not_move)
{
	begin();
	memory.kind[4000] = STAYS;
	memory.kind[3900] = RESERVED;
	CHECK_EQ(search_all(300), 0);
	CHECK_EQ(num_taken, 1);
	check_piece(0, 3600, 3900);
	CHECK_EQ(memory.num_had, 300);
}

static void scatter(unsigned long first, unsigned long end, unsigned long gap)
{
	unsigned long n;

	for (n = first; n < end; n += gap)
		memory.kind[n] = STAYS;
}

/* Rather than one below 4 GiB, but not more than two. */
UNIT(two_pieces_above_4g)
{
	begin();
	memset(memory.kind + STEPS_4G, STAYS, STEPS - STEPS_4G);
	memset(memory.kind + 2100, MOVES, 60);
	memset(memory.kind + 2200, MOVES, 50);
	memset(memory.kind + 2300, MOVES, 40);
	CHECK_EQ(search_all(100), 0);
	CHECK_EQ(num_taken, 2);
	check_piece(0, 2100, 2160);
	check_piece(1, 2210, 2250);
	jh_pages_free(&taken[0]);
	jh_pages_free(&taken[1]);
	CHECK_EQ(search_all(120), 0);
	CHECK_EQ(num_taken, 1);
	check_piece(0, 1536 - 120, 1536);
}

/* Where nothing moves at the end of each 8 steps, 15 of 7 are 100. */
UNIT(as_few_pieces_as_can_be)
{
	unsigned int n;

	begin();
	scatter(7, STEPS, 8);
	CHECK_EQ(search_all(100), 0);
	CHECK_EQ(num_taken, 15);
	for (n = 0; n < num_taken; n++)
		CHECK_EQ(count_pages(&taken[n]) / STEP_PAGES, n < 14 ? 7 : 2);
	CHECK_EQ(memory.num_had, 100);
	/* One large piece among them is half of it. */
	for (n = 0; n < num_taken; n++)
		jh_pages_free(&taken[n]);
	memset(memory.kind + 3000, MOVES, 60);
	CHECK_EQ(search_all(100), 0);
	CHECK_EQ(num_taken, 7);
	CHECK(count_pages(&taken[0]) >= 60 * STEP_PAGES);
	CHECK_EQ(memory.num_had, 100);
}

/* What could be had is told, and nobody has any of it. */
UNIT(more_pieces_than_there_may_be)
{
	begin();
	scatter(7, STEPS, 8);
	CHECK_EQ(search_all(16 * 7), 0);
	CHECK_EQ(search.left, 0);
	CHECK_EQ(num_taken, 16);
	begin();
	scatter(7, STEPS, 8);
	CHECK_EQ(search_all(16 * 7 + 1), 0);
	CHECK_EQ(search.left, (16 * 7 + 1) * STEP_PAGES);
	CHECK_EQ(num_taken, 0);
	CHECK_EQ(memory.num_had, 0);
	CHECK_EQ(jh_search_found(&search), 16 * 7 * STEP_PAGES);
}

/* Wherever it is: nothing is had but what was taken for good. */
UNIT(whoever_gives_up_has_nothing)
{
	unsigned int at, taken_steps, n;
	int err;

	for (at = 1;; at++) {
		begin();
		scatter(7, STEPS, 64);
		memory.give_up_at = at;
		err = search_all(100);
		for (n = 0, taken_steps = 0; n < num_taken; n++)
			taken_steps += count_pages(&taken[n]) / STEP_PAGES;
		CHECK_EQ(memory.num_had, taken_steps);
		if (memory.questions < at)
			break;
		CHECK_EQ(err, -EINTR);
	}
	CHECK_EQ(err, 0);
	CHECK_EQ(taken_steps, 100);
	CHECK(at > 100);
}

UNIT(what_cannot_be_taken_is_an_error)
{
	begin();
	scatter(7, STEPS, 8);
	refused_piece = 3;
	CHECK_EQ(search_all(100), -ENOMEM);
	CHECK_EQ(num_taken, 2);
	CHECK_EQ(memory.num_had, 14);
	begin();
	refused_piece = 1;
	CHECK_EQ(search_all(1), -ENOMEM);
	CHECK_EQ(memory.num_had, 0);
}

/* Between the look and the taking: the next one has to do, or it is not enough. */
UNIT(what_linux_has_used_meanwhile)
{
	unsigned int looks;

	begin();
	scatter(7, STEPS, 8);
	CHECK_EQ(search_all(20), 0);
	CHECK_EQ(num_taken, 3);
	looks = memory.attempts;

	begin();
	scatter(7, STEPS, 8);
	memory.stays_after = looks - 6;
	memory.stays = taken[1].end / STEP_PAGES - 1;
	CHECK_EQ(search_all(20), 0);
	CHECK_EQ(search.left, 0);
	CHECK_EQ(memory.num_had, 20);
}

UNIT(no_memory_and_too_little)
{
	begin();
	memset(&search, 0, sizeof(search));
	CHECK_EQ(search_for(1), 0);
	CHECK_EQ(search.left, STEP_PAGES);
	add_steps(10, 20);
	CHECK_EQ(search_for(11), 0);
	CHECK_EQ(search.left, 11 * STEP_PAGES);
	CHECK_EQ(jh_search_found(&search), 10 * STEP_PAGES);
	CHECK_EQ(memory.num_had, 0);
}

/* Ranges begin and end anywhere; a part of a step is none, and neither is what has no place. */
UNIT(ranges)
{
	unsigned long n;

	memset(&search, 0, sizeof(search));
	jh_search_add_range(&search, 1, STEP_PAGES - 1);
	jh_search_add_range(&search, 1, 2 * STEP_PAGES - 1);
	CHECK_EQ(search.num_ranges, 0);
	jh_search_add_range(&search, 1, 2 * STEP_PAGES);
	jh_search_add_range(&search, 2 * STEP_PAGES + 1, 5 * STEP_PAGES - 1);
	CHECK_EQ(search.num_ranges, 2);
	CHECK_EQ(search.ranges[0].pfn, STEP_PAGES);
	CHECK_EQ(search.ranges[0].end, 2 * STEP_PAGES);
	CHECK_EQ(search.ranges[1].pfn, 3 * STEP_PAGES);
	CHECK_EQ(search.ranges[1].end, 4 * STEP_PAGES);
	for (n = 0; n < MAX_RANGES; n++)
		add_steps(10 + 2 * n, 11 + 2 * n);
	CHECK_EQ(search.num_ranges, MAX_RANGES);
	CHECK_EQ(search.ranges[MAX_RANGES - 1].pfn, (10 + 2 * (MAX_RANGES - 3)) * STEP_PAGES);
}
