// SPDX-License-Identifier: GPL-2.0-only
/* SOURCES: core/cpu_set.c x86/virtual_pin.c x86/ioapic.c x86/apic_policy.c */
/* An interrupt that a cell gets of the hypervisor. */
#include <signal.h>
#include <string.h>
#include <x86intrin.h>
#include "unit.h"
#include "low_cpus.h"
#include "sent.h"
#include "virtual_pin.h"

#define ADDRESS	0x101000

static struct apic_topology topo;
static struct cpu_set cpus;
static struct virtual_pin pin;

static void write_reg(u32 reg, u32 value)
{
	struct mmio_access access = {
		.gpa = ADDRESS, .width = 4, .is_write = true, .value = reg,
	};

	CHECK_EQ(ioapic_access(&pin.view, false, &access), 0);
	access.gpa += IOAPIC_DATA;
	access.value = value;
	ioapic_access(&pin.view, false, &access);
}

static u32 read_reg(u32 reg)
{
	struct mmio_access access = {
		.gpa = ADDRESS, .width = 4, .is_write = true, .value = reg,
	};

	CHECK_EQ(ioapic_access(&pin.view, false, &access), 0);
	access.gpa += IOAPIC_DATA;
	access.is_write = false;
	CHECK_EQ(ioapic_access(&pin.view, false, &access), 0);
	return (u32)access.value;
}

static void program(u32 low, u32 dest)
{
	write_reg(IOAPIC_REG_ENTRY, APIC_LVT_MASKED);
	write_reg(IOAPIC_REG_ENTRY + 1, dest << 24);
	write_reg(IOAPIC_REG_ENTRY, low);
}

/* CPUs 2 and 3 are the cell's. */
static void boot(void)
{
	unsigned int n;

	apic_topology_init(&topo);
	for (n = 0; n < 4; n++)
		apic_topology_add(&topo, n, 10 + n);
	cpus = low_cpus(0xc);
	memset(&pin, 0, sizeof(pin));
	sent = 0;
	virtual_pin_init(&pin, ADDRESS, &topo, &cpus, send);
}

UNIT(it_looks_like_a_chip_with_one_pin)
{
	boot();
	CHECK_EQ(read_reg(IOAPIC_REG_VERSION), 0x11);
	CHECK_EQ(read_reg(IOAPIC_REG_ENTRY), APIC_LVT_MASKED);
	CHECK_EQ(read_reg(IOAPIC_REG_ENTRY + 2), 0);
	write_reg(IOAPIC_REG_ENTRY + 2, 0x41);
	CHECK_EQ(read_reg(IOAPIC_REG_ENTRY + 2), 0);
	CHECK_EQ(sent, 0);
}

UNIT(an_edge_is_one_interrupt)
{
	boot();
	program(0x41, topo.apic_id[3]);
	CHECK_EQ(sent, 0);
	virtual_pin_raise(&pin);
	CHECK_EQ(sent, 1);
	CHECK_EQ(last_low, 0x41 | APIC_LEVEL_ASSERT);
	CHECK_EQ(last_dest, topo.apic_id[3]);
	/* What is written after it sends none again. */
	program(0x42, topo.apic_id[2]);
	CHECK_EQ(sent, 1);
	virtual_pin_raise(&pin);
	CHECK_EQ(sent, 2);
	CHECK_EQ(last_low, 0x42 | APIC_LEVEL_ASSERT);
	CHECK_EQ(last_dest, topo.apic_id[2]);
}

UNIT(while_it_is_masked_an_edge_waits)
{
	boot();
	virtual_pin_raise(&pin);
	virtual_pin_raise(&pin);
	CHECK_EQ(sent, 0);
	program(0x41, topo.apic_id[2]);
	CHECK_EQ(sent, 1);
	program(APIC_LVT_MASKED | 0x41, topo.apic_id[2]);
	virtual_pin_raise(&pin);
	CHECK_EQ(sent, 1);
	/* Nobody waits for it in the next life. */
	virtual_pin_reset(&pin);
	program(0x41, topo.apic_id[2]);
	CHECK_EQ(sent, 1);
}

