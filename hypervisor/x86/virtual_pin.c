// SPDX-License-Identifier: GPL-2.0-only
/* An I/O APIC with one pin, which exists in memory only. */
#include "virtual_pin.h"

/* 82093AA, 3.2.2: one entry, and as old a chip as can be, without an EOI register. */
#define VERSION		0x00000011U

/*
 * Where both halves change between the two reads, one of them is the old one: still a vector that
 * the cell has chosen, for a CPU that is its own.
 */
static void deliver(struct virtual_pin *pin)
{
	const u32 low = __atomic_load_n(&pin->entry[0], __ATOMIC_SEQ_CST);
	const u32 high = __atomic_load_n(&pin->entry[1], __ATOMIC_SEQ_CST);

	if (low & APIC_LVT_MASKED || !__atomic_exchange_n(&pin->pending, 0, __ATOMIC_SEQ_CST))
		return;
	pin->send((low & APIC_VECTOR) | APIC_LEVEL_ASSERT, high >> (IOAPIC_DEST_SHIFT - 32));
}

void virtual_pin_raise(struct virtual_pin *pin)
{
	__atomic_store_n(&pin->pending, 1, __ATOMIC_SEQ_CST);
	deliver(pin);
}

static u32 pin_read(void *hw, unsigned int reg)
{
	struct virtual_pin *pin = hw;

	if (reg == IOAPIC_REG_VERSION)
		return VERSION;
	if (reg - IOAPIC_REG_ENTRY < ARRAY_SIZE(pin->entry))
		return __atomic_load_n(&pin->entry[reg - IOAPIC_REG_ENTRY], __ATOMIC_SEQ_CST);
	return 0;
}

static void pin_write(void *hw, unsigned int reg, u32 value)
{
	struct virtual_pin *pin = hw;

	if (reg - IOAPIC_REG_ENTRY >= ARRAY_SIZE(pin->entry))
		return;
	__atomic_store_n(&pin->entry[reg - IOAPIC_REG_ENTRY], value, __ATOMIC_SEQ_CST);
	deliver(pin);
}

/* The version says that there is none. */
static void pin_eoi(__maybe_unused void *hw, __maybe_unused u32 vector)
{
}

static const struct ioapic_ops pin_ops = { pin_read, pin_write, pin_eoi };

void virtual_pin_reset(struct virtual_pin *pin)
{
	pin->entry[0] = APIC_LVT_MASKED;
	pin->entry[1] = 0;
	pin->pending = 0;
	pin->chip.cell_entry[0] = APIC_LVT_MASKED;
	pin->view.select = 0;
}

void virtual_pin_refresh(struct virtual_pin *pin)
{
	ioapic_view_refresh(&pin->view);
}

/* Nothing of a chip of memory can be more than there may be, so that cannot fail. */
void virtual_pin_init(struct virtual_pin *pin, u64 address, const struct apic_topology *topo,
		      const struct cpu_set *cpus, void (*send)(u32 low, u32 dest))
{
	ioapic_init(&pin->chip, address, &pin_ops, pin, topo, cpus, false);
	pin->view = (struct ioapic_view) { .chip = &pin->chip, .cpus = cpus, .pins = { 1 } };
	pin->send = send;
	virtual_pin_reset(pin);
}
