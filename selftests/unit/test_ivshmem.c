// SPDX-License-Identifier: GPL-2.0-only
/* SOURCES: x86/ivshmem.c x86/ivshmem_pci.c x86/virtual_pin.c x86/ioapic.c x86/apic_policy.c */
/* SOURCES: core/cpu_set.c */
/* ivshmem devices: three peers, each of which may be hostile. */
#include <string.h>
#include <x86intrin.h>
#include "unit.h"
#include "errno.h"
#include "low_cpus.h"
#include "sent.h"
#include "ivshmem.h"

#define REGS		0xfd000000ULL
#define TABLE_HPA	0x700000ULL
#define PEERS		3U
#define VECTORS		2U

enum { ID, MAX_PEERS, CONTROL, DOORBELL, STATE };

static struct apic_topology topo;
static struct cpu_set cpus[PEERS];
static struct jailhouse_ivshmem configs[PEERS];
static struct jailhouse_memory sections[PEERS][2 + PEERS];
static struct ivshmem devices[PEERS];
static u32 states[PEERS];

static void write_ram(u64 hpa, u32 val)
{
	const u64 index = (hpa - TABLE_HPA) / 4;

	CHECK(hpa % 4 == 0 && index < PEERS);
	if (index < PEERS)
		states[index] = val;
}

static const struct ivshmem_ops ops = { send, write_ram };

static unsigned int sent_since(void)
{
	const unsigned int n = sent;

	sent = 0;
	return n;
}

static int access_reg(unsigned int peer, u64 offset, unsigned int width, bool write, u64 *val)
{
	struct mmio_access access = {
		.gpa = REGS + offset, .width = width, .is_write = write, .value = *val,
	};
	int err = offset < PAGE_SIZE ? ivshmem_registers(&devices[peer], &access) :
				       ivshmem_table(&devices[peer], false, &access);

	*val = access.value;
	return err;
}

static u32 in(unsigned int peer, unsigned int reg)
{
	u64 val = 0;

	CHECK_EQ(access_reg(peer, 4 * reg, 4, false, &val), 0);
	return (u32)val;
}

static void out(unsigned int peer, unsigned int reg, u32 val)
{
	u64 copy = val;

	CHECK_EQ(access_reg(peer, 4 * reg, 4, true, &copy), 0);
}

static u32 table(unsigned int peer, unsigned int word)
{
	u64 val = 0;

	CHECK_EQ(access_reg(peer, PAGE_SIZE + 4 * word, 4, false, &val), 0);
	return (u32)val;
}

static void set_table(unsigned int peer, unsigned int word, u32 val)
{
	u64 copy = val;

	CHECK_EQ(access_reg(peer, PAGE_SIZE + 4 * word, 4, true, &copy), 0);
}

static u32 config(unsigned int peer, unsigned int offset, unsigned int width)
{
	struct pci_access access = { .width = (u8)width };

	ivshmem_config(&devices[peer], offset, &access);
	return access.value;
}

static void set_config(unsigned int peer, unsigned int offset, unsigned int width, u32 val)
{
	struct pci_access access = { .width = (u8)width, .is_write = true, .value = val };

	ivshmem_config(&devices[peer], offset, &access);
}

static void make(unsigned int n)
{
	unsigned int section;

	configs[n] = (struct jailhouse_ivshmem){
		.address = REGS, .id = 1, .bdf = 0x70, .protocol = 0x4001, .peers = PEERS,
		.peer = (u8)n, .vectors = VECTORS,
	};
	for (section = 0; section < 2 + PEERS; section++)
		sections[n][section] = (struct jailhouse_memory){
			.phys_start = TABLE_HPA + section * 0x1000,
			.virt_start = 0x1200000000 + section * 0x1000,
			.size = section == 1 ? 0x123000 : 0x1000,
		};
	/* Peer N has CPU N. */
	cpus[n] = low_cpus(1ULL << n);
	devices[n] = (struct ivshmem){
		.config = &configs[n], .sections = sections[n], .topo = &topo, .cpus = &cpus[n],
		.ops = &ops,
	};
	ivshmem_init(&devices[n]);
}

