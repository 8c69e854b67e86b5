/* SPDX-License-Identifier: GPL-2.0-only */
/* An IOMMU of AMD's, which reads its tables and buffers as hardware does. */
#ifndef SELFTESTS_UNIT_FAKE_AMDVI_H
#define SELFTESTS_UNIT_FAKE_AMDVI_H

#include "amdvi/amdvi.h"

/* What an access reaches that is denied. */
#define FAKE_DENIED	(~0ULL)

/* An interrupt that is not remapped. */
#define FAKE_PASSED	(~1ULL)

/**
 * struct fake_amdvi - state of the unit
 * @features: register FEATURES
 * @control: register CONTROL
 * @exclusion: register EXCLUSION
 * @table: register DEVICE_TABLE
 * @commands: register COMMANDS
 * @log: register LOG
 * @status: register STATUS
 * @command_head: register COMMAND_HEAD
 * @command_tail: register COMMAND_TAIL
 * @log_head: register LOG_HEAD
 * @log_tail: register LOG_TAIL
 * @flushes: how often it was told to invalidate all, or interrupts
 * @dead_after: as many commands, on and off, and it does nothing more; 0: lives
 * @revives: only until somebody says that it does not answer
 * @domain: what the last access went by
 * @now: time
 * @story: what it was told to do
 */
struct fake_amdvi {
	u64 features, control, exclusion, table, commands, log;
	u32 status, command_head, command_tail, log_head, log_tail;
	unsigned int flushes, dead_after, domain;
	bool revives;
	u64 now;
	char story[256];
};

extern struct fake_amdvi fake_amdvi;
extern struct page_pool fake_pool;

/* A unit that is off, and what the hypervisor has of one before it has looked. */
struct iommu_unit *fake_amdvi_boot(void);

/* What was said last. */
const char *fake_amdvi_error(void);

/* What of system management messages of a function passes, as its entry has it (SysMgt). */
unsigned int fake_amdvi_messages(u16 bdf);

/*
 * Where an access arrives: by the entry of the function and its page tables, which are read
 * anew only after they were invalidated; or FAKE_DENIED.
 */
u64 fake_amdvi_access(u16 bdf, bool write, u64 address);

/*
 * What comes of a message with that data, in APIC id << 32 | vector: by the function's table of
 * interrupts, likewise; FAKE_PASSED or FAKE_DENIED.
 */
u64 fake_amdvi_interrupt(u16 bdf, u32 data);

/* Something happens; @late: it says so before the event is in memory. */
void fake_amdvi_event(u64 low, u64 address, bool late);

#endif
