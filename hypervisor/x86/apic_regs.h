/* SPDX-License-Identifier: GPL-2.0-only */
/* Registers of the local APIC by number, and access to the hardware (apic.c). */
#ifndef _X86_APIC_REGS_H
#define _X86_APIC_REGS_H

#include "types.h"
#include "apic_policy.h"
#include <asm_ops.h>

#define APIC_REG_ID		0x02
#define APIC_REG_VERSION	0x03
#define APIC_REG_TPR		0x08
#define APIC_REG_EOI		0x0b
#define APIC_REG_LDR		0x0d
#define APIC_REG_DFR		0x0e
#define APIC_REG_SVR		0x0f
#define APIC_REG_ISR		0x10
#define APIC_REG_IRR		0x20
#define APIC_REG_ESR		0x28
#define APIC_REG_LVT_CMCI	0x2f
#define APIC_REG_ICR		0x30
#define APIC_REG_ICR2		0x31
#define APIC_REG_LVT_TIMER	0x32
#define APIC_REG_LVT_THERMAL	0x33
#define APIC_REG_LVT_PERF	0x34
#define APIC_REG_LVT_LINT0	0x35
#define APIC_REG_LVT_LINT1	0x36
#define APIC_REG_LVT_ERROR	0x37
#define APIC_REG_TIMER_INITIAL	0x38
#define APIC_REG_TIMER_DIVIDE	0x3e
#define APIC_REG_SELF_IPI	0x3f

/**
 * struct apic_hw - how to reach the hardware, the same on all CPUs
 * @x2apic: by MSRs
 * @page: the registers in xAPIC mode, after apic_map()
 */
struct apic_hw {
	bool x2apic;
	volatile u32 *page;
};

extern struct apic_hw apic_hw;

/** apic_is_x2apic() - is the hardware in x2APIC mode? */
static inline bool apic_is_x2apic(void)
{
	return apic_hw.x2apic;
}

/** apic_read(), apic_write() - a 32-bit register of this CPU's APIC */
static inline u32 apic_read(unsigned int reg)
{
	return apic_hw.x2apic ? (u32)rdmsr(MSR_X2APIC_FIRST + reg) : apic_hw.page[reg * 4];
}

static inline void apic_write(unsigned int reg, u32 val)
{
	if (apic_hw.x2apic)
		wrmsr(MSR_X2APIC_FIRST + reg, val);
	else
		apic_hw.page[reg * 4] = val;
}

/**
 * apic_read_safe(), apic_write_safe() - the same for a register or a value that a guest chose
 *
 * Return: 0, or -EIO: the hardware, in x2APIC mode, has no such register or refuses the
 * value. On the page nothing faults (SDM 3A 11.4.1).
 */
static inline int apic_read_safe(unsigned int reg, u64 *val)
{
	if (apic_hw.x2apic)
		return rdmsr_safe(MSR_X2APIC_FIRST + reg, val);
	*val = apic_hw.page[reg * 4];
	return 0;
}

static inline int apic_write_safe(unsigned int reg, u32 val)
{
	if (apic_hw.x2apic)
		return wrmsr_safe(MSR_X2APIC_FIRST + reg, val);
	apic_hw.page[reg * 4] = val;
	return 0;
}

/**
 * apic_has_register() - has this CPU's APIC an entry of the local vector table?
 * @reg: any register that each APIC has, or an entry
 *
 * On the page, an access to one that it lacks leaves an error in its ESR, for whoever reads
 * that next.
 */
bool apic_has_register(unsigned int reg);

/**
 * apic_try_icr() - interrupt command, to a physical or logical @dest as @low says
 * @low: as struct apic_ipi has it, or a constant: it must not have a bit that is reserved
 *	in x2APIC mode
 * @dest: destination
 *
 * In x2APIC mode it may overtake what was written before, as it may where a guest sends by itself.
 *
 * Return: false if the last one has not been sent yet.
 */
static inline bool apic_try_icr(u32 low, u32 dest)
{
	volatile u32 *page = apic_hw.page;

	if (apic_hw.x2apic) {
		wrmsr_halves(MSR_X2APIC_ICR, low, dest);
		return true;
	}
	if (mmio_test32(&page[APIC_REG_ICR * 4], APIC_STATUS))
		return false;
	page[APIC_REG_ICR2 * 4] = dest << 24;
	page[APIC_REG_ICR * 4] = low;
	return true;
}

/** apic_write_icr() - the same, after the last one, and after all that was written before */
void apic_write_icr(u32 low, u32 dest);

#endif
