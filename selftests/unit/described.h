/* SPDX-License-Identifier: GPL-2.0-only */
/* Machines that describe themselves, and what is looked at in what they say. */
#ifndef SELFTESTS_UNIT_DESCRIBED_H
#define SELFTESTS_UNIT_DESCRIBED_H

#include "machines.h"

#include "../../driver/describe.h"
#include "../../driver/reason.h"

/**
 * struct made - what was described last
 * @blob: the configuration
 * @size: bytes of it
 * @why: why there is none
 */
struct made {
	u8 blob[DESCRIBE_MAX_SIZE] __aligned(16);
	size_t size;
	struct reason why;
};

extern struct made made;

/** system_made() - the configuration in @made. */
const struct jailhouse_system *system_made(void);

/** describe() - jh_describe() into @made. */
int describe(const struct machine_facts *facts);

/** complaints_about() - compare it with a machine; return: how many there are, which are shown. */
unsigned int complaints_about(const struct machine_facts *facts, int *err);

/** find_region() - the root cell's region at an address, or NULL. */
const struct jailhouse_memory *find_region(u64 address);

/** check_expectations() - it says of addresses what the machine's file has. */
void check_expectations(const struct recorded *machine);

/** check_pins() - it has every pin, once. */
void check_pins(const struct machine_facts *facts);

#endif
