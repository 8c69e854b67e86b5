/* SPDX-License-Identifier: GPL-2.0-only */
/* What the MTRRs say of memory. */
#ifndef _JH_FACTS_MTRR_H
#define _JH_FACTS_MTRR_H

#include <linux/types.h>

struct machine_facts;

void jh_facts_add_mtrr(struct machine_facts *facts, u64 base, u64 mask);
u8 jh_facts_memory_type(const struct machine_facts *facts, u64 addr, u64 *end);
bool jh_facts_is_cached(const struct machine_facts *facts, u64 start, u64 end);

#endif
