/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Two memories with a ring each, and their drivers. test_link_ring.c, fuzz_link_ring.c.
 *
 *	page 0		descriptors
 *	page 1		available ring, used ring
 *	pages 2 - 13	buffers
 *	page 14		can be read only
 *	page 15		registers of a device: no RAM
 *	16 and above	foreign
 */
#ifndef SELFTESTS_UNIT_RINGS_H
#define SELFTESTS_UNIT_RINGS_H

#include <stdlib.h>
#include <string.h>

#include "link_ring.h"

#define RAM_PAGES	16U
#define RAM_BYTES	(RAM_PAGES * 4096U)
#define READ_ONLY_PAGE	14U
#define DEVICE_PAGE	15U
#define DESC		0x0000U
#define AVAIL		0x1000U
#define USED		0x1400U
#define BUFFERS		0x2000U

#define F_NEXT		1U
#define F_WRITE		2U
#define F_INDIRECT	4U

struct memory {
	struct link_queue queue;
	struct link_side side;
	void (*on_open)(struct memory *memory);
	unsigned int opens;
	u8 *bytes;
};

static inline u8 *memory_open(struct link_side *side, unsigned int place, u64 gpa, bool write)
{
	struct memory *memory = container_of(side, struct memory, side);
	const u64 page = gpa / 4096;

	memory->opens++;
	if (place >= LINK_NUM_PLACES)
		abort();
	if (memory->on_open)
		memory->on_open(memory);
	if (gpa % 4096 || page >= DEVICE_PAGE || (write && page == READ_ONLY_PAGE))
		return NULL;
	return memory->bytes + gpa;
}

static inline void memory_init(struct memory *memory, u8 *bytes, u16 size, bool event_idx)
{
	memset(memory, 0, sizeof(*memory));
	memset(bytes, 0, RAM_BYTES);
	memory->bytes = bytes;
	memory->side = (struct link_side){ .open = memory_open, .queue = &memory->queue };
	memory->queue = (struct link_queue){
		.ready = 1, .event_idx = event_idx, .size = size,
		.desc = DESC, .driver = AVAIL, .device = USED,
	};
}

static inline void put(struct memory *memory, u64 at, const void *val, size_t size)
{
	memcpy(memory->bytes + at, val, size);
}

static inline u16 ring16(const struct memory *memory, u64 at)
{
	u16 val;

	memcpy(&val, memory->bytes + at, sizeof(val));
	return val;
}

static inline u32 ring32(const struct memory *memory, u64 at)
{
	u32 val;

	memcpy(&val, memory->bytes + at, sizeof(val));
	return val;
}

static inline void set16(struct memory *memory, u64 at, u16 val)
{
	put(memory, at, &val, sizeof(val));
}

static inline void set_desc(struct memory *memory, unsigned int n, u64 gpa, u32 length, u16 flags,
			    u16 next)
{
	put(memory, DESC + 16 * n, &gpa, 8);
	put(memory, DESC + 16 * n + 8, &length, 4);
	set16(memory, DESC + 16 * n + 12, flags);
	set16(memory, DESC + 16 * n + 14, next);
}

static inline void make_available(struct memory *memory, u16 head)
{
	const u16 index = ring16(memory, AVAIL + 2);

	set16(memory, AVAIL + 4 + 2U * (index % memory->queue.size), head);
	set16(memory, AVAIL + 2, (u16)(index + 1));
}

static inline u16 used_index(const struct memory *memory)
{
	return ring16(memory, USED + 2);
}

static inline u32 used_length(const struct memory *memory, unsigned int n)
{
	return ring32(memory, USED + 8 + 8 * (n % memory->queue.size));
}

#endif
