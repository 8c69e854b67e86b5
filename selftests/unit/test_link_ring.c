// SPDX-License-Identifier: GPL-2.0-only
/* SOURCES: core/copy.c core/link_ring.c */
/* LIBS: pthread */
/* Frames from ring to ring, with drivers that are honest, wrong, or hostile. */
#include <pthread.h>

#include "unit.h"
#include "errno.h"
#include "rings.h"

#define SIZE		8U
#define HEADER		LINK_HEADER_SIZE

static u8 tx_bytes[RAM_BYTES], rx_bytes[RAM_BYTES];
static struct memory tx, rx;

static void begin(void)
{
	memory_init(&tx, tx_bytes, SIZE, true);
	memory_init(&rx, rx_bytes, SIZE, true);
}

static void fill(struct memory *memory, u64 at, u32 size, u8 seed)
{
	u32 n;

	for (n = 0; n < size; n++)
		memory->bytes[at + n] = (u8)(seed + n * 7 + n / 256);
}

static bool filled(const struct memory *memory, u64 at, u32 size, u8 seed)
{
	u32 n;

	for (n = 0; n < size; n++)
		if (memory->bytes[at + n] != (u8)(seed + n * 7 + n / 256))
			return false;
	return true;
}

/* One buffer with header and frame. */
static void send(u32 length)
{
	set_desc(&tx, 0, BUFFERS, HEADER + length, 0, 0);
	fill(&tx, BUFFERS, HEADER, 0xa0);
	fill(&tx, BUFFERS + HEADER, length, 3);
	make_available(&tx, 0);
}

static void offer(u32 length)
{
	set_desc(&rx, 1, BUFFERS, length, F_WRITE, 0);
	memset(rx.bytes + BUFFERS, 0xee, 0x3000);
	make_available(&rx, 1);
}

static enum link_result move(void)
{
	if (!link_side_open(&tx.side))
		return LINK_TX_BROKEN;
	if (!link_side_open(&rx.side))
		return LINK_RX_BROKEN;
	return link_move(&tx.side, &rx.side);
}

/* How many entries wait at the sender; its driver is to notify of another one. */
static int waiting(void)
{
	CHECK(link_side_open(&tx.side));
	return link_ask_notify(&tx.side, 0);
}

UNIT(a_frame_arrives_with_a_header_of_ours)
{
	static const u8 header[HEADER] = { [10] = 1 };

	begin();
	send(60);
	offer(1530);
	CHECK_EQ(move(), LINK_MOVED);
	CHECK(!memcmp(rx.bytes + BUFFERS, header, HEADER));
	CHECK(filled(&rx, BUFFERS + HEADER, 60, 3));
	CHECK_EQ(rx.bytes[BUFFERS + HEADER + 60], 0xee);
	CHECK_EQ(used_index(&rx), 1);
	CHECK_EQ(ring32(&rx, USED + 4), 1);
	CHECK_EQ(used_length(&rx, 0), HEADER + 60);
	CHECK_EQ(used_index(&tx), 1);
	CHECK_EQ(ring32(&tx, USED + 4), 0);
	CHECK_EQ(used_length(&tx, 0), 0);
	CHECK_EQ(move(), LINK_IDLE);
}

UNIT(frames_have_a_smallest_and_a_largest_size)
{
	static const struct {
		u32 length;
		enum link_result result;
	} rows[] = {
		{ 0, LINK_DROPPED }, { LINK_FRAME_MIN - 1, LINK_DROPPED },
		{ LINK_FRAME_MIN, LINK_MOVED }, { LINK_FRAME_MAX, LINK_MOVED },
		{ LINK_FRAME_MAX + 1, LINK_DROPPED }, { 0x3000, LINK_DROPPED },
	};
	size_t n;

	for (n = 0; n < ARRAY_SIZE(rows); n++) {
		unit_row("%u bytes", rows[n].length);
		begin();
		send(rows[n].length);
		offer(0x3000);
		CHECK_EQ(move(), rows[n].result);
		CHECK_EQ(used_index(&tx), 1);
		CHECK_EQ(used_index(&rx), rows[n].result == LINK_MOVED);
	}
}

UNIT(a_frame_that_does_not_fit_leaves_the_buffer)
{
	begin();
	send(100);
	offer(HEADER + 99);
	CHECK_EQ(move(), LINK_DROPPED);
	CHECK_EQ(used_index(&rx), 0);
	send(99);
	CHECK_EQ(move(), LINK_MOVED);
	CHECK(filled(&rx, BUFFERS + HEADER, 99, 3));
	/* Not even the header. */
	begin();
	send(100);
	offer(HEADER - 1);
	CHECK_EQ(move(), LINK_DROPPED);
}

