// SPDX-License-Identifier: GPL-2.0-only
/* BESIDE: cells.c */
/* Links of cells on the fake machine: devices, copying, and cells that come and go. */
#include <string.h>

#include "cells.h"
#include "errno.h"
#include "link.h"

#define ID		7U
#define REGS		0xfd000000ULL
#define SIZE		16U
#define FRAME		100U
#define HEADER		LINK_HEADER_SIZE

/* Where a cell has a ring, by its own addresses; buffer N of a page each behind both. */
#define RING(number)	(0x8000U + 0x1000U * (number))
#define AVAIL		0x400U
#define USED		0x800U
#define BUFFER(n)	(LOAD_SIZE + 0x400U * (n))

/* Registers of a device that the cell has, and RAM that it can read only. */
#define DEVICE		0x300000U
#define CONST		0x400000U
#define CONST_RAM	0x780000U

#define REG_STATUS	0x70
#define ALL_BUT_OK	0x0bU
#define UP_AND_RUNNING	0x0fU

enum { A, B };

static const u64 ram[] = { A_RAM, B_RAM };
static struct fake_snapshot before;
static u64 ids[2];

static long create_linked(const char *name, unsigned int n, u32 id)
{
	struct fake_config config;

	config_of(&config, name, n == A ? 0x2 : 0x4, ram[n], (u16)(0x10 + 16 * n), 0);
	fake_add_memory(&config, FAKE_IO_START + n * 0x1000, DEVICE, 0x1000,
			JAILHOUSE_MEM_READ | JAILHOUSE_MEM_WRITE | JAILHOUSE_MEM_IO);
	fake_add_memory(&config, CONST_RAM + n * 0x1000, CONST, 0x1000, JAILHOUSE_MEM_READ);
	fake_add_link(&config, id, REGS);
	fake_config_place(&config, FAKE_CONFIG_GPA);
	return fake_repeat(0, JAILHOUSE_HC_CELL_CREATE, FAKE_CONFIG_GPA, 0);
}

static struct link_end *end_of(unsigned int n)
{
	return cell_find(&machine, ids[n])->links;
}

static int access_reg(unsigned int n, u32 reg, bool write, u64 *val)
{
	struct mmio_access access = {
		.gpa = REGS + reg, .width = 4, .is_write = write, .value = *val,
	};
	const unsigned int self = fake.current;
	int err;

	/* Cell A has CPU 1, cell B CPU 2. */
	fake.current = n + 1;
	err = link_access(end_of(n), &access);
	fake.current = self;
	*val = access.value;
	return err;
}

static u32 in(unsigned int n, u32 reg)
{
	u64 val = 0;

	CHECK_EQ(access_reg(n, reg, false, &val), 0);
	return (u32)val;
}

static int out(unsigned int n, u32 reg, u32 val)
{
	u64 copy = val;

	return access_reg(n, reg, true, &copy);
}

static u8 *at(unsigned int n, u64 gpa)
{
	return fake.ram + ram[n] + gpa;
}

static u16 get16(unsigned int n, u64 gpa)
{
	u16 val;

	memcpy(&val, at(n, gpa), sizeof(val));
	return val;
}

static void set16(unsigned int n, u64 gpa, u16 val)
{
	memcpy(at(n, gpa), &val, sizeof(val));
}

static void setup_queue(unsigned int n, unsigned int number)
{
	const u32 ring = RING(number);

	memset(at(n, ring), 0, 0x1000);
	out(n, 0x30, number);
	out(n, 0x38, SIZE);
	out(n, 0x80, ring);
	out(n, 0x84, 0);
	out(n, 0x90, ring + AVAIL);
	out(n, 0xa0, ring + USED);
	out(n, 0x44, 1);
	CHECK_EQ(in(n, 0x44), 1);
}

static void driver_up(unsigned int n)
{
	out(n, REG_STATUS, 0);
	out(n, REG_STATUS, 3);
	out(n, 0x24, 0);
	out(n, 0x20, 1U << 5 | 1U << 16 | 1U << 29);
	out(n, 0x24, 1);
	out(n, 0x20, 1);
	out(n, REG_STATUS, ALL_BUT_OK);
	CHECK_EQ(in(n, REG_STATUS), ALL_BUT_OK);
	setup_queue(n, LINK_RX);
	setup_queue(n, LINK_TX);
	out(n, REG_STATUS, UP_AND_RUNNING);
}

