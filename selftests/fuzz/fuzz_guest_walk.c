// SPDX-License-Identifier: GPL-2.0-only
/* SOURCES: x86/guest_walk.c */
/* OPTIONS: -max_len=704 */
/*
 * The walk through page tables that are all under control of the guest.
 *
 * Input: registers, linear address, number of bytes to read, then four pages, each
 * given by its first 128 bytes and repeated to its end.
 */
#include "guest_walk_long.h"
#include "registers.h"
#include "fuzz.h"

#define NUM_PAGES	4
#define PATTERN		128

struct guest {
	u8 *pages[NUM_PAGES];
	unsigned int maps;
};

/* Any table address is one of four pages; one in eight of them is not the guest's. */
static const void *map(void *ctx, u64 gpa)
{
	struct guest *guest = ctx;

	REQUIRE(!(gpa & 0xfff));
	guest->maps++;
	if (gpa >> 14 & 7)
		return guest->pages[gpa >> 12 & (NUM_PAGES - 1)];
	return NULL;
}

static void take_pages(struct guest *guest, struct fuzz_input *input)
{
	unsigned int i, offset;

	for (i = 0; i < NUM_PAGES; i++) {
		/* On its own, so that a read beyond it is seen. */
		guest->pages[i] = aligned_alloc(4096, 4096);
		REQUIRE(guest->pages[i]);
		fuzz_take(input, guest->pages[i], PATTERN);
		for (offset = PATTERN; offset < 4096; offset += PATTERN)
			memcpy(guest->pages[i] + offset, guest->pages[i], PATTERN);
	}
}

static void check_mapping(const struct guest_paging *paging, u64 gva,
			  const struct guest_mapping *mapping)
{
	REQUIRE(mapping->span == 0x1000 || mapping->span == 0x200000 ||
		mapping->span == 0x400000 || mapping->span == 0x40000000);
	REQUIRE(((mapping->gpa ^ gva) & (mapping->span - 1)) == 0);
	REQUIRE((mapping->gpa & ~(paging->addr_bits | 0xfff)) == 0);
	REQUIRE(mapping->flags <= 7);
	if (!(paging->efer & X86_EFER_LMA))
		REQUIRE(mapping->span != 0x40000000);
}

/* What is read in one piece is what a walk for each byte finds. */
static void check_read(const struct guest_paging *paging, const struct guest_memory *memory,
		       u64 gva, unsigned int size)
{
	struct guest_mapping mapping;
	u8 *buf = malloc(size);
	const u8 *page;
	int i, n;

	REQUIRE(buf);
	n = guest_read(paging, memory, gva, buf, size);
	REQUIRE(n <= (int)size && n != 0);
	for (i = 0; i < n; i++) {
		REQUIRE(guest_walk(paging, memory, gva + (u64)i, &mapping) == 0);
		page = memory->map(memory->ctx, mapping.gpa & ~0xfffULL);
		REQUIRE(page && page[mapping.gpa & 0xfff] == buf[i]);
	}
	free(buf);
}

/* The short way finds the same, or nothing. */
static void check_read_long(const struct guest_paging *paging,
			    const struct guest_memory *memory, u64 gva)
{
	u8 bytes[16], same[16];
	int n;

	if (!(paging->efer & X86_EFER_LMA))
		return;
	n = guest_read(paging, memory, gva, bytes, sizeof(bytes));
	if (n == -ERANGE)
		return;
	if (guest_read_long(paging, memory, gva, same, sizeof(same)))
		REQUIRE(n != sizeof(bytes) || (gva & 0xfff) > 0x1000 - sizeof(bytes));
	else
		REQUIRE(n == sizeof(bytes) && !memcmp(bytes, same, sizeof(same)));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct fuzz_input input = { data, size };
	struct guest guest = { .maps = 0 };
	struct guest_memory memory = { map, &guest };
	struct guest_paging paging;
	struct guest_mapping mapping;
	u64 gva;
	u8 length;
	int i, err;

	fuzz_take(&input, &paging, sizeof(paging));
	fuzz_take(&input, &gva, sizeof(gva));
	fuzz_take(&input, &length, sizeof(length));
	paging.addr_bits = guest_addr_bits(32 + (u8)paging.addr_bits % 21);
	take_pages(&guest, &input);

	err = guest_walk(&paging, &memory, gva, &mapping);
	REQUIRE(err == 0 || err == -EFAULT || err == -EINVAL || err == -ERANGE ||
		err == -EPERM);
	REQUIRE(guest.maps <= 5);
	if (!err) {
		check_mapping(&paging, gva, &mapping);
		check_read(&paging, &memory, gva, length + 1U);
	}
	check_read_long(&paging, &memory, gva);
	for (i = 0; i < NUM_PAGES; i++)
		free(guest.pages[i]);
	return 0;
}