/* A byte a descriptor, some of none, and buffers that cross pages, on both sides. */
UNIT(buffers_are_cut_as_drivers_like)
{
	static const struct { u64 gpa; u32 length; } to[] = {
		{ 0x2fff, 1 }, { 0x3000, 0 }, { 0x2ff0, 12 }, { 0x3ffe, 4 }, { 0x5000, 1500 },
	};
	unsigned int n;

	begin();
	fill(&tx, 0x2ff5, HEADER + 80, (u8)(3 - HEADER * 7));
	set_desc(&tx, 0, 0x2ff5, 5, F_NEXT, 3);
	set_desc(&tx, 3, 0x2ffa, 0, F_NEXT, 2);
	set_desc(&tx, 2, 0x2ffa, 40, F_NEXT, 7);
	set_desc(&tx, 7, 0x3022, HEADER + 80 - 45, 0, 9);
	make_available(&tx, 0);
	for (n = 0; n < ARRAY_SIZE(to); n++)
		set_desc(&rx, n, to[n].gpa, to[n].length,
			 F_WRITE | (n + 1 < ARRAY_SIZE(to) ? F_NEXT : 0), (u16)(n + 1));
	make_available(&rx, 0);
	CHECK_EQ(move(), LINK_MOVED);
	CHECK_EQ(used_length(&rx, 0), HEADER + 80);
	/* The header took the first 12 bytes, which end within the third buffer. */
	CHECK(filled(&rx, 0x2ffb, 1, 3));
	CHECK(filled(&rx, 0x3ffe, 4, (u8)(3 + 7)));
	CHECK(filled(&rx, 0x5000, 75, (u8)(3 + 5 * 7)));
}

UNIT(without_a_buffer_the_frame_waits)
{
	begin();
	send(60);
	CHECK_EQ(move(), LINK_NO_BUFFER);
	CHECK_EQ(used_index(&tx), 0);
	CHECK_EQ(waiting(), 1);
	offer(1530);
	CHECK_EQ(move(), LINK_MOVED);
	send(60);
	CHECK_EQ(link_move(&tx.side, NULL), LINK_DROPPED);
	CHECK_EQ(used_index(&tx), 2);
	CHECK_EQ(link_move(&tx.side, NULL), LINK_IDLE);
}

UNIT(rings_go_round_and_counters_wrap)
{
	unsigned int n;

	begin();
	for (n = 0; n < 0x10000 + 3 * SIZE; n++) {
		send(14 + n % 100);
		offer(1530);
		if (!CHECK_EQ(move(), LINK_MOVED))
			return;
		if (!CHECK_EQ(used_length(&rx, n), HEADER + 14 + n % 100))
			return;
	}
	CHECK_EQ(used_index(&rx), 3 * SIZE);
}

/*
 * What no driver does
 */

/* One descriptor of either side. */
struct bad_row {
	const char *what;
	u64 gpa;
	u32 length;
	u16 flags;
	u16 next;
};

static const struct bad_row bad_rows[] = {
	{ "foreign memory", RAM_BYTES, 100, 0, 0 },
	{ "far beyond", 0x7fffffffff000, 100, 0, 0 },
	{ "crosses into foreign memory", RAM_BYTES - 4, 100, 0, 0 },
	{ "a device", DEVICE_PAGE * 4096, 100, 0, 0 },
	{ "from RAM into a device", DEVICE_PAGE * 4096 - 50, 100, 0, 0 },
	{ "wraps", ~0ULL - 10, 100, 0, 0 },
	{ "the last byte there is", ~0ULL, 1, 0, 0 },
	{ "a loop", BUFFERS, 1, F_NEXT, 4 },
	{ "a loop of nothing", BUFFERS, 0, F_NEXT, 4 },
	{ "next is beyond the table", BUFFERS, 1, F_NEXT, SIZE },
	{ "next is far beyond", BUFFERS, 1, F_NEXT, 0xffff },
	{ "indirect", BUFFERS, 16, F_INDIRECT, 0 },
	{ "indirect and next", BUFFERS, 16, F_INDIRECT | F_NEXT, 5 },
};