static void queue_buffer(unsigned int n, unsigned int number, u64 gpa, u32 length)
{
	const u32 ring = RING(number);
	const u16 index = get16(n, ring + AVAIL + 2), slot = index % SIZE;
	const u16 flags = number == LINK_RX ? 2 : 0;

	memcpy(at(n, ring + 16U * slot), &gpa, 8);
	memcpy(at(n, ring + 16U * slot + 8), &length, 4);
	set16(n, ring + 16U * slot + 12, flags);
	set16(n, ring + AVAIL + 4 + 2U * slot, slot);
	set16(n, ring + AVAIL + 2, (u16)(index + 1));
}

static void offer(unsigned int n)
{
	queue_buffer(n, LINK_RX, BUFFER(get16(n, RING(LINK_RX) + AVAIL + 2) % SIZE), 0x400);
}

static void send(unsigned int n, u8 seed)
{
	const u64 buffer = BUFFER(SIZE + get16(n, RING(LINK_TX) + AVAIL + 2) % SIZE);

	memset(at(n, buffer), seed, HEADER + FRAME);
	queue_buffer(n, LINK_TX, buffer, HEADER + FRAME);
}

static u16 used(unsigned int n, unsigned int number)
{
	return get16(n, RING(number) + USED + 2);
}

static bool received(unsigned int n, unsigned int frame, u8 seed)
{
	const u8 *bytes = at(n, BUFFER(frame % SIZE)) + HEADER;
	unsigned int i;

	for (i = 0; i < FRAME; i++)
		if (bytes[i] != seed)
			return false;
	return true;
}

static bool link_up(unsigned int n)
{
	u64 val = 0;

	CHECK_EQ(access_reg(n, 0x104, false, &val), 0);
	return val >> 16 & 1;
}

static unsigned int interrupts(unsigned int n)
{
	struct cell *cell = cell_find(&machine, ids[n]);
	const unsigned int count = cell->arch.link_interrupts;

	cell->arch.link_interrupts = 0;
	return count;
}

static void begin(void)
{
	fake_boot(3);
	fake_snapshot(&before);
	ids[A] = (u64)create_linked("a", A, ID);
	ids[B] = (u64)create_linked("b", B, ID);
	CHECK_EQ(fake_hypercall(0, START, ids[A], KILL), 0);
	CHECK_EQ(fake_hypercall(0, START, ids[B], KILL), 0);
	CHECK_SOUND();
}

static void begin_up(void)
{
	begin();
	driver_up(A);
	driver_up(B);
	out(A, 0x64, 3);
	interrupts(A);
	interrupts(B);
}

static void finish(void)
{
	CHECK_SOUND();
	CHECK_EQ(fake_repeat(0, DESTROY, ids[A], KILL), 0);
	CHECK_SOUND();
	CHECK_EQ(fake_repeat(0, DESTROY, ids[B], KILL), 0);
	CHECK_STR(fake_changed(&before), NULL);
	CHECK_SOUND();
}

UNIT(registers_are_those_of_a_network_device)
{
	begin();
	CHECK_EQ(in(A, 0x00), 0x74726976);
	CHECK_EQ(in(A, 0x04), 2);
	CHECK_EQ(in(A, 0x08), 1);
	CHECK_EQ(in(A, 0x10), 1U << 5 | 1U << 16 | 1U << 29);
	out(A, 0x14, 1);
	CHECK_EQ(in(A, 0x10), 1);
	out(A, 0x14, 2);
	CHECK_EQ(in(A, 0x10), 0);
	CHECK_EQ(in(A, 0x34), LINK_QUEUE_MAX);
	out(A, 0x30, 2);
	CHECK_EQ(in(A, 0x34), 0);
	CHECK_EQ(in(A, 0x44), 0);
	CHECK_EQ(in(A, 0xb0), ~0U);
	CHECK_EQ(in(A, 0x100), 2);
	CHECK_EQ(in(A, 0x104), ID << 8);
	CHECK_EQ(in(A, 0x108), 0);
	finish();
}

