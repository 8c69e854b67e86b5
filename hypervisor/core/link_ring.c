// SPDX-License-Identifier: GPL-2.0-only
/* Frames from ring to ring, between two hostile memories. */
#include "link_ring.h"
#include "errno.h"
#include "string.h"

/* struct virtq_desc (virtio 1.2, 2.7.5) */
#define DESC_SIZE		16
#define DESC_ADDRESS		0
#define DESC_LENGTH_FLAGS	8	/* 32 bits of length, 16 of flags, 16 of next */
#define DESC_F_NEXT		0x0001
#define DESC_F_WRITE		0x0002
#define DESC_F_INDIRECT		0x0004

/* struct virtq_avail (2.7.6) and struct virtq_used (2.7.8) begin alike. */
#define RING_FLAGS		0
#define RING_INDEX		2
#define RING_ENTRIES		4
#define AVAIL_F_NO_INTERRUPT	0x0001

static u64 avail_entry(const struct link_queue *queue, u16 n)
{
	return queue->driver + RING_ENTRIES + 2ULL * (n & (queue->size - 1U));
}

static u64 used_entry(const struct link_queue *queue, u16 n)
{
	return queue->device + RING_ENTRIES + 8ULL * (n & (queue->size - 1U));
}

/* Behind the entries of each ring stands what number the other side waits for. */
static u64 used_event(const struct link_queue *queue)
{
	return queue->driver + RING_ENTRIES + 2ULL * queue->size;
}

static u64 avail_event(const struct link_queue *queue)
{
	return queue->device + RING_ENTRIES + 8ULL * queue->size;
}

static bool placed(u64 gpa, u64 align, u64 size)
{
	return IS_ALIGNED(gpa, align) && gpa <= ~size;
}

bool link_queue_valid(const struct link_queue *queue)
{
	const u64 size = queue->size;

	return size && !(size & (size - 1)) && size <= LINK_QUEUE_MAX &&
	       placed(queue->desc, 16, DESC_SIZE * size) &&
	       placed(queue->driver, 2, RING_ENTRIES + 2 * size + 2) &&
	       placed(queue->device, 4, RING_ENTRIES + 8 * size + 2);
}

/*
 * Memory. What is aligned to its size crosses no page.
 */

static u8 *ram_at(struct link_ram *ram, u64 gpa, bool write)
{
	const u64 page = gpa & PAGE_MASK;

	if (!ram->page || ram->gpa != page || (write && !ram->writable)) {
		ram->page = ram->open(ram, page, write);
		ram->gpa = page;
		ram->writable = write;
	}
	return ram->page ? ram->page + (gpa & ~PAGE_MASK) : NULL;
}

static bool get16(struct link_ram *ram, u64 gpa, u16 *val)
{
	const u8 *at = ram_at(ram, gpa, false);

	if (at)
		*val = __atomic_load_n((const u16 *)at, __ATOMIC_ACQUIRE);
	return at;
}

static bool get64(struct link_ram *ram, u64 gpa, u64 *val)
{
	const u8 *at = ram_at(ram, gpa, false);

	if (at)
		*val = __atomic_load_n((const u64 *)at, __ATOMIC_RELAXED);
	return at;
}

/* What was written before is seen by whoever sees this. */
static bool put16(struct link_ram *ram, u64 gpa, u16 val)
{
	u8 *at = ram_at(ram, gpa, true);

	if (at)
		__atomic_store_n((u16 *)at, val, __ATOMIC_RELEASE);
	return at;
}

static bool put32(struct link_ram *ram, u64 gpa, u32 val)
{
	u8 *at = ram_at(ram, gpa, true);

	if (at)
		__atomic_store_n((u32 *)at, val, __ATOMIC_RELAXED);
	return at;
}

/*
 * Chains of descriptors
 */

/**
 * struct chain - a chain, and how much of it was taken
 * @ram: memory of the ring
 * @queue: the ring
 * @flags: DESC_F_WRITE if the device writes to the buffers, else 0: each has to say the same
 * @more: there is another descriptor
 * @next: its number
 * @left: how many descriptors there can be at most. More would be a loop
 * @gpa: what is left of the current buffer
 * @length: its bytes
 */
