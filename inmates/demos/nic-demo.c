// SPDX-License-Identifier: GPL-2.0-only
/*
 * A thousand times a second the APIC timer fires, whatever arrives at the cell's network card, an
 * 82574L (e1000e): pings and questions for its address, which are answered. When it is asked to
 * stop, it says how late the timer was while frames came, and while none did.
 *
 *	ip=A.B.C.D	its address, 10.74.0.2 if there is none
 *	dma=ADDRESS	memory that the card finds at that address as well: without an IOMMU
 *	loop=MS		first, for so many milliseconds it does nothing, and for as many it sends
 *			itself frames, as fast as the card gives them back: nobody else is busy then
 */
#include "e1000e.h"

#define TIMER_VECTOR	0x60
#define NIC_VECTOR	0x50
#define PERIOD_NS	NS_PER_MS
#define CALIBRATE_NS	(50 * NS_PER_MS)

/* Of microseconds: below 1, below 2, below 4, and so on; the last one is all the rest. */
#define BUCKETS		8

#define LOOP_AT_ONCE	8

#define ETHER_HEADER	14U
#define ETHER_TYPE	12
#define TYPE_ARP	0x0806
#define TYPE_IP		0x0800
/* For experiments (IEEE 802). */
#define TYPE_NUMBER	0x88b5

/* From the end of the Ethernet header on: RFC 826, RFC 791 without options, RFC 792. */
#define ARP_SIZE	28U
#define ARP_OPERATION	6
#define ARP_SENDER	8
#define ARP_SENDER_IP	14
#define ARP_TARGET	18
#define ARP_TARGET_IP	24
#define IP_SIZE		20U
#define IP_VERSION	0
#define IP_LENGTH	2
#define IP_PROTOCOL	9
#define IP_SOURCE	12
#define IP_DESTINATION	16
#define ICMP_TYPE	20
#define ICMP_CHECKSUM	22
#define ICMP_SIZE	8U
#define VERSION_4	0x45
#define PROTOCOL_ICMP	1
#define ECHO_REQUEST	8
#define ECHO_REPLY	0

/**
 * struct lateness - of the ticks of one kind
 * @ticks: how many there were
 * @missed: how many were so late that the next one took their place
 * @worst: TSC ticks of the latest
 * @buckets: how many were late by so much
 */
struct lateness {
	u64 ticks;
	u64 missed;
	u64 worst;
	u64 buckets[BUCKETS];
};

static struct e1000e_memory own_memory;
static struct e1000e nic;
static u8 ip[4] = { 10, 74, 0, 2 };
static u64 received, answered, interrupts;

/* What the loop of the program has been doing since the last tick. */
static volatile enum { QUIET, LOOPED, MOVED, KINDS } doing;
static const char *const kinds[KINDS] = { "no frames", "frames of its own", "frames" };
static struct lateness lateness[KINDS];
static u64 due, period;
static bool has_deadline;
static volatile bool frames_came;

/*
 * The timer
 */

static void note(struct lateness *kind, u64 late)
{
	u64 us = scale(late, NS_PER_SEC / NS_PER_US, tsc_hz());
	u32 n = 0;

	for (; us && n < BUCKETS - 1; us >>= 1)
		n++;
	kind->ticks++;
	kind->worst = MAX(kind->worst, late);
	kind->buckets[n]++;
}

static void arm(void)
{
	u64 now = rdtsc();

	if (has_deadline)
		apic_timer_set_deadline(due);
	else
		apic_timer_set(scale(due - MIN(now, due), NS_PER_SEC, tsc_hz()));
}

/* A period is as long as the last one, however late this tick is. */
static void timer_fired(__maybe_unused struct frame *frame)
{
	u64 now = rdtsc();

	note(&lateness[doing], now - MIN(now, due));
	for (due += period; due <= now; due += period)
		lateness[doing].missed++;
	doing = QUIET;
	arm();
}

static void start_timer(void)
{
	has_deadline = apic_has_deadline();
	if (has_deadline)
		tsc_calibrate(CALIBRATE_NS);
	period = scale(PERIOD_NS, tsc_hz(), NS_PER_SEC);
	int_set_handler(TIMER_VECTOR, timer_fired);
	apic_timer_init(TIMER_VECTOR, has_deadline ? APIC_TIMER_DEADLINE : APIC_TIMER_ONESHOT);
	due = rdtsc() + period;
	arm();
}

