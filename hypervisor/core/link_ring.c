// SPDX-License-Identifier: GPL-2.0-only
/* Frames from ring to ring, between two hostile memories. */
#include "link_ring.h"
#include "copy.h"
#include "errno.h"

/* struct virtq_desc (virtio 1.2, 2.7.5) */
#define DESC_SIZE		16U
#define DESC_F_NEXT		0x0001
#define DESC_F_WRITE		0x0002
#define DESC_F_INDIRECT		0x0004

/* struct virtq_avail (2.7.6) and struct virtq_used (2.7.8) begin alike. */
#define RING_FLAGS		0U
#define RING_INDEX		2U
#define RING_ENTRIES		4U
#define AVAIL_ENTRY		2U
#define USED_ENTRY		8U
#define AVAIL_F_NO_INTERRUPT	0x0001

/* Behind the entries of each ring stands what number the other side waits for. */
static u64 ring_size(const struct link_queue *queue, u64 entry)
{
	return RING_ENTRIES + entry * queue->size + sizeof(u16);
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
	       placed(queue->driver, 2, ring_size(queue, AVAIL_ENTRY)) &&
	       placed(queue->device, 4, ring_size(queue, USED_ENTRY));
}

/*
 * Rings in memory. What the driver writes is read as a whole, once, and before what it makes
 * available; nothing of it stays as it is.
 */

static u8 *open_part(struct link_side *side, unsigned int place, u64 gpa, u64 size)
{
	const bool write = place == LINK_AT_DEVICE;
	const u64 last = (gpa + size - 1) & PAGE_MASK;
	u8 *page = side->open(side, place, gpa & PAGE_MASK, write);

	if (!page || (last != (gpa & PAGE_MASK) && !side->open(side, place + 1, last, write)))
		return NULL;
	return page + (gpa & ~PAGE_MASK);
}

bool link_side_open(struct link_side *side)
{
	const struct link_queue *queue = side->queue;

	side->buffer = NULL;
	side->desc = open_part(side, LINK_AT_DESC, queue->desc, DESC_SIZE * queue->size);
	side->driver = open_part(side, LINK_AT_DRIVER, queue->driver,
				 ring_size(queue, AVAIL_ENTRY));
	side->device = open_part(side, LINK_AT_DEVICE, queue->device,
				 ring_size(queue, USED_ENTRY));
	return side->desc && side->driver && side->device;
}

static u16 get16(const u8 *ring, u64 offset)
{
	return __atomic_load_n((const u16 *)(ring + offset), __ATOMIC_ACQUIRE);
}

/* What was written before is seen by whoever sees this. */
static void put16(u8 *ring, u64 offset, u16 val)
{
	__atomic_store_n((u16 *)(ring + offset), val, __ATOMIC_RELEASE);
}

/* How many entries the driver has made available, or -EINVAL. */
static int waiting(const struct link_side *side)
{
	const struct link_queue *queue = side->queue;
	const u16 count = (u16)(get16(side->driver, RING_INDEX) - queue->next);

	return count <= queue->size ? count : -EINVAL;
}

/* The driver gets a chain back, with what was written to it. */
static void give_back(const struct link_side *side, u16 head, u32 written)
{
	struct link_queue *queue = side->queue;
	u32 *entry = (u32 *)(side->device + RING_ENTRIES) + 2 * (queue->used & (queue->size - 1U));

	__atomic_store_n(entry, head, __ATOMIC_RELAXED);
	__atomic_store_n(entry + 1, written, __ATOMIC_RELAXED);
	queue->next++;
	queue->used++;
	put16(side->device, RING_INDEX, queue->used);
}

/*
 * Chains of descriptors
 */

/**
 * struct chain - a chain, and how much of it was taken
 * @side: the ring
 * @head: its first descriptor
 * @flags: DESC_F_WRITE if the device writes to the buffers, else 0: each has to say the same
 * @more: there is another descriptor
 * @next: its number
 * @left: how many descriptors there can be at most. More would be a loop
 * @gpa: what is left of the current buffer
 * @length: its bytes
 */
struct chain {
	struct link_side *side;
	u16 head;
	u16 flags;
	bool more;
	u16 next;
	u16 left;
	u64 gpa;
	u32 length;
};

/* Return: 1 and the first chain that the driver has made available, 0: none, or -EINVAL. */
static int first_chain(struct link_side *side, u16 flags, struct chain *chain)
{
	const struct link_queue *queue = side->queue;
	const int count = waiting(side);
	u16 head;

	if (count <= 0)
		return count;
	head = get16(side->driver,
		     RING_ENTRIES + AVAIL_ENTRY * (queue->next & (queue->size - 1U)));
	*chain = (struct chain){
		.side = side, .head = head, .flags = flags,
		.more = true, .next = head, .left = queue->size,
	};
	return head < queue->size ? 1 : -EINVAL;
}