UNIT(it_interrupts_nobody_but_the_cell)
{
	static const struct {
		u32 low, dest, sent, to;
	} rows[] = {
		{ 0x41, 0, 0, 0 },				/* a CPU of the root cell */
		{ 0x41, 9, 0, 0 },				/* nobody */
		{ 0x41, 0xff, 1, 2 },				/* all: one of its own */
		{ 0x1f, 2, 0, 0 },				/* a vector of an exception */
		{ 0x41 | APIC_MODE_NMI, 2, 0, 0 },
		{ 0x41 | APIC_MODE_SMI, 2, 0, 0 },
		{ 0x41 | APIC_MODE_INIT, 2, 0, 0 },
		{ 0x41 | APIC_MODE_EXTINT, 2, 0, 0 },
		{ 0x41 | APIC_MODE_LOWEST, 2, 1, 2 },
	};
	unsigned int n;

	for (n = 0; n < ARRAY_SIZE(rows); n++) {
		unit_row("%#x to %u", rows[n].low, rows[n].dest);
		boot();
		program(rows[n].low, rows[n].dest < 4 ? topo.apic_id[rows[n].dest] :
							rows[n].dest);
		virtual_pin_raise(&pin);
		CHECK_EQ(sent, rows[n].sent);
		if (!sent)
			continue;
		CHECK_EQ(last_low, 0x41 | APIC_LEVEL_ASSERT);
		CHECK_EQ(last_dest, topo.apic_id[rows[n].to]);
	}
}

/* Where interrupts are remapped, devices have room for such an id; here 8 bits have to do. */
UNIT(a_cpu_with_a_wide_id_is_not_taken_for_another_one)
{
	boot();
	topo.apic_id[2] = 0x100 + topo.apic_id[0];
	topo.ldr[2] = 1U << 24;
	program(0x41, 0xff);
	virtual_pin_raise(&pin);
	CHECK_EQ(sent, 1);
	CHECK_EQ(last_dest, topo.apic_id[3]);
	program(0x41 | APIC_LOGICAL, 1);
	virtual_pin_raise(&pin);
	CHECK_EQ(sent, 1);
	topo.apic_id[3] = 0x100 + topo.apic_id[1];
	program(0x41, 0xff);
	CHECK_EQ(sent, 1);
}

UNIT(it_follows_the_cells_cpus)
{
	boot();
	program(0x41, topo.apic_id[3]);
	cpus = low_cpus(0x4);
	virtual_pin_refresh(&pin);
	virtual_pin_raise(&pin);
	CHECK_EQ(sent, 0);
	/* To the cell nothing has changed; the edge waits for the CPU, or for another one. */
	CHECK_EQ(read_reg(IOAPIC_REG_ENTRY + 1), topo.apic_id[3] << 24);
	cpus = low_cpus(0xc);
	virtual_pin_refresh(&pin);
	CHECK_EQ(sent, 1);
	CHECK_EQ(last_low, 0x41 | APIC_LEVEL_ASSERT);
	CHECK_EQ(last_dest, topo.apic_id[3]);
}

/*
 * Another CPU of the cell writes while the pin is raised: after each instruction once.
 */

#define FLAGS_TF	0x100ULL

static unsigned int steps_left;
static bool written;

static void after_an_instruction(__maybe_unused int signal)
{
	if (steps_left--)
		return;
	written = true;
	write_reg(IOAPIC_REG_ENTRY + 1, topo.apic_id[0] << 24);
}

static void raise_step_by_step(unsigned int steps)
{
	steps_left = steps;
	written = false;
	__writeeflags(__readeflags() | FLAGS_TF);
	virtual_pin_raise(&pin);
	__writeeflags(__readeflags() & ~FLAGS_TF);
}

UNIT(a_destination_that_changes_meanwhile_is_nobody_elses)
{
	struct sigaction action = { .sa_handler = after_an_instruction };
	unsigned int steps = 0, lost = 0;

	CHECK_EQ(sigaction(SIGTRAP, &action, NULL), 0);
	do {
		unit_row("after %u instructions", steps);
		boot();
		program(0x41, topo.apic_id[3]);
		raise_step_by_step(steps++);
		lost += !sent;
		if (sent)
			CHECK_EQ(last_dest, topo.apic_id[3]);
	} while (written);
	/* It came in time to mask the pin, and too late. */
	CHECK(lost);
	CHECK(sent);
}
