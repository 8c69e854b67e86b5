// SPDX-License-Identifier: GPL-2.0-only
/*
 * Instructions that change under emulation. First the CPU itself rewrites one between two
 * accesses to emulated registers: the new one counts. Then, in a cell with two CPUs, the
 * second rewrites it while the first executes it: the hypervisor must decode what it
 * finds, once, and survive. That may end the cell, since what the CPU executed need not be
 * what is found then.
 *
 *	mmio=ADDRESS	a register that can be written and read, default 0xfec00000: the
 *			index register of the I/O APIC
 *	rounds=N	default 20000
 *	cpus=2		on a bare machine
 *	kind=hard	also widths that a device may not have, and what is no move
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

static void call_code(u64 address, u64 *a, u64 *c)
{
	asm volatile("call *%2" : "+a" (*a), "+c" (*c) : "r" (code), "d" (address)
		     : "rbx", "memory", "cc");
}

static void check_own(u64 address)
{
	const u32 load_eax = 0xc390028b, load_ecx = 0xc3900a8b, store_ecx = 0xc3900a89;
	unsigned int wrong = 0;
	u32 i;

	for (i = 0; i < 100; i++) {
		u64 a = 0x55, c = 0x66;

		mmio_write32(address, i & 1);
		code[0] = load_eax;
		call_code(address, &a, &c);
		wrong += a != (i & 1) || c != 0x66;
		a = 0x55;
		code[0] = load_ecx;
		call_code(address, &a, &c);
		wrong += a != 0x55 || c != (i & 1);
		c = ~i & 1;
		code[0] = store_ecx;
		call_code(address, &a, &c);
		wrong += a != 0x55 || mmio_read32(address) != (~i & 1);
	}
	report(!wrong, "rewritten between two accesses: %u wrong", wrong);
}

static void execute(u64 address)
{
	u64 a = 0, c = 0;

	call_code(address, &a, &c);
}

void inmate_main(void)
{
	u64 mmio = cmdline_u64("mmio", 0xfec00000), rounds = cmdline_u64("rounds", 20000), i;

	report_begin("rewrite");
	num_codes = cmdline_is("kind", "hard") ? ARRAY_SIZE(codes) : NUM_SOFT;
	if (mmio >> 32)
		map_range(mmio, 8);
	check_own(mmio);
	if (cmdline_u64("cpus", smp_num_cpus()) < 2)
		report_done();
	apic_init();
	if (!report(smp_start_cpu(1, rewrite), "the other CPU rewrites"))
		report_done();
	for (i = 0; i < rounds; i++)
		execute(mmio);
	finished = true;
	report(true, "%llu accesses, %llu rewrites", rounds, rewrites);
	report_done();
}
