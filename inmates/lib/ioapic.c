// SPDX-License-Identifier: GPL-2.0-only
/* Entries of I/O APICs (82093AA, 3.1 and 3.2), of the machine and of devices of the hypervisor. */
#include "inmate.h"

#define REG_DATA	0x10U
#define REG_ENTRY	0x10U

static void write_reg(u64 chip, u32 reg, u32 val)
{
	mmio_write32(chip, reg);
	mmio_write32(chip + REG_DATA, val);
}

/**
 * ioapic_set() - where the interrupt of a pin goes
 * @chip: guest-physical address of the registers
 * @pin: which one; the cell has it
 * @dest: APIC id of the CPU that gets it, of 8 bits
 * @low: vector, 32 to 255, and what else the lower half of an entry has: IOAPIC_*
 *
 * Masked while it changes. One CPU at a time.
 */
void ioapic_set(u64 chip, u32 pin, u32 dest, u32 low)
{
	write_reg(chip, REG_ENTRY + 2 * pin, IOAPIC_MASKED);
	write_reg(chip, REG_ENTRY + 2 * pin + 1, dest << 24);
	write_reg(chip, REG_ENTRY + 2 * pin, low);
}
