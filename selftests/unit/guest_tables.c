// SPDX-License-Identifier: GPL-2.0-only
/* SOURCES: x86/guest_walk.c */
/* A guest's memory, and page tables in it. */
#include <string.h>
#include "guest_tables.h"

u8 ram[PAGES][4096] __aligned(4096);
u64 ram_base = BASE;
unsigned int maps;

static const void *map(void *ctx, u64 gpa)
{
	CHECK(ctx == ram);
	CHECK_EQ(gpa & 0xfff, 0);
	maps++;
	if (gpa < ram_base || gpa - ram_base >= sizeof(ram))
		return NULL;
	return ram[(gpa - ram_base) / 4096];
}

static void *map_write(void *ctx, u64 gpa)
{
	return gpa == ram_base + (PAGES - 1) * 4096ULL ? NULL : (void *)map(ctx, gpa);
}

const struct guest_memory memory = { map, map_write, ram };

u64 page(unsigned int n)
{
	return ram_base + n * 4096ULL;
}

void set64(unsigned int n, unsigned int index, u64 entry)
{
	memcpy(&ram[n][index * 8], &entry, 8);
}

u64 get64(unsigned int n, unsigned int index)
{
	u64 entry;

	memcpy(&entry, &ram[n][index * 8], 8);
	return entry;
}

void set32(unsigned int n, unsigned int index, u64 entry)
{
	u32 low = (u32)entry;

	memcpy(&ram[n][index * 4], &low, 4);
}

struct guest_paging long_mode(bool la57)
{
	struct guest_paging paging = {
		.cr0 = PG, .cr3 = page(0) | 0x1f, .cr4 = X86_CR4_PAE, .efer = LONG_MODE,
		.addr_bits = guest_addr_bits(40),
	};

	memset(ram, 0, sizeof(ram));
	set64(0, 1, page(1) | 7);
	set64(1, 2, page(2) | 7);
	set64(1, 3, 0x80000000ULL | 0x1087);	/* 1G; bit 12 is the PAT bit */
	set64(2, 3, page(3) | 7);
	set64(2, 4, 0x40200000ULL | 0x1087);	/* 2M */
	set64(3, 4, page(8) | 0xe7);
	if (la57) {
		paging.cr4 |= X86_CR4_LA57;
		paging.cr3 = page(4) | 0x1f;
		set64(4, 5, page(0) | 7);
	}
	return paging;
}
