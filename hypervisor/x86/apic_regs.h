/* SPDX-License-Identifier: GPL-2.0-only */
/* Registers of the local APIC by number, and access to the hardware (apic.c). */
#ifndef _X86_APIC_REGS_H
#define _X86_APIC_REGS_H

#include "types.h"

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

/** apic_read(), apic_write() - a 32-bit register of this CPU's APIC */
u32 apic_read(unsigned int reg);
void apic_write(unsigned int reg, u32 val);

/** apic_write_icr() - interrupt command, to a physical or logical @dest as @low says */
void apic_write_icr(u32 low, u32 dest);

#endif
