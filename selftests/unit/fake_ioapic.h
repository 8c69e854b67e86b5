/* SPDX-License-Identifier: GPL-2.0-only */
/* An I/O APIC made of memory, that knows whose CPUs its pins may interrupt. */
#ifndef SELFTESTS_FAKE_IOAPIC_H
#define SELFTESTS_FAKE_IOAPIC_H

#include "ioapic.h"
#include "low_cpus.h"

struct fake_ioapic {
	u32 version;
	u32 id;
	u64 entry[256];
	unsigned int writes;
	unsigned int eois;
	u32 last_eoi;
	/* A pin was acknowledged that could fire again at once. */
	bool eoi_unmasked;
	/* The lowest and highest entry register written, to see what is left alone. */
	unsigned int first_reg, last_reg;
};

static inline u32 fake_ioapic_read(void *hw, unsigned int reg)
{
	struct fake_ioapic *fake = hw;
	unsigned int pin = (reg - IOAPIC_REG_ENTRY) / 2;

	if (reg == IOAPIC_REG_VERSION)
		return fake->version;
	if (reg < IOAPIC_REG_ENTRY)
		return fake->id;
	return (u32)(reg & 1 ? fake->entry[pin] >> 32 : fake->entry[pin]);
}

/* Delivery status and remote IRR are read-only; an edge-triggered pin has no remote IRR. */
static inline void fake_ioapic_write(void *hw, unsigned int reg, u32 value)
{
	struct fake_ioapic *fake = hw;
	u64 *entry = &fake->entry[(reg - IOAPIC_REG_ENTRY) / 2 & 0xff];
	u64 kept = 0x5000;

	if (reg < IOAPIC_REG_ENTRY) {
		fake->id = value;
		return;
	}
	fake->writes++;
	fake->first_reg = MIN(fake->first_reg, reg);
	fake->last_reg = MAX(fake->last_reg, reg);
	if (reg & 1) {
		*entry = (u32)*entry | (u64)value << 32;
		return;
	}
	if (!(value & APIC_TRIGGER_LEVEL))
		kept &= ~(u64)IOAPIC_REMOTE_IRR;
	*entry = (*entry & (0xffffffffULL << 32 | kept)) | (value & ~0x5000U);
}

static inline void fake_ioapic_eoi(void *hw, u32 vector)
{
	struct fake_ioapic *fake = hw;
	unsigned int pin;

	fake->eois++;
	fake->last_eoi = vector;
	for (pin = 0; pin < 256; pin++)
		if ((fake->entry[pin] & IOAPIC_REMOTE_IRR) &&
		    (fake->entry[pin] & APIC_VECTOR) == vector) {
			fake->entry[pin] &= ~(u64)IOAPIC_REMOTE_IRR;
			if (!(fake->entry[pin] & APIC_LVT_MASKED))
				fake->eoi_unmasked = true;
		}
}

static const struct ioapic_ops fake_ioapic_ops __maybe_unused = {
	fake_ioapic_read, fake_ioapic_write, fake_ioapic_eoi,
};

/* CPUs that the hardware would interrupt for an entry, in xAPIC mode. */
static inline u64 fake_ioapic_reaches(const struct apic_topology *topo,
				      const struct cpu_set *hw_logical, u64 entry)
{
	bool logical = entry & APIC_LOGICAL;
	u32 dest = (u32)(entry >> IOAPIC_DEST_SHIFT);
	struct cpu_set reached;

	if (entry & APIC_LVT_MASKED)
		return 0;
	reached = apic_targets(topo, logical && dest != APIC_XAPIC_BROADCAST ? hw_logical :
			       &topo->present, false, logical, dest);
	return low_word(&reached);
}

#endif
