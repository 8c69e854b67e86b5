// SPDX-License-Identifier: GPL-2.0-only
/* BESIDE: linked.c cells.c */
/* Links of cells on the fake machine: devices, copying, and cells that come and go. */
#include "linked.h"

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

/* Of an instruction that reads and writes, both are an exit. */
UNIT(registers_are_written_four_bytes_at_a_time)
{
	static const struct { u32 reg; unsigned int width; int err; u64 val; } rows[] = {
		{ 0, 1, -EPERM }, { 2, 2, -EPERM }, { 0, 8, -EPERM }, { 0x100, 8, -EPERM },
		{ 2, 4, -EPERM }, { 0x104, 2, -EPERM }, { 0x100, 4, 0, 2 },
		{ 0x104, 4, 0, ID << 8 }, { 0xffc, 4, 0, 0 },
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
		access.is_write = true;
		CHECK_EQ(link_access(end_of(A), &access), rows[n].err);
	}
	CHECK_EQ(in(A, 0), 0x74726976);
	CHECK_EQ(in(A, 0x100), 2);
	CHECK_EQ(in(A, 0x104), ID << 8);
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
	CHECK_EQ(end_of(A)->features[0], 0);
	CHECK_EQ(end_of(A)->features[1], 1);
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
	*link_register(end_of(B), LINK_REG_INTERRUPTS) |= LINK_INTERRUPT_CONFIG;
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

/* What the root cell is told. */
static long denied(unsigned int cpu)
{
	return fake_hypercall(0, JAILHOUSE_HC_CPU_GET_INFO, cpu,
			      JAILHOUSE_CPU_INFO_STAT_BASE + JAILHOUSE_CPU_STAT_DENIED);
}

UNIT(a_malformed_ring_stops_its_device_and_no_other)
{
	begin_up();
	offer(B);
	set16(A, RING(LINK_TX) + AVAIL + 2, SIZE + 1);
	CHECK_EQ(out(A, 0x50, LINK_TX), 0);
	CHECK_EQ(in(A, REG_STATUS), UP_AND_RUNNING | LINK_NEEDS_RESET);
	CHECK_EQ(denied(1), 1);
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
	/* Its ring counts, whoever has found it. */
	CHECK_EQ(denied(1), 1);
	CHECK_EQ(denied(2), 1);
	CHECK_EQ(out(A, 0x50, LINK_TX), 0);
	CHECK_EQ(denied(2), 1);
	set16(B, RING(LINK_RX) + AVAIL + 2, 0);
	driver_up(B);
	set16(B, RING(LINK_TX) + AVAIL + 2, 1000);
	offer(A);
	CHECK_EQ(out(A, 0x50, LINK_RX), 0);
	CHECK_EQ(in(B, REG_STATUS), UP_AND_RUNNING | LINK_NEEDS_RESET);
	CHECK_EQ(denied(1), 1);
	CHECK_EQ(denied(2), 2);
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
