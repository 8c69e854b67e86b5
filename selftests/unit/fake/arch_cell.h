/* SPDX-License-Identifier: GPL-2.0-only */
/* What the fake machine adds to a cell: a page, so that there is one more to run out of. */
#ifndef _FAKE_ARCH_CELL_H
#define _FAKE_ARCH_CELL_H

#include "types.h"

/**
 * struct arch_cell - fake part of struct cell
 * @page: from the pool
 * @devices_moved: the devices belong to the cell
 * @serial: no other cell has had it before
 * @devices_run: they may write to memory and interrupt
 * @attached: a unit lets them reach the cell's memory, as its tables say
 * @reached: the same, as it goes by them
 * @settled_at: value of the TSC from which on they do not either, since it has stopped
 * @messages: how many it was told of
 * @typed: and of how many characters that its console has received
 * @link_interrupts: how many times devices of its links have interrupted
 */
struct arch_cell {
	void *page;
	bool devices_moved;
	unsigned int serial;
	bool devices_run;
	bool attached, reached;
	u64 settled_at;
	unsigned int messages;
	unsigned int typed;
	unsigned int link_interrupts;
};

#endif
