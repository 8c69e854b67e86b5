// SPDX-License-Identifier: GPL-2.0-only
/* SOURCES: x86/ioapic.c x86/apic_policy.c core/string.c core/cpu_set.c */
/* RUN: all that is below */
/* FAULT: x86/ioapic.c s/if (view->root && apic_reaches_only/if (apic_reaches_only/ */
/* FAULT: x86/ioapic.c s/if (old_high == entry >> 32)/if (1)/ */
/* FAULT: x86/ioapic.c s/write_half(chip, pin, 0, old_low | APIC_LVT_MASKED);/;/ */
/* FAULT: x86/ioapic.c s/return view->root && (mode == APIC_MODE_NMI/return (mode == APIC_MODE_NMI/ */
/* FAULT: x86/ioapic.c s/(entry & ~(ENTRY_DEST | APIC_LOGICAL))/(entry \& ~ENTRY_DEST)/ */
/* FAULT: x86/ioapic.c s/if (!owns(view, pin))$/if (0)/ */
/* FAULT: x86/ioapic.c s/if (!view->root && !owns(view, pin))$/if (0)/ */
/* FAULT: x86/ioapic.c s/if (!view->root && !has_level_vector(view, vector))/if (0)/ */
/* FAULT: x86/ioapic.c s/if (!view->root && apic_vector_reserved((u32)entry))/if (0)/ */
/* FAULT: x86/ioapic.c s/clear_pin(chip, pin);$/;/ */
/* FAULT: x86/ioapic.c s/mode_allowed(view, entry & APIC_MODE))/0)/ */
/* FAULT: x86/apic_policy.c s/return x2apic && logical && dest != APIC_XAPIC_BROADCAST;/return false;/ */
/*
 * What a cell, root or not, writes to a redirection entry never reaches the chip with another
 * cell's CPU as destination, nor, from a cell that is not the root, as anything but an interrupt
 * with a vector that is none of an exception's: after each single write to the chip, whatever
 * was there before. Of pins that are not the cell's, neither the chip's entry nor what their
 * owner reads back is written, and the end of an interrupt goes to the chip only if the cell
 * has such a level-triggered pin. When pins change owner, and when the root cell's CPUs do,
 * the same holds for whoever has them then.
 *
 * All destinations, delivery modes, both kinds of destination, masked or not, in any order, with
 * vectors at the edges of what is reserved; each vector once. The CPU that writes is in either
 * mode, on hardware of either mode, where the root cell is in the hardware's. Four CPUs in any
 * two cells, with logical ids that are alike, apart, in a cluster, or in none.
 */
#include "prove.h"
#include <string.h>
#include "ioapic.h"

#define CPUS		4U
#define PIN		1U
#define PINS		3U
#define LOW_WRITABLE	0x1afffU

static const u32 ids[CPUS] = { 0, 2, 21, 0x113 };
static const u32 ldrs[][CPUS] = {
	{ 1, 2, 4, 8 }, { 1, 1, 1, 1 }, { 0x11, 0x21, 0x12, 0x13 }, { 0xff, 0, 0x80, 3 },
};

static struct apic_topology topo;
static struct ioapic chip;
static struct ioapic_cell pins;
static struct cpu_set root_cpus, cell_cpus;
static bool hw_x2apic;
static u32 low[PINS], high[PINS];
/* Who may write now, and to what. */
static const struct ioapic_view *writer;
static bool managed;

/* What logical ids the hardware's CPUs have: those of cells none (apic_silence.c). */
static bool matches_logical(unsigned int cpu, u32 dest)
{
	const u32 id = cpu_set_has(&root_cpus, cpu) ? topo.ldr[cpu] >> 24 : 0;

	if (hw_x2apic)
		return ids[cpu] < 16 && dest & 1U << ids[cpu];
	if (topo.dfr[cpu] != APIC_DFR_FLAT)
		return id >> 4 == dest >> 4 && (id & dest & 0xf);
	return id & dest;
}

/* An entry has eight bits of destination, in each mode of the hardware. */
static bool reaches(unsigned int pin, unsigned int cpu)
{
	const u32 dest = high[pin] >> 24;

	if (dest == APIC_XAPIC_BROADCAST)
		return true;
	return low[pin] & APIC_LOGICAL ? matches_logical(cpu, dest) : ids[cpu] == dest;
}

