// SPDX-License-Identifier: GPL-2.0-only
/* SOURCES: x86/ivshmem.c x86/ivshmem_pci.c x86/virtual_pin.c x86/ioapic.c x86/apic_policy.c */
/* SOURCES: core/cpu_set.c */
/*
 * An ivshmem device that interrupts its cell by a pin, and the root cell's end of it, which does
 * so, too. CPU 0 and 1 are the root cell's, 2 is the cell's.
 */
#include <string.h>
#include <x86intrin.h>
#include "unit.h"
#include "low_cpus.h"
#include "sent.h"
#include "ivshmem.h"

#define REGS		0xfd000000ULL
#define ROOT_REGS	0x2000ULL
#define TABLE_HPA	0x700000ULL
#define ROOT		1U
#define CELL		0U

enum { ID = 0, MAX_PEERS = 4, CONTROL = 8, DOORBELL = 12, STATE = 16 };

static struct apic_topology topo;
static struct cpu_set root_cpus, cpus;
static struct jailhouse_ivshmem config;
static struct jailhouse_memory sections[4];
static struct ivshmem device;
static struct virtual_pin pin;
static struct ivshmem_root root;
static u32 states[2];

static void write_ram(u64 hpa, u32 val)
{
	const u64 index = (hpa - TABLE_HPA) / 4;

	if (CHECK(hpa % 4 == 0 && index < 2))
		states[index] = val;
}

static const struct ivshmem_ops ops = { send, write_ram };

static bool sent_to(u8 vector, u32 dest)
{
	const unsigned int n = sent;

	sent = 0;
	return n == 1 && (last_low & 0xff) == vector && last_dest == dest;
}

static bool is_quiet(void)
{
	return !sent;
}

static u32 in(struct ivshmem *of, u64 offset)
{
	struct mmio_access access = { .gpa = of->config->address + offset, .width = 4 };

	CHECK_EQ(ivshmem_registers(of, &access), 0);
	return (u32)access.value;
}

static void out(struct ivshmem *of, u64 offset, u32 val)
{
	struct mmio_access access = {
		.gpa = of->config->address + offset, .width = 4, .is_write = true, .value = val,
	};

	CHECK_EQ(ivshmem_registers(of, &access), 0);
}

static void write_pin(struct virtual_pin *to, u32 reg, u32 val)
{
	struct mmio_access access = {
		.gpa = to->chip.address, .width = 4, .is_write = true, .value = reg,
	};

	CHECK_EQ(ioapic_access(&to->view, false, &access), 0);
	access.gpa += IOAPIC_DATA;
	access.value = val;
	ioapic_access(&to->view, false, &access);
}

static void program(struct virtual_pin *to, u32 low, u32 dest)
{
	write_pin(to, IOAPIC_REG_ENTRY, APIC_LVT_MASKED);
	write_pin(to, IOAPIC_REG_ENTRY + 1, dest << 24);
	write_pin(to, IOAPIC_REG_ENTRY, low);
}

static u32 read_config(unsigned int offset, unsigned int width)
{
	struct pci_access access = { .width = (u8)width };

	ivshmem_config(&device, offset, &access);
	return access.value;
}

static void write_config(unsigned int offset, unsigned int width, u32 val)
{
	struct pci_access access = { .width = (u8)width, .is_write = true, .value = val };

	ivshmem_config(&device, offset, &access);
}

static void start(void)
{
	ivshmem_start(&device);
	program(&pin, 0x40, 12);
	out(&device, CONTROL, 1);
}

static void begin(void)
{
	unsigned int n;

	sent = 0;
	apic_topology_init(&topo);
	for (n = 0; n < 3; n++)
		apic_topology_add(&topo, n, 10 + n);
	root_cpus = low_cpus(3);
	cpus = low_cpus(4);
	config = (struct jailhouse_ivshmem){
		.address = REGS, .id = 1, .peers = 2, .peer = CELL, .root = ROOT + 1,
	};
	for (n = 0; n < 4; n++)
		sections[n] = (struct jailhouse_memory){
			.phys_start = TABLE_HPA + n * 0x1000, .size = 0x1000,
		};
	memset(&pin, 0, sizeof(pin));
	memset(&root, 0, sizeof(root));
	memset(states, 0, sizeof(states));
	device = (struct ivshmem){
		.config = &config, .sections = sections, .topo = &topo, .cpus = &cpus,
		.ops = &ops, .pin = &pin,
	};
	virtual_pin_init(&pin, REGS + PAGE_SIZE, &topo, &cpus, send);
	ivshmem_init(&device);
	ivshmem_root_init(&root, &device, ROOT_REGS, &root_cpus);
	ivshmem_pair(&device, &root.end);
	start();
	program(&root.pin, 0x50, 10);
	CHECK(is_quiet());
}

