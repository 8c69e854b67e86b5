/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The comm region: the page that a cell and the hypervisor talk through.
 *
 * The cell may write anything to it at any time. Each word is read once, then checked,
 * then used; nothing is kept there.
 */
#ifndef _CORE_COMM_H
#define _CORE_COMM_H

#include "cell_state.h"

/* What became of a request. */
enum comm_answer {
	COMM_PENDING,		/* no answer yet */
	COMM_APPROVED,
	COMM_DENIED,
	COMM_UNKNOWN,		/* the cell does not know the request */
	COMM_RECEIVED,		/* this answers another message */
	COMM_NONSENSE,		/* none of the answers there are */
};

/** comm_init() - fill in a clean page for a cell that is about to start. */
void comm_init(struct cell *cell);

/** comm_show_state() - tell a cell with a comm region in which state it is. */
void comm_show_state(struct cell *cell, enum cell_state state);

/**
 * comm_listens() - is this a cell that is asked?
 * @cell: any cell
 */
bool comm_listens(const struct cell *cell);

/**
 * comm_ask_shutdown() - ask a cell to shut down
 * @cell: a running cell that listens
 *
 * Return: true if a message was replaced that it had not answered yet: the next answer
 * may be one to that.
 */
bool comm_ask_shutdown(struct cell *cell);

/** comm_withdraw() - take the request to shut down back, if it was not answered. */
void comm_withdraw(struct cell *cell);

/** comm_answer() - what a cell answered to comm_ask_shutdown(). */
enum comm_answer comm_answer(const struct cell *cell);

/** comm_tell_reconfigured() - tell a cell that cells have come or gone, if it listens. */
void comm_tell_reconfigured(struct cell *cell);

/**
 * comm_test_device() - emulate the page behind the comm region, an mmio_handler
 * @cell: cell with JAILHOUSE_CELL_TEST_DEVICE
 * @access: the access
 *
 * Each byte of the device is the byte at the same offset of the comm region, which the cell
 * may write to anyway: so it can compare what is emulated with what is not.
 *
 * Return: 0.
 */
int comm_test_device(void *cell, struct mmio_access *access);

/** comm_reported_state() - what a cell with a comm region says in which state it is. */
u32 comm_reported_state(const struct cell *cell);

/**
 * comm_correct_state() - replace nonsense that a cell has reported
 * @cell: a cell with a comm region
 * @reported: what it said
 * @state: the state that it is in
 *
 * Unless the cell was faster, and says something else already.
 */
void comm_correct_state(struct cell *cell, u32 reported, enum cell_state state);

#endif
