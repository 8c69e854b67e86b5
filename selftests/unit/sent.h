/* SPDX-License-Identifier: GPL-2.0-only */
/* Interrupts that the hypervisor sends: how many, and the last one. */
#ifndef SELFTESTS_SENT_H
#define SELFTESTS_SENT_H

#include "types.h"

static unsigned int sent;
static u32 last_low, last_dest;

static void send(u32 low, u32 dest)
{
	sent++;
	last_low = low;
	last_dest = dest;
}

#endif