/* The next descriptor, which is read once. */
static bool next_buffer(struct chain *chain)
{
	const u64 *desc = (const u64 *)(chain->side->desc + DESC_SIZE * chain->next);
	u64 rest;
	u16 flags;

	if (!chain->left--)
		return false;
	chain->gpa = __atomic_load_n(desc, __ATOMIC_RELAXED);
	/* 32 bits of length, 16 of flags, 16 of next */
	rest = __atomic_load_n(desc + 1, __ATOMIC_RELAXED);
	chain->length = (u32)rest;
	flags = (u16)(rest >> 32);
	chain->more = flags & DESC_F_NEXT;
	chain->next = (u16)(rest >> 48);
	if ((flags & (DESC_F_WRITE | DESC_F_INDIRECT)) != chain->flags)
		return false;
	return !(chain->more && chain->next >= chain->side->queue->size);
}

/*
 * Return: how many bytes of the current buffer lie together in a page, at @bytes; 0: the chain
 * has ended; or -EINVAL: it is malformed.
 */
static int at_hand(struct chain *chain, u8 **bytes)
{
	struct link_side *side = chain->side;
	u64 page;

	while (!chain->length) {
		if (!chain->more)
			return 0;
		if (!next_buffer(chain))
			return -EINVAL;
	}
	page = chain->gpa & PAGE_MASK;
	if (!side->buffer || side->buffer_gpa != page) {
		side->buffer = side->open(side, LINK_AT_BUFFER, page, chain->flags & DESC_F_WRITE);
		side->buffer_gpa = page;
	}
	if (!side->buffer)
		return -EINVAL;
	*bytes = side->buffer + (chain->gpa - page);
	return (int)MIN(chain->length, (u32)(PAGE_SIZE - (chain->gpa - page)));
}

static void take(struct chain *chain, u32 size)
{
	chain->gpa += size;
	chain->length -= size;
}

/*
 * Frames
 */

/* How far a frame got. */
enum copied { COPIED, MISFIT, TX_MALFORMED, RX_MALFORMED };

/*
 * The sender's header is passed over, the receiver's is ours: one buffer, and nothing special.
 * @length counts it.
 */
static enum copied copy_frame(struct chain *tx, struct chain *rx, u32 *length)
{
	static const u8 header[LINK_HEADER_SIZE] = { [10] = 1 };
	const u32 too_long = LINK_HEADER_SIZE + LINK_FRAME_MAX + 1;
	u32 done, end, size;
	u8 *from, *to;
	int left, room;

	for (done = 0; done < too_long; done += size) {
		left = at_hand(tx, &from);
		if (left < 0)
			return TX_MALFORMED;
		*length = done;
		if (!left)
			return done < LINK_HEADER_SIZE + LINK_FRAME_MIN ? MISFIT : COPIED;
		room = at_hand(rx, &to);
		if (room <= 0)
			return room ? RX_MALFORMED : MISFIT;
		end = done < LINK_HEADER_SIZE ? LINK_HEADER_SIZE : too_long;
		size = MIN((u32)MIN(left, room), end - done);
		copy_long(to, done < LINK_HEADER_SIZE ? header + done : from, size);
		take(tx, size);
		take(rx, size);
	}
	return MISFIT;
}

enum link_result link_move(struct link_side *tx, struct link_side *rx)
{
	enum copied copied = MISFIT;
	struct chain from, to;
	u32 length;
	int some = first_chain(tx, 0, &from);

	if (some <= 0)
		return some ? LINK_TX_BROKEN : LINK_IDLE;
	if (rx) {
		some = first_chain(rx, DESC_F_WRITE, &to);
		if (some <= 0)
			return some ? LINK_RX_BROKEN : LINK_NO_BUFFER;
		copied = copy_frame(&from, &to, &length);
	}
	if (copied >= TX_MALFORMED)
		return copied == TX_MALFORMED ? LINK_TX_BROKEN : LINK_RX_BROKEN;
	if (copied == COPIED)
		give_back(rx, to.head, length);
	give_back(tx, from.head, 0);
	return copied == COPIED ? LINK_MOVED : LINK_DROPPED;
}

/*
 * Who wants to be told
 */

/* The fence: what the driver has made available before it saw this, is counted. */
int link_ask_notify(const struct link_side *side, u16 ahead)
{
	const struct link_queue *queue = side->queue;

	if (queue->event_idx)
		put16(side->device, RING_ENTRIES + USED_ENTRY * queue->size,
		      (u16)(queue->next + ahead));
	__atomic_thread_fence(__ATOMIC_SEQ_CST);
	return waiting(side);
}

/* The fence: either the driver sees what was used, or we see that it wants to be told. */
bool link_wants_interrupt(const struct link_side *side)
{
	struct link_queue *queue = side->queue;
	const u16 new = (u16)(queue->used - queue->told);
	u16 event;

	if (!new)
		return false;
	queue->told = queue->used;
	__atomic_thread_fence(__ATOMIC_SEQ_CST);
	if (!queue->event_idx)
		return !(get16(side->driver, RING_FLAGS) & AVAIL_F_NO_INTERRUPT);
	event = get16(side->driver, RING_ENTRIES + AVAIL_ENTRY * queue->size);
	return (u16)(queue->used - event - 1) < new;
}
