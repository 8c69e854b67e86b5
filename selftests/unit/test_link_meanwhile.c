// SPDX-License-Identifier: GPL-2.0-only
/* BESIDE: linked.c cells.c */
/*
 * What happens to links while a frame is copied: the fake calls back whenever a page is opened.
 */
#include <signal.h>
#include <x86intrin.h>
#include "linked.h"

static unsigned int countdown;

/* The pages of both rings are opened first, then those of the frame's buffers. */
#define IN_THE_FIRST_FRAME	7

static bool now(void)
{
	return !--countdown;
}

/* Two frames of A's, and room for both. */
static void begin_with_two_frames(void)
{
	begin_up();
	offer(B);
	offer(B);
	send(A, 1);
	send(A, 2);
}

/* End @n notifies, and @meanwhile is called at each page, of which number @page is meant. */
static int notify_while(unsigned int n, u32 queue, void (*meanwhile)(u64 hpa), unsigned int page)
{
	int err;

	countdown = page;
	fake.on_window = meanwhile;
	err = out(n, 0x50, queue);
	fake.on_window = NULL;
	return err;
}

static void reset_receiver(__maybe_unused u64 hpa)
{
	/* The receiver's CPU would wait for this one: only what it does before that. */
	if (now())
		*link_register(end_of(B), LINK_REG_STATUS) = 0;
}

UNIT(a_reset_during_a_frame_is_seen_before_the_next)
{
	begin_with_two_frames();
	CHECK_EQ(notify_while(A, LINK_TX, reset_receiver, IN_THE_FIRST_FRAME), 0);
	CHECK_EQ(used(B, LINK_RX), 1);
	CHECK_EQ(used(A, LINK_TX), 2);
	finish();
}

static void reset_sender(__maybe_unused u64 hpa)
{
	if (now())
		*link_register(end_of(A), LINK_REG_STATUS) = 0;
}

UNIT(a_sender_that_was_reset_sends_no_more)
{
	begin_with_two_frames();
	CHECK_EQ(notify_while(A, LINK_TX, reset_sender, IN_THE_FIRST_FRAME), 0);
	CHECK_EQ(used(B, LINK_RX), 1);
	CHECK_EQ(used(A, LINK_TX), 1);
	driver_up(A);
	out(A, REG_STATUS, 0);
	CHECK_EQ(in(A, 0x44), 0);
	out(A, 0x30, LINK_RX);
	CHECK_EQ(in(A, 0x44), 0);
	finish();
}

/* As after a reset, which would wait for this CPU. */
static void start_anew(__maybe_unused u64 hpa)
{
	if (now())
		end_of(B)->queue[LINK_RX].ready++;
}

/* The pages that are open are those of the ring that it had before. */
UNIT(a_queue_that_was_started_anew_meanwhile_is_another_one)
{
	begin_with_two_frames();
	CHECK_EQ(notify_while(A, LINK_TX, start_anew, IN_THE_FIRST_FRAME), 0);
	CHECK_EQ(used(B, LINK_RX), 1);
	CHECK_EQ(used(A, LINK_TX), 2);
	CHECK_EQ(interrupts(B), 0);
	CHECK_EQ(in(B, REG_STATUS), UP_AND_RUNNING);
	send(A, 3);
	CHECK_EQ(out(A, 0x50, LINK_TX), 0);
	CHECK(received(B, 1, 3));
	finish();
}

static void close_gates(__maybe_unused u64 hpa)
{
	if (now())
		end_of(A)->gate |= LINK_GATE_CLOSED;
}

UNIT(a_closed_gate_lets_nobody_in)
{
	begin_up();
	offer(B);
	send(A, 1);
	end_of(A)->gate = LINK_GATE_CLOSED;
	CHECK_EQ(out(A, 0x50, LINK_TX), -EAGAIN);
	CHECK_EQ(out(A, REG_STATUS, 0), -EAGAIN);
	CHECK_EQ(out(A, 0x64, 0), -EAGAIN);
	CHECK_EQ(used(A, LINK_TX), 0);
	end_of(A)->gate = 0;
	CHECK_EQ(notify_while(A, LINK_TX, close_gates, 3), -EAGAIN);
	CHECK_EQ(used(A, LINK_TX), 0);
	CHECK_EQ(end_of(A)->gate, LINK_GATE_CLOSED);
	end_of(A)->gate = 0;
	finish();
}

