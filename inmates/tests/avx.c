// SPDX-License-Identifier: GPL-2.0-only
/*
 * AVX: registers of 256 bits keep all of theirs while a timer's handler uses the same ones, on each
 * CPU of the cell. And memory to be had.
 */
#include "interrupted.h"

#define BLOCKS		32U

#define REGISTERS	16U
#define LANES		4

/* Once for each register, which is \n. */
#define EACH(insn)	".irp n,0,1,2,3,4,5,6,7,8,9,10,11,12,13,14,15\n" insn "\n.endr\n"
#define ALL_REGISTERS							\
	"xmm0", "xmm1", "xmm2", "xmm3", "xmm4", "xmm5", "xmm6", "xmm7", "xmm8", "xmm9",	\
	"xmm10", "xmm11", "xmm12", "xmm13", "xmm14", "xmm15"

static double put[REGISTERS][LANES], got[REGISTERS][LANES];

/* The sum of four doubles, each of which is one more than the one before. */
static double add(double first)
{
	const double lanes[LANES] = { first, first + 1.0, first + 2.0, first + 3.0 };
	const double other[LANES] = { 10.0, 20.0, 30.0, 40.0 };
	double sums[LANES];

	asm volatile("vmovupd (%0), %%ymm0\n"
		     "vaddpd (%1), %%ymm0, %%ymm0\n"
		     "vmovupd %%ymm0, (%2)\n"
		     : : "r" (lanes), "r" (other), "r" (sums) : "xmm0", "memory");
	return sums[0] + sums[1] + sums[2] + sums[3];
}

static void disturb(__maybe_unused struct frame *frame)
{
	asm volatile(EACH("vxorps %%ymm\\n, %%ymm\\n, %%ymm\\n") : : : ALL_REGISTERS);
	fired++;
}

/* All registers are full, until @count interrupts have come. */
static void hold(unsigned int count)
{
	asm volatile(EACH("vmovupd 32*\\n(%0), %%ymm\\n")
		     "1:	pause\n"
		     "	cmpl	%2, %3\n"
		     "	jb	1b\n"
		     EACH("vmovupd %%ymm\\n, 32*\\n(%1)")
		     : : "r" (put), "r" (got), "r" (count), "m" (fired)
		     : ALL_REGISTERS, "memory", "cc");
}

static void check_interrupted(void)
{
	unsigned int n, lane, wrong = 0;

	for (n = 0; n < REGISTERS; n++)
		for (lane = 0; lane < LANES; lane++)
			put[n][lane] = 1.5 * n + 100.0 * lane + 1.0;
	begin_interrupts(disturb);
	hold(INTERRUPTS);
	end_interrupts();
	for (n = 0; n < REGISTERS; n++)
		wrong += memcmp(put[n], got[n], sizeof(put[n])) != 0;
	report(!wrong, "%u of %u registers were disturbed by %u interrupts", wrong, REGISTERS,
	       fired);
}

static double compute(void)
{
	return add(2.0);
}

/* The largest block that there is, by trying. */
static size_t largest(void)
{
	size_t size = 0, step;
	void *block;

	for (step = 0x80000; step >= 16; step /= 2) {
		block = malloc(size + step);
		if (block)
			size += step;
		free(block);
	}
	return size;
}

static void check_heap(void)
{
	u8 *blocks[BLOCKS];
	const size_t before = largest();
	unsigned int n, i, wrong = 0;

	report(before > 0x40000 && before < 0xa0000, "%zu bytes are free", before);
	report(!malloc(before + 16) && !malloc(~0UL) && !malloc(~0UL - 15), "and no more");
	for (n = 0; n < BLOCKS; n++) {
		blocks[n] = malloc(1 + 37 * n);
		if (!blocks[n] || (u64)blocks[n] % 16)
			wrong++;
		else
			memset(blocks[n], (int)n, 1 + 37 * n);
	}
	for (n = 0; n < BLOCKS; n++)
		for (i = 0; i < 1 + 37 * n; i++)
			wrong += blocks[n][i] != n;
	report(!wrong, "%u blocks are aligned, and apart", BLOCKS);
	for (n = 0; n < BLOCKS; n += 2)
		free(blocks[n]);
	for (n = 1; n < BLOCKS; n += 2)
		free(blocks[n]);
	free(NULL);
	report(largest() == before, "%zu bytes are free again", largest());
}

void inmate_main(void)
{
	report_begin("avx");
	report(add(1.0) == 110.0, "four sums at once");
	check_interrupted();
	check_cpus(compute, 114.0);
	check_heap();
	report_done();
}