/* An interrupt of number @vector comes to the CPU of @peer as 0x40 + @vector. */
static void listen(unsigned int peer, unsigned int vector)
{
	set_table(peer, 4 * vector + 3, 1);
	set_table(peer, 4 * vector, 0xfee00000 | (10 + peer) << 12);
	set_table(peer, 4 * vector + 1, 0);
	set_table(peer, 4 * vector + 2, 0x40 + vector);
	set_table(peer, 4 * vector + 3, 0);
}

static void start(unsigned int peer)
{
	ivshmem_start(&devices[peer]);
	set_config(peer, 0x62, 2, 0x8000);
	listen(peer, 0);
	listen(peer, 1);
	out(peer, CONTROL, 1);
}

static void begin(void)
{
	unsigned int n;

	sent = 0;
	apic_topology_init(&topo);
	for (n = 0; n < PEERS; n++) {
		apic_topology_add(&topo, n, 10 + n);
		make(n);
	}
	ivshmem_pair(&devices[1], &devices[0]);
	ivshmem_pair(&devices[2], &devices[0]);
	ivshmem_pair(&devices[2], &devices[1]);
	memset(states, 0xff, sizeof(states));
	for (n = 0; n < PEERS; n++)
		start(n);
	CHECK_EQ(sent_since(), 0);
}

UNIT(configuration_space_is_as_specified)
{
	static const struct { unsigned int offset, width; u32 val; } rows[] = {
		{ 0x00, 4, 0x4106110a }, { 0x02, 2, 0x4106 }, { 0x06, 2, 0x10 },
		{ 0x08, 4, 0xff400100 }, { 0x0e, 1, 0 }, { 0x10, 4, REGS },
		{ 0x14, 4, REGS + 0x1000 },
		{ 0x18, 4, 0 }, { 0x2c, 4, 0x4106110a }, { 0x34, 1, 0x40 }, { 0x3d, 1, 0 },
		{ 0x40, 4, 0x00206009 }, { 0x44, 4, 0x1000 }, { 0x48, 4, 0x123000 }, { 0x4c, 4, 0 },
		{ 0x50, 4, 0x1000 }, { 0x54, 4, 0 }, { 0x58, 4, 0 }, { 0x5c, 4, 0x12 },
		{ 0x60, 4, 0x80010011 }, { 0x64, 4, 1 }, { 0x68, 4, 0x801 }, { 0x6c, 4, 0 },
		{ 0x100, 4, 0 }, { 0xffc, 4, 0 },
	};
	size_t n;

	begin();
	for (n = 0; n < ARRAY_SIZE(rows); n++) {
		unit_row("offset 0x%x", rows[n].offset);
		CHECK_EQ(config(1, rows[n].offset, rows[n].width), rows[n].val);
	}
}

UNIT(what_can_be_written_there)
{
	unsigned int n;

	begin();
	for (n = 0; n < 0x1000; n += 4)
		set_config(0, n, 4, ~0U);
	CHECK_EQ(config(0, 0, 4), 0x4106110a);
	CHECK_EQ(config(0, 4, 4), 0x00100406);
	CHECK_EQ(config(0, 0x10, 4), 0xfffff000);
	CHECK_EQ(config(0, 0x14, 4), 0xfffff000);
	CHECK_EQ(config(0, 0x18, 4), 0);
	CHECK_EQ(config(0, 0x40, 4), 0x01206009);
	CHECK_EQ(config(0, 0x44, 4), 0x1000);
	CHECK_EQ(config(0, 0x58, 4), 0);
	CHECK_EQ(config(0, 0x60, 4), 0xc0010011);
	CHECK_EQ(config(1, 0x10, 4), REGS);
	set_config(0, 0x43, 1, 0xfe);
	CHECK_EQ(config(0, 0x43, 1), 0);
	set_config(0, 4, 1, 2);
	CHECK_EQ(config(0, 4, 2), 0x0402);
	CHECK_EQ(sent_since(), 0);
}

