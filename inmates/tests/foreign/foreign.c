// SPDX-License-Identifier: GPL-2.0-only
/*
 * What inmates of Jailhouse rely on, without this project's library: parameters at 0x1000
 * within the image, MTRRs as a switch, x2APIC registers from reset on, a TSC that can be
 * written, other CPUs by INIT and SIPI, SSE, and the test device behind the communication
 * region. Built for 64 bits and for 32.
 */
#include "foreign.h"

#define PARAMETERS	((const volatile char *)0x1000)
#define COMM		0x100000UL
#define TEST_DEVICE	(COMM + 0x1000)
#define PLACE		0xff0

#define CELL_STATE	(*(volatile uint32_t *)(COMM + 8))
#define NUM_CPUS	(*(volatile uint16_t *)(COMM + 66))
#define TSC_KHZ		(*(volatile uint32_t *)(COMM + 68))
#define SHUT_DOWN	2
#define FAILED		3

#define HC_PUTC		8

#define MSR_TSC		0x010
#define MSR_SMI_COUNT	0x034
#define MSR_MISC_ENABLE	0x1a0
#define MSR_PAT		0x277
#define MSR_DEF_TYPE	0x2ff
#define MSR_DEADLINE	0x6e0
#define X2APIC_ID	0x802
#define X2APIC_VERSION	0x803
#define X2APIC_SVR	0x80f
#define X2APIC_ICR	0x830
#define X2APIC_TIMER	0x832
#define X2APIC_INITIAL	0x838
#define X2APIC_DIVIDE	0x83e

#define TIMER_DEADLINE	0x40000
#define ICR_INIT	0x4500
#define ICR_SIPI	0x4600
#define ICR_FIXED	0x4000
#define VECTOR		0x40

#define VENDOR_AMD	0x444d4163	/* "cAMD", the end of the name */

#define CR0_MP		0x2
#define CR0_EM		0x4
#define CR4_OSFXSR	0x200
#define CR4_OSXMMEXCPT	0x400

#define NAME		(sizeof(long) == 8 ? "foreign-64" : "foreign-32")

static volatile uint32_t second_id = 0xff;
static unsigned int passed, failed;
static int tsc_reads_zero;
static int is_amd;

static void put(char c)
{
	long result = HC_PUTC, character = (uint8_t)c;

	if (is_amd)
		asm volatile("vmmcall" : "+a" (result) : "D" (character), "S" (0L) : "memory");
	else
		asm volatile("vmcall" : "+a" (result) : "D" (character), "S" (0L) : "memory");
}

static void print(const char *text)
{
	while (*text)
		put(*text++);
}

static void print_hex(uint64_t value)
{
	unsigned int shift = 64;

	print("0x");
	while (shift > 4 && !(value >> (shift - 4)))
		shift -= 4;
	for (; shift; shift -= 4)
		put("0123456789abcdef"[value >> (shift - 4) & 15]);
}

static void begin(const char *word)
{
	print("INMATE ");
	print(NAME);
	print(": ");
	print(word);
}

static void report(int ok, const char *what, uint64_t value)
{
	begin(ok ? "ok " : "FAIL ");
	print(what);
	print(" ");
	print_hex(value);
	print("\n");
	passed += !!ok;
	failed += !ok;
}

static uint64_t rdmsr(uint32_t msr)
{
	uint32_t low, high;

	asm volatile("rdmsr" : "=a" (low), "=d" (high) : "c" (msr));
	return (uint64_t)high << 32 | low;
}

static void wrmsr(uint32_t msr, uint64_t value)
{
	asm volatile("wrmsr" : : "c" (msr), "a" ((uint32_t)value),
		     "d" ((uint32_t)(value >> 32)) : "memory");
}

static uint64_t rdtsc(void)
{
	uint32_t low, high;

	asm volatile("rdtsc" : "=a" (low), "=d" (high));
	return (uint64_t)high << 32 | low;
}