UNIT(registers_have_four_bytes_but_for_the_configuration)
{
	static const struct { u32 reg; unsigned int width; int err; u64 val; } rows[] = {
		{ 0, 1, -EPERM }, { 2, 2, -EPERM }, { 0, 8, -EPERM }, { 0x100, 8, -EPERM },
		{ 2, 4, -EPERM }, { 0x100, 1, 0, 2 }, { 0x105, 1, 0, ID }, { 0x104, 2, 0, ID << 8 },
		{ 0x106, 2, 0, 0 }, { 0x107, 2, 0, 0 }, { 0xffc, 4, 0, 0 },
	};
	size_t n;

	begin();
	for (n = 0; n < ARRAY_SIZE(rows); n++) {
		struct mmio_access access = {
			.gpa = REGS + rows[n].reg, .width = rows[n].width, .value = ~0ULL,
		};

		unit_row("%zu", n);
		CHECK_EQ(link_access(end_of(A), &access), rows[n].err);
		CHECK_EQ(access.value, rows[n].val);
	}
	finish();
}

UNIT(features_are_what_was_offered)
{
	begin();
	out(A, REG_STATUS, 3);
	out(A, 0x24, 1);
	out(A, 0x20, 3);
	out(A, REG_STATUS, UP_AND_RUNNING);
	CHECK_EQ(in(A, REG_STATUS), 3);
	/* Without VERSION_1 it would be another device. */
	out(A, 0x20, 0);
	out(A, REG_STATUS, UP_AND_RUNNING);
	CHECK_EQ(in(A, REG_STATUS), 3);
	out(A, 0x20, 1);
	out(A, REG_STATUS, ALL_BUT_OK);
	CHECK_EQ(in(A, REG_STATUS), ALL_BUT_OK);
	/* And what was agreed upon stays. */
	out(A, 0x20, 0xffffffff);
	CHECK_EQ(end_of(A)->features, 1ULL << 32);
	finish();
}

UNIT(both_ends_up_is_up)
{
	begin();
	driver_up(A);
	CHECK(!link_up(A));
	CHECK(link_up(B));
	interrupts(A);
	driver_up(B);
	CHECK(link_up(A));
	CHECK_EQ(in(A, 0x60), LINK_INTERRUPT_CONFIG);
	CHECK_EQ(interrupts(A), 1);
	out(A, 0x64, LINK_INTERRUPT_CONFIG);
	CHECK_EQ(in(A, 0x60), 0);
	out(B, REG_STATUS, 0);
	CHECK(!link_up(A));
	CHECK_EQ(in(A, 0x60), LINK_INTERRUPT_CONFIG);
	CHECK(in(A, 0xfc));
	finish();
}

UNIT(frames_cross)
{
	begin_up();
	offer(B);
	CHECK_EQ(out(B, 0x50, LINK_RX), 0);
	send(A, 0x5a);
	CHECK_EQ(out(A, 0x50, LINK_TX), 0);
	CHECK_EQ(used(A, LINK_TX), 1);
	CHECK_EQ(used(B, LINK_RX), 1);
	CHECK(received(B, 0, 0x5a));
	CHECK_EQ(in(B, 0x60), LINK_INTERRUPT_USED);
	CHECK_EQ(interrupts(B), 1);
	/* While it is not acknowledged there is one interrupt. */
	offer(B);
	send(A, 0x5b);
	set16(B, RING(LINK_RX) + AVAIL + 4 + 2 * SIZE, 1);
	CHECK_EQ(out(A, 0x50, LINK_TX), 0);
	CHECK(received(B, 1, 0x5b));
	CHECK_EQ(interrupts(B), 0);
	/* What is left when another one is acknowledged comes again. */
	end_of(B)->interrupts |= LINK_INTERRUPT_CONFIG;
	out(B, 0x64, LINK_INTERRUPT_USED);
	CHECK_EQ(interrupts(B), 1);
	finish();
}

UNIT(the_receiver_fetches_what_waits)
{
	begin_up();
	send(A, 1);
	send(A, 2);
	CHECK_EQ(out(A, 0x50, LINK_TX), 0);
	CHECK_EQ(used(A, LINK_TX), 0);
	/* It is asked to notify of the next buffer. */
	CHECK_EQ(get16(B, RING(LINK_RX) + USED + 4 + 8 * SIZE), 0);
	CHECK_EQ(get16(A, RING(LINK_TX) + USED + 4 + 8 * SIZE), SIZE / 2);
	offer(B);
	CHECK_EQ(out(B, 0x50, LINK_RX), 0);
	CHECK_EQ(used(A, LINK_TX), 1);
	CHECK(received(B, 0, 1));
	CHECK_EQ(get16(B, RING(LINK_RX) + USED + 4 + 8 * SIZE), 1);
	offer(B);
	CHECK_EQ(out(B, 0x50, LINK_RX), 0);
	CHECK(received(B, 1, 2));
	finish();
}

