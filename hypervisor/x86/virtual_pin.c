// SPDX-License-Identifier: GPL-2.0-only
/* An I/O APIC with one pin, which exists in memory only. */
#include "virtual_pin.h"

/* 82093AA, 3.2.2: one entry, and as old a chip as can be, without an EOI register. */
#define VERSION		0x00000011U

/*
 * The entry is read whole. A masked one has whatever destination the cell wrote, also one that is
 * not its own: together with an older half, that does not say masked, this would be interrupted.
 */
static void deliver(struct virtual_pin *pin)
{
	const u64 entry = __atomic_load_n(&pin->entry, __ATOMIC_SEQ_CST);

	if (entry & APIC_LVT_MASKED || !__atomic_exchange_n(&pin->pending, 0, __ATOMIC_SEQ_CST))
		return;
	pin->send((u32)(entry & APIC_VECTOR) | APIC_LEVEL_ASSERT,
		  (u32)(entry >> IOAPIC_DEST_SHIFT));
}

void virtual_pin_raise(struct virtual_pin *pin)
{
	__atomic_store_n(&pin->pending, 1, __ATOMIC_SEQ_CST);
	deliver(pin);
}

static u32 pin_read(void *hw, unsigned int reg)
{
	struct virtual_pin *pin = hw;
	const u64 entry = __atomic_load_n(&pin->entry, __ATOMIC_SEQ_CST);

	switch (reg) {
	case IOAPIC_REG_VERSION:
		return VERSION;
	case IOAPIC_REG_ENTRY:
		return (u32)entry;
	case IOAPIC_REG_ENTRY + 1:
		return (u32)(entry >> 32);
	default:
		return 0;
	}
}

/* One CPU at a time: with the lock of the chip. */
static void pin_write(void *hw, unsigned int reg, u32 value)
{
	struct virtual_pin *pin = hw;
	const unsigned int shift = reg == IOAPIC_REG_ENTRY ? 0 : 32;
	u64 entry = __atomic_load_n(&pin->entry, __ATOMIC_SEQ_CST);

	if (reg != IOAPIC_REG_ENTRY && reg != IOAPIC_REG_ENTRY + 1)
		return;
	entry = (entry & ~(0xffffffffULL << shift)) | (u64)value << shift;
	__atomic_store_n(&pin->entry, entry, __ATOMIC_SEQ_CST);
	deliver(pin);
}

/* The version says that there is none. */
static void pin_eoi(__maybe_unused void *hw, __maybe_unused u32 vector)
{
}

static const struct ioapic_ops pin_ops = { pin_read, pin_write, pin_eoi };

void virtual_pin_reset(struct virtual_pin *pin)
{
	pin->entry = APIC_LVT_MASKED;
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
