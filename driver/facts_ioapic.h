/* SPDX-License-Identifier: GPL-2.0-only */
/* The I/O APICs of the machine, of those that ACPI lists. */
#ifndef _JH_FACTS_IOAPIC_H
#define _JH_FACTS_IOAPIC_H

#include <linux/types.h>

struct machine_facts;
struct reason;

int jh_facts_add_ioapic(struct machine_facts *facts, u64 address, u32 id, struct reason *why);
void jh_facts_set_versions(struct machine_facts *facts, const u32 *versions);

#endif
