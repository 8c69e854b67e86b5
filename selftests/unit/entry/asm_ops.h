/* SPDX-License-Identifier: GPL-2.0-only */
/* In place of hypervisor/x86/asm_ops.h: instructions of a CPU that is a struct. */
#ifndef _X86_ASM_OPS_H
#define _X86_ASM_OPS_H

#include "registers.h"
#include "types.h"
#include "../no_mmio.h"

struct desc_ptr {
	u16 limit;
	u64 base;
} __packed;

/**
 * struct host_cpu - what the code under test reads and writes without a VMCS or VMCB
 * @cr0: CR0 in the hypervisor; likewise the others
 * @cr2: CR2, which the guest shares
 * @cr3: page table
 * @cr4: CR4
 * @dr6: DR6, which the guest shares
 * @idt_base: base of the IDT
 * @tsc: time
 * @vmcs_accesses: how many VMREADs and VMWRITEs were executed
 * @invlpgs: INVLPGs
 * @flushes: INVEPTs and INVVPIDs
 * @serializing: instructions that wait for all before them: CPUID, WRMSR, moves to CR and DR
 * @faults: the next *_safe() access raises #GP
 */
struct host_cpu {
	u64 cr0, cr2, cr3, cr4;
	u64 dr6;
	u64 idt_base;
	u64 tsc;
	unsigned int vmcs_accesses, invlpgs, flushes, serializing;
	bool faults;
};

extern struct host_cpu host_cpu;

/* What is behind them is in machine.c, or the vendor's part. */
u64 rdmsr(u32 msr);
void cpuid(u32 regs[4]);
void invlpg(const void *gva);

static inline u64 read_cr0(void)
{
	return host_cpu.cr0;
}

static inline u64 read_cr2(void)
{
	return host_cpu.cr2;
}

static inline u64 read_cr3(void)
{
	return host_cpu.cr3;
}

static inline u64 read_cr4(void)
{
	return host_cpu.cr4;
}

static inline void write_cr4(u64 val)
{
	host_cpu.serializing++;
	host_cpu.cr4 = val;
}

static inline void write_cr2(u64 val)
{
	host_cpu.serializing++;
	host_cpu.cr2 = val;
}

static inline u64 read_dr6(void)
{
	return host_cpu.dr6;
}

static inline void write_dr6(u64 val)
{
	host_cpu.serializing++;
	host_cpu.dr6 = val;
}

static inline void clear_breakpoints(void)
{
	host_cpu.serializing += 4;
}

static inline u64 read_idt_base(void)
{
	return host_cpu.idt_base;
}

static inline void unblock_nmis(__maybe_unused u64 code, __maybe_unused u64 stack)
{
	host_cpu.serializing++;
}

static inline void wrmsr(__maybe_unused u32 msr, __maybe_unused u64 val)
{
	host_cpu.serializing++;
}

static inline void wrmsr_halves(__maybe_unused u32 msr, __maybe_unused u32 low,
				__maybe_unused u32 high)
{
	host_cpu.serializing++;
}

static inline int rdmsr_safe(u32 msr, u64 *val)
{
	if (host_cpu.faults)
		return -5;
	*val = rdmsr(msr);
	return 0;
}

/* IA32_DEBUGCTL has reserved bits. */
static inline int wrmsr_safe(u32 msr, u64 val)
{
	host_cpu.serializing++;
	return host_cpu.faults || (msr == MSR_IA32_DEBUGCTL && val & ~0xffc7ULL) ? -5 : 0;
}

static inline int xsetbv_safe(__maybe_unused u32 index, __maybe_unused u64 val)
{
	host_cpu.serializing++;
	return host_cpu.faults ? -5 : 0;
}

static inline u64 rdtsc(void)
{
	return host_cpu.tsc++;
}

/* No test of these looks at vector registers. */
static inline u64 xgetbv(__maybe_unused u32 index)
{
	return 0;
}

static inline void read_xmm(__maybe_unused unsigned int number, void *memory)
{
	__builtin_memset(memory, 0, 16);
}

static inline void read_ymm(__maybe_unused unsigned int number, void *memory)
{
	__builtin_memset(memory, 0, 32);
}

static inline void read_zmm(__maybe_unused unsigned int number, void *memory)
{
	__builtin_memset(memory, 0, 64);
}

static inline void write_xmm(__maybe_unused unsigned int number, __maybe_unused const void *memory)
{
}

static inline void write_ymm(__maybe_unused unsigned int number, __maybe_unused const void *memory)
{
}

static inline void write_zmm(__maybe_unused unsigned int number, __maybe_unused const void *memory)
{
}

static inline void cpu_relax(void)
{
}

#endif
