// SPDX-License-Identifier: GPL-2.0-only
/* The console of a cell, as the root cell sees it. */
#include "cell_console.h"

static u32 get(const u32 *number)
{
	return __atomic_load_n(number, __ATOMIC_ACQUIRE);
}

static void set(u32 *number, u32 value)
{
	__atomic_store_n(number, value, __ATOMIC_RELEASE);
}

int cell_console_make(struct cell *cell)
{
	if (!(cell->desc->flags & (JAILHOUSE_CELL_VIRTUAL_CONSOLE | JAILHOUSE_CELL_DEBUG_CONSOLE)))
		return 0;
	cell->console = page_alloc(&cell->machine->pool, 1);
	return cell->console ? 0 : -ENOMEM;
}

void cell_console_unmake(struct cell *cell)
{
	page_free(&cell->machine->pool, cell->console, 1);
	cell->console = NULL;
}

void cell_console_start(struct cell *cell)
{
	if (cell->console)
		set(&cell->console->read, get(&cell->console->typed));
}

void cell_console_print(struct cell *cell, char c)
{
	struct cell_console *console = cell->console;
	u32 printed;

	if (!console)
		return;
	printed = get(&console->printed);
	console->output[printed % CONSOLE_OUTPUT_SIZE] = c;
	set(&console->printed, printed + 1);
}

bool cell_console_waits(const struct cell *cell)
{
	return cell->console && get(&cell->console->typed) != get(&cell->console->read);
}

char cell_console_read(struct cell *cell)
{
	struct cell_console *console = cell->console;
	u32 read;
	char c;

	if (!console)
		return 0;
	/* Once, or another CPU of the cell could have it go past what was typed. */
	read = get(&console->read);
	if (read == get(&console->typed))
		return 0;
	c = console->input[read % CONSOLE_INPUT_SIZE];
	set(&console->read, read + 1);
	return c;
}

long cell_console_take(struct cell *cell, u64 most)
{
	struct cell_console *console = cell->console;
	u32 printed, taken, count, chars = 0;

	if (!console)
		return -ENODEV;
	printed = get(&console->printed);
	taken = get(&console->taken);
	if (printed - taken > CONSOLE_OUTPUT_SIZE)
		taken = printed - CONSOLE_OUTPUT_SIZE;
	for (count = 0; count < MIN(most, JAILHOUSE_CONSOLE_MOST) && taken != printed; count++)
		chars |= (u32)(u8)console->output[taken++ % CONSOLE_OUTPUT_SIZE] << 8 * count;
	set(&console->taken, taken);
	return (long)(chars | count << JAILHOUSE_CONSOLE_COUNT_SHIFT);
}

long cell_console_type(struct cell *cell, char c)
{
	struct cell_console *console = cell->console;
	u32 typed;

	if (!console || !(cell->desc->flags & JAILHOUSE_CELL_VIRTUAL_CONSOLE))
		return -ENODEV;
	typed = get(&console->typed);
	if (typed - get(&console->read) >= CONSOLE_INPUT_SIZE)
		return -EAGAIN;
	console->input[typed % CONSOLE_INPUT_SIZE] = c;
	set(&console->typed, typed + 1);
	return 0;
}