/* Ticks of the TSC, and a histogram of microseconds: of how many ticks was which late? */
static void print_lateness(const char *when, const struct lateness *kind)
{
	u32 n;

	printf("timer, %s: %llu ticks, %llu missed, at most %llu TSC ticks late\n", when,
	       kind->ticks, kind->missed, kind->worst);
	printf("us late, %s:", when);
	for (n = 0; n < BUCKETS - 1; n++)
		if (kind->buckets[n])
			printf(" <%u: %llu", 1U << n, kind->buckets[n]);
	printf(" more: %llu\n", kind->buckets[n]);
}

/*
 * Frames
 */

static u32 get16(const u8 *at)
{
	return (u32)at[0] << 8 | at[1];
}

static void put16(u8 *at, u32 value)
{
	at[0] = (u8)(value >> 8);
	at[1] = (u8)value;
}

static void reverse_ether(u8 *frame)
{
	memcpy(frame, frame + 6, 6);
	memcpy(frame + 6, nic.mac, 6);
}

/* Who has this address? Length and kinds of addresses are Ethernet's and IP's. */
static bool answer_arp(u8 *frame, size_t length)
{
	static const u8 question[8] = { 0, 1, 8, 0, 6, 4, 0, 1 };
	u8 *arp = frame + ETHER_HEADER;

	if (length < ETHER_HEADER + ARP_SIZE || memcmp(arp, question, sizeof(question)) ||
	    memcmp(arp + ARP_TARGET_IP, ip, sizeof(ip)))
		return false;
	put16(arp + ARP_OPERATION, 2);
	memcpy(arp + ARP_TARGET, arp + ARP_SENDER, 10);
	memcpy(arp + ARP_SENDER, nic.mac, 6);
	memcpy(arp + ARP_SENDER_IP, ip, sizeof(ip));
	reverse_ether(frame);
	return true;
}

/* Only the type changes, and what it adds to the checksum (RFC 1624). */
static bool answer_ping(u8 *frame, size_t length)
{
	u8 *packet = frame + ETHER_HEADER;
	u32 sum;

	if (length < ETHER_HEADER + IP_SIZE + ICMP_SIZE ||
	    packet[IP_VERSION] != VERSION_4 || packet[IP_PROTOCOL] != PROTOCOL_ICMP ||
	    get16(packet + IP_LENGTH) > length - ETHER_HEADER ||
	    packet[ICMP_TYPE] != ECHO_REQUEST ||
	    memcmp(packet + IP_DESTINATION, ip, sizeof(ip)))
		return false;
	memcpy(packet + IP_DESTINATION, packet + IP_SOURCE, sizeof(ip));
	memcpy(packet + IP_SOURCE, ip, sizeof(ip));
	packet[ICMP_TYPE] = ECHO_REPLY;
	sum = get16(packet + ICMP_CHECKSUM) + (ECHO_REQUEST << 8);
	put16(packet + ICMP_CHECKSUM, sum + (sum >> 16));
	reverse_ether(frame);
	return true;
}

static bool answer(u8 *frame, size_t length)
{
	switch (get16(frame + ETHER_TYPE)) {
	case TYPE_ARP:
		return answer_arp(frame, length);
	case TYPE_IP:
		return answer_ping(frame, length);
	default:
		return false;
	}
}

/* While the card cannot send, what arrives waits in its ring. */
static bool move_frame(void)
{
	size_t length;
	const u8 *from = e1000e_receive(&nic, &length);
	u8 *to = from ? e1000e_send_begin(&nic) : NULL;

	if (!to)
		return false;
	doing = MOVED;
	received++;
	memcpy(to, from, length);
	e1000e_receive_done(&nic);
	if (length >= ETHER_HEADER && length <= E1000E_FRAME_MAX && answer(to, length)) {
		e1000e_send(&nic, length);
		answered++;
	}
	return true;
}

/* Short, so that the timer does not wait for it: frames are the loop's. */
static void nic_interrupt(__maybe_unused struct frame *frame)
{
	e1000e_mask(&nic);
	interrupts++;
	frames_came = true;
}

static void move_frames(void)
{
	while (move_frame())
		;
	e1000e_unmask(&nic);
	/* What came in between has interrupted nobody. */
	while (move_frame())
		;
}

/*
 * The card's own loop
 */

/* Bytes that are nobody's protocol, from the card to itself. */
static bool send_number(u32 number)
{
	u8 *frame = e1000e_send_begin(&nic);

	if (!frame)
		return false;
	memcpy(frame, nic.mac, 6);
	memcpy(frame + 6, nic.mac, 6);
	put16(frame + ETHER_TYPE, TYPE_NUMBER);
	memset(frame + ETHER_HEADER, (int)(number & 0xff), E1000E_FRAME_MAX - ETHER_HEADER);
	e1000e_send(&nic, E1000E_FRAME_MAX);
	return true;
}

