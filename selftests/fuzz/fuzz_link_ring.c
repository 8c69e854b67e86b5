// SPDX-License-Identifier: GPL-2.0-only
/* SOURCES: core/copy.c core/link_ring.c */
/* OPTIONS: -max_len=1024 */
/*
 * Two hostile drivers at the ends of a link.
 *
 * Input: sizes and places of both rings, then steps: what one of the drivers writes to its rings,
 * by chance just when the other side opens a page, and frames. No byte of the sender's but in its
 * used ring may change, nothing outside of either memory may be touched (the sanitizer sees to
 * that), and each frame ends.
 */
#include "fuzz.h"
#include "rings.h"

/* Descriptors of both chains, each with the pages of its buffer, and the rings. */
#define MAX_OPENS	(2U * (2U * LINK_QUEUE_MAX + LINK_FRAME_MAX) + 64U)

struct step {
	u8 what;
	u8 offset;
	u16 value;
};

struct setup {
	u8 sizes;
	u8 flags;
	u8 desc[2];
	u8 driver[2];
	u8 device[2];
};

static u8 tx_bytes[RAM_BYTES], rx_bytes[RAM_BYTES], before[RAM_BYTES];
static struct memory tx, rx;
static struct fuzz_input input;
static u8 meanwhile;

/* The words that matter most: descriptors, indexes and the first entries. */
static void write_ring(struct memory *memory, const struct step *step)
{
	const u64 base = step->what & 4 ? memory->queue.driver : memory->queue.desc;
	const u64 at = base + 2U * step->offset;

	if (at <= RAM_BYTES - 2)
		set16(memory, at, step->value);
}

static void write_meanwhile(struct memory *memory)
{
	struct step step;

	if (!meanwhile || memory->opens % meanwhile)
		return;
	fuzz_take(&input, &step, sizeof(step));
	write_ring(memory, &step);
}

static u64 place(u8 choice, u64 otherwise)
{
	static const u64 places[] = {
		READ_ONLY_PAGE * 4096, DEVICE_PAGE * 4096, RAM_BYTES, RAM_BYTES - 64, 0x1fc0,
		0x2000, 1ULL << 46, 0xfffffffffffffe00,
	};

	return choice < 0xe0 ? otherwise : places[choice % ARRAY_SIZE(places)];
}

static bool build(struct memory *memory, u8 *bytes, const struct setup *setup, unsigned int n)
{
	memory_init(memory, bytes, (u16)(1U << (setup->sizes >> 4 * n & 7)), setup->flags >> n & 1);
	memory->queue.desc = place(setup->desc[n], DESC);
	memory->queue.driver = place(setup->driver[n], AVAIL);
	memory->queue.device = place(setup->device[n], USED);
	memory->on_open = write_meanwhile;
	return link_queue_valid(&memory->queue);
}

/* The sender's memory is written to in its used ring only; here, where its driver stands still. */
static void check_sender(void)
{
	const u64 used = tx.queue.device, size = 4 + 8ULL * tx.queue.size;
	u64 n;

	for (n = 0; n < RAM_BYTES; n++)
		REQUIRE(tx_bytes[n] == before[n] || n - used < size);
}

static void move(bool drop)
{
	const u16 next[2] = { tx.queue.next, rx.queue.next };
	enum link_result result;

	tx.opens = 0;
	rx.opens = 0;
	if (!meanwhile)
		memcpy(before, tx_bytes, sizeof(before));
	if (!link_side_open(&tx.side) || !(drop || link_side_open(&rx.side)))
		return;
	result = link_move(&tx.side, drop ? NULL : &rx.side);
	REQUIRE(tx.opens < MAX_OPENS && rx.opens < MAX_OPENS);
	REQUIRE((u16)(tx.queue.next - next[0]) == (result == LINK_MOVED || result == LINK_DROPPED));
	REQUIRE((u16)(rx.queue.next - next[1]) <= 1);
	REQUIRE(tx.queue.next == tx.queue.used && rx.queue.next == rx.queue.used);
	if (!meanwhile)
		check_sender();
}

static void ask(struct link_side *side, u16 ahead)
{
	if (!link_side_open(side))
		return;
	REQUIRE(link_ask_notify(side, ahead) <= side->queue->size);
	link_wants_interrupt(side);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct setup setup;
	struct step step;

	input = (struct fuzz_input){ data, size };
	fuzz_take(&input, &setup, sizeof(setup));
	if (!build(&tx, tx_bytes, &setup, 0) || !build(&rx, rx_bytes, &setup, 1))
		return 0;
	meanwhile = setup.flags >> 4;
	while (input.left) {
		fuzz_take(&input, &step, sizeof(step));
		if (step.what & 8)
			write_ring(step.what & 1 ? &rx : &tx, &step);
		else if (step.what & 16)
			ask(step.what & 1 ? &rx.side : &tx.side, step.value);
		else
			move(step.what & 1);
	}
	return 0;
}
