// SPDX-License-Identifier: GPL-2.0-only
/* BESIDE: linked.c cells.c */
/*
 * How many writes to registers, which are exits, frames take at both ends, with rings and drivers
 * as Linux has them: 128 entries, one buffer a frame, no interrupts for what was sent, and a
 * receiver that is interrupted once, takes all that has come, and then wants to be told again.
 */
#include <string.h>
#include "linked.h"

#define ENTRIES		128U
#define LENGTH		1514U
#define AVAILABLE	0x800U
#define USED_AT		0xa00U
#define USED_EVENT	(AVAILABLE + 4 + 2 * ENTRIES)
#define AVAIL_EVENT	(USED_AT + 4 + 8 * ENTRIES)
#define FRAMES		LOAD_SIZE

static const u64 ram[] = { A_RAM, B_RAM };
static unsigned int exits;
/* What the receiver has taken. */
static u16 seen;

static int counted_out(unsigned int n, u32 reg, u32 val)
{
	exits++;
	return out(n, reg, val);
}

static void fill_descriptors(unsigned int n, unsigned int number)
{
	const u16 flags = number == LINK_RX ? 2 : 0;
	const u32 length = HEADER + LENGTH;
	const u64 buffer = FRAMES;
	unsigned int i;
	u8 *desc;

	for (i = 0; i < ENTRIES; i++) {
		desc = fake.ram + ram[n] + RING(number) + 16 * i;
		memcpy(desc, &buffer, 8);
		memcpy(desc + 8, &length, 4);
		memcpy(desc + 12, &flags, 2);
		set16(n, RING(number) + AVAILABLE + 4 + 2 * i, (u16)i);
	}
}

static void setup(unsigned int n, unsigned int number)
{
	const u32 ring = RING(number);

	out(n, 0x30, number);
	out(n, 0x44, 0);
	memset(fake.ram + ram[n] + ring, 0, 0x1000);
	fill_descriptors(n, number);
	out(n, 0x38, ENTRIES);
	out(n, 0x80, ring);
	out(n, 0x90, ring + AVAILABLE);
	out(n, 0xa0, ring + USED_AT);
	out(n, 0x44, 1);
	CHECK_EQ(in(n, 0x44), 1);
}

static u16 available(unsigned int n, unsigned int number)
{
	return get16(n, RING(number) + AVAILABLE + 2);
}

static u16 done(unsigned int n, unsigned int number)
{
	return get16(n, RING(number) + USED_AT + 2);
}

/* @count more entries; the device is told if it has asked for one of them. */
static bool publish(unsigned int n, unsigned int number, u16 count)
{
	const u16 old = available(n, number), event = get16(n, RING(number) + AVAIL_EVENT);
	const u16 index = (u16)(old + count);

	set16(n, RING(number) + AVAILABLE + 2, index);
	return (u16)(index - event - 1) < count;
}

/* The receiver's handler takes all, gives new buffers, and wants to be told of the next. */
static void receive(void)
{
	u16 count;

	if (!interrupts(B))
		return;
	counted_out(B, 0x64, in(B, 0x60));
	count = (u16)(done(B, LINK_RX) - seen);
	seen = (u16)(seen + count);
	if (publish(B, LINK_RX, count))
		counted_out(B, 0x50, LINK_RX);
	set16(B, RING(LINK_RX) + USED_EVENT, seen);
}

static void send_frames(u16 count)
{
	const u16 before = done(B, LINK_RX);

	exits = 0;
	set16(A, RING(LINK_TX) + USED_EVENT, (u16)(done(A, LINK_TX) + 0x4000));
	if (publish(A, LINK_TX, count))
		while (counted_out(A, 0x50, LINK_TX) == -EAGAIN)
			receive();
	receive();
	CHECK_EQ((u16)(done(B, LINK_RX) - before), count);
	CHECK_EQ(done(A, LINK_TX), available(A, LINK_TX));
}

static void begin_like_linux(void)
{
	begin_up();
	seen = 0;
	setup(B, LINK_RX);
	setup(A, LINK_TX);
	publish(B, LINK_RX, ENTRIES);
	out(B, 0x50, LINK_RX);
	out(A, 0x50, LINK_TX);
	interrupts(A);
	interrupts(B);
}

UNIT(a_lone_frame_takes_two_exits)
{
	unsigned int n;

	begin_like_linux();
	for (n = 0; n < 300; n++) {
		send_frames(1);
		if (!CHECK_EQ(exits, 2))
			break;
	}
	finish();
}

UNIT(of_64_frames_each_takes_a_quarter_of_one_at_most)
{
	unsigned int n;

	begin_like_linux();
	for (n = 0; n < 30; n++) {
		send_frames(64);
		if (!CHECK(exits <= 64 / 4))
			break;
	}
	finish();
}