UNIT(configuration_space_of_one_with_a_pin)
{
	static const struct { unsigned int offset, width; u32 val; } rows[] = {
		{ 0x10, 4, REGS }, { 0x14, 4, 0 }, { 0x34, 1, 0x40 }, { 0x3c, 1, 0 },
		{ 0x3d, 1, 1 }, { 0x40, 4, 0x00200009 }, { 0x60, 4, 0 }, { 0x64, 4, 0 },
		{ 0x68, 4, 0 },
	};
	size_t n;

	begin();
	write_config(0x14, 4, ~0U);
	write_config(0x3c, 4, ~0U);
	write_config(0x60, 4, ~0U);
	for (n = 0; n < ARRAY_SIZE(rows); n++) {
		unit_row("offset 0x%x", rows[n].offset);
		CHECK_EQ(read_config(rows[n].offset, rows[n].width), rows[n].val);
	}
	CHECK(is_quiet());
}

/* There is one interrupt, whatever the number says. */
UNIT(whoever_rings_interrupts_by_the_pin)
{
	begin();
	out(&root.end, DOORBELL, CELL << 16);
	CHECK(sent_to(0x40, 12));
	out(&root.end, DOORBELL, CELL << 16 | 0xffff);
	CHECK(sent_to(0x40, 12));
	out(&root.end, STATE, 7);
	CHECK(sent_to(0x40, 12));
	CHECK_EQ(states[ROOT], 7);
	CHECK_EQ(in(&root.end, STATE), 7);
	out(&device, CONTROL, 0);
	out(&root.end, DOORBELL, CELL << 16);
	CHECK(is_quiet());
	out(&device, CONTROL, 1);
	program(&pin, APIC_LVT_MASKED | 0x41, 12);
	out(&root.end, DOORBELL, CELL << 16);
	out(&root.end, DOORBELL, CELL << 16);
	CHECK(is_quiet());
	program(&pin, 0x41, 12);
	CHECK(sent_to(0x41, 12));
	write_config(0x43, 1, 1);
	out(&root.end, DOORBELL, CELL << 16);
	out(&root.end, DOORBELL, CELL << 16);
	CHECK(sent_to(0x41, 12));
	CHECK_EQ(in(&device, CONTROL), 0);
}

/* Neither names a CPU that it has not. */
UNIT(nobody_else_is_interrupted)
{
	begin();
	out(&root.end, CONTROL, 1);
	program(&pin, 0x40, 10);
	program(&root.pin, 0x50, 12);
	out(&root.end, DOORBELL, CELL << 16);
	out(&device, DOORBELL, ROOT << 16);
	CHECK(is_quiet());
	program(&root.pin, 0x50, 11);
	CHECK(sent_to(0x50, 11));
}

UNIT(the_root_cell_gets_one_until_it_has_looked)
{
	begin();
	out(&device, DOORBELL, ROOT << 16);
	CHECK(is_quiet());
	out(&root.end, CONTROL, 1);
	out(&device, DOORBELL, ROOT << 16);
	out(&device, DOORBELL, ROOT << 16 | 5);
	out(&device, STATE, 1);
	CHECK(sent_to(0x50, 10));
	CHECK_EQ(states[CELL], 1);
	CHECK_EQ(in(&root.end, CONTROL), 0);
	out(&root.end, CONTROL, 1);
	CHECK(is_quiet());
	ivshmem_stop(&device);
	CHECK(sent_to(0x50, 10));
	CHECK_EQ(states[CELL], 0);
	CHECK_EQ(in(&root.end, ID), ROOT);
	CHECK_EQ(in(&root.end, MAX_PEERS), 2);
}

/* What Linux has written there, by whichever way, is not the hypervisor's to take back. */
UNIT(its_state_outlives_a_start)
{
	begin();
	states[ROOT] = 9;
	ivshmem_stop(&device);
	out(&root.end, DOORBELL, CELL << 16);
	CHECK(is_quiet());
	start();
	CHECK_EQ(states[ROOT], 9);
	/* A start masks the pin of the device, and no other. */
	ivshmem_stop(&device);
	ivshmem_start(&device);
	out(&device, CONTROL, 1);
	out(&root.end, DOORBELL, CELL << 16);
	CHECK(is_quiet());
	out(&root.end, CONTROL, 1);
	out(&device, DOORBELL, ROOT << 16);
	CHECK(sent_to(0x50, 10));
}

UNIT(its_cpus_change)
{
	begin();
	root_cpus = low_cpus(2);
	ivshmem_root_refresh(&device);
	out(&root.end, CONTROL, 1);
	out(&device, DOORBELL, ROOT << 16);
	CHECK(is_quiet());
	root_cpus = low_cpus(3);
	ivshmem_root_refresh(&device);
	CHECK(sent_to(0x50, 10));
	device.root = NULL;
	ivshmem_root_refresh(&device);
}

UNIT(a_device_that_has_gone_is_not_rung_for)
{
	begin();
	out(&root.end, CONTROL, 1);
	ivshmem_unpair(&device);
	out(&root.end, DOORBELL, CELL << 16);
	out(&root.end, STATE, 2);
	CHECK(is_quiet());
}
