/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Pages of hypervisor memory, with accounting.
 *
 * Nothing here locks: whoever allocates or frees is the one management operation
 * that is under way, or the one CPU that sets the hypervisor up.
 */
#ifndef _CORE_PAGE_POOL_H
#define _CORE_PAGE_POOL_H

#include "types.h"

/**
 * struct page_pool - physically contiguous pages and which of them are in use
 * @base: virtual address of the first page
 * @base_hpa: its host-physical address
 * @pages: number of pages, those of @bitmap included
 * @used: pages in use, those of @bitmap included
 * @bitmap: bit N set: page N is in use; lies in the first pages of the pool
 * @hint: no page below this one is free
 */
struct page_pool {
	u8 *base;
	u64 base_hpa;
	u32 pages;
	u32 used;
	u64 *bitmap;
	u32 hint;
};

/**
 * page_pool_init() - make a pool of a piece of memory
 * @pool: to be initialized
 * @base: virtual address of the memory, page-aligned
 * @base_hpa: its host-physical address, page-aligned
 * @size: bytes, at least two pages; what goes beyond whole pages is left alone
 *
 * The memory need not be zeroed: pages are when they are allocated.
 */
void page_pool_init(struct page_pool *pool, void *base, u64 base_hpa, size_t size);

/**
 * page_alloc() - take contiguous pages
 * @pool: where from
 * @count: number of pages, 0 gives NULL
 *
 * Return: the zeroed pages, NULL if there are not so many in a row.
 */
void *page_alloc(struct page_pool *pool, unsigned int count);

/**
 * page_alloc_aligned() - take contiguous pages that start at an aligned address
 * @pool: where from
 * @count: number of pages, 0 gives NULL
 * @align_pages: power of two that the host-physical page number is a multiple of
 *
 * Return: the zeroed pages, NULL if there are not so many in a row.
 */
void *page_alloc_aligned(struct page_pool *pool, unsigned int count,
			 unsigned int align_pages);

/**
 * page_free() - give pages back
 * @pool: where they came from
 * @pages: first page; NULL is fine and does nothing
 * @count: number of pages
 *
 * Pages that are not in use, or not of this pool, stay as they are, so that an
 * error cannot make @pool->used wrong.
 */
void page_free(struct page_pool *pool, void *pages, unsigned int count);

/** page_pool_free_pages() - how many pages @pool has left. */
static inline u32 page_pool_free_pages(const struct page_pool *pool)
{
	return pool->pages - pool->used;
}

/** page_hpa() - host-physical address of @page, anywhere in @pool. */
static inline u64 page_hpa(const struct page_pool *pool, const void *page)
{
	return pool->base_hpa + (u64)((const u8 *)page - pool->base);
}

/** page_virt() - virtual address of @hpa, anywhere in @pool. */
static inline void *page_virt(const struct page_pool *pool, u64 hpa)
{
	return pool->base + (hpa - pool->base_hpa);
}

/**
 * page_fill() - fill a page with one byte
 * @page: page-aligned
 * @byte: the byte
 *
 * Faster than memset().
 */
void page_fill(void *page, u8 byte);

#endif
