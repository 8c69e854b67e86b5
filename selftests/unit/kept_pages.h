/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Pages of a guest's memory that the hypervisor maps for itself, percpu_kept, as a page table
 * would: they are the guest's memory, not copies. For one file of a program.
 */
#ifndef SELFTESTS_KEPT_PAGES_H
#define SELFTESTS_KEPT_PAGES_H

#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <unistd.h>
#include "percpu.h"

u8 percpu_kept[PERCPU_KEPT_PAGES][4096] __aligned(4096);
static u64 kept_ptes[PERCPU_KEPT_PAGES];
static int kept_fd = -1;

static void kept_map(void *at, size_t size, int protection, u64 offset)
{
	if (mmap(at, size, protection, MAP_SHARED | MAP_FIXED, kept_fd, (off_t)offset) != at)
		abort();
}

/* The first time, @ram gets memory that can be mapped twice. Nothing is kept then. */
static void kept_begin(u8 *ram, size_t size)
{
	if (kept_fd < 0) {
		FILE *file = tmpfile();

		if (!file)
			abort();
		kept_fd = fileno(file);
		if (ftruncate(kept_fd, (off_t)size))
			abort();
		kept_map(ram, size, PROT_READ | PROT_WRITE, 0);
	}
	for (size_t n = 0; n < PERCPU_KEPT_PAGES; n++)
		kept_ptes[n] = 0;
}

/*
 * After INVLPG of @gva: RAM of the guest's that begins at @ram_hpa is there, or nothing. Return:
 * true if @gva is such a page, and shows something.
 */
static bool kept_show(const void *gva, u64 ram_hpa)
{
	u64 n = (u64)((const u8 *)gva - percpu_kept[0]) / 4096;

	if (n >= PERCPU_KEPT_PAGES)
		return false;
	if (kept_ptes[n])
		kept_map(percpu_kept[n], 4096, PROT_READ | (kept_ptes[n] & 2 ? PROT_WRITE : 0),
			 (kept_ptes[n] & 0xffffffffff000ULL) - ram_hpa);
	else if (mprotect(percpu_kept[n], 4096, PROT_NONE))
		abort();
	return kept_ptes[n];
}

#endif
