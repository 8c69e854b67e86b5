// SPDX-License-Identifier: GPL-2.0-only
/*
 * One of two cells that a link connects: sends frames, and looks at those that the other end
 * sends. For a cell with one CPU.
 *
 *	sends=N		so many, 200 by default
 *	receives=N	likewise
 *	hostile=yes	before that it sends what no driver sends
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

/*
 * What no driver sends
 */

/* One descriptor, or a ring that has more entries than it has. */
static const struct attack {
	const char *what;
	u64 gpa;
	u32 length;
	u16 flags;
	u16 next;
	u16 index;
} attacks[] = {
	{ "memory of the other cell", 0x3bf00000, 100, 0, 0, 1 },
	{ "memory of the hypervisor", 0x3a000000, 100, 0, 0, 1 },
	{ "the end of its memory", 0x100fc0, 100, 0, 0, 1 },
	{ "registers of the device itself", REGS, 100, 0, 0, 1 },
	{ "registers of the local APIC", 0xfee00000, 100, 0, 0, 1 },
	{ "an address that wraps", ~0ULL - 50, 100, 0, 0, 1 },
	{ "a loop", 0x1000, 1, NET_F_NEXT, 0, 1 },
	{ "a loop of nothing", 0x1000, 0, NET_F_NEXT, 0, 1 },
	{ "a descriptor beyond the table", 0x1000, 1, NET_F_NEXT, NET_ENTRIES, 1 },
	{ "an indirect descriptor", 0x1000, 16, NET_F_INDIRECT, 0, 1 },
	{ "a buffer that can be written", 0x1000, 100, NET_F_WRITE, 0, 1 },
	{ "a ring of too much", 0x1000, 100, 0, 0, NET_ENTRIES + 1 },
};

static bool needs_reset(void)
{
	const u64 start = tsc_ns();

	/* The other end's CPU may be at work on it. */
	while (!(mmio_read32(REGS + NET_STATUS) & NET_NEEDS_RESET))
		if (tsc_ns() - start > NS_PER_SEC)
			return false;
	return true;
}

static void attack(const struct attack *attack)
{
	struct net_ring *ring = &memory.ring[NET_TX];
	const u64 start = tsc_ns();

	if (!net_init(&net, REGS, &memory, VECTOR))
		return;
	while (!net_link_up(&net) && tsc_ns() - start < LIMIT)
		cpu_relax();
	ring->desc[0] = (struct net_desc){
		attack->gpa, attack->length, attack->flags, attack->next,
	};
	__atomic_store_n(&ring->avail.index, attack->index, __ATOMIC_SEQ_CST);
	mmio_write32(REGS + NET_QUEUE_NOTIFY, NET_TX);
	report(needs_reset() && !ring->used.index, "the device stops: %s", attack->what);
	net_reset(&net);
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
	const u64 sends = cmdline_u64("sends", 200), receives = cmdline_u64("receives", 200);
	const u64 start = tsc_ns();
	u64 before, n;
	bool up;

	report_begin("link");
	apic_init();
	int_set_handler(VECTOR, on_interrupt);
	irq_enable();
	for (n = 0; cmdline_is("hostile", "yes") && n < ARRAY_SIZE(attacks); n++)
		attack(&attacks[n]);
	if (!report(net_init(&net, REGS, &memory, VECTOR), "there is a network device"))
		report_done();
	do {
		before = interrupts;
		up = net_link_up(&net);
	} while (!up && wait_for_interrupt(before, start));
	report(up, "the link is up");
	while (sent < sends || received < receives) {
		before = interrupts;
		if (sent < sends && send_one((u32)sent))
			sent++;
		else if (!receive_one() && !wait_for_interrupt(before, start))
			break;
	}
	report(sent == sends && received == receives, "%llu frames sent, %llu received", sent,
	       received);
	report(!bad, "%llu are not what was sent", bad);
	report(interrupts || !receives, "interrupts came");
	report_done();
}
