// SPDX-License-Identifier: GPL-2.0-only
/* Two cells on the fake machine that a link connects. */
#include <string.h>

#include "linked.h"
#include "arch.h"

static const u64 ram[] = { A_RAM, B_RAM };
struct fake_snapshot before;
u64 ids[2];

long create_linked(const char *name, unsigned int n, u32 id)
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

struct link_end *end_of(unsigned int n)
{
	return cell_find(&machine, ids[n])->links;
}

int access_reg(unsigned int n, u32 reg, bool write, u64 *val)
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

u32 in(unsigned int n, u32 reg)
{
	u64 hpa = 0, attrs = 0;
	u32 val;

	CHECK(pgtable_lookup(&cell_find(&machine, ids[n])->stage2, REGS, &hpa, &attrs));
	CHECK_EQ(attrs, arch_stage2_attrs(ARCH_MEM_REGISTERS));
	memcpy(&val, fake.ram + hpa + reg, sizeof(val));
	return val;
}

int out(unsigned int n, u32 reg, u32 val)
{
	u64 copy = val;

	return access_reg(n, reg, true, &copy);
}

static u8 *at(unsigned int n, u64 gpa)
{
	return fake.ram + ram[n] + gpa;
}

u16 get16(unsigned int n, u64 gpa)
{
	u16 val;

	memcpy(&val, at(n, gpa), sizeof(val));
	return val;
}

void set16(unsigned int n, u64 gpa, u16 val)
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

void driver_up(unsigned int n)
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

void queue_buffer(unsigned int n, unsigned int number, u64 gpa, u32 length)
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

void offer(unsigned int n)
{
	queue_buffer(n, LINK_RX, BUFFER(get16(n, RING(LINK_RX) + AVAIL + 2) % SIZE), 0x400);
}

void send(unsigned int n, u8 seed)
{
	const u64 buffer = BUFFER(SIZE + get16(n, RING(LINK_TX) + AVAIL + 2) % SIZE);

	memset(at(n, buffer), seed, HEADER + FRAME);
	queue_buffer(n, LINK_TX, buffer, HEADER + FRAME);
}

u16 used(unsigned int n, unsigned int number)
{
	return get16(n, RING(number) + USED + 2);
}

bool received(unsigned int n, unsigned int frame, u8 seed)
{
	const u8 *bytes = at(n, BUFFER(frame % SIZE)) + HEADER;
	unsigned int i;

	for (i = 0; i < FRAME; i++)
		if (bytes[i] != seed)
			return false;
	return true;
}

bool link_up(unsigned int n)
{
	return in(n, 0x104) >> 16 & 1;
}

unsigned int interrupts(unsigned int n)
{
	struct cell *cell = cell_find(&machine, ids[n]);
	const unsigned int count = cell->arch.link_interrupts;

	cell->arch.link_interrupts = 0;
	return count;
}

void begin(void)
{
	fake_boot(3);
	fake_snapshot(&before);
	ids[A] = (u64)create_linked("a", A, ID);
	ids[B] = (u64)create_linked("b", B, ID);
	CHECK_EQ(fake_hypercall(0, START, ids[A], KILL), 0);
	CHECK_EQ(fake_hypercall(0, START, ids[B], KILL), 0);
	CHECK_SOUND();
}

void begin_up(void)
{
	begin();
	driver_up(A);
	driver_up(B);
	out(A, 0x64, 3);
	interrupts(A);
	interrupts(B);
}

void finish(void)
{
	CHECK_SOUND();
	CHECK_EQ(fake_repeat(0, DESTROY, ids[A], KILL), 0);
	CHECK_SOUND();
	CHECK_EQ(fake_repeat(0, DESTROY, ids[B], KILL), 0);
	CHECK_STR(fake_changed(&before), NULL);
	CHECK_SOUND();
}