UNIT(a_receiver_that_sleeps_does_not_stop_the_sender)
{
	unsigned int n;

	begin_up();
	for (n = 0; n < SIZE; n++)
		send(A, (u8)n);
	CHECK_EQ(out(A, 0x50, LINK_TX), 0);
	CHECK_EQ(used(A, LINK_TX), SIZE / 2);
	offer(B);
	CHECK_EQ(out(B, 0x50, LINK_RX), 0);
	CHECK(received(B, 0, SIZE / 2));
	finish();
}

UNIT(without_another_end_frames_are_dropped)
{
	begin_up();
	out(B, REG_STATUS, 0);
	send(A, 1);
	CHECK_EQ(out(A, 0x50, LINK_TX), 0);
	CHECK_EQ(used(A, LINK_TX), 1);
	CHECK_EQ(fake_repeat(0, DESTROY, ids[B], KILL), 0);
	CHECK_EQ(end_of(A)->peer, NULL);
	send(A, 1);
	CHECK_EQ(out(A, 0x50, LINK_TX), 0);
	CHECK_EQ(used(A, LINK_TX), 2);
	CHECK_EQ(out(A, 0x50, LINK_RX), 0);
	/* It comes back, as a new one. */
	ids[B] = (u64)create_linked("b", B, ID);
	CHECK_EQ(end_of(A)->peer, end_of(B));
	CHECK_EQ(fake_hypercall(0, START, ids[B], KILL), 0);
	CHECK(!link_up(A));
	driver_up(B);
	CHECK(link_up(A));
	offer(B);
	send(A, 9);
	CHECK_EQ(out(A, 0x50, LINK_TX), 0);
	CHECK(received(B, 0, 9));
	finish();
}

UNIT(frames_that_wait_are_dropped_when_the_receiver_goes)
{
	begin_up();
	send(A, 1);
	CHECK_EQ(out(A, 0x50, LINK_TX), 0);
	CHECK_EQ(used(A, LINK_TX), 0);
	out(B, REG_STATUS, 0);
	CHECK_EQ(used(A, LINK_TX), 0);
	out(A, 0x64, LINK_INTERRUPT_CONFIG);
	CHECK_EQ(used(A, LINK_TX), 1);
	finish();
}

UNIT(a_stopped_cell_is_down_and_starts_anew)
{
	begin_up();
	offer(B);
	CHECK_EQ(fake_hypercall(0, STOP, ids[B], KILL), 0);
	CHECK(!link_up(A));
	CHECK_EQ(in(A, 0x60), LINK_INTERRUPT_CONFIG);
	send(A, 1);
	CHECK_EQ(out(A, 0x50, LINK_TX), 0);
	CHECK_EQ(used(A, LINK_TX), 1);
	CHECK_EQ(used(B, LINK_RX), 0);
	CHECK_EQ(fake_hypercall(0, START, ids[B], KILL), 0);
	CHECK_EQ(in(B, REG_STATUS), 0);
	CHECK(!link_up(A));
	driver_up(B);
	CHECK(link_up(A));
	finish();
}

