// SPDX-License-Identifier: GPL-2.0-only
/*
 * One of two cells that a link connects: sends frames, and looks at those that the other end
 * sends. For a cell with one CPU.
 *
 *	frames=N	so many, 200 by default
 */
#include "report.h"
#include "net.h"

#define REGS		0xfd000000ULL
#define VECTOR		0x62

#define ETHERTYPE	0x88b5		/* for experiments, IEEE 802 */
#define FRAME_MIN	60U
#define FRAME_SPAN	(1514U - FRAME_MIN + 1)
#define LIMIT		(60 * NS_PER_SEC)

struct frame_head {
	u8 to[6];
	u8 from[6];
	u16 type;
	u32 number;
	u32 checksum;
} __packed;

static struct net net;
static struct net_memory memory;
static u64 interrupts, bad, received, sent;

static void on_interrupt(struct frame *frame)
{
	(void)frame;
	interrupts++;
	net_acknowledge(&net);
}

static u32 next_random(u32 random)
{
	return random * 1664525 + 1013904223;
}

static u32 length_of(u32 number)
{
	return FRAME_MIN + next_random(next_random(number)) % FRAME_SPAN;
}

/* Of all bytes behind the head; Fletcher's idea, with 32 bits. */
static u32 checksum(const u8 *bytes, u32 length)
{
	u32 sum = 1, sums = 0, n;

	for (n = sizeof(struct frame_head); n < length; n++) {
		sum += bytes[n];
		sums += sum;
	}
	return sum ^ sums;
}

static bool send_one(u32 number)
{
	const u32 length = length_of(number);
	u8 *bytes = net_send_begin(&net);
	struct frame_head *head = (void *)bytes;
	u32 random = number, n;

	if (!bytes)
		return false;
	memset(head->to, 0xff, sizeof(head->to));
	memcpy(head->from, net.mac, sizeof(head->from));
	head->type = (u16)(ETHERTYPE >> 8 | (ETHERTYPE & 0xff) << 8);
	head->number = number;
	for (n = sizeof(*head); n < length; n++) {
		random = next_random(random);
		bytes[n] = (u8)(random >> 24);
	}
	head->checksum = checksum(bytes, length);
	net_send(&net, length);
	return true;
}

static bool receive_one(void)
{
	const struct frame_head *head;
	u32 length;
	u8 *bytes = net_receive(&net, &length);

	if (!bytes)
		return false;
	head = (void *)bytes;
	if (length != length_of((u32)received) || head->number != received ||
	    head->checksum != checksum(bytes, length) || !memcmp(head->from, net.mac, 6))
		bad++;
	received++;
	net_receive_end(&net);
	return true;
}

/* Until something has come since @before, or it takes too long. */
static bool wait_for_interrupt(u64 before, u64 start)
{
	irq_disable();
	if (interrupts == before)
		irq_enable_and_halt();
	irq_enable();
	return tsc_ns() - start < LIMIT;
}

void inmate_main(void)
{
	const u64 frames = cmdline_u64("frames", 200), start = tsc_ns();
	u64 before;

	report_begin("link");
	apic_init();
	int_set_handler(VECTOR, on_interrupt);
	irq_enable();
	if (!report(net_init(&net, REGS, &memory, VECTOR), "there is a network device"))
		report_done();
	do
		before = interrupts;
	while (!net_link_up(&net) && wait_for_interrupt(before, start));
	report(net_link_up(&net), "the link is up");
	while (sent < frames || received < frames) {
		before = interrupts;
		if (sent < frames && send_one((u32)sent))
			sent++;
		else if (!receive_one() && !wait_for_interrupt(before, start))
			break;
	}
	/* The other end may have gone by now, which is no error. */
	report(sent == frames && received == frames, "%llu frames sent, %llu received", sent,
	       received);
	report(!bad, "%llu are not what was sent", bad);
	report(interrupts, "interrupts came");
	report_done();
}