UNIT(registers_have_four_bytes)
{
	static const struct { u64 offset; unsigned int width; int err; } rows[] = {
		{ 0, 4, 0 }, { 4, 4, 0 }, { 0x14, 4, 0 }, { 0xffc, 4, 0 }, { 0, 1, -EPERM },
		{ 0, 2, -EPERM }, { 0, 8, -EPERM }, { 1, 4, -EPERM }, { 2, 2, -EPERM },
		{ 0xffe, 4, -EPERM },
		{ 0x1000, 4, 0 }, { 0x1000, 8, 0 }, { 0x1ff8, 8, 0 }, { 0x1004, 8, -EPERM },
		{ 0x1001, 4, -EPERM }, { 0x1000, 2, -EPERM }, { 0x1000, 1, -EPERM },
	};
	size_t n;
	u64 val;

	begin();
	for (n = 0; n < ARRAY_SIZE(rows); n++) {
		unit_row("offset 0x%llx, %u bytes", rows[n].offset, rows[n].width);
		val = 0;
		CHECK_EQ(access_reg(0, rows[n].offset, rows[n].width, false, &val), rows[n].err);
		val = 0;
		CHECK_EQ(access_reg(0, rows[n].offset, rows[n].width, true, &val), rows[n].err);
	}
	CHECK_EQ(in(1, ID), 1);
	CHECK_EQ(in(1, MAX_PEERS), PEERS);
	CHECK_EQ(in(1, DOORBELL), 0);
	CHECK_EQ(in(1, 5), 0);
}

UNIT(a_doorbell_interrupts_the_peer)
{
	begin();
	out(0, DOORBELL, 2 << 16 | 1);
	CHECK_EQ(sent_since(), 1);
	CHECK_EQ(last_low, APIC_LEVEL_ASSERT | 0x41);
	CHECK_EQ(last_dest, 12);
	out(2, DOORBELL, 0);
	CHECK_EQ(sent_since(), 1);
	CHECK_EQ(last_low, APIC_LEVEL_ASSERT | 0x40);
	CHECK_EQ(last_dest, 10);
}

UNIT(a_doorbell_of_nobody_rings_in_vain)
{
	static const u32 rows[] = {
		0 << 16 | 1, 3 << 16, 7 << 16, 8 << 16, 0xffff0000, 1 << 16 | 2, 1 << 16 | 16,
		1 << 16 | 0xffff, ~0U,
	};
	size_t n;

	begin();
	for (n = 0; n < ARRAY_SIZE(rows); n++) {
		unit_row("0x%x", rows[n]);
		out(0, DOORBELL, rows[n]);
		CHECK_EQ(sent_since(), 0);
	}
}

UNIT(a_state_is_told_when_it_changes)
{
	begin();
	CHECK_EQ(states[0] | states[1] | states[2], 0);
	out(1, STATE, 5);
	CHECK_EQ(states[1], 5);
	CHECK_EQ(in(1, STATE), 5);
	CHECK_EQ(sent_since(), 2);
	out(1, STATE, 5);
	CHECK_EQ(sent_since(), 0);
	ivshmem_stop(&devices[1]);
	CHECK_EQ(states[1], 0);
	CHECK_EQ(sent_since(), 2);
	ivshmem_stop(&devices[1]);
	CHECK_EQ(sent_since(), 0);
}

/* Its other CPUs are on their way to where they park. */
UNIT(what_a_stopped_cell_writes_has_no_effect)
{
	u64 val = 7;

	begin();
	ivshmem_stop(&devices[1]);
	sent_since();
	CHECK_EQ(access_reg(1, 4 * STATE, 4, true, &val), -EPERM);
	val = 0;
	CHECK_EQ(access_reg(1, 4 * DOORBELL, 4, true, &val), -EPERM);
	CHECK_EQ(states[1], 0);
	out(0, DOORBELL, 1 << 16);
	CHECK_EQ(sent_since(), 0);
}