static void cpuid(uint32_t leaf, uint32_t regs[4])
{
	asm volatile("cpuid" : "=a" (regs[0]), "=b" (regs[1]), "=c" (regs[2]), "=d" (regs[3])
		     : "a" (leaf), "c" (0));
}

/* In time that the machine counts for all: the TSC may be moved meanwhile. */
static int wait_for(volatile uint32_t *word, uint32_t value)
{
	uint64_t until = rdtsc() + (uint64_t)TSC_KHZ * 100;

	while (*word != value && rdtsc() < until)
		asm volatile("pause");
	return *word == value;
}

/* How many characters of @want are there. */
static unsigned int common_length(const volatile char *text, const char *want)
{
	unsigned int i;

	for (i = 0; want[i] && text[i] == want[i]; i++)
		;
	return i;
}

static void check_parameters(void)
{
	static const char want[] = "foreign=yes", no_register[] = " tsc=zero";
	unsigned int i = common_length(PARAMETERS, want);

	report(!want[i], "parameters are what was loaded last, characters that agree:", i);
	tsc_reads_zero = !no_register[common_length(PARAMETERS + i, no_register)];
}

static void check_registers(void)
{
	uint64_t pat = rdmsr(MSR_PAT), type = rdmsr(MSR_DEF_TYPE);

	report(type & 0x800, "MTRR_DEF_TYPE", type);
	wrmsr(MSR_DEF_TYPE, type & ~0x800ULL);
	report(rdmsr(MSR_DEF_TYPE) == (type & ~0x800ULL), "MTRRs off", rdmsr(MSR_DEF_TYPE));
	report(rdmsr(MSR_PAT) == pat, "PAT is", rdmsr(MSR_PAT));
	wrmsr(MSR_DEF_TYPE, type);
	report(rdmsr(MSR_DEF_TYPE) == type, "MTRRs on", rdmsr(MSR_DEF_TYPE));
	report(rdmsr(MSR_MISC_ENABLE) == 0x1801, "MISC_ENABLE", rdmsr(MSR_MISC_ENABLE));
	wrmsr(MSR_MISC_ENABLE, 0);
	report(rdmsr(MSR_MISC_ENABLE) == 0x1801, "MISC_ENABLE after a write",
	       rdmsr(MSR_MISC_ENABLE));
	report(1, "SMI count", rdmsr(MSR_SMI_COUNT));
}

static void check_tsc(void)
{
	static const uint64_t values[] = { 0x123456789abcULL, 0, 0xfffffff000000000ULL, 1 << 20 };
	uint64_t now;
	unsigned int i;

	for (i = 0; i < 4; i++) {
		wrmsr(MSR_TSC, values[i]);
		now = rdtsc();
		report(now - values[i] < (uint64_t)TSC_KHZ * 10, "TSC moved to", now);
		/* An emulator may have no such register, for anybody. */
		if (tsc_reads_zero)
			continue;
		now = rdmsr(MSR_TSC);
		report(now - values[i] < (uint64_t)TSC_KHZ * 10, "its register", now);
	}
}

static struct gate {
	uint16_t low, selector, type, middle;
#ifdef __x86_64__
	uint32_t high, reserved;
#endif
} idt[VECTOR + 1] __attribute__((aligned(16)));

static void load_idt(void)
{
	struct {
		uint16_t limit;
		unsigned long base;
	} __attribute__((packed)) pointer = { sizeof(idt) - 1, (unsigned long)idt };
	unsigned long entry = (unsigned long)interrupt_entry;
	uint16_t selector;

	asm("mov %%cs, %0" : "=r" (selector));
	idt[VECTOR].low = (uint16_t)entry;
	idt[VECTOR].selector = selector;
	idt[VECTOR].type = 0x8e00;
	idt[VECTOR].middle = (uint16_t)(entry >> 16);
	asm volatile("lidt %0" : : "m" (pointer));
}

