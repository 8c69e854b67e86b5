/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Which handler emulates the device registers at a guest-physical address.
 *
 * Registering and unregistering needs that no CPU looks up meanwhile: the cell's CPUs
 * do not run yet, or are suspended.
 */
#ifndef _CORE_MMIO_H
#define _CORE_MMIO_H

#include "types.h"
#include "page_pool.h"

/**
 * struct mmio_access - one access to an emulated register
 * @gpa: guest-physical address
 * @width: bytes: 1, 2, 4 or 8
 * @is_write: the guest writes @value
 * @value: what is written, or receives what is read
 */
struct mmio_access {
	u64 gpa;
	unsigned int width;
	bool is_write;
	u64 value;
};

/**
 * typedef mmio_handler - emulates one access
 * @arg: what it was registered with
 * @access: the access, wholly inside the registered range
 *
 * Return: 0 when it is done, -EPERM when the cell must not do that. -EAGAIN: the instruction is
 * to be executed again.
 */
typedef int (*mmio_handler)(void *arg, struct mmio_access *access);

/**
 * struct mmio_region - a range of emulated registers
 * @start: guest-physical address of the first byte
 * @size: bytes
 * @handler: emulates accesses
 * @arg: its first argument
 */
struct mmio_region {
	u64 start;
	u64 size;
	mmio_handler handler;
	void *arg;
};

/**
 * struct mmio_table - all ranges of a cell
 * @regions: by ascending start, without overlap
 * @count: entries in use
 * @capacity: entries that there is room for
 */
struct mmio_table {
	struct mmio_region *regions;
	unsigned int count;
	unsigned int capacity;
};

/**
 * mmio_init() - make an empty table, of one page
 * @table: to be initialized
 * @pool: where the page comes from
 *
 * Return: 0, or -ENOMEM; mmio_destroy() is fine then as well.
 */
int mmio_init(struct mmio_table *table, struct page_pool *pool);

/** mmio_destroy() - free @table; one that is zeroed is fine. */
void mmio_destroy(struct mmio_table *table, struct page_pool *pool);

/**
 * mmio_register() - have a range of addresses emulated
 * @table: of the cell
 * @start: guest-physical address of the first byte
 * @size: bytes
 * @handler: emulates accesses
 * @arg: its first argument
 *
 * Return: 0. -EINVAL: @size is 0, or the range wraps. -EEXIST: overlaps another one.
 * -ENOSPC: the table is full.
 */
int mmio_register(struct mmio_table *table, u64 start, u64 size,
		  mmio_handler handler, void *arg);

/** mmio_unregister() - forget the range at @start; none there is fine. */
void mmio_unregister(struct mmio_table *table, u64 start);

/** mmio_contains() - do all @width bytes from @gpa on lie in @region? */
static inline bool mmio_contains(const struct mmio_region *region, u64 gpa, unsigned int width)
{
	u64 offset = gpa - region->start;

	return offset < region->size && width <= region->size - offset;
}

/**
 * mmio_find() - who emulates an access
 * @table: of the cell
 * @gpa: guest-physical address
 * @width: bytes
 *
 * Takes O(log n), reads @table only: any CPU of the cell, any time.
 *
 * Return: the range that the access lies in with all its bytes, NULL if there is none.
 */
const struct mmio_region *mmio_find(const struct mmio_table *table, u64 gpa,
				    unsigned int width);

#endif