UNIT(a_malformed_ring_stops_its_device_and_no_other)
{
	begin_up();
	offer(B);
	set16(A, RING(LINK_TX) + AVAIL + 2, SIZE + 1);
	CHECK_EQ(out(A, 0x50, LINK_TX), 0);
	CHECK_EQ(in(A, REG_STATUS), UP_AND_RUNNING | LINK_NEEDS_RESET);
	CHECK_EQ(machine.cpus[1].stats[JAILHOUSE_CPU_STAT_DENIED], 1);
	CHECK_EQ(in(A, 0x60), LINK_INTERRUPT_CONFIG);
	CHECK_EQ(in(B, REG_STATUS), UP_AND_RUNNING);
	CHECK(!link_up(B));
	CHECK_EQ(out(A, 0x50, LINK_TX), 0);
	driver_up(A);
	CHECK(link_up(B));
	send(A, 3);
	CHECK_EQ(out(A, 0x50, LINK_TX), 0);
	CHECK(received(B, 0, 3));
	/* The receiver's: what the sender sends is dropped. */
	set16(B, RING(LINK_RX) + AVAIL + 2, 1000);
	send(A, 4);
	CHECK_EQ(out(A, 0x50, LINK_TX), 0);
	CHECK_EQ(in(B, REG_STATUS), UP_AND_RUNNING | LINK_NEEDS_RESET);
	CHECK_EQ(in(A, REG_STATUS), UP_AND_RUNNING);
	CHECK_EQ(used(A, LINK_TX), 2);
	CHECK_EQ(machine.cpus[1].stats[JAILHOUSE_CPU_STAT_DENIED], 1);
	CHECK_EQ(cell_state(cell_find(&machine, ids[A])), CELL_RUNNING);
	CHECK_EQ(cell_state(cell_find(&machine, ids[B])), CELL_RUNNING);
	finish();
}

/* Memory of the other cell, of Linux, of the hypervisor: by whatever address. */
UNIT(buffers_are_in_the_cells_own_memory)
{
	static const u64 places[] = {
		B_RAM, FAKE_HV_START, 0x200000, REGS, FAKE_IO_START, DEVICE, DEVICE - 100,
		CONST + 0x1000 - 100,
	};
	size_t n;

	for (n = 0; n < ARRAY_SIZE(places); n++) {
		unit_row("0x%llx", places[n]);
		begin_up();
		offer(B);
		queue_buffer(A, LINK_TX, places[n], HEADER + FRAME);
		CHECK_EQ(out(A, 0x50, LINK_TX), 0);
		CHECK_EQ(in(A, REG_STATUS), UP_AND_RUNNING | LINK_NEEDS_RESET);
		CHECK_EQ(used(B, LINK_RX), 0);
		driver_up(A);
		queue_buffer(A, LINK_RX, places[n], 0x400);
		send(B, 1);
		CHECK_EQ(out(B, 0x50, LINK_TX), 0);
		CHECK_EQ(in(A, REG_STATUS), UP_AND_RUNNING | LINK_NEEDS_RESET);
		finish();
	}
}

UNIT(what_can_be_read_only_can_be_sent_only)
{
	begin_up();
	offer(B);
	queue_buffer(A, LINK_TX, CONST, HEADER + FRAME);
	CHECK_EQ(out(A, 0x50, LINK_TX), 0);
	CHECK_EQ(used(B, LINK_RX), 1);
	queue_buffer(A, LINK_RX, CONST, 0x400);
	send(B, 1);
	CHECK_EQ(out(B, 0x50, LINK_TX), 0);
	CHECK_EQ(in(A, REG_STATUS), UP_AND_RUNNING | LINK_NEEDS_RESET);
	finish();
}

UNIT(queues_that_cannot_be)
{
	static const struct { u32 reg; u32 val; } rows[] = {
		{ 0x38, 0 }, { 0x38, 3 }, { 0x38, 2 * LINK_QUEUE_MAX }, { 0x38, 0x10000 + SIZE },
		{ 0x80, 8 }, { 0x90, 1 }, { 0xa0, 2 },
	};
	size_t n;

	for (n = 0; n < ARRAY_SIZE(rows); n++) {
		unit_row("%zu", n);
		begin();
		driver_up(A);
		out(A, 0x30, LINK_TX);
		out(A, 0x44, 0);
		CHECK_EQ(in(A, 0x44), 0);
		out(A, rows[n].reg, rows[n].val);
		out(A, 0x44, 1);
		CHECK_EQ(in(A, 0x44), 0);
		CHECK(in(A, REG_STATUS) & LINK_NEEDS_RESET);
		finish();
	}
}

UNIT(more_than_a_burst_comes_again)
{
	unsigned int n;

	begin_up();
	for (n = 0; n < SIZE; n++)
		offer(B);
	for (n = 0; n < SIZE; n++)
		send(A, (u8)n);
	CHECK_EQ(out(A, 0x50, LINK_TX), -EAGAIN);
	CHECK_EQ(used(B, LINK_RX), SIZE);
	CHECK_EQ(out(A, 0x50, LINK_TX), 0);
	/* What another CPU wants of this one comes first. */
	send(A, 1);
	machine.cpus[1].requests = CPU_REQ_FLUSH;
	CHECK_EQ(out(A, 0x50, LINK_TX), -EAGAIN);
	CHECK_EQ(used(A, LINK_TX), SIZE);
	machine.cpus[1].requests = 0;
	finish();
}

