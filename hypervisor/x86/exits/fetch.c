// SPDX-License-Identifier: GPL-2.0-only
/*
 * The instruction that an exit has to carry out: fetched from the guest's memory, through the
 * guest's own page tables, and decoded.
 *
 * This is what an access to an emulated device spends most of its time on, and what a driver
 * does over and over with the same few instructions. So two things are remembered. The
 * decoder's cache compares bytes: if they are the same, so is what they mean. And the pages
 * that the walk went through stay mapped (guest_pages.h). The guest's own tables are read anew
 * each time: other CPUs of it may change them, and tell nobody but each other.
 */
#include "fetch.h"
#include "errno.h"
#include "exits.h"
#include "guest_memory.h"
#include "guest_pages.h"
#include "guest_walk.h"
#include "vector_move.h"

/* In 64-bit code, without crossing a page. Return: 0, or anything if it has to be the slow way. */
static int fetch_64(u64 rip, u8 bytes[FETCH_SIZE])
{
	struct guest_pages pages = guest_pages_begin(GUEST_PAGES_CODE);
	struct guest_memory memory = { .map = guest_pages_map, .ctx = &pages };
	struct guest_paging paging = {
		/*
		 * 64-bit code is in long mode. If there is no NX bit, the CPU itself has
		 * found it clear.
		 */
		.efer = X86_EFER_LMA | X86_EFER_NXE,
		.cr3 = guest_cr3(),
		.cr4 = x86_has_la57 ? guest_cr4() : 0,
		.addr_bits = x86_addr_bits,
	};

	return guest_read_long(&paging, &memory, rip, bytes, FETCH_SIZE);
}

int fetch_code(u64 rip, enum insn_mode mode, u8 bytes[FETCH_SIZE])
{
	if (mode == INSN_MODE_64 && !fetch_64(rip, bytes))
		return INSN_MAX_LENGTH;
	/* In 64-bit code, the base does not count. */
	if (mode != INSN_MODE_64)
		rip += guest_segment_base(INSN_CS);
	return guest_read_code(rip, bytes, INSN_MAX_LENGTH);
}

/* Linux moves memory by vector registers seldom, but where it does, over and over. */
static int decode(const u8 *bytes, size_t size, enum insn_mode mode, struct insn **insn)
{
	int err = insn_decode_cached(&this_percpu()->insn_cache, bytes, size, mode, insn);

	if (err != INSN_UNSUPPORTED)
		return err;
	err = vector_move_decode(bytes, size, mode, *insn);
	if (!err)
		insn_cache_keep(container_of(*insn, struct insn_cache_entry, insn), bytes, size,
				mode);
	return err;
}

/*
 * An instruction may end right before a page that cannot be read: fewer bytes than the longest
 * instruction has are no error, as long as the decoder finds a whole one in them.
 */
int fetch_instruction(u64 rip, struct insn **insn)
{
	enum insn_mode mode = guest_code_mode();
	u8 bytes[FETCH_SIZE];
	int size = fetch_code(rip, mode, bytes);

	/* It was there: the CPU is to look again. */
	if (size < 0)
		return size == -EFAULT ? -ESTALE : size;
	return decode(bytes, (size_t)size, mode, insn);
}
