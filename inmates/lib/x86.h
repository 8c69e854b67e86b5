/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Instructions that C lacks. Those named probe_... return the vector of the
 * exception that the instruction raised, or NO_FAULT, instead of ending the inmate.
 */
#ifndef _INMATE_X86_H
#define _INMATE_X86_H

#include "types.h"

#define MSR_APIC_BASE		0x01b
#define MSR_TSC_DEADLINE	0x6e0
#define MSR_X2APIC_BASE		0x800

#define X86_EXC_DE	0
#define X86_EXC_DB	1
#define X86_EXC_NMI	2
#define X86_EXC_BP	3
#define X86_EXC_UD	6
#define X86_EXC_DF	8
#define X86_EXC_GP	13
#define X86_EXC_PF	14
#define X86_EXC_MF	16

#define NO_FAULT	(-1)

/*
 * PROBED(INSN): one instruction that may fault, for an asm statement whose first
 * output is PROBE_OUT() of a PROBE_RESULT(). When it faults, int_dispatch() finds it in
 * the table, stores the vector in R8 and goes on behind it; last_fault tells the rest.
 */
#define PROBED(insn)				\
	"movl	$-1, %%r8d\n"			\
	"771:	" insn "\n"			\
	"772:\n"				\
	".pushsection .fixups, \"a\"\n"		\
	"	.quad	771b, 772b\n"		\
	".popsection\n"

#define PROBE_RESULT(name)	register int name asm("r8")
/* Written before the inputs are read. */
#define PROBE_OUT(name)		"=&r" (name)

static inline void cpu_relax(void)
{
	asm volatile("pause" : : : "memory");
}

static inline void irq_disable(void)
{
	asm volatile("cli" : : : "memory");
}

static inline void irq_enable(void)
{
	asm volatile("sti" : : : "memory");
}

/* Lets interrupts in and sleeps until one came; none gets in between. */
static inline void irq_enable_and_halt(void)
{
	asm volatile("sti; hlt" : : : "memory");
}

static inline u8 in8(u16 port)
{
	u8 value;

	asm volatile("inb %1, %0" : "=a" (value) : "Nd" (port));
	return value;
}

static inline u16 in16(u16 port)
{
	u16 value;

	asm volatile("inw %1, %0" : "=a" (value) : "Nd" (port));
	return value;
}

static inline u32 in32(u16 port)
{
	u32 value;

	asm volatile("inl %1, %0" : "=a" (value) : "Nd" (port));
	return value;
}

static inline void out8(u16 port, u8 value)
{
	asm volatile("outb %0, %1" : : "a" (value), "Nd" (port));
}

static inline void out16(u16 port, u16 value)
{
	asm volatile("outw %0, %1" : : "a" (value), "Nd" (port));
}

static inline void out32(u16 port, u32 value)
{
	asm volatile("outl %0, %1" : : "a" (value), "Nd" (port));
}

/* Device registers: exactly one access of exactly this width. */
static inline u8 mmio_read8(u64 address)
{
	u8 value;

	asm volatile("movb (%1), %0" : "=q" (value) : "r" (address) : "memory");
	return value;
}

static inline u32 mmio_read32(u64 address)
{
	u32 value;

	asm volatile("movl (%1), %0" : "=r" (value) : "r" (address) : "memory");
	return value;
}

static inline void mmio_write8(u64 address, u8 value)
{
	asm volatile("movb %0, (%1)" : : "q" (value), "r" (address) : "memory");
}

static inline void mmio_write32(u64 address, u32 value)
{
	asm volatile("movl %0, (%1)" : : "r" (value), "r" (address) : "memory");
}

static inline u64 rdmsr(u32 msr)
{
	u32 low, high;

	asm volatile("rdmsr" : "=a" (low), "=d" (high) : "c" (msr));
	return (u64)high << 32 | low;
}

static inline void wrmsr(u32 msr, u64 value)
{
	asm volatile("wrmsr" : : "a" ((u32)value), "d" ((u32)(value >> 32)),
		     "c" (msr) : "memory");
}

/* *value is 0 after a fault. */
static inline int probe_rdmsr(u32 msr, u64 *value)
{
	PROBE_RESULT(fault);
	u32 low = 0, high = 0;

	asm volatile(PROBED("rdmsr") : PROBE_OUT(fault), "+a" (low), "+d" (high)
		     : "c" (msr) : "memory");
	*value = (u64)high << 32 | low;
	return fault;
}

static inline int probe_wrmsr(u32 msr, u64 value)
{
	PROBE_RESULT(fault);

	asm volatile(PROBED("wrmsr") : PROBE_OUT(fault)
		     : "a" ((u32)value), "d" ((u32)(value >> 32)), "c" (msr)
		     : "memory");
	return fault;
}

/**
 * struct cpuid - what CPUID returned
 */
struct cpuid {
	u32 eax, ebx, ecx, edx;
};

static inline struct cpuid cpuid(u32 leaf, u32 subleaf)
{
	struct cpuid regs;

	asm volatile("cpuid" : "=a" (regs.eax), "=b" (regs.ebx),
		     "=c" (regs.ecx), "=d" (regs.edx)
		     : "a" (leaf), "c" (subleaf));
	return regs;
}

static inline u64 rdtsc(void)
{
	u32 low, high;

	asm volatile("rdtsc" : "=a" (low), "=d" (high) : : "memory");
	return (u64)high << 32 | low;
}

static inline u64 read_cr0(void)
{
	u64 value;

	asm volatile("movq %%cr0, %0" : "=r" (value));
	return value;
}

static inline u64 read_cr2(void)
{
	u64 value;

	asm volatile("movq %%cr2, %0" : "=r" (value));
	return value;
}

static inline u64 read_cr3(void)
{
	u64 value;

	asm volatile("movq %%cr3, %0" : "=r" (value));
	return value;
}

static inline u64 read_cr4(void)
{
	u64 value;

	asm volatile("movq %%cr4, %0" : "=r" (value));
	return value;
}

static inline void write_cr0(u64 value)
{
	asm volatile("movq %0, %%cr0" : : "r" (value) : "memory");
}

static inline void write_cr3(u64 value)
{
	asm volatile("movq %0, %%cr3" : : "r" (value) : "memory");
}

static inline void write_cr4(u64 value)
{
	asm volatile("movq %0, %%cr4" : : "r" (value) : "memory");
}

#endif
