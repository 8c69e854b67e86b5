// SPDX-License-Identifier: GPL-2.0-only
/* BESIDE: cells.c */
/* What cells print is taken, and what is typed they read: core/cell_console.c. */
#include <string.h>
#include "cells.h"
#include "cell_console.h"
#include "cell_log.h"

#define TAKE	JAILHOUSE_HC_CONSOLE_TAKE
#define TYPE	JAILHOUSE_HC_CONSOLE_TYPE

/* With what else a virtual console needs, the configuration of these cells has no room. */
static struct cell *boot_cell(u32 flags)
{
	struct cell *cell;

	fake_boot(4);
	CHECK_EQ(create("a", 0xc, A_RAM, 0x3f8, flags ? JAILHOUSE_CELL_DEBUG_CONSOLE : 0), 1);
	CHECK_EQ(call(START, 1, 0), 0);
	cell = cell_find(&machine, 1);
	((struct jailhouse_cell_desc *)cell->desc)->flags = flags;
	return cell;
}

static void print(unsigned int cpu, const char *text)
{
	for (; *text; text++)
		cell_log_putc(&machine.cpus[cpu], *text);
}

/* All that can be taken, up to @most characters at once. */
static const char *taken(u64 most)
{
	static char text[2 * CONSOLE_OUTPUT_SIZE];
	size_t length = 0;
	long ret, n;

	while ((ret = call(TAKE, 1, most)) > 0) {
		CHECK(JAILHOUSE_CONSOLE_COUNT(ret) <= (long)most);
		for (n = 0; n < JAILHOUSE_CONSOLE_COUNT(ret); n++)
			text[length++] = JAILHOUSE_CONSOLE_CHAR(ret, n);
	}
	CHECK_EQ(ret, 0);
	text[length] = '\0';
	return text;
}

static const char *read_all(struct cell *cell)
{
	static char text[2 * CONSOLE_INPUT_SIZE];
	size_t length = 0;

	while (cell_console_waits(cell))
		text[length++] = cell_console_read(cell);
	text[length] = '\0';
	CHECK_EQ(cell_console_read(cell), 0);
	return text;
}

UNIT(what_is_printed_can_be_taken_before_a_line_ends)
{
	boot_cell(JAILHOUSE_CELL_DEBUG_CONSOLE);
	CHECK_STR(taken(3), "");
	print(2, "login: ");
	CHECK_STR(taken(3), "login: ");
	CHECK_STR(taken(3), "");
	/* Of all CPUs, in its order, and as it is. */
	print(2, "a");
	print(3, "b\x1b\xc3\xbf\r\n");
	CHECK_STR(taken(3), "ab\x1b\xc3\xbf\r\n");
	CHECK_EQ(cell_log_takes(&machine.cpus[3]), true);
}

UNIT(no_more_is_taken_than_is_wanted)
{
	boot_cell(JAILHOUSE_CELL_DEBUG_CONSOLE);
	print(2, "abcdefg");
	CHECK_EQ(call(TAKE, 1, 0), 0);
	CHECK_EQ(call(TAKE, 1, 1), 1 << 24 | 'a');
	CHECK_EQ(call(TAKE, 1, 2), 2 << 24 | 'c' << 8 | 'b');
	CHECK_EQ(call(TAKE, 1, ~0ULL), 3 << 24 | 'f' << 16 | 'e' << 8 | 'd');
	CHECK_STR(taken(1), "g");
	print(2, "\xff\xff\xff");
	CHECK_EQ(call(TAKE, 1, 3), 0x3ffffff);
}

