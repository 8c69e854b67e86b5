/* SPDX-License-Identifier: GPL-2.0-only */
/* x86 instructions that C has no words for. VMX instructions are in vmx/ops.h. */
#ifndef _X86_ASM_OPS_H
#define _X86_ASM_OPS_H

#include "types.h"

#define X86_CR0_PE		(1ULL << 0)
#define X86_CR0_TS		(1ULL << 3)
#define X86_CR0_ET		(1ULL << 4)
#define X86_CR0_NE		(1ULL << 5)
#define X86_CR0_WP		(1ULL << 16)
#define X86_CR0_NW		(1ULL << 29)
#define X86_CR0_CD		(1ULL << 30)
#define X86_CR0_PG		(1ULL << 31)

#define X86_CR4_PAE		(1ULL << 5)
#define X86_CR4_MCE		(1ULL << 6)
#define X86_CR4_PGE		(1ULL << 7)
#define X86_CR4_LA57		(1ULL << 12)
#define X86_CR4_VMXE		(1ULL << 13)
#define X86_CR4_SMXE		(1ULL << 14)
#define X86_CR4_PCIDE		(1ULL << 17)
#define X86_CR4_OSXSAVE		(1ULL << 18)
#define X86_CR4_CET		(1ULL << 23)

#define X86_EFER_SCE		(1ULL << 0)
#define X86_EFER_LME		(1ULL << 8)
#define X86_EFER_LMA		(1ULL << 10)
#define X86_EFER_NXE		(1ULL << 11)

#define X86_RFLAGS_CF		(1ULL << 0)
#define X86_RFLAGS_FIXED	(1ULL << 1)
#define X86_RFLAGS_TF		(1ULL << 8)
#define X86_RFLAGS_IF		(1ULL << 9)

#define X86_EXC_DB		1
#define X86_EXC_NMI		2
#define X86_EXC_UD		6
#define X86_EXC_DF		8
#define X86_EXC_GP		13
#define X86_EXC_PF		14
#define X86_EXC_AC		17
#define X86_EXC_MC		18

#define MSR_IA32_APIC_BASE	0x0000001b
#define MSR_IA32_FEAT_CTL	0x0000003a
#define MSR_IA32_SYSENTER_CS	0x00000174
#define MSR_IA32_SYSENTER_ESP	0x00000175
#define MSR_IA32_SYSENTER_EIP	0x00000176
#define MSR_IA32_DEBUGCTL	0x000001d9
#define MSR_IA32_PAT		0x00000277
#define MSR_IA32_VMX_BASIC	0x00000480
#define MSR_IA32_VMX_MISC	0x00000485
#define MSR_IA32_VMX_CR0_FIXED0	0x00000486
#define MSR_IA32_VMX_CR0_FIXED1	0x00000487
#define MSR_IA32_VMX_CR4_FIXED0	0x00000488
#define MSR_IA32_VMX_CR4_FIXED1	0x00000489
#define MSR_IA32_VMX_PROCBASED_CTLS2 0x0000048b
#define MSR_IA32_VMX_EPT_VPID_CAP 0x0000048c
#define MSR_IA32_VMX_TRUE_PIN	0x0000048d
#define MSR_IA32_VMX_TRUE_PROC	0x0000048e
#define MSR_IA32_VMX_TRUE_EXIT	0x0000048f
#define MSR_IA32_VMX_TRUE_ENTRY	0x00000490
#define MSR_IA32_TSC_DEADLINE	0x000006e0
#define MSR_X2APIC_BASE		0x00000800
#define MSR_EFER		0xc0000080
#define MSR_FS_BASE		0xc0000100
#define MSR_GS_BASE		0xc0000101

/* What PAT holds after reset (SDM 3A 12.12.4); entry 0 is WB, entry 3 is UC. */
#define X86_PAT_RESET		0x0007040600070406ULL

struct desc_ptr {
	u16 limit;
	u64 base;
} __packed;