UNIT(what_is_not_wanted_is_lost)
{
	begin();
	out(1, CONTROL, ~0U - 1);
	CHECK_EQ(in(1, CONTROL), 0);
	out(0, DOORBELL, 1 << 16);
	out(1, CONTROL, ~0U);
	CHECK_EQ(in(1, CONTROL), 1);
	CHECK_EQ(sent_since(), 0);
}

UNIT(one_shot_is_one)
{
	begin();
	set_config(1, 0x43, 1, 1);
	out(0, DOORBELL, 1 << 16);
	out(0, DOORBELL, 1 << 16);
	CHECK_EQ(sent_since(), 1);
	CHECK_EQ(in(1, CONTROL), 0);
	out(1, CONTROL, 1);
	out(2, DOORBELL, 1 << 16 | 1);
	CHECK_EQ(sent_since(), 1);
	/* A number that it does not have takes no shot. */
	out(1, CONTROL, 1);
	out(2, DOORBELL, 1 << 16 | 2);
	CHECK_EQ(in(1, CONTROL), 1);
}

UNIT(masked_ones_wait)
{
	begin();
	set_table(1, 3, 1);
	out(0, DOORBELL, 1 << 16);
	out(0, DOORBELL, 1 << 16);
	CHECK_EQ(sent_since(), 0);
	CHECK_EQ(table(1, 0x200), 1);
	set_table(1, 0x200, 0);
	CHECK_EQ(table(1, 0x200), 1);
	set_table(1, 3, ~0U - 1);
	CHECK_EQ(sent_since(), 1);
	CHECK_EQ(table(1, 0x200), 0);
	set_config(1, 0x62, 2, 0xc000);
	out(0, DOORBELL, 1 << 16 | 1);
	CHECK_EQ(sent_since(), 0);
	CHECK_EQ(table(1, 0x200), 2);
	set_config(1, 0x62, 2, 0);
	set_config(1, 0x62, 2, 0x8000);
	CHECK_EQ(sent_since(), 1);
	CHECK_EQ(last_low, APIC_LEVEL_ASSERT | 0x41);
}

/* Whatever stands in an entry, nobody but a CPU of the cell is interrupted, and as it may be. */
UNIT(no_entry_reaches_anybody_else)
{
	static const struct { unsigned int word; u32 val; } rows[] = {
		{ 0, 0xfee00000 | 10 << 12 }, { 0, 0xfee00000 | 12 << 12 },
		{ 0, 0xfee00000 | 0xfe << 12 },
		{ 0, 0x1000 }, { 0, 0 }, { 1, 1 }, { 2, 13 }, { 2, 31 }, { 2, 0x240 }, { 2, 0x440 },
		{ 2, 0x540 }, { 2, 0x740 },
	};
	size_t n;

	begin();
	for (n = 0; n < ARRAY_SIZE(rows); n++) {
		unit_row("word %u: 0x%x", rows[n].word, rows[n].val);
		set_table(1, rows[n].word, rows[n].val);
		CHECK_EQ(table(1, rows[n].word), rows[n].val);
		out(0, DOORBELL, 1 << 16);
		CHECK_EQ(sent_since(), 0);
		listen(1, 0);
		CHECK_EQ(sent_since(), 1);
		CHECK_EQ(last_dest, 11);
		CHECK_EQ(last_low, APIC_LEVEL_ASSERT | 0x40);
	}
	/* A broadcast, and what claims to be level-triggered: its own CPU, by an edge. */
	set_table(1, 0, 0xfee00000 | 0xff << 12);
	set_table(1, 2, 0xc041);
	out(0, DOORBELL, 1 << 16);
	CHECK_EQ(sent_since(), 1);
	CHECK_EQ(last_dest, 11);
	CHECK_EQ(last_low, APIC_LEVEL_ASSERT | 0x41);
}

