// SPDX-License-Identifier: GPL-2.0-only
/* Page allocator: first fit over a bitmap, from the lowest page that may be free on. */
#include "page_pool.h"

#define WORD_BITS	64U

static bool page_in_use(const struct page_pool *pool, u32 page)
{
	return pool->bitmap[page / WORD_BITS] & BIT_ULL(page % WORD_BITS);
}

static void mark(struct page_pool *pool, u32 page, u32 count, bool in_use)
{
	for (; count--; page++) {
		if (page_in_use(pool, page) == in_use)
			continue;
		pool->bitmap[page / WORD_BITS] ^= BIT_ULL(page % WORD_BITS);
		pool->used += in_use ? 1U : ~0U;
	}
}

/* The first page in [page, end) that is in use, or is free; @end if there is none. */
static u32 next_page(const struct page_pool *pool, u32 page, u32 end, bool in_use)
{
	const u64 flip = in_use ? 0 : ~0ULL;
	u64 word;

	while (page < end) {
		word = (pool->bitmap[page / WORD_BITS] ^ flip) >> page % WORD_BITS;
		if (word)
			return MIN(end, page + (u32)__builtin_ctzll(word));
		page = (page / WORD_BITS + 1) * WORD_BITS;
	}
	return end;
}

void page_pool_init(struct page_pool *pool, void *base, u64 base_hpa, size_t size)
{
	u32 bitmap_pages, i;

	pool->base = base;
	pool->base_hpa = base_hpa;
	pool->pages = (u32)(size >> PAGE_SHIFT);
	pool->used = 0;
	pool->bitmap = base;
	pool->hint = 0;

	bitmap_pages = (u32)(ALIGN_UP(pool->pages, PAGE_SIZE * 8) / (PAGE_SIZE * 8));
	for (i = 0; i < bitmap_pages; i++)
		page_fill(pool->base + i * PAGE_SIZE, 0);
	mark(pool, 0, bitmap_pages, true);
}

/* The first page from @page on whose host-physical page number is aligned. */
static u32 align_page(const struct page_pool *pool, u32 page, u32 align_pages)
{
	const u64 first = pool->base_hpa >> PAGE_SHIFT;

	return (u32)(ALIGN_UP(first + page, align_pages) - first);
}

/* First page of @count free ones; leaves the hint at the first free page. */
static bool find_run(struct page_pool *pool, u32 count, u32 align_pages, u32 *run)
{
	u32 page, used;

	pool->hint = next_page(pool, pool->hint, pool->pages, false);
	page = align_page(pool, pool->hint, align_pages);
	while (page < pool->pages && count <= pool->pages - page) {
		used = next_page(pool, page, page + count, true);
		if (used == page + count) {
			*run = page;
			return true;
		}
		page = next_page(pool, used, pool->pages, false);
		page = align_page(pool, page, align_pages);
	}
	return false;
}

void *page_alloc_aligned(struct page_pool *pool, unsigned int count,
			 unsigned int align_pages)
{
	u8 *pages;
	u32 first, i;

	if (!count || !find_run(pool, count, align_pages, &first))
		return NULL;

	mark(pool, first, count, true);
	if (first == pool->hint)
		pool->hint += count;

	pages = pool->base + first * PAGE_SIZE;
	for (i = 0; i < count; i++)
		page_fill(pages + i * PAGE_SIZE, 0);
	return pages;
}

void *page_alloc(struct page_pool *pool, unsigned int count)
{
	return page_alloc_aligned(pool, count, 1);
}

void page_free(struct page_pool *pool, void *pages, unsigned int count)
{
	const u64 offset = (u64)((u8 *)pages - pool->base);
	const u32 first = (u32)(offset >> PAGE_SHIFT);

	if (!pages || offset >= pool->pages * PAGE_SIZE || count > pool->pages - first)
		return;
	mark(pool, first, count, false);
	pool->hint = MIN(pool->hint, first);
}

void page_fill(void *page, u8 byte)
{
	/* The size is a constant, so that the compiler makes a string instruction of it. */
	__builtin_memset(page, byte, PAGE_SIZE);
}
