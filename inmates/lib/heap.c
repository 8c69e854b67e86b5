// SPDX-License-Identifier: GPL-2.0-only
/*
 * Memory to be had at run time: what is left of the first 640 KiB behind the program's data, or
 * another range. Blocks lie one behind the other, each behind its head; the first free one that is
 * large enough is taken, and free neighbours become one when somebody comes by.
 */
#include "inmate.h"

/* Also the smallest block: what is allocated is aligned to it. */
#define UNIT		16U
#define RAM_END		0xa0000UL

/**
 * struct head - before each block
 * @size: bytes of the block and of this, a multiple of UNIT
 * @used: somebody has it
 */
struct head {
	size_t size;
	size_t used;
};

static struct head *first, *end;
static u32 lock;

static void enter(void)
{
	while (__atomic_exchange_n(&lock, 1, __ATOMIC_ACQUIRE))
		cpu_relax();
}

static void leave(void)
{
	__atomic_store_n(&lock, 0, __ATOMIC_RELEASE);
}

static struct head *behind(struct head *head)
{
	return (struct head *)((char *)head + head->size);
}

/**
 * heap_init() - have malloc() use other memory
 * @start: first byte
 * @size: bytes
 *
 * Before the first malloc(), or when nothing of it is in use.
 */
void heap_init(void *start, size_t size)
{
	const u64 from = ALIGN_UP((u64)start, UNIT), to = ALIGN_DOWN((u64)start + size, UNIT);

	first = (struct head *)from;
	end = (struct head *)to;
	first->size = to - from;
	first->used = false;
}

static void merge(struct head *head)
{
	while (!head->used && behind(head) < end && !behind(head)->used)
		head->size += behind(head)->size;
}

/* What is left of a block, if it is worth a head, is a free one. */
static void split(struct head *head, size_t size)
{
	struct head *rest;

	if (head->size < size + 2 * UNIT)
		return;
	rest = (struct head *)((char *)head + size);
	rest->size = head->size - size;
	rest->used = false;
	head->size = size;
}

static struct head *take(size_t size)
{
	struct head *head;

	for (head = first; head < end; head = behind(head)) {
		merge(head);
		if (head->used || head->size < size)
			continue;
		split(head, size);
		head->used = true;
		return head;
	}
	return NULL;
}

/**
 * malloc() - have memory
 * @size: bytes
 *
 * Any CPU, but no interrupt handler. Takes as long as there are blocks.
 *
 * Return: aligned to 16 bytes; NULL if there is no block of that size.
 */
void *malloc(size_t size)
{
	struct head *head = NULL;

	enter();
	if (!first)
		heap_init(bss_end, RAM_END - (u64)bss_end);
	if (size <= (size_t)((char *)end - (char *)first))
		head = take(ALIGN_UP(size, UNIT) + sizeof(struct head));
	leave();
	return head ? head + 1 : NULL;
}

/** free() - give back what malloc() returned; NULL is nothing */
void free(void *block)
{
	enter();
	if (block)
		((struct head *)block - 1)->used = false;
	leave();
}