UNIT(malformed_chains_of_the_sender_stop_it)
{
	const struct bad_row *row;

	for (row = bad_rows; row < bad_rows + ARRAY_SIZE(bad_rows); row++) {
		unit_row("%s", row->what);
		begin();
		offer(0x3000);
		set_desc(&tx, 4, row->gpa, row->length, row->flags, row->next);
		make_available(&tx, 4);
		CHECK_EQ(move(), LINK_TX_BROKEN);
		CHECK_EQ(used_index(&tx), 0);
		CHECK_EQ(used_index(&rx), 0);
	}
	begin();
	offer(0x3000);
	set_desc(&tx, 4, BUFFERS, 100, F_WRITE, 0);
	make_available(&tx, 4);
	CHECK_EQ(move(), LINK_TX_BROKEN);
}

UNIT(malformed_chains_of_the_receiver_stop_it)
{
	const struct bad_row *row;

	for (row = bad_rows; row < bad_rows + ARRAY_SIZE(bad_rows); row++) {
		unit_row("%s", row->what);
		begin();
		send(1500);
		set_desc(&rx, 4, row->gpa, row->length, row->flags | F_WRITE, row->next);
		make_available(&rx, 4);
		CHECK_EQ(move(), LINK_RX_BROKEN);
		CHECK_EQ(used_index(&tx), 0);
		CHECK_EQ(used_index(&rx), 0);
	}
	begin();
	send(60);
	set_desc(&rx, 4, BUFFERS, 100, 0, 0);
	make_available(&rx, 4);
	CHECK_EQ(move(), LINK_RX_BROKEN);
	begin();
	send(60);
	set_desc(&rx, 4, READ_ONLY_PAGE * 4096, 100, F_WRITE, 0);
	make_available(&rx, 4);
	CHECK_EQ(move(), LINK_RX_BROKEN);
}

/* What can only be read can be sent. */
UNIT(read_only_memory_can_be_sent)
{
	begin();
	offer(1530);
	set_desc(&tx, 4, READ_ONLY_PAGE * 4096, 100, 0, 0);
	make_available(&tx, 4);
	CHECK_EQ(move(), LINK_MOVED);
}

/* The frame in it may be read, and is; the used ring may not be written. */
UNIT(what_is_open_to_be_read_is_not_written)
{
	const u64 page = READ_ONLY_PAGE * 4096;

	begin();
	offer(1530);
	tx.queue.device = page;
	set_desc(&tx, 4, page + 0x800, 100, 0, 0);
	make_available(&tx, 4);
	CHECK_EQ(move(), LINK_TX_BROKEN);
	CHECK_EQ(ring16(&tx, page + 2), 0);
	CHECK_EQ(ring32(&tx, page + 4), 0);
}

UNIT(a_huge_buffer_is_no_huge_frame)
{
	begin();
	offer(0x3000);
	set_desc(&tx, 4, BUFFERS, 0xffffffff, 0, 0);
	make_available(&tx, 4);
	CHECK_EQ(move(), LINK_DROPPED);
	begin();
	send(60);
	set_desc(&rx, 4, BUFFERS, 0xffffffff, F_WRITE, 0);
	make_available(&rx, 4);
	CHECK_EQ(move(), LINK_MOVED);
}

UNIT(rings_have_no_more_than_they_have)
{
	begin();
	set16(&tx, AVAIL + 2, SIZE);
	CHECK_EQ(waiting(), SIZE);
	set16(&tx, AVAIL + 2, SIZE + 1);
	CHECK_EQ(waiting(), -EINVAL);
	CHECK_EQ(move(), LINK_TX_BROKEN);
	set16(&tx, AVAIL + 2, 0xffff);
	CHECK_EQ(move(), LINK_TX_BROKEN);
	begin();
	send(60);
	set16(&rx, AVAIL + 2, 0xffff);
	CHECK_EQ(move(), LINK_RX_BROKEN);
	begin();
	make_available(&tx, SIZE);
	CHECK_EQ(move(), LINK_TX_BROKEN);
	begin();
	send(60);
	make_available(&rx, 0xffff);
	CHECK_EQ(move(), LINK_RX_BROKEN);
}

/* The three parts of a ring, where there is no memory, or none that can be written to. */
UNIT(rings_that_are_nowhere)
{
	static const u64 places[] = { RAM_BYTES, DEVICE_PAGE * 4096, 1ULL << 40 };
	struct memory *ends[] = { &tx, &rx };
	enum link_result broken[] = { LINK_TX_BROKEN, LINK_RX_BROKEN };
	unsigned int n, end, part;

	for (n = 0; n < ARRAY_SIZE(places) * 6; n++) {
		end = n / 3 % 2;
		part = n % 3;
		begin();
		send(60);
		offer(1530);
		*(part == 0 ? &ends[end]->queue.desc : part == 1 ? &ends[end]->queue.driver :
		  &ends[end]->queue.device) = places[n / 6];
		CHECK_EQ(move(), broken[end]);
		CHECK_EQ(used_index(ends[!end]), 0);
	}
	begin();
	rx.queue.device = READ_ONLY_PAGE * 4096;
	send(60);
	offer(1530);
	CHECK_EQ(move(), LINK_RX_BROKEN);
}

