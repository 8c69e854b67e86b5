/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * A cell that a test says in directories, and a machine that it is for: 1 GiB, of which 66 MiB are
 * reserved, two I/O APICs, one PCI function, and two ends of links of the root cell.
 */
#ifndef UNIT_DIRECTORIES_H
#define UNIT_DIRECTORIES_H

#include <stdbool.h>

#include "../../driver/directory.h"
#include "../../driver/reason.h"
#include "../../driver/supply.h"

#include "config_check.h"

#define MIB		0x100000ULL
#define RESERVE		0x3a000000ULL
#define HYPERVISOR_SIZE	(16 * MIB)
#define RESERVE_END	(RESERVE + 66 * MIB)
#define NIC		0x0018

/* The root cell's links. */
#define ROOT_LINK	0x77
#define OTHER_ROOT_LINK	0x78

/* What there is, and who has something already. */
extern struct directory_machine machine;
extern const struct jailhouse_cell_desc *others[4];
extern struct directory_peer peers[4];

/* What a test says, and what comes of it. */
extern struct directories cell, other;
extern struct directory directories[1100];
extern struct jailhouse_cell_desc *made;
extern struct reason why;

/* begin() - nothing was said but one CPU; end() - of what came of it, nothing is left. */
void begin(void);
void end(void);

/* say() - one more directory of the cell; say_of() - of any. */
struct directory *say(enum directory_kind kind, const char *name);
struct directory *say_of(struct directories *of, enum directory_kind kind, const char *name);
struct directory_memory *say_memory(const char *name, u64 size);
void say_pin(const char *name, u32 chip, u32 pin);
void say_ports(const char *name, u32 first, u32 count, u32 flags);

/* assemble() - a configuration in @made, which fits the machine; or an errno. */
int assemble(void);
int assemble_as(const char *name);

/* region() - the region of @made that an address is in, or NULL. */
const struct jailhouse_memory *region(u64 address);

/* says() - does @why have that? */
bool says(const char *text);

/* begin_two() - the cell demo, which is @cell and has RAM; and @other, of which nothing was said */
void begin_two(void);

/* other_beside() - assemble @other, with another CPU, beside demo, which is returned. */
struct jailhouse_cell_desc *other_beside(void);

#endif
