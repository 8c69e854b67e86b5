/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * One frame from the transmit ring of a cell to the receive ring of another.
 *
 * Both rings are split virtqueues (virtio 1.2, 2.7), which lie in memory of the cells, and both
 * cells are hostile: what they can change is read once, checked, and then used. Every address is
 * looked up in the memory of the cell whose ring it stands in, page by page, so neither cell
 * can have anything read or written that it could not read or write itself. The work for a
 * frame is bounded by the size of the rings and of a frame, whatever the rings say.
 *
 * Nothing here knows a cell: memory is reached through struct link_side. What of the memory is a
 * ring is looked up once, by link_side_open(), and buffers as they come.
 */
#ifndef _CORE_LINK_RING_H
#define _CORE_LINK_RING_H

#include "types.h"

/* Entries that a ring can have, and so the longest chain of buffers. A power of two. */
#define LINK_QUEUE_MAX		128

/* struct virtio_net_hdr_v1, before each frame. */
#define LINK_HEADER_SIZE	12

/* An Ethernet frame without its checksum: header, with a VLAN tag, and 1,500 bytes. */
#define LINK_FRAME_MIN		14
#define LINK_FRAME_MAX		1518

/*
 * Pages of a cell that are reachable at the same time. Each part of a ring is shorter than a page,
 * but may cross the end of one: two in a row.
 */
enum link_place {
	LINK_AT_DESC,
	LINK_AT_DRIVER = 2,
	LINK_AT_DEVICE = 4,
	LINK_AT_BUFFER = 6,
	LINK_NUM_PLACES,
};

/**
 * struct link_queue - a ring, as the device sees it
 * @ready: it can be used, and another number each time that it becomes so; 0 if not. Everything
 *	else is fixed meanwhile, but the last three
 * @event_idx: VIRTIO_F_EVENT_IDX was negotiated
 * @size: entries: a power of two, LINK_QUEUE_MAX at most
 * @desc: guest-physical address of the descriptor table
 * @driver: of the available ring
 * @device: of the used ring
 * @next: number of the next available entry, modulo 2^16
 * @used: number of used entries, modulo 2^16
 * @told: what @used was when link_wants_interrupt() looked last
 */
struct link_queue {
	u32 ready;
	bool event_idx;
	u16 size;
	u64 desc;
	u64 driver;
	u64 device;
	u16 next;
	u16 used;
	u16 told;
};

/**
 * link_queue_valid() - may a ring lie there?
 * @queue: with size and addresses as a guest has set them
 *
 * Aligned as the standard demands, so that no field crosses a page, and without addresses that
 * wrap. Whether there is memory turns out at each access.
 */
bool link_queue_valid(const struct link_queue *queue);

/**
 * struct link_side - a ring, and the memory of the cell that it is in
 * @open: makes a page reachable
 *	@place: where: pages at places in a row are at addresses in a row
 *	@gpa: guest-physical address of the page
 *	@write: to be written to, too
 *	Return: its address, until the next call for the same place; NULL if it is no RAM of
 *	the cell, or must not be accessed like that
 * @queue: the ring
 * @desc, @driver, @device: its parts, after link_side_open()
 * @buffer_gpa: the page that is open at LINK_AT_BUFFER
 * @buffer: where, NULL if none is
 */
struct link_side {
	u8 *(*open)(struct link_side *side, unsigned int place, u64 gpa, bool write);
	struct link_queue *queue;
	const u8 *desc;
	const u8 *driver;
	u8 *device;
	u64 buffer_gpa;
	u8 *buffer;
};

/**
 * link_side_open() - make a ring reachable
 * @side: with @open and @queue; everything below needs it
 *
 * Return: false if there is no memory where the ring is.
 */
bool link_side_open(struct link_side *side);

/**
 * enum link_result - what became of a frame
 * @LINK_MOVED: the receiver has it
 * @LINK_DROPPED: it was taken from the sender and is gone
 * @LINK_IDLE: there was none
 * @LINK_NO_BUFFER: it stays with the sender, as the receiver has no buffer
 * @LINK_TX_BROKEN: the sender's ring is malformed
 * @LINK_RX_BROKEN: the receiver's is; the frame stays with the sender
 */
enum link_result {
	LINK_MOVED,
	LINK_DROPPED,
	LINK_IDLE,
	LINK_NO_BUFFER,
	LINK_TX_BROKEN,
	LINK_RX_BROKEN,
};

/**
 * link_move() - move one frame
 * @tx: from here
 * @rx: to here; NULL: drop it
 *
 * A frame that is shorter or longer than a frame can be, or does not fit the receiver's next
 * buffer, is dropped. Of the header that the sender put before the frame nothing is used: no
 * feature was offered that would give it a meaning.
 *
 * Nobody else uses either ring meanwhile, except the cells themselves.
 */
enum link_result link_move(struct link_side *tx, struct link_side *rx);

/**
 * link_ask_notify() - have the driver notify
 * @side: the ring
 * @ahead: when it has made as many more entries available, and one
 *
 * Without VIRTIO_F_EVENT_IDX it notifies always.
 *
 * Return: how many entries are available now, as the driver may have been faster, or -EINVAL if
 * the ring is malformed.
 */
int link_ask_notify(const struct link_side *side, u16 ahead);

/** link_wants_interrupt() - does the driver want to know of what was used since the last call? */
bool link_wants_interrupt(const struct link_side *side);

#endif
