/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Cells on the fake machine (fake/fake.h) that tests of core/ begin with: the SOURCES of
 * cells.c are all that the life of a cell takes.
 */
#ifndef SELFTESTS_UNIT_CELLS_H
#define SELFTESTS_UNIT_CELLS_H

#include "unit.h"
#include "cell.h"
#include "cell_state.h"
#include "hypercall.h"
#include "fake/fake.h"

#define RAM_FLAGS	(JAILHOUSE_MEM_READ | JAILHOUSE_MEM_WRITE | JAILHOUSE_MEM_EXECUTE)
#define COMM_FLAGS	(JAILHOUSE_MEM_READ | JAILHOUSE_MEM_WRITE | JAILHOUSE_MEM_COMM_REGION)
#define KILL		JAILHOUSE_TIMEOUT_KILL

/* Where the cells of these tests have their RAM. */
#define A_RAM		0x400000
#define B_RAM		0x600000
#define C_RAM		0x700000
#define LOAD_SIZE	0x10000

/* Operations, answers and states, for rows of tables. */
#define START		JAILHOUSE_HC_CELL_START
#define STOP		JAILHOUSE_HC_CELL_STOP
#define LOAD		JAILHOUSE_HC_CELL_SET_LOADABLE
#define STOP_ALL	JAILHOUSE_HC_CELLS_STOP
#define DESTROY		JAILHOUSE_HC_CELL_DESTROY
#define YES		JAILHOUSE_MSG_REQUEST_APPROVED
#define NO		JAILHOUSE_MSG_REQUEST_DENIED
#define WHAT		JAILHOUSE_MSG_UNKNOWN
#define NO_ANSWER	0xffffU
#define DOWN		JAILHOUSE_CELL_SHUT_DOWN
#define UP		JAILHOUSE_CELL_RUNNING
#define UPLOCK		JAILHOUSE_CELL_RUNNING_LOCKED
#define BROKEN		JAILHOUSE_CELL_FAILED

#define CHECK_SOUND() CHECK_STR(fake_broken(), NULL)

/* A cell with 64K of loadable RAM, 64K of other RAM, a comm region and ports. */
void config_of(struct fake_config *config, const char *name, u64 cpus, u64 ram, u16 port,
	       u32 flags);

/* Creates it, by a call of CPU 0. */
long create(const char *name, u64 cpus, u64 ram, u16 port, u32 flags);

/* Cell a with CPU 3, cell b with CPU 2. */
long create_a(void);
long create_b(void);

/* By CPU 0. */
long call(u32 code, u64 arg1, u64 arg2);
long state_of(u64 id);

/* Four CPUs, cell a with CPU 3 and id 1 runs. */
struct jailhouse_comm_region *boot_with_a(void);

/* The same, and cell b with CPU 2 and id 2 runs. */
void boot_with_two(void);

/* The cell replies to the message that it has. */
void answer(struct jailhouse_comm_region *comm, u32 reply);

/* Is @part in the last reason, or in the log, and how often there? Nothing was overwritten. */
bool error_has(const char *part);
bool logged(const char *part);
unsigned int times_logged(const char *part);

/* Bytes of RAM that are not 0. */
size_t dirty(u64 hpa, size_t size);

#endif