static void check_entry(unsigned int pin, const struct ioapic_view *owner)
{
	unsigned int cpu;

	if (low[pin] & APIC_LVT_MASKED)
		return;
	REACHED();
	for (cpu = 0; cpu < CPUS; cpu++)
		PROVE(!reaches(pin, cpu) || cpu_set_has(owner->cpus, cpu), "CPUs of the cell only");
	if (owner->root)
		return;
	PROVE((low[pin] & APIC_MODE) == APIC_MODE_FIXED, "an interrupt, for one CPU");
	PROVE((low[pin] & APIC_VECTOR) > 31, "no vector that is reserved");
}

static bool owned(const struct ioapic_view *view, unsigned int pin)
{
	return view->pins[0] >> pin & 1;
}

static u32 chip_read(void *hw, unsigned int reg)
{
	const unsigned int pin = (reg - IOAPIC_REG_ENTRY) / 2;

	if (reg < IOAPIC_REG_ENTRY)
		return (PINS - 1) << 16 | 0x20;
	PROVE(pin < PINS, "a pin that there is");
	return reg & 1 ? high[pin] : low[pin];
}

static void chip_write(void *hw, unsigned int reg, u32 value)
{
	const unsigned int pin = (reg - IOAPIC_REG_ENTRY) / 2;

	if (reg < IOAPIC_REG_ENTRY) {
		PROVE(writer->root && reg == IOAPIC_REG_ID, "not a register of the whole chip");
		return;
	}
	PROVE(pin < PINS, "a pin that there is");
	PROVE(managed || owned(writer, pin), "a pin of the cell");
	*(reg & 1 ? &high[pin] : &low[pin]) = value;
	check_entry(pin, writer);
}

static void chip_eoi(void *hw, u32 vector)
{
	bool any = writer->root || managed;
	u32 pin;

	for (pin = 0; pin < PINS; pin++)
		if (owned(writer, pin) && chip.cell_entry[pin] & APIC_TRIGGER_LEVEL &&
		    (chip.cell_entry[pin] & APIC_VECTOR) == vector)
			any = true;
	PROVE(any, "an interrupt of the cell");
}

static void write_register(struct ioapic_view *view, bool x2apic, u64 offset, u32 value)
{
	struct mmio_access access = {
		.gpa = offset, .width = 4, .is_write = true, .value = value,
	};

	writer = view;
	ioapic_access(view, x2apic, &access);
}

static void write_half(struct ioapic_view *view, bool x2apic, unsigned int pin,
		       unsigned int half, u32 value)
{
	view->select = (u8)(IOAPIC_REG_ENTRY + 2 * pin + half);
	write_register(view, x2apic, IOAPIC_DATA, value);
}

/* An entry number @n, in an order in which everything comes after everything else. */
#define ENTRIES	(256U * 8 * 2 * 2 * 2 * 4)

static void write_entry(struct ioapic_view *view, bool x2apic, u32 n)
{
	static const u8 vectors[] = { 15, 31, 32, 255 };
	const u32 value = vectors[n % 4] | (n / 4 % 8) << 8 | (n / 32 % 2) << 11 |
			  (n / 64 % 2) << 15 | (n / 128 % 2) << 16;
	const u32 dest = n / 256 % 256 << 24;

	write_half(view, x2apic, PIN, n / 65536 % 2, n / 65536 % 2 ? dest : value);
	write_half(view, x2apic, PIN, !(n / 65536 % 2), n / 65536 % 2 ? value : dest);
	PROVE(view->root || chip.cell_entry[PIN] == ((u64)dest << 32 | value),
	      "what is read back is what was written");
}

static void write_all(struct ioapic_view *view, bool x2apic, u32 stride)
{
	u32 n, at = 0;

	for (n = 0; n < ENTRIES; n++, at = (at + stride) % ENTRIES)
		write_entry(view, x2apic, at);
	for (n = 0; n < 256; n++) {
		write_half(view, x2apic, PIN, 0, n | APIC_TRIGGER_LEVEL);
		write_register(view, x2apic, IOAPIC_EOI, n);
		write_register(view, x2apic, IOAPIC_EOI, n ^ 1);
	}
}

