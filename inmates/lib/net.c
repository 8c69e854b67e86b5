// SPDX-License-Identifier: GPL-2.0-only
/*
 * The network device at the end of a link. Each ring has its buffers for good: entry N of the
 * available ring is always descriptor N, and buffer N; of a ring with more entries, buffer
 * N modulo NET_ENTRIES.
 */
#include "net.h"

#define MAGIC			0x74726976U
#define FEATURES		(1U << 5 | 1U << 16 | 1U << 29)	/* MAC, STATUS, EVENT_IDX */
#define FEATURES_HIGH		1U				/* VERSION_1 */

static u32 read_reg(const struct net *net, u32 reg)
{
	return mmio_read32(net->regs + reg);
}

static void write_reg(const struct net *net, u32 reg, u32 val)
{
	mmio_write32(net->regs + reg, val);
}

/* What the other side has written is read anew each time, and before what stands behind it. */
static u16 load(const u16 *val)
{
	return __atomic_load_n(val, __ATOMIC_ACQUIRE);
}

static void store(u16 *at, u16 val)
{
	__atomic_store_n(at, val, __ATOMIC_RELEASE);
}

/* Behind the entries of both rings: see struct net_avail and struct net_used. */
static u16 *used_event(const struct net *net, struct net_ring *ring)
{
	return &ring->avail.ring[net->entries];
}

static u16 avail_event(const struct net *net, struct net_ring *ring)
{
	return load((const u16 *)&ring->used.ring[net->entries]);
}

static void setup_ring(struct net *net, u32 number)
{
	struct net_ring *ring = &net->memory->ring[number];
	u32 n;

	memset(ring, 0, sizeof(*ring));
	for (n = 0; n < net->entries; n++) {
		ring->desc[n].gpa = (u64)ring->buffers[n % NET_ENTRIES];
		ring->desc[n].length = NET_HEADER + NET_FRAME_MAX;
		ring->desc[n].flags = number == NET_RX ? NET_F_WRITE : 0;
		ring->avail.ring[n] = (u16)n;
	}
	write_reg(net, NET_QUEUE_SELECT, number);
	write_reg(net, NET_QUEUE_SIZE, net->entries);
	write_reg(net, NET_QUEUE_DESC, (u32)(u64)ring->desc);
	write_reg(net, NET_QUEUE_AVAIL, (u32)(u64)&ring->avail);
	write_reg(net, NET_QUEUE_USED, (u32)(u64)&ring->used);
	write_reg(net, NET_QUEUE_READY, 1);
}

/* The driver has made @count more entries available. */
static void publish(struct net *net, u32 number, u16 count)
{
	struct net_ring *ring = &net->memory->ring[number];
	const u16 old = ring->avail.index, index = (u16)(old + count);

	store(&ring->avail.index, index);
	__atomic_thread_fence(__ATOMIC_SEQ_CST);
	if ((u16)(index - avail_event(net, ring) - 1) < (u16)(index - old))
		write_reg(net, NET_QUEUE_NOTIFY, number);
}

/**
 * net_reset() - the device forgets everything
 * @net: the device
 *
 * When this returns it uses no memory any more.
 */
void net_reset(struct net *net)
{
	write_reg(net, NET_STATUS, 0);
}

/**
 * net_init() - start a device
 * @net: to be initialized; zeroed, but for @net->entries
 * @regs: guest-physical address of its registers
 * @memory: for rings and buffers
 * @vector: it interrupts the calling CPU with; the handler calls net_acknowledge()
 *
 * Return: false if there is no such device, or it cannot what this driver needs.
 */