/* Parts that cross a page: each its own, with memory behind that, and without. */
UNIT(parts_of_rings_cross_pages)
{
	static const struct { u64 desc, driver, device; bool there; } rows[] = {
		{ 0x1fc0, AVAIL + 0x800, USED + 0x800, true },
		{ DESC, 0x1ff8, USED, true },
		{ DESC, AVAIL, 0x1fe0, true },
		{ READ_ONLY_PAGE * 4096 - 64, AVAIL, USED, true },
		{ DESC, READ_ONLY_PAGE * 4096 - 8, USED, true },
		{ DESC, AVAIL, READ_ONLY_PAGE * 4096 - 32, false },
		{ DEVICE_PAGE * 4096 - 64, AVAIL, USED, false },
		{ DESC, DEVICE_PAGE * 4096 - 8, USED, false },
		{ DESC, DEVICE_PAGE * 4096 - 20, USED, false },
		{ DESC, DEVICE_PAGE * 4096 - 22, USED, true },
	};
	const u64 buffer = BUFFERS + 0x1000;
	u32 length = HEADER + 60, n;
	u16 entry = 5;

	for (n = 0; n < ARRAY_SIZE(rows); n++) {
		unit_row("%u", n);
		begin();
		offer(1530);
		tx.queue.desc = rows[n].desc;
		tx.queue.driver = rows[n].driver;
		tx.queue.device = rows[n].device;
		tx.queue.next = 7;
		tx.queue.used = 7;
		put(&tx, rows[n].desc + 16 * entry, &buffer, 8);
		put(&tx, rows[n].desc + 16 * entry + 8, &length, 4);
		set16(&tx, rows[n].driver + 2, 8);
		set16(&tx, rows[n].driver + 4 + 2 * 7, entry);
		CHECK_EQ(move(), rows[n].there ? LINK_MOVED : LINK_TX_BROKEN);
		CHECK_EQ(ring16(&tx, rows[n].device + 2), rows[n].there ? 8 : 0);
		CHECK_EQ(ring32(&tx, rows[n].device + 4 + 8 * 7), rows[n].there ? entry : 0);
	}
}

UNIT(places_that_a_ring_can_have)
{
	static const struct {
		u16 size;
		u64 desc, driver, device;
		bool valid;
	} rows[] = {
		{ 8, 0, 0, 0, true }, { 1, 16, 2, 4, true }, { LINK_QUEUE_MAX, 0, 0, 0, true },
		{ 0, 0, 0, 0 }, { 3, 0, 0, 0 }, { 2 * LINK_QUEUE_MAX, 0, 0, 0 },
		{ 0xffff, 0, 0, 0 }, { 0x8000, 0, 0, 0 },
		{ 8, 8, 0, 0 }, { 8, 0, 1, 0 }, { 8, 0, 0, 2 },
		{ 8, ~0ULL - 143, 0, 0, true }, { 8, ~0ULL - 111, 0, 0 },
		{ 8, 0, ~0ULL - 23, 0, true }, { 8, 0, ~0ULL - 21, 0 },
		{ 8, 0, 0, ~0ULL - 71, true }, { 8, 0, 0, ~0ULL - 67 },
	};
	size_t n;

	for (n = 0; n < ARRAY_SIZE(rows); n++) {
		const struct link_queue queue = {
			.size = rows[n].size, .desc = rows[n].desc, .driver = rows[n].driver,
			.device = rows[n].device,
		};

		unit_row("%zu", n);
		CHECK_EQ(link_queue_valid(&queue), rows[n].valid);
	}
}

/*
 * Who wants to be told
 */

UNIT(drivers_say_when_they_notify)
{
	begin();
	tx.queue.next = 5;
	set16(&tx, AVAIL + 2, 7);
	CHECK_EQ(waiting(), 2);
	CHECK_EQ(ring16(&tx, USED + 4 + 8 * SIZE), 5);
	CHECK_EQ(link_ask_notify(&tx.side, 4), 2);
	CHECK_EQ(ring16(&tx, USED + 4 + 8 * SIZE), 9);
	tx.queue.event_idx = false;
	set16(&tx, USED + 4 + 8 * SIZE, 77);
	CHECK_EQ(waiting(), 2);
	CHECK_EQ(ring16(&tx, USED + 4 + 8 * SIZE), 77);
}