/* Others' pins, what there is not, and registers of the whole chip. */
static void write_elsewhere(struct ioapic_view *view, bool x2apic)
{
	u64 before[PINS];
	unsigned int reg;

	memcpy(before, chip.cell_entry, sizeof(before));
	for (reg = 0; reg < 256; reg++) {
		if ((reg - IOAPIC_REG_ENTRY) / 2 == PIN)
			continue;
		view->select = (u8)reg;
		write_register(view, x2apic, IOAPIC_DATA, 0);
		write_register(view, x2apic, IOAPIC_DATA, 0x5a000830);
	}
	PROVE(!memcmp(before, chip.cell_entry, sizeof(before)), "nothing that others read back");
}

/* As machines begin: the root cell has all pins, and Linux has programmed them for itself. */
static void begin(const u32 ldr[CPUS], bool flat)
{
	static const struct ioapic_ops ops = { chip_read, chip_write, chip_eoi };
	static const struct jailhouse_irqchip all = { .pin_bitmap = { (1U << PINS) - 1 } };
	unsigned int cpu, pin;

	apic_topology_init(&topo);
	root_cpus = (struct cpu_set){ { 0 } };
	for (cpu = 0; cpu < CPUS; cpu++) {
		apic_topology_add(&topo, cpu, ids[cpu]);
		topo.ldr[cpu] = ldr[cpu] << 24;
		topo.dfr[cpu] = flat ? APIC_DFR_FLAT : APIC_DFR_FLAT >> 4;
		cpu_set_add(&root_cpus, cpu);
	}
	for (pin = 0; pin < PINS; pin++) {
		low[pin] = 0x40 + pin;
		high[pin] = APIC_XAPIC_BROADCAST << 24;
	}
	ioapic_init(&chip, 0, &ops, NULL, &topo, &root_cpus, hw_x2apic);
	ioapic_grant(&chip.root, &all);
}

/* The cell gets CPUs and a pin, as cell_steps.c has it, and gives them back. */
static void check_cell(unsigned int cpus, bool x2apic, u32 stride)
{
	static const struct jailhouse_irqchip one = { .pin_bitmap = { 1U << PIN } };

	cell_cpus = (struct cpu_set){ { cpus } };
	memset(&pins, 0, sizeof(pins));
	PROVE(!ioapic_cell_add(&pins, &chip, &one, &cell_cpus), "a pin of the root cell");
	root_cpus = cpu_set_without(&root_cpus, &cell_cpus);
	managed = true;
	writer = &chip.root;
	ioapic_refresh(&chip);
	writer = &pins.views[0];
	ioapic_cell_take(&pins);
	check_entry(0, &chip.root);
	check_entry(PIN, writer);
	managed = false;

	write_all(&pins.views[0], x2apic, stride);
	write_elsewhere(&pins.views[0], x2apic);
	/* For the day when the pin returns. */
	write_entry(&chip.root, hw_x2apic, stride);
	write_elsewhere(&chip.root, hw_x2apic);
	check_entry(PIN, writer = &pins.views[0]);

	managed = true;
	writer = &chip.root;
	low[PIN] |= APIC_LVT_MASKED;
	ioapic_cell_return(&pins);
	check_entry(PIN, &chip.root);
	root_cpus = cpu_set_or(&root_cpus, &cell_cpus);
	ioapic_refresh(&chip);
	managed = false;
	PROVE(owned(&chip.root, PIN), "the root cell's again");
	check_entry(PIN, &chip.root);
}

/* The root cell while the others have some of its CPUs. */
static void check_root(unsigned int cpus, u32 stride)
{
	cell_cpus = (struct cpu_set){ { cpus } };
	root_cpus = cpu_set_without(&root_cpus, &cell_cpus);
	managed = true;
	writer = &chip.root;
	ioapic_refresh(&chip);
	check_entry(0, &chip.root);
	check_entry(PIN, &chip.root);
	managed = false;
	write_all(&chip.root, hw_x2apic, stride);
	root_cpus = cpu_set_or(&root_cpus, &cell_cpus);
}

static void check_machine(const u32 ldr[CPUS], bool flat)
{
	unsigned int cpus;

	for (cpus = 1; cpus < (1U << CPUS) - 1; cpus++) {
		begin(ldr, flat);
		check_cell(cpus, cpus & 1, 7919);
		begin(ldr, flat);
		check_cell(cpus, !(cpus & 1), 104729);
		begin(ldr, flat);
		check_root(cpus, 1299709);
	}
}

int main(void)
{
	unsigned int n;

	for (n = 0; n < 4 * ARRAY_SIZE(ldrs); n++) {
		hw_x2apic = n & 1;
		check_machine(ldrs[n / 4], n & 2);
	}
	return 0;
}