struct chain {
	struct link_ram *ram;
	const struct link_queue *queue;
	u16 flags;
	bool more;
	u16 next;
	u16 left;
	u64 gpa;
	u32 length;
};

/* The next descriptor, which is read once. */
static bool next_buffer(struct chain *chain)
{
	const u64 at = chain->queue->desc + DESC_SIZE * (u64)chain->next;
	u64 rest;
	u16 flags;

	if (!chain->left-- || !get64(chain->ram, at + DESC_ADDRESS, &chain->gpa) ||
	    !get64(chain->ram, at + DESC_LENGTH_FLAGS, &rest))
		return false;
	chain->length = (u32)rest;
	flags = (u16)(rest >> 32);
	chain->more = flags & DESC_F_NEXT;
	chain->next = (u16)(rest >> 48);
	if ((flags & (DESC_F_WRITE | DESC_F_INDIRECT)) != chain->flags)
		return false;
	return !(chain->more && chain->next >= chain->queue->size);
}

/*
 * Takes up to @want bytes that lie together in a page. Return: how many, at @bytes; 0: the
 * chain has ended; or -EINVAL: it is malformed.
 */
static int take(struct chain *chain, u32 want, u8 **bytes)
{
	u32 size;

	while (!chain->length) {
		if (!chain->more)
			return 0;
		if (!next_buffer(chain))
			return -EINVAL;
	}
	size = MIN(want, chain->length);
	size = MIN(size, (u32)(PAGE_SIZE - (chain->gpa & ~PAGE_MASK)));
	*bytes = ram_at(chain->ram, chain->gpa, chain->flags & DESC_F_WRITE);
	if (!*bytes)
		return -EINVAL;
	chain->gpa += size;
	chain->length -= size;
	return (int)size;
}

/* Return: 1 and the first chain that the driver has made available, 0: none, or -EINVAL. */
static int first_chain(const struct link_side *side, u16 flags, struct chain *chain)
{
	const struct link_queue *queue = side->queue;
	u16 count, head;

	if (!link_waiting(side, &count))
		return -EINVAL;
	if (!count)
		return 0;
	if (!get16(side->ram, avail_entry(queue, queue->next), &head) || head >= queue->size)
		return -EINVAL;
	*chain = (struct chain) {
		.ram = side->ram, .queue = queue, .flags = flags,
		.more = true, .next = head, .left = queue->size,
	};
	return 1;
}

/* The driver gets a chain back, with what was written to it. */
static bool give_back(const struct link_side *side, u16 head, u32 written)
{
	struct link_queue *queue = side->queue;
	const u64 at = used_entry(queue, queue->used);

	if (!put32(side->ram, at, head) || !put32(side->ram, at + 4, written) ||
	    !put16(side->ram, queue->device + RING_INDEX, (u16)(queue->used + 1)))
		return false;
	queue->next++;
	queue->used++;
	return true;
}

/*
 * Frames
 */

/* How far a frame got. */
enum copied { COPIED, MISFIT, TX_MALFORMED, RX_MALFORMED };

/* What of both chains lies at hand, in one step; @size receives it. */
static enum copied copy_part(struct chain *tx, struct chain *rx, u32 want, u32 *size)
{
	u8 *from, *to;
	u32 done = 0;
	int part;

	part = take(tx, want, &from);
	if (part < 0)
		return TX_MALFORMED;
	*size = (u32)part;
	for (; done < *size; done += (u32)part) {
		part = take(rx, *size - done, &to);
		if (part < 0)
			return RX_MALFORMED;
		if (!part)
			return MISFIT;
		memcpy(to, from + done, (size_t)part);
	}
	return COPIED;
}

/* The sender's header is passed over. */
static enum copied skip_header(struct chain *tx)
{
	u32 done;
	u8 *bytes;
	int part;

	for (done = 0; done < LINK_HEADER_SIZE; done += (u32)part) {
		part = take(tx, LINK_HEADER_SIZE - done, &bytes);
		if (part < 0)
			return TX_MALFORMED;
		if (!part)
			return MISFIT;
	}
	return COPIED;
}

