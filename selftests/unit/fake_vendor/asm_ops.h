/* SPDX-License-Identifier: GPL-2.0-only */
/* In place of hypervisor/x86/asm_ops.h: what the handlers of exits execute, on host.c's CPU. */
#ifndef _X86_ASM_OPS_H
#define _X86_ASM_OPS_H

#include "registers.h"
#include "types.h"
#include "../no_mmio.h"

struct desc_ptr {
	u16 limit;
	u64 base;
} __packed;

u64 rdtsc(void);
int rdmsr_safe(u32 msr, u64 *val);
int wrmsr_safe(u32 msr, u64 val);
int xsetbv_safe(u32 index, u64 val);
void cpuid(u32 regs[4]);
void invlpg(const void *gva);
void fence_before_x2apic(void);

static inline u64 rdmsr(u32 msr)
{
	u64 val = 0;

	rdmsr_safe(msr, &val);
	return val;
}

static inline void wrmsr(u32 msr, u64 val)
{
	wrmsr_safe(msr, val);
}

static inline void wrmsr_halves(u32 msr, u32 low, u32 high)
{
	wrmsr(msr, (u64)high << 32 | low);
}

/* In front of RDPKRU, which guests without CR4.PKE do not make anybody execute; and of these. */
static inline u64 read_cr4(void)
{
	return 0;
}

static inline void write_cr4(__maybe_unused u64 val)
{
}

extern u8 host_vectors[32][64];
extern u64 host_xcr0;

static inline u64 xgetbv(__maybe_unused u32 index)
{
	return host_xcr0;
}

static inline void read_xmm(unsigned int number, void *memory)
{
	__builtin_memcpy(memory, host_vectors[number], 16);
}

static inline void read_ymm(unsigned int number, void *memory)
{
	__builtin_memcpy(memory, host_vectors[number], 32);
}

static inline void read_zmm(unsigned int number, void *memory)
{
	__builtin_memcpy(memory, host_vectors[number], 64);
}

static inline void write_xmm(unsigned int number, const void *memory)
{
	__builtin_memcpy(host_vectors[number], memory, 16);
}

/* What is above is cleared: SDM 1 14.3.1 */
static inline void write_ymm(unsigned int number, const void *memory)
{
	__builtin_memcpy(host_vectors[number], memory, 32);
	__builtin_memset(host_vectors[number] + 32, 0, 32);
}

static inline void write_zmm(unsigned int number, const void *memory)
{
	__builtin_memcpy(host_vectors[number], memory, 64);
}

#endif