UNIT(of_what_nobody_takes_the_last_is_kept)
{
	unsigned int n;
	const char *text;

	boot_cell(JAILHOUSE_CELL_DEBUG_CONSOLE);
	for (n = 0; n < 500; n++)
		print(2, "12345");
	print(2, "67890");
	text = taken(3);
	CHECK_EQ(strlen(text), CONSOLE_OUTPUT_SIZE);
	CHECK(!strcmp(text + CONSOLE_OUTPUT_SIZE - 10, "1234567890"));
	print(2, "x");
	CHECK_STR(taken(3), "x");
	/* Numbers of characters wrap. */
	cell_find(&machine, 1)->console->printed = ~0U;
	cell_find(&machine, 1)->console->taken = ~0U;
	print(2, "over");
	CHECK_STR(taken(3), "over");
}

UNIT(what_is_typed_is_read_once)
{
	struct cell *cell = boot_cell(JAILHOUSE_CELL_VIRTUAL_CONSOLE);

	CHECK(!cell_console_waits(cell));
	CHECK_EQ(call(TYPE, 1, 'a'), 0);
	CHECK_EQ(call(TYPE, 1, 0xff), 0);
	CHECK_EQ(cell->arch.typed, 2);
	CHECK_STR(read_all(cell), "a\xff");
	CHECK_STR(read_all(cell), "");
}

UNIT(no_more_is_typed_than_there_is_room_for)
{
	struct cell *cell = boot_cell(JAILHOUSE_CELL_VIRTUAL_CONSOLE);
	unsigned int n;

	cell->console->typed = ~0U - 9;
	cell->console->read = ~0U - 9;
	for (n = 0; n < CONSOLE_INPUT_SIZE; n++)
		CHECK_EQ(call(TYPE, 1, 'a' + n % 26), 0);
	CHECK_EQ(call(TYPE, 1, '!'), -EAGAIN);
	CHECK_EQ(cell_console_read(cell), 'a');
	CHECK_EQ(call(TYPE, 1, '!'), 0);
	CHECK_EQ(call(TYPE, 1, '?'), -EAGAIN);
	CHECK_EQ(strlen(read_all(cell)), CONSOLE_INPUT_SIZE);
}

/* Its last words stay, but what was typed was for the one that is gone. */
UNIT(a_new_life_reads_nothing_of_the_old)
{
	struct cell *cell = boot_cell(JAILHOUSE_CELL_VIRTUAL_CONSOLE);

	print(2, "panic");
	CHECK_EQ(call(TYPE, 1, 'x'), 0);
	CHECK_EQ(call(STOP, 1, KILL), 0);
	/* Who does not run is not interrupted. */
	CHECK_EQ(call(TYPE, 1, 'x'), 0);
	CHECK_EQ(cell->arch.typed, 1);
	CHECK_EQ(call(START, 1, 0), 0);
	CHECK(!cell_console_waits(cell));
	CHECK_STR(taken(3), "panic");
}

UNIT(who_has_no_console_prints_and_reads_nothing)
{
	struct cell *cell = boot_cell(0);

	print(2, "x");
	CHECK_EQ(call(TAKE, 1, 3), -ENODEV);
	CHECK_EQ(call(TYPE, 1, 'x'), -ENODEV);
	CHECK(!cell_console_waits(cell));
	CHECK_EQ(call(TAKE, 0, 3), -ENODEV);
	CHECK_EQ(call(TYPE, 0, 'x'), -ENODEV);
	CHECK_EQ(call(TAKE, 7, 3), -ENOENT);
	CHECK_EQ(call(TYPE, 7, 'x'), -ENOENT);
	/* Hypercall 8 goes one way. */
	cell = boot_cell(JAILHOUSE_CELL_DEBUG_CONSOLE);
	CHECK_EQ(call(TYPE, 1, 'x'), -ENODEV);
	CHECK(!cell_console_waits(cell));
}

UNIT(its_page_comes_back)
{
	u64 used;

	fake_boot(4);
	used = machine.pool.used;
	CHECK_EQ(create("a", 0xc, A_RAM, 0x3f8, JAILHOUSE_CELL_DEBUG_CONSOLE), 1);
	CHECK_SOUND();
	CHECK_EQ(call(DESTROY, 1, KILL), 0);
	CHECK_EQ(machine.pool.used, used);
	CHECK_SOUND();
}
