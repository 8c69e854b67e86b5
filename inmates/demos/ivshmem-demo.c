// SPDX-License-Identifier: GPL-2.0-only
/*
 * Two of these play ball: each writes what it has got, and one more, into its own section of the
 * shared memory, and rings. Peer 0 begins, whenever another one comes, and throws twice a second.
 */
#include "ivshmem.h"

#define STATE_VECTOR	0x50
#define BALL_VECTOR	0x51
#define TICK_VECTOR	0x52
#define PERIOD_NS	(500 * NS_PER_MS)
#define TICK_NS		(20 * NS_PER_MS)

static struct ivshmem device;
static u32 peer;
static volatile bool state_changed = true, ball_came;

static void note_state(__maybe_unused struct frame *frame)
{
	state_changed = true;
}

static void note_ball(__maybe_unused struct frame *frame)
{
	ball_came = true;
}

/* Nothing else wakes this CPU when somebody asks the cell to stop. */
static void tick(__maybe_unused struct frame *frame)
{
}

static u32 ball_of(u32 of)
{
	return *(volatile u32 *)ivshmem_output(&device, of);
}

static void throw(u32 ball)
{
	*(volatile u32 *)ivshmem_output(&device, device.id) = ball;
	ivshmem_ring(&device, peer, 1);
}

static void tell_state(void)
{
	state_changed = false;
	printf("Peer %u is in state %u\n", peer, device.states[peer]);
	if (device.id == 0 && device.states[peer])
		throw(1);
}

static bool is_time(void)
{
	static u64 last;
	const u64 now = tsc_ns();

	if (device.id == 0 && now - last < PERIOD_NS)
		return false;
	last = now;
	return true;
}

/* Nothing is shared but the memory: what stands there is another cell's word, and no more. */
static void catch_ball(void)
{
	const u32 ball = ball_of(peer);

	ball_came = false;
	printf("Peer %u has thrown ball %u\n", peer, ball);
	throw(ball + 1);
}

static void listen(void)
{
	int_set_handler(STATE_VECTOR, note_state);
	int_set_handler(BALL_VECTOR, note_ball);
	int_set_handler(TICK_VECTOR, tick);
	ivshmem_set_vector(&device, 0, STATE_VECTOR);
	ivshmem_set_vector(&device, 1, BALL_VECTOR);
	ivshmem_enable(&device, true);
	apic_timer_init(TICK_VECTOR, APIC_TIMER_PERIODIC);
	apic_timer_set(TICK_NS);
}

void inmate_main(void)
{
	apic_init();
	if (!ivshmem_open(&device)) {
		printf("There is no ivshmem device\n");
		return;
	}
	peer = !device.id;
	printf("I am peer %u of %u\n", device.id, device.peers);
	listen();
	ivshmem_set_state(&device, 1);
	while (comm_message() != JAILHOUSE_MSG_SHUTDOWN_REQUEST) {
		if (state_changed)
			tell_state();
		if (ball_came && is_time())
			catch_ball();
		irq_enable_and_halt();
		irq_disable();
	}
	ivshmem_set_state(&device, 0);
	comm_reply(JAILHOUSE_MSG_REQUEST_APPROVED);
}
