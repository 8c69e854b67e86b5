/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The console of a cell, as the root cell sees it: characters that the cell has printed, kept
 * until they are taken, and characters that it is to read.
 *
 * Of each ring one side is written by the cell's CPUs and the other by the root's. Two CPUs of
 * one side at once may lose or repeat characters, as at a device; they get nothing else wrong,
 * and nobody waits for anybody.
 */
#ifndef _CORE_CELL_CONSOLE_H
#define _CORE_CELL_CONSOLE_H

#include "machine.h"

/* Powers of two. */
#define CONSOLE_OUTPUT_SIZE	2048U
#define CONSOLE_INPUT_SIZE	256U

/**
 * struct cell_console - one page
 * @printed: number of the next character that the cell prints, modulo 2^32
 * @taken: number of the next that the root cell takes
 * @typed: number of the next character that the root cell sends
 * @read: number of the next that the cell reads
 * @output: the last that were printed, each at its number
 * @input: those that were sent
 */
struct cell_console {
	u32 printed;
	u32 taken;
	u32 typed;
	u32 read;
	char output[CONSOLE_OUTPUT_SIZE];
	char input[CONSOLE_INPUT_SIZE];
};

static_assert(sizeof(struct cell_console) <= PAGE_SIZE);

/**
 * cell_console_make() - for a new cell that may print
 * @cell: with its configuration
 *
 * Return: 0 or -ENOMEM.
 */
int cell_console_make(struct cell *cell);

/** cell_console_unmake() - undo cell_console_make() */
void cell_console_unmake(struct cell *cell);

/** cell_console_start() - the cell starts: what it did not read is not for it any more */
void cell_console_start(struct cell *cell);

/** cell_console_print() - the cell prints @c; if nobody takes what it prints, the oldest goes */
void cell_console_print(struct cell *cell, char c);

/** cell_console_waits() - is there a character for the cell to read? */
bool cell_console_waits(const struct cell *cell);

/** cell_console_read() - the next one, 0 if there is none */
char cell_console_read(struct cell *cell);

/**
 * cell_console_take() - what the cell has printed
 * @cell: any cell
 * @most: take so many characters, three at the very most
 *
 * Return: JAILHOUSE_CONSOLE_CHAR() and JAILHOUSE_CONSOLE_COUNT() tell what. -ENODEV: it has no
 * console.
 */
long cell_console_take(struct cell *cell, u64 most);

/**
 * cell_console_type() - a character for the cell to read
 *
 * Return: 0. -EAGAIN: it has not read what was sent before. -ENODEV: it has no console that it
 * could read.
 */
long cell_console_type(struct cell *cell, char c);

#endif
