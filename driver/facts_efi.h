/* SPDX-License-Identifier: GPL-2.0-only */
/* The memory that EFI's runtime services use. */
#ifndef _JH_FACTS_EFI_H
#define _JH_FACTS_EFI_H

#include <linux/types.h>

struct machine_facts;
struct reason;

int jh_facts_add_runtime(struct machine_facts *facts, u64 start, u64 pages, u32 type,
			 u64 attribute, struct reason *why);

#endif
