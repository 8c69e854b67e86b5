/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The crash record: what a panic leaves in memory for the time after a warm reset
 * (jailhouse/crash.h).
 */
#ifndef _CORE_CRASH_H
#define _CORE_CRASH_H

#include "types.h"
#include <jailhouse/crash.h>

/**
 * crash_init() - have crashes recorded
 * @memory: zeroed, where the driver will look; before this call nothing is recorded
 */
void crash_init(struct jailhouse_crash *memory);

/**
 * crash_begin() - a CPU panics
 *
 * Return: true for the first one, which writes the record. The panics that come after it, on
 * other CPUs or because of what this one does, are mostly consequences.
 */
bool crash_begin(void);

/**
 * crash_printf() - add to the record
 * @fmt: format as in format.h, with its line ends
 *
 * After each call the record is valid, so that it may be the last one. What has no room is
 * cut.
 */
void __printf(1, 2) crash_printf(const char *fmt, ...);

/** crash_add_log() - add the end of the log, as much as there is room for. */
void crash_add_log(void);

#endif