#define READ_CR(n)						\
static inline u64 read_cr##n(void)				\
{								\
	u64 val;						\
								\
	asm volatile("mov %%cr" #n ", %0" : "=r" (val) : : "memory"); \
	return val;						\
}
#define WRITE_CR(n)						\
static inline void write_cr##n(u64 val)				\
{								\
	asm volatile("mov %0, %%cr" #n : : "r" (val) : "memory"); \
}
READ_CR(0)
READ_CR(2)
READ_CR(3)
READ_CR(4)
WRITE_CR(0)
WRITE_CR(2)
WRITE_CR(3)
WRITE_CR(4)

static inline u64 rdmsr(u32 msr)
{
	u32 low, high;

	asm volatile("rdmsr" : "=a" (low), "=d" (high) : "c" (msr));
	return (u64)high << 32 | low;
}

static inline void wrmsr(u32 msr, u64 val)
{
	asm volatile("wrmsr" : : "c" (msr), "a" ((u32)val), "d" ((u32)(val >> 32)) :
		     "memory");
}

/*
 * For MSRs that the CPU may not have: exceptions.c skips an instruction that has an
 * entry in __ex_table and faults. 0, or -EIO with @val untouched.
 */
#define EX_TABLE(from, to)					\
	".pushsection __ex_table, \"a\"\n"			\
	".quad " from ", " to "\n"				\
	".popsection\n"

static inline int rdmsr_safe(u32 msr, u64 *val)
{
	u32 low, high;

	asm volatile goto("1: rdmsr\n"
			  EX_TABLE("1b", "%l[fault]")
			  : "=a" (low), "=d" (high) : "c" (msr) : : fault);
	*val = (u64)high << 32 | low;
	return 0;
fault:
	return -5;	/* -EIO */
}

static inline int wrmsr_safe(u32 msr, u64 val)
{
	asm volatile goto("1: wrmsr\n"
			  EX_TABLE("1b", "%l[fault]")
			  : : "c" (msr), "a" ((u32)val), "d" ((u32)(val >> 32)) :
			  "memory" : fault);
	return 0;
fault:
	return -5;
}

static inline int xsetbv_safe(u32 index, u64 val)
{
	asm volatile goto("1: xsetbv\n"
			  EX_TABLE("1b", "%l[fault]")
			  : : "c" (index), "a" ((u32)val), "d" ((u32)(val >> 32)) :
			  "memory" : fault);
	return 0;
fault:
	return -5;
}

static inline void cpuid(u32 regs[4])
{
	asm volatile("cpuid" : "+a" (regs[0]), "=b" (regs[1]), "+c" (regs[2]),
		     "=d" (regs[3]));
}

static inline u64 rdtsc(void)
{
	u32 low, high;

	asm volatile("rdtsc" : "=a" (low), "=d" (high));
	return (u64)high << 32 | low;
}

static inline u8 inb(u16 port)
{
	u8 val;

	asm volatile("inb %1, %0" : "=a" (val) : "Nd" (port));
	return val;
}

static inline u16 inw(u16 port)
{
	u16 val;

	asm volatile("inw %1, %0" : "=a" (val) : "Nd" (port));
	return val;
}

static inline u32 inl(u16 port)
{
	u32 val;

	asm volatile("inl %1, %0" : "=a" (val) : "Nd" (port));
	return val;
}

static inline void outb(u16 port, u8 val)
{
	asm volatile("outb %0, %1" : : "a" (val), "Nd" (port));
}

static inline void outw(u16 port, u16 val)
{
	asm volatile("outw %0, %1" : : "a" (val), "Nd" (port));
}

static inline void outl(u16 port, u32 val)
{
	asm volatile("outl %0, %1" : : "a" (val), "Nd" (port));
}

static inline u32 mmio_read32(const volatile void *reg)
{
	return *(const volatile u32 *)reg;
}

static inline void mmio_write32(volatile void *reg, u32 val)
{
	*(volatile u32 *)reg = val;
}

static inline void invlpg(const void *gva)
{
	asm volatile("invlpg (%0)" : : "r" (gva) : "memory");
}

static inline void cpu_relax(void)
{
	asm volatile("pause" : : : "memory");
}

#endif
