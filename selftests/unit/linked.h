/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Two cells on the fake machine that a link connects, with a driver each. test_link.c,
 * test_link_meanwhile.c. @n is A or B.
 */
#ifndef SELFTESTS_UNIT_LINKED_H
#define SELFTESTS_UNIT_LINKED_H

#include "cells.h"
#include "errno.h"
#include "link.h"

#define ID		7U
#define REGS		0xfd000000ULL
#define SIZE		16U
#define FRAME		100U
#define HEADER		LINK_HEADER_SIZE

/* Where a cell has a ring, by its own addresses; buffer N of a page each behind both. */
#define RING(number)	(0x8000U + 0x1000U * (number))
#define AVAIL		0x400U
#define USED		0x800U
#define BUFFER(n)	(LOAD_SIZE + 0x400U * (n))

/* Registers of a device that the cell has, and RAM that it can read only. */
#define DEVICE		0x300000U
#define CONST		0x400000U
#define CONST_RAM	0x780000U

#define REG_STATUS	0x70
#define ALL_BUT_OK	0x0bU
#define UP_AND_RUNNING	0x0fU

enum { A, B };

/* What the root cell had before, and the ids of the cells. */
extern struct fake_snapshot before;
extern u64 ids[2];

/** create_linked() - create a cell with the end of link @id; cell @n of the two */
long create_linked(const char *name, unsigned int n, u32 id);

/** end_of() - its end */
struct link_end *end_of(unsigned int n);

/** in() - what its driver reads from a register, 4 bytes: that is no exit */
u32 in(unsigned int n, u32 reg);

/** out() - it writes to one; returns what link_access() does */
int out(unsigned int n, u32 reg, u32 val);

/** get16() - 16 bits of its memory */
u16 get16(unsigned int n, u64 gpa);

/** set16() - the opposite */
void set16(unsigned int n, u64 gpa, u16 val);

/** driver_up() - its driver starts the device */
void driver_up(unsigned int n);

/** queue_buffer() - a buffer becomes available in a queue */
void queue_buffer(unsigned int n, unsigned int number, u64 gpa, u32 length);

/** offer() - a buffer to receive */
void offer(unsigned int n);

/** send() - a frame of bytes @seed, without a notification */
void send(unsigned int n, u8 seed);

/** used() - how many entries of a queue were used */
u16 used(unsigned int n, unsigned int number);

/** received() - is frame @frame that it got of bytes @seed? */
bool received(unsigned int n, unsigned int frame, u8 seed);

/** link_up() - what its device says of the link */
bool link_up(unsigned int n);

/** interrupts() - how many there were since the last call */
unsigned int interrupts(unsigned int n);

/** begin() - two cells run, with a link */
void begin(void);

/** begin_up() - and their drivers do */
void begin_up(void);

/** finish() - both go, and nothing is left */
void finish(void);

/** access_reg() - any access to a register, 4 bytes */
int access_reg(unsigned int n, u32 reg, bool write, u64 *val);

#endif
