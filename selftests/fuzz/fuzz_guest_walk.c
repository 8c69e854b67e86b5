// SPDX-License-Identifier: GPL-2.0-only
/* SOURCES: x86/guest_walk.c */
/* OPTIONS: -max_len=704 */
/*
 * The walk through page tables that are all under control of the guest.
 *
 * Input: registers, linear address, number of bytes to read, then four pages, each
 * given by its first 128 bytes and repeated to its end.
 */
#include "guest_walk.h"
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

/* Tables there cannot be written in one case of two. */
static void *map_write(void *ctx, u64 gpa)
{
	return gpa >> 17 & 1 ? NULL : (void *)map(ctx, gpa);
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

/* Bits are set once, in all entries on the way, and lead nowhere else. */
static void check_accessed(const struct guest_paging *paging, const struct guest_memory *memory,
			   u64 gva, const struct guest_access *access)
{
	struct guest_mapping mapping, again;
	u32 fault, n;
	int err;

	REQUIRE(guest_walk(paging, memory, gva, &mapping) == 0);
	REQUIRE(mapping.levels <= GUEST_MAX_LEVELS);
	fault = guest_check_access(paging, &mapping, access);
	REQUIRE(!fault || (fault & ~GUEST_FAULT_KEY) ==
		(guest_fault(access, 0) | GUEST_FAULT_PRESENT));
	err = guest_set_accessed(paging, memory, &mapping, access->write);
	REQUIRE(err == 0 || err == -EAGAIN || err == -EPERM);
	REQUIRE(guest_walk(paging, memory, gva, &again) == 0);
	REQUIRE(again.gpa == mapping.gpa && again.flags == mapping.flags);
	for (n = 0; !err && n < again.levels; n++)
		REQUIRE(again.entry[n] & GUEST_PTE_ACCESSED);
	REQUIRE(err || !access->write || !again.levels ||
		(again.entry[again.levels - 1] & GUEST_PTE_DIRTY));
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
	struct guest_memory memory = { map, map_write, &guest };
	struct guest_access access;
	struct guest_paging paging;
	struct guest_mapping mapping;
	u64 gva;
	u8 length, rights;
	int i, err;

	fuzz_take(&input, &paging, sizeof(paging));
	fuzz_take(&input, &gva, sizeof(gva));
	fuzz_take(&input, &length, sizeof(length));
	paging.addr_bits = guest_addr_bits(32 + (u8)paging.addr_bits % 21);
	take_pages(&guest, &input);
	fuzz_take(&input, &rights, sizeof(rights));
	access = (struct guest_access){
		.write = rights & 1, .user = rights & 2, .ac = rights & 4,
		.pkru = rights * 0x01010101U, .pkrs = ~(rights * 0x01010101U),
	};

	err = guest_walk(&paging, &memory, gva, &mapping);
	REQUIRE(err == 0 || err == -EFAULT || err == -EINVAL || err == -ERANGE ||
		err == -EPERM);
	REQUIRE(guest.maps <= 5);
	if (!err) {
		check_mapping(&paging, gva, &mapping);
		check_read(&paging, &memory, gva, length + 1U);
		check_accessed(&paging, &memory, gva, &access);
	}
	check_read_long(&paging, &memory, gva);
	for (i = 0; i < NUM_PAGES; i++)
		free(guest.pages[i]);
	return 0;
}
