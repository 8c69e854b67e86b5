/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * x86 instructions that C has no words for. VMX instructions are in vmx/ops.h. Both are
 * included with <>: tests on the host put headers of the same names in front.
 */
#ifndef _X86_ASM_OPS_H
#define _X86_ASM_OPS_H

#include "registers.h"
#include "types.h"

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

#define NUMBERS_0_15	"0,1,2,3,4,5,6,7,8,9,10,11,12,13,14,15"
#define NUMBERS_16_31	"16,17,18,19,20,21,22,23,24,25,26,27,28,29,30,31"

/*
 * A vector register by its number: one of @count instructions, which with a RET behind them take at
 * most @size bytes each. The hypervisor is built to use none of them; CR4.OSFXSR has to be set, for
 * YMM and ZMM also what XCR0 has of them.
 */
#define VECTOR_OP(name, pointer, count, numbers, size, instruction)		\
static inline void name(unsigned int number, pointer memory)			\
{										\
	asm volatile("	lea 1f(%%rip), %%rax\n"				\
		     "	add %1, %%rax\n"					\
		     "	call *%%rax\n"						\
		     "	jmp 2f\n"						\
		     "1:	.irp number," numbers "\n"			\
		     "3:	" instruction "\n"				\
		     "	ret\n"							\
		     "	.org 3b + " #size ", 0x90\n"				\
		     "	.endr\n"						\
		     "2:"							\
		     : : "D" (memory), "r" ((u64)(number & ((count) - 1)) * (size)) \
		     : "rax", "memory");					\
}

VECTOR_OP(read_xmm, void *, 16, NUMBERS_0_15, 5, "movups %%xmm\\number, (%0)")
VECTOR_OP(read_ymm, void *, 16, NUMBERS_0_15, 5, "vmovups %%ymm\\number, (%0)")
VECTOR_OP(read_zmm, void *, 32, NUMBERS_0_15 "," NUMBERS_16_31, 7, "vmovups %%zmm\\number, (%0)")
VECTOR_OP(write_xmm, const void *, 16, NUMBERS_0_15, 5, "movups (%0), %%xmm\\number")
VECTOR_OP(write_ymm, const void *, 16, NUMBERS_0_15, 5, "vmovups (%0), %%ymm\\number")
VECTOR_OP(write_zmm, const void *, 32, NUMBERS_0_15 "," NUMBERS_16_31, 7,
	  "vmovups (%0), %%zmm\\number")

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

static inline void wrmsr_halves(u32 msr, u32 low, u32 high)
{
	asm volatile("wrmsr" : : "c" (msr), "a" (low), "d" (high) : "memory");
}

static inline void wrmsr(u32 msr, u64 val)
{
	wrmsr_halves(msr, (u32)val, (u32)(val >> 32));
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

/*
 * What was written before is there for everybody now. WRMSR waits for that by itself, but not to
 * registers of the x2APIC (SDM 3A 11.12.3), nor does an exit from a guest.
 */
static inline void fence_before_x2apic(void)
{
	asm volatile("mfence\n\tlfence" : : : "memory");
}

/* With CR4.OSXSAVE, which the hypervisor has. */
static inline u64 xgetbv(u32 index)
{
	u32 low, high;

	asm volatile("xgetbv" : "=a" (low), "=d" (high) : "c" (index));
	return (u64)high << 32 | low;
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

static inline u64 read_dr6(void)
{
	u64 val;

	asm volatile("mov %%dr6, %0" : "=r" (val));
	return val;
}

static inline void write_dr6(u64 val)
{
	asm volatile("mov %0, %%dr6" : : "r" (val));
}

/* DR0 to DR3 */
static inline void clear_breakpoints(void)
{
	asm volatile("mov %0, %%dr0\n\tmov %0, %%dr1\n\t"
		     "mov %0, %%dr2\n\tmov %0, %%dr3" : : "r" (0ULL));
}

static inline u64 read_idt_base(void)
{
	struct desc_ptr idtr;

	asm volatile("sidt %0" : "=m" (idtr));
	return idtr.base;
}

/* IRET to the next instruction, with these selectors. */
static inline void unblock_nmis(u64 code, u64 stack)
{
	asm volatile("mov %%rsp, %%rax\n\t"
		     "push %0\n\t"
		     "push %%rax\n\t"
		     "pushfq\n\t"
		     "push %1\n\t"
		     "lea 1f(%%rip), %%rax\n\t"
		     "push %%rax\n\t"
		     "iretq\n"
		     "1:"
		     : : "i" (stack), "i" (code) : "rax", "memory");
}

static inline u64 rdtsc(void)
{
	u64 low, high;

	/* The upper halves of both are cleared. */
	asm volatile("rdtsc" : "=a" (low), "=d" (high));
	return high << 32 | low;
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

/* Is any of @bits set? */
static inline bool mmio_test32(const volatile void *reg, u32 bits)
{
	bool set;

	asm volatile("testl %2, %1" : "=@ccnz" (set) :
		     "m" (*(const volatile u32 *)reg), "ri" (bits));
	return set;
}

static inline void mmio_write32(volatile void *reg, u32 val)
{
	*(volatile u32 *)reg = val;
}

static inline u64 mmio_read64(const volatile void *reg)
{
	return *(const volatile u64 *)reg;
}

static inline void mmio_write64(volatile void *reg, u64 val)
{
	*(volatile u64 *)reg = val;
}

/* Bytes that CLFLUSH writes back, on all CPUs that have 64-bit mode. */
#define CACHE_LINE	64U

static inline void clflush(const volatile void *line)
{
	asm volatile("clflush %0" : : "m" (*(const volatile char *)line) : "memory");
}

static inline void invlpg(const void *gva)
{
	asm volatile("invlpg (%0)" : : "r" (gva) : "memory");
}

/* For what takes pages: the CPU moves whole lines of its cache (SDM 1, 7.3.9.3). */
static inline void copy_words(u64 *to, const u64 *from, size_t count)
{
	asm volatile("rep movsq" : "+D" (to), "+S" (from), "+c" (count) : : "memory");
}

static inline void cpu_relax(void)
{
	asm volatile("pause" : : : "memory");
}

#endif
