// SPDX-License-Identifier: GPL-2.0-only
/*
 * What the last owner of the cell's RAM left in it.
 *
 *	kind=look	nothing of the pattern is there (default)
 *	kind=mark	fills all RAM that nobody needs with the pattern, and finds it there
 */
#include "report.h"

/* selftests/jailhouse/stray.c writes and finds the same. */
#define PATTERN		0x5ca1ab1e0ddba11dULL
/* As inmate.lds has it: data and bss are below; then the hole in the RAM of hostile.c. */
#define RAM_BASE	0x10000
#define RAM_HIGH	0xc0000
#define ROM_BASE	0xf0000

/* Below are the null page and the command line, above is the image. */
static u64 *const ranges[][2] = {
	{ (u64 *)(CMDLINE_BASE + CMDLINE_SIZE), (u64 *)RAM_BASE },
	{ (u64 *)RAM_HIGH, (u64 *)ROM_BASE },
};

static u64 words(void)
{
	u64 sum = 0;
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(ranges); i++)
		sum += (u64)(ranges[i][1] - ranges[i][0]);
	return sum;
}

static void mark(void)
{
	unsigned int i;
	u64 *word;

	for (i = 0; i < ARRAY_SIZE(ranges); i++)
		for (word = ranges[i][0]; word < ranges[i][1]; word++)
			*(volatile u64 *)word = PATTERN;
}

static u64 look(void)
{
	u64 found = 0, *word;
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(ranges); i++)
		for (word = ranges[i][0]; word < ranges[i][1]; word++)
			found += *(volatile u64 *)word == PATTERN;
	return found;
}

void inmate_main(void)
{
	u64 found = look();

	report_begin("ram");
	report(!found, "%llu of %llu words bear the pattern of the last owner", found, words());
	if (cmdline_is("kind", "mark")) {
		mark();
		found = look();
		report(found == words(), "%llu of %llu words marked", found, words());
	}
	report_done();
}
