/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Pages of the guest's memory that exits read over and over: its page tables, and its code.
 *
 * An access to an emulated device begins with a walk through four tables to the page of code
 * that has the instruction. The next one finds most of them where they were. So each CPU maps
 * what the last walk went through, read-only, and leaves it mapped: there is a place for each
 * step of a walk, whose mapping, and what the TLB has of it, is replaced only when that step
 * leads to another page. What is read through it is always what is in memory now.
 *
 * Where a guest-physical page is follows from the cell's configuration alone. Whoever changes
 * that, or gives the CPU to another cell, has exit_cache_flush() called on it, before it enters
 * any guest again: memory that is taken from the cell is not looked at here any more.
 */
#ifndef _EXITS_GUEST_PAGES_H
#define _EXITS_GUEST_PAGES_H

#include "types.h"

/**
 * enum guest_pages_use - what a walk is for
 * @GUEST_PAGES_CODE: up to five tables, and a page of code
 * @GUEST_PAGES_OPERAND: up to five tables
 * @GUEST_PAGES_PDPT: the table of page-directory pointers that CR3 leads to
 */
enum guest_pages_use { GUEST_PAGES_CODE, GUEST_PAGES_OPERAND, GUEST_PAGES_PDPT };

/**
 * struct guest_pages - how far a walk has come
 * @next: place of its next step
 * @end: the first place that is not its own
 */
struct guest_pages {
	u8 next;
	u8 end;
};

/** guest_pages_begin() - a new walk */
struct guest_pages guest_pages_begin(enum guest_pages_use use);

/**
 * guest_pages_map() - its next step, for struct guest_memory
 * @pages: struct guest_pages
 * @gpa: guest-physical address of a page
 *
 * Return: the page, until exit_cache_flush() or the same step of another walk; NULL if it is
 * not the guest's, or the walk has more steps than any has.
 */
const void *guest_pages_map(void *pages, u64 gpa);

/** exit_cache_flush() - forget what depends on the cell and its memory; on the calling CPU */
void exit_cache_flush(void);

#endif