/* The receiver's is ours: one buffer, and nothing special. */
static enum copied write_header(struct chain *rx)
{
	static const u8 header[LINK_HEADER_SIZE] = { [10] = 1 };
	u32 done;
	u8 *bytes;
	int part;

	for (done = 0; done < LINK_HEADER_SIZE; done += (u32)part) {
		part = take(rx, LINK_HEADER_SIZE - done, &bytes);
		if (part < 0)
			return RX_MALFORMED;
		if (!part)
			return MISFIT;
		memcpy(bytes, header + done, (size_t)part);
	}
	return COPIED;
}

static enum copied copy_frame(struct chain *tx, struct chain *rx, u32 *length)
{
	enum copied copied = skip_header(tx);
	u32 size = 0;

	*length = 0;
	if (copied == COPIED)
		copied = write_header(rx);
	while (copied == COPIED) {
		copied = copy_part(tx, rx, LINK_FRAME_MAX + 1 - *length, &size);
		if (copied == COPIED && !size)
			return *length < LINK_FRAME_MIN ? MISFIT : COPIED;
		*length += size;
		if (*length > LINK_FRAME_MAX)
			return MISFIT;
	}
	return copied;
}

enum link_result link_move(const struct link_side *tx, const struct link_side *rx)
{
	struct chain from, to;
	u16 tx_head, rx_head;
	u32 length;
	int some = first_chain(tx, 0, &from);

	if (some <= 0)
		return some ? LINK_TX_BROKEN : LINK_IDLE;
	tx_head = from.next;
	if (!rx)
		return give_back(tx, tx_head, 0) ? LINK_DROPPED : LINK_TX_BROKEN;
	some = first_chain(rx, DESC_F_WRITE, &to);
	if (some <= 0)
		return some ? LINK_RX_BROKEN : LINK_NO_BUFFER;
	rx_head = to.next;
	switch (copy_frame(&from, &to, &length)) {
	case COPIED:
		if (!give_back(rx, rx_head, LINK_HEADER_SIZE + length))
			return LINK_RX_BROKEN;
		return give_back(tx, tx_head, 0) ? LINK_MOVED : LINK_TX_BROKEN;
	case MISFIT:
		return give_back(tx, tx_head, 0) ? LINK_DROPPED : LINK_TX_BROKEN;
	case TX_MALFORMED:
		return LINK_TX_BROKEN;
	default:
		return LINK_RX_BROKEN;
	}
}

/*
 * Who wants to be told
 */

bool link_waiting(const struct link_side *side, u16 *count)
{
	const struct link_queue *queue = side->queue;
	u16 index;

	if (!get16(side->ram, queue->driver + RING_INDEX, &index))
		return false;
	*count = (u16)(index - queue->next);
	return *count <= queue->size;
}

/* The fence: what the driver has made available before it saw this, the caller sees. */
bool link_ask_notify(const struct link_side *side, u16 ahead)
{
	const struct link_queue *queue = side->queue;

	if (queue->event_idx &&
	    !put16(side->ram, avail_event(queue), (u16)(queue->next + ahead)))
		return false;
	__atomic_thread_fence(__ATOMIC_SEQ_CST);
	return true;
}

/* The fence: either the driver sees what was used, or we see that it wants to be told. */
bool link_wants_interrupt(const struct link_side *side, bool *wants)
{
	struct link_queue *queue = side->queue;
	const u16 told = queue->told;
	u16 val;

	*wants = false;
	queue->told = queue->used;
	if (queue->used == told)
		return true;
	__atomic_thread_fence(__ATOMIC_SEQ_CST);
	if (!get16(side->ram, queue->event_idx ? used_event(queue) :
		   queue->driver + RING_FLAGS, &val))
		return false;
	if (queue->event_idx)
		*wants = (u16)(queue->used - val - 1) < (u16)(queue->used - told);
	else
		*wants = !(val & AVAIL_F_NO_INTERRUPT);
	return true;
}
