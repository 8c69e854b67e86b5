// SPDX-License-Identifier: GPL-2.0-only
/*
 * AVX: registers of 256 bits keep all of theirs while a timer's handler uses the same ones, on each
 * CPU of the cell. And memory to be had.
 */
#include "inmate.h"
#include "report.h"

#define VECTOR		0x40
#define PERIOD_NS	(NS_PER_MS / 2)
#define INTERRUPTS	20
#define BLOCKS		32U

#define QUAD		double __attribute__((vector_size(32)))

static volatile unsigned int fired;
static volatile bool visited, visitor_right;
static volatile QUAD disturbed;
/* Not known to the compiler, or it would compute itself. */
static volatile double half = 0.5;

/* More values than there are registers, each lane another one. */
static QUAD polynomial(double x)
{
	QUAD power = { 1.0, 2.0, 3.0, 4.0 }, sum = { 0.0, 0.0, 0.0, 0.0 };
	int i;

	for (i = 1; i <= 24; i++) {
		power *= x;
		sum += power / (double)i;
	}
	return sum;
}

static bool same(QUAD a, QUAD b)
{
	return a[0] == b[0] && a[1] == b[1] && a[2] == b[2] && a[3] == b[3];
}

static void disturb(struct frame *frame)
{
	(void)frame;
	disturbed = polynomial(-half) * 3.0;
	fired++;
}

/* The highest quarter is four times the lowest, and that is what a double makes of it. */
static void check_values(void)
{
	const QUAD got = polynomial(half);

	report(got[0] > 0.69314717 && got[0] < 0.69314719 && got[3] > 4 * 0.69314717 &&
	       got[3] < 4 * 0.69314719, "four series at once");
}

static void check_interrupted(void)
{
	const QUAD expected = polynomial(half);
	unsigned int wrong = 0, rounds = 0;

	apic_init();
	int_set_handler(VECTOR, disturb);
	apic_timer_init(VECTOR, APIC_TIMER_PERIODIC);
	apic_timer_set(PERIOD_NS);
	irq_enable();
	while (fired < INTERRUPTS) {
		wrong += !same(polynomial(half), expected);
		rounds++;
	}
	irq_disable();
	apic_write(APIC_REG_LVT_TIMER, APIC_LVT_MASKED);
	report(!wrong, "%u of %u results were disturbed by %u interrupts", wrong, rounds, fired);
}

static void visit(void)
{
	visitor_right = same(polynomial(half) * 2.0, polynomial(half) + polynomial(half));
	visited = true;
}

static void check_cpus(void)
{
	unsigned int cpu;

	for (cpu = 1; cpu < smp_num_cpus(); cpu++) {
		visited = false;
		smp_start_cpu(cpu, visit);
		delay_ns(NS_PER_MS);
		report(visited && visitor_right, "CPU %u computes, too", cpu);
	}
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
	check_values();
	check_interrupted();
	check_cpus();
	check_heap();
	report_done();
}