/*
 * What happens meanwhile: the fake calls back whenever a page is opened.
 */

static unsigned int countdown;

static bool now(void)
{
	return !--countdown;
}

static void reset_receiver(__maybe_unused u64 hpa)
{
	/* The receiver's CPU would wait for this one: only what it does before that. */
	if (now())
		end_of(B)->status = 0;
}

UNIT(a_reset_during_a_frame_is_seen_before_the_next)
{
	begin_up();
	offer(B);
	offer(B);
	send(A, 1);
	send(A, 2);
	countdown = 6;
	fake.on_window = reset_receiver;
	CHECK_EQ(out(A, 0x50, LINK_TX), 0);
	fake.on_window = NULL;
	CHECK_EQ(used(B, LINK_RX), 1);
	CHECK_EQ(used(A, LINK_TX), 2);
	finish();
}

static void reset_sender(__maybe_unused u64 hpa)
{
	if (now())
		end_of(A)->status = 0;
}

UNIT(a_sender_that_was_reset_sends_no_more)
{
	begin_up();
	offer(B);
	offer(B);
	send(A, 1);
	send(A, 2);
	countdown = 6;
	fake.on_window = reset_sender;
	CHECK_EQ(out(A, 0x50, LINK_TX), 0);
	fake.on_window = NULL;
	CHECK_EQ(used(B, LINK_RX), 1);
	CHECK_EQ(used(A, LINK_TX), 1);
	driver_up(A);
	out(A, REG_STATUS, 0);
	CHECK_EQ(in(A, 0x44), 0);
	out(A, 0x30, LINK_RX);
	CHECK_EQ(in(A, 0x44), 0);
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
	countdown = 3;
	fake.on_window = close_gates;
	out(A, 0x50, LINK_TX);
	fake.on_window = NULL;
	CHECK_EQ(used(A, LINK_TX), 1);
	CHECK_EQ(end_of(A)->gate, LINK_GATE_CLOSED);
	end_of(A)->gate = 0;
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
	countdown = 4;
	fake.on_window = notify_too;
	CHECK_EQ(out(A, 0x50, LINK_TX), 0);
	fake.on_window = NULL;
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
	countdown = 2;
	fake.on_window = send_and_stay_away;
	CHECK_EQ(out(B, 0x50, LINK_RX), -EAGAIN);
	fake.on_window = NULL;
	machine.cpus[2].requests = 0;
	CHECK_EQ(used(A, LINK_TX), 1);
	CHECK_EQ(interrupts(A), 1);
	out(A, 0x64, LINK_INTERRUPT_USED);
	CHECK_EQ(used(A, LINK_TX), 2);
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

UNIT(a_cable_has_two_ends)
{
	struct fake_config config;

	begin();
	config_of(&config, "c", 0x1, C_RAM, 0x40, 0);
	fake_add_link(&config, ID, REGS);
	fake_config_place(&config, FAKE_CONFIG_GPA);
	config.cpus.words[0] = 0;
	CHECK(fake_repeat(0, JAILHOUSE_HC_CELL_CREATE, FAKE_CONFIG_GPA, 0) < 0);
	finish();
}

/* Out of memory, at each step. */
UNIT(a_cell_with_links_is_made_as_a_whole)
{
	unsigned int pages;
	long id = -1;

	fake_boot(3);
	fake_snapshot(&before);
	for (pages = 1; id < 0 && pages < 64; pages++) {
		fake_pool_fill(pages);
		id = create_linked("a", A, ID);
		CHECK(id > 0 || id == -ENOMEM);
		fake_pool_unfill();
		CHECK(id > 0 || !fake_changed(&before));
	}
	CHECK(id > 0);
	ids[A] = (u64)id;
	CHECK_EQ(end_of(A)->peer, NULL);
	CHECK_EQ(fake_repeat(0, DESTROY, ids[A], KILL), 0);
	CHECK_STR(fake_changed(&before), NULL);
}