/* The TSC is not the machine's any more, and a deadline is met all the same. */
static void check_timer(void)
{
	uint64_t start, ticks = (uint64_t)TSC_KHZ * 2;
	uint32_t regs[4], before = interrupts;

	cpuid(1, regs);
	start = rdtsc();
	if (regs[2] >> 24 & 1) {
		wrmsr(X2APIC_TIMER, TIMER_DEADLINE | VECTOR);
		wrmsr(MSR_DEADLINE, start + ticks);
		report(rdmsr(MSR_DEADLINE) - start - ticks + 1 < 3, "deadline reads as",
		       rdmsr(MSR_DEADLINE));
	} else {
		wrmsr(X2APIC_DIVIDE, 0xb);
		wrmsr(X2APIC_TIMER, VECTOR);
		wrmsr(X2APIC_INITIAL, 100000);
	}
	report(wait_for(&interrupts, before + 1), "timer, ticks until it fired:",
	       rdtsc() - start);
	if (regs[2] >> 24 & 1)
		report(rdtsc() - start >= ticks, "not before the deadline, ticks", ticks);
}

/* Nobody switches x2APIC mode on. */
static void check_x2apic(void)
{
	uint32_t regs[4], before;

	cpuid(1, regs);
	report(rdmsr(X2APIC_ID) == regs[1] >> 24, "x2APIC id", rdmsr(X2APIC_ID));
	report((rdmsr(X2APIC_VERSION) & 0xf0) == 0x10, "x2APIC version", rdmsr(X2APIC_VERSION));
	wrmsr(X2APIC_SVR, 0x1ff);
	load_idt();
	asm volatile("sti");
	before = interrupts;
	wrmsr(X2APIC_ICR, (uint64_t)regs[1] >> 24 << 32 | ICR_FIXED | VECTOR);
	report(wait_for(&interrupts, before + 1), "interrupts", interrupts);
	check_timer();
	asm volatile("cli");
}

void second_main(void)
{
	wrmsr(X2APIC_SVR, 0x1ff);
	second_id = (uint32_t)rdmsr(X2APIC_ID);
	for (;;)
		asm volatile("cli; hlt");
}

static void check_smp(void)
{
	volatile uint8_t *id = &apic_ids[1];
	uint64_t until = rdtsc() + (uint64_t)TSC_KHZ * 100;

	if (NUM_CPUS < 2)
		return;
	while (*id == 0xff && rdtsc() < until)
		asm volatile("pause");
	report(*id != 0xff, "another CPU came out of reset, APIC id", *id);
	cpu_wanted = 1;
	wrmsr(X2APIC_ICR, (uint64_t)*id << 32 | ICR_INIT);
	wrmsr(X2APIC_ICR, (uint64_t)*id << 32 | ICR_SIPI);
	report(wait_for(&second_id, *id), "it runs, APIC id", second_id);
}

static void check_sse(void)
{
	static const float a[4] __attribute__((aligned(16))) = { 1, 2, 3, 4 };
	static const float b[4] __attribute__((aligned(16))) = { 10, 20, 30, 40 };
	static float sum[4] __attribute__((aligned(16)));
	static const uint32_t want[4] = { 0x41300000, 0x41b00000, 0x42040000, 0x42300000 };
	const uint32_t *got = (const uint32_t *)sum;
	unsigned long reg;
	unsigned int i, right = 0;

	asm volatile("mov %%cr0, %0" : "=r" (reg));
	asm volatile("mov %0, %%cr0" : : "r" ((reg & ~(unsigned long)CR0_EM) | CR0_MP));
	asm volatile("mov %%cr4, %0" : "=r" (reg));
	asm volatile("mov %0, %%cr4" : : "r" (reg | CR4_OSFXSR | CR4_OSXMMEXCPT));
	asm volatile("movaps %1, %%xmm0\n\taddps %2, %%xmm0\n\tmovaps %%xmm0, %0"
		     : "=m" (sum) : "m" (a), "m" (b));
	for (i = 0; i < 4; i++)
		right += ((const volatile uint32_t *)got)[i] == want[i];
	report(right == 4, "SSE, sums that are right:", right);
}