/* Whoever closes a gate has the CPUs of the root cell held, and waits for one frame at most. */
UNIT(the_frame_in_flight_is_the_last_one_when_the_gate_closes)
{
	begin_with_two_frames();
	CHECK_EQ(notify_while(A, LINK_TX, close_gates, IN_THE_FIRST_FRAME), -EAGAIN);
	CHECK_EQ(used(A, LINK_TX), 1);
	CHECK(received(B, 0, 1));
	end_of(A)->gate = 0;
	CHECK_EQ(out(A, 0x50, LINK_TX), 0);
	CHECK(received(B, 1, 2));
	finish();
}

static int notified;

static void notify_too(__maybe_unused u64 hpa)
{
	if (now())
		notified = out(B, 0x50, LINK_RX);
}

/* The other CPU leaves it to this one, which looks once more. */
UNIT(a_direction_is_one_cpus_at_a_time)
{
	begin_up();
	offer(B);
	send(A, 1);
	notified = 1;
	CHECK_EQ(notify_while(A, LINK_TX, notify_too, 4), 0);
	CHECK_EQ(notified, 0);
	CHECK_EQ(used(B, LINK_RX), 1);
	CHECK_EQ(end_of(A)->pipe.word, 0);
	finish();
}

static void send_and_stay_away(__maybe_unused u64 hpa)
{
	if (!now())
		return;
	notified = out(A, 0x50, LINK_TX);
	machine.cpus[2].requests = CPU_REQ_FLUSH;
}

/* The receiver's CPU was copying, and does not come back: the sender sees to it itself. */
UNIT(what_was_left_to_a_cpu_that_goes_is_taken_back)
{
	begin_up();
	send(A, 1);
	CHECK_EQ(out(A, 0x50, LINK_TX), 0);
	send(A, 2);
	offer(B);
	offer(B);
	interrupts(A);
	/* It does not want to know what was used. */
	set16(A, RING(LINK_TX) + AVAIL + 4 + 2 * SIZE, 100);
	CHECK_EQ(notify_while(B, LINK_RX, send_and_stay_away, IN_THE_FIRST_FRAME), 0);
	machine.cpus[2].requests = 0;
	CHECK_EQ(used(A, LINK_TX), 1);
	CHECK_EQ(interrupts(A), 1);
	out(A, 0x64, LINK_INTERRUPT_USED);
	CHECK_EQ(used(A, LINK_TX), 2);
	finish();
}

/* Too short to be a frame: it is dropped, and takes no buffer. */
static void send_on(__maybe_unused u64 hpa)
{
	if ((u16)(get16(A, RING(LINK_TX) + AVAIL + 2) - used(A, LINK_TX)) < SIZE / 2)
		queue_buffer(A, LINK_TX, BUFFER(SIZE), HEADER + 13);
}

/* However much a sender has, and however fast, the receiver's instruction ends. */
UNIT(a_receiver_is_not_held_by_a_sender_without_end)
{
	unsigned int n;

	begin_up();
	offer(B);
	fake.on_window = send_on;
	for (n = 0; n < 10; n++)
		CHECK_EQ(out(B, 0x50, LINK_RX), 0);
	CHECK_EQ(interrupts(A), 1);
	fake.on_window = NULL;
	while (out(A, 0x64, LINK_INTERRUPT_USED) == -EAGAIN)
		;
	CHECK_EQ(used(B, LINK_RX), 0);
	finish();
}

/* Gates are closed while memory and CPUs of the root cell, or of either, change. */
static unsigned int open_gates;

static void look_at_gates(__maybe_unused u64 hpa)
{
	const struct cell *cell;
	const struct link_end *end;

	for_each_cell(&machine, cell)
		for_each_link(cell, end)
			open_gates += !(end->gate & LINK_GATE_CLOSED);
}

UNIT(a_third_cell_comes_and_goes_beside_them)
{
	struct fake_config config;
	long id;

	begin_up();
	offer(B);
	config_of(&config, "c", 0x8, C_RAM, 0x40, 0);
	fake_boot(4);
	ids[A] = (u64)create_linked("a", A, ID);
	ids[B] = (u64)create_linked("b", B, ID);
	CHECK_EQ(fake_hypercall(0, START, ids[A], KILL), 0);
	CHECK_EQ(fake_hypercall(0, START, ids[B], KILL), 0);
	driver_up(A);
	driver_up(B);
	fake_config_place(&config, FAKE_CONFIG_GPA);
	id = fake_repeat(0, JAILHOUSE_HC_CELL_CREATE, FAKE_CONFIG_GPA, 0);
	CHECK(id > 0);
	CHECK(link_up(A) && link_up(B));
	open_gates = 0;
	look_at_gates(0);
	CHECK_EQ(open_gates, 2);
	offer(B);
	send(A, 7);
	CHECK_EQ(out(A, 0x50, LINK_TX), 0);
	CHECK(received(B, 0, 7));
	CHECK_EQ(fake_repeat(0, DESTROY, (u64)id, KILL), 0);
	CHECK_SOUND();
}

