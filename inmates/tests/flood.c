// SPDX-License-Identifier: GPL-2.0-only
/*
 * The end of a link that gives its peer, and the hypervisor, no rest. For a cell with one CPU.
 *
 *	mode=frames	sends as fast as it can, and takes whatever comes; for ever
 *	mode=sink	takes whatever comes, by a ring of 128 entries; for ever
 *	mode=notes	notifies, of queues that have nothing new, and of such as do not exist; for
 *			ever
 *	mode=both	its ring is always full, so that frames are dropped where the receiver has
 *			no buffer, and it notifies all the time; for ever
 *	mode=reset	takes its device, or its queues, back while the other end copies, and looks
 *			whether its memory is its own from then on
 *	mode=count	takes frames
 *	rounds=N	so often, or so many, 50 by default
 */
#include "report.h"
#include "net.h"

#define REGS		0xfd000000ULL
#define VECTOR		0x62
#define LENGTH		1514U
#define LIMIT		(60 * NS_PER_SEC)
#define PATTERN		0xa5

/* Frames that a sender has waiting: of more than half a ring the oldest ones are dropped. */
#define AHEAD		(NET_ENTRIES / 2)

static struct net net;
static struct net_memory memory;

static u16 load(const u16 *index)
{
	return __atomic_load_n(index, __ATOMIC_SEQ_CST);
}

static void on_interrupt(struct frame *frame)
{
	(void)frame;
	net_acknowledge(&net);
}

static void take_all(void)
{
	u32 length;

	while (net_receive(&net, &length))
		net_receive_end(&net);
}

static void __noreturn send_frames(void)
{
	irq_enable();
	for (;;) {
		if (net_send_begin(&net))
			net_send(&net, LENGTH);
		take_all();
	}
}

/* Nobody looks at the frames: buffers may be shared. */
static void __noreturn sink(void)
{
	irq_enable();
	for (;;)
		take_all();
}

static void __noreturn send_notes(void)
{
	static const u32 queues[] = { NET_TX, NET_RX, NET_QUEUES, ~0U };
	u32 n;

	for (n = 0;; n++)
		mmio_write32(REGS + NET_QUEUE_NOTIFY, queues[n % ARRAY_SIZE(queues)]);
}

/* Whatever was used is available again at once. */
static void renew(u32 number, u16 ahead)
{
	struct net_ring *ring = &memory.ring[number];
	u16 index = (u16)(load(&ring->used.index) + ahead);

	if (index != ring->avail.index)
		__atomic_store_n(&ring->avail.index, index, __ATOMIC_SEQ_CST);
}

static void __noreturn send_both(void)
{
	for (;;) {
		renew(NET_RX, NET_ENTRIES);
		mmio_write32(REGS + NET_QUEUE_NOTIFY, NET_RX);
		renew(NET_TX, NET_ENTRIES);
		mmio_write32(REGS + NET_QUEUE_NOTIFY, NET_TX);
		mmio_write32(REGS + NET_INTERRUPT_ACK, ~0U);
	}
}

/* Until the other end has used entries of a queue. */
static bool is_copied_to(u32 number)
{
	const u64 start = tsc_ns();

	while (!load(&memory.ring[number].used.index)) {
		if (tsc_ns() - start > LIMIT)
			return false;
		cpu_relax();
	}
	return true;
}

static void take_queues_back(void)
{
	u32 number;

	for (number = 0; number < NET_QUEUES; number++) {
		mmio_write32(REGS + NET_QUEUE_SELECT, number);
		mmio_write32(REGS + NET_QUEUE_READY, 0);
	}
}

/* How many bytes somebody has written to, where nobody may. */
static u64 changed(void)
{
	const volatile u8 *bytes = (const volatile u8 *)&memory;
	u64 n, count = 0;

	for (n = 0; n < sizeof(memory); n++)
		count += bytes[n] != PATTERN;
	return count;
}

/*
 * The frames that this end has are not notified of, so that it is the other end's CPU that copies
 * them, too. Which way the rounds are: the device is reset, or queues are taken back.
 */
static void reset_often(u64 rounds)
{
	u64 n, bytes = 0;
	bool copies = true;
	u32 i;

	for (n = 0; copies && n < rounds; n++) {
		if (!net_init(&net, REGS, &memory, VECTOR))
			break;
		for (i = 0; i < AHEAD; i++)
			memory.ring[NET_TX].desc[i].length = NET_HEADER + LENGTH;
		renew(NET_TX, AHEAD);
		copies = is_copied_to(n % 4 < 2 ? NET_RX : NET_TX);
		if (n % 2)
			take_queues_back();
		else
			net_reset(&net);
		memset(&memory, PATTERN, sizeof(memory));
		bytes += changed();
	}
	report(copies && n == rounds, "%llu times taken back", n);
	report(!bytes, "%llu bytes written to afterwards", bytes);
}

static void count(u64 wanted)
{
	const u64 start = tsc_ns();
	u64 got = 0;
	u32 length;

	irq_enable();
	while (got < wanted && tsc_ns() - start < LIMIT) {
		if (net_receive(&net, &length)) {
			net_receive_end(&net);
			got++;
		}
		cpu_relax();
	}
	report(got == wanted, "%llu frames came", got);
}

void inmate_main(void)
{
	const u64 rounds = cmdline_u64("rounds", 50);

	report_begin("flood");
	apic_init();
	int_set_handler(VECTOR, on_interrupt);
	if (cmdline_is("mode", "sink"))
		net.entries = NET_ENTRIES_MAX;
	if (!report(net_init(&net, REGS, &memory, VECTOR), "there is a network device"))
		report_done();
	if (cmdline_is("mode", "frames"))
		send_frames();
	if (cmdline_is("mode", "sink"))
		sink();
	if (cmdline_is("mode", "notes"))
		send_notes();
	if (cmdline_is("mode", "both"))
		send_both();
	if (cmdline_is("mode", "reset"))
		reset_often(rounds);
	else
		count(rounds);
	net_reset(&net);
	report_done();
}