/* Return: whether one has come, and was that of this number. */
static bool receive_number(u32 number, bool *right)
{
	static u8 expected[E1000E_FRAME_MAX - ETHER_HEADER];
	size_t length;
	const u8 *frame = e1000e_receive(&nic, &length);

	if (!frame)
		return false;
	memset(expected, (int)(number & 0xff), sizeof(expected));
	*right = length == E1000E_FRAME_MAX &&
		 !memcmp(frame + ETHER_HEADER, expected, sizeof(expected));
	e1000e_receive_done(&nic);
	return true;
}

/* While some are on their way, others come back. */
static void loop_until(u64 end)
{
	u64 sent = 0, came = 0, wrong = 0;
	bool right;

	while (sent != came || rdtsc() < end) {
		if (rdtsc() < end && sent - came < LOOP_AT_ONCE && send_number((u32)sent))
			sent++;
		if (receive_number((u32)came, &right)) {
			came++;
			wrong += !right;
		}
		doing = LOOPED;
	}
	printf("nic-demo: %llu frames of its own came back, %llu not as sent\n", came, wrong);
}

static void use_loop(u64 ms)
{
	u64 ticks = scale(ms, tsc_hz(), NS_PER_SEC / NS_PER_MS), start = rdtsc();

	while (rdtsc() - start < ticks)
		irq_enable_and_halt();
	e1000e_loop(&nic, true);
	e1000e_unmask(&nic);
	loop_until(rdtsc() + ticks);
	e1000e_loop(&nic, false);
}

/*
 * All together
 */

static void read_address(void)
{
	char text[16];
	const char *at = text;
	u32 n, value;

	if (!cmdline_get("ip", text, sizeof(text)))
		return;
	for (n = 0; n < sizeof(ip); n++) {
		for (value = 0; *at >= '0' && *at <= '9'; at++)
			value = 10 * value + (u32)(*at - '0');
		ip[n] = (u8)value;
		at += *at == '.';
	}
}

static bool open_card(void)
{
	struct e1000e_memory *memory = (void *)cmdline_u64("dma", (u64)&own_memory);
	u32 bdf = pci_find(E1000E_ID);

	if (bdf == PCI_NOT_FOUND) {
		printf("nic-demo: the cell has no 82574L\n");
		return false;
	}
	map_range((u64)memory, sizeof(*memory));
	int_set_handler(NIC_VECTOR, nic_interrupt);
	if (!e1000e_open(&nic, bdf, memory, NIC_VECTOR)) {
		printf("nic-demo: %02x:%02x.%x has no MSI-X\n", bdf >> 8, bdf >> 3 & 0x1f, bdf & 7);
		return false;
	}
	while (!e1000e_link_up(&nic))
		delay_ns(NS_PER_MS);
	printf("nic-demo: %02x:%02x.%x, %02x:%02x:%02x:%02x:%02x:%02x, answers at %u.%u.%u.%u\n",
	       bdf >> 8, bdf >> 3 & 0x1f, bdf & 7, nic.mac[0], nic.mac[1], nic.mac[2], nic.mac[3],
	       nic.mac[4], nic.mac[5], ip[0], ip[1], ip[2], ip[3]);
	return true;
}

/* Returns true once the cell may go. */
static bool answer_messages(void)
{
	u32 kind;

	switch (comm_message()) {
	case JAILHOUSE_MSG_NONE:
		return false;
	case JAILHOUSE_MSG_SHUTDOWN_REQUEST:
		printf("nic-demo: %llu frames received, %llu answered, %llu interrupts\n", received,
		       answered, interrupts);
		for (kind = 0; kind < KINDS; kind++)
			print_lateness(kinds[kind], &lateness[kind]);
		comm_reply(JAILHOUSE_MSG_REQUEST_APPROVED);
		return true;
	case JAILHOUSE_MSG_RECONFIG_COMPLETED:
		comm_reply(JAILHOUSE_MSG_RECEIVED);
		return false;
	default:
		comm_reply(JAILHOUSE_MSG_UNKNOWN);
		return false;
	}
}

void inmate_main(void)
{
	apic_init();
	read_address();
	if (!open_card())
		stop(JAILHOUSE_CELL_FAILED);
	start_timer();
	irq_enable();
	use_loop(cmdline_u64("loop", 0));
	move_frames();
	while (!answer_messages()) {
		irq_disable();
		if (!frames_came)
			irq_enable_and_halt();
		irq_enable();
		if (frames_came) {
			frames_came = false;
			move_frames();
		}
	}
}
