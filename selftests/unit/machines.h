/* SPDX-License-Identifier: GPL-2.0-only */
/* Machines that are written down in machines/NAME.txt: /proc/iomem, and a few facts beside it. */
#ifndef SELFTESTS_UNIT_MACHINES_H
#define SELFTESTS_UNIT_MACHINES_H

#include <stdio.h>

#include "types.h"

#include "../../driver/facts.h"

/**
 * struct expectation - what a configuration has to say about an address
 * @what: ram, execute, device, nothing, hypervisor
 * @address: where
 */
struct expectation {
	char what[12];
	u64 address;
};

/**
 * struct recorded - a machine that was written down
 * @facts: what is known of it
 * @expected: what its configuration has to say
 * @num_expected: how much of that there is
 */
struct recorded {
	struct machine_facts facts;
	struct expectation expected[32];
	unsigned int num_expected;
};

/** machine_read() - machines/@name.txt, to be given to machine_drop(); bad ones end the program. */
struct recorded *machine_read(const char *name);

/** machine_read_from() - the same from a file that is open, called @name if it is bad. */
struct recorded *machine_read_from(FILE *file, const char *name);

/** machine_drop() - free what machine_read() made. */
void machine_drop(struct recorded *machine);

/** machine_add() - one more resource, of Linux's memory, at the end. */
struct inventory_entry *machine_add(struct machine_facts *facts, u64 start, u64 end,
				    const char *name);

#endif
