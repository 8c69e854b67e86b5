/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * One management operation at a time, and the lock of all that the driver knows.
 *
 * Locks, in the order in which they are taken:
 *
 *	su_mutex of configfs, then the operation, then jh_lock, then jh_hypervisor_sem
 *	or the locks of CPU hotplug.
 *
 * An operation (operation.c) is what changes the hypervisor or its cells: one at a time, from
 * the first check to the last undo. It lasts as long as a cell takes to answer, so nobody
 * waits for its end for long; and a kill of another cell may come between its questions.
 *
 * jh_lock protects the driver's own data: what was written, which directories there
 * are, sysfs's copy of the states. An operation holds it too, but not while a cell or the
 * scrubbing of RAM is waited for. What others may change then: all of another cell that does
 * not exist, and images and attributes of the same; its configuration stays
 * (jh_operation_concerns()), and so does its directory as long as it is pinned.
 *
 * jh_hypervisor_sem is held for reading around a hypercall that only asks, and for writing while
 * the hypervisor enters or leaves. Who reads an attribute of sysfs, or a state, takes
 * jh_hypervisor_sem only, because the removal of the attribute, under jh_lock, waits for
 * him; but for the attributes of the device itself, which go when the module is unloaded.
 *
 * configfs holds locks of its own around all that is called here: the file's while it is
 * read or written, and that of the directory, which rmdir of just this directory waits for
 * (it can be killed). So a write of `enabled` or `state` that waits for a cell keeps others
 * from writing to the same open file, nothing else: the directory of a cell that can be
 * waited for is pinned, and rmdir fails before it waits.
 */
#ifndef _JH_OPERATION_H
#define _JH_OPERATION_H

#include <linux/mutex.h>
#include <linux/types.h>

struct jh_cell;
struct reason;

extern struct mutex jh_lock;
int jh_operation_begin(const struct jh_cell *cell, struct reason *why);
int jh_operation_begin_urgent(const struct jh_cell *cell, struct reason *why);
int jh_operation_begin_word(const struct jh_cell *cell, const char *page, struct reason *why);
int jh_operation_seize(struct reason *why);
void jh_operation_end(void);
void jh_operation_pause(unsigned int us);
int jh_operation_give_up(struct reason *why);
bool jh_operation_concerns(const struct jh_cell *cell);

#endif
