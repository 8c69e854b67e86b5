// SPDX-License-Identifier: GPL-2.0-only
/*
 * Answers at its end of a link to each ARP request and each ICMP echo request, whatever host it
 * is for. For a cell with one CPU; until it is destroyed.
 */
#include "report.h"
#include "net.h"

#define REGS		0xfd000000ULL
#define VECTOR		0x62

#define TYPE_IP		0x0008	/* as the bytes lie in memory */
#define TYPE_ARP	0x0608
#define ARP_REQUEST	0x0100
#define ARP_REPLY	0x0200
#define PROTOCOL_ICMP	1
#define IP_PLAIN	0x45	/* version 4, no options */
#define ICMP_ECHO	8

struct frame_arp {
	u8 to[6];
	u8 from[6];
	u16 type;
	u16 kind[3];
	u16 operation;
	u8 sender[6];
	u8 sender_ip[4];
	u8 target[6];
	u8 target_ip[4];
} __packed;

struct frame_echo {
	u8 to[6];
	u8 from[6];
	u16 type;
	u8 version;
	u8 before[8];
	u8 protocol;
	u16 header_checksum;
	u8 source[4];
	u8 target[4];
	u8 icmp_type;
	u8 icmp_code;
	u16 icmp_checksum;
} __packed;

static struct net net;
static struct net_memory memory;

static void on_interrupt(struct frame *frame)
{
	(void)frame;
	net_acknowledge(&net);
}

static void swap(u8 *one, u8 *other, u32 length)
{
	u8 byte;

	for (; length; length--, one++, other++) {
		byte = *one;
		*one = *other;
		*other = byte;
	}
}

/* Sums of ones' complement do not mind what order their terms, and their bytes, have. */
static u16 add_ones_complement(u16 sum, u16 val)
{
	const u32 total = (u32)sum + val;

	return (u16)(total + (total >> 16));
}

static bool answer_arp(struct frame_arp *arp)
{
	if (arp->operation != ARP_REQUEST)
		return false;
	arp->operation = ARP_REPLY;
	memcpy(arp->target, net.mac, sizeof(arp->target));
	swap(arp->sender, arp->target, sizeof(arp->sender) + sizeof(arp->sender_ip));
	return true;
}

static bool answer_echo(struct frame_echo *echo, u32 length)
{
	if (length < sizeof(*echo) || echo->version != IP_PLAIN ||
	    echo->protocol != PROTOCOL_ICMP || echo->icmp_type != ICMP_ECHO)
		return false;
	echo->icmp_type = 0;
	echo->icmp_checksum = add_ones_complement(echo->icmp_checksum, ICMP_ECHO);
	swap(echo->source, echo->target, sizeof(echo->source));
	return true;
}

/* Return: the frame has become an answer to itself. */
static bool answer(u8 *bytes, u32 length)
{
	struct frame_arp *arp = (void *)bytes;

	if (length < sizeof(*arp))
		return false;
	memcpy(arp->to, arp->from, sizeof(arp->to));
	memcpy(arp->from, net.mac, sizeof(arp->from));
	if (arp->type == TYPE_ARP)
		return answer_arp(arp);
	return arp->type == TYPE_IP && answer_echo((void *)bytes, length);
}

/* Return: there was a frame. What there is no room to answer is lost, as on any cable. */
static bool serve_one(void)
{
	u32 length;
	u8 *bytes = net_receive(&net, &length), *room;

	if (!bytes)
		return false;
	room = net_send_begin(&net);
	if (room && length <= NET_FRAME_MAX) {
		memcpy(room, bytes, length);
		if (answer(room, length))
			net_send(&net, length);
	}
	net_receive_end(&net);
	return true;
}

void inmate_main(void)
{
	report_begin("pong");
	apic_init();
	int_set_handler(VECTOR, on_interrupt);
	if (!report(net_init(&net, REGS, &memory, VECTOR), "there is a network device"))
		report_done();
	for (;;) {
		irq_disable();
		if (!serve_one())
			irq_enable_and_halt();
		irq_enable();
	}
}
