// SPDX-License-Identifier: GPL-2.0-only
/*
 * A second CPU rewrites an instruction while the first executes it on emulated device
 * registers: the hypervisor must decode what it finds, once, and survive.
 *
 *	mmio=ADDRESS	default 0xfec00000, the I/O APIC
 *	rounds=N	default 20000
 *	kind=hard	also other widths and what is no move: the cell may end
 */
#include "report.h"

/*
 * After two bytes of one come the last two of another: a return, or an ADD of registers,
 * behind which there is another return.
 */
static const u32 codes[] = {
	0xc390028b,	/* mov (%rdx), %eax; nop */
	0xc3900289,	/* mov %eax, (%rdx); nop */
	0xc3028b40,	/* mov (%rdx), %eax, with a prefix that changes nothing */
	0xc300428b,	/* mov 0(%rdx), %eax */
	0xc3004289,	/* mov %eax, 0(%rdx) */
	/* from here on: kind=hard */
	0xc302b60f,	/* movzbl (%rdx), %eax */
	0xc3028b66,	/* mov (%rdx), %ax */
	0xc3028b48,	/* mov (%rdx), %rax */
	0xc30201f0,	/* lock add %eax, (%rdx) */
	0xc3900287,	/* xchg %eax, (%rdx) */
};

#define NUM_SOFT	5

static u32 code[2] __aligned(8) = { 0xc390028b, 0xc3c3c3c3 };
static u32 num_codes;
static bool finished;
static u64 rewrites;

static void rewrite(void)
{
	u32 i = 0;

	while (!finished) {
		code[0] = codes[i++ % num_codes];
		rewrites++;
		cpu_relax();
	}
}

static void execute(u64 address)
{
	u64 value = 0;

	asm volatile("call *%1" : "+a" (value) : "r" (code), "d" (address)
		     : "rbx", "memory", "cc");
}

void inmate_main(void)
{
	u64 mmio = cmdline_u64("mmio", 0xfec00000), rounds = cmdline_u64("rounds", 20000), i;

	report_begin("rewrite");
	num_codes = cmdline_is("kind", "hard") ? ARRAY_SIZE(codes) : NUM_SOFT;
	if (mmio >> 32)
		map_range(mmio, 8);
	apic_init();
	if (!report(smp_start_cpu(1, rewrite), "the other CPU rewrites"))
		report_done();
	for (i = 0; i < rounds; i++)
		execute(mmio);
	finished = true;
	report(true, "%llu accesses, %llu rewrites", rounds, rewrites);
	report_done();
}