/* Each form writes to the device and reads it; the communication region has to agree. */
#define TRY(type, name, value, store, load)						\
	do {										\
		volatile type *device = (volatile type *)(TEST_DEVICE + PLACE);		\
		volatile type *memory = (volatile type *)(COMM + PLACE);		\
		unsigned long got = 0;							\
											\
		*(volatile uint32_t *)(COMM + PLACE) = 0xa5a5a5a5;			\
		*(volatile uint32_t *)(COMM + PLACE + 4) = 0xa5a5a5a5;			\
		asm volatile(store : : [place] "r" (device), [val] "a" ((unsigned long)(value)) \
			     : "memory");						\
		report(*memory == (type)(value), "write of " name, *memory);		\
		report(*(volatile uint8_t *)(COMM + PLACE + sizeof(type)) == 0xa5,	\
		       "and no byte more:", *(volatile uint8_t *)(COMM + PLACE + sizeof(type))); \
		asm volatile(load : [got] "=&a" (got) : [place] "r" (device) : "memory");	\
		report((type)got == (type)(value), "read of " name, got);		\
	} while (0)

static void check_mmio(void)
{
	*(volatile uint32_t *)(COMM + PLACE + 8) = 0xa5a5a5a5;
	TRY(uint8_t, "8 bits", 0x11, "movb %b[val], (%[place])",
	    "xor %k[got], %k[got]\n\tmovb (%[place]), %b[got]");
	TRY(uint16_t, "16 bits", 0x2222, "movw %w[val], (%[place])",
	    "xor %k[got], %k[got]\n\tmovw (%[place]), %w[got]");
	TRY(uint32_t, "32 bits", 0x33333333, "movl %k[val], (%[place])",
	    "movl (%[place]), %k[got]");
	TRY(uint8_t, "8 bits, constant", 0x44, "movb $0x44, (%[place])",
	    "movzbl (%[place]), %k[got]");
	TRY(uint16_t, "16 bits, constant", 0x5555, "movw $0x5555, (%[place])",
	    "movzwl (%[place]), %k[got]");
	TRY(uint32_t, "32 bits, constant", 0x66666666, "movl $0x66666666, (%[place])",
	    "movl -16(%[place]), %k[got]\n\tmovl (%[place]), %k[got]");
#ifdef __x86_64__
	TRY(uint64_t, "64 bits", 0x7777777788888888, "movq %[val], (%[place])",
	    "movq (%[place]), %[got]");
	TRY(uint64_t, "64 bits, constant", 0xffffffff99999999, "movq $-0x66666667, (%[place])",
	    "movq (%[place]), %[got]");
	TRY(uint32_t, "32 bits, absolute", 0xaaaaaaaa, "movabsl %k[val], 0x101ff0",
	    "movabsl 0x101ff0, %k[got]");
	TRY(uint8_t, "8 bits, zero-extended to 64", 0xbb, "movb %b[val], (%[place])",
	    "movzbq (%[place]), %[got]");
#else
	TRY(uint32_t, "32 bits, absolute", 0xaaaaaaaa, "movl %k[val], 0x101ff0",
	    "movl 0x101ff0, %k[got]");
#endif
}

void foreign_main(void)
{
	uint32_t regs[4];

	cpuid(0, regs);
	is_amd = regs[2] == VENDOR_AMD;
	begin("begin\n");
	cpuid(0x40000000, regs);
	report(regs[1] == 0x6c69614a && regs[2] == 0x73756f68 && regs[3] == 'e', "Jailhouse",
	       regs[0]);
	check_parameters();
	check_registers();
	check_tsc();
	check_x2apic();
	check_smp();
	check_sse();
	check_mmio();
	begin("done, ");
	print_hex(passed);
	print(" ok, ");
	put((char)('0' + failed % 10));
	print(" failed\n");
	CELL_STATE = failed ? FAILED : SHUT_DOWN;
	for (;;)
		asm volatile("cli; hlt");
}