#define FLAGS_TF	0x100ULL

#define MANY_STEPS	100000

static unsigned int steps_done;

/* Beyond any number that could be meant, it stops, and the test fails instead of hanging. */
static void note_on(__maybe_unused int signal)
{
	if (steps_done++ < MANY_STEPS)
		out(B, 0x50, LINK_RX);
}

static int out_step_by_step(unsigned int n, u32 reg, u32 val)
{
	int err;

	steps_done = 0;
	__writeeflags(__readeflags() | FLAGS_TF);
	err = out(n, reg, val);
	__writeeflags(__readeflags() & ~FLAGS_TF);
	return err;
}

/* However often a receiver notes that it has come, the sender's instruction ends. */
UNIT(a_sender_is_not_held_by_a_receiver_that_notes_without_end)
{
	struct sigaction action = { .sa_handler = note_on };

	CHECK_EQ(sigaction(SIGTRAP, &action, NULL), 0);
	begin_up();
	offer(B);
	offer(B);
	send(A, 1);
	interrupts(A);
	CHECK_EQ(out_step_by_step(A, 0x50, LINK_TX), 0);
	CHECK(steps_done < MANY_STEPS);
	CHECK_EQ(used(B, LINK_RX), 1);
	/* What it noted last is not lost: the sender is told, and looks once more. */
	CHECK_EQ(interrupts(A), 1);
	CHECK_EQ(out_step_by_step(A, 0x64, LINK_INTERRUPT_USED), 0);
	CHECK(steps_done < MANY_STEPS);
	send(A, 2);
	CHECK_EQ(out(A, 0x50, LINK_TX), 0);
	CHECK(received(B, 1, 2));
	CHECK_EQ(end_of(A)->pipe.word, 0);
	finish();
}

static bool broken;

/* As whoever copies the frame in flight does, when its ring is malformed. */
static void break_during_reset(__maybe_unused int signal)
{
	if (broken || *link_register(end_of(B), LINK_REG_STATUS))
		return;
	broken = true;
	link_break(end_of(B), "malformed receive queue");
}

UNIT(what_breaks_during_a_reset_is_reset_too)
{
	struct sigaction action = { .sa_handler = break_during_reset };

	CHECK_EQ(sigaction(SIGTRAP, &action, NULL), 0);
	begin_up();
	broken = false;
	CHECK_EQ(out_step_by_step(B, REG_STATUS, 0), 0);
	CHECK(broken);
	CHECK_EQ(in(B, REG_STATUS), 0);
	driver_up(B);
	CHECK_EQ(in(B, REG_STATUS), UP_AND_RUNNING);
	CHECK(link_up(A));
	finish();
}

/*
 * B is stopped while gates are opened again: after each instruction once.
 */

static unsigned int steps_left;
static bool stopped;

static void after_an_instruction(__maybe_unused int signal)
{
	if (steps_left--)
		return;
	stopped = true;
	links_run(cell_find(&machine, ids[B]), false);
}

static void open_step_by_step(unsigned int steps)
{
	steps_left = steps;
	stopped = false;
	__writeeflags(__readeflags() | FLAGS_TF);
	links_open(&machine);
	__writeeflags(__readeflags() & ~FLAGS_TF);
}

UNIT(who_stops_while_gates_open_is_not_missed)
{
	struct sigaction action = { .sa_handler = after_an_instruction };
	unsigned int steps = 0;

	CHECK_EQ(sigaction(SIGTRAP, &action, NULL), 0);
	begin_up();
	do {
		unit_row("after %u instructions", steps);
		links_run(cell_find(&machine, ids[B]), true);
		*link_register(end_of(B), LINK_REG_STATUS) = UP_AND_RUNNING;
		*link_register(end_of(A), LINK_REG_INTERRUPTS) = 0;
		interrupts(A);
		links_close(cell_find(&machine, ids[A]));
		open_step_by_step(steps++);
		CHECK_EQ(interrupts(A), stopped);
		CHECK(!end_of(B)->missed);
	} while (stopped);
	CHECK(steps > 10);
	finish();
}
