/* SPDX-License-Identifier: GPL-2.0-only */
/* A table that interrupts of devices go by. */
#ifndef SELFTESTS_UNIT_FAKE_REMAP_H
#define SELFTESTS_UNIT_FAKE_REMAP_H

#include <string.h>
#include "errno.h"
#include "remap.h"

#define FAKE_ROOT_END	0x20U
#define FAKE_ENTRIES	0x80U
#define FAKE_ID_END	0x100000U
#define FAKE_MOST	(FAKE_ENTRIES - FAKE_ROOT_END)

/* Entries, what of them is taken, and how often one was set. */
static struct fake_entry {
	u16 source;
	u32 dest, low;
} fake_entries[FAKE_ENTRIES];
static unsigned int fake_taken, fake_sets;

static int fake_take(__maybe_unused u32 source, unsigned int count)
{
	if (FAKE_ROOT_END + fake_taken + count > FAKE_ENTRIES)
		return -ENOSPC;
	fake_taken += count;
	return (int)(FAKE_ROOT_END + fake_taken - count);
}

static void fake_release(__maybe_unused u16 source, __maybe_unused unsigned int first,
			 unsigned int count)
{
	fake_taken -= count;
}

static void fake_set(unsigned int index, u16 source, u32 dest, u32 low)
{
	fake_sets++;
	fake_entries[index] = (struct fake_entry) { source, dest, low };
}

static void fake_clear(__maybe_unused u16 source, unsigned int first, unsigned int count)
{
	memset(&fake_entries[first], 0, count * sizeof(fake_entries[0]));
}

static void fake_message(unsigned int index, bool several, u64 *address, u32 *data)
{
	*address = remap_message(index, several);
	if (several)
		*data = 0;
}

static const struct remap fake_remap = {
	FAKE_ID_END, FAKE_MOST, true, false, FAKE_ROOT_END, fake_take, fake_release, fake_set,
	fake_clear, fake_message,
};

static inline void fake_remap_reset(void)
{
	memset(fake_entries, 0, sizeof(fake_entries));
	fake_taken = 0;
	fake_sets = 0;
}

#endif
