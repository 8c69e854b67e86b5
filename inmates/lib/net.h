/* SPDX-License-Identifier: GPL-2.0-only */
/* The network device at the end of a link: a virtio-net driver (virtio 1.2, 4.2 and 5.1). */
#ifndef _INMATE_NET_H
#define _INMATE_NET_H

#include "inmate.h"

/* Registers of the device, and of the I/O APIC with one pin behind them. */
#define NET_MAGIC		0x000
#define NET_FEATURES		0x010
#define NET_FEATURE_SELECT	0x014
#define NET_ACCEPT		0x020
#define NET_ACCEPT_SELECT	0x024
#define NET_QUEUE_SELECT	0x030
#define NET_QUEUE_SIZE		0x038
#define NET_QUEUE_READY		0x044
#define NET_QUEUE_NOTIFY	0x050
#define NET_INTERRUPT_STATUS	0x060
#define NET_INTERRUPT_ACK	0x064
#define NET_STATUS		0x070
#define NET_QUEUE_DESC		0x080
#define NET_QUEUE_AVAIL		0x090
#define NET_QUEUE_USED		0x0a0
#define NET_CONFIG		0x100
#define NET_PIN			0x1000

#define NET_ACKNOWLEDGE		0x01U
#define NET_DRIVER		0x02U
#define NET_DRIVER_OK		0x04U
#define NET_FEATURES_OK		0x08U
#define NET_NEEDS_RESET		0x40U

#define NET_RX			0
#define NET_TX			1
#define NET_QUEUES		2

/* Entries of a ring, with a buffer each; and how many it may have, which share these. */
#define NET_ENTRIES		16U
#define NET_ENTRIES_MAX		128U
#define NET_HEADER		12U
#define NET_FRAME_MAX		1518U
#define NET_BUFFER		2048U

#define NET_F_NEXT		1U
#define NET_F_WRITE		2U
#define NET_F_INDIRECT		4U

/* What of the memory that net_init() gets is what. */
struct net_desc {
	u64 gpa;
	u32 length;
	u16 flags;
	u16 next;
};

/* Behind the last entry that is in use stands which used one the driver wants to know of. */
struct net_avail {
	u16 flags;
	u16 index;
	u16 ring[NET_ENTRIES_MAX + 1];
};

/* Here, which available one the device wants to know of: the lower half of an id. */
struct net_used {
	u16 flags;
	u16 index;
	struct {
		u32 id;
		u32 length;
	} ring[NET_ENTRIES_MAX + 1];
};

struct net_ring {
	struct net_desc desc[NET_ENTRIES_MAX] __aligned(16);
	struct net_avail avail;
	struct net_used used __aligned(4);
	u16 seen;
	u8 buffers[NET_ENTRIES][NET_BUFFER];
};

struct net_memory {
	struct net_ring ring[NET_QUEUES];
};

/**
 * struct net - a device
 * @regs: guest-physical address of its registers
 * @memory: rings and buffers
 * @entries: of each ring: NET_ENTRIES, if it was not set to another power of two before
 *	net_init(), by an inmate that looks at no frame: buffers are shared then
 * @mac: its Ethernet address
 */
struct net {
	u64 regs;
	struct net_memory *memory;
	u32 entries;
	u8 mac[6];
};

/* net.c */
bool net_init(struct net *net, u64 regs, struct net_memory *memory, u8 vector);
void net_reset(struct net *net);
bool net_link_up(const struct net *net);
u32 net_acknowledge(const struct net *net);
u8 *net_send_begin(struct net *net);
void net_send(struct net *net, u32 length);
u8 *net_receive(struct net *net, u32 *length);
void net_receive_end(struct net *net);

#endif
