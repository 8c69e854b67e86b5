// SPDX-License-Identifier: GPL-2.0-only
/* SOURCES: core/cpu_set.c x86/ioapic.c x86/apic_policy.c */
/* An I/O APIC some of whose pins a cell gets. */
#include <string.h>
#include "shared_ioapic.h"

struct apic_topology topo;
struct fake_ioapic hw;
struct ioapic chip;
struct ioapic_cell cell;
struct cpu_set root_cpus, cell_cpus;
bool guest_x2apic;

static const struct jailhouse_irqchip root_pins = {
	.address = ADDRESS, .pin_bitmap = { 0xfffffe },		/* all but pin 0 */
};

const struct jailhouse_irqchip cell_pins = {
	.address = ADDRESS, .pin_base = 4, .pin_bitmap = { 0x80021 },
};

struct ioapic_view *root;
struct ioapic_view *guest;

void build(u32 version)
{
	unsigned int i;

	apic_topology_init(&topo);
	for (i = 0; i < 4; i++) {
		apic_topology_add(&topo, i, i);
		topo.ldr[i] = 1U << (24 + i);
	}
	root_cpus = low_cpus(ROOT | CELL);
	cell_cpus = low_cpus(CELL);
	memset(&chip, 0xa5, sizeof(chip));
	memset(&hw, 0, sizeof(hw));
	hw.version = version;
	hw.id = 0x05000000;
	for (i = 0; i < 24; i++)
		hw.entry[i] = MASKED | i;
	hw.entry[0] = 0x10200;
	hw.entry[4] = 0x0034 | DEST(1);
	hw.entry[9] = 0xa839 | DEST(0x3);	/* level, low, logical: CPUs 0 and 1 */
	CHECK_EQ(ioapic_init(&chip, ADDRESS, &fake_ioapic_ops, &hw, &topo, &root_cpus, false),
		 0);
	CHECK_EQ(hw.writes, 0);
	root = &chip.root;
	ioapic_grant(root, &root_pins);
	memset(&cell, 0, sizeof(cell));
}

void create_cell(void)
{
	CHECK_EQ(ioapic_cell_add(&cell, &chip, &cell_pins, &cell_cpus), 0);
	guest = &cell.views[0];
	root_cpus = low_cpus(ROOT);
	ioapic_cell_take(&cell);
	ioapic_refresh(&chip);
	topo.ldr[3] = 0;
}

void build_with_cell(void)
{
	build(0x00170011);
	create_cell();
}

int access_reg(struct ioapic_view *view, u64 offset, unsigned int width, bool is_write,
	       u64 *value)
{
	struct mmio_access access = {
		.gpa = ADDRESS + offset, .width = width, .is_write = is_write, .value = *value,
	};
	int err = ioapic_access(view, guest_x2apic, &access);

	*value = access.value;
	CHECK_EQ(chip.lock.next, chip.lock.serving);
	return err;
}

int set_reg(struct ioapic_view *view, unsigned int reg, u64 value)
{
	u64 select = reg;

	CHECK_EQ(access_reg(view, IOAPIC_REGSEL, 4, true, &select), 0);
	return access_reg(view, IOAPIC_DATA, 4, true, &value);
}

u32 get_reg(struct ioapic_view *view, unsigned int reg)
{
	u64 value = reg;

	CHECK_EQ(access_reg(view, IOAPIC_REGSEL, 4, true, &value), 0);
	value = ~0ULL;
	CHECK_EQ(access_reg(view, IOAPIC_DATA, 4, false, &value), 0);
	CHECK_EQ(value >> 32, 0);
	return (u32)value;
}

/* As Linux does it: the destination first. */
int set_entry(struct ioapic_view *view, unsigned int pin, u64 entry)
{
	int err = set_reg(view, 0x11 + 2 * pin, entry >> 32);

	return set_reg(view, 0x10 + 2 * pin, entry & 0xffffffff) ?: err;
}

u64 get_entry(struct ioapic_view *view, unsigned int pin)
{
	return get_reg(view, 0x10 + 2 * pin) | (u64)get_reg(view, 0x11 + 2 * pin) << 32;
}