UNIT(drivers_say_when_they_want_interrupts)
{
	static const struct {
		u16 told, used, event;
		bool wants;
	} rows[] = {
		{ 0, 0, 0, false }, { 0, 1, 0, true }, { 0, 1, 1, false }, { 0, 2, 1, true },
		{ 1, 2, 0, false }, { 0xffff, 1, 0xffff, true }, { 0xfffe, 0, 0xffff, true },
		{ 0xfffe, 0, 0, false }, { 3, 9, 2, false }, { 3, 9, 3, true }, { 3, 9, 8, true },
		{ 3, 9, 9, false },
	};
	size_t n;

	for (n = 0; n < ARRAY_SIZE(rows); n++) {
		unit_row("%zu", n);
		begin();
		CHECK(link_side_open(&rx.side));
		rx.queue.told = rows[n].told;
		rx.queue.used = rows[n].used;
		set16(&rx, AVAIL + 4 + 2 * SIZE, rows[n].event);
		CHECK_EQ(link_wants_interrupt(&rx.side), rows[n].wants);
		CHECK(!link_wants_interrupt(&rx.side));
	}
	begin();
	CHECK(link_side_open(&rx.side));
	rx.queue.event_idx = false;
	rx.queue.used = 1;
	CHECK(link_wants_interrupt(&rx.side));
	rx.queue.used = 2;
	set16(&rx, AVAIL, 1);
	CHECK(!link_wants_interrupt(&rx.side));
}

/*
 * Rings that change while they are read
 */

/* The descriptor that was looked at is another one now. */
static void redirect(struct memory *memory)
{
	u64 foreign = RAM_BYTES;

	/* The fourth page is that of the buffer. */
	if (memory->opens > 3)
		put(memory, DESC, &foreign, 8);
}

UNIT(a_descriptor_is_read_once)
{
	begin();
	send(60);
	offer(1530);
	tx.on_open = redirect;
	CHECK_EQ(move(), LINK_MOVED);
	CHECK(filled(&rx, BUFFERS + HEADER, 60, 3));
	/* And once more the next time, which sees the change. */
	make_available(&tx, 0);
	offer(1530);
	CHECK_EQ(move(), LINK_TX_BROKEN);
}

static bool scribbling;

static void *scribble(void *arg)
{
	struct memory *memory = arg;
	u32 random = 1;
	u16 *at;

	while (__atomic_load_n(&scribbling, __ATOMIC_RELAXED)) {
		random = random * 1664525 + 1013904223;
		if (random >> 30)
			at = (u16 *)(memory->bytes + DESC) + (random >> 8) % (8 * SIZE);
		else
			at = (u16 *)(memory->bytes + AVAIL) + (random >> 8) % (SIZE + 2);
		__atomic_store_n(at, (u16)(random >> 16 & 0x200f), __ATOMIC_RELAXED);
	}
	return NULL;
}

/* Whatever two threads write: no byte outside of the two memories, and always an end (ASan). */
UNIT(rings_change_while_they_are_read)
{
	struct memory *ends[] = { &tx, &rx };
	unsigned int n, results[LINK_RX_BROKEN + 1] = { 0 };
	bool ended = true;
	pthread_t threads[2];

	begin();
	__atomic_store_n(&scribbling, true, __ATOMIC_RELAXED);
	for (n = 0; n < 2; n++)
		CHECK(!pthread_create(&threads[n], NULL, scribble, ends[n]));
	/* However long it takes until the threads get a CPU. */
	for (n = 0; n < 20000 || (!results[LINK_TX_BROKEN] && n < 50000000); n++) {
		results[move()]++;
		ended = ended && tx.opens < 50U && rx.opens < 50U;
		tx.opens = 0;
		rx.opens = 0;
		/* As after a reset, so that all goes on. */
		tx.queue.next = ring16(&tx, AVAIL + 2) - 1;
		rx.queue.next = ring16(&rx, AVAIL + 2) - 1;
	}
	__atomic_store_n(&scribbling, false, __ATOMIC_RELAXED);
	for (n = 0; n < 2; n++)
		CHECK(!pthread_join(threads[n], NULL));
	CHECK(ended);
	CHECK(results[LINK_TX_BROKEN]);
}