/* A message has 8 bits for its destination, also where interrupts of devices are remapped. */
UNIT(of_several_cpus_one_is_meant_that_a_message_can_name)
{
	begin();
	apic_topology_add(&topo, PEERS, 10 + PEERS);
	cpus[1] = low_cpus(1U << 1 | 1U << PEERS);
	topo.apic_id[1] = 0x10a;
	set_table(1, 0, 0xfeeff000);
	out(0, DOORBELL, 1 << 16);
	CHECK_EQ(sent_since(), 1);
	CHECK_EQ(last_dest, 10 + PEERS);
	cpus[1] = low_cpus(1U << 1);
	set_table(1, 0, 0xfeeff000);
	out(0, DOORBELL, 1 << 16);
	CHECK_EQ(sent_since(), 0);
}

UNIT(there_are_no_more_entries_than_vectors)
{
	unsigned int word;

	begin();
	for (word = 4 * VECTORS; word < 1024; word++) {
		set_table(0, word, ~0U);
		CHECK_EQ(table(0, word), 0);
	}
}

UNIT(pairs_of_words_are_written_at_once)
{
	u64 val = 0xfee00000 | 11 << 12;

	begin();
	CHECK_EQ(access_reg(1, 0x1010, 8, true, &val), 0);
	val = 0x77;
	CHECK_EQ(access_reg(1, 0x1018, 8, true, &val), 0);
	out(0, DOORBELL, 1 << 16 | 1);
	CHECK_EQ(sent_since(), 1);
	CHECK_EQ(last_low, APIC_LEVEL_ASSERT | 0x77);
	CHECK_EQ(access_reg(1, 0x1018, 8, false, &val), 0);
	CHECK_EQ(val, 0x77);
}

UNIT(a_peer_that_has_gone_is_not_rung_for)
{
	begin();
	out(1, STATE, 3);
	ivshmem_stop(&devices[1]);
	ivshmem_unpair(&devices[1]);
	sent_since();
	memset(&devices[1], 0x5a, sizeof(devices[1]));
	out(0, DOORBELL, 1 << 16);
	out(0, STATE, 9);
	CHECK_EQ(sent_since(), 1);
	CHECK_EQ(last_dest, 12);
	make(1);
	ivshmem_pair(&devices[1], &devices[0]);
	ivshmem_pair(&devices[1], &devices[2]);
	start(1);
	sent_since();
	CHECK_EQ(states[0], 9);
	out(0, DOORBELL, 1 << 16);
	CHECK_EQ(sent_since(), 1);
	CHECK_EQ(last_dest, 11);
}

/* Memory may have had anything: who was made and has not started yet has no state either. */
UNIT(a_peer_that_has_never_run_has_no_state)
{
	begin();
	ivshmem_stop(&devices[1]);
	ivshmem_stop(&devices[2]);
	ivshmem_unpair(&devices[2]);
	make(2);
	ivshmem_pair(&devices[2], &devices[0]);
	ivshmem_pair(&devices[2], &devices[1]);
	out(0, STATE, 3);
	memset(&states[1], 0xff, sizeof(states) - sizeof(states[0]));
	start(1);
	CHECK_EQ(states[0], 3);
	CHECK_EQ(states[1], 0);
	CHECK_EQ(states[2], 0);
	out(1, STATE, 4);
	start(2);
	CHECK_EQ(states[0], 3);
	CHECK_EQ(states[1], 4);
}

UNIT(a_start_is_a_power_up)
{
	begin();
	set_config(1, 0x43, 1, 1);
	set_table(1, 3, 1);
	out(1, STATE, 4);
	out(0, DOORBELL, 1 << 16);
	ivshmem_stop(&devices[1]);
	ivshmem_start(&devices[1]);
	CHECK_EQ(states[1], 0);
	CHECK_EQ(in(1, CONTROL), 0);
	CHECK_EQ(in(1, STATE), 0);
	CHECK_EQ(config(1, 0x43, 1), 0);
	CHECK_EQ(config(1, 0x62, 2), 1);
	CHECK_EQ(table(1, 0x200), 0);
	CHECK_EQ(table(1, 3) & table(1, 7), 1);
	CHECK_EQ(table(1, 0) | table(1, 2), 0);
}