bool net_init(struct net *net, u64 regs, struct net_memory *memory, u8 vector)
{
	u32 n;

	net->regs = regs;
	net->memory = memory;
	net->entries = net->entries ?: NET_ENTRIES;
	if (read_reg(net, NET_MAGIC) != MAGIC)
		return false;
	net_reset(net);
	write_reg(net, NET_STATUS, NET_ACKNOWLEDGE | NET_DRIVER);
	write_reg(net, NET_ACCEPT_SELECT, 0);
	write_reg(net, NET_ACCEPT, FEATURES);
	write_reg(net, NET_ACCEPT_SELECT, 1);
	write_reg(net, NET_ACCEPT, FEATURES_HIGH);
	write_reg(net, NET_STATUS, NET_ACKNOWLEDGE | NET_DRIVER | NET_FEATURES_OK);
	if (!(read_reg(net, NET_STATUS) & NET_FEATURES_OK))
		return false;
	for (n = 0; n < sizeof(net->mac); n++)
		net->mac[n] = mmio_read8(regs + NET_CONFIG + n);
	ioapic_set(net->regs + NET_PIN, 0, apic_id(), vector);
	setup_ring(net, NET_RX);
	setup_ring(net, NET_TX);
	write_reg(net, NET_STATUS,
		  NET_ACKNOWLEDGE | NET_DRIVER | NET_FEATURES_OK | NET_DRIVER_OK);
	publish(net, NET_RX, (u16)net->entries);
	return true;
}

/** net_link_up() - is somebody at the other end of @net? */
bool net_link_up(const struct net *net)
{
	return read_reg(net, NET_CONFIG + 4) >> 16 & 1;
}

/** net_acknowledge() - why does @net interrupt? The handler of its vector calls this. */
u32 net_acknowledge(const struct net *net)
{
	const u32 why = read_reg(net, NET_INTERRUPT_STATUS);

	write_reg(net, NET_INTERRUPT_ACK, why);
	return why;
}

/* How many entries the device has used since the driver looked. */
static u16 used(struct net_ring *ring)
{
	return (u16)(load(&ring->used.index) - ring->seen);
}

/* Interrupts come from the next used entry on. */
static bool none_used(const struct net *net, struct net_ring *ring)
{
	if (used(ring))
		return false;
	store(used_event(net, ring), ring->seen);
	__atomic_thread_fence(__ATOMIC_SEQ_CST);
	return !used(ring);
}

/**
 * net_send_begin() - room for a frame
 * @net: the device
 *
 * Never more than half of the ring is in use, of which nothing is dropped.
 *
 * Return: where to put NET_FRAME_MAX bytes at most, before net_send(). NULL: there is no room;
 * an interrupt comes when there is.
 */
u8 *net_send_begin(struct net *net)
{
	struct net_ring *ring = &net->memory->ring[NET_TX];

	ring->seen = (u16)(ring->seen + used(ring));
	if ((u16)(ring->avail.index - ring->seen) >= net->entries / 2 &&
	    none_used(net, ring))
		return NULL;
	return ring->buffers[ring->avail.index % NET_ENTRIES] + NET_HEADER;
}

/** net_send() - send the frame of @length bytes that was put where net_send_begin() said */
void net_send(struct net *net, u32 length)
{
	struct net_ring *ring = &net->memory->ring[NET_TX];

	ring->desc[ring->avail.index % net->entries].length = NET_HEADER + length;
	publish(net, NET_TX, 1);
}

/**
 * net_receive() - the next frame that has arrived
 * @net: the device
 * @length: receives its bytes
 *
 * Return: the frame, until net_receive_end(). NULL: there is none; an interrupt comes when
 * there is.
 */
u8 *net_receive(struct net *net, u32 *length)
{
	struct net_ring *ring = &net->memory->ring[NET_RX];

	if (none_used(net, ring))
		return NULL;
	*length = ring->used.ring[ring->seen % net->entries].length - NET_HEADER;
	return ring->buffers[ring->seen % NET_ENTRIES] + NET_HEADER;
}

/** net_receive_end() - the buffer of the last frame is free again */
void net_receive_end(struct net *net)
{
	net->memory->ring[NET_RX].seen++;
	publish(net, NET_RX, 1);
}
